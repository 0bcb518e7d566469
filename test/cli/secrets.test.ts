/** Credentials of the caller: sent, and shown nowhere. */

import { expect } from 'chai';
import type { Report } from '../../index.ts';
import { reporterNames } from '../../reporters/registry.ts';
import { type Outcome, run } from '../support/command.ts';
import { expectNoneOf, textsOf } from '../support/secrets.ts';
import { withRecorder } from '../support/servers.ts';

const secrets = {
  user: 'kassandra',
  password: 'opensesame',
  token: 't0k3n-of-bearer',
  proxy: 'pr0xy-credential',
  cookie: 'c00kie-value',
};
const basic = Buffer.from(`${secrets.user}:${secrets.password}`).toString('base64');
/** What must show nowhere. */
const hidden = [...Object.values(secrets), basic];

/** Repeats what it was sent as servers do that explain themselves: the lines, the credentials alone, and decoded. */
const echo = (head: string): string => {
  const lines = head.split('\r\n').filter((line) => /^(proxy-)?authorization:|^cookie:/i.test(line));
  const credentials = lines.map((line) => line.slice(line.lastIndexOf(' ') + 1));
  const decoded = credentials.includes(basic)
    ? [`${secrets.user}:${secrets.password}`, secrets.password]
    : [];
  const body = [head, ...credentials, ...decoded].join('\n');
  const isRight = head.includes('Version: 13\r\n');
  return [
    `HTTP/1.1 ${isRight ? '101 Switching Protocols' : '400 Bad Request'}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    ...lines.map((line) => `X-${line}`),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
};

/** An audit with credentials, and what the server was sent. */
async function auditWith(
  credentials: (authority: string) => readonly string[],
  options: readonly string[],
): Promise<Outcome & { readonly received: readonly string[] }> {
  return withRecorder(async ({ port, received }) => {
    const args = [...credentials(`127.0.0.1:${port}`), '--probe', 'malformed/{hex,word}', ...options];
    return { ...(await run(args)), received };
  }, echo);
}

const inUrl = (authority: string): string[] => [`ws://${secrets.user}:${secrets.password}@${authority}/`];
const inFields = (authority: string): string[] => [
  authority,
  ...['-H', `authorization: Bearer ${secrets.token}`],
  ...['-H', `Proxy-Authorization: Basic ${secrets.proxy}`],
  ...['-H', `Cookie: sid=${secrets.cookie}`],
];

describe('credentials', function () {
  this.timeout(30_000);

  it('are sent', async () => {
    const [url, fields] = await Promise.all([auditWith(inUrl, ['-q']), auditWith(inFields, ['-q'])]);
    for (const head of url?.received ?? []) expect(head).to.include(`\r\nAuthorization: Basic ${basic}\r\n`);
    for (const head of fields?.received ?? []) {
      expect(head).to.include(`\r\nauthorization: Bearer ${secrets.token}\r\n`);
      expect(head).to.include(`\r\nCookie: sid=${secrets.cookie}\r\n`);
    }
    expect(url?.received).to.not.have.lengthOf(0);
    expect(fields?.received).to.not.have.lengthOf(0);
  });

  for (const [where, credentials] of Object.entries({ 'in the URL': inUrl, 'in fields': inFields })) {
    it(`${where} are not in the report for people, though the server repeats them`, async () => {
      const { stdout, stderr } = await auditWith(credentials, ['-vv']);
      expectNoneOf(hidden, stdout);
      expectNoneOf(hidden, stderr);
      expect(stdout, 'the field is there').to.match(/> [Aa]uthorization: \*+\\r\\n/);
      expect(stdout, 'and so is what the server repeats').to.match(/< X-[Aa]uthorization: .*\*+/);
    });

    it(`${where} are not in the JSON report, and no byte is`, async () => {
      const { stdout, stderr } = await auditWith(credentials, ['-r', 'json']);
      const report: Report = JSON.parse(stdout);
      expectNoneOf(hidden, stdout);
      expectNoneOf(hidden, stderr);
      for (const text of textsOf(report)) expectNoneOf(hidden, text);
      expect(
        textsOf(report).some((text) => /\r\nauthorization: \*+\r\n/i.test(text)),
        'its bytes were looked at',
      ).to.equal(true);
    });

    it(`${where} are in no event, and no byte is`, async () => {
      const { stdout } = await auditWith(credentials, ['-r', 'ndjson']);
      const events = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      for (const text of textsOf(events)) expectNoneOf(hidden, text);
      expect(textsOf(events).some((text) => /\r\nauthorization: \*+\r\n/i.test(text))).to.equal(true);
    });

    it(`${where} are in no other report`, async () => {
      for (const name of reporterNames) {
        const { code, stdout, stderr } = await auditWith(credentials, [
          '-r',
          name,
          '--sarif-location',
          'README.md',
        ]);
        expect(code, name).to.equal(1);
        expect(stdout, name).to.not.equal('');
        expectNoneOf(hidden, stdout);
        expectNoneOf(hidden, stderr);
      }
    });

    it(`${where} are named after environment variables in the command that repeats a probe`, async () => {
      const { stdout } = await auditWith(credentials, ['-v']);
      const command = /^ {2}recheck {3}(.+)$/m.exec(stdout)?.[1];
      expect(command).to.match(/^handshake13 ws:\/\/127\.0\.0\.1:\d+\/ --probe \S+ --header .* -vv$/);
      expect(command?.toLowerCase()).to.include(`--header 'authorization: \${authorization}'`);
      if (credentials === inFields) {
        expect(command).to.include(`--header 'Proxy-Authorization: \${PROXY_AUTHORIZATION}'`);
        expect(command).to.include(`--header 'Cookie: \${COOKIE}'`);
      }
    });

    it(`${where} are not in an error message about the command line`, async () => {
      const { code, stdout, stderr } = await auditWith(credentials, ['--probe', 'nothing']);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      expectNoneOf(hidden, stderr);
    });
  }
});
