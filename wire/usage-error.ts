/** What the caller asked for cannot be done as asked; nothing was sent. The message says how to mend it. */
export class UsageError extends Error {
  override name = 'UsageError';
}
