/** Why a target cannot be judged: the control was not accepted, and the most likely cause of that in words. */

import { isHeadCutShort } from '../scoring/answer.ts';
import { quoteBody, quoteBytes } from '../scoring/excerpt.ts';
import { readVersionList } from '../scoring/version-list.ts';
import type { ProxyErrorCode } from '../wire/endpoint/proxy.ts';
import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, isSwitchingProtocols, listElements, type Response } from '../wire/response.ts';
import { hints as defaultHints, type Hints } from './plan/hints.ts';

/** What of the target the explanation needs. */
export interface ControlSubject {
  /** As every report names it. */
  readonly url: string;
  readonly hostname: string;
  readonly port: number;
  readonly address: string;
  /** The file of a Unix socket; null for TCP. */
  readonly socketPath: string | null;
  readonly isTls: boolean;
  /** URL of the proxy, without user info; null where there is none. */
  readonly proxy: string | null;
}

/** The likely cause, and what to do about it; null if the control was answered 101. */
export function explainControl(
  exchange: Exchange,
  subject: ControlSubject,
  hints: Hints = defaultHints,
): string | null {
  const { response } = exchange;
  if (isSwitchingProtocols(response)) return null;
  if (response === null) return explainNoResponse(exchange, subject, hints);
  const body = quoteBody(exchange);
  const said = body === null ? '' : `; the body begins ${body}`;
  const cause = explainStatus(response, exchange, subject, hints);
  return `the control handshake was answered "${response.statusLine}": ${cause}${said}`;
}

function explainStatus(
  response: Response,
  exchange: Exchange,
  subject: ControlSubject,
  hints: Hints,
): string {
  const { status, fields } = response;
  const field = (name: string): string | undefined => fieldValues(fields, name)[0];
  switch (status) {
    case 401:
      return `credentials are missing or wrong (it asks for ${field('WWW-Authenticate') ?? 'none in particular'}); ${hints.addCredentials}`;
    case 403:
      return explainForbidden(response, hints);
    case 404:
      return 'no WebSocket server at this path; check the path of the URL';
    case 407:
      return 'a proxy asks for credentials';
    case 400:
      return explainBadRequest(response, exchange, subject, hints);
    case 426:
      return explainUpgradeRequired(response, hints);
    case 414:
      return 'the path and query of the URL are longer than the server allows';
    case 431:
    case 494:
      return `the head of the handshake is larger than the server allows${describeLargest(exchange, 0, hints)}`;
    case 429:
      return `the server is rate-limiting; ${hints.addDelay}`;
    case 503:
      return `the server is rate-limiting or not available; ${hints.addDelay}`;
    default:
      if (status >= 300 && status < 400) return explainRedirect(field('Location'), subject.url);
      if (status >= 500) return 'the server or its backend fails; see its log';
      if (status >= 200 && status < 300)
        return 'this path answers as plain HTTP and not as a WebSocket server, or a proxy in front does not pass Upgrade on; check the path of the URL and the configuration of the proxy';
      return 'this path answers as plain HTTP and not as a WebSocket server; check the path of the URL';
  }
}

/** Gateways and load balancers, as they name themselves in Server or Via. */
const gateway =
  /\b(?:akamaighost|apisix|awselb|caddy|cloudflare|cloudfront|google frontend|haproxy|kong|microsoft-azure-application-gateway|nginx|openresty|squid|traefik|varnish|yarp)\b/i;

function explainForbidden({ fields, bodyBytes }: Response, hints: Hints): string {
  const credentials = `credentials or the Origin are not allowed; ${hints.addCredentialsOrOrigin}`;
  const server = fieldValues(fields, 'Server')[0] ?? '';
  if (bodyBytes > 0) return credentials;
  // Envoy marks what comes from behind it; an empty 403 without that mark is its own answer.
  const isFromBehind = fieldValues(fields, 'X-Envoy-Upstream-Service-Time').length > 0;
  if (/\benvoy\b/i.test(server) && !isFromBehind) {
    return `the gateway in front (server: ${server}) probably does not allow upgrades: Envoy answers them with an empty 403 unless its upgrade_configs name websocket; enable them for this route. If they are enabled, ${credentials}`;
  }
  const name = [server, ...fieldValues(fields, 'Via')].find((value) => gateway.test(value));
  if (name === undefined) return credentials;
  return `the gateway in front (${name}) may not allow upgrades, or ${credentials}`;
}

/** What servers say of plain HTTP on the port of TLS: nginx, Go, Apache. */
const plainOnTls =
  /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL/i;

function explainBadRequest(
  response: Response,
  exchange: Exchange,
  { isTls }: ControlSubject,
  hints: Hints,
): string {
  if (!isTls && plainOnTls.test(exchange.received.toString('latin1'))) {
    return 'this port speaks TLS; use wss:// instead of ws://';
  }
  const largest = describeLargest(exchange, largeField, hints);
  return (
    explainList(response) ??
    `the server or a proxy in front of it rejects the handshake; ${hints.addSubprotocolOrOrigin}${largest}`
  );
}

function explainUpgradeRequired(response: Response, hints: Hints): string {
  const asked = listElements(fieldValues(response.fields, 'Upgrade'));
  if (asked.length > 0 && !asked.some((protocol) => /^websocket(?:\/|$)/i.test(protocol))) {
    return `it asks for another protocol (Upgrade: ${asked.join(', ')}), not for websocket; check scheme, port and path of the URL`;
  }
  return explainList(response) ?? hints.addSubprotocol;
}

/** Why 13 was refused by a server that lists versions; null if it lists none. */
function explainList(response: Response): string | null {
  const list = readVersionList(response);
  if (list === null || list.versions.length === 0) return null;
  if (!list.versions.includes(13)) {
    return `the server does not support version 13: it lists ${list.versions.join(', ')}`;
  }
  return 'it refuses version 13 and lists 13 as supported: something in front of it (a proxy, a gateway) probably drops or changes Sec-WebSocket-Version or another field of the handshake; compare with an audit of the server itself, without what is in front. If that fails too, it is another part of the handshake that the server does not accept';
}

/** Where a redirect points, and the URL to audit: that of a relative reference is not obvious (rfc9110 §10.2.2). */
function explainRedirect(location: string | undefined, from: string): string {
  if (location === undefined) return 'it redirects to nowhere: Location is missing';
  const url = resolveLocation(location, from);
  if (url === null) return `it redirects to ${location}; audit that URL instead`;
  if (url === resolveLocation(from, from)) {
    return `it redirects to ${location}, which is this URL itself; it may need a cookie or credentials`;
  }
  const target = url === location ? '' : ` (${url})`;
  const isLogin = /\b(?:log-?in|sign-?in|sso|oauth2?|auth)\b/i.test(location);
  return `it redirects to ${location}; audit that URL instead${target}${isLogin ? ', or give credentials if it is a login page' : ''}`;
}

/** The URL of a WebSocket target; null where it is not one. */
function resolveLocation(location: string, from: string): string | null {
  try {
    const url = new URL(location, from);
    url.hash = '';
    const scheme = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' }[url.protocol];
    return scheme === undefined ? null : `${scheme}//${url.host}${url.pathname}${url.search}`;
  } catch {
    return null;
  }
}

/** Bytes of a field line above which servers are known to refuse or reset: no field of the control itself is near. */
const largeField = 2048;

/** The largest field of the handshake and its size; empty where it has fewer bytes than that. */
function describeLargest({ sentFields }: Exchange, atLeast: number, hints: Hints): string {
  const sizes = sentFields.map(([name, value]) => ({ name, size: name.length + 1 + value.length }));
  const largest = sizes.toSorted((a, b) => b.size - a.size)[0];
  if (largest === undefined || largest.size < atLeast) return '';
  return `; the largest field, ${largest.name}, has ${largest.size} bytes${largest.size < largeField ? '' : `, which may be too large for the server: ${hints.shortenField}`}`;
}

function explainNoResponse(exchange: Exchange, subject: ControlSubject, hints: Hints): string {
  const { socketPath, isTls, proxy } = subject;
  const peer = namePeer(subject);
  const { received } = exchange;
  const { code = '', message = '' } = exchange.error ?? {};
  if (isHttp2(received)) return `${peer} ${onlyHttp2}`;
  switch (exchange.outcome) {
    case 'connect-failed':
      if (code.startsWith('PROXY_')) return `the proxy ${proxy}: ${explainProxy(code, message, hints)}`;
      return `${peer}: ${socketPath === null ? explainDial(code, message, hints) : explainSocket(code, message)}`;
    case 'tls-failed':
      if (/ALERT_NO_APPLICATION_PROTOCOL/.test(code)) return `${peer} ${onlyHttp2} (TLS alert: ${code})`;
      return `${peer}: ${explainTls(code, message, hints)}`;
    case 'timeout':
      return `${peer} accepted the connection but did not answer the control handshake in time; ${hints.raiseResponseTimeout}${describeLargest(exchange, largeField, hints)}`;
    case 'closed':
    case 'reset': {
      const how = exchange.outcome === 'closed' ? 'closed' : 'reset';
      const hint = isTls
        ? 'it may not be a WebSocket server, or require another client certificate'
        : socketPath === null
          ? 'if the port speaks TLS, use wss://'
          : 'it may not be a WebSocket server';
      // A large field is the more likely cause, where there is one.
      const largest = describeLargest(exchange, largeField, hints);
      return `${peer} ${how} the connection without a response to the control handshake${largest}; ${hint}`;
    }
    case 'malformed':
    case 'response':
      // The first bytes of a TLS alert record (rfc8446 §5.1).
      if (received[0] === 0x15 && received[1] === 0x03) {
        return `${peer} responds with TLS; use wss:// instead of ws://`;
      }
      if (isHeadCutShort(exchange)) {
        return `${peer} began a response to the control handshake: ${message}; it begins ${quoteBytes(received)}`;
      }
      return `${peer} answered the control handshake with bytes that are not an HTTP response: ${message}${isFlood(exchange) ? '' : `; they begin ${quoteBytes(received)}`}`;
  }
}

/** More than is kept as evidence: its beginning says nothing. */
function isFlood({ truncated }: Exchange): boolean {
  return truncated;
}

const onlyHttp2 =
  'speaks only HTTP/2 here, and the handshake of RFC 6455 needs HTTP/1.1; audit a port on which HTTP/1.1 is enabled';

/**
 * A server of HTTP/2 speaks first, with a SETTINGS frame on stream 0 (rfc9113 §3.4, §4.1), and ends a connection that
 * does not begin with the preface by GOAWAY.
 */
function isHttp2(bytes: Buffer): boolean {
  const [high, middle, length, type] = bytes;
  if (high !== 0 || middle !== 0 || length === undefined) return false;
  const isSettings = type === 0x04 && length % 6 === 0;
  const isGoAway = type === 0x07 && length >= 8;
  return (isSettings || isGoAway) && bytes.subarray(5, 9).every((byte) => byte === 0);
}

/** The target as a message names it, and how it was reached where that is not plain. */
function namePeer({ hostname, port, address, socketPath, proxy }: ControlSubject): string {
  if (socketPath !== null) return `the socket ${socketPath}`;
  const authority = hostname.includes(':') ? `[${hostname}]:${port}` : `${hostname}:${port}`;
  const ways = [
    ...(address === hostname ? [] : [`at ${address}`]),
    ...(proxy === null ? [] : [`through the proxy ${proxy}`]),
  ];
  return ways.length === 0 ? authority : `${authority} (${ways.join(', ')})`;
}

function explainDial(code: string, message: string, hints: Hints): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'the connection was refused; is the server running, and is the port correct?';
    case 'ENOTFOUND':
      return `the host name does not resolve; check its spelling, or ${hints.resolveHost}`;
    case 'EAI_AGAIN':
    case 'ETIMEOUT':
      return 'the host name could not be resolved just now; check the DNS of this machine';
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return `no connection in time; a firewall may drop the packets, or ${hints.raiseConnectTimeout}`;
    case 'EMFILE':
    case 'ENFILE':
      return `this machine has no file descriptor left for it (${code}); raise the limit with ulimit -n`;
    case 'EADDRNOTAVAIL':
      return `this machine has no local port left for it (${code}); wait a minute until ports are free again`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no route to it from this machine';
    default:
      return `the connection failed: ${message}`;
  }
}

function explainSocket(code: string, message: string): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file; is the server running, and is the path correct?';
    case 'ECONNREFUSED':
    case 'ENOTSOCK':
      return 'nothing listens on it: it is not a socket, or a server left it behind; is the server running?';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to connect to it; run as a user who may write to the socket and enter its folder';
    default:
      return `the connection failed: ${message}`;
  }
}

/** How the proxy failed, and what to do about it; each answer to CONNECT is quoted. */
function explainProxy(code: string, message: string, hints: Hints): string {
  const words: Readonly<Record<ProxyErrorCode, string>> = {
    PROXY_REFUSED: `the connection to it was refused; is it running, and is its port correct? ${hints.bypassProxy}`,
    PROXY_UNRESOLVED: `its host name does not resolve; check its spelling; ${hints.bypassProxy}`,
    PROXY_UNREACHABLE: `the connection to it failed: ${message}`,
    PROXY_TLS: `TLS to it could not be set up (${message}); if it speaks plain HTTP, give it as http://; ${hints.trustProxy}`,
    PROXY_TIMEOUT: `no connection to it in time; check its address, or ${hints.raiseConnectTimeout}`,
    PROXY_NO_ANSWER: `it did not answer CONNECT in time: it may not reach the target, or not be an HTTP proxy; or ${hints.raiseConnectTimeout}`,
    PROXY_CLOSED: 'it closed the connection instead of answering CONNECT; is it an HTTP proxy?',
    PROXY_NO_HTTP: `its answer to CONNECT is not an HTTP response (${message}); if it speaks TLS, give it as https://`,
    PROXY_AUTHENTICATION_REQUIRED: `it asks for credentials: ${message}; ${hints.addProxyCredentials}`,
    PROXY_AUTHENTICATION_FAILED: `it rejects the credentials: ${message}; check user name and password`,
    PROXY_FORBIDDEN: `it does not allow a tunnel to this host and port: ${message}; ask for it to be allowed; ${hints.bypassProxy}`,
    PROXY_GATEWAY: `it cannot reach the target: ${message}; is the server running, and does its name resolve where the proxy is?`,
    PROXY_RESPONSE: `it did not open a tunnel: ${message}; is it an HTTP proxy that allows CONNECT?`,
  };
  return words[code as ProxyErrorCode] ?? message;
}

/** Words first, then the name of the error for those who look it up. */
function explainTls(code: string, message: string, hints: Hints): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `the TLS ${message} (${code}); renew it, or ${hints.skipTlsCheck}`;
    case 'CERT_NOT_YET_VALID':
      return `the TLS ${message} (${code}); check the clocks, or ${hints.skipTlsCheck}`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the TLS ${message} (${code}); ${hints.setServername}, or ${hints.skipTlsCheck}`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `the TLS certificate is self-signed (${code}); ${hints.trustCertificate}, or ${hints.skipTlsCheck}`;
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return `the TLS certificate is of an authority that this machine does not know (${code}); ${hints.trustCa}, or ${hints.skipTlsCheck}`;
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `the TLS certificate is of an authority that this machine does not know, or the server does not send the certificates in between (${code}); ${hints.trustCa}, or ${hints.skipTlsCheck}`;
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'connected, but TLS was not set up in time; if the port speaks plain HTTP, use ws://';
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `the answer is not TLS (${code}); if the port speaks plain HTTP, use ws://`;
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION':
      return `the server supports none of the versions of TLS that are offered, 1.2 and 1.3 (${code}); update it`;
    default:
      if (/ALERT_(CERTIFICATE|HANDSHAKE_FAILURE|BAD_CERT|UNSUPPORTED_CERT|UNKNOWN_CA|NO_CERT)/.test(code)) {
        return `the server rejected the client's side of TLS (${code}); ${hints.addClientCertificate}`;
      }
      return `TLS could not be set up (${message}, ${code}); if the port speaks plain HTTP, use ws://`;
  }
}
