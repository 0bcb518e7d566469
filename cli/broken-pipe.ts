/** `| head` ends reading early: then there is nobody left to tell. By itself, since every command needs to know it. */

/** Whether an error of a standard stream means that nobody reads it any more. */
export function isBrokenPipe({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE';
}
