/**
 * Builds the command as executables for Linux that need no Node.js: `npm run build:executable`, or `npm run
 * build:executable -- arm64` for one architecture. Node.js puts the bundle, as one file, into a copy of itself or of the
 * Node.js of another architecture; the result needs glibc, as Node.js does. With each goes what the licences ask for.
 */

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { build } from 'esbuild';
import { architectures, nodePackage, nodeVersions, run } from './node-package.mjs';

const version = nodeVersions.at(-1);
const asked = process.argv.slice(2);
const unknown = asked.find((one) => !architectures.includes(one));
if (unknown !== undefined) {
  console.error(`build:executable: unknown architecture ${unknown}; known: ${architectures.join(', ')}`);
  process.exit(2);
}

const main = 'dist/executable/main.mjs';
await build({
  entryPoints: ['dist/bin/handshake13.js'],
  outfile: main,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: `node${version}`,
  minify: true,
  logLevel: 'warning',
});

for (const architecture of asked.length > 0 ? asked : architectures) {
  const folder = `dist/executable/linux-${architecture}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const source = nodePackage(version, architecture);
  const settings = {
    main,
    mainFormat: 'module',
    executable: `${source}/bin/node`,
    output: `${folder}/handshake13`,
    // Otherwise each start prints a line on standard error.
    disableExperimentalSEAWarning: true,
    // It would be that of the architecture which builds.
    useCodeCache: false,
    // A variable that is meant for a Node.js program beside it must not change this one.
    execArgvExtension: 'none',
  };
  writeFileSync(`${folder}.json`, JSON.stringify(settings));
  run(`${nodePackage(version)}/bin/node`, ['--build-sea', `${folder}.json`]);
  rmSync(`${folder}.json`);
  copyFileSync(`${source}/LICENSE`, `${folder}/LICENSE-Node.js.txt`);
  copyFileSync('LICENSE', `${folder}/LICENSE.txt`);
  copyFileSync('dist/bin/THIRD-PARTY-LICENSES.txt', `${folder}/THIRD-PARTY-LICENSES.txt`);
  console.log(`${folder}/handshake13`);
}
rmSync(main);
