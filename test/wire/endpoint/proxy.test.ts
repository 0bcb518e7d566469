/** Going through a proxy: what it is asked for, what the tunnel carries, and every way in which there is none. */

import { expect } from 'chai';
import { createProxy, type proxyErrors } from '../../../wire/endpoint/proxy.ts';
import { createTarget } from '../../../wire/endpoint/target.ts';
import type { Exchange } from '../../../wire/exchange.ts';
import { UsageError } from '../../../wire/usage-error.ts';
import { tunnel, withProxy } from '../../support/proxies.ts';
import { closedPort, pem } from '../../support/servers.ts';
import { gistOf, type Peer, type StartOptions, start, withServer } from '../../support/wire-server.ts';

const ca = pem('ca.pem');
const trusted = { cert: pem('server.pem'), key: pem('server.key') };
const password = 'sesame-of-proxy';
const basic = `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;

const refusal = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n';

const refuse = async (peer: Peer) => {
  await peer.request();
  await peer.send(refusal);
  peer.socket.end();
};

const success = ['response', 400, null];

/** One exchange through a proxy that does this with the connection. */
function exchangeThrough(
  serveAsProxy: (peer: Peer) => unknown,
  options: StartOptions & { url?: string; userInfo?: string } = {},
): Promise<{ exchange: Exchange; peer: Peer }> {
  const { url = 'ws://a.example/', userInfo = '', ...others } = options;
  return withServer(serveAsProxy, async ({ port, peers }) => {
    const proxy = `http://${userInfo}127.0.0.1:${port}`;
    const exchange = await start(url, { ...others, proxy }).closed;
    const [peer] = peers;
    if (peer === undefined) throw new Error('the proxy saw no connection');
    return { exchange, peer };
  });
}

/** A proxy that answers this, and closes. */
const answer = (text: string) => async (peer: Peer) => {
  await peer.request();
  await peer.send(text);
  peer.socket.end();
};

describe('the URL of a proxy', () => {
  const right: [input: string, url: string, hostname: string, port: number, isTls: boolean][] = [
    ['http://proxy.example:3128', 'http://proxy.example:3128', 'proxy.example', 3128, false],
    ['http://proxy.example:3128/', 'http://proxy.example:3128', 'proxy.example', 3128, false],
    [' HTTP://Proxy.Example ', 'http://proxy.example', 'proxy.example', 80, false],
    ['https://proxy.example', 'https://proxy.example', 'proxy.example', 443, true],
    ['proxy.example:3128', 'http://proxy.example:3128', 'proxy.example', 3128, false],
    ['proxy.example:80', 'http://proxy.example', 'proxy.example', 80, false],
    ['http://[::1]:8080', 'http://[::1]:8080', '::1', 8080, false],
    ['http://a:b@proxy.example:1/', 'http://proxy.example:1', 'proxy.example', 1, false],
  ];
  for (const [input, url, hostname, port, isTls] of right) {
    it(`may be ${JSON.stringify(input)}`, () => {
      expect(createProxy(input)).to.include({ url, hostname, port, isTls });
    });
  }

  it('may hold credentials, encoded', () => {
    expect(createProxy('http://us%40er:p%3Aw@p.example').authorization).to.equal(
      `Basic ${Buffer.from('us@er:p:w').toString('base64')}`,
    );
    expect(createProxy('http://p.example').authorization).to.equal(null);
  });

  const wrong: [input: string, why: RegExp][] = [
    ['proxy', /"proxy" is not a proxy: give http:\/\/host:port/],
    ['http://', /is not a proxy/],
    ['http://u:secret@:1', /^"http:\/\/\*\*\*@:1" is not a proxy/],
    ['http://u:secret@p:99999', /\*\*\*@p:99999" is not a proxy/],
    ['u:secret@p', /^"\*\*\*@p" is not a proxy/],
    ['http://u:sec%ret@p:1', /^"http:\/\/\*\*\*@p:1": the user info holds a "%"/],
    ['socks5://u:secret@p:1080', /^"socks5:\/\/\*\*\*@p:1080": a socks5 proxy cannot be used/],
  ];
  for (const [input, why] of wrong) {
    it(`cannot be ${JSON.stringify(input)}, and the error message shows no credentials`, () => {
      expect(() => createProxy(input))
        .to.throw(UsageError, why)
        .with.property('message')
        .that.does.not.match(/sec%?ret/);
    });
  }
});

describe('a target behind a proxy', () => {
  it('has none where none is given, and none on a Unix socket', () => {
    expect(createTarget('ws://a.example/').proxy).to.equal(null);
    expect(createTarget('ws://a.example/', { proxy: null }).proxy).to.equal(null);
    expect(createTarget('ws+unix:/a.sock', { proxy: 'http://p.example' }).proxy).to.equal(null);
  });

  const asked: [url: string, options: StartOptions, authority: string][] = [
    ['ws://a.example/chat', {}, 'a.example:80'],
    ['ws://a.example:8080/', {}, 'a.example:8080'],
    ['wss://a.example/', {}, 'a.example:443'],
    ['ws://[::1]:8080/', {}, '[::1]:8080'],
    ['ws://a.example/', { resolve: [{ host: 'a.example', port: 80, address: '192.0.2.7' }] }, '192.0.2.7:80'],
    ['ws://a.example/', { resolve: [{ host: 'a.example', port: 80, address: '::1' }] }, '[::1]:80'],
  ];
  for (const [url, options, authority] of asked) {
    it(`is asked for as ${authority}, for ${url}`, async () => {
      const { peer } = await exchangeThrough(answer('HTTP/1.1 403 No\r\n\r\n'), { url, ...options });
      expect(peer.received).to.equal(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
    });
  }

  it('is asked for with the credentials, which the target does not get', async () => {
    await withServer(refuse, async (target) => {
      const url = `ws://127.0.0.1:${target.port}/`;
      const { exchange, peer } = await exchangeThrough(tunnel, { url, userInfo: `user:${password}@` });
      expect(gistOf(exchange)).to.deep.equal(success);
      expect(peer.received).to.include(`\r\nProxy-Authorization: ${basic}\r\n`);
      expect(target.peers[0]?.received).to.match(/^GET \/ HTTP\/1\.1\r\n/);
      expect(target.peers[0]?.received).to.not.include('Proxy-');
      expect(exchange.request.toString('latin1')).to.equal(target.peers[0]?.received);
    });
  });

  it('keeps what comes in one piece with the response of the proxy', async () => {
    for (const status of ['200 OK', '204 No Content']) {
      const { exchange } = await exchangeThrough(answer(`HTTP/1.1 ${status}\r\n\r\n${refusal}`));
      expect(gistOf(exchange)).to.deep.equal(success);
      expect(exchange.received.toString('latin1')).to.equal(refusal);
    }
  });

  const endings: [kind: string, end: (peer: Peer | undefined) => void][] = [
    ['fin', (peer) => peer?.socket.end()],
    ['reset', (peer) => peer?.reset()],
    ['open', () => {}],
  ];
  for (const scheme of ['ws', 'wss'] as const) {
    for (const [kind, end] of endings) {
      it(`is seen to end the connection, or not: ${kind}, over ${scheme}`, async () => {
        const sendRefusal = async (peer: Peer) => {
          await peer.request();
          await peer.send(refusal);
        };
        const { close } = await withServer(
          sendRefusal,
          (target) =>
            withServer(tunnel, async (proxy) => {
              const running = start(`${scheme}://127.0.0.1:${target.port}/`, {
                tls: { ca },
                proxy: `http://127.0.0.1:${proxy.port}`,
                limits: { closeTimeoutMs: kind === 'open' ? 50 : 60_000 },
              });
              // Once the response has been read: until then a reset may pass for an end.
              await running.responded;
              end(target.peers[0]);
              return running.closed;
            }),
          scheme === 'wss' ? trusted : undefined,
        );
        expect(close?.kind).to.equal(kind);
      });
    }
  }

  it('is reached through a proxy by other people, over TCP and TLS', async () => {
    for (const tls of [undefined, trusted]) {
      await withServer(
        refuse,
        (target) =>
          withProxy(async ({ port, asked }) => {
            const authority = `localhost:${target.port}`;
            const url = `${tls === undefined ? 'ws' : 'wss'}://${authority}/`;
            const exchange = await start(url, { tls: { ca }, proxy: `http://127.0.0.1:${port}` }).closed;
            expect(gistOf(exchange)).to.deep.equal(success);
            expect(exchange.close?.kind).to.be.oneOf(['fin', 'reset']);
            expect(asked).to.deep.equal([authority]);
          }),
        tls,
      );
    }
  });

  it('is checked for its certificate as without a proxy', async () => {
    await withServer(
      refuse,
      async ({ port }) => {
        const url = `wss://127.0.0.1:${port}/`;
        const outcomes = [{}, { ca, servername: 'other.example' }, { insecure: true }].map(async (tls) =>
          gistOf((await exchangeThrough(tunnel, { url, tls })).exchange),
        );
        expect(await Promise.all(outcomes)).to.deep.equal([
          ['tls-failed', null, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
          ['tls-failed', null, 'ERR_TLS_CERT_ALTNAME_INVALID'],
          success,
        ]);
      },
      trusted,
    );
  });

  it('has failed at TLS where it closes instead, or says nothing in time', async () => {
    const close = async (peer: Peer) => {
      await peer.until(/./s);
      peer.socket.end();
    };
    for (const [serve, code] of [
      [close, 'ECONNRESET'],
      [() => {}, 'UND_ERR_CONNECT_TIMEOUT'],
    ] as const) {
      const { exchange } = await withServer(serve, ({ port }) =>
        exchangeThrough(tunnel, {
          url: `wss://127.0.0.1:${port}/`,
          connectTimeoutMs: code === 'ECONNRESET' ? 5000 : 600,
        }),
      );
      expect(gistOf(exchange)).to.deep.equal(['tls-failed', null, code]);
    }
  });
});

describe('a proxy over TLS', () => {
  const overTls = (tls: StartOptions['tls'], targetTls?: typeof trusted) =>
    withServer(
      refuse,
      (target) =>
        withProxy(
          ({ port }) => {
            const scheme = targetTls === undefined ? 'ws' : 'wss';
            return start(`${scheme}://127.0.0.1:${target.port}/`, {
              ...(tls !== undefined && { tls }),
              proxy: `https://localhost:${port}`,
            }).closed;
          },
          { tls: trusted },
        ),
      targetTls,
    );

  it('is trusted by the authorities that are given', async () => {
    for (const targetTls of [undefined, trusted]) {
      const exchange = await overTls({ ca }, targetTls);
      expect(gistOf(exchange)).to.deep.equal(success);
      expect(exchange.close?.kind).to.be.oneOf(['fin', 'reset']);
    }
  });

  it('is not trusted otherwise, unless any certificate will do', async () => {
    const exchange = await overTls({});
    expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, 'PROXY_TLS']);
    expect(exchange.error?.message).to.match(/^UNABLE_TO_VERIFY_LEAF_SIGNATURE: /);
    expect(gistOf(await overTls({ insecure: true }))).to.deep.equal(success);
  });

  it('fails where it speaks plain HTTP', async () => {
    const exchange = await withProxy(
      ({ port }) => start('ws://a.example/', { proxy: `https://127.0.0.1:${port}` }).closed,
    );
    expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, 'PROXY_TLS']);
  });
});

describe('a proxy that opens no tunnel', () => {
  const answers: [text: string, code: keyof typeof proxyErrors, message: RegExp][] = [
    ['HTTP/1.1 403 Forbidden\r\n\r\n', 'PROXY_FORBIDDEN', /^CONNECT was answered "HTTP\/1.1 403 Forbidden"$/],
    ['HTTP/1.1 500 Oops\r\n\r\n', 'PROXY_GATEWAY', /500 Oops/],
    ['HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\n\r\nsorry', 'PROXY_GATEWAY', /502 Bad Gateway/],
    ['HTTP/1.0 503 Service Unavailable\r\n\r\n', 'PROXY_GATEWAY', /"HTTP\/1.0 503 Service Unavailable"/],
    ['HTTP/1.1 504 \r\n\r\n', 'PROXY_GATEWAY', /"HTTP\/1.1 504"/],
    ['HTTP/1.1 404 Not Found\r\n\r\n', 'PROXY_RESPONSE', /404 Not Found/],
    ['HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n', 'PROXY_RESPONSE', /302 Found/],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'PROXY_RESPONSE', /101/],
    ['SSH-2.0-OpenSSH_9.2\r\n', 'PROXY_NO_HTTP', /./],
    ['\x15\x03\x01\x00\x02\x02\x46', 'PROXY_NO_HTTP', /./],
    ['HTTP/1.1 200', 'PROXY_CLOSED', /./],
    ['', 'PROXY_CLOSED', /./],
  ];
  for (const [text, code, message] of answers) {
    it(`${code}, for ${JSON.stringify(text)}`, async () => {
      const { exchange } = await exchangeThrough(answer(text));
      expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, code]);
      expect(exchange.error?.message).to.match(message);
      expect([exchange.close, exchange.timings.connectMs, exchange.received.length]).to.deep.equal([
        null,
        null,
        0,
      ]);
    });
  }

  it('PROXY_CLOSED, where it resets the connection', async () => {
    const { exchange } = await exchangeThrough(async (peer) => {
      await peer.request();
      peer.reset();
    });
    expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, 'PROXY_CLOSED']);
  });

  it('PROXY_REFUSED, where nobody listens', async () => {
    const exchange = await start('ws://a.example/', { proxy: `http://127.0.0.1:${await closedPort()}` })
      .closed;
    expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, 'PROXY_REFUSED']);
  });

  it('PROXY_UNRESOLVED, where its name is none', async () => {
    const exchange = await start('ws://a.example/', { proxy: 'http://proxy.invalid:3128' }).closed;
    expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, 'PROXY_UNRESOLVED']);
  });

  it('PROXY_NO_ANSWER, where it says nothing in time', async () => {
    const { exchange } = await exchangeThrough(() => {}, { connectTimeoutMs: 600 });
    expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, 'PROXY_NO_ANSWER']);
  });

  it('PROXY_TIMEOUT, where TLS to it is not there in time', async () => {
    const exchange = await withServer(
      () => {},
      ({ port }) =>
        start('ws://a.example/', { proxy: `https://127.0.0.1:${port}`, connectTimeoutMs: 600 }).closed,
    );
    expect(gistOf(exchange)).to.deep.equal(['connect-failed', null, 'PROXY_TIMEOUT']);
  });

  it('PROXY_AUTHENTICATION_REQUIRED or _FAILED, by whether it was given credentials', async () => {
    const outcomes = ['', 'user:wrong@', `user:${password}@`].map((userInfo) =>
      withServer(refuse, (target) =>
        withProxy(
          ({ port }) =>
            start(`ws://127.0.0.1:${target.port}/`, { proxy: `http://${userInfo}127.0.0.1:${port}` }).closed,
          { authorization: basic },
        ),
      ),
    );
    const [missing, wrong, right] = await Promise.all(outcomes);
    expect(missing?.error).to.deep.equal({
      code: 'PROXY_AUTHENTICATION_REQUIRED',
      message:
        'CONNECT was answered "HTTP/1.1 407 Proxy Authentication Required" (it asks for Basic realm="proxy")',
    });
    expect(wrong?.error?.code).to.equal('PROXY_AUTHENTICATION_FAILED');
    expect(right && gistOf(right)).to.deep.equal(success);
  });

  it('does not get the credentials into the error by repeating them', async () => {
    const { exchange } = await exchangeThrough(answer(`HTTP/1.1 407 ${password} ${basic}\r\n\r\n`), {
      userInfo: `user:${password}@`,
    });
    expect(exchange.error?.message).to.match(/"HTTP\/1\.1 407 \*+ \*+"/);
  });

  it('is left by an exchange that is given up', async () => {
    let running: ReturnType<typeof start> | undefined;
    await withServer(
      async (peer) => {
        await peer.request();
        running?.abort();
      },
      async ({ port, peers }) => {
        running = start('ws://a.example/', { proxy: `http://127.0.0.1:${port}` });
        expect((await running.closed).response).to.equal(null);
        await peers[0]?.ended;
      },
    );
  });
});
