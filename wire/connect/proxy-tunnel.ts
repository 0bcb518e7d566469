/** A tunnel through an HTTP proxy: CONNECT (rfc9110 §9.3.6) on a connection to the proxy. */

import type { Socket } from 'node:net';
import type { HttpProxy, ProxyErrorCode } from '../endpoint/proxy.ts';
import type { WireError } from '../exchange.ts';
import type { ConnectFailure } from './errors.ts';

/**
 * Requests a tunnel from the proxy. After the response the socket is the connection to the target; bytes of the
 * target that arrived with the response are put back into it.
 *
 * @param authority host and port of the target
 * @param ready called with null once the tunnel is up, or with the error; may be called twice
 */
export function requestTunnel(
  socket: Socket,
  authority: string,
  proxy: HttpProxy,
  ready: (failure: WireError | null) => void,
): void {
  // Loaded on demand: most targets are connected to directly.
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
  // Without an agent Node.js sends Connection: close; the tunnel must stay open.
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
    const isNotHttp = error.code?.startsWith('HPE_') === true;
    ready(failure(isNotHttp ? 'PROXY_NO_HTTP' : 'PROXY_CLOSED', error.message));
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

/** A failed connection to the proxy as an error of the target. */
export function proxyUnreachable({ outcome, error }: ConnectFailure): WireError {
  if (outcome === 'tls-failed') return failure('PROXY_TLS', `${error.code}: ${error.message}`);
  const codes: Readonly<Record<string, ProxyErrorCode>> = {
    ECONNREFUSED: 'PROXY_REFUSED',
    ENOTFOUND: 'PROXY_UNRESOLVED',
    EAI_AGAIN: 'PROXY_UNRESOLVED',
    ETIMEOUT: 'PROXY_UNRESOLVED',
    ETIMEDOUT: 'PROXY_TIMEOUT',
  };
  return failure(codes[error.code] ?? 'PROXY_UNREACHABLE', error.message);
}

function failure(code: ProxyErrorCode, message: string): WireError {
  return { code, message };
}
