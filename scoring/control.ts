/** Why a target cannot be judged: the control was not accepted, and the most likely cause of that in words. */

import type { Exchange } from '../wire/exchange.ts';
import { fieldValues } from '../wire/response.ts';

/** What of the target the explanation needs. */
export interface ControlSubject {
  readonly hostname: string;
  readonly port: number;
  readonly address: string;
  readonly isTls: boolean;
}

/** The likely cause, and what to do about it; null if the control was answered 101. */
export function explainControl(exchange: Exchange, subject: ControlSubject): string | null {
  const { response } = exchange;
  if (response?.status === 101) return null;
  return response === null ? explainNoResponse(exchange, subject) : explainStatus(exchange, response.status);
}

function explainStatus({ response }: Exchange, status: number): string {
  const line = response?.statusLine ?? String(status);
  const field = (name: string): string | undefined => fieldValues(response?.fields ?? [], name)[0];
  const because = (cause: string): string => `the control handshake was answered "${line}": ${cause}`;
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

function explainNoResponse(exchange: Exchange, { hostname, port, address, isTls }: ControlSubject): string {
  const authority = hostname.includes(':') ? `[${hostname}]:${port}` : `${hostname}:${port}`;
  const peer = address === hostname ? authority : `${authority} (at ${address})`;
  const { code = '', message = '' } = exchange.error ?? {};
  switch (exchange.outcome) {
    case 'connect-failed':
      return `${peer}: ${explainDial(code, message)}`;
    case 'tls-failed':
      return `${peer}: ${explainTls(code, message)}`;
    case 'timeout':
      return `${peer} accepted the connection but did not answer the control handshake in time; if it is slow, raise --response-timeout`;
    case 'closed':
    case 'reset': {
      const how = exchange.outcome === 'closed' ? 'closed' : 'reset';
      const hint = isTls ? 'it may be no WebSocket server' : 'if the port speaks TLS, use wss://';
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
      if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE/.test(code)) {
        return `the server did not accept the client's side of TLS (${code}); it may ask for a client certificate: --cert FILE --key FILE`;
      }
      return `TLS could not be set up (${code}: ${message}); if the port speaks plain HTTP, use ws://`;
  }
}
