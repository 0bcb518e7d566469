/** Wall time of a whole audit, from the start of the process to its end, against the bare script and against curl. */

import { alternate } from './alternate.ts';
import { curlHandshakes, hasCurl, runCurlLoop } from './curl-loop.ts';
import { run } from './processes.ts';
import { auditArgs, type RecordedAudit, withBareArgs } from './recorded-audit.ts';
import { type Measurement, row } from './table.ts';
import { checkSameWork } from './tally.ts';

export async function measureWholeAudit(
  port: number,
  recorded: RecordedAudit,
  runs: number,
): Promise<Measurement> {
  const isCurlThere = await hasCurl();
  const samples = await withBareArgs(port, recorded, (bareArgs) =>
    alternate(runs, {
      bare: async () => {
        const { ms, output } = await run(process.execPath, bareArgs, 1);
        checkSameWork('the bare script', JSON.parse(output), recorded.tally);
        return ms;
      },
      ours: async () => {
        const { ms, exitCode } = await run(process.execPath, auditArgs(port));
        checkSameWork('the exit code of the audit', exitCode, recorded.exitCode);
        return ms;
      },
      curl: async () => (isCurlThere ? runCurlLoop(port) : 0),
    }),
  );
  const audit = row('full audit, whole process', 'ms', samples.bare, samples.ours, { atMost: 1.15 });
  if (!isCurlThere) return { rows: [audit], notes: ['no curl here: the shell loop was left out'] };
  const loop = row('full audit, against a curl loop', 'ms', samples.curl, samples.ours, { below: 1 });
  return { rows: [audit, loop], notes: [`the curl loop: ${curlHandshakes}`] };
}
