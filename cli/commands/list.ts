/** `handshake13 list`: the probes, for people or for programs. */

import { catalogue } from '../../probes/catalogue.ts';
import { families, familyTitles } from '../../probes/probe.ts';
import { exitCodes } from '../exit-codes.ts';

/** @returns the exit code */
export function runList(asJson: boolean): number {
  process.stdout.write(asJson ? `${JSON.stringify(catalogue.map(describe), null, 2)}\n` : table());
  return exitCodes.conformant;
}

function describe({ request: _request, ...probe }: (typeof catalogue)[number]): object {
  return probe;
}

function table(): string {
  const width = Math.max(...catalogue.map(({ id }) => id.length));
  const lines = families.flatMap((family) => [
    `${family}: ${familyTitles[family]}`,
    ...catalogue
      .filter((probe) => probe.family === family)
      .map(
        ({ id, expects, tier, title }) =>
          `  ${id.padEnd(width)}  ${expects.padEnd(6)}  ${tier.padEnd(8)}  ${title}`,
      ),
    '',
  ]);
  return `${lines.join('\n')}${catalogue.length} probes; "handshake13 explain ID" describes one\n`;
}
