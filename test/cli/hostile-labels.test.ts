/** Labels and recorded reports that others have written: in no output are they a command or turn a line around. */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { formatNames } from '../../compare/formats.ts';
import { reporterNames } from '../../reporters/registry.ts';
import { run } from '../support/command.ts';
import { withFiles } from '../support/config-folder.ts';
import { withFixture } from '../support/servers.ts';

const hostile =
  'x \u202ea\u2066b\u2069 ##[error]c ##vso[task.setvariable variable=PATH]d \x1b[2J\n::error::e\n##[f]\n';

/** The commands of the runner that the reporter itself writes. */
const own = /^::(?:error|warning|notice) title=/;

function expectHarmless(output: string, what = ''): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  const raw = /^.*(?:[\u202a-\u202e\u2066-\u2069\x1b]|##\w*\[).*$/m.exec(output)?.[0];
  expect(raw, what).to.equal(undefined);
  for (const line of output.split('\n')) if (!own.test(line)) expect(line).to.not.match(/^\s*::/);
}

/** Every text of a report that names something for people. */
function withHostileTexts(json: string): string {
  const names = new Set([
    'label',
    'reason',
    'version',
    'name',
    'file',
    'warnings',
    'proxy',
    'address',
    'owner',
  ]);
  return JSON.stringify(
    JSON.parse(json, (key, value) => {
      if (key === 'targets' && Array.isArray(value))
        return value.map((target) => ({ ...target, label: hostile, reason: hostile, warnings: [hostile] }));
      return names.has(key) && typeof value === 'string' ? hostile : value;
    }),
  );
}

describe('what others have named', function () {
  this.timeout(60_000);

  for (const name of reporterNames) {
    it(`is no command in the report: ${name}`, () =>
      withFixture('number-conversion', ({ url }) =>
        withFiles(
          { 'handshake13.config.json': JSON.stringify({ targets: [{ url, label: hostile }] }) },
          (cwd) =>
            Promise.all(
              ['-v', '-q'].map(async (verbosity) => {
                const args = ['-r', name, verbosity, '--probe', 'malformed/{hex,word}'];
                const location = ['--sarif-location', 'handshake13.config.json'];
                const { code, stdout, stderr } = await run([...args, ...location], { cwd });
                expect(code).to.equal(1);
                expect(stdout).to.not.equal('');
                expectHarmless(stdout);
                expectHarmless(stderr);
              }),
            ),
        ),
      ));
  }

  it('is no command in the effective configuration, which can be read back', async () => {
    const target = { url: 'ws://127.0.0.1:1/', label: hostile.repeat(3), header: { 'X-A': '##[x] \u202e' } };
    await withFiles({ 'handshake13.config.json': JSON.stringify({ targets: [target] }) }, async (cwd) => {
      const { code, stdout } = await run(['--print-config'], { cwd });
      expect(code).to.equal(0);
      expectHarmless(stdout);
      expect(parse(stdout).targets[0].label).to.equal(target.label);
    });
  });

  it('is no command where a recorded report is scored, or compared in any format', () =>
    withFixture('number-conversion', ({ url }) =>
      withFiles({}, async (cwd) => {
        const { stdout } = await run([url, '-r', 'json', '--probe', 'malformed/{hex,word}']);
        const after = 'after\n::error::.json';
        await writeFile(path.join(cwd, 'before.json'), stdout);
        await writeFile(path.join(cwd, after), withHostileTexts(stdout));
        const commands = [
          ...formatNames.map((name) => ['diff', 'before.json', after, '-r', name]),
          ...formatNames.map((name) => ['diff', after, 'before.json', '-r', name]),
          ...reporterNames.flatMap((name) => (name === 'sarif' ? [] : [['score', after, '-r', name, '-v']])),
        ];
        for (const args of commands) {
          const outcome = await run(args, { cwd });
          expect(outcome.stdout, args.join(' ')).to.not.equal('');
          expectHarmless(outcome.stdout, args.join(' '));
          expectHarmless(outcome.stderr);
        }
      }),
    ));

  it('is no command in an error message, which quotes no more than 200 characters of it', async () => {
    const long = `${hostile}${'long '.repeat(100)}`;
    const commands = [
      [long],
      [`ws://${long}/`],
      ['explain', long],
      ['serve', long],
      ['score', long],
      ['diff', long, long],
      [`--${long}`],
      ['list', long],
      ['client', long],
      ...['--probe', '-H', '--origin', '--ca', '--resolve', '--proxy', '--reporter', '--config'].map(
        (option) => ['ws://127.0.0.1:1/', option, long],
      ),
      ...['--targets', '--baseline', '--profile', '--delay', '--sarif-location'].map((option) => [
        'ws://127.0.0.1:1/',
        `${option}=${long}`,
      ]),
      ['ws://127.0.0.1:1/', '-r', `json=${long}`],
    ];
    for (const args of commands) {
      const { code, stdout, stderr } = await run(args);
      expect(code, stderr).to.equal(2);
      expect(stdout).to.equal('');
      expect(stderr).to.match(/^handshake13: [^\n]+\n$/);
      expect(stderr.match(/long /g)?.length ?? 0, stderr).to.be.below(200 / 'long '.length);
      expectHarmless(stderr);
    }
  });
});
