/** Why a control failed, read from everything that came: servers on real sockets, each with one thing to say. */

import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect } from 'chai';
import type { Answer } from '../../fixtures/answer.ts';
import { type AuditOptions, audit } from '../../index.ts';
import { startScript } from '../support/scripted-server.ts';
import { pem } from '../support/servers.ts';

const few = { probe: ['valid/13'], responseTimeout: 1000, closeTimeout: 100 };

/** The reason why a server that answers everything so cannot be judged; its port is written PORT. */
async function reasonOf(
  answer: Answer,
  options: AuditOptions & { readonly path?: string } = {},
): Promise<string> {
  const { path = '', ...others } = options;
  const server = await startScript(() => answer);
  try {
    const url = `${server.url}${path}`;
    const { targets } = await audit(url, { ...few, ...others }).report();
    expect(targets[0]?.verdict).to.equal('inconclusive');
    return (targets[0]?.reason ?? 'no reason').replaceAll(new URL(url).port, 'PORT');
  } finally {
    await server.close();
  }
}

/** A response of these lines and this body, after which the connection is closed. */
function respond(body: string, ...lines: readonly string[]): Answer {
  const length = `Content-Length: ${Buffer.byteLength(body, 'latin1')}`;
  return { bytes: `${[...lines, length].join('\r\n')}\r\n\r\n${body}`, afterwards: 'close' };
}

const bad = 'HTTP/1.1 400 Bad Request';
const forbidden = 'HTTP/1.1 403 Forbidden';
const upgradeRequired = ['HTTP/1.1 426 Upgrade Required', 'Connection: Upgrade'];

describe('the body of a refusal of the control', () => {
  const bodies: readonly (readonly [what: string, answer: Answer, quoted: string | null])[] = [
    ['one line', respond('unknown tenant\n', bad), '"unknown tenant"'],
    ['several lines', respond('\r\n first line \r\nsecond line', bad), '"first line"'],
    ['JSON in one line', respond('{"error":"no token"}', bad), '"{"error":"no token"}"'],
    ['indented JSON', respond('{\n  "error": "no token"\n}', bad), '"{ "error": "no token" }"'],
    ['a page', respond('<html>\r\n<head><title>400 Bad\nRequest</title>', bad), '"400 Bad Request"'],
    ['a page without a title', respond('<!DOCTYPE html>\n<p>Go <b>away</b></p>', bad), '"Go away"'],
    ['tags without a word', respond('<br>\n<br>', bad), '"<br>"'],
    ['control characters', respond('a\x1b[31mb\x7f\u0000', bad), '"a\\x1b[31mb\\x7f\\x00"'],
    ['UTF-8', respond(Buffer.from('schließt \u202e').toString('latin1'), bad), '"schließt \\u{202e}"'],
    ['what is not UTF-8', respond('na\xefve', bad), '"naïve"'],
    ['a long line', respond('x'.repeat(300), bad), `"${'x'.repeat(120)}" [...]`],
    [
      'chunks',
      {
        bytes: `${bad}\r\nTransfer-Encoding: chunked\r\n\r\n4;a=b\r\nunkn\r\n3\r\nown\r\n0\r\n\r\n`,
        afterwards: 'close',
      },
      '"unknown"',
    ],
    [
      'a body behind interim responses',
      {
        bytes: `HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n\r\n${bad}\r\n\r\nunknown`,
        afterwards: 'close',
      },
      '"unknown"',
    ],
    ['no body', respond('', bad), null],
    ['white space', respond(' \r\n\t\r\n', bad), null],
    ['a compressed body', respond('\x1f\x8b\x08', bad, 'Content-Encoding: gzip'), null],
  ];
  for (const [what, answer, quoted] of bodies) {
    it(`${what}: ${quoted === null ? 'is not quoted' : 'is quoted'}`, async () => {
      const reason = await reasonOf(answer);
      expect(reason).to.match(/^the control handshake was answered "HTTP\/1\.1 400 Bad Request": /);
      if (quoted === null) expect(reason).not.to.include('the body begins');
      else expect(reason.slice(reason.indexOf('; the body'))).to.equal(`; the body begins ${quoted}`);
    });
  }
});

describe('a version list in the refusal of the control', () => {
  const inFront = /something in front of it .* probably drops or changes Sec-WebSocket-Version/;
  const options = /subprotocol|origin/i;

  for (const lines of [[bad], upgradeRequired]) {
    const [statusLine] = lines;
    it(`${statusLine} that lists 13 has not read the 13 that was sent`, async () => {
      for (const list of ['13', '8, 13', '13\r\nSec-WebSocket-Version: 8']) {
        const reason = await reasonOf(respond('', ...lines, `Sec-WebSocket-Version: ${list}`));
        expect(reason).to.match(inFront).and.not.match(options);
      }
    });

    it(`${statusLine} that lists others does not support 13`, async () => {
      const reason = await reasonOf(respond('', ...lines, 'Sec-WebSocket-Version: 8, 7'));
      expect(reason)
        .to.match(/does not support version 13: it lists 8, 7$/)
        .and.not.match(options);
    });

    it(`${statusLine} without a list, or with one that holds no version, does not say so`, async () => {
      for (const fields of [[], ['Sec-WebSocket-Version: x']]) {
        expect(await reasonOf(respond('', ...lines, ...fields)))
          .to.match(options)
          .and.not.match(/something in front of it .* probably|does not support version 13/);
      }
    });
  }

  it('says nothing beside a status that has a cause of its own', async () => {
    expect(await reasonOf(respond('', forbidden, 'Sec-WebSocket-Version: 13')))
      .to.match(/credentials or the Origin/)
      .and.not.match(inFront);
  });

  it('of a 426 that asks for another protocol does not count', async () => {
    for (const [protocol, shown] of [
      ['TLS/1.3, HTTP/1.1', 'TLS/1.3, HTTP/1.1'],
      ['h2c', 'h2c'],
    ]) {
      expect(await reasonOf(respond('', ...upgradeRequired, `Upgrade: ${protocol}`))).to.include(
        `it asks for another protocol (Upgrade: ${shown}), not for websocket`,
      );
    }
    expect(await reasonOf(respond('', ...upgradeRequired, 'Upgrade: websocket'))).not.to.include(
      'another protocol',
    );
  });
});

describe('a 403 to the control', () => {
  const envoy = /the gateway in front \(server: (?:istio-)?envoy\) probably does not allow upgrades/;

  it('that is empty and from an Envoy is how it refuses upgrades', async () => {
    for (const name of ['envoy', 'istio-envoy']) {
      expect(await reasonOf(respond('', forbidden, 'date: x', `server: ${name}`))).to.match(envoy);
    }
  });

  it('that is not empty, or comes from behind the Envoy, is not', async () => {
    for (const answer of [
      respond('RBAC: access denied', forbidden, 'server: envoy'),
      respond('', forbidden, 'server: envoy', 'x-envoy-upstream-service-time: 3'),
      respond('', forbidden, 'server: my-envoys'),
      respond('', forbidden),
    ]) {
      expect(await reasonOf(answer))
        .to.match(/credentials or the Origin are not allowed/)
        .and.not.match(/upgrades/);
    }
  });

  it('that is empty and from another gateway may be either', async () => {
    for (const fields of ['Server: openresty/1.25', 'Via: 1.1 varnish']) {
      expect(await reasonOf(respond('', forbidden, fields))).to.match(
        /the gateway in front \(.*\) may not allow upgrades, or credentials or the Origin are not allowed/,
      );
    }
    expect(await reasonOf(respond('Forbidden', forbidden, 'Server: openresty/1.25'))).not.to.match(
      /upgrades/,
    );
  });
});

describe('a server of HTTP/2 alone', () => {
  const only = /^127\.0\.0\.1:PORT speaks only HTTP\/2 here, .* HTTP\/1\.1/;
  const settings = '\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64';
  const goAway = '\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01';

  it('is known by its first frame, however the connection ends', async () => {
    for (const bytes of [settings, '\0\0\0\x04\0\0\0\0\0', `${settings}${goAway}`, goAway]) {
      for (const afterwards of ['close', 'stay-open'] as const) {
        expect(await reasonOf({ bytes, afterwards }, { responseTimeout: 200 })).to.match(only);
      }
    }
  });

  it('is not seen in other bytes', async () => {
    for (const bytes of [
      '\0\0\x05\x04\0\0\0\0\0hello\n',
      '\0\0\x06\x01\0\0\0\0\0\n',
      '\0\0\x06\x04\0\0\0\0\x01\n',
    ]) {
      expect(await reasonOf({ bytes, afterwards: 'close' }))
        .to.match(/bytes that are not an HTTP response/)
        .and.not.match(/HTTP\/2/);
    }
  });

  it('is known by its TLS alert where the protocols have nothing in common', async () => {
    for (const [protocols, isAlert] of [
      [['h2'], true],
      [['h2', 'http/1.1'], false],
    ] as const) {
      const sockets = new Set<Socket>();
      const server = createTlsServer(
        { cert: pem('server.pem'), key: pem('server.key'), ALPNProtocols: [...protocols] },
        (socket) => socket.on('error', () => {}).on('data', () => socket.end('HTTP/1.1 404 X\r\n\r\n')),
      );
      server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        const url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}/`;
        const { targets } = await audit(url, { ...few, tls: { insecure: true } }).report();
        const reason = targets[0]?.reason ?? '';
        if (isAlert) expect(reason).to.match(/speaks only HTTP\/2 here, .*ALERT_NO_APPLICATION_PROTOCOL/);
        else expect(reason).to.match(/no WebSocket server at this path/);
      } finally {
        for (const socket of sockets) socket.destroy();
        server.close();
      }
    }
  });
});

describe('a redirect of the control', () => {
  const found = 'HTTP/1.1 302 Found';
  const places: readonly (readonly [location: string, reason: RegExp])[] = [
    ['/socket/', /redirects to \/socket\/; audit that URL instead \(ws:\/\/127\.0\.0\.1:PORT\/socket\/\)$/],
    ['chat/?a=1', /\(ws:\/\/127\.0\.0\.1:PORT\/v1\/chat\/\?a=1\)$/],
    ['//b.example/x#y', /\(ws:\/\/b\.example\/x\)$/],
    [
      'https://b.example/x',
      /redirects to https:\/\/b\.example\/x; audit that URL instead \(wss:\/\/b\.example\/x\)$/,
    ],
    ['wss://b.example/x', /redirects to wss:\/\/b\.example\/x; audit that URL instead$/],
    ['mailto:a@b.example', /redirects to mailto:a@b\.example; audit that URL instead$/],
    ['http://[', /redirects to http:\/\/\[; audit that URL instead$/],
    [
      '/login?next=ws',
      /\(ws:\/\/127\.0\.0\.1:PORT\/login\?next=ws\), or give credentials if it is a login page$/,
    ],
    ['?', /redirects to \?, which is this URL itself; it may need a cookie or credentials$/],
  ];
  for (const [location, reason] of places) {
    it(`to ${location}`, async () => {
      expect(await reasonOf(respond('', found, `Location: ${location}`), { path: 'v1/' })).to.match(reason);
    });
  }

  it('to nowhere', async () => {
    expect(await reasonOf(respond('', found))).to.match(/redirects to nowhere: Location is missing$/);
  });
});

describe('a large field that the caller added', () => {
  const large: AuditOptions = { headers: [['Cookie', 'a'.repeat(9000)]], responseTimeout: 200 };
  const small: AuditOptions = { headers: [['Cookie', 'a'.repeat(100)]], responseTimeout: 200 };
  const tooLarge =
    /the largest field, Cookie, has 900\d bytes, which may be too large for the server: shorten it/;
  const answers: readonly (readonly [what: string, Answer])[] = [
    ['a reset', { bytes: '', afterwards: 'reset' }],
    ['a close', { bytes: '', afterwards: 'close' }],
    ['silence', { bytes: '', afterwards: 'stay-open' }],
    ['a 400', respond('', bad)],
    ['a 431', respond('', 'HTTP/1.1 431 Request Header Fields Too Large')],
  ];
  for (const [what, answer] of answers) {
    it(`is named before ${what}, a small one is not`, async () => {
      expect(await reasonOf(answer, large)).to.match(tooLarge);
      expect(await reasonOf(answer, small)).not.to.match(/may be too large/);
    });
  }

  it('is not named where the cause is another', async () => {
    expect(await reasonOf(respond('', 'HTTP/1.1 404 Not Found'), large)).not.to.match(/Cookie/);
  });

  it('of a 431 is named with its size, however small', async () => {
    const reason = await reasonOf(respond('', 'HTTP/1.1 431 Request Header Fields Too Large'), small);
    expect(reason).to.match(
      /the head of the handshake is larger than the server allows; the largest field, Cookie, has 108 bytes$/,
    );
  });

  it('is named without its value', async () => {
    expect(await reasonOf({ bytes: '', afterwards: 'reset' }, large)).not.to.include('aaa');
  });
});

describe('other answers to the control', () => {
  const answers: readonly (readonly [what: string, Answer, reason: RegExp])[] = [
    [
      'a 200',
      respond('<title>Welcome</title>', 'HTTP/1.1 200 OK'),
      /this path answers as plain HTTP and not as a WebSocket server, or a proxy in front does not pass Upgrade on; .*; the body begins "Welcome"$/,
    ],
    [
      'a 400 to plain HTTP on a port of TLS',
      respond('Client sent an HTTP request to an HTTPS server.\n', bad),
      /this port speaks TLS; use wss:\/\/ instead of ws:\/\/; the body begins "Client sent/,
    ],
    ['a 414', respond('', 'HTTP/1.1 414 URI Too Long'), /path and query of the URL are longer/],
    [
      'a 503 that says why',
      respond('no healthy upstream', 'HTTP/1.1 503 Service Unavailable', 'Retry-After: 0'),
      /rate-limiting or not available; .*; the body begins "no healthy upstream"$/,
    ],
    [
      'another protocol',
      { bytes: 'SSH-2.0-OpenSSH_9.2\x07\r\n', afterwards: 'close' },
      /not an HTTP response: .*; they begin "SSH-2\.0-OpenSSH_9\.2\\x07"$/,
    ],
  ];
  for (const [what, answer, reason] of answers) {
    it(what, async () => {
      expect(await reasonOf(answer)).to.match(reason);
    });
  }
});
