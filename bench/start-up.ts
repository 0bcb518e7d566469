/** How long the command takes to start where it has nothing to audit, against Node.js doing nothing. */

import { alternate } from './alternate.ts';
import { run, toolPath } from './processes.ts';
import { type Measurement, row } from './table.ts';

/** A start is short and its noise is large: more samples for each run. */
const startsPerRun = 3;

export async function measureStartUp(runs: number): Promise<Measurement> {
  const start = async (args: readonly string[]): Promise<number> => {
    const { ms, exitCode } = await run(process.execPath, args);
    if (exitCode !== 0) throw new Error(`node ${args.join(' ')} ended with exit code ${exitCode}`);
    return ms;
  };
  const { nothing, version, help } = await alternate(runs * startsPerRun, {
    nothing: () => start(['-e', '0']),
    version: () => start([toolPath, '--version']),
    help: () => start([toolPath, '--help']),
  });
  return {
    rows: [
      row('--version, against node -e 0', 'ms', nothing, version, { atMost: 1.2 }),
      row('--help, against node -e 0', 'ms', nothing, help, { atMost: 2 }),
    ],
  };
}
