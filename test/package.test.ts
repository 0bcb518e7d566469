/** The package as it is published: what it holds, what it depends on, and that other projects can use it. */

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { expect } from 'chai';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { root, withInstalled, withPacked } from './support/packed.ts';

const execute = promisify(execFile);
const binary = (name: string): string => path.join(root, 'node_modules', '.bin', name);

interface Manifest {
  readonly name: string;
  readonly version: string;
}

const runners = ['mocha', 'vitest', 'node-test', 'jest', 'chai', 'expect'];

interface Consumer {
  readonly source: string;
  /** The packages that it has besides. */
  readonly needs: readonly string[];
  readonly options: readonly string[];
}

const consumers: Readonly<Record<string, Consumer>> = {
  'the library and the suites': {
    needs: [],
    options: ['--types', 'node'],
    source: `
import { audit, type AuditEvent, type Report, UsageError } from 'handshake13';
import { handshakeSuite as jest } from 'handshake13/jest';
import { HandshakeFailure, handshakeSuite as mocha, type SuiteTarget } from 'handshake13/mocha';
import { handshakeSuite as nodeTest } from 'handshake13/node-test';
import { handshakeSuite as vitest } from 'handshake13/vitest';

const target: SuiteTarget = async () => ({ url: 'ws://127.0.0.1:1/', headers: [['Cookie', 'a=b']] });
for (const handshakeSuite of [jest, mocha, nodeTest, vitest]) {
  handshakeSuite(target, { profile: 'rfc', tier: 'core', skip: ['handshake/*'] });
}
const failure: Error = new HandshakeFailure('accepted');
console.log(failure.message);

const run = audit('ws://127.0.0.1:1/', { profile: 'rfc', sweep: true });
for await (const event of run) console.log((event satisfies AuditEvent).type);
const report: Report = await run.report();
const verdict: 'conformant' | 'passed' | 'nonconformant' | 'inconclusive' | undefined = report.targets[0]?.verdict;
console.log(verdict, new UsageError('wrong').message);
`,
  },
  'the plugin of Chai': {
    needs: ['chai', '@types/chai', '@types/deep-eql', 'assertion-error'],
    options: ['--types', 'node,chai'],
    source: `
import { expect, use } from 'chai';
import { handshake13Chai } from 'handshake13/chai';

use(handshake13Chai);
await expect('ws://127.0.0.1:1/').to.accept('valid/13');
await expect({ url: 'ws://127.0.0.1:1/' }).not.to.refuse('malformed/hex');
await expect('ws://127.0.0.1:1/').to.advertise([13]);
await (expect('ws://127.0.0.1:1/').to.conformTo('rfc') satisfies Promise<void>);
// @ts-expect-error: no probe is called so
await expect('ws://127.0.0.1:1/').to.accept('malformed/hexx');
`,
  },
  'the matchers of Vitest': {
    needs: ['vitest'],
    options: ['--types', 'node', '--skipLibCheck'],
    source: `
import { handshakeMatchers } from 'handshake13/expect';
import { expect } from 'vitest';

expect.extend(handshakeMatchers);
await expect('ws://127.0.0.1:1/').toAccept('valid/13');
await expect({ url: 'ws://127.0.0.1:1/' }).not.toRefuse('malformed/hex');
await expect('ws://127.0.0.1:1/').toAdvertise([13]);
await (expect('ws://127.0.0.1:1/').toConformTo('rfc') satisfies Promise<void>);
// @ts-expect-error: no probe is called so
await expect('ws://127.0.0.1:1/').toAccept('malformed/hexx');
`,
  },
  'the matchers of Jest': {
    needs: ['@jest/globals', 'expect'],
    options: ['--types', 'node', '--skipLibCheck'],
    source: `
import { expect } from '@jest/globals';
import { type HandshakeAssertions, handshakeMatchers } from 'handshake13/expect';

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T> extends HandshakeAssertions {}
}

expect.extend(handshakeMatchers);
await expect('ws://127.0.0.1:1/').toAccept('valid/13');
await expect({ url: 'ws://127.0.0.1:1/' }).not.toRefuse('malformed/hex');
await (expect('ws://127.0.0.1:1/').toConformTo('rfc') satisfies Promise<void>);
// @ts-expect-error: no probe is called so
await expect('ws://127.0.0.1:1/').toAccept('malformed/hexx');
`,
  },
};

describe('the package', function () {
  this.timeout(60_000);
  let manifest: Manifest;

  before(async () => {
    manifest = JSON.parse(await readFile('package.json', 'utf8'));
  });

  it('holds the command, the library, the schemas and what its users read, and no sources or tests', () =>
    withPacked(async (_folder, { files, unpackedSize }) => {
      const paths = files.map((file) => file.path);
      for (const needed of [
        'dist/bin/handshake13.js',
        'dist/bin/THIRD-PARTY-LICENSES.txt',
        'dist/bin/index.js',
        'dist/types/index.d.ts',
        ...runners.flatMap((name) => [`dist/bin/${name}.js`, `dist/types/runners/${name}.d.ts`]),
        'docs/report.schema.json',
        'docs/config.schema.json',
        'docs/baseline.schema.json',
        'docs/diff.schema.json',
        'README.md',
        'CHANGELOG.md',
        'SECURITY.md',
        'LICENSE',
      ])
        expect(paths).to.include(needed);
      expect(paths.filter((one) => /(?<!\.d)\.ts$|(^|\/)test\/|\.map$/.test(one))).to.deep.equal([]);
      // What the entries do not reach is private.
      expect(paths).to.not.include('dist/types/audit/prober.d.ts');
      expect(unpackedSize).to.be.below(5e6);
    }));

  it('depends on no other package, except on Vitest, BullMQ and ioredis where they are used', async () => {
    const { metafile } = await build({
      entryPoints: ['handshake13', 'index', ...runners].map((name) => `dist/bin/${name}.js`),
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      outdir: 'dist/bin',
      write: false,
      metafile: true,
    });
    const imported = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.map(({ path: from }) => from),
    );
    expect(imported).to.include('node:net');
    expect(imported.filter((from) => !isBuiltin(from))).to.have.members(['vitest', 'bullmq', 'ioredis']);
    expect(metafile.outputs['dist/bin/vitest.js']?.imports.map(({ path: from }) => from)).to.include(
      'vitest',
    );
    expect(manifest).to.not.have.any.keys('dependencies', 'optionalDependencies');
  });

  it('is what publint and arethetypeswrong expect of a package', () =>
    withPacked(async (folder, { filename }) => {
      const tarball = new Uint8Array(await readFile(path.join(folder, filename)));
      const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
      expect(messages.map((message) => formatMessage(message, pkg ?? {}))).to.deep.equal([]);
      const analysis = await checkPackage(createPackageFromTarballData(tarball));
      expect(analysis.types).to.deep.equal({ kind: 'included' });
      // It is for import alone, and for resolutions that know exports.
      const others = ['node10', 'node16-cjs'];
      const problems = 'problems' in analysis ? analysis.problems : [];
      expect(
        problems.filter((one) => !('resolutionKind' in one && others.includes(one.resolutionKind))),
      ).to.deep.equal([]);
    }));

  for (const [resolution, options] of Object.entries({
    node16: ['--module', 'node16'],
    bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
  })) {
    it(`can be imported with its types under moduleResolution ${resolution}`, async () => {
      const needs = Object.values(consumers).flatMap((consumer) => consumer.needs);
      await withInstalled(['@types/node', ...needs], async (folder) => {
        await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
        for (const [name, consumer] of Object.entries(consumers)) {
          await writeFile(path.join(folder, 'consumer.ts'), consumer.source);
          const args = ['--noEmit', '--strict', '--target', 'es2023', ...options, ...consumer.options];
          const compiled = await execute(binary('tsc'), [...args, 'consumer.ts'], { cwd: folder }).catch(
            (error) => error,
          );
          expect(compiled.stdout, name).to.equal('');
        }
      });
    });
  }
});
