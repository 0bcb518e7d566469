/** `--exec`: the server under test is started, waited for, audited, and ended with everything that it started. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { run } from '../support/command.ts';
import { runProcess, start } from '../support/process.ts';
import { withFolder } from '../support/servers.ts';

const few = ['--probe', 'missing/*'];
const node = `'${process.execPath}'`;
const farServer = `'${fileURLToPath(new URL('../support/far-server.js', import.meta.url))}'`;

/** A command that serves the conformant fixture. */
const conformant = (port: string): string => `${node} ${farServer} conformant 127.0.0.1 ${port}`;

/**
 * Resolves when the process whose id is in the file has ended: it takes a moment until a killed process is scheduled and
 * ends, and it may be listed for a while after that, as a zombie.
 */
async function endOfProcessIn(file: string): Promise<void> {
  const pid = Number(await readFile(file, 'utf8'));
  const isRunning = async (): Promise<boolean> => {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return state !== '' && !/\) Z /.test(state);
  };
  while (await isRunning()) await sleep(10);
}

/** Calls `use` with a command for an HTTP server at PORT, of which the script says what it does with an upgrade. */
function withUpgradeServer(script: string, use: (command: string) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const file = path.join(folder, 'server.cjs');
    await writeFile(
      file,
      `const server = require('node:http').createServer().listen(process.env.PORT, '127.0.0.1');\n${script}`,
    );
    await use(`${node} '${file}'`);
  });
}

describe('--exec', function () {
  this.timeout(60_000);

  // What runs is read from /proc.
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('audits the server of a command on a free port, and ends it', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'pid');
      const command = `echo $$ > '${file}'; ${conformant('{port}')}`;
      const { code, stdout, stderr } = await run(['ws://127.0.0.1:{port}/', ...few, '--exec', command]);
      expect(stderr).to.equal('');
      expect(stdout).to.match(/^✓ passed \(6 of \d+ probes\) +ws:\/\/127\.0\.0\.1:\d+\/$/m);
      expect(code).to.equal(0);
      await endOfProcessIn(file);
    }));

  it('gives the port to the command as PORT too', async () => {
    const { code } = await run(['127.0.0.1:{port}', ...few, '--exec', conformant('$PORT')]);
    expect(code).to.equal(0);
  });

  it('waits until the server accepts handshakes, not only connections', () =>
    withUpgradeServer(
      `server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 503 Service Unavailable\\r\\nContent-Length: 0\\r\\n\\r\\n'));
      setTimeout(() => server.close(() => process.exit(7)), 100);`,
      async (late) => {
        const command = `${late}; ${conformant('$PORT')}`;
        const { code, stdout } = await run(['ws://127.0.0.1:{port}/', ...few, '--exec', command]);
        expect(stdout).to.match(/^✓ passed/m);
        expect(code).to.equal(0);
      },
    ));

  it('ends what the command has started as well', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'pid');
      // The shell in the background ignores the signal by which it is asked to end.
      const stubborn = `sh -c 'trap "" TERM; echo $$ > "${file}"; sleep 300' &`;
      const command = `${stubborn} ${conformant('{port}')}`;
      const { code } = await run(['ws://127.0.0.1:{port}/', ...few, '--exec', command]);
      expect(code).to.equal(0);
      await endOfProcessIn(file);
    }));

  it('shows the output of a command that ends before anything listens', async () => {
    const command = "echo 'listening on nothing'; printf 'no \\033[31mconfiguration' >&2; exit 7";
    const { code, stdout, stderr } = await run(['ws://127.0.0.1:{port}/', '--exec', command]);
    expect(stderr).to.match(
      /^handshake13: its output:\nhandshake13: {3}listening on nothing\nhandshake13: {3}no \\x1b\[31mconfiguration\nhandshake13: --exec ".*": the command ended with exit code 7 before anything accepted a connection at 127\.0\.0\.1:\d+\n$/,
    );
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
  });

  it('says where nothing listens in time', async () => {
    const args = ['ws://127.0.0.1:{port}/', '--exec', 'sleep 60', '--exec-timeout', '200ms'];
    const { code, stderr } = await run(args);
    expect(stderr).to.match(
      /^handshake13: it wrote nothing\nhandshake13: --exec "sleep 60": nothing accepted a connection at 127\.0\.0\.1:\d+ within 0\.2 s; check the port, or raise --exec-timeout\n$/,
    );
    expect(code).to.equal(2);
  });

  it('starts nothing where something else is wrong', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'started');
      const { code, stderr } = await run(['ws://', '--exec', `touch '${file}'`]);
      expect(code).to.equal(2);
      expect(stderr).to.match(/^handshake13: .*ws:\/\//);
      const read = await readFile(file).catch((error) => error.code);
      expect(read).to.equal('ENOENT');
    }));

  it('says so where the command ends during the audit', async () => {
    const command = `${conformant('{port}')} & pid=$!; sleep 1; echo 'out of memory'; kill $pid; exit 9`;
    const { code, stderr } = await run(['ws://127.0.0.1:{port}/', '--delay', '50', ...['--exec', command]]);
    expect(code).to.equal(3);
    expect(stderr).to.match(
      /handshake13: the command ended with exit code 9 during the audit\nhandshake13: its output:\nhandshake13: {3}out of memory\n$/,
    );
  });

  it('masks the secrets in its output, which may be a log of what it was sent', () =>
    withUpgradeServer(
      `server.on('upgrade', ({ url, headers }, socket) => {
        console.log(url, JSON.stringify(headers));
        socket.end('HTTP/1.1 400 Bad Request\\r\\nContent-Length: 0\\r\\n\\r\\n', () => process.exit(7));
      });`,
      async (verbose) => {
        const args = ['ws://user:p4ssword@127.0.0.1:{port}/?token=t0ken', '-H', 'X-Api-Key: s3cr3t'];
        const { stderr } = await run([...args, '-q', '--exec-timeout', '3s', '--exec', verbose]);
        expect(stderr).to.match(/its output:\n.*\/\?token=\*{5} .*"x-api-key":"\*{6}"/);
        expect(stderr).to.include(`"authorization":"${'*'.repeat(26)}"`);
      },
    ));

  it('masks secrets of several targets that overlap, and one that begins before what is shown', async () => {
    const command = `printf 'one-secret-two\\nfull-secret-text%016374d' 0; exit 7`;
    const target = (token: string): string => `ws://127.0.0.1:{port}/?token=${token}`;
    const tokens = ['one-secret', 'secret-two', 'full-secret-text'];
    const { stderr } = await run([...tokens.map(target), '--exec', `${command}`]);
    expect(stderr).to.match(/its output:\nhandshake13: {3}\*{10}0+\n/);
    const short = "printf 'one-secret-two'; exit 7";
    const { stderr: overlapping } = await run([...tokens.map(target), '--exec', short]);
    expect(overlapping).to.match(/its output:\nhandshake13: {3}\*{14}\n/);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends the server where the audit is ended by ${signal}`, () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'pid');
        const command = `echo $$ > '${file}'; ${conformant('{port}')}`;
        const args = ['ws://127.0.0.1:{port}/', '--delay', '200', '--exec', command, '-r', 'ndjson'];
        const { child, firstLine, ended } = start(args);
        await firstLine;
        child.kill(signal);
        expect((await ended).code).to.equal(signal === 'SIGINT' ? 130 : 143);
        await endOfProcessIn(file);
      }));
  }

  it('is an option of the configuration file as well', () =>
    withFolder(async (cwd) => {
      const config = `exec: ${JSON.stringify(conformant('{port}'))}\nprobe: ['missing/*']\ntargets: ['ws://127.0.0.1:{port}/']\n`;
      await writeFile(path.join(cwd, 'handshake13.config.yaml'), config);
      const { code, stdout } = await runProcess([], { cwd });
      expect(stdout).to.match(/^✓ passed/m);
      expect(code).to.equal(0);
    }));
});
