/** An HTTP proxy that tunnels by CONNECT, from its URL; and the ways in which it can fail. */

import { UsageError } from '../usage-error.ts';
import { basicCredentials, displayUrl } from './user-info.ts';

export interface HttpProxy {
  /** As every report names it: scheme, host and port, without user info. */
  readonly url: string;
  /** Host name or address, without the brackets of an IPv6 literal. */
  readonly hostname: string;
  readonly port: number;
  /** Host, with the port unless it is the scheme's default. */
  readonly host: string;
  /** Whether the connection to the proxy uses TLS. */
  readonly isTls: boolean;
  /** Value of a Proxy-Authorization field; null without credentials. */
  readonly authorization: string | null;
}

/** Error codes for a tunnel that could not be opened, each with its meaning. */
export const proxyErrors = {
  PROXY_REFUSED: 'nothing listens there',
  PROXY_UNRESOLVED: 'its name does not resolve',
  PROXY_UNREACHABLE: 'the connection to it failed in another way',
  PROXY_TLS: 'TLS to it failed',
  PROXY_TIMEOUT: 'no connection to it in time',
  PROXY_NO_ANSWER: 'it did not answer CONNECT in time',
  PROXY_CLOSED: 'it ended the connection instead of answering CONNECT',
  PROXY_NO_HTTP: 'its answer to CONNECT is not an HTTP response',
  PROXY_AUTHENTICATION_REQUIRED: '407, and there were no credentials',
  PROXY_AUTHENTICATION_FAILED: '407, despite credentials',
  PROXY_FORBIDDEN: '403',
  PROXY_GATEWAY: '500, 502, 503 or 504: it cannot reach the target',
  PROXY_RESPONSE: 'any other status but 2xx',
} as const;

export type ProxyErrorCode = keyof typeof proxyErrors;

/**
 * Reads the URL of a proxy; `host:port` means `http:`.
 *
 * @param displayName the URL as an error message may show it
 * @throws UsageError if it is not one
 */
export function createProxy(input: string, displayName = displayUrl(input)): HttpProxy {
  const text = input.trim();
  const isBare = !/^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const url = parse(isBare ? `http://${text}` : text);
  if (url === null || (isBare && !/:\d+\/?$/.test(text))) {
    throw new UsageError(`${displayName} is not a proxy: give http://host:port or https://host:port`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UsageError(
      `${displayName}: a ${url.protocol.slice(0, -1)} proxy cannot be used; give http://host:port or https://host:port`,
    );
  }
  const isTls = url.protocol === 'https:';
  return {
    url: `${url.protocol}//${url.host}`,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    host: url.host,
    isTls,
    authorization: basicCredentials(url, displayName),
  };
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
