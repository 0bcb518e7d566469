/** Which files a report for a repository can point at. */

/** @param file as seen from the working directory, which is taken for the root, with `/` between its parts */
export function isRepositoryFile(file: string): boolean {
  return file !== '' && !/^(?:\/|[a-z]:|\.\.(?:\/|$))/i.test(file);
}
