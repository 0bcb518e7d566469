/** The resolver of this process, replaced for one test: a test cannot tell the system's what a name means. */

import dns from 'node:dns';
import { isIP } from 'node:net';

/** The addresses of a name, in order; none: it does not resolve. */
export type Resolver = (name: string) => readonly string[] | Promise<readonly string[]>;

/** Answers every lookup of this process while `use` lasts, which gets the names that were looked up. */
export async function withResolver<T>(
  resolver: Resolver,
  use: (names: readonly string[]) => Promise<T>,
): Promise<T> {
  const { lookup } = dns;
  const names: string[] = [];
  const replacement = (
    name: string,
    _options: dns.LookupAllOptions,
    found: (error: Error | null, addresses: readonly dns.LookupAddress[]) => void,
  ): void => {
    names.push(name);
    void Promise.resolve(resolver(name)).then((addresses) => {
      const notFound = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
      found(
        addresses.length === 0 ? notFound : null,
        addresses.map((address) => ({ address, family: isIP(address) })),
      );
    });
  };
  Object.assign(dns, { lookup: replacement });
  try {
    return await use(names);
  } finally {
    Object.assign(dns, { lookup });
  }
}
