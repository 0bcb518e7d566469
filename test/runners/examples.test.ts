/** The projects of docs/examples, run as they stand there: what they say of a conformant server, and of a plain one. */

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { conformanceProbes } from '../../probes/catalogue.ts';
import { copyExamples, withInstalled } from '../support/packed.ts';
import { runInShell } from '../support/process.ts';
import { closedPort, withFixture } from '../support/servers.ts';

interface Example {
  /** The packages that it needs besides ws. */
  readonly needs: readonly string[];
  /** How its command selects tests by their names; null where there is no suite. */
  readonly filter: string | null;
  /** Assertions beside the suite, or in its place. */
  readonly assertions: boolean;
  /** What the runner prints where so many tests pass and so many fail. */
  readonly counts: (passed: number, failed: number) => RegExp[];
}

const mochaCounts = (passed: number, failed: number): RegExp[] => [
  new RegExp(`^  ${passed} passing`, 'm'),
  ...(failed === 0 ? [] : [new RegExp(`^  ${failed} failing`, 'm')]),
];

const examples: Readonly<Record<string, Example>> = {
  mocha: {
    needs: ['mocha'],
    filter: '-- --grep',
    assertions: false,
    counts: mochaCounts,
  },
  chai: { needs: ['mocha', 'chai'], filter: null, assertions: true, counts: mochaCounts },
  'node-test': {
    needs: [],
    filter: '-- --test-name-pattern',
    assertions: false,
    counts: (passed, failed) => [
      new RegExp(`^. pass ${passed}$`, 'm'),
      new RegExp(`^. fail ${failed}$`, 'm'),
    ],
  },
  vitest: {
    needs: ['vitest'],
    filter: '-- --testNamePattern',
    assertions: true,
    counts: (passed, failed) => [
      new RegExp(`^ +Tests .*\\b${passed} passed`, 'm'),
      ...(failed === 0 ? [] : [new RegExp(`^ +Tests +${failed} failed`, 'm')]),
    ],
  },
  jest: {
    needs: ['jest'],
    filter: '-- --testNamePattern',
    assertions: true,
    counts: (passed, failed) => [
      new RegExp(`^Tests: .*\\b${passed} passed`, 'm'),
      ...(failed === 0 ? [] : [new RegExp(`^Tests: +${failed} failed`, 'm')]),
    ],
  },
};

/** One test for each probe, one for the version lists and one for the target; and those of them that ws fails without the guard by the RFCs alone. */
const suite = { passed: conformanceProbes.length + 2, failed: 14 };
const assertions = { passed: 5, failed: 4 };

const findingLines = [
  '[MUST] Accepts other spellings of the number 13',
  'sent      Sec-WebSocket-Version: 0xd',
  'got       101',
  'cause     The value is probably converted to a number before it is compared.',
  'fix       Compare the field value, trimmed of spaces and tabs, with the two bytes "13"',
  'clause    RFC 6455 §4.3; RFC 6455 §4.2.1',
  'finding   number-conversion',
];

const suiteLines = ['malformed/hex: [MUST] Accepts other spellings of the number 13', 'expected  4xx'];

const assertionLines = [
  /expected ws:\/\/127\.0\.0\.1:\d+\/ to refuse malformed\/hex, but the answer was 101$/m,
  /expected ws:\/\/127\.0\.0\.1:\d+\/ not to accept draft\/8, but the answer was 101$/m,
  /expected ws:\/\/127\.0\.0\.1:\d+\/ to advertise 13, but it advertises 8, 13$/m,
  /expected ws:\/\/127\.0\.0\.1:\d+\/ to conform to the profile rfc, but it has 5 findings$/m,
];

/** How each runner is told to retry a test that fails; null where it cannot. */
const retries: Readonly<Record<string, { readonly option: string; readonly before: string } | null>> = {
  mocha: { option: '--retries 1', before: '' },
  'node-test': null,
  vitest: { option: '--retry 1', before: '' },
  jest: { option: '', before: "import { jest } from '@jest/globals';\njest.retryTimes(1);\n" },
};

async function npmTest(cwd: string, more = '', env: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await runInShell(`npm test --silent ${more}`, {
    cwd,
    env: { NO_COLOR: '1', ...env },
  });
  return { code, output: stdout + stderr };
}

describe('the examples for test runners', function () {
  this.timeout(240_000);

  for (const [name, example] of Object.entries(examples)) {
    const { needs, filter, counts } = example;
    const parts = [...(filter === null ? [] : [suite]), ...(example.assertions ? [assertions] : [])];
    const total = parts.reduce((sum, { passed }) => sum + passed, 0);
    const failing = parts.reduce((sum, { failed }) => sum + failed, 0);

    it(`${name}: passes for a conformant server, fails for a plain one`, () =>
      withInstalled(['.bin', 'ws', ...needs], async (folder) => {
        const cwd = await path.join(await copyExamples(folder), name);

        const good = await npmTest(cwd);
        expect(good.code, good.output).to.equal(0);
        for (const pattern of counts(total, 0)) expect(good.output).to.match(pattern);

        const bad = await npmTest(cwd, '', { GUARD: 'off' });
        expect(bad.code).to.not.equal(0);
        for (const pattern of counts(total - failing, failing)) expect(bad.output).to.match(pattern);
        for (const line of findingLines) expect(bad.output).to.include(line);
        for (const line of filter === null ? [] : suiteLines) expect(bad.output).to.include(line);
        for (const line of example.assertions ? assertionLines : []) expect(bad.output).to.match(line);
        expect(bad.output).to.not.match(/^ *at .*handshake13\/dist/m);

        if (filter === null) return;
        const single = await npmTest(cwd, `${filter} malformed/hex`, { GUARD: 'off' });
        expect(single.code).to.not.equal(0);
        for (const pattern of counts(0, 1).slice(-1)) expect(single.output).to.match(pattern);
      }));
  }

  for (const [name, retry] of Object.entries(retries)) {
    it(`${name}: skips or passes known failures, retries a probe, and says what it could not tell`, () =>
      withInstalled(['.bin', 'ws', ...(examples[name]?.needs ?? []), '@jest/globals'], async (folder) => {
        const cwd = path.join(await copyExamples(folder), name);
        const file = path.join(cwd, 'test/handshake.test.js');
        const write = (suite: string): Promise<void> =>
          writeFile(file, `import { handshakeSuite } from 'handshake13/${name}';\n${suite}\n`);
        const { filter } = examples[name] ?? {};

        await withFixture('number-conversion', async (bad) => {
          const baseline = [{ probe: 'malformed/hex', criterion: '*', reason: 'issue 7' }];
          const options = { probe: ['malformed/{hex,word}'], baseline };
          await write(`handshakeSuite('${bad.url}', ${JSON.stringify(options)});`);
          const known = await npmTest(
            cwd,
            `${filter} malformed/ ${name === 'vitest' ? '--reporter verbose' : ''}`,
          );
          expect(known.code, known.output).to.equal(0);
          expect(known.output).to.include('malformed/hex').and.include('known: issue 7');

          if (retry === null) return;
          await withFixture('conformant', async (good) => {
            const urls = JSON.stringify([bad.url, good.url]);
            await write(
              `${retry.before}const urls = ${urls};\nhandshakeSuite(() => urls.shift(), { probe: ['malformed/hex'] });`,
            );
            const retried = await npmTest(cwd, `${filter} malformed/hex ${retry.option}`);
            expect(retried.code, retried.output).to.equal(0);
            expect(good.handshakes).to.be.within(3, 5);
          });
        });

        await write(`handshakeSuite('ws://127.0.0.1:${await closedPort()}/');`);
        const unreachable = await npmTest(cwd, `${filter} malformed/hex`);
        expect(unreachable.code).to.not.equal(0);
        expect(unreachable.output).to.match(
          /could not tell anything about ws:\/\/127\.0\.0\.1:\d+\/: .*the connection was refused/,
        );
      }));
  }

  for (const [name, filter] of Object.entries({ mocha: 'malformed/hex', chai: 'hexadecimal' })) {
    it(`${name}: prints what docs/test-runners.md shows`, () =>
      withInstalled(['.bin', 'ws', 'mocha', 'chai'], async (folder) => {
        const cwd = await path.join(await copyExamples(folder), name);
        const { output } = await npmTest(cwd, `-- --grep ${filter}`, { GUARD: 'off' });
        const page = readFileSync('docs/test-runners.md', 'utf8');
        const [, shown = 'nothing'] =
          new RegExp(`<!-- output: ${name} -->\\n\\n\`\`\`\\n(.*?)\`\`\``, 's').exec(page) ?? [];
        expect(output.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:49152')).to.include(shown);
      }));
  }
});
