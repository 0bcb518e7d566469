/** `--all-addresses`: a target for every address of a host, IPv4 and IPv6. */

import { lookup } from 'node:dns/promises';
import pLimit from 'p-limit';
import type { StreamedTarget, TargetInput } from '../audit/plan/targets.ts';
import { createTarget } from '../wire/endpoint/target.ts';
import { UsageError } from '../wire/usage-error.ts';

/** Lookups at once. */
const concurrency = 32;

export async function withAllAddresses(inputs: readonly TargetInput[]): Promise<TargetInput[]> {
  const limit = pLimit(concurrency);
  const expanded = await Promise.all(inputs.map((input) => limit(() => atEachAddress(input))));
  return expanded.flat();
}

export async function* streamAllAddresses(
  inputs: AsyncIterable<StreamedTarget>,
): AsyncGenerator<StreamedTarget> {
  for await (const input of inputs) {
    if (input instanceof UsageError) yield input;
    else yield* await atEachAddress(typeof input === 'string' ? { url: input } : input);
  }
}

/** The target as it is where its host has one address, and where the audit has to say why it has none. */
async function atEachAddress(input: TargetInput): Promise<TargetInput[]> {
  const host = hostToLookUp(input);
  if (host === null) return [input];
  const found = await lookup(host, { all: true, order: 'verbatim' }).catch(() => []);
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
