/**
 * Runs the compiled tests under each release line of Node.js that the tool supports: `npm run test:node`, or
 * `npm run test:node -- 22 24` for some of them. Linux only: see node-package.mjs.
 */

import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import process from 'node:process';
import { architectures, nodePackage, nodeVersions } from './node-package.mjs';

const folders = ['wire', 'scoring', 'report', 'audit', 'runners', 'cli'];

function fail(message) {
  console.error(`test:node: ${message}`);
  process.exit(1);
}

/** The versions that the arguments name by their major version; all without arguments. */
function selectVersions(majors) {
  const known = new Map(nodeVersions.map((version) => [version.split('.')[0], version]));
  const unknown = majors.find((major) => !known.has(major));
  if (unknown !== undefined) fail(`unknown version ${unknown}; known: ${[...known.keys()].join(', ')}`);
  return majors.length === 0 ? nodeVersions : majors.map((major) => known.get(major));
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

if (process.platform !== 'linux' || !architectures.includes(process.arch)) {
  fail(`needs Linux on x64 or arm64; this is ${process.platform} on ${process.arch}`);
}
const failed = selectVersions(process.argv.slice(2)).filter((version) => {
  const binary = `${nodePackage(version)}/bin/node`;
  console.log(`\nNode.js ${version}`);
  return !test(binary);
});
if (failed.length > 0) fail(`tests failed under Node.js ${failed.join(', ')}`);
