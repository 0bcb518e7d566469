import { expect } from 'chai';
import { type ControlSubject, explainControl } from '../../audit/explain-failure.ts';
import type { ProxyErrorCode } from '../../wire/endpoint/proxy.ts';
import type { CloseKind, Exchange } from '../../wire/exchange.ts';
import { head, received, refusal, switching, unconnected } from '../support/exchanges.ts';

const plain: ControlSubject = {
  url: 'ws://a.example:8080/chat/',
  hostname: 'a.example',
  port: 8080,
  address: 'a.example',
  socketPath: null,
  isTls: false,
  proxy: null,
};
const overTls: ControlSubject = { ...plain, isTls: true };
const onSocket: ControlSubject = { ...plain, socketPath: '/run/a.sock' };
const throughProxy: ControlSubject = { ...plain, proxy: 'http://p.example:3128' };

const explained = (exchange: Exchange, subject = plain): string =>
  explainControl(exchange, subject) ?? 'null';

describe('a control that was answered 101', () => {
  it('needs no explanation, right or wrong in itself', () => {
    expect(explainControl(received(switching()), plain)).to.equal(null);
    expect(explainControl(received(head('HTTP/1.1 101 X')), plain)).to.equal(null);
  });
});

describe('a control that was refused is explained by its status', () => {
  const answers: readonly (readonly [status: string, fields: string[], why: RegExp])[] = [
    [
      '401 Unauthorized',
      ['WWW-Authenticate: Bearer'],
      /credentials are missing or wrong \(it asks for Bearer\)/,
    ],
    ['401 Unauthorized', [], /\(it asks for none in particular\); give them in an Authorization field/],
    ['403 Forbidden', [], /credentials or the Origin are not allowed; give them in headers, origin/],
    ['404 Not Found', [], /no WebSocket server at this path/],
    ['407 Proxy Authentication Required', [], /a proxy asks for credentials/],
    ['400 Bad Request', [], /may need a subprotocol or an origin, or not be a WebSocket server/],
    ['426 Upgrade Required', [], /the server may need a subprotocol, or a proxy in front may drop Upgrade/],
    ['429 Too Many Requests', [], /is rate-limiting; try again later, or with a longer delay/],
    ['503 Service Unavailable', [], /is rate-limiting/],
    [
      '301 Moved Permanently',
      ['Location: https://b.example/x'],
      /redirects to https:\/\/b.example\/x; audit that/,
    ],
    [
      '300 Multiple Choices',
      ['Location: /x'],
      /redirects to \/x; audit that URL instead \(ws:\/\/a\.example:8080\/x\)$/,
    ],
    ['302 Found', [], /redirects to nowhere/],
    ['500 Internal Server Error', [], /the server or its backend fails; see its log/],
    ['502 Bad Gateway', [], /the server or its backend fails/],
    ['200 OK', [], /answers as plain HTTP and not as a WebSocket server/],
    ['418 Teapot', [], /answers as plain HTTP/],
  ];
  for (const [status, fields, why] of answers) {
    it(`${status}${fields.length > 0 ? ` with ${fields.join()}` : ''}`, () => {
      const reason = explained(received(refusal(status, ...fields)));
      expect(reason).to.match(why);
      expect(reason).to.include(`the control handshake was answered "HTTP/1.1 ${status}": `);
    });
  }
});

describe('a control without a connection is explained by the error', () => {
  const dials: readonly (readonly [code: string, why: RegExp])[] = [
    ['ECONNREFUSED', /the connection was refused; is the server running, and is the port correct\?/],
    ['ENOTFOUND', /the host name does not resolve; check its spelling, or .* resolve/],
    ['EAI_AGAIN', /could not be resolved just now/],
    ['UND_ERR_CONNECT_TIMEOUT', /no connection in time; a firewall .* connectTimeout/],
    ['ETIMEDOUT', /no connection in time/],
    ['EHOSTUNREACH', /no route/],
    ['ENETUNREACH', /no route/],
    ['EMFILE', /no file descriptor left for it \(EMFILE\); raise the limit with ulimit -n/],
    ['EADDRNOTAVAIL', /no local port left for it \(EADDRNOTAVAIL\); wait/],
    ['EPIPE', /the connection failed: it failed/],
  ];
  for (const [code, why] of dials) {
    it(code, () => {
      expect(explained(unconnected(code)))
        .to.match(why)
        .and.to.match(/^a\.example:8080: /);
    });
  }

  const handshakes: readonly (readonly [code: string, why: RegExp])[] = [
    ['CERT_HAS_EXPIRED', /the TLS it failed \(CERT_HAS_EXPIRED\); renew it, or audit with tls.insecure/],
    ['CERT_NOT_YET_VALID', /the TLS it failed \(CERT_NOT_YET_VALID\); check the clocks/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /the TLS it failed \(ERR_\w+\); give the name in tls.servername, or/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /certificate is self-signed \(DEPTH_ZERO\w+\); give it in tls.ca, or/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /does not know \(SELF\w+\); give its authority in tls.ca, or audit with/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /does not know, or .* in between \(UNABLE\w+\); give its authority/],
    ['UNABLE_TO_GET_ISSUER_CERT', /does not know, or/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /does not know, or/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /supports none of the versions of TLS that are offered/],
    ['ERR_SSL_ELSE', /TLS could not be set up \(it failed, ERR_SSL_ELSE\); .* use ws:\/\//],
    ['UND_ERR_CONNECT_TIMEOUT', /connected, but TLS was not set up in time; .* use ws:\/\//],
    [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      /may ask for a client certificate \(tls.cert and tls.key\)/,
    ],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /may ask for a client certificate/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /may ask for a client certificate .*, or for another one/],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', /another one/],
    [
      'ERR_SSL_WRONG_VERSION_NUMBER',
      /the answer is not TLS \(ERR_SSL_WRONG_VERSION_NUMBER\); .* use ws:\/\//,
    ],
  ];
  for (const [code, why] of handshakes) {
    it(`${code}, of TLS`, () => {
      expect(explained(unconnected(code, 'it failed', 'tls-failed'), overTls)).to.match(why);
    });
  }

  const sockets: readonly (readonly [code: string, why: RegExp])[] = [
    ['ENOENT', /there is no such file; is the server running, and is the path correct\?/],
    ['ECONNREFUSED', /nothing listens on it: it is not a socket, or a server left it behind/],
    ['ENOTSOCK', /nothing listens on it/],
    ['EACCES', /no permission to connect to it; run as a user who may write to the socket/],
    ['EPERM', /no permission/],
    ['EMFILE', /the connection failed: it failed/],
  ];
  for (const [code, why] of sockets) {
    it(`${code}, of a Unix socket`, () => {
      expect(explained(unconnected(code), onSocket))
        .to.match(why)
        .and.to.match(/^the socket \/run\/a\.sock: /);
    });
  }

  const proxies: Readonly<Record<ProxyErrorCode, RegExp>> = {
    PROXY_REFUSED: /refused; is it running, and is its port correct\? set proxy to null/,
    PROXY_UNRESOLVED: /does not resolve; check its spelling/,
    PROXY_UNREACHABLE: /the connection to it failed: it failed/,
    PROXY_TLS: /TLS to it could not be set up \(it failed\); .* http:\/\/; tls.ca and tls.insecure/,
    PROXY_TIMEOUT: /no connection to it in time; .* connectTimeout/,
    PROXY_NO_ANSWER: /did not answer CONNECT in time: it may not reach the target/,
    PROXY_CLOSED: /closed the connection instead of answering CONNECT; is it an HTTP proxy\?/,
    PROXY_NO_HTTP: /not an HTTP response \(it failed\); if it speaks TLS, give it as https:/,
    PROXY_AUTHENTICATION_REQUIRED: /asks for credentials: it failed; give them in proxy/,
    PROXY_AUTHENTICATION_FAILED: /rejects the credentials: it failed; check/,
    PROXY_FORBIDDEN: /does not allow a tunnel to this host and port: it failed; ask for it/,
    PROXY_GATEWAY: /cannot reach the target: it failed; is the server running/,
    PROXY_RESPONSE: /did not open a tunnel: it failed; is it an HTTP proxy/,
  };
  for (const [code, why] of Object.entries(proxies)) {
    it(code, () => {
      expect(explained(unconnected(code), throughProxy))
        .to.match(why)
        .and.to.match(/^the proxy http:\/\/p\.example:3128: /);
    });
  }

  it('and names the proxy where it is the target that failed', () => {
    const subject = { ...throughProxy, isTls: true, address: '192.0.2.7' };
    expect(
      explained(unconnected('CERT_HAS_EXPIRED', 'certificate has expired', 'tls-failed'), subject),
    ).to.match(
      /^a\.example:8080 \(at 192\.0\.2\.7, through the proxy http:\/\/p\.example:3128\): the TLS certificate/,
    );
  });

  it('and names the address where it is another', () => {
    const subject = { ...plain, address: '127.0.0.1' };
    expect(explained(unconnected('ECONNREFUSED'), subject)).to.match(
      /^a\.example:8080 \(at 127\.0\.0\.1\): /,
    );
  });

  it('and names an IPv6 address so that its port is clear', () => {
    const subject = { ...plain, hostname: '::1', address: '::1' };
    expect(explained(unconnected('ECONNREFUSED'), subject)).to.match(/^\[::1\]:8080: /);
  });
});

describe('a control without a response is explained by what came instead', () => {
  const endings: readonly (readonly [
    what: string,
    bytes: string,
    close: CloseKind,
    ControlSubject,
    why: RegExp,
  ])[] = [
    [
      'nothing in time',
      '',
      'open',
      plain,
      /did not answer the control handshake in time; .* responseTimeout/,
    ],
    ['a close', '', 'fin', plain, /closed the connection without a response .* use wss:\/\//],
    ['a reset', '', 'reset', plain, /reset the connection without a response .* use wss:\/\//],
    ['a close under TLS', '', 'fin', overTls, /closed the connection .*; it may not be a WebSocket server/],
    [
      'a TLS alert',
      '\x15\x03\x01\x00\x02\x02\x46',
      'fin',
      plain,
      /responds with TLS; use wss:\/\/ instead of ws/,
    ],
    ['half the bytes of a TLS alert', '\x15\x02\n', 'fin', plain, /bytes that are not an HTTP response/],
    ['the other half of them', 'a\x03\n', 'fin', plain, /bytes that are not an HTTP response/],
    [
      'other bytes',
      'SSH-2.0-OpenSSH_9.2\r\n',
      'fin',
      plain,
      /bytes that are not an HTTP response: the first line is not an HTTP status line/,
    ],
  ];
  for (const [what, bytes, close, subject, why] of endings) {
    it(what, () => {
      expect(explained(received(bytes, close), subject))
        .to.match(why)
        .and.to.match(/^a\.example:8080 /);
    });
  }

  it('a close on a Unix socket', () => {
    expect(explained(received('', 'fin'), onSocket)).to.equal(
      'the socket /run/a.sock closed the connection without a response to the control handshake; it may not be a WebSocket server',
    );
  });
});
