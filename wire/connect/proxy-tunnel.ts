/** A tunnel through an HTTP proxy: CONNECT (rfc9110 §9.3.6) on a connection to the proxy. */

import type { Socket } from 'node:net';
import type { HttpProxy, ProxyErrorCode } from '../endpoint/proxy.ts';
import type { WireError } from '../exchange.ts';
import type { ConnectFailure } from './errors.ts';

/**
 * Asks the proxy for a tunnel. From the response on, the socket is the connection to the target; octets of the
 * target that came along with the response are put back into it.
 *
 * @param authority host and port of the target
 * @param ready gets null where the tunnel is there, or why it is not; it may be told that more than once
 */
export function requestTunnel(
  socket: Socket,
  authority: string,
  proxy: HttpProxy,
  ready: (failure: WireError | null) => void,
): void {
  // Loaded here and not above: most targets are dialled directly.
  const { request } = process.getBuiltinModule('node:http');
  const connect = request({
    method: 'CONNECT',
    path: authority,
    headers: {
      Host: authority,
      ...(proxy.authorization !== null && { 'Proxy-Authorization': proxy.authorization }),
    },
    createConnection: () => socket,
  });
  // The tunnel is to stay: Node.js would announce a close, since it keeps no agent for this connection.
  connect.removeHeader('Connection');
  connect.once('connect', ({ statusCode = 0, statusMessage = '', headers, httpVersion }, _socket, head) => {
    if (statusCode >= 200 && statusCode < 300) {
      if (head.length > 0) socket.unshift(head);
      ready(null);
      return;
    }
    const challenge = headers['proxy-authenticate'];
    const asks = statusCode === 407 && challenge !== undefined ? ` (it asks for ${challenge})` : '';
    const statusLine = `HTTP/${httpVersion} ${statusCode} ${statusMessage}`.trimEnd();
    ready(failure(codeOfStatus(statusCode, proxy), `CONNECT was answered "${statusLine}"${asks}`));
  });
  connect.on('error', (error: NodeJS.ErrnoException) => {
    const isNoHttp = error.code?.startsWith('HPE_') === true;
    ready(failure(isNoHttp ? 'PROXY_NO_HTTP' : 'PROXY_CLOSED', error.message));
  });
  connect.end();
}

function codeOfStatus(status: number, { authorization }: HttpProxy): ProxyErrorCode {
  switch (status) {
    case 407:
      return authorization === null ? 'PROXY_AUTHENTICATION_REQUIRED' : 'PROXY_AUTHENTICATION_FAILED';
    case 403:
      return 'PROXY_FORBIDDEN';
    case 500:
    case 502:
    case 503:
    case 504:
      return 'PROXY_GATEWAY';
    default:
      return 'PROXY_RESPONSE';
  }
}

/** What it means for the target that the proxy itself could not be connected to. */
export function proxyUnreachable({ outcome, error }: ConnectFailure): WireError {
  if (outcome === 'tls-failed') return failure('PROXY_TLS', `${error.code}: ${error.message}`);
  const codes: Readonly<Record<string, ProxyErrorCode>> = {
    ECONNREFUSED: 'PROXY_REFUSED',
    ENOTFOUND: 'PROXY_UNRESOLVED',
    EAI_AGAIN: 'PROXY_UNRESOLVED',
    ETIMEDOUT: 'PROXY_TIMEOUT',
  };
  return failure(codes[error.code] ?? 'PROXY_UNREACHABLE', error.message);
}

function failure(code: ProxyErrorCode, message: string): WireError {
  return { code, message };
}
