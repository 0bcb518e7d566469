/** What the audit and its workers agree on: names in Redis, and the shapes of what is there. */

import { tool } from '../report/tool.ts';
import type { Sealer } from './sealer.ts';

/** A target that waits for a worker. */
export interface TargetJob {
  /** The id of the run. */
  readonly run: string;
  /** The target's place in the run. */
  readonly index: number;
  /** Its `TargetInput`, sealed, in base64. */
  readonly target: string;
}

/** Milliseconds after which a run ends of which nothing was heard. */
export const runLifetimeMs = 30_000;

/** Milliseconds between two signs of life of a run. */
export const heartbeatMs = 3000;

/** Only a worker of the same version, with the same key, serves a run. */
export function queueNameOf({ keyName }: Sealer): string {
  return `handshake13-${tool.version}-${keyName}`;
}

/** BullMQ adds a job with an id that is there already only once. */
export function jobIdOf({ run, index }: Pick<TargetJob, 'run' | 'index'>): string {
  return `${run}-${index}`;
}

/** The options of a run, sealed. The run lasts as long as the key does. */
export function runKeyOf(run: string): string {
  return `handshake13:run:${run}`;
}

/** The stream of a run's results; an entry goes when it has been read. */
export function resultsKeyOf(run: string): string {
  return `handshake13:results:${run}`;
}

/** When the run may open its next connection, in milliseconds of the clock of Redis. */
export function paceKeyOf(run: string): string {
  return `handshake13:pace:${run}`;
}

/** What a value is sealed for. */
export const purposes = {
  options: (run: string): string => `options ${run}`,
  target: ({ run, index }: Pick<TargetJob, 'run' | 'index'>): string => `target ${run} ${index}`,
  events: ({ run, index }: Pick<TargetJob, 'run' | 'index'>): string => `events ${run} ${index}`,
} as const;
