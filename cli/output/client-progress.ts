/** One line on a terminal that shows how far an audit of a client is, where it takes a while. */

import type { ClientAuditEvent } from '../../report/client/client-events.ts';

/** Milliseconds: a run that is over sooner needs no progress line, and how often it is drawn. */
const [patience, redraw] = [300, 80];
/** Cases that the line names; more of them are not waited for, but still being run. */
const maxNamed = 3;

export interface ClientProgress {
  readonly show: (event: ClientAuditEvent) => void;
  readonly end: () => void;
}

export function createClientProgress(stream: NodeJS.WriteStream): ClientProgress {
  if (stream.isTTY !== true) return { show: () => {}, end: () => {} };
  const open = new Set<string>();
  let total = 0;
  let draw: { (text: string): void; clear: () => void } | null = null;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const update = (): void => {
    if (draw === null || performance.now() - drawnAt < redraw) return;
    drawnAt = performance.now();
    const rest =
      open.size === 0
        ? ', the control again'
        : open.size > maxNamed
          ? ''
          : `, waiting for ${[...open].join(', ')}`;
    draw(`${total - open.size} of ${total} cases${rest}`);
  };
  const timer = setTimeout(async () => {
    const { createLogUpdate } = await import('log-update');
    draw = createLogUpdate(stream, { showCursor: true });
    update();
  }, patience);
  return {
    show: (event) => {
      if (event.type === 'client-start') {
        for (const id of event.cases) open.add(id);
        total = open.size;
      } else if (event.type === 'case') open.delete(event.case.id);
      update();
    },
    end: () => {
      clearTimeout(timer);
      draw?.clear();
      draw = null;
    },
  };
}
