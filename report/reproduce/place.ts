/** Where the commands connect to: what the report knows of a target. */

import { parseUnixSocketUrl } from '../../wire/endpoint/unix-socket.ts';
import { certificateUnchecked, type TargetInfo } from '../report.ts';

export interface Place {
  /** Host and port as in a URL. */
  readonly authority: string;
  /** Host name or address, without the brackets of an IPv6 literal. */
  readonly host: string;
  /** The address to connect to in place of the host; null where it is the host's own. */
  readonly connectTo: string | null;
  readonly port: number;
  readonly isTls: boolean;
  /** The certificate was checked. */
  readonly isChecked: boolean;
  readonly socketPath: string | null;
  readonly proxy: { readonly url: string; readonly authority: string; readonly isTls: boolean } | null;
}

/** Null where the address is secret, so that no command can be given. */
export function placeOf({
  url,
  proxy,
  connectTo,
  warnings,
}: Pick<TargetInfo, 'url' | 'proxy' | 'connectTo' | 'warnings'>): Place | null {
  const isChecked = !warnings.some((warning) => warning.startsWith(certificateUnchecked));
  if (url.startsWith('ws+unix:')) {
    const { socketPath } = parseUnixSocketUrl(url, url);
    if (socketPath.includes('*')) return null;
    return {
      authority: 'localhost',
      host: 'localhost',
      connectTo: null,
      port: 80,
      isTls: false,
      isChecked,
      socketPath,
      proxy: null,
    };
  }
  const endpoint = endpointOf(url);
  const proxyEndpoint = proxy === null ? null : endpointOf(proxy);
  if (endpoint === null || (proxy !== null && proxyEndpoint === null)) return null;
  return {
    ...endpoint,
    connectTo: connectTo ?? null,
    isChecked,
    socketPath: null,
    proxy: proxy === null || proxyEndpoint === null ? null : { ...proxyEndpoint, url: proxy },
  };
}

function endpointOf(text: string): Pick<Place, 'authority' | 'host' | 'port' | 'isTls'> | null {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, port, host: authority } = new URL(text);
  const isTls = protocol === 'wss:' || protocol === 'https:';
  // A name that begins with a hyphen would be an option.
  if (hostname === '' || hostname.includes('*') || hostname.startsWith('-')) return null;
  const host = hostname.replace(/^\[|\]$/g, '');
  return { authority, host, port: port === '' ? (isTls ? 443 : 80) : Number(port), isTls };
}

/** An address as URLs have it. */
export function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
