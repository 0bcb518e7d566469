/** `score` of reports of clients: shown again, those of several reports side by side. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { auditClient } from '../../index.ts';
import type { ClientReport } from '../../report/client/client-report.ts';
import { run } from '../support/command.ts';
import { client } from '../support/inline-client.ts';
import { withFolder } from '../support/servers.ts';

const options = { case: ['accept-wrong', '403'], jobs: 2 } as const;
const careless = client({ opensOn: (head) => head.startsWith('HTTP/1.1 101 ') });

describe('score of reports of clients', function () {
  this.timeout(60_000);

  let right: ClientReport;
  let wrong: ClientReport;
  before(async () => {
    right = await auditClient(client(), { ...options, name: 'right' }).report();
    wrong = await auditClient(careless, { ...options, name: 'careless' }).report();
  });

  const withReports = (
    test: (right: string, wrong: string, folder: string) => Promise<void>,
  ): Promise<void> =>
    withFolder(async (folder) => {
      const files = [path.join(folder, 'right.json'), path.join(folder, 'wrong.json')] as const;
      await writeFile(files[0], JSON.stringify(right));
      await writeFile(files[1], JSON.stringify(wrong));
      await test(...files, folder);
    });

  it('shows one as the audit did, with its exit code', () =>
    withReports(async (good, bad, folder) => {
      const json = path.join(folder, 'again.json');
      expect((await run(['score', good, '-r', `json=${json}`])).code).to.equal(0);
      expect(JSON.parse(await readFile(json, 'utf8'))).to.deep.equal(JSON.parse(JSON.stringify(right)));
      const { code, stdout } = await run(['score', bad]);
      expect(stdout).to.match(/^✗ nonconformant {2}careless/);
      expect(code).to.equal(1);
      expect((await run(['score', bad, '--fail-on', 'never'])).code).to.equal(0);
    }));

  it('shows several side by side', () =>
    withReports(async (good, bad, folder) => {
      const page = path.join(folder, 'clients.html');
      const { code } = await run(['score', good, bad, '-o', page]);
      expect(code).to.equal(1);
      const html = await readFile(page, 'utf8');
      expect(html).to.include('Clients side by side').and.to.include('href="#careless/accept-wrong"');
    }));

  it('refuses what it cannot show', () =>
    withReports(async (good, bad, folder) => {
      const other = path.join(folder, 'other.json');
      const { clients } = wrong;
      const broken: Record<string, readonly [value: unknown, says: RegExp]> = {
        profile: [{ ...wrong, profile: 'browser' }, /judged by the profiles rfc and browser/],
        cases: [
          { ...wrong, clients: clients.map((one) => ({ ...one, cases: [{}] })) },
          /other\.json is not a report of the json reporter: clients\[0\]\.cases\[0\]\.id is missing/,
        ],
        direction: [{}, /other\.json is not a report of the json reporter/],
      };
      for (const [value, says] of Object.values(broken)) {
        await writeFile(other, JSON.stringify(value));
        const { code, stderr } = await run(['score', good, other]);
        expect(stderr).to.match(says);
        expect(code).to.equal(2);
      }
      const { code, stderr } = await run(['score', bad, '--profile', 'rfc']);
      expect(stderr).to.match(/--profile does not apply to clients/);
      expect(code).to.equal(2);
    }));
});
