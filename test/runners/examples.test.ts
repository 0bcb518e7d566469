/** The projects of docs/examples, run as they stand there: what they say of a conformant server, and of a plain one. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { conformanceProbes } from '../../probes/catalogue.ts';
import { copyExample, withInstalled } from '../support/packed.ts';
import { runInShell } from '../support/process.ts';

interface Example {
  /** The package of the runner; null for that of Node.js. */
  readonly needs: string | null;
  /** How its command selects tests by their names. */
  readonly filter: string;
  /** What the runner prints where so many tests pass and so many fail. */
  readonly counts: (passed: number, failed: number) => RegExp[];
}

const examples: Readonly<Record<string, Example>> = {
  mocha: {
    needs: 'mocha',
    filter: '-- --grep',
    counts: (passed, failed) => [
      new RegExp(`^  ${passed} passing`, 'm'),
      ...(failed === 0 ? [] : [new RegExp(`^  ${failed} failing`, 'm')]),
    ],
  },
  'node-test': {
    needs: null,
    filter: '-- --test-name-pattern',
    counts: (passed, failed) => [
      new RegExp(`^. pass ${passed}$`, 'm'),
      new RegExp(`^. fail ${failed}$`, 'm'),
    ],
  },
  vitest: {
    needs: 'vitest',
    filter: '-- --testNamePattern',
    counts: (passed, failed) => [
      new RegExp(`^ +Tests .*\\b${passed} passed`, 'm'),
      ...(failed === 0 ? [] : [new RegExp(`^ +Tests +${failed} failed`, 'm')]),
    ],
  },
  jest: {
    needs: 'jest',
    filter: '-- --testNamePattern',
    counts: (passed, failed) => [
      new RegExp(`^Tests: .*\\b${passed} passed`, 'm'),
      ...(failed === 0 ? [] : [new RegExp(`^Tests: +${failed} failed`, 'm')]),
    ],
  },
};

/** One test for each probe, and one for the version lists. */
const tests = conformanceProbes.length + 1;

/** The tests that ws fails without the guard, by the RFCs alone. */
const failing = 14;

const evidence = [
  'malformed/hex: [MUST] Accepts other spellings of the number 13',
  'sent      Sec-WebSocket-Version: 0xd',
  'expected  4xx',
  'got       101',
  'cause     The value is probably converted to a number before it is compared.',
  'fix       Compare the field value, trimmed of spaces and tabs, with the two bytes "13"',
  'clause    RFC 6455 §4.3; RFC 6455 §4.2.1',
  'finding   number-conversion',
];

describe('the examples for test runners', function () {
  this.timeout(120_000);

  for (const [name, { needs, filter, counts }] of Object.entries(examples)) {
    it(`${name}: passes for a conformant server, fails for a plain one, and runs single probes`, () =>
      withInstalled(['.bin', 'ws', ...(needs === null ? [] : [needs])], async (folder) => {
        const cwd = await copyExample(name, folder);
        const npmTest = (more = '', env: NodeJS.ProcessEnv = {}): ReturnType<typeof runInShell> =>
          runInShell(`npm test --silent ${more}`, { cwd, env: { NO_COLOR: '1', ...env } });

        const good = await npmTest();
        expect(good.code, good.stdout + good.stderr).to.equal(0);
        for (const count of counts(tests, 0)) expect(good.stdout + good.stderr).to.match(count);

        const bad = await npmTest('', { GUARD: 'off' });
        expect(bad.code).to.not.equal(0);
        const output = bad.stdout + bad.stderr;
        for (const count of counts(tests - failing, failing)) expect(output).to.match(count);
        for (const line of evidence) expect(output).to.include(line);
        expect(output).to.not.match(/^ *at .*handshake13\/dist/m);

        const single = await npmTest(`${filter} malformed/hex`, { GUARD: 'off' });
        expect(single.code).to.not.equal(0);
        for (const count of counts(0, 1).slice(-1)) expect(single.stdout + single.stderr).to.match(count);
      }));
  }

  it('mocha: prints what docs/test-runners.md shows', () =>
    withInstalled(['.bin', 'ws', 'mocha'], async (folder) => {
      const cwd = await copyExample('mocha', folder);
      const env = { NO_COLOR: '1', GUARD: 'off' };
      const { stdout } = await runInShell('npm test --silent -- --grep malformed/hex', { cwd, env });
      const page = readFileSync('docs/test-runners.md', 'utf8');
      const [, shown = 'nothing'] = /<!-- output: mocha -->\n\n```\n(.*?)```/s.exec(page) ?? [];
      expect(stdout).to.include(shown);
    }));

  it('all have the same server', () => {
    const servers = Object.keys(examples).map((name) =>
      readFileSync(`docs/examples/${name}/server.js`, 'utf8'),
    );
    expect(new Set(servers).size).to.equal(1);
  });
});
