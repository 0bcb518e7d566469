/** The lookup of a host: how often, what of several addresses, and what if there is none. */

import { expect } from 'chai';
import { type Connection, createConnector } from '../../../wire/connect/connector.ts';
import type { ConnectFailure } from '../../../wire/connect/errors.ts';
import { type ConnectionOptions, createTarget } from '../../../wire/endpoint/target.ts';
import { withFullBacklog } from '../../support/full-backlog.ts';
import { type Resolver, withResolver } from '../../support/lookups.ts';
import { tunnel } from '../../support/proxies.ts';
import { closedPort, pem } from '../../support/servers.ts';
import { type Peer, start, withServer } from '../../support/wire-server.ts';

const timeoutMs = 5000;

/** Connects to a URL as often as it is told to, without sending anything. */
function dialler(url: string, options: ConnectionOptions = {}, connectTimeoutMs = timeoutMs) {
  const connector = createConnector(createTarget(url, options), connectTimeoutMs);
  return {
    connector,
    /** The address connected to, or the code of the error. */
    dial: () =>
      new Promise<string | undefined>((resolve) => {
        connector.connect((result: Connection | ConnectFailure) => {
          if ('outcome' in result) resolve(result.error.code);
          else {
            resolve(result.socket.remoteAddress);
            result.socket.destroy();
          }
        });
      }),
  };
}

/** Takes connections and sends nothing. */
const listen = <T>(use: (port: number) => Promise<T>): Promise<T> =>
  withServer(
    () => {},
    ({ port }) => use(port),
  );

describe('the lookup of a host', () => {
  const local: Resolver = () => ['127.0.0.1'];

  it('is made once for all connections, also of those that wait for it', () =>
    listen((port) =>
      withResolver(local, async (names) => {
        const { connector, dial } = dialler(`ws://name.test:${port}/`);
        expect(connector.address).to.equal(null);
        expect(await Promise.all([dial(), dial()])).to.deep.equal(['127.0.0.1', '127.0.0.1']);
        expect(connector.address).to.equal('127.0.0.1');
        expect(await dial()).to.equal('127.0.0.1');
        expect(names).to.deep.equal(['name.test']);
      }),
    ));

  it('is not made for an address, nor for that of a resolve rule', () =>
    listen((port) =>
      withResolver(local, async (names) => {
        const resolve = [{ host: 'name.test', port, address: '127.0.0.1' }];
        for (const { connector, dial } of [
          dialler(`ws://127.0.0.1:${port}/`),
          dialler(`ws://name.test:${port}/`, { resolve }),
        ]) {
          expect(await dial()).to.equal('127.0.0.1');
          expect(connector.address).to.equal('127.0.0.1');
        }
        expect(names).to.deep.equal([]);
      }),
    ));

  it('is made for the name of a proxy, once, and not for the target behind it', () =>
    withServer(
      (peer) => peer.request(),
      (target) =>
        withServer(tunnel, (proxy) =>
          withResolver(local, async (names) => {
            const { connector, dial } = dialler(`ws://name.test:${target.port}/`, {
              proxy: `http://proxy.test:${proxy.port}`,
            });
            expect(await dial()).to.equal('127.0.0.1');
            expect(await dial()).to.equal('127.0.0.1');
            expect(names).to.deep.equal(['proxy.test']);
            expect(proxy.peers[0]?.received).to.match(/^CONNECT name\.test:\d+ /);
            expect(connector.address).to.equal(null);
          }),
        ),
    ));

  it('leaves the name to TLS: for SNI and for the certificate', async () => {
    const servernames: string[] = [];
    const SNICallback = (name: string, done: (error: null) => void): void => {
      servernames.push(name);
      done(null);
    };
    await withServer(
      () => {},
      ({ port }) =>
        withResolver(local, async (names) => {
          const tls = { ca: pem('ca.pem') };
          const { dial } = dialler(`wss://localhost:${port}/`, { tls });
          expect(await dial()).to.equal('127.0.0.1');
          expect(await dial()).to.equal('127.0.0.1');
          expect(await dialler(`wss://name.test:${port}/`, { tls }).dial()).to.equal(
            'ERR_TLS_CERT_ALTNAME_INVALID',
          );
          expect(names).to.deep.equal(['localhost', 'name.test']);
          expect(servernames).to.deep.equal(['localhost', 'localhost', 'name.test']);
        }),
      { cert: pem('server.pem'), key: pem('server.key'), SNICallback },
    );
  });

  describe('with several addresses', () => {
    it('tries them in order, and stays with the first that is reached', () =>
      listen((port) =>
        withResolver(
          () => ['127.0.0.9', '::1', '127.0.0.1'],
          async (names) => {
            const { connector, dial } = dialler(`ws://name.test:${port}/`);
            expect(await dial()).to.equal('127.0.0.1');
            expect(connector.address).to.equal('127.0.0.1');
            expect(await dial()).to.equal('127.0.0.1');
            expect(names).to.deep.equal(['name.test']);
          },
        ),
      ));

    it('goes on from one that does not answer, in the time to connect', () =>
      listen((port) =>
        withFullBacklog('127.0.0.9', port, () =>
          withResolver(
            () => ['127.0.0.9', '127.0.0.1'],
            async () => {
              expect(await dialler(`ws://name.test:${port}/`, {}, 1000).dial()).to.equal('127.0.0.1');
            },
          ),
        ),
      ));

    it('fails with the error of the first where none is reached', async () => {
      const port = await closedPort();
      await withResolver(
        () => ['127.0.0.9', '127.0.0.1'],
        async (names) => {
          const { connector, dial } = dialler(`ws://name.test:${port}/`);
          expect(await dial()).to.equal('ECONNREFUSED');
          expect(connector.address).to.equal(null);
          // The server may still be starting, and its name move.
          expect(await dial()).to.equal('ECONNREFUSED');
          expect(names).to.deep.equal(['name.test', 'name.test']);
        },
      );
    });
  });

  describe('that fails', () => {
    it('is an error of the connection, and is made again for the next', () =>
      listen((port) => {
        let isKnown = false;
        return withResolver(
          () => (isKnown ? ['127.0.0.1'] : []),
          async (names) => {
            const url = `ws://name.test:${port}/`;
            const { outcome, error, close, timings } = await start(url).closed;
            expect(outcome).to.equal('connect-failed');
            expect(error).to.deep.equal({
              code: 'ENOTFOUND',
              message: 'getaddrinfo ENOTFOUND name.test',
            });
            expect([close, timings.connectMs]).to.deep.equal([null, null]);
            const { dial } = dialler(url);
            expect(await dial()).to.equal('ENOTFOUND');
            isKnown = true;
            expect(await dial()).to.equal('127.0.0.1');
            expect(names).to.have.lengthOf(3);
          },
        );
      }));

    it('is an error of the proxy where it is the proxy that has no address', () =>
      withResolver(
        () => [],
        async () => {
          const { dial } = dialler('ws://127.0.0.1/', { proxy: 'http://proxy.test:3128' });
          expect(await dial()).to.equal('PROXY_UNRESOLVED');
        },
      ));

    it('does so in time where nobody answers', () =>
      withResolver(
        () => new Promise(() => {}),
        async () => {
          expect(await dialler('ws://name.test/', {}, 50).dial()).to.equal('ETIMEOUT');
          const behind = dialler('ws://127.0.0.1/', { proxy: 'http://proxy.test:3128' }, 50);
          expect(await behind.dial()).to.equal('PROXY_UNRESOLVED');
        },
      ));
  });

  it('is abandoned where its exchange is aborted: no connection follows', () => {
    const peers: Peer[] = [];
    return withServer(
      (peer) => peers.push(peer),
      async ({ port }) => {
        let answer = (_addresses: readonly string[]): void => {};
        const found = new Promise<readonly string[]>((resolve) => {
          answer = resolve;
        });
        await withResolver(
          () => found,
          async () => {
            const url = `ws://name.test:${port}/`;
            const running = start(url);
            running.abort();
            expect((await running.closed).close).to.equal(null);
            answer(['127.0.0.1']);
            // A connection that was begun later is there: an abandoned one would have come before.
            const other = start(url);
            while (peers.length === 0) await new Promise((resolve) => setImmediate(resolve));
            other.abort();
            await other.closed;
            expect(peers).to.have.lengthOf(1);
          },
        );
      },
    );
  });
});
