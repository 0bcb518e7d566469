/** Targets that cannot be judged: each with its cause in words, and exit code 3. And TLS that can be had. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type Outcome, run } from './command.ts';
import { closedPort, pem, pemFile, withFixture, withRecorder } from './servers.ts';

const few = ['-q', '--probe', 'malformed/hex'];
const trusted = { tls: { cert: pem('server.pem'), key: pem('server.key') } };
const expired = { tls: { cert: pem('expired.pem'), key: pem('server.key') } };
const otherHost = { tls: { cert: pem('other-host.pem'), key: pem('server.key') } };
const ca = ['--ca', pemFile('ca.pem')];

const wss = (url: string): string => url.replace(/^ws:/, 'wss:');
const ws = (url: string): string => url.replace(/^wss:/, 'ws:');

const causes: Readonly<Record<string, readonly [act: () => Promise<Outcome>, reason: RegExp]>> = {
  'a port on which nobody listens': [
    async () => run([`ws://127.0.0.1:${await closedPort()}/`, ...few]),
    /the connection was refused; is the server running, and is the port right\?/,
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
    /answered the control handshake with bytes that are no HTTP response/,
  ],
  'TLS to a port that speaks plain HTTP': [
    () => withHttpServer((port) => run([`wss://127.0.0.1:${port}/`, ...few])),
    /TLS could not be set up .*; if the port speaks plain HTTP, use ws:/,
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
    /the TLS certificate is not trusted .*; give its authority with --ca FILE, or audit with --insecure/,
  ],
  'an expired certificate': [
    () => withFixture('conformant', ({ url }) => run([url, ...few, ...ca]), expired),
    /the TLS certificate has expired; renew it, or audit with --insecure/,
  ],
  'a certificate for another name': [
    () => withFixture('conformant', ({ url }) => run([url, ...few, ...ca]), otherHost),
    /the TLS certificate is for another name .*; give the name with --servername/,
  ],
  'a redirect': [
    () => withFixture('control-301', ({ url }) => run([url, ...few])),
    /301 Moved Permanently": it redirects to https:\/\/example\.com\/socket; audit that URL instead/,
  ],
};

/** A server of Node's own, which answers at once what is no HTTP. */
async function withHttpServer<T>(use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

describe('a target that cannot be judged', () => {
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
      expect(outcome?.stdout).to.match(/^\? inconclusive wss?:\/\/[^\n]+\n$/);
      expect(outcome?.stdout).to.match(reason);
      expect(outcome).to.include({ code: 3, stderr: '' });
    });
  }
});

describe('a target behind TLS', () => {
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
          `repeat   handshake13 ${url} --probe malformed/hex --ca ${pemFile('ca.pem')} -v\n`,
        );
      },
      trusted,
    ));
});
