/** How much of a response is read and kept. */

/** Octets of a response head that are read: far more than any server sends, and little enough to hold a hundred of. */
export const maxHeadBytes = 256 * 1024;
/** Octets of a response that are kept as evidence. */
export const maxKeptBytes = 320 * 1024;
