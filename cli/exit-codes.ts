/** The exit codes. */

export const exitCodes = {
  conformant: 0,
  findings: 1,
  usage: 2,
  inconclusive: 3,
  /** As EX_SOFTWARE of sysexits.h. */
  internal: 70,
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const;
