/** Opening connections: what a server sees of it, and every way in which there is none. */

import { Socket } from 'node:net';
import { type TlsOptions as ServerTlsOptions, TLSSocket } from 'node:tls';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { type Connect, createConnector, readInto } from '../../../wire/connect/connector.ts';
import { toWireError } from '../../../wire/connect/errors.ts';
import { createTarget, type TlsOptions } from '../../../wire/endpoint/target.ts';
import type { Exchange } from '../../../wire/exchange.ts';
import { UsageError } from '../../../wire/usage-error.ts';
import { withFullBacklog } from '../../support/full-backlog.ts';
import { closedPort, pem } from '../../support/servers.ts';
import {
  exchangeWith,
  gistOf,
  type Peer,
  type StartOptions,
  start,
  withServer,
} from '../../support/wire-server.ts';

const refuse = async (peer: Peer) => {
  await peer.request();
  await peer.send('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
  peer.socket.end();
};

const ca = pem('ca.pem');
const trusted: ServerTlsOptions = { cert: pem('server.pem'), key: pem('server.key') };

/** One exchange over TLS. A host other than 127.0.0.1 is resolved to it all the same. */
async function exchangeOverTls(
  serverTls: ServerTlsOptions,
  tls: TlsOptions,
  { host = '127.0.0.1', ...options }: StartOptions & { host?: string } = {},
): Promise<{ exchange: Exchange; peers: readonly Peer[] }> {
  return withServer(
    refuse,
    async ({ port, peers }) => {
      const resolve = [{ host, port, address: '127.0.0.1' }];
      const exchange = await start(`wss://${host}:${port}/`, { tls, resolve, ...options }).closed;
      return { exchange, peers };
    },
    serverTls,
  );
}

function tlsSocketOf(peer: Peer | undefined): TLSSocket {
  if (!(peer?.socket instanceof TLSSocket)) throw new Error('the server saw no connection over TLS');
  return peer.socket;
}

/** Dials, sends a request, reads to the end and ends. */
async function talk(dial: Connect): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    dial((result) => {
      if ('outcome' in result) {
        reject(new Error(result.error.message));
        return;
      }
      const { socket } = result;
      socket.on('data', () => {}).on('end', () => socket.end());
      socket.on('close', () => resolve());
      socket.write('GET / HTTP/1.1\r\n\r\n');
    }),
  );
}

const success = ['response', 400, null];

describe('dialling', () => {
  it('fails where nobody listens', async () => {
    const port = await closedPort();
    const exchange = await start(`ws://127.0.0.1:${port}/`).closed;
    expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, 'ECONNREFUSED']);
    expect(exchange.error?.message).to.contain(`127.0.0.1:${port}`);
    expect(exchange.close).to.equal(null);
  });

  it('fails where nobody listens on any address of the name', async () => {
    const exchange = await start(`ws://localhost:${await closedPort()}/`).closed;
    expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, 'ECONNREFUSED']);
  });

  it('fails over TLS too where nobody listens: there was no TCP connection', async () => {
    const exchange = await start(`wss://127.0.0.1:${await closedPort()}/`).closed;
    expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, 'ECONNREFUSED']);
  });

  it('fails in time where connections are not taken', function () {
    return withFullBacklog('127.0.0.1', 0, async (port) => {
      const options = { connectTimeoutMs: 200, limits: { responseTimeoutMs: 100 } };
      const exchange = await start(`ws://127.0.0.1:${port}/`, options).closed;
      // Systems differ in what they do with a full backlog.
      if (exchange.outcome === 'timeout') this.skip();
      expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, 'UND_ERR_CONNECT_TIMEOUT']);
    });
  });

  it('dials the address of a resolve rule, and asks for the host', async () => {
    await withServer(refuse, async ({ port, peers }) => {
      const resolve = [{ host: 'no-such-host.invalid', port, address: '127.0.0.1' }];
      const exchange = await start(`ws://no-such-host.invalid:${port}/`, { resolve }).closed;
      expect(gistOf(exchange)).to.deep.equal(success);
      expect(peers[0]?.received).to.contain(`\r\nHost: no-such-host.invalid:${port}\r\n`);
    });
  });

  it('opens a fresh connection each time', async () => {
    await withServer(refuse, async ({ port, peers }) => {
      const target = createTarget(`ws://127.0.0.1:${port}/`);
      const { connect: dial } = createConnector(target, 5000);
      for (let round = 0; round < 3; round += 1) await talk(dial);
      expect(peers).to.have.lengthOf(3);
      expect(new Set(peers.map(({ received }) => received))).to.deep.equal(
        new Set(['GET / HTTP/1.1\r\n\r\n']),
      );
    });
  });
});

describe('dialling over TLS', () => {
  it('succeeds with the right authority', async () => {
    const { exchange } = await exchangeOverTls(trusted, { ca });
    expect(gistOf(exchange)).to.deep.equal(success);
  });

  const refused: [title: string, cert: string, tls: TlsOptions, host: string, code: RegExp][] = [
    ['an unknown authority', 'server.pem', {}, '127.0.0.1', /^UNABLE_TO_VERIFY_LEAF_SIGNATURE$/],
    [
      'a certificate that is signed by nobody else',
      'self-signed.pem',
      {},
      '127.0.0.1',
      /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    ],
    ['a certificate by another authority', 'self-signed.pem', { ca }, '127.0.0.1', /SELF_SIGNED|UNABLE_TO/],
    ['an expired certificate', 'expired.pem', { ca }, '127.0.0.1', /^CERT_HAS_EXPIRED$/],
    [
      'a certificate for another host',
      'other-host.pem',
      { ca },
      '127.0.0.1',
      /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    ],
    [
      'a certificate for another name',
      'server.pem',
      { ca },
      'other.example',
      /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    ],
    [
      'a certificate for the address dialled, not the one asked for',
      'server.pem',
      { ca },
      '127.0.0.9',
      /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    ],
  ];
  for (const [title, cert, tls, host, code] of refused) {
    const serverTls = { cert: pem(cert), key: pem('server.key') };

    it(`fails for ${title}`, async () => {
      const { exchange } = await exchangeOverTls(serverTls, tls, { host });
      expect(exchange.outcome).to.equal('tls-failed');
      expect(exchange.error?.code).to.match(code);
      expect(exchange.error?.message).not.to.equal('');
      expect([exchange.response, exchange.close]).to.deep.equal([null, null]);
    });

    it(`takes ${title} where any certificate will do`, async () => {
      const { exchange } = await exchangeOverTls(serverTls, { ...tls, insecure: true }, { host });
      expect(gistOf(exchange)).to.deep.equal(success);
    });
  }

  it('trusts a self-signed certificate that is given as an authority', async () => {
    const serverTls = { cert: pem('self-signed.pem'), key: pem('server.key') };
    const { exchange } = await exchangeOverTls(serverTls, { ca: pem('self-signed.pem') });
    expect(gistOf(exchange)).to.deep.equal(success);
  });

  /** What the server is offered. */
  const offers = async (tls: TlsOptions, host: string) => {
    const seen: { servername: string; protocols: string[] }[] = [];
    const ALPNCallback = (offer: { servername: string; protocols: string[] }) => {
      seen.push(offer);
      return offer.protocols[0];
    };
    const { exchange, peers } = await exchangeOverTls({ ...trusted, ALPNCallback }, tls, { host });
    expect(gistOf(exchange)).to.deep.equal(success);
    expect(seen).to.have.lengthOf(1);
    return { ...seen[0], peer: peers[0] };
  };

  it('names the host by SNI, and offers http/1.1 and nothing else by ALPN', async () => {
    const { servername, protocols } = await offers({ ca }, 'localhost');
    expect(servername).to.equal('localhost');
    expect(protocols).to.deep.equal(['http/1.1']);
  });

  it('sends no SNI for an address', async () => {
    const { servername, peer } = await offers({ ca }, '127.0.0.1');
    expect(servername || undefined).to.equal(undefined);
    expect(tlsSocketOf(peer).servername).to.equal(false);
  });

  it('names and checks the server name that it is given instead', async () => {
    const { servername, peer } = await offers({ ca, servername: 'localhost' }, 'other.example');
    expect(servername).to.equal('localhost');
    expect(peer?.received).to.match(/\r\nHost: other\.example:\d+\r\n/);
    const { exchange } = await exchangeOverTls(trusted, { ca, servername: 'other.example' });
    expect(gistOf(exchange)).to.deep.equal(['tls-failed', null, 'ERR_TLS_CERT_ALTNAME_INVALID']);
  });

  it('resumes no session of an earlier connection', async () => {
    const reused: boolean[] = [];
    const serve = (peer: Peer) => {
      reused.push(tlsSocketOf(peer).isSessionReused());
      return refuse(peer);
    };
    await withServer(
      serve,
      async ({ port }) => {
        const { connect: dial } = createConnector(
          createTarget(`wss://127.0.0.1:${port}/`, { tls: { ca } }),
          5000,
        );
        for (let round = 0; round < 2; round += 1) await talk(dial);
      },
      trusted,
    );
    expect(reused).to.deep.equal([false, false]);
  });

  describe('to a server that asks for a certificate of the client', () => {
    const strict: ServerTlsOptions = { ...trusted, ca, requestCert: true, rejectUnauthorized: true };
    const client: TlsOptions = { ca, cert: pem('client.pem'), key: pem('client.key') };

    it('succeeds with one', async () => {
      const { exchange, peers } = await exchangeOverTls(strict, client);
      expect(gistOf(exchange)).to.deep.equal(success);
      expect(tlsSocketOf(peers[0]).authorized).to.equal(true);
    });

    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      it(`fails without one, in ${maxVersion}`, async () => {
        for (let round = 0; round < 10; round += 1) {
          const { exchange } = await exchangeOverTls({ ...strict, maxVersion }, { ca });
          expect(exchange.outcome, JSON.stringify(exchange.error)).to.equal('tls-failed');
          expect(exchange.error?.code).to.match(/^ERR_SSL_/);
        }
      });
    }
  });

  it('fails at a server that ends the connection instead', async () => {
    const exchange = await withServer(
      async (peer) => {
        await peer.until(/./s);
        peer.socket.end();
      },
      ({ port }) => start(`wss://127.0.0.1:${port}/`).closed,
    );
    expect(gistOf(exchange)).to.deep.equal(['tls-failed', null, 'ECONNRESET']);
  });

  it('fails in time at a server that takes the connection and says nothing', async () => {
    const exchange = await withServer(
      () => {},
      ({ port }) => start(`wss://127.0.0.1:${port}/`, { connectTimeoutMs: 100 }).closed,
    );
    expect(gistOf(exchange)).to.deep.equal(['tls-failed', null, 'UND_ERR_CONNECT_TIMEOUT']);
  });

  it('fails at a server that has no version of TLS in common', async () => {
    const { exchange } = await exchangeOverTls(
      { ...trusted, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' },
      { ca },
    );
    expect(exchange.outcome).to.equal('tls-failed');
  });

  it('fails at a server that speaks plain HTTP, with a message that is the same each time', async () => {
    const exchange = await withServer(
      (peer) => peer.send('HTTP/1.1 400 Bad Request\r\n\r\n'),
      ({ port }) => start(`wss://127.0.0.1:${port}/`).closed,
    );
    expect(exchange.outcome).to.equal('tls-failed');
    expect(exchange.error?.message).to.match(/^error:[0-9A-F]{8}:SSL routines:/);
  });
});

describe('dialling without TLS', () => {
  it('finds no response at a server that speaks TLS', async () => {
    const exchange = await withServer(refuse, ({ port }) => start(`ws://127.0.0.1:${port}/`).closed, trusted);
    expect(exchange.outcome).to.be.oneOf(['malformed', 'closed', 'reset']);
    expect(exchange.response).to.equal(null);
  });

  it('finds bytes that are no response at a server that answers with an alert', async () => {
    const { exchange } = await exchangeWith(async (peer) => {
      await peer.request();
      await peer.send('\x15\x03\x01\x00\x02\x02\x46');
      peer.socket.end();
    });
    expect(gistOf(exchange)).to.deep.equal(['malformed', null, 'MALFORMED_RESPONSE']);
    expect(exchange.received.toString('hex')).to.equal('15030100020246');
  });
});

describe('a dialler', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const unusable: [title: string, tls: TlsOptions][] = [
    ['authorities that are no PEM', { ca: 'no certificate' }],
    ['authorities that are empty', { ca: '' }],
    ['authorities that are broken', { ca: broken }],
    ['a certificate that is no PEM', { cert: 'no certificate', key: pem('client.key') }],
    ['a certificate that is broken', { cert: broken, key: pem('client.key') }],
    ['a key that is no PEM', { cert: pem('client.pem'), key: 'no key' }],
    ['a key instead of a certificate', { cert: pem('client.key'), key: pem('client.key') }],
    ['a key of another certificate', { cert: pem('client.pem'), key: pem('server.key') }],
    ['a certificate without its key', { cert: pem('client.pem') }],
    ['a key without its certificate', { key: pem('client.key') }],
  ];
  for (const [title, tls] of unusable) {
    it(`cannot be made with ${title}`, () => {
      const target = createTarget('wss://localhost/', { tls });
      expect(() => createConnector(target, 5000)).to.throw(UsageError, /^[^\r\n]*TLS certificate[^\r\n]*$/);
    });
  }

  it('cannot be troubled by TLS options where there is no TLS', () => {
    createConnector(createTarget('ws://localhost/', { tls: { ca: 'no certificate' } }), 5000);
  });
});

describe('toWireError', () => {
  it('leaves out the hint of Node.js at a flag of its own', () => {
    const hint = '; if the root CA is installed locally, try running Node.js with --use-system-ca';
    const error = Object.assign(new Error(`self-signed certificate${hint}`), {
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(toWireError(error).message).to.equal('self-signed certificate');
  });

  it('has the code and the message', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED ::1:1'), { code: 'ECONNREFUSED' });
    expect(toWireError(error)).to.deep.equal({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED ::1:1' });
  });

  it('has the first of several', () => {
    const error = new AggregateError([Object.assign(new Error('first'), { code: 'A' }), new Error('second')]);
    expect(toWireError(error)).to.deep.equal({ code: 'A', message: 'first' });
  });

  it('has them too of an error of another realm, as under Jest', () => {
    const error = runInNewContext("Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })");
    expect(error).to.not.be.instanceOf(Error);
    expect(toWireError(error)).to.deep.equal({ code: 'ECONNRESET', message: 'read ECONNRESET' });
  });

  it('makes do with what is no error', () => {
    expect(toWireError('broken')).to.deep.equal({ code: 'UNKNOWN', message: 'broken' });
    expect(toWireError(new AggregateError([], 'none'))).to.deep.equal({ code: 'UNKNOWN', message: 'none' });
  });
});

describe('what a connection reads', () => {
  it('reaches its socket where the callback is called without `this`', () => {
    const socket = new Socket();
    const chunks: string[] = [];
    socket.on('data', (chunk) => chunks.push(chunk.toString()));
    const { callback } = readInto(() => socket);
    expect(callback.call(undefined, 3, Buffer.from('one, and more'))).to.equal(true);
    expect(chunks).to.deep.equal(['one']);
  });

  it('is dropped without a crash where there is no socket yet', () => {
    const { callback } = readInto(() => undefined);
    expect(callback.call(undefined, 3, Buffer.from('one'))).to.equal(true);
  });
});
