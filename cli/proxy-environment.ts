/** The proxy that the environment names for a target: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY. */

import { getProxyForUrl } from 'proxy-from-env';
import type { TargetInput } from '../audit/targets.ts';
import { createProxy } from '../wire/proxy.ts';
import { type ConnectionOptions, createTarget, type Target } from '../wire/target.ts';
import { UsageError } from '../wire/usage-error.ts';

/**
 * The target with the proxy of the environment, unless it or the options say which, or that there is none.
 *
 * @throws UsageError where the proxy of the environment cannot be used
 */
export function withProxy(input: TargetInput, options: ConnectionOptions): TargetInput {
  if (input.proxy !== undefined || options.proxy !== undefined) return input;
  const target = targetOf(input);
  const proxy = target === null || target.socketPath !== null ? null : proxyFor(target);
  if (proxy === null) return input;
  try {
    createProxy(proxy);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `the environment names a proxy (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY): ${error.message}; --proxy none goes without one`,
    );
  }
  return { ...input, proxy };
}

/** Null for what is no target: whoever plans the audit says so, and where it is written. */
function targetOf({ url }: TargetInput): Target | null {
  try {
    return createTarget(url);
  } catch {
    return null;
  }
}

/** `ws:` goes by HTTP_PROXY and `wss:` by HTTPS_PROXY, as `http:` and `https:` do. */
function proxyFor({ hostname, port, tls }: Target): string | null {
  const scheme = tls === null ? 'http' : 'https';
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  const proxy = getProxyForUrl(`${scheme}://${host}:${port}/`);
  if (proxy === '') return null;
  // One that is written without a scheme is given that of the target, but it is plain HTTP that it speaks.
  const bare = proxy.slice(`${scheme}://`.length);
  return Object.values(process.env).includes(bare) ? bare : proxy;
}
