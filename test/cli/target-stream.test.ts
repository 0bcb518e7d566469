/** `--targets -`: targets that come on standard input are audited one by one, while it is still open. */

import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import type { AuditEvent } from '../../index.ts';
import { withFiles } from '../support/config-folder.ts';
import { type Running, runInShell, start } from '../support/process.ts';
import { closedPort, withFixture, withRecorder } from '../support/servers.ts';

const one = ['--probe', 'valid/13'];

/** The lines of standard output as they come. */
function linesOf({ child }: Running): AsyncIterator<string> {
  return createInterface({ input: child.stdout.pipe(new PassThrough()) })[Symbol.asyncIterator]();
}

async function nextLine(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next();
  if (done === true) throw new Error('standard output has ended');
  return value;
}

async function nextEnd(lines: AsyncIterator<string>): Promise<AuditEvent> {
  for (;;) {
    const event: AuditEvent = JSON.parse(await nextLine(lines));
    if (event.type === 'target-end') return event;
  }
}

describe('targets on standard input', function () {
  this.timeout(60_000);

  it('are audited when their line is there, and reported when they end', async () => {
    await withFixture('conformant', async ({ url }) => {
      const running = start(['--targets', '-', '-q', '-r', 'ndjson', ...one], { keepInput: true });
      const lines = linesOf(running);
      for (let nth = 0; nth < 3; nth += 1) {
        running.child.stdin.write(`${url}${nth}\n`);
        expect(await nextEnd(lines)).to.deep.include({ target: nth });
      }
      running.child.stdin.end();
      const { code, stderr } = await running.ended;
      expect({ code, stderr }).to.deep.equal({
        code: 0,
        stderr:
          'handshake13: only the bytes of failures are kept; --evidence all keeps those of all exchanges\n',
      });
    });
  });

  it('have one line each, also with -q, and the sum at the end', async () => {
    await withFixture('conformant', async ({ url }) => {
      for (const args of [[], ['-q']]) {
        const running = start(['--targets', '-', ...args, ...one], { keepInput: true });
        const lines = linesOf(running);
        for (const path of ['a', 'b']) {
          running.child.stdin.write(`${url}${path}\n`);
          expect(await nextLine(lines)).to.include(` ${url}${path} `);
        }
        running.child.stdin.end();
        await running.ended;
        expect((await running.ended).stdout.trimEnd().split('\n').at(-1)).to.match(/^. 2 targets: /);
      }
    });
  });

  it('are reported as far as they were finished when the run is interrupted', async () => {
    await withFixture('conformant', async ({ url }) => {
      const running = start(['--targets', '-', ...one], { keepInput: true });
      running.child.stdin.write(`${url}a\n`);
      await running.firstLine;
      running.child.kill('SIGINT');
      const { code, stdout } = await running.ended;
      expect(code).to.equal(130);
      expect(stdout.trimEnd().split('\n').at(-1)).to.match(/ 1 targets?: .*interrupted; partial results/);
    });
  });

  it('may be written as scanners print them: an address, a name, and a label', async () => {
    await withRecorder(async ({ port, received }) => {
      const list = [
        '# scanned',
        '',
        `127.0.0.1:${port},name.example`,
        `127.0.0.1, ws://name.example:${port}/chat ,the label`,
        `127.0.0.1:${port},,bare`,
        `[::ffff:127.0.0.1]:${port},other.example`,
      ].join('\n');
      await withFiles({ 'a.txt': list }, async (cwd) => {
        for (const source of ['--targets - < a.txt', '--targets a.txt']) {
          const before = received.length;
          const line = `"$NODE" "$PROGRAM" ${source} ${one.join(' ')} --concurrency 1 -r json`;
          const { targets } = JSON.parse((await runInShell(line, { cwd })).stdout);
          expect(
            targets.map(({ url, label, connectTo }: Record<string, unknown>) => [url, label, connectTo]),
          ).to.deep.equal([
            [`ws://name.example:${port}/`, `127.0.0.1:${port}`, '127.0.0.1'],
            [`ws://name.example:${port}/chat`, 'the label', '127.0.0.1'],
            [`ws://127.0.0.1:${port}/`, 'bare', undefined],
            [`ws://other.example:${port}/`, `[::ffff:127.0.0.1]:${port}`, '::ffff:127.0.0.1'],
          ]);
          const hosts = received.slice(before).map((head) => /\r\nHost: (.*)\r\n/.exec(head)?.[1]);
          expect(new Set(hosts)).to.deep.equal(
            new Set([`name.example:${port}`, `127.0.0.1:${port}`, `other.example:${port}`]),
          );
        }
      });
    });
  });

  it('are skipped where a line is none, with its number, and the gate fails', async () => {
    await withFixture('conformant', async ({ url, port }) => {
      const list = `${url}\nftp://127.0.0.1/\n127.0.0.1:${port},name.example:1\n${url}b\n`;
      await withFiles({ 'a.txt': list }, async (cwd) => {
        const line = `"$NODE" "$PROGRAM" --targets - ${one.join(' ')}`;
        const { code, stdout, stderr } = await runInShell(`${line} < a.txt`, { cwd });
        expect(code).to.equal(3);
        expect(stderr.trimEnd().split('\n')).to.have.lengthOf(2);
        expect(stderr).to.match(
          /^handshake13: standard input:2: "ftp:\/\/127\.0\.0\.1\/": the scheme is ftp/,
        );
        expect(stderr).to.match(
          /\nhandshake13: standard input:3: the address has port \d+, but its name has port 1/,
        );
        expect(stdout.trimEnd().split('\n').at(-1)).to.match(
          /2 targets: .*gate: fail \(2 invalid targets\)$/,
        );
      });
    });
  });

  it('repeat a finding by the address, and by the names of secrets', async () => {
    await withFixture('number-conversion', async ({ port }) => {
      const list = `127.0.0.1:${port},name.example\nme:secret@127.0.0.1:${port}\n`;
      await withFiles({ 'a.txt': list }, async (cwd) => {
        for (const source of ['--targets - < a.txt', '--targets a.txt']) {
          const line = `"$NODE" "$PROGRAM" ${source} --probe malformed/hex -v`;
          const { stdout } = await runInShell(line, { cwd });
          const [byAddress = '', bySecret] = [...stdout.matchAll(/^ {2}recheck +(.*)$/gm)].map(
            ([, command]) => command,
          );
          const name = `name.example:${port}`;
          expect(byAddress).to.equal(
            `handshake13 ws://${name}/ --probe malformed/hex --resolve ${name}:127.0.0.1 -vv`,
          );
          expect(bySecret).to.match(/ --header 'Authorization: \$\{AUTHORIZATION\}'/);
          expect(stdout).to.include(`--connect-to ::127.0.0.1: `);
          const repeated = await runInShell(byAddress.replace(/^handshake13/, '"$NODE" "$PROGRAM"'));
          expect(repeated.code).to.equal(1);
        }
      });
    });
  });

  it('have the time limit that is given, and end with it although more may come', async () => {
    const port = await closedPort();
    const limited = await runInShell(
      `(echo 127.0.0.1:${port}; sleep 5) | "$NODE" "$PROGRAM" --targets - --max-time 1s`,
    );
    expect(limited.stdout.trimEnd().split('\n').at(-1)).to.include('; partial results');
  });

  it('exclude a server to start, whose targets must be known', async () => {
    const { code, stderr } = await runInShell(`"$NODE" "$PROGRAM" --targets - --exec 'sleep 1' < /dev/null`);
    expect({ code, stderr }).to.deep.equal({
      code: 2,
      stderr:
        'handshake13: --exec and --targets - exclude each other: give the targets of the server beforehand\n',
    });
  });
});
