/** Why a target cannot be judged: the control was not accepted, and the most likely cause of that in words. */

import type { ProxyErrorCode } from '../wire/endpoint/proxy.ts';
import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, type Response } from '../wire/response.ts';

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
export function explainControl(exchange: Exchange, subject: ControlSubject): string | null {
  const { response } = exchange;
  if (response?.status === 101) return null;
  return response === null ? explainNoResponse(exchange, subject) : explainStatus(response);
}

function explainStatus({ status, statusLine, fields }: Response): string {
  const field = (name: string): string | undefined => fieldValues(fields, name)[0];
  const because = (cause: string): string => `the control handshake was answered "${statusLine}": ${cause}`;
  switch (status) {
    case 401:
      return because(
        `credentials are missing or wrong (it asks for ${field('WWW-Authenticate') ?? 'none in particular'}); give them with --header 'Authorization: ...' or in the URL`,
      );
    case 403:
      return because(
        'credentials or the Origin are not allowed; give them with --header, --origin or in the URL',
      );
    case 404:
      return because('no WebSocket server at this path; check the path of the URL');
    case 407:
      return because('a proxy asks for credentials');
    case 400:
      return because(
        'the server or a proxy in front of it does not take the handshake; it may need --subprotocol or --origin, or be no WebSocket server',
      );
    case 426:
      return because('a proxy in front may drop Upgrade, or the server needs a --subprotocol');
    case 429:
    case 503:
      return because('the server asks to slow down; try again later, or with --delay');
    default:
      if (status >= 300 && status < 400)
        return because(`it redirects to ${field('Location') ?? 'nowhere'}; audit that URL instead`);
      if (status >= 500) return because('the server or what is behind it fails; see its log');
      return because(
        'this path answers as plain HTTP and not as a WebSocket server; check the path of the URL',
      );
  }
}

function explainNoResponse(exchange: Exchange, subject: ControlSubject): string {
  const { socketPath, isTls, proxy } = subject;
  const peer = namePeer(subject);
  const { code = '', message = '' } = exchange.error ?? {};
  switch (exchange.outcome) {
    case 'connect-failed':
      if (code.startsWith('PROXY_')) return `the proxy ${proxy}: ${explainProxy(code, message)}`;
      return `${peer}: ${socketPath === null ? explainDial(code, message) : explainSocket(code, message)}`;
    case 'tls-failed':
      return `${peer}: ${explainTls(code, message)}`;
    case 'timeout':
      return `${peer} accepted the connection but did not answer the control handshake in time; if it is slow, raise --response-timeout`;
    case 'closed':
    case 'reset': {
      const how = exchange.outcome === 'closed' ? 'closed' : 'reset';
      const hint = isTls
        ? 'it may be no WebSocket server, or want another client certificate'
        : socketPath === null
          ? 'if the port speaks TLS, use wss://'
          : 'it may be no WebSocket server';
      return `${peer} ${how} the connection without a response to the control handshake; ${hint}`;
    }
    default:
      // The first octets of a TLS alert record (rfc8446 §5.1).
      if (exchange.received[0] === 0x15 && exchange.received[1] === 0x03) {
        return `${peer} answers in TLS; use wss:// instead of ws://`;
      }
      return `${peer} answered the control handshake with bytes that are no HTTP response: ${message}`;
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

function explainDial(code: string, message: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'the connection was refused; is the server running, and is the port right?';
    case 'ENOTFOUND':
      return 'the host name does not resolve; check its spelling, or give an address with --resolve';
    case 'EAI_AGAIN':
      return 'the host name could not be resolved just now; check the DNS of this machine';
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return 'no connection in time; a firewall may drop the packets, or raise --connect-timeout';
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
      return 'nobody listens on it: it is no socket, or one that a server left behind; is the server running?';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to connect to it; run as a user who may write to the socket and enter its folder';
    default:
      return `the connection failed: ${message}`;
  }
}

/** How a proxy failed us, and what to do about it; each answer to CONNECT is quoted. */
function explainProxy(code: string, message: string): string {
  const words: Readonly<Record<ProxyErrorCode, string>> = {
    PROXY_REFUSED:
      'the connection to it was refused; is it running, and is its port right? --proxy none goes without one',
    PROXY_UNRESOLVED: 'its host name does not resolve; check its spelling, or go without one by --proxy none',
    PROXY_UNREACHABLE: `the connection to it failed: ${message}`,
    PROXY_TLS: `TLS to it could not be set up (${message}); if it speaks plain HTTP, give it as http://; --ca and --insecure hold for it too`,
    PROXY_TIMEOUT: 'no connection to it in time; check its address, or raise --connect-timeout',
    PROXY_NO_ANSWER:
      'it did not answer CONNECT in time: it may not reach the target, or be no HTTP proxy; or raise --connect-timeout',
    PROXY_CLOSED: 'it closed the connection instead of answering CONNECT; is it an HTTP proxy?',
    PROXY_NO_HTTP: `its answer to CONNECT is no HTTP response (${message}); if it speaks TLS, give it as https://`,
    PROXY_AUTHENTICATION_REQUIRED: `it asks for credentials: ${message}; give them with --proxy http://USER:PASSWORD@HOST:PORT`,
    PROXY_AUTHENTICATION_FAILED: `it does not take the credentials that were given: ${message}; check user name and password`,
    PROXY_FORBIDDEN: `it does not allow a tunnel to this host and port: ${message}; ask for it to be allowed, or go without by --proxy none`,
    PROXY_GATEWAY: `it cannot reach the target: ${message}; is the server running, and does its name resolve where the proxy is?`,
    PROXY_RESPONSE: `it did not open a tunnel: ${message}; is it an HTTP proxy that lets CONNECT through?`,
  };
  return words[code as ProxyErrorCode] ?? message;
}

function explainTls(code: string, message: string): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'the TLS certificate has expired; renew it, or audit with --insecure';
    case 'CERT_NOT_YET_VALID':
      return 'the TLS certificate is not yet valid; check the clocks, or audit with --insecure';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the TLS certificate is for another name (${message}); give the name with --servername`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `the TLS certificate is not trusted (${message}); give its authority with --ca FILE, or audit with --insecure`;
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'connected, but TLS was not set up in time; if the port speaks plain HTTP, use ws://';
    default:
      if (/ALERT_(CERTIFICATE|HANDSHAKE_FAILURE|BAD_CERT|UNSUPPORTED_CERT|UNKNOWN_CA|NO_CERT)/.test(code)) {
        return `the server did not accept the client's side of TLS (${code}); it may ask for a client certificate: --cert FILE --key FILE, or for another one than was given`;
      }
      return `TLS could not be set up (${code}: ${message}); if the port speaks plain HTTP, use ws://`;
  }
}
