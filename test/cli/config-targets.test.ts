/** Targets of a configuration file and of a list: what each of them was sent, and what reports say of them. */

import { expect } from 'chai';
import type { Report } from '../../index.ts';
import { run } from '../support/command.ts';
import { announcement, errorLine, printed, withFiles } from '../support/config-folder.ts';
import { program, runInShell } from '../support/process.ts';
import { withFixture, withRecorder } from '../support/servers.ts';

const file = 'handshake13.config.yaml';

/** The fields with a name that begins with `X-` that a server was sent first. */
function added(received: readonly string[]): string[] {
  return (received[0] ?? '').split('\r\n').filter((line) => line.startsWith('X-'));
}

/** Two recorders: what each is sent, where the file names both. */
async function sentToBoth(
  config: (first: number, second: number) => string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<(readonly string[])[]> {
  return withRecorder((first) =>
    withRecorder((second) =>
      withFiles({ [file]: config(first.port, second.port) }, async (cwd) => {
        const { code, stderr } = await run(['-q', ...args], { cwd, env });
        expect({ code, stderr }).to.deep.equal({ code: 3, stderr: announcement(file) });
        return [first.received, second.received];
      }),
    ),
  );
}

const twoTargets = (first: number, second: number): string => `
header: { X-All: all, X-Both: all }
targets:
  - url: ws://127.0.0.1:${first}/chat
    label: first one
    header: ["X-Own: one", "x-both: own"]
    subprotocol: chat.v2
  - ws://127.0.0.1:${second}/
`;

describe('targets of a configuration file', function () {
  this.timeout(60_000);

  it('are audited where the command line names none, each with its own options', async () => {
    const [first = [], second = []] = await sentToBoth(twoTargets);
    expect(first[0]).to.match(/^GET \/chat HTTP/);
    expect(first[0]).to.include('\r\nSec-WebSocket-Protocol: chat.v2\r\n');
    expect(added(first)).to.deep.equal(['X-All: all', 'X-Own: one']);
    expect(first[0]).to.include('\r\nx-both: own\r\n');
    expect(second[0]).to.match(/^GET \/ HTTP/);
    expect(second[0]).not.to.include('Sec-WebSocket-Protocol');
    expect(added(second)).to.deep.equal(['X-All: all', 'X-Both: all']);
  });

  it('have options that stand below the command line and the environment', async () => {
    const [first = [], second = []] = await sentToBoth(twoTargets, ['-H', 'X-Both: line'], {
      HANDSHAKE13_SUBPROTOCOL: 'chat.v3',
    });
    expect(added(first)).to.deep.equal(['X-Own: one', 'X-Both: line']);
    expect(first[0]).to.include('\r\nSec-WebSocket-Protocol: chat.v3\r\n');
    expect(added(second)).to.deep.equal(['X-Both: line']);
  });

  it('give way to targets on the command line, and can be called there by their label', async () => {
    const [first = [], second = []] = await sentToBoth(twoTargets, ['first one']);
    expect([added(first), second]).to.deep.equal([['X-All: all', 'X-Own: one'], []]);
    await withRecorder(async ({ port, received }) => {
      expect(await sentToBoth(twoTargets, [`127.0.0.1:${port}`])).to.deep.equal([[], []]);
      expect(added(received)).to.deep.equal(['X-All: all', 'X-Both: all']);
    });
  });

  it('ask the environment for nothing while they are not audited', async () => {
    const config = `targets:\n  - { url: "ws://127.0.0.1:1/?\${NOT_SET}", label: far }\n  - { url: ws://127.0.0.1:1/, label: near }\n`;
    await withFiles({ [file]: config }, async (folder) => {
      expect((await printed(folder, ['near'])).text).to.include('label: near');
      expect(await errorLine(folder, ['far'])).to.match(
        /^handshake13\.config\.yaml:2: .* NOT_SET is not set/,
      );
      expect(await errorLine(folder, ['nera'])).to.match(
        /"nera" is not a command or a label; did you mean near\? .* ws:\/\/nera\/$/,
      );
    });
  });

  it('are named in reports by label and place, and repeated with all that is theirs', async () => {
    await withFixture('number-conversion', ({ port }) => {
      const config = `
probe: malformed/hex
targets:
  - url: 127.0.0.1:${port}
    label: a
    header: { User-Agent: it's 1 }
  - url: 127.0.0.1:${port}
    label: b
`;
      return withFiles(
        { [`conf/${file}`]: config, 'conf/deep/x': '', 'conf/.git/HEAD': '' },
        async (folder) => {
          const { stdout } = await run(['-r', 'json'], { cwd: `${folder}/conf/deep` });
          const report: Report = JSON.parse(stdout);
          expect(report.targets.map(({ label, location }) => ({ label, location }))).to.deep.equal([
            { label: 'a', location: { file: `../${file}`, line: 4 } },
            { label: 'b', location: { file: `../${file}`, line: 7 } },
          ]);
          const outcome = await run(['-v'], { cwd: `${folder}/conf` });
          const commands = [...outcome.stdout.matchAll(/^ {2}recheck {3}(.*)$/gm)].map(
            ([, command]) => command,
          );
          const url = `ws://127.0.0.1:${port}/`;
          expect(commands).to.deep.equal([
            `handshake13 ${url} --probe malformed/hex --header 'User-Agent: it'\\''s 1' --no-config -vv`,
            `handshake13 ${url} --probe malformed/hex --no-config -vv`,
          ]);
        },
      );
    });
  });

  it('are repeated with what the environment and the file say, and by the names of variables', async () => {
    await withFixture('number-conversion', async ({ port }) => {
      const config = [
        'probe: malformed/hex',
        `header: { Authorization: "Bearer \${TOKEN}", X-Key: "a\${KEY}b" }`,
        `targets: ["ws://127.0.0.1:${port}/?key=\${KEY}"]`,
      ].join('\n');
      const env = {
        TOKEN: 't0k3n-t0k3n',
        KEY: 'k3y-k3y',
        X_KEY: 'ak3y-k3yb',
        HANDSHAKE13_PROFILE: 'mdn',
        HANDSHAKE13_ORIGIN: 'o',
      };
      await withFiles({ [file]: config }, async (folder) => {
        const { stdout } = await run([], { cwd: folder, env });
        const [, command = ''] = /^ {2}recheck {3}(.*)$/m.exec(stdout) ?? [];
        expect(command).to.equal(
          `handshake13 'ws://127.0.0.1:${port}/?key=\${KEY}' --probe malformed/hex` +
            ` --header 'Authorization: Bearer \${TOKEN}' --header 'X-Key: \${X_KEY}' --origin o --profile mdn --no-config -vv`,
        );
        const repeated = await runInShell(command.replace(/^handshake13/, '"$NODE" "$PROGRAM"'), { env });
        expect(repeated.code).to.equal(1);
        expect(repeated.stdout).to.include('> X-Key: *********');
      });
    });
  });
});

describe('a list of targets', function () {
  this.timeout(60_000);

  it('is added to those of the command line, with labels and places', async () => {
    await withRecorder(async ({ port, received }) => {
      const list = `# servers\n\n127.0.0.1:${port}/a\n  ws://127.0.0.1:${port}/b \t the second\r\n#end`;
      await withFiles({ 'lists/all.txt': list }, async (folder) => {
        const args = [`127.0.0.1:${port}/c`, '--targets', 'lists/all.txt', '-r', 'json'];
        const report: Report = JSON.parse((await run(args, { cwd: folder })).stdout);
        expect(
          report.targets.map(({ url, label, location }) => [url.slice(-2), label, location]),
        ).to.deep.equal([
          ['/c', null, null],
          ['/a', null, { file: 'lists/all.txt', line: 3 }],
          ['/b', 'the second', { file: 'lists/all.txt', line: 4 }],
        ]);
        expect(received).to.have.lengthOf(3);
      });
    });
  });

  it('may come on standard input, or be named by the environment', async () => {
    await withRecorder(async ({ port, received }) => {
      await withFiles({ 'a.txt': `127.0.0.1:${port}/a\n` }, async (cwd) => {
        const piped = await runInShell('"$NODE" "$PROGRAM" --targets - -r json < a.txt', { cwd });
        expect((JSON.parse(piped.stdout) as Report).targets[0]?.location).to.equal(null);
        await run(['-q'], { cwd, env: { HANDSHAKE13_TARGETS: 'a.txt' } });
        expect(received.map((head) => head.split(' ')[1])).to.deep.equal(['/a', '/a']);
      });
    });
  });

  it('stands in place of the targets of the configuration file, with its options', async () => {
    await withRecorder(async ({ port, received }) => {
      const files = { [file]: twoTargets(1, 1), 'a.txt': `127.0.0.1:${port}\n` };
      await withFiles(files, async (cwd) => {
        const { stdout } = await run(['-q', '--targets', 'a.txt'], { cwd });
        expect(stdout.trimEnd().split('\n')).to.have.lengthOf(1);
        expect(added(received)).to.deep.equal(['X-All: all', 'X-Both: all']);
      });
    });
  });

  it('holds hundreds', async () => {
    const lines = Array.from({ length: 500 }, (_, i) => `ws://127.0.0.1:1/${i} server ${i}`);
    await withFiles({ 'a.txt': lines.join('\n') }, async (cwd) => {
      const { values } = await printed(cwd, ['--targets', 'a.txt']);
      expect(values.targets).to.have.lengthOf(500);
    });
  });

  it('is reported with its line', async () => {
    await withFiles({ 'a.txt': 'localhost:1\n\nws:/localhost\n' }, async (cwd) => {
      expect(await errorLine(cwd, ['--targets', 'a.txt'])).to.match(
        /^a\.txt:3: "ws:\/localhost" is not a target/,
      );
      expect(await errorLine(cwd, ['--targets', 'b.txt'])).to.match(
        /^--targets b\.txt cannot be read: ENOENT/,
      );
    });
  });

  it('may name a port or a host alone, as the command line and the configuration file may', async () => {
    await withFixture('conformant', ({ port }) =>
      withFiles({ [file]: `targets: [":${port}/a"]\n`, 'a.txt': `:${port}/a short\n` }, async (cwd) => {
        const givings = [[], ['--targets', 'a.txt', '--no-config'], [`:${port}/a`], [`localhost:${port}/a`]];
        for (const args of givings) {
          const { code, stdout } = await run([...args, '--probe', 'valid/13', '--json'], { cwd });
          expect(code).to.equal(0);
          expect(JSON.parse(stdout).targets[0].url).to.equal(`ws://localhost:${port}/a`);
        }
      }),
    );
  });

  it('is no wish for other targets where it is empty', async () => {
    await withRecorder(async ({ port, received }) => {
      await withFiles({ [file]: twoTargets(port, port), 'a.txt': '# none\n' }, async (cwd) => {
        expect(await errorLine(cwd, ['--targets', 'a.txt'])).to.match(
          /^--targets a\.txt contains no targets; /,
        );
        const { code } = await runInShell(`"$NODE" ${program} --targets - < /dev/null`, { cwd });
        expect(code).to.equal(2);
        expect(received).to.deep.equal([]);
      });
    });
  });
});

describe('a target that is given more than once', () => {
  it('is audited once, and a line says so; with another label or options it is another target', async () => {
    await withRecorder(({ port }) => {
      const url = `ws://127.0.0.1:${port}/`;
      const targets = [
        url,
        url,
        { url: `127.0.0.1:${port}`, label: 'a' },
        { url, label: 'a' },
        { url, label: 'b' },
        { url, label: 'b', origin: 'o' },
        `ws://me:one@127.0.0.1:${port}/`,
        `ws://me:two@127.0.0.1:${port}/`,
      ];
      return withFiles({ 'handshake13.config.json': JSON.stringify({ targets }) }, async (cwd) => {
        const args = ['--config', 'handshake13.config.json', '--probe', 'valid/13', '-r', 'json'];
        const { stdout, stderr } = await run(args, { cwd });
        expect(stderr).to.equal('handshake13: 2 of the targets are repetitions, and are audited once\n');
        const report: Report = JSON.parse(stdout);
        expect(report.targets.map(({ label }) => label)).to.deep.equal([null, 'a', 'b', 'b', null, null]);
      });
    });
  });
});
