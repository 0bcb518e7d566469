/** `client --baseline`: known findings do not fail, and what no longer occurs is noticed. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { run } from '../support/command.ts';
import { withFolder } from '../support/servers.ts';

const script = (name: string): string[] => [
  process.execPath,
  fileURLToPath(new URL(`../support/${name}.js`, import.meta.url)),
];
const careless = script('careless-ws-client');
const careful = script('ws-client');
/** All that show the finding of the careless client, and no more. */
const cases = ['--case', 'accept-wrong', '--jobs', '2', '--name', 'mine'];

const audit = (client: readonly string[], ...options: string[]): ReturnType<typeof run> =>
  run(['client', ...cases, ...options, '-q', '--', ...client]);

describe('client --baseline', function () {
  this.timeout(60_000);

  it('is written from a run, tolerates what it lists, and notices what is gone', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'known.yaml');
      const written = await audit(careless, '--baseline', file, '--update-baseline');
      expect(written.stderr).to.match(/known\.yaml: 1 added, 0 removed, 0 kept; gate with it: pass\n$/);
      expect(written.code).to.equal(0);
      expect(await readFile(file, 'utf8')).to.match(
        /failures:\n {2}- client: mine\n {4}finding: takes-any-accept\n {4}reason: Opens although Sec-WebSocket-Accept is wrong\n$/,
      );
      const known = await audit(careless, '--baseline', file);
      expect(known.stdout).to.match(/nonconformant .* gate: pass \(1 known finding in the baseline\)/);
      expect(known.code).to.equal(0);
      const whole = await run(['client', ...cases, '--baseline', file, '--', ...careless]);
      expect(whole.stdout).to.match(
        /~ 1 known finding \(in baseline, not counted\)\n {3}\[MUST\] Opens although .*\n {5}known {2}Opens/,
      );

      const gone = await audit(careful, '--baseline', file);
      expect(gone.stdout).to.match(/gate: fail \(\S*known\.yaml:\d+ no longer fails\)/);
      expect(gone.code).to.equal(1);
      expect((await audit(careful, '--baseline', file, '--allow-unexpected-pass')).code).to.equal(0);
      const removed = await audit(careful, '--baseline', file, '--update-baseline');
      expect(removed.stderr).to.include('0 added, 1 removed, 0 kept; gate with it: pass');
      expect(await readFile(file, 'utf8')).to.include('failures: []');
    }));

  it('counts an entry for another client, and one that has expired, for nothing', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'known.json');
      const entry = { finding: 'takes-any-accept', reason: 'old' };
      await writeFile(file, JSON.stringify({ failures: [{ ...entry, client: 'their*' }] }));
      const other = await audit(careless, '--baseline', file);
      expect(other.stderr).to.include('no entry matches a client of this run');
      expect(other.code).to.equal(1);
      await writeFile(file, JSON.stringify({ failures: [{ ...entry, until: '2020-01-31' }] }));
      expect((await audit(careless, '--baseline', file)).code).to.equal(1);
      const updated = await audit(careless, '--baseline', file, '--update-baseline');
      expect(updated.stderr).to.match(
        /0 added, 0 removed, 1 kept; expired entries are not renewed; gate with it: fail/,
      );
    }));

  it('says nothing of a finding whose cases were not all run', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'known.yaml');
      await writeFile(file, 'failures:\n  - finding: takes-accept-twice\n    reason: old\n');
      expect((await audit(careful, '--baseline', file)).code).to.equal(0);
    }));

  const mistakes: Record<string, readonly [text: string, says: RegExp]> = {
    'an unknown finding': [
      'failures:\n  - finding: takes-any-acept\n    reason: x\n',
      /known\.yaml:2: finding is "takes-any-acept", which is unknown; did you mean takes-any-accept\?/,
    ],
    'an entry for servers': [
      'failures:\n  - criterion: status\n    reason: x\n',
      /known\.yaml:2: the entry has an unknown key "criterion"/,
    ],
    'an empty client': [
      'failures:\n  - client: ""\n    finding: host\n    reason: x\n',
      /known\.yaml:2: client is empty/,
    ],
  };
  for (const [name, [text, says]] of Object.entries(mistakes)) {
    it(`refuses ${name}`, () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'known.yaml');
        await writeFile(file, text);
        const { code, stderr } = await audit(careful, '--baseline', file);
        expect(stderr).to.match(says);
        expect(stderr.trim().split('\n')).to.have.lengthOf(1);
        expect(code).to.equal(2);
      }));
  }

  it('needs a file to update', async () => {
    const { code, stderr } = await audit(careful, '--update-baseline');
    expect(stderr).to.match(/--update-baseline needs the file to write: add --baseline FILE/);
    expect(code).to.equal(2);
  });
});
