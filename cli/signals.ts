/** SIGINT and SIGTERM during an audit. */

export interface Signals {
  readonly received: 'SIGINT' | 'SIGTERM' | null;
  readonly stop: () => void;
}

/** The first signal aborts the audit, which still reports what was finished; a second one ends the process at once. */
export function listenForSignals(interruption: AbortController): Signals {
  let received: Signals['received'] = null;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (received !== null) {
      // Not process.exit(), which waits for a file operation that hangs, such as a pipe that nobody reads.
      // Other listeners remove the temporary files of reports, and then raise the signal again.
      process.off(signal, onSignal);
      process.kill(process.pid, signal);
    }
    received = signal;
    interruption.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    get received() {
      return received;
    },
    stop: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
