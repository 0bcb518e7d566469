/** What holds where an option is not given. By itself, so that the help can show it without loading what audits. */

import type { AuditOptions } from './plan.ts';

export const defaults = {
  profile: 'mdn',
  failOn: 'should',
  allowUnexpectedPass: false,
  connectTimeout: 5000,
  responseTimeout: 5000,
  closeTimeout: 1000,
  concurrency: 8,
  delay: 0,
  wait: 0,
  retries: 0,
  // Less than a job of a build server may take, more than one target can take by the other defaults.
  maxTime: 30 * 60_000,
  maxConnections: 256,
  // Four times what most clients put up with, so that few servers are told apart by it.
  maxHead: 64 * 1024,
  maxKept: 8 * 1024,
} as const satisfies AuditOptions;
