/** One run against a server that others wrote, shown by every reporter at once. */

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import stringWidth from 'string-width';
import type { Report } from '../../index.ts';
import { reporterNames } from '../../reporters/registry.ts';
import { startServer } from '../support/child-server.ts';
import { run } from '../support/command.ts';
import { withFolder } from '../support/servers.ts';

describe('the report for people', function () {
  this.timeout(60_000);

  it('of ws is at most 60 lines at 100 columns, wide ones counted as the terminal breaks them', async () => {
    const server = await startServer('ws-alone');
    try {
      const { stdout } = await run([server.url], { env: { COLUMNS: '100' } });
      const rows = stdout
        .trimEnd()
        .split('\n')
        .reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / 100)), 0);
      expect(rows).to.be.at.most(60);
      expect(stdout).to.match(/^1 \[MUST\] Accepts other spellings of the number 13 /m);
    } finally {
      await server.stop();
    }
  });
});

describe('all reporters at once', function () {
  this.timeout(60_000);

  it('report the same of one run against ws', async () => {
    const server = await startServer('ws-alone');
    try {
      await withFolder(async (folder) => {
        const fileOf = (name: string): string => path.join(folder, `report.${name}`);
        const args = reporterNames.flatMap((name) => ['-r', `${name}=${fileOf(name)}`]);
        const { code, stdout, stderr } = await run([server.url, ...args, '--sarif-location', 'README.md']);
        expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
        expect(stdout).to.match(/^✗ nonconformant · [^\n]+\n$/);
        const texts = new Map(reporterNames.map((name) => [name, readFileSync(fileOf(name), 'utf8')]));
        const report: Report = JSON.parse(await readFile(fileOf('json'), 'utf8'));
        const [target] = report.targets;
        const failed = target?.probes.filter(({ verdict }) => verdict === 'fail') ?? [];
        expect(failed.length).to.be.greaterThan(20);
        for (const { title } of target?.findings ?? []) {
          for (const name of ['terminal', 'markdown', 'sarif', 'ndjson'] as const) {
            expect(texts.get(name), name).to.include(title);
          }
          // A colon would end the title of an annotation.
          expect(texts.get('github')).to.include(title.replaceAll(':', '%3A'));
        }
        expect(texts.get('junit')?.match(/<failure /g)).to.have.lengthOf(target?.findings.length ?? 0);
        expect(texts.get('junit-probes')?.match(/<failure /g)).to.have.lengthOf(failed.length);
        expect(texts.get('tap')?.match(/^not ok /gm)).to.have.lengthOf(failed.length);
        expect(texts.get('badge')).to.include(`${target?.score.percent}%`);
      });
    } finally {
      await server.stop();
    }
  });
});
