/** The default of every option. A file of its own, so that the help can show them without loading the audit. */

import type { AuditOptions } from './options.ts';

export const defaults = {
  tier: 'all',
  stress: false,
  sweep: false,
  profile: 'mdn',
  failOn: 'should',
  allowUnexpectedPass: false,
  connectTimeout: 5000,
  responseTimeout: 5000,
  closeTimeout: 1000,
  concurrency: 8,
  delay: 0,
  rate: 0,
  wait: 0,
  retries: 0,
  // Less than a job of a build server may take, more than one target can take by the other defaults.
  maxTime: 30 * 60_000,
  maxConnections: 256,
  // Four times what most clients allow, so that few servers exceed it.
  maxHead: 64 * 1024,
  maxKept: 8 * 1024,
} as const satisfies AuditOptions;
