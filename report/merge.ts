/** One run made of shards, with proof that it is complete. */

import { UsageError } from '../wire/usage-error.ts';
import type { AuditEvent, RunStart } from './events.ts';
import { differenceOf, plannedOf, type RecordedRun } from './recorded-run.ts';
import type { PlannedRun } from './report.ts';
import { isInShard, type Shard } from './shard.ts';

export interface Merge {
  /** What a complete run would hold besides, a line each. */
  readonly missing: readonly string[];
  readonly events: AsyncGenerator<AuditEvent>;
}

/**
 * @param runs at least one, in any order
 * @param empty names of files that hold no run yet
 * @throws UsageError for runs that are not parts of one
 */
export function mergeRuns(runs: readonly RecordedRun[], empty: readonly string[]): Merge {
  refuseDifferent(runs);
  const sorted = [...runs].sort((a, b) => indexOf(a) - indexOf(b));
  const missing = [...empty.map((name) => `${name} is empty`), ...findMissing(sorted)];
  return { missing, events: mergedEvents(sorted, missing.length > 0) };
}

function indexOf({ start }: RecordedRun): number {
  return start.shard?.index ?? 0;
}

function nameOf(shard: Shard | null): string {
  return shard === null ? 'the whole list' : `shard ${shard.index}/${shard.total}`;
}

function refuseDifferent(runs: readonly RecordedRun[]): void {
  const shards = new Map<string, RecordedRun>();
  const [first] = runs;
  const listed = runs.find((run) => plannedOf(run) !== null);
  for (const run of runs) {
    const { name, start } = run;
    const refuse = (why: string, other: string): never => {
      throw new UsageError(`${name} cannot be merged with ${other}: ${why}`);
    };
    if (first !== undefined && first !== run) {
      const difference = differenceOf(first.start, start);
      if (difference !== null) refuse(difference, first.name);
      if (start.shard?.total !== first.start.shard?.total)
        refuse(`they are ${nameOf(start.shard)} and ${nameOf(first.start.shard)}`, first.name);
    }
    const planned = plannedOf(run);
    if (listed !== undefined && planned !== null && planned.listHash !== plannedOf(listed)?.listHash)
      refuse('they are of different lists of targets', listed.name);
    const same = shards.get(nameOf(start.shard));
    if (same !== undefined) refuse(`both are ${nameOf(start.shard)}; give one of them`, same.name);
    shards.set(nameOf(start.shard), run);
    for (const { identity } of run.ended.values())
      if (!isInShard(identity, start.shard))
        throw new UsageError(`${name} holds ${identity}, which does not belong to ${nameOf(start.shard)}`);
  }
}

function findMissing(runs: readonly RecordedRun[]): string[] {
  const total = runs[0]?.start.shard?.total ?? 1;
  const given = new Set(runs.map(indexOf));
  const absent = Array.from({ length: total }, (_, nth) => nth + 1).filter((index) => !given.has(index));
  return [
    ...(given.has(0) ? [] : absent.map((index) => `${nameOf({ index, total })} is missing`)),
    ...runs.flatMap((run) => {
      const { name, end, ended, start } = run;
      const planned = plannedOf(run);
      const what = `${name} (${nameOf(start.shard)})`;
      if (planned === null) return [`${what} was cut off before its list of targets had ended`];
      const lacking = planned.targets - ended.size;
      if (lacking !== 0) return [`${what} lacks ${lacking} of its ${planned.targets} targets`];
      if (end === null) return [`${what} was cut off before its end`];
      return end.partial ? [`${what} was interrupted before all of its targets were audited to the end`] : [];
    }),
  ];
}

async function* mergedEvents(runs: readonly RecordedRun[], partial: boolean): AsyncGenerator<AuditEvent> {
  const [first] = runs;
  if (first === undefined) return;
  const startedAt = runs.map(({ start }) => start.startedAt).sort()[0] ?? first.start.startedAt;
  const plans = runs.map(plannedOf);
  const sum = plans.reduce((total, planned) => total + (planned?.targets ?? 0), 0);
  const [plan] = plans;
  const planned: PlannedRun | null =
    partial || plan === undefined || plan === null ? null : { ...plan, targets: sum, shard: null };
  const start: RunStart = { ...first.start, startedAt, shard: null, planned };
  yield start;
  let offset = 0;
  for (const run of runs) {
    const places = new Map([...run.ended.keys()].sort((a, b) => a - b).map((place, nth) => [place, nth]));
    for await (const event of run.events()) {
      if (event.type === 'invalid-target') yield event;
      if (!('target' in event)) continue;
      const place = places.get(event.target);
      if (place !== undefined) yield { ...event, target: offset + place };
    }
    offset += places.size;
  }
  const durationMs = Math.max(
    ...runs.map(
      ({ start: { startedAt: began }, end }) =>
        Date.parse(began) - Date.parse(startedAt) + (end?.durationMs ?? 0),
    ),
  );
  const invalidTargets = runs.reduce((total, { end }) => total + (end?.invalidTargets ?? 0), 0);
  const notBegun = runs.reduce((total, { end }) => total + (end?.notBegun ?? 0), 0);
  yield { type: 'run-end', durationMs, partial, notBegun, invalidTargets, planned };
}
