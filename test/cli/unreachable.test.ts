/** Targets that cannot be judged: each with its cause in words, and exit code 3. And TLS that can be had. */

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect } from 'chai';
import { type Outcome, run } from '../support/command.ts';
import { closedPort, pem, pemFile, withFixture, withFolder, withRecorder } from '../support/servers.ts';

const few = ['-q', '--probe', 'malformed/hex'];
const trusted = { tls: { cert: pem('server.pem'), key: pem('server.key') } };
const expired = { tls: { cert: pem('expired.pem'), key: pem('server.key') } };
const otherHost = { tls: { cert: pem('other-host.pem'), key: pem('server.key') } };
const lastDay = new Date(new X509Certificate(pem('expired.pem')).validTo).toISOString().slice(0, 10);
const selfSigned = { tls: { cert: pem('self-signed.pem'), key: pem('server.key') } };
const ca = ['--ca', pemFile('ca.pem')];
const clientCertificate = ['--cert', pemFile('client.pem'), '--key', pemFile('client.key')];
const otherCertificate = ['--cert', pemFile('self-signed.pem'), '--key', pemFile('server.key')];

const wss = (url: string): string => url.replace(/^ws:/, 'wss:');
const ws = (url: string): string => url.replace(/^wss:/, 'ws:');

const causes: Readonly<Record<string, readonly [act: () => Promise<Outcome>, reason: RegExp]>> = {
  'a port on which nobody listens': [
    async () => run([`ws://127.0.0.1:${await closedPort()}/`, ...few]),
    /the connection was refused; is the server running, and is the port correct\?/,
  ],
  'a name that does not resolve': [
    () => run(['ws://nothing.invalid/', ...few]),
    /nothing\.invalid:80: the host name (does not resolve; check its spelling|could not be resolved just now)/,
  ],
  'a server that accepts connections and says nothing': [
    () => withFixture('never-responds-at-all', ({ url }) => run([url, ...few, '--response-timeout', '50'])),
    /did not answer the control handshake in time; if it is slow, raise --response-timeout/,
  ],
  'a server that closes at once': [
    () =>
      withRecorder(
        ({ port }) => run([`ws://127.0.0.1:${port}/`, ...few]),
        () => '',
      ),
    /closed the connection without a response to the control handshake; if the port speaks TLS, use wss:/,
  ],
  'a server that speaks something else': [
    () =>
      withRecorder(
        ({ port }) => run([`ws://127.0.0.1:${port}/`, ...few]),
        () => '220 mail.example ESMTP\r\n',
      ),
    /answered the control handshake with bytes that are not an HTTP response/,
  ],
  'TLS to a port that speaks plain HTTP': [
    () => withHttpServer((port) => run([`wss://127.0.0.1:${port}/`, ...few])),
    /the answer is not TLS \(ERR_SSL_\w+\); if the port speaks plain HTTP, use ws:/,
  ],
  'TLS to a port that waits for plain HTTP': [
    () => withFixture('conformant', ({ url }) => run([wss(url), ...few, '--connect-timeout', '300'])),
    /connected, but TLS was not set up in time; if the port speaks plain HTTP, use ws:/,
  ],
  'plain HTTP to a port that speaks TLS': [
    () => withFixture('conformant', ({ url }) => run([ws(url), ...few]), trusted),
    /(answers in TLS; use wss:|if the port speaks TLS, use wss:)/,
  ],
  'a certificate of an unknown authority': [
    () => withFixture('conformant', ({ url }) => run([url, ...few]), trusted),
    /an authority that this machine does not know, or .* \(UNABLE_\w+\); give its authority with --ca FILE, or audit with --insecure/,
  ],
  'an expired certificate': [
    () => withFixture('conformant', ({ url }) => run([url, ...few, ...ca]), expired),
    new RegExp(
      `the TLS certificate expired on ${lastDay} \\(CERT_HAS_EXPIRED\\); renew it, or audit with --insecure`,
    ),
  ],
  'a certificate for another name': [
    () => withFixture('conformant', ({ url }) => run([url, ...few, ...ca]), otherHost),
    /the TLS certificate is for [a-z.]+, not for 127\.0\.0\.1 \(ERR_TLS_CERT_ALTNAME_INVALID\); give the name with --servername, or audit with --insecure/,
  ],
  'a certificate for a name that was sent to the server as a secret': [
    () =>
      withFixture(
        'conformant',
        ({ url }) => run([url, ...few, ...ca, '-H', 'X-Api-Key: other.example']),
        otherHost,
      ),
    /the TLS certificate is for \*{13}, not for 127\.0\.0\.1/,
  ],
  'a certificate that is signed by nobody else': [
    () => withFixture('conformant', ({ url }) => run([url, ...few, ...ca]), selfSigned),
    /the TLS certificate is self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\); give it with --ca FILE, or audit with --insecure/,
  ],
  'a client certificate that is missing': [
    () => withClientCheck((url) => run([url, ...few, ...ca])),
    /the server rejected the client's side of TLS .*; it may ask for a client certificate \(--cert FILE --key FILE\)/,
  ],
  'a client certificate that is another': [
    () => withClientCheck((url) => run([url, ...few, ...ca, ...otherCertificate])),
    /(it may not be a WebSocket server, or require another client certificate|rejected the client's side of TLS)/,
  ],
  'a Unix socket that is not there': [
    () => withFolder((folder) => run([`ws+unix:${folder}/a.sock:/chat`, ...few])),
    /the socket \/\S+\/a\.sock: there is no such file; is the server running, and is the path correct\?/,
  ],
  'a Unix socket that is none': [
    () =>
      withFolder(async (folder) => {
        await writeFile(`${folder}/a.sock`, '');
        return run([`ws+unix:${folder}/a.sock`, ...few]);
      }),
    /nothing listens on it: it is not a socket, or a server left it behind/,
  ],
  'a target that is waited for in vain': [
    async () => run([`ws://127.0.0.1:${await closedPort()}/`, ...few, '--wait', '150']),
    /after waiting 0\.15 s: 127\.0\.0\.1:\d+: the connection was refused; is the server running/,
  ],
  'a redirect': [
    () => withFixture('control-301', ({ url }) => run([url, ...few])),
    /301 Moved Permanently": it redirects to https:\/\/example\.com\/socket; audit that URL instead/,
  ],
};

/** A server of Node's own, which answers at once what is not HTTP. */
async function withHttpServer<T>(use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

/** A conformant server behind a TLS terminator that wants a certificate of the client. */
async function withClientCheck<T>(use: (url: string) => Promise<T>): Promise<T> {
  return withFixture('conformant', async ({ port }) => {
    const strict = { ...trusted.tls, ca: pem('ca.pem'), requestCert: true, rejectUnauthorized: true };
    const server = createTlsServer(strict, (socket) => {
      const behind = connect(port, '127.0.0.1');
      for (const one of [socket, behind]) one.on('error', () => {});
      socket.pipe(behind).pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return await use(`wss://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    } finally {
      server.close();
    }
  });
}

describe('a target that cannot be judged', function () {
  this.timeout(60_000);
  const outcomes = new Map<string, Promise<Outcome>>();

  before(() => {
    for (const [name, [act]] of Object.entries(causes)) {
      const outcome = act();
      // The test of that name gets the error.
      outcome.catch(() => {});
      outcomes.set(name, outcome);
    }
  });

  after(() => Promise.allSettled(outcomes.values()));

  for (const [name, [, reason]] of Object.entries(causes)) {
    it(`is inconclusive, with the cause in words: ${name}`, async () => {
      const outcome = await outcomes.get(name);
      expect(outcome?.stdout).to.match(/^\? inconclusive ws(s|\+unix)?:\/[^\n]+\n$/);
      expect(outcome?.stdout).to.match(reason);
      expect(outcome).to.include({ code: 3, stderr: '' });
    });
  }
});

describe('a target behind TLS', function () {
  this.timeout(30_000);

  it('is audited where its authority is trusted', () =>
    withFixture(
      'conformant',
      async ({ url }) => {
        expect(await run([url, ...few, ...ca])).to.include({ code: 0, stderr: '' });
      },
      trusted,
    ));

  it('is audited with any certificate where that is asked for, with a warning', () =>
    withFixture(
      'conformant',
      async ({ url }) => {
        expect(await run([url, ...few, '--insecure'])).to.include({
          code: 0,
          stderr: 'handshake13: --insecure: TLS certificates are not checked\n',
        });
      },
      expired,
    ));

  it('is audited with a certificate of the client where it asks for one', () =>
    withClientCheck(async (url) => {
      expect(await run([url, ...few, ...ca, ...clientCertificate])).to.include({ code: 0, stderr: '' });
    }));

  it('is checked against the name that --servername gives', () =>
    withFixture(
      'conformant',
      async ({ url }) => {
        expect(await run([url, ...few, ...ca, '--servername', 'other.example'])).to.include({ code: 0 });
      },
      otherHost,
    ));

  it('has the options of TLS in the command that repeats a probe', () =>
    withFixture(
      'number-conversion',
      async ({ url }) => {
        const { stdout } = await run([url, '--probe', 'malformed/hex', ...ca]);
        expect(stdout).to.include(
          `recheck   handshake13 ${url} --probe malformed/hex --ca ${pemFile('ca.pem')} -vv\n`,
        );
      },
      trusted,
    ));
});

describe('a target on a Unix socket', function () {
  this.timeout(30_000);

  it('is audited as any other', () =>
    withFolder((folder) =>
      withFixture('number-conversion', async ({ port }) => {
        const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
          const behind = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
          for (const one of [socket, behind]) one.on('error', () => {});
          socket.pipe(behind).pipe(socket);
        });
        server.listen(`${folder}/a.sock`);
        await once(server, 'listening');
        try {
          const target = `ws+unix://${folder}/a.sock:/chat?x=1`;
          const { code, stdout, stderr } = await run([target, '--probe', 'malformed/hex']);
          expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
          expect(stdout).to.include(
            `recheck   handshake13 'ws+unix:${folder}/a.sock:/chat?x=1' --probe malformed/hex -vv\n`,
          );
        } finally {
          server.close();
        }
      }),
    ));
});
