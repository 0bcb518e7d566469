/** Why a target cannot be judged: the control was not accepted, and the most likely cause of that in words. */

import type { ProxyErrorCode } from '../wire/endpoint/proxy.ts';
import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, isSwitchingProtocols, type Response } from '../wire/response.ts';
import { hints as defaultHints, type Hints } from './plan/hints.ts';

/** What of the target the explanation needs. */
export interface ControlSubject {
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
  return response === null ? explainNoResponse(exchange, subject, hints) : explainStatus(response, hints);
}

function explainStatus({ status, statusLine, fields }: Response, hints: Hints): string {
  const field = (name: string): string | undefined => fieldValues(fields, name)[0];
  const because = (cause: string): string => `the control handshake was answered "${statusLine}": ${cause}`;
  switch (status) {
    case 401:
      return because(
        `credentials are missing or wrong (it asks for ${field('WWW-Authenticate') ?? 'none in particular'}); ${hints.addCredentials}`,
      );
    case 403:
      return because(`credentials or the Origin are not allowed; ${hints.addCredentialsOrOrigin}`);
    case 404:
      return because('no WebSocket server at this path; check the path of the URL');
    case 407:
      return because('a proxy asks for credentials');
    case 400:
      return because(
        `the server or a proxy in front of it rejects the handshake; ${hints.addSubprotocolOrOrigin}`,
      );
    case 426:
      return because(hints.addSubprotocol);
    case 429:
    case 503:
      return because(`the server is rate-limiting; ${hints.addDelay}`);
    default:
      if (status >= 300 && status < 400)
        return because(`it redirects to ${field('Location') ?? 'nowhere'}; audit that URL instead`);
      if (status >= 500) return because('the server or what is behind it fails; see its log');
      return because(
        'this path answers as plain HTTP and not as a WebSocket server; check the path of the URL',
      );
  }
}

function explainNoResponse(exchange: Exchange, subject: ControlSubject, hints: Hints): string {
  const { socketPath, isTls, proxy } = subject;
  const peer = namePeer(subject);
  const { code = '', message = '' } = exchange.error ?? {};
  switch (exchange.outcome) {
    case 'connect-failed':
      if (code.startsWith('PROXY_')) return `the proxy ${proxy}: ${explainProxy(code, message, hints)}`;
      return `${peer}: ${socketPath === null ? explainDial(code, message, hints) : explainSocket(code, message)}`;
    case 'tls-failed':
      return `${peer}: ${explainTls(code, message, hints)}`;
    case 'timeout':
      return `${peer} accepted the connection but did not answer the control handshake in time; ${hints.raiseResponseTimeout}`;
    case 'closed':
    case 'reset': {
      const how = exchange.outcome === 'closed' ? 'closed' : 'reset';
      const hint = isTls
        ? 'it may not be a WebSocket server, or require another client certificate'
        : socketPath === null
          ? 'if the port speaks TLS, use wss://'
          : 'it may not be a WebSocket server';
      return `${peer} ${how} the connection without a response to the control handshake; ${hint}`;
    }
    case 'malformed':
    case 'response':
      // The first bytes of a TLS alert record (rfc8446 §5.1).
      if (exchange.received[0] === 0x15 && exchange.received[1] === 0x03) {
        return `${peer} responds with TLS; use wss:// instead of ws://`;
      }
      return `${peer} answered the control handshake with bytes that are not an HTTP response: ${message}`;
  }
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
      return 'the connection was refused; is the server running, and is the port right?';
    case 'ENOTFOUND':
      return `the host name does not resolve; check its spelling, or ${hints.resolveHost}`;
    case 'EAI_AGAIN':
      return 'the host name could not be resolved just now; check the DNS of this machine';
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return `no connection in time; a firewall may drop the packets, or ${hints.raiseConnectTimeout}`;
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
      return 'there is no such file; is the server running, and is the path right?';
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
    PROXY_REFUSED: `the connection to it was refused; is it running, and is its port right? ${hints.bypassProxy}`,
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

function explainTls(code: string, message: string, hints: Hints): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `the TLS certificate has expired; renew it, or ${hints.skipTlsCheck}`;
    case 'CERT_NOT_YET_VALID':
      return `the TLS certificate is not yet valid; check the clocks, or ${hints.skipTlsCheck}`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the TLS certificate is for another name (${message}); ${hints.setServername}`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `the TLS certificate is not trusted (${message}); ${hints.trustCa}, or ${hints.skipTlsCheck}`;
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'connected, but TLS was not set up in time; if the port speaks plain HTTP, use ws://';
    default:
      if (/ALERT_(CERTIFICATE|HANDSHAKE_FAILURE|BAD_CERT|UNSUPPORTED_CERT|UNKNOWN_CA|NO_CERT)/.test(code)) {
        return `the server rejected the client's side of TLS (${code}); ${hints.addClientCertificate}`;
      }
      return `TLS could not be set up (${code}: ${message}); if the port speaks plain HTTP, use ws://`;
  }
}
