/** What holds where an option is not given. By itself, so that the help can show it without loading what audits. */

import type { AuditOptions } from './options.ts';

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
} as const satisfies AuditOptions;
