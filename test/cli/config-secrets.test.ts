/** Texts that a configuration file takes from the environment: sent, and shown nowhere. */

import { expect } from 'chai';
import type { Report } from '../../index.ts';
import { type Outcome, run } from '../support/command.ts';
import { withFiles } from '../support/config-folder.ts';
import { expectNoneOf, textsOf } from '../support/secrets.ts';
import { withFixture, withRecorder } from '../support/servers.ts';

const file = 'handshake13.config.yaml';

const env = {
  TOKEN: 't0k3n/of+the=query',
  KEY: 'k3y-of-any-field',
  USER_NAME: 'kassandra',
  PASSWORD: 'open sesame',
  SESSION: 's3ssion-in-a-cookie',
  BEARER: 'b3arer-credential',
  STAGE: 'stage-of-a-label',
  PIN: 'z7z',
  HANDSHAKE13_ORIGIN: 'https://app.example',
};

/** What is written out nowhere but in the variable itself. */
const fromVariable = 'c00kie-of-the-variable';

const written = (port: number): string => `
header:
  X-Key: id=\${KEY}; pin=\${PIN}
  Cookie: sid=\${SESSION}
probe: [malformed/hex, malformed/word, draft/7, unsupported/25]
targets:
  - url: ws://\${USER_NAME}:\${PASSWORD}@127.0.0.1:${port}/\${PIN}/chat?token=\${TOKEN}&a=b
    label: on \${STAGE}
  - url: ws://127.0.0.1:${port}/bearer
    header: { Authorization: 'Bearer \${BEARER}' }
`;

const basic = Buffer.from(`${env.USER_NAME}:${env.PASSWORD}`).toString('base64');

const secrets = [
  ...Object.entries(env).flatMap(([name, value]) => (name.startsWith('HANDSHAKE13') ? [] : [value])),
  fromVariable,
  encodeURIComponent(env.PASSWORD),
  encodeURIComponent(env.TOKEN),
  basic,
];

/** Repeats what it was sent in every way: the head, each secret in it alone, and decoded. The short one it leaves out. */
const echo = (sent: string): string => {
  const head = sent.replaceAll(env.PIN, '---');
  const decoded = head.includes(basic) ? [`${env.USER_NAME}:${env.PASSWORD}`, env.PASSWORD] : [];
  const body = [head, ...secrets.filter((secret) => head.includes(secret)), ...decoded, ''].join('\n');
  const target = head.split(' ')[1];
  return [
    `HTTP/1.1 ${head.includes('Version: 13\r\n') ? '101 Switching Protocols' : `400 no ${target}`}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Location: ${target}`,
    ...head
      .split('\r\n')
      .flatMap((line) => (/^(x-key|cookie|authorization):/i.test(line) ? `X-${line}` : [])),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
};

interface Audited extends Outcome {
  readonly received: readonly string[];
}

/** Audits what the file says; two layers give fields. */
async function auditWith(
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Audited> {
  return withRecorder(
    ({ port, received }) =>
      withFiles({ [file]: written(port) }, async (cwd) => ({
        ...(await run(args, { cwd, env: { ...env, ...more } })),
        received,
      })),
    echo,
  );
}

describe('texts from the environment', function () {
  this.timeout(60_000);

  it('are sent', async () => {
    const { received, code } = await auditWith(['-q']);
    expect(code).to.equal(1);
    const [first = ''] = received.filter((head) => head.includes('/chat?'));
    expect(first).to.match(/^GET \/z7z\/chat\?token=t0k3n\/of\+the=query&a=b HTTP/);
    expect(first).to.include(`\r\nX-Key: id=${env.KEY}; pin=${env.PIN}\r\nCookie: sid=${env.SESSION}\r\n`);
    expect(first).to.include(`\r\nAuthorization: Basic ${basic}\r\n`);
    const [second = ''] = received.filter((head) => head.startsWith('GET /bearer'));
    expect(second).to.include(`\r\nAuthorization: Bearer ${env.BEARER}\r\n`);
  });

  it('are not in the report for people, though the server repeats them', async () => {
    const { stdout, stderr } = await auditWith(['-vv']);
    expectNoneOf(secrets, stdout);
    expectNoneOf(secrets, stderr);
    expect(stdout).to.match(
      /^✗ nonconformant {2}on \*{16} ws:\/\/127\.0\.0\.1:\d+\/\*\*\*\/chat\?token=\*{18}&a=b/m,
    );
    expect(stdout).to.match(/> X-Key: \*{28}\\r\\n/);
    expect(stdout).to.match(/< X-X-Key: id=\*{16}/);
  });

  it('are not in the JSON report, and no byte is', async () => {
    const { stdout, stderr } = await auditWith(['-r', 'json']);
    const report: Report = JSON.parse(stdout);
    expectNoneOf(secrets, stdout);
    expectNoneOf(secrets, stderr);
    for (const text of textsOf(report)) expectNoneOf(secrets, text);
    expect(report.targets[0]?.label).to.equal(`on ${'*'.repeat(env.STAGE.length)}`);
    expect(report.targets[0]?.url).to.match(/:\d+\/\*\*\*\/chat\?token=\*{18}&a=b$/);
    const requests = textsOf(report).filter((text) => text.startsWith('GET /*'));
    expect(requests).to.not.have.lengthOf(0);
    for (const request of requests) expectNoneOf(secrets, request);
  });

  it('are not in what --print-config says', async () => {
    const { code, stdout, stderr } = await auditWith(['--print-config']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expectNoneOf(secrets, stdout);
    for (const name of Object.keys(env).filter((one) => !one.startsWith('HANDSHAKE13')))
      expect(stdout).to.include(`\${${name}}`);
  });

  it('are not in error messages', async () => {
    const mistakes: Record<string, string> = {
      'a URL that is none': `targets: ["ws://\${PASSWORD}:x/"]`,
      'a text that is no target': `targets: ["<\${TOKEN}>"]`,
      'a name of a field': `header: ["\${PASSWORD}: x"]\ntargets: ["ws://127.0.0.1:1/"]`,
      'a field that is none': `header: ["\${KEY}"]`,
      'a file': `ca: /\${KEY}/ca.pem`,
      'a report': `reporter: ["json=/\${KEY}/x"]`,
      'a reporter': `reporter: ["\${KEY}"]`,
      'a rule': `resolve: ["\${KEY}"]`,
      'a glob': `targets: ["ws://127.0.0.1:1/"]\nprobe: ["\${KEY}"]`,
      'a choice': `profile: \${KEY}`,
      'a quoted text': `targets: ["\${QUOTED}"]`,
    };
    for (const [what, text] of Object.entries(mistakes)) {
      const quoted = { QUOTED: 'a "quoted\\ secret' };
      const outcome = await withFiles({ [file]: text }, (cwd) =>
        run([], { cwd, env: { ...env, ...quoted } }),
      );
      expect(outcome, what).to.include({ code: 2, stdout: '' });
      expect(outcome.stderr, what).to.match(/^handshake13: [^\n]+\n$/);
      expectNoneOf(secrets, outcome.stderr);
      expect(outcome.stderr, what).to.not.match(/quoted.* secret/);
    }
  });

  it('are not in the reason why a target cannot be judged, where they are all of its URL', async () => {
    const url = 'ws://Nowhere.Invalid:8099/Some/Path?with=query';
    const config = `targets: [{ url: "\${URL_OF_IT}", label: here }]`;
    const { stdout, code } = await withFiles({ [file]: config }, (cwd) =>
      run(['-v', '--connect-timeout', '20000'], { cwd, env: { URL_OF_IT: url } }),
    );
    expect(code).to.equal(3);
    expect(stdout).to.not.match(/nowhere|invalid|8099|path|query/i);
    expect(stdout).to.include('here ws://***************:****/*********?**********');
  });

  it('of an environment variable for an option are treated as those of the option', async () => {
    const variable = { HANDSHAKE13_HEADER: `Cookie: sid=${fromVariable}\nX-Request-Id: open-text` };
    const [terminal, json, print] = await Promise.all([
      auditWith(['-v'], variable),
      auditWith(['-r', 'json'], variable),
      auditWith(['--print-config'], variable),
    ]);
    expect(terminal?.received.join('')).to.include(`Cookie: sid=${fromVariable}\r\n`);
    for (const { stdout } of [terminal, json, print].filter((one) => one !== undefined))
      expectNoneOf(secrets, stdout);
    for (const text of textsOf(JSON.parse(json?.stdout ?? ''))) expectNoneOf(secrets, text);
    expect(print?.stdout).to.include('- "Cookie: ***"\n  - "X-Request-Id: open-text"\n');
    expect(terminal?.stdout).to.include(`--header 'Cookie: \${COOKIE}' --header 'X-Request-Id: open-text'`);
  });

  it('do not change the verdict', async () => {
    const text = (own: string): string => `${own}probe: [valid/*, malformed/word]\n`;
    await withFixture('conformant', async ({ url }) => {
      for (const word of ['websocket', 'v1', '13', 'Upgrade', 'chat.v2']) {
        const config = text(`subprotocol: \${WORD}\nheader: { X-Word: "\${WORD}" }\n`);
        const { code, stdout } = await withFiles({ [file]: config }, (cwd) =>
          run(['-q', url], { cwd, env: { WORD: word } }),
        );
        expect(code, `${word}: ${stdout}`).to.equal(0);
      }
    });
  });
});
