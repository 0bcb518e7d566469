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

/** Where the system gives less than the command needs, what is wrong, in words: a usage error. Null for any other error. */
export function problemOfSurroundings(error: unknown): string | null {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'EMFILE' || code === 'ENFILE')
    return `too many files are open (${code}): raise the limit with ulimit -n`;
  if (code === 'ENOENT' && syscall === 'uv_cwd')
    return 'the working directory has been deleted; change to one that exists';
  return null;
}
