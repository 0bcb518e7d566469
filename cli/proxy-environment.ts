/** The proxy that the environment names for a target: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY. */

import { getProxyForUrl } from 'proxy-from-env';
import type { TargetInput } from '../audit/plan/targets.ts';
import { createProxy } from '../wire/endpoint/proxy.ts';
import { type ConnectionOptions, createTarget, type Target } from '../wire/endpoint/target.ts';
import { UsageError } from '../wire/usage-error.ts';

/** The proxy setting of the environment for a target. */
export interface EnvironmentProxy {
  /** As written there; null if NO_PROXY excludes the target. */
  readonly url: string | null;
  /** The name of the variable that decides. */
  readonly variable: string;
}

/**
 * The target with the proxy of the environment, unless the target or the options set one or none.
 *
 * @throws UsageError if the proxy of the environment cannot be used
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
      `the environment names a proxy (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY): ${error.message}; --proxy none connects directly`,
    );
  }
  return { ...input, proxy };
}

/** The proxy setting of the environment for a target; null if there is none, or the target is invalid. */
export function environmentProxy(targetUrl: string): EnvironmentProxy | null {
  if (proxyVariables.every((name) => setVariable(name) === null)) return null;
  const target = targetOf(targetUrl);
  if (target === null || target.socketPath !== null) return null;
  // `ws:` uses HTTP_PROXY and `wss:` HTTPS_PROXY, like `http:` and `https:`.
  const scheme = target.tls === null ? 'http' : 'https';
  const named = setVariable(`${scheme}_proxy`) ?? setVariable('all_proxy');
  if (named === null) return null;
  const host = target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname;
  // Only whether there is one: for a proxy without a scheme it assumes the target's, but such a proxy speaks plain HTTP.
  if (getProxyForUrl(`${scheme}://${host}:${target.port}/`) !== '') {
    return { url: process.env[named] ?? null, variable: named };
  }
  const refusal = setVariable('no_proxy');
  return refusal === null ? null : { url: null, variable: refusal };
}

const proxyVariables = ['http_proxy', 'https_proxy', 'all_proxy'] as const;

/** The name of the variable that is set, lower case first; null if none is. */
function setVariable(name: string): string | null {
  return [name, name.toUpperCase()].find((variable) => (process.env[variable] ?? '') !== '') ?? null;
}

/** Null for an invalid target: planning the audit reports that, with the place where it is written. */
function targetOf(url: string): Target | null {
  try {
    return createTarget(url);
  } catch {
    return null;
  }
}
