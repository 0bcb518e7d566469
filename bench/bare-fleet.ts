/** The bare script for a fleet: sends to each target the requests that an audit of its kind sends. */

import { readFileSync } from 'node:fs';
import { type BareRequest, runBare } from './bare-exchanges.ts';
import { fleet, type Kind, type Ports } from './fleet-mix.ts';

/** What the script is given, as JSON. */
export interface BareFleet {
  readonly count: number;
  readonly ports: Ports;
  /** In base64. */
  readonly requests: Readonly<Record<Kind, readonly string[]>>;
  readonly places: number;
  /** Milliseconds. */
  readonly closeWindow: number;
}

const { count, ports, requests, places, closeWindow } = JSON.parse(
  readFileSync(String(process.argv[2]), 'utf8'),
) as BareFleet;

function* all(): Generator<BareRequest> {
  for (const { kind, host, port } of fleet(count, ports))
    for (const request of requests[kind]) yield { host, port, request: Buffer.from(request, 'base64') };
}

console.log(JSON.stringify(await runBare(all(), { count: places, freeAt: 'head' }, closeWindow)));
