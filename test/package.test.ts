/** The package as it is published: what it holds, what it depends on, and that other projects can use it. */

import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { expect } from 'chai';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { withFolder } from './support/servers.ts';

const execute = promisify(execFile);
const root = path.resolve('.');
const binary = (name: string): string => path.join(root, 'node_modules', '.bin', name);

interface Manifest {
  readonly name: string;
  readonly version: string;
}

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const consumer = `
import { audit, type AuditEvent, type Report, UsageError } from 'handshake13';

const run = audit('ws://127.0.0.1:1/', { profile: 'rfc', sweep: true });
for await (const event of run) console.log((event satisfies AuditEvent).type);
const report: Report = await run.report();
const verdict: 'conformant' | 'passed' | 'nonconformant' | 'inconclusive' | undefined = report.targets[0]?.verdict;
console.log(verdict, new UsageError('wrong').message);
`;

describe('the package', function () {
  this.timeout(60_000);
  let manifest: Manifest;

  before(async () => {
    manifest = JSON.parse(await readFile('package.json', 'utf8'));
  });

  async function packed<T>(use: (folder: string, result: Packed) => Promise<T>): Promise<T> {
    return withFolder(async (folder) => {
      const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
      const { stdout } = await execute('npm', args, { cwd: root });
      const [result] = JSON.parse(stdout) as Packed[];
      if (result === undefined) throw new Error('npm pack packed nothing');
      return use(folder, result);
    });
  }

  it('holds the command, the library, the schemas and what its users read, and no sources or tests', () =>
    packed(async (_folder, { files, unpackedSize }) => {
      const paths = files.map((file) => file.path);
      for (const needed of [
        'dist/bin/handshake13.js',
        'dist/bin/THIRD-PARTY-LICENSES.txt',
        'dist/bin/index.js',
        'dist/index.d.ts',
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
      expect(unpackedSize).to.be.below(5e6);
    }));

  it('depends on no other package', async () => {
    const { metafile } = await build({
      entryPoints: ['dist/bin/handshake13.js', 'dist/bin/index.js'],
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
    expect(imported.filter((from) => !isBuiltin(from))).to.deep.equal([]);
    expect(manifest).to.not.have.any.keys('dependencies', 'optionalDependencies');
  });

  it('is what publint and arethetypeswrong expect of a package', () =>
    packed(async (folder, { filename }) => {
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
    it(`can be imported with its types under moduleResolution ${resolution}`, () =>
      packed(async (folder, { filename }) => {
        await execute('tar', ['-xf', filename], { cwd: folder });
        const modules = path.join(folder, 'node_modules');
        await mkdir(path.join(modules, '@types'), { recursive: true });
        await symlink(path.join(folder, 'package'), path.join(modules, manifest.name));
        await symlink(path.join(root, 'node_modules/@types/node'), path.join(modules, '@types/node'));
        await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
        await writeFile(path.join(folder, 'consumer.ts'), consumer);
        const args = [
          '--noEmit',
          '--strict',
          '--target',
          'es2023',
          '--types',
          'node',
          ...options,
          'consumer.ts',
        ];
        const compiled = await execute(binary('tsc'), args, { cwd: folder }).catch((error) => error);
        expect(compiled.stdout).to.equal('');
      }));
  }
});
