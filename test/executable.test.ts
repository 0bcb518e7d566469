/** The executables that need no Node.js: built, and run where this machine can, the one of another architecture emulated. */

import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { tool } from '../report/tool.ts';
import type { Outcome } from './support/command.ts';
import { unpackPackages } from './support/debian-packages.ts';
import { runInShell } from './support/process.ts';
import { closedPort, withFixture, withFolder } from './support/servers.ts';

const execute = promisify(execFile);
const { arch, platform } = process;
const folderOf = (architecture: string) => path.resolve(`dist/executable/linux-${architecture}`);

describe('the executables', function () {
  this.timeout(60_000);

  before(async function () {
    if (platform !== 'linux' || !['x64', 'arm64'].includes(arch)) this.skip();
    this.timeout(600_000);
    await execute(process.execPath, ['scripts/build-executable.mjs']);
  });

  /** In an environment that must not change it. */
  const start = (args: string): Promise<Outcome> =>
    runInShell(`"$EXECUTABLE" ${args}`, {
      env: { EXECUTABLE: `${folderOf(arch)}/handshake13`, NODE_OPTIONS: '--bogus' },
    });

  it('say their version, and nothing else', async () => {
    expect(await start('--version')).to.include({ code: 0, stdout: `${tool.version}\n`, stderr: '' });
  });

  it('show the demo', async () => {
    const { code, stdout, stderr } = await start('demo');
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout)
      .to.match(/^✓ conformant /m)
      .and.to.match(/^✗ nonconformant /m);
  });

  for (const [fixture, code, says] of [
    ['conformant', 0, /^✓ conformant /],
    ['number-conversion', 1, /^✗ nonconformant /],
    ['control-401', 3, /^\? inconclusive /],
  ] as const) {
    it(`end an audit of ${fixture} with ${code}`, () =>
      withFixture(fixture, async ({ url }) => {
        const outcome = await start(`'${url}' -q`);
        expect(outcome).to.include({ code, stderr: '' });
        expect(outcome.stdout).to.match(says);
      }));
  }

  it('end with 3 where nobody listens, and with 2 for a wrong option, in one line', async () => {
    expect(await start(`ws://127.0.0.1:${await closedPort()}/ -q`)).to.include({ code: 3, stderr: '' });
    const wrong = await start('--bogus');
    expect(wrong).to.include({ code: 2, stdout: '' });
    expect(wrong.stderr).to.match(/^handshake13: [^\n]+\n$/);
  });

  it('write reports in files', () =>
    withFolder((folder) =>
      withFixture('number-conversion', async ({ url }) => {
        const files = ['report.json', 'page.html', 'text.md', 'junit.xml', 'alerts.sarif', 'badge.svg'];
        const outputs = files.map((file) => `-o '${path.join(folder, file)}'`).join(' ');
        const { code, stderr } = await start(
          `'${url}' --probe malformed/hex -q ${outputs} --sarif-location README.md`,
        );
        expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
        expect(await readdir(folder)).to.have.members(files);
      }),
    ));

  it('come with the licences of all that is in them', async () => {
    for (const architecture of ['x64', 'arm64'])
      expect(await readdir(folderOf(architecture))).to.have.members([
        'handshake13',
        'LICENSE.txt',
        'LICENSE-Node.js.txt',
        'THIRD-PARTY-LICENSES.txt',
      ]);
  });

  describe('for arm64', () => {
    let emulator: string;
    let libraries: string;

    before(async function () {
      if (arch !== 'x64') this.skip();
      this.timeout(300_000);
      const cross = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1'].map((name) => `${name}-arm64-cross`);
      const { folder } = await unpackPackages('qemu-user-static', ...cross);
      emulator = `${folder}/usr/bin/qemu-aarch64-static`;
      libraries = `${folder}/usr/aarch64-linux-gnu`;
    });

    const emulate = (args: string): Promise<Outcome> =>
      runInShell(`"$EMULATOR" "$EXECUTABLE" ${args}`, {
        env: {
          EMULATOR: emulator,
          QEMU_LD_PREFIX: libraries,
          EXECUTABLE: `${folderOf('arm64')}/handshake13`,
        },
      });

    it('say their version, emulated', async () => {
      expect(await emulate('--version')).to.include({ code: 0, stdout: `${tool.version}\n`, stderr: '' });
    });

    it('audit a server, emulated', () =>
      withFixture('number-conversion', async ({ url }) => {
        const { code, stdout, stderr } = await emulate(`'${url}' --probe malformed/hex -q`);
        expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
        expect(stdout).to.match(/^✗ nonconformant /);
      }));
  });
});
