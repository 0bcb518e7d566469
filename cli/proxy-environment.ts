/** The proxy that the environment names for a target: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY. */

import { getProxyForUrl } from 'proxy-from-env';
import type { TargetInput } from '../audit/plan/targets.ts';
import { createProxy } from '../wire/endpoint/proxy.ts';
import { type ConnectionOptions, createTarget, type Target } from '../wire/endpoint/target.ts';
import { UsageError } from '../wire/usage-error.ts';

/** What the environment says of the way to a target. */
export interface EnvironmentProxy {
  /** As it is written there; null where NO_PROXY says to do without. */
  readonly url: string | null;
  /** The name of the variable that decides. */
  readonly variable: string;
}

/**
 * The target with the proxy of the environment, unless it or the options say which, or that there is none.
 *
 * @throws UsageError where the proxy of the environment cannot be used
 */
export function withProxy(input: TargetInput, options: ConnectionOptions): TargetInput {
  if (input.proxy !== undefined || options.proxy !== undefined) return input;
  const proxy = environmentProxy(input.url)?.url ?? null;
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

/** What the environment says of the way to a target; null where it says nothing, or the target is none. */
export function environmentProxy(targetUrl: string): EnvironmentProxy | null {
  const target = targetOf(targetUrl);
  if (target === null || target.socketPath !== null) return null;
  // `ws:` goes by HTTP_PROXY and `wss:` by HTTPS_PROXY, as `http:` and `https:` do.
  const scheme = target.tls === null ? 'http' : 'https';
  const named = setVariable(`${scheme}_proxy`) ?? setVariable('all_proxy');
  if (named === null) return null;
  const host = target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname;
  // What it makes of a proxy without a scheme is not asked for: whatever the target is, that one speaks plain HTTP.
  if (getProxyForUrl(`${scheme}://${host}:${target.port}/`) !== '') {
    return { url: process.env[named] ?? null, variable: named };
  }
  const refusal = setVariable('no_proxy');
  return refusal === null ? null : { url: null, variable: refusal };
}

/** The name of a variable as it is set, of which the lower case goes first; null where it is not. */
function setVariable(name: string): string | null {
  return [name, name.toUpperCase()].find((variable) => (process.env[variable] ?? '') !== '') ?? null;
}

/** Null for what is no target: whoever plans the audit says so, and where it is written. */
function targetOf(url: string): Target | null {
  try {
    return createTarget(url);
  } catch {
    return null;
  }
}
