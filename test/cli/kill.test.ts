/** The command is killed at random moments: a report file is there whole, old or new, or not at all. */

import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import pLimit from 'p-limit';
import { start } from '../support/process.ts';
import { withFixture, withFolder } from '../support/servers.ts';

const kills = 100;
/** Processes at once. */
const atOnce = 2;

/** The same delays each time, and anything between 0 and 1 (Numerical Recipes). */
function createRandom(): () => number {
  let state = 13;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a command that is killed at any moment', function () {
  this.timeout(180_000);

  it('leaves no half of a report', () =>
    withFixture('conformant', ({ url }) =>
      withFolder(async (folder) => {
        // The control alone: most of the time goes into the start, and little enough into the audit.
        const args = (name: string): string[] => [
          url,
          '--probe',
          'valid/13',
          '-r',
          `json=${path.join(folder, name)}`,
        ];
        const startedAt = performance.now();
        await Promise.all([start(args('first.json')).ended, start(args('second.json')).ended]);
        const usual = performance.now() - startedAt;
        const random = createRandom();
        const turns = pLimit(atOnce);
        const seen = { none: 0, old: 0, whole: 0 };
        const old = '{"old":true}';

        const killOne = async (nth: number): Promise<void> => {
          const file = path.join(folder, `report-${nth}.json`);
          if (nth % 2 === 0) await writeFile(file, old);
          const { child, ended } = start(args(path.basename(file)));
          const timer = setTimeout(() => child.kill('SIGKILL'), 1.1 * usual * random());
          await ended;
          clearTimeout(timer);
          const text = await readFile(file, 'utf8').catch(() => null);
          if (text === null) seen.none += 1;
          else if (text === old) seen.old += 1;
          else {
            expect(JSON.parse(text)).to.have.nested.property('summary.passed', 1);
            expect(text.endsWith('}\n'), 'nothing is missing at the end').to.equal(true);
            seen.whole += 1;
          }
          if (text !== null) await rm(file);
        };
        await Promise.all(Array.from({ length: kills }, (_, nth) => turns(() => killOne(nth))));
        expect(seen.none + seen.old + seen.whole).to.equal(kills);
        expect(seen.none, JSON.stringify(seen)).to.be.above(0);
        // What is left over does not end in .json.
        const left = (await readdir(folder)).filter((name) => !['first.json', 'second.json'].includes(name));
        for (const name of left) expect(name).to.match(/^report-\d+\.json\.\d+$/);
      }),
    ));
});
