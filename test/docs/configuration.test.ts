/** The page about configuration shows what there is: its example is read, and what it shows is what the command says. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { run } from '../support/command.ts';
import { errorLine, withFiles } from '../support/config-folder.ts';
import { pem } from '../support/servers.ts';

const page = readFileSync('docs/configuration.md', 'utf8');
const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
const [, shown = ''] =
  /^\$ HANDSHAKE13_DELAY=50 handshake13 staging --fail-on should --print-config\n(.*?)```/ms.exec(page) ?? [];

describe('the page about configuration', function () {
  this.timeout(30_000);

  const withExample = <T>(use: (folder: string) => Promise<T>, text = example): Promise<T> =>
    withFiles({ 'handshake13.config.yaml': text, 'tls/ca.pem': pem('ca.pem'), 'reports/x': '' }, use);

  it('shows what --print-config says of its example', async () => {
    await withExample(async (cwd) => {
      const env = { HANDSHAKE13_DELAY: '50', TENANT: 'blue', STAGING_TOKEN: 'abcdef' };
      const { stdout, stderr } = await run(['staging', '--fail-on', 'should', '--print-config'], {
        cwd,
        env,
      });
      expect(stderr).to.equal('');
      expect(stdout).to.equal(shown);
    });
  });

  it('shows error messages as they are', async () => {
    const env = { TENANT: 'blue' };
    const printed = [
      await withExample((cwd) => errorLine(cwd), example.replace('fail-on', 'failOn')),
      await withExample((cwd) => errorLine(cwd, [], env)),
      await withExample((cwd) => errorLine(cwd, [], { ...env, HANDSHAKE13_FAILON: 'must' })),
    ];
    const shown = [...page.matchAll(/^handshake13: (.*)$/gm)].map(([, line]) => line);
    expect(shown).to.deep.equal(printed);
  });

  it('names files that there are', () => {
    for (const [, file = ''] of page.matchAll(/\]\(([^)#]+)\)/g))
      expect(() => readFileSync(path.join('docs', file)), file).not.to.throw();
  });
});
