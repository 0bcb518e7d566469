/** `--secret`, and `${NAME}` on the command line: texts that are sent, shown nowhere, and named in the *reproduce* command. */

import { expect } from 'chai';
import { type Outcome, run } from '../support/command.ts';
import { withFiles } from '../support/config-folder.ts';
import { runInShell } from '../support/process.ts';
import { expectNoneOf, textsOf } from '../support/secrets.ts';
import { withFixture, withRecorder } from '../support/servers.ts';

const env = { ROOM: 'r00m-of-a-path', TOKEN: 't0k3n-of-a-field', OTHER: '0ther-of-a-flag' };
const secrets = Object.values(env);

/** Audits a server that repeats the head, with targets and options that begin with its authority. */
async function auditEcho(
  args: (authority: string) => readonly string[],
): Promise<Outcome & { readonly received: readonly string[] }> {
  return withRecorder(
    async ({ port, received }) => ({
      ...(await run([...args(`127.0.0.1:${port}`), '--probe', 'malformed/word'], { env })),
      received,
    }),
    (head) =>
      `HTTP/1.1 ${head.includes('Version: 13\r\n') ? '101 Switching Protocols' : '200 OK'}\r\n` +
      `Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: ${head.length}\r\n\r\n${head}`,
  );
}

describe('a placeholder on the command line', function () {
  this.timeout(30_000);

  const withPlaceholders = (authority: string): string[] => [
    `ws://${authority}/\${ROOM}`,
    ...['-H', `User-Agent: agent of \${TOKEN}`, '--subprotocol', `chat.\${OTHER}`],
  ];

  it('is filled in from the environment', async () => {
    const { received } = await auditEcho((authority) => [...withPlaceholders(authority), '-q']);
    const [head = ''] = received;
    expect(head).to.match(new RegExp(`^GET /${env.ROOM} HTTP`));
    expect(head).to.include(`\r\nUser-Agent: agent of ${env.TOKEN}\r\n`);
    expect(head).to.include(`\r\nSec-WebSocket-Protocol: chat.${env.OTHER}\r\n`);
  });

  it('is shown nowhere', async () => {
    for (const options of [['-v'], ['-r', 'json'], ['--print-config']]) {
      const { stdout, stderr } = await auditEcho((authority) => [...withPlaceholders(authority), ...options]);
      expectNoneOf(secrets, stdout, stderr);
      if (options.includes('json')) expectNoneOf(secrets, ...textsOf(JSON.parse(stdout)));
      if (options.includes('--print-config'))
        for (const name of Object.keys(env)) expect(stdout).to.include(`\${${name}}`);
    }
  });

  it('is a placeholder again in the command that reproduces a probe, and that runs', () =>
    withFixture('number-conversion', async ({ port }) => {
      const args = [...withPlaceholders(`127.0.0.1:${port}`), '--probe', 'malformed/hex', '--no-config'];
      const { stdout } = await run(args, { env });
      const [, command = ''] = /^ {2}recheck {3}(.*)$/m.exec(stdout) ?? [];
      expect(command).to.equal(
        `handshake13 'ws://127.0.0.1:${port}/\${ROOM}' --probe malformed/hex` +
          ` --header 'User-Agent: agent of \${TOKEN}' --subprotocol 'chat.\${OTHER}' --no-config -vv`,
      );
      const repeated = await runInShell(command.replace(/^handshake13/, '"$NODE" "$PROGRAM"'), { env });
      expect(repeated.code).to.equal(1);
      expect(repeated.stdout).to.include(`> User-Agent: agent of ${'*'.repeat(env.TOKEN.length)}\\r\\n`);
      expectNoneOf(secrets, repeated.stdout, repeated.stderr);
    }));

  it(`is written $\${ where the text itself is meant`, async () => {
    const { received, stdout } = await auditEcho((authority) => [
      authority,
      '-v',
      '-H',
      `User-Agent: a $\${B}`,
    ]);
    expect(received[0]).to.include(`\r\nUser-Agent: a \${B}\r\n`);
    expect(stdout).to.include(`--header 'User-Agent: a $\${B}'`);
  });

  const mistakes: [title: string, args: readonly string[], says: RegExp][] = [
    [
      'of a target',
      [`ws://a.example/\${NONE}`],
      /^handshake13: target: .* variable NONE is not set or is empty/,
    ],
    ['of an option', ['a:1', '-H', `A: \${NONE}`], /^handshake13: --header: .* variable NONE is not set/],
    ['that is malformed', [`ws://a.example/\${NO`], /^handshake13: target: "\$\{" is not followed by/],
  ];
  for (const [title, args, says] of mistakes) {
    it(`whose variable cannot be read is a mistake: ${title}`, async () => {
      const { code, stdout, stderr } = await run(args, { env });
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(says);
    });
  }

  it('is not in error messages', async () => {
    for (const args of [
      [`\${TOKEN} \${TOKEN}`],
      [`ws://\${TOKEN}:x/`],
      ['a:1', '--targets', `/\${TOKEN}`],
      ['a:1', '--config', `/\${TOKEN}.yaml`],
      ['a:1', '--ca', `/\${TOKEN}`],
      ['a:1', '--resolve', `\${TOKEN}`],
      ['a:1', '--probe', `\${TOKEN}`],
      ['a:1', '-r', `\${TOKEN}`],
    ]) {
      const { code, stderr } = await run(args, { env });
      expect(code, args.join(' ')).to.equal(2);
      expectNoneOf(secrets, stderr);
    }
  });
});

describe('--secret', function () {
  this.timeout(30_000);

  const options: [title: string, words: readonly string[], shown: string][] = [
    ['written out', ['--secret', env.ROOM], `\${SECRET}`],
    ['from the environment', ['--secret', 'env:ROOM'], `\${ROOM}`],
    ['by a placeholder', ['--secret', `\${ROOM}`], `\${ROOM}`],
  ];
  for (const [title, words, shown] of options) {
    it(`is masked wherever it stands: ${title}`, async () => {
      for (const more of [['-v'], ['-r', 'json'], ['--print-config']]) {
        const { stdout, stderr } = await auditEcho((authority) => [
          `ws://${authority}/a/${env.ROOM}/b`,
          ...['--origin', `https://${env.ROOM}.example`],
          ...words,
          ...more,
        ]);
        expectNoneOf(secrets, stdout, stderr);
        if (more.includes('json')) expectNoneOf(secrets, ...textsOf(JSON.parse(stdout)));
        if (more.includes('-v')) {
          expect(stdout).to.include(`handshake13 'ws://127.0.0.1`).and.to.include(`/a/${shown}/b'`);
          expect(stdout).to.include(`--origin 'https://${shown}.example'`);
        }
      }
    });
  }

  it('may be given in a configuration file and by a variable, and several times', async () => {
    const config = 'secret: [env:ROOM]\n';
    const url = `ws://127.0.0.1:1/${env.ROOM}/${env.TOKEN}/${env.OTHER}`;
    await withFiles({ 'handshake13.config.yaml': config }, async (cwd) => {
      const { stdout } = await run([url, '--print-config'], { cwd, env });
      expectNoneOf([env.ROOM], stdout);
      expect(stdout).to.include('- env:ROOM');
    });
    const variable = { ...env, HANDSHAKE13_SECRET: `${env.ROOM}\n${env.TOKEN}\nenv:OTHER` };
    const { stdout } = await run([url, '-q'], { env: variable });
    expectNoneOf(secrets, stdout);
    expect(stdout).to.include(`ws://127.0.0.1:1/${secrets.map((one) => '*'.repeat(one.length)).join('/')}`);
  });

  it('needs a variable that is set', async () => {
    for (const [value, says] of [
      ['env:NONE', /--secret is env:NONE, but the environment variable NONE is not set or is empty; set it/],
      ['env:', /--secret is env: without the name of a variable; write env:NAME/],
      ['', /--secret needs a value/],
    ] as const) {
      const { code, stdout, stderr } = await run(['a:1', '--secret', value], { env });
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(says);
    }
  });

  it('does not change the verdict where it is an ordinary word', () =>
    withFixture('conformant', async ({ url }) => {
      for (const word of ['websocket', '13', 'chat', 'Upgrade', 'chat.v2', 'e']) {
        const { code, stdout } = await run(
          [
            url,
            '-q',
            '--secret',
            word,
            '--subprotocol',
            word,
            '--probe',
            'valid/*',
            '--probe',
            'malformed/word',
          ],
          { env },
        );
        expect(code, `${word}: ${stdout}`).to.equal(0);
      }
    }));
});

describe('the command that reproduces a probe', function () {
  this.timeout(30_000);

  it('has no secret that the URL parser encodes', () =>
    withFixture('number-conversion', async ({ port }) => {
      const { stdout } = await run([
        `ws://127.0.0.1:${port}/?tok\ten=abc def&a=b`,
        ...['--probe', 'malformed/hex', '-v'],
      ]);
      expect(stdout).to.include(`'ws://127.0.0.1:${port}/?token=\${TOKEN}&a=b'`);
      expectNoneOf(['abc', 'def&'], stdout);
    }));

  it('has no subprotocol that is a secret after the line before it', () =>
    withFixture('number-conversion', async ({ url }) => {
      const lines = ['Sec-WebSocket-Protocol: chat, bearer', 'Sec-WebSocket-Protocol: abcdefgh'];
      const args = [url, ...lines.flatMap((line) => ['-H', line]), '--probe', 'malformed/hex'];
      const [audited, printed] = [await run([...args, '-v']), await run([...args, '--print-config'])];
      expect(audited.stdout).to.include(
        `--header 'Sec-WebSocket-Protocol: chat, bearer' --header 'Sec-WebSocket-Protocol: \${BEARER}'`,
      );
      expect(printed.stdout).to.include('- "Sec-WebSocket-Protocol: ***"');
      expectNoneOf(['abcdefgh'], audited.stdout, printed.stdout);
    }));

  it('names variables in place of secrets that are recognised by their place', () =>
    withFixture('number-conversion', async ({ port }) => {
      const url = `ws://127.0.0.1:${port}`;
      const { stdout } = await run([
        `${url}/?room=a&access_token=abcdefgh&sig=i%20j`,
        ...['-H', 'X-Api-Key: klmnop', '--subprotocol', 'bearer, qrstuv', '--probe', 'malformed/hex'],
      ]);
      const [, command = ''] = /^ {2}recheck {3}(.*)$/m.exec(stdout) ?? [];
      expect(command).to.equal(
        `handshake13 '${url}/?room=a&access_token=\${ACCESS_TOKEN}&sig=\${SIG}' --probe malformed/hex` +
          ` --header 'X-Api-Key: \${X_API_KEY}' --subprotocol 'bearer, \${BEARER}' -vv`,
      );
      const values = { ACCESS_TOKEN: 'a', SIG: 'b', X_API_KEY: 'c', BEARER: 'd' };
      const repeated = await runInShell(command.replace(/^handshake13/, '"$NODE" "$PROGRAM"'), {
        env: values,
      });
      expect(repeated.code).to.equal(1);
    }));

  it('fails where a variable is not set, and sends nothing', () =>
    withRecorder(async ({ port, received }) => {
      const { code } = await run([`ws://127.0.0.1:${port}/?token=\${ACCESS_TOKEN}`]);
      expect(code).to.equal(2);
      expect(received).to.have.lengthOf(0);
    }));
});
