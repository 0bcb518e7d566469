/** `--all-addresses`: a target for every address of a host, IPv4 and IPv6. */

import dns from 'node:dns';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { StreamedTarget, TargetInput } from '../audit/plan/targets.ts';
import { createTarget } from '../wire/endpoint/target.ts';
import { UsageError } from '../wire/usage-error.ts';

/** Lookups at once. */
const concurrency = 32;

export function withAllAddresses(inputs: readonly TargetInput[]): Promise<TargetInput[]> {
  return Readable.from(inputs).flatMap(atEachAddress, { concurrency }).toArray();
}

/** In the order of the inputs; a name that is looked up for long holds up the targets behind it, not their lookups. */
export function streamAllAddresses(inputs: AsyncIterable<StreamedTarget>): AsyncIterable<StreamedTarget> {
  const expand = async (input: StreamedTarget): Promise<readonly StreamedTarget[]> => {
    if (input instanceof UsageError) return [input];
    return atEachAddress(typeof input === 'string' ? { url: input } : input);
  };
  return Readable.from(inputs).flatMap(expand, { concurrency });
}

/** The target as it is where its host has one address, and where the audit has to say why it has none. */
async function atEachAddress(input: TargetInput): Promise<TargetInput[]> {
  const host = hostToLookUp(input);
  if (host === null) return [input];
  const found = await promisify(dns.lookup)(host, { all: true, order: 'verbatim' }).catch(() => []);
  const addresses = [...new Set(found.map(({ address }) => address))];
  if (addresses.length < 2) return [input];
  return addresses.map((address) => ({
    ...input,
    address,
    label: input.label === undefined ? address : `${input.label} ${address}`,
  }));
}

/** Null where the target has an address, is reached through a proxy, or is wrong, which the audit reports. */
function hostToLookUp(input: TargetInput): string | null {
  if (input.address !== undefined || (input.proxy ?? null) !== null) return null;
  try {
    const { hostname, address, socketPath } = createTarget(input.url, input);
    return socketPath === null && address === hostname ? hostname : null;
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}
