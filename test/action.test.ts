/** The steps of action.yml, run as GitHub's runner runs them, with GitHub's own command against an API on loopback. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { parse } from 'yaml';
import { type Outcome, run as runCommand } from './support/command.ts';
import { isInstalled, unpackPackages } from './support/debian-packages.ts';
import { asStep, runJob } from './support/pipeline.ts';
import { runInShell } from './support/process.ts';
import { withFixture, withFolder } from './support/servers.ts';

interface Step {
  readonly name: string;
  readonly run: string;
  readonly shell: string;
  readonly uses?: string;
}

const { runs } = parse(readFileSync('action.yml', 'utf8')) as { runs: { using: string; steps: Step[] } };

function scriptOf(name: string): string {
  const step = runs.steps.find((one) => one.name === name);
  if (step?.shell !== 'bash') throw new Error(`action.yml has no step "${name}" for bash`);
  return asStep(step.run);
}

const actionPath = process.cwd();

describe('the action', function () {
  this.timeout(60_000);

  it('installs nothing, builds nothing and uses no other action', () => {
    expect(runs.using).to.equal('composite');
    for (const { uses, run } of runs.steps) {
      expect(uses).to.equal(undefined);
      expect(run).to.not.match(/\b(?:npm|npx|tsc|curl)\b/);
    }
  });

  describe('its audit', () => {
    const script = scriptOf('Audit');
    const env = { GITHUB_ACTION_PATH: actionPath, GITHUB_OUTPUT: 'output.txt' };
    const exitCodeIn = (folder: string) => readFile(path.join(folder, 'output.txt'), 'utf8');

    for (const [fixture, code] of [
      ['conformant', 0],
      ['number-conversion', 1],
      ['control-401', 3],
    ] as const) {
      it(`ends with ${code} for ${fixture}, and says so to later steps`, () =>
        runJob(
          script.replace('$TARGETS', '$TARGET'),
          fixture,
          async (outcome, folder) => {
            expect(outcome.code, outcome.stderr).to.equal(code);
            expect(await exitCodeIn(folder)).to.equal(`exit-code=${code}\n`);
          },
          { ...env, OPTIONS: '--probe=malformed/hex\n\n--profile=rfc\n' },
        ));
    }

    it('takes each line as one argument, whatever is in it', () =>
      runJob(
        script,
        'conformant',
        ({ code, stdout, stderr }) => {
          expect(code).to.equal(2);
          expect(stdout + stderr).to.include('$(touch x) `y` *');
        },
        { ...env, OPTIONS: '', TARGETS: 'ws://localhost/\n$(touch x) `y` *' },
      ));

    it('takes no target for an option', () =>
      runJob(
        script,
        'conformant',
        ({ code, stdout, stderr }) => {
          expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
          expect(stderr).to.include('"--insecure" is not a target');
        },
        { ...env, OPTIONS: '', TARGETS: '--insecure\nws://localhost/' },
      ));

    it('hands its inputs on, each as one value', () =>
      runJob(
        script,
        'number-conversion',
        ({ code, stdout }) => {
          expect(code).to.equal(0);
          expect(stdout).to.match(/^tier: core # command line$/m);
          expect(stdout).to.match(/^profile: rfc # command line$/m);
          expect(stdout).to.match(/^fail-on: never # command line$/m);
          expect(stdout).to.match(/^# configuration file: my config\.yaml$/m);
          expect(stdout).to.match(/^baseline: known \$\(x\)\.yaml # command line$/m);
        },
        {
          ...env,
          TIER: 'core',
          PROFILE: 'rfc',
          FAIL_ON: 'never',
          CONFIG: 'my config.yaml',
          BASELINE: 'known $(x).yaml',
          OPTIONS: '--print-config',
          TARGETS: 'ws://localhost/',
        },
        { 'my config.yaml': '{}', 'known $(x).yaml': 'failures: []' },
      ));

    it('audits what the configuration names where no target is given', () =>
      runJob(
        script,
        'conformant',
        ({ code, stdout }) => {
          expect(code).to.equal(0);
          expect(stdout).to.match(/✓ conformant {2}ws:/);
        },
        { ...env, OPTIONS: '', TARGETS: '' },
      ));

    it('is one clear line where the commit has no bundle', () =>
      runJob(
        script,
        'conformant',
        async ({ code, stdout, stderr }, folder) => {
          expect({ code, stderr }).to.deep.equal({ code: 2, stderr: '' });
          expect(stdout).to.match(
            /^::error title=handshake13::This commit of the action has no bundle [^\n]+\n$/,
          );
          expect(await exitCodeIn(folder)).to.equal('exit-code=2\n');
        },
        { ...env, GITHUB_ACTION_PATH: '/nonexistent' },
      ));

    it('is one clear line where the job has no Node.js', () =>
      withFolder(async (programs) => {
        for (const name of ['bash', 'cat']) {
          const found = execFileSync('bash', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
          await symlink(found, path.join(programs, name));
        }
        await runJob(
          script,
          'conformant',
          ({ code, stdout, stderr }) => {
            expect({ code, stderr }).to.deep.equal({ code: 2, stderr: '' });
            expect(stdout).to.match(/^::error title=handshake13::The job has no Node\.js [^\n]+\n$/);
          },
          { ...env, PATH: programs },
        );
      }));
  });

  describe('its comparison with the base branch', () => {
    const script = scriptOf('Compare with the base branch');
    const marker = '<!-- handshake13: Handshake, audit -->';
    let searchPath = process.env.PATH ?? '';

    before(async function () {
      this.timeout(300_000);
      if (!(await isInstalled('gh'))) searchPath = (await unpackPackages('gh')).env.PATH ?? '';
    });

    /** Audits a server before and after, and runs the step with both reports. */
    async function compare(
      api: string,
      env: Readonly<Record<string, string>> = {},
    ): Promise<Outcome & { readonly summary: string }> {
      return withFolder(async (folder) => {
        for (const [file, fixture] of [
          ['before.json', 'conformant'],
          ['after.json', 'number-conversion'],
        ] as const) {
          const report = `json=${path.join(folder, file)}`;
          await withFixture(fixture, ({ url }) =>
            runCommand([url, '--probe', 'malformed/*', '-q', '-r', report]),
          );
        }
        const outcome = await runInShell(script, {
          cwd: folder,
          env: {
            PATH: searchPath,
            // GitHub's command asks http://api.github.localhost, through this proxy.
            http_proxy: api,
            GITHUB_SERVER_URL: 'https://github.localhost',
            GH_TOKEN: 'token',
            GITHUB_ACTION_PATH: actionPath,
            GITHUB_REPOSITORY: 'owner/name',
            GITHUB_WORKFLOW: 'Handshake',
            GITHUB_JOB: 'audit',
            GITHUB_STEP_SUMMARY: 'summary.md',
            RUNNER_TEMP: folder,
            PULL_REQUEST: '7',
            BEFORE: 'before.json',
            AFTER: 'after.json',
            ...env,
          },
        });
        const summary = await readFile(path.join(folder, 'summary.md'), 'utf8').catch(() => '');
        return { ...outcome, summary };
      });
    }

    it('is a comment, which the next run replaces', () =>
      withApi(async (api) => {
        const first = await compare(api.url);
        expect(first).to.include({ code: 0, stderr: '' });
        expect(api.comments).to.have.lengthOf(1);
        expect(api.comments[0]?.body).to.match(
          /^<!-- handshake13: Handshake, audit -->\n## Sec-WebSocket-Version\n/,
        );
        expect(api.comments[0]?.body)
          .to.include('new finding: \\[MUST] Accepts')
          .and.to.include(first.summary);

        expect(await compare(api.url, { AFTER: 'before.json' })).to.include({ code: 0, stderr: '' });
        expect(api.comments).to.have.lengthOf(1);
        expect(api.comments[0]?.body).to.include('no difference').and.to.not.include('new finding');
      }));

    it('leaves the comments of others, of people and of other jobs, as they are', () =>
      withApi(async (api) => {
        const theirs = [
          { id: 101, user: { type: 'User' }, body: `${marker}\nmine` },
          { id: 102, user: { type: 'Bot' }, body: '<!-- handshake13: Handshake, another -->' },
          { id: 103, user: { type: 'Bot' }, body: null },
        ];
        api.comments.push(...theirs);
        await compare(api.url);
        expect(api.comments.slice(0, 3)).to.deep.equal(theirs);
        expect(api.comments).to.have.lengthOf(4);
      }));

    it('fits in a comment, cut at the end of a line', () =>
      withApi((api) =>
        withFolder(async (action) => {
          await mkdir(path.join(action, 'dist/bin'), { recursive: true });
          const long = `require('fs').writeFileSync(process.argv.at(-1).split('=')[2], '| é |\\n'.repeat(1e5))`;
          await writeFile(path.join(action, 'dist/bin/handshake13.js'), long);
          expect(await compare(api.url, { GITHUB_ACTION_PATH: action })).to.include({ code: 0, stderr: '' });
          expect(api.comments[0]?.body).to.have.lengthOf.within(50_000, 65_536);
          expect(api.comments[0]?.body).to.match(/\n\| é \|\n\nThe rest is in the job summary\.\n$/);
        }),
      ));

    it('is in the job summary alone where the token may not comment, with a warning', () =>
      withApi(
        async ({ url, comments }) => {
          const { code, stdout, summary } = await compare(url);
          expect(code).to.equal(0);
          expect(stdout).to.match(
            /^::warning title=handshake13::The comparison could not be added [^\n]+\n/m,
          );
          expect(summary).to.match(/^## Sec-WebSocket-Version\n/);
          expect(comments).to.deep.equal([]);
        },
        { isReadOnly: true },
      ));

    for (const [what, env, says] of [
      [
        'no report of the base branch',
        { BEFORE: 'missing.json' },
        /^::notice .*no report of the base branch yet/,
      ],
      ['no report of this run', { AFTER: '' }, /^::warning .*no JSON report of this run/],
      ['a file that is not a report', { BEFORE: '.step.sh' }, /^::warning .*could not be compared/],
    ] as const) {
      it(`is a line in the log where there is ${what}`, () =>
        withApi(async ({ url, comments }) => {
          const { code, stdout, summary } = await compare(url, env);
          expect({ code, summary }).to.deep.equal({ code: 0, summary: '' });
          expect(stdout)
            .to.match(says)
            .and.to.match(/^[^\n]+\n$/);
          expect(comments).to.deep.equal([]);
        }));
    }
  });
});

interface Comment {
  readonly id: number;
  readonly user: { readonly type: string };
  readonly body: string | null;
}

interface Api {
  readonly url: string;
  readonly comments: Comment[];
}

/** What GitHub's API does with the comments of one pull request. */
async function withApi(
  use: (api: Api) => Promise<void>,
  { isReadOnly = false }: { readonly isReadOnly?: boolean } = {},
): Promise<void> {
  const comments: Comment[] = [];
  const root = 'http://api.github.localhost/repos/owner/name/issues';
  const answer = async (request: IncomingMessage): Promise<[status: number, body: unknown]> => {
    const url = request.url?.replace(/\?.*/, '') ?? '';
    if (request.method === 'GET' && url === `${root}/7/comments`) return [200, comments];
    if (isReadOnly) return [403, { message: 'Resource not accessible by integration' }];
    const { body } = JSON.parse(await text(request)) as { body: string };
    if (request.method === 'POST' && url === `${root}/7/comments`) {
      comments.push({ id: comments.length + 1, user: { type: 'Bot' }, body });
      return [201, {}];
    }
    const index = comments.findIndex(({ id }) => url === `${root}/comments/${id}`);
    const found = comments[index];
    if (request.method !== 'PATCH' || found === undefined) return [404, { message: 'Not Found' }];
    comments[index] = { ...found, body };
    return [200, {}];
  };
  const server = createServer((request, response) => {
    answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, comments });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
