/** Signals that end an audit. */

export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type EndingSignal = (typeof endingSignals)[number];

export interface Signals {
  readonly received: EndingSignal | null;
  readonly stop: () => void;
}

/** The first signal aborts the audit, which still reports what was finished; a second one ends the process at once. */
export function listenForSignals(interruption: AbortController): Signals {
  let received: Signals['received'] = null;
  const onSignal = (signal: EndingSignal): void => {
    if (received !== null) {
      // Not process.exit(), which waits for a file operation that hangs, such as a pipe that nobody reads.
      // Other listeners remove the temporary files of reports, and then raise the signal again.
      process.off(signal, onSignal);
      process.kill(process.pid, signal);
    }
    received = signal;
    interruption.abort();
  };
  for (const signal of endingSignals) process.on(signal, onSignal);
  return {
    get received() {
      return received;
    },
    stop: () => {
      for (const signal of endingSignals) process.off(signal, onSignal);
    },
  };
}
