/**
 * Targets on a Unix socket, in the form of the npm package ws: `ws+unix:/path/to.sock:/request/path`.
 *
 * Characters of the file name that have a meaning in URLs are percent-encoded: `%3A` for a colon.
 */

import { UsageError } from '../usage-error.ts';

export interface UnixSocketAddress {
  /** The URL, normalised. */
  readonly url: string;
  /** The file of the socket. */
  readonly socketPath: string;
  /** Path and query. */
  readonly requestTarget: string;
}

export function isUnixSocketUrl(input: string): boolean {
  return /^ws\+unix:/i.test(input.trim());
}

/**
 * @param displayName the URL as an error message may show it
 * @throws UsageError if it names no socket, or has another form
 */
export function parseUnixSocketUrl(input: string, displayName: string): UnixSocketAddress {
  const form = 'write it as ws+unix:/path/to.sock:/request/path';
  const written = input.trim().slice('ws+unix:'.length);
  if (/^\/\/(?!\/)/.test(written)) {
    throw new UsageError(`${displayName}: a Unix socket has no host; ${form}`);
  }
  const [, file = '', path = '', query = ''] =
    /^([^:?]*)(?::([^?]*))?(\?.*)?$/s.exec(written.replace(/^\/\//, '')) ?? [];
  if (file === '') throw new UsageError(`${displayName} names no socket; ${form}`);
  if (path !== '' && !path.startsWith('/')) {
    throw new UsageError(
      `${displayName}: the request path, after the second colon, must begin with "/"; ${form}`,
    );
  }
  const socketPath = decode(file, displayName);
  const { pathname, search } = new URL(`ws://localhost${path}${query}`);
  const requestTarget = `${pathname}${search}`;
  return { url: `ws+unix:${encode(socketPath)}:${requestTarget}`, socketPath, requestTarget };
}

function decode(file: string, displayName: string): string {
  try {
    return decodeURIComponent(file);
  } catch {
    throw new UsageError(
      `${displayName}: the socket's path holds a "%" that encodes nothing; write it as %25`,
    );
  }
}

function encode(socketPath: string): string {
  return encodeURI(socketPath).replace(/[:?#]/g, encodeURIComponent);
}
