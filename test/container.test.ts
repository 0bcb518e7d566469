/**
 * The container image: built by buildah from the Dockerfile, on an empty base, since no registry can be relied on; then
 * run as a container would be, without privileges on a read-only root, with the Node.js of the tests in the place of
 * the base's.
 */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import {
  chown,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { tool } from '../report/tool.ts';
import type { Outcome } from './support/command.ts';
import { unpackPackages } from './support/debian-packages.ts';
import { runInShell } from './support/process.ts';
import { withFixture, withFolder } from './support/servers.ts';

const execute = promisify(execFile);

interface ImageConfig {
  readonly User: string;
  readonly WorkingDir: string;
  readonly Entrypoint: readonly string[];
}

const isPossible = (): Promise<boolean> =>
  execute('unshare', ['--mount', 'true']).then(
    () => process.getuid?.() === 0,
    () => false,
  );

describe('the container image', function () {
  this.timeout(60_000);
  let folder: string | undefined;
  let root: string;
  let filesOfImage: string[];
  let config: ImageConfig;

  before(async function () {
    if (!(await isPossible())) this.skip();
    this.timeout(300_000);
    folder = await mkdtemp(path.join(tmpdir(), 'handshake13-image-'));
    const { env } = await unpackPackages('buildah', 'libgpgme11', 'libassuan0', 'libdevmapper1.02.1');
    const policy = path.join(folder, 'policy.json');
    await writeFile(policy, '{ "default": [{ "type": "insecureAcceptAnything" }] }');
    const storage = ['--root', `${folder}/images`, '--runroot', `${folder}/run`, '--storage-driver', 'vfs'];
    const buildah = async (...args: string[]): Promise<string> =>
      (await execute('buildah', [...storage, ...args], { env: { ...env, HOME: folder } })).stdout.trim();
    await buildah(
      'build',
      '--signature-policy',
      policy,
      '--isolation',
      'chroot',
      '--from',
      'scratch',
      '-t',
      'image',
      '.',
    );
    const container = await buildah('from', '--signature-policy', policy, 'localhost/image');
    root = await buildah('mount', container);
    config = JSON.parse(await buildah('inspect', '--type', 'image', 'localhost/image')).OCIv1.config;
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    filesOfImage = entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
    await addNode(root);
  });

  after(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  it('holds the bundle, its description and the licences, on a base that is pinned', async () => {
    const bundle = (await readdir('dist/bin')).map((name) => `handshake13/dist/bin/${name}`);
    expect(bundle).to.include('handshake13/dist/bin/THIRD-PARTY-LICENSES.txt');
    const others = ['handshake13/package.json', 'handshake13/LICENSE'];
    expect(filesOfImage).to.have.members([...bundle, ...others]);
    expect(await readFile('Dockerfile', 'utf8')).to.match(
      /^FROM gcr\.io\/distroless\/nodejs\d+-debian\d+:nonroot@sha256:[0-9a-f]{64}$/m,
    );
  });

  it('installs nothing, and is not run as root', async () => {
    expect(await readFile('Dockerfile', 'utf8')).to.not.match(/^\s*(?:RUN|ADD)\b/m);
    expect(config.User).to.equal('65532:65532');
  });

  interface Container {
    /** A user and a group, by number. */
    readonly user?: string;
    /** A folder of this machine in the place of the container's working directory. */
    readonly volume?: string;
  }

  /** Runs the image's command in it. */
  async function runImage(args: string, { user = config.User, volume }: Container = {}): Promise<Outcome> {
    const [uid = '', gid = ''] = user.split(':');
    return runInShell(
      `exec unshare --mount bash -ec '
        mount --bind "$ROOT" "$ROOT"
        mount -o remount,bind,ro "$ROOT"
        [ -z "$VOLUME" ] || mount --bind "$VOLUME" "$ROOT$WORK"
        exec unshare --setgid "$GROUP_ID" --setuid "$USER_ID" --root "$ROOT" --wd "$WORK" "$@"
      ' bash ${config.Entrypoint.join(' ')} ${args}`,
      { env: { ROOT: root, WORK: config.WorkingDir, VOLUME: volume ?? '', USER_ID: uid, GROUP_ID: gid } },
    );
  }

  it('says its version, and nothing else', async () => {
    expect(await runImage('--version')).to.include({ code: 0, stdout: `${tool.version}\n`, stderr: '' });
  });

  it('shows the demo', async () => {
    const { code, stdout, stderr } = await runImage('demo');
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^✗ nonconformant /m);
  });

  for (const [fixture, code] of [
    ['conformant', 0],
    ['number-conversion', 1],
    ['control-401', 3],
  ] as const) {
    it(`ends an audit of ${fixture} with ${code}`, () =>
      withFixture(fixture, async ({ url }) => {
        expect(await runImage(`'${url}' -q`)).to.include({ code, stderr: '' });
      }));
  }

  it('cannot write to its own files, and says so in one line', async () => {
    const { code, stderr } = await runImage('ws://localhost/ -o report.json');
    expect(code).to.equal(2);
    expect(stderr).to.match(/^handshake13: the report file report\.json cannot be written: [^\n]+\n$/);
  });

  for (const line of readFileSync('docs/container.md', 'utf8').match(/^docker run .*/gm) ?? []) {
    it(`does what its page says: ${line}`, () =>
      withFolder((volume) =>
        withFixture('conformant', async ({ url }) => {
          const [, options = '', args = ''] = /^docker run (.*?) ?\bhandshake13 (.*)$/.exec(line) ?? [];
          const mounts = options.includes('--volume "$PWD:/work"');
          const unknown = options.replace(
            /--(?:rm|read-only|network host|user "\$\(id -u\):\$\(id -g\)"|volume "\$PWD:\/work")/g,
            '',
          );
          expect(unknown.trim()).to.equal('');
          await chown(volume, 1234, 1234);
          const outcome = await runImage(
            args.replace(/wss?:\/\/\S+/, url),
            mounts ? { user: '1234:1234', volume } : {},
          );
          expect(outcome).to.include({ code: 0, stderr: '' });
          expect(await readdir(volume)).to.deep.equal(mounts ? ['report.html'] : []);
        }),
      ));
  }

  it('reads the configuration of a mounted folder and writes reports into it, as the user who owns it', () =>
    withFolder((volume) =>
      withFixture('conformant', async ({ url }) => {
        await writeFile(path.join(volume, 'handshake13.config.yaml'), `targets: ['${url}']\n`);
        for (const file of [volume, path.join(volume, 'handshake13.config.yaml')])
          await chown(file, 1234, 1234);
        const { code, stderr } = await runImage('-q -o report.json', { user: '1234:1234', volume });
        expect({ code, stderr }).to.deep.equal({
          code: 0,
          stderr: 'handshake13: options from handshake13.config.yaml; --no-config leaves them out\n',
        });
        expect((await stat(path.join(volume, 'report.json'))).uid).to.equal(1234);
      }),
    ));
});

/** Puts the Node.js that runs the tests, and the libraries that it loads, where the base image has its own. */
async function addNode(root: string): Promise<void> {
  const node = path.join(root, 'nodejs/bin/node');
  await mkdir(path.dirname(node), { recursive: true });
  await copyFile(process.execPath, node);
  const { stdout } = await execute('ldd', [process.execPath]);
  for (const [library] of stdout.matchAll(/\/\S+/g))
    await cp(library, path.join(root, library), { dereference: true });
}
