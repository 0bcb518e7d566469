/**
 * Prints what it takes to get the command and to start it: `npm run sizes`. Times are medians of five runs on this
 * machine, with a warm cache.
 */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';

const folder = mkdtempSync(join(tmpdir(), 'handshake13-sizes-'));
process.on('exit', () => rmSync(folder, { recursive: true }));

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const seconds = (ms) => `${(ms / 1e3).toFixed(2)} s`;
const show = (what, value) => console.log(`${what.padEnd(62)} ${value}`);

function execute(program, args, options = {}) {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });
}

/** Milliseconds, of the middle one of five runs. */
async function median(run) {
  const times = [];
  for (let i = 0; i < 5; i++) {
    const begin = performance.now();
    const end = await run(i);
    times.push((end ?? performance.now()) - begin);
  }
  return times.sort((a, b) => a - b)[2];
}

function sizeOf(path) {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

// The package.
const [packed] = JSON.parse(
  execute('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
);
const tarball = join(folder, packed.filename);
show('package: packed', megabytes(packed.size));
const install = (i) => {
  const prefix = join(folder, `install-${i}`);
  mkdirSync(prefix);
  execute('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', prefix, tarball]);
};
show('package: npm install into an empty folder', seconds(await median(install)));
const { packages } = JSON.parse(readFileSync(join(folder, 'install-0/package-lock.json'), 'utf8'));
show('package: installed packages', Object.keys(packages).length - 1);
show('package: installed', megabytes(sizeOf(join(folder, 'install-0/node_modules'))));

// The start.
const bundle = resolve('dist/bin/handshake13.js');
const npx = ['--yes', `--package=${tarball}`, 'handshake13', '--version'];
show(
  'start: npx handshake13 --version, of the packed tarball',
  seconds(await median(() => void execute('npx', npx))),
);
const start = (program, ...args) => median(() => void execute(program, args));
show('start: Node.js alone', seconds(await start(process.execPath, '--eval', '0')));
show('start: handshake13 --version', seconds(await start(process.execPath, bundle, '--version')));

// The action: the files that a release has in addition to the sources, and until the first handshake arrives.
const action = join(folder, 'action');
cpSync('dist/bin', join(action, 'dist/bin'), { recursive: true });
cpSync('package.json', join(action, 'package.json'));
const [{ run: script }] = parse(readFileSync('action.yml', 'utf8')).runs.steps;
const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const env = {
  ...process.env,
  GITHUB_ACTION_PATH: action,
  GITHUB_OUTPUT: join(folder, 'output.txt'),
  TARGETS: `ws://127.0.0.1:${server.address().port}/`,
};
const untilFirstHandshake = async () => {
  const child = spawn('bash', ['-eo', 'pipefail', '-c', script], {
    env,
    cwd: folder,
    stdio: 'ignore',
    detached: true,
  });
  const [socket] = await once(server, 'connection');
  const arrived = performance.now();
  socket.destroy();
  // With the node that it has started.
  process.kill(-child.pid, 'SIGKILL');
  await once(child, 'close');
  server.removeAllListeners('connection');
  return arrived;
};
show('action and image: added to the sources, or to the base', megabytes(sizeOf(join(action, 'dist/bin'))));
show('action: from the start of its step to the first handshake', seconds(await median(untilFirstHandshake)));
server.close();

// The executables.
execute(process.execPath, ['scripts/build-executable.mjs']);
for (const architecture of ['x64', 'arm64']) {
  const executable = `dist/executable/linux-${architecture}/handshake13`;
  const compressed = gzipSync(readFileSync(executable)).length;
  show(
    `executable for ${architecture}`,
    `${megabytes(statSync(executable).size)}, compressed ${megabytes(compressed)}`,
  );
  if (architecture === process.arch)
    show(`executable for ${architecture}: --version`, seconds(await start(executable, '--version')));
}
