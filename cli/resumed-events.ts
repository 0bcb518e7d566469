/** A run that goes on from an earlier one: its events with those of the targets that had ended. */

import { finishedIn } from '../audit/earlier-targets.ts';
import type { AuditEvent } from '../report/events.ts';
import type { RecordedRun } from '../report/recorded-run.ts';

/** @param onReplayed is called when whoever reads the events has taken all of the earlier run's */
export async function* withEarlierEvents(
  run: AsyncIterable<AuditEvent>,
  earlier: RecordedRun,
  onReplayed: () => void,
): AsyncGenerator<AuditEvent> {
  for await (const event of run) {
    yield event;
    if (event.type !== 'run-start') continue;
    const finished = finishedIn(earlier);
    for await (const past of earlier.events()) if ('target' in past && finished.has(past.target)) yield past;
    onReplayed();
  }
}
