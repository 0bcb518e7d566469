/**
 * Whatever the command is given, it ends with a result, or with one line on standard error, exit code 2 and nothing
 * sent. `RUNS=10000` tries more.
 */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { commandNames, optionsOfCommand } from '../../cli/options/command-options.ts';
import { type Outcome, run } from '../support/command.ts';
import { withFiles } from '../support/config-folder.ts';
import { withFixture, withFolder, withRecorder } from '../support/servers.ts';

const runs = Number(process.env.RUNS ?? 1000);

const words = [
  ...[
    '',
    ' ',
    '-',
    '--',
    '-x',
    '=',
    '*',
    '**',
    '{a,b}',
    '[',
    '!(',
    '\\',
    'none',
    'true',
    'null',
    '0',
    '-1',
    '1e9',
  ],
  ...[
    'NaN',
    '0x10',
    '1.5',
    '99999999999',
    `\${HOME}`,
    `\${toString}`,
    '${',
    '$${',
    'a:b',
    'A: b',
    ': b',
    'Host: x',
  ],
  ...[
    'valid/13',
    'malformed/*',
    'mdn',
    'rfc',
    'should',
    'json',
    'json=',
    'tap=/dev/null',
    'json=a/b',
    'sarif',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '127.0.0.1:1',
    'ws://127.0.0.1:1/',
    'wss://[::1]:1/',
    'ws://u:p@[::1]',
  ],
  ...[
    'http+unix:',
    'ws+unix:/a:/b',
    'ftp://a',
    'ws://',
    '//',
    'ws://127.0.0.1:1/#',
    'ws://127.0.0.1:99999',
    '%zz',
  ],
  ...[
    'known.yaml',
    'known.json',
    'list.txt',
    'report.json',
    '.',
    '/',
    '/dev/null',
    'a\nb',
    '\u202e',
    '\ud800',
    '##[x]',
  ],
];
const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll('\0', '')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('a', '*(', '[[', '{{', '..', '/').map((part) => part.repeat(30_000)),
  },
);
const names = Object.values(optionsOfCommand).flatMap((options) => Object.keys(options));
const option = fc.oneof(
  fc.tuple(fc.constantFrom(...names), word).map(([name, value]) => [`--${name}=${value}`]),
  fc.tuple(fc.constantFrom(...names), word).map(([name, value]) => [`--${name}`, value]),
  fc.constantFrom(...names).map((name) => [`--no-${name}`]),
  fc.constantFrom('-v', '-q', '-r', '-H', '-h', '-qv', '-', '---', '--=').map((flag) => [flag]),
  word.map((one) => [one]),
);
const args = fc
  .array(option, { maxLength: 6 })
  .map((options) => options.flat())
  .filter((all) => !all.some((arg) => arg.startsWith('--no-print-config')));

/** What a file may hold: keys that there are with values that are wrong, and text that is no document at all. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  word,
  fc.jsonValue({ maxDepth: 2 }),
  fc.array(word, { maxLength: 3 }),
  fc.dictionary(word, word, { maxKeys: 2 }),
);
const document = (keys: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 4 }).map((data) => JSON.stringify(data)),
    fc
      .array(fc.tuple(fc.constantFrom(...keys), word), { maxLength: 4 })
      .map((lines) => lines.map(([key, text]) => `${key}: ${text}\n`).join('')),
    fc.constantFrom(
      'a: &a [*a]',
      '%YAML 1.1\n---\n!!set {a}',
      '<<: *x',
      '- &b [&c *b]',
      '\u{feff}{}',
      '? [a]\n: b',
    ),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
const configuration = document([...names, 'targets', 'url', 'label', '$schema', '__proto__']);
const entry = fc.record(
  { criterion: word, probe: word, reason: word, target: word, until: word },
  { requiredKeys: [] },
);
const baseline = fc.oneof(
  document(['failures', 'version', '$schema']),
  fc.array(entry, { maxLength: 3 }).map((failures) => JSON.stringify({ version: 1, failures })),
);
const environment = fc.dictionary(
  fc
    .constantFrom(...names, 'nothing')
    .map((name) => `HANDSHAKE13_${name.toUpperCase().replaceAll('-', '_')}`),
  word,
  { maxKeys: 1 },
);

function expectResultOrUsageError({ code, stdout, stderr }: Outcome, results: readonly number[]): void {
  const said = JSON.stringify({ code, stdout: stdout.slice(0, 500), stderr });
  expect(stderr, said).to.not.match(/\n\s+at |internal error|node:internal/);
  if (code === 2) {
    expect(stdout, said).to.equal('');
    expect(stderr, said).to.match(/^handshake13: [^\n]+\n$/);
    expect(stderr.length, said).to.be.below(700);
  } else expect(results, said).to.include(code);
}

describe('whatever the command is given', function () {
  this.timeout(120_000 + runs * 60);

  it('in arguments, environment and files, it resolves the settings or says what is wrong', () =>
    withFolder((cwd) =>
      fc.assert(
        fc.asyncProperty(
          args,
          environment,
          fc.option(configuration),
          baseline,
          fc.array(word, { maxLength: 4 }),
          async (given, env, config, known, list) => {
            const files = { 'known.yaml': known, 'known.json': known, 'list.txt': list.join('\n') };
            await Promise.all(
              Object.entries(files).map(([name, text]) => writeFile(path.join(cwd, name), text)),
            );
            await writeFile(path.join(cwd, 'handshake13.config.yaml'), config ?? '{}');
            expectResultOrUsageError(await run(['--print-config', ...given], { cwd, env }), [0]);
          },
        ),
        { numRuns: runs },
      ),
    ));

  it('in arguments of a command that sends nothing, it runs or says what is wrong', () => {
    const command = fc.constantFrom(
      ...commandNames.filter(
        (name) => !['audit', 'client', 'demo', 'serve', 'listen', 'completion'].includes(name),
      ),
    );
    return withFiles({ 'report.json': '{}' }, (cwd) =>
      fc.assert(
        fc.asyncProperty(command, fc.array(option, { maxLength: 4 }), async (name, given) => {
          expectResultOrUsageError(await run([name, ...given.flat()], { cwd }), [0]);
        }),
        { numRuns: runs },
      ),
    );
  });

  it('in a recorded report, it judges and compares it or says what is wrong', () =>
    withFixture('number-conversion', ({ url }) =>
      withFolder(async (cwd) => {
        await run([url, '-r', 'json=before.json', '--probe', 'malformed/{hex,word}', '--fail-on', 'never'], {
          cwd,
        });
        const { stdout } = await run(['score', 'before.json', '-r', 'json'], { cwd });
        const paths: (readonly string[])[] = [];
        const walk = (part: unknown, at: readonly string[]): void => {
          paths.push(at);
          if (typeof part === 'object' && part !== null)
            for (const [key, child] of Object.entries(part)) walk(child, [...at, key]);
        };
        walk(JSON.parse(stdout), []);
        const base64 = fc
          .uint8Array({ maxLength: 200 })
          .map((bytes) => Buffer.from(bytes).toString('base64'));
        const changes = fc.array(
          fc.tuple(fc.constantFrom(...paths), fc.oneof(value, base64, fc.constant(undefined))),
          {
            minLength: 1,
            maxLength: 4,
          },
        );
        await fc.assert(
          fc.asyncProperty(changes, fc.constantFrom('terminal', 'json', 'markdown'), async (made, format) => {
            const report = JSON.parse(stdout);
            for (const [at, to] of made) replace(report, at, to);
            await writeFile(path.join(cwd, 'after.json'), JSON.stringify(report));
            const results = [0, 1, 3];
            expectResultOrUsageError(await run(['score', 'after.json', '-r', format], { cwd }), results);
            for (const files of [
              ['before.json', 'after.json'],
              ['after.json', 'before.json'],
            ])
              expectResultOrUsageError(await run(['diff', ...files, '-r', format], { cwd }), results);
          }),
          { numRuns: Math.ceil(runs / 2) },
        );
      }),
    ));

  it('it sends nothing where it says that something is wrong', () =>
    withRecorder(({ port, received }) => {
      const target = `ws://127.0.0.1:${port}/`;
      const limits = ['--probe', 'valid/13', '--max-time', '1000', '--no-config'];
      const wrong = fc.constantFrom(
        ...names.filter((name) => !['proxy', 'wait', 'print-config'].includes(name)),
      );
      return withFolder((cwd) =>
        fc.assert(
          fc.asyncProperty(wrong, fc.constantFrom(...words), async (name, text) => {
            const before = received.length;
            const outcome = await run([target, ...limits, `--${name}=${text}`], { cwd });
            expect(outcome.stderr).to.not.match(/\n\s+at |internal error/);
            if (outcome.code === 2) expect(received.length, outcome.stderr).to.equal(before);
            else expect([1, 3], JSON.stringify(outcome)).to.include(outcome.code);
          }),
          { numRuns: Math.ceil(runs / 5) },
        ),
      );
    }));
});

/** Replaces a part of a document; by undefined it is removed. */
function replace(document: unknown, at: readonly string[], to: unknown): void {
  const parent = at
    .slice(0, -1)
    .reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], document);
  const key = at.at(-1);
  if (typeof parent === 'object' && parent !== null && key !== undefined)
    (parent as Record<string, unknown>)[key] = to;
}
