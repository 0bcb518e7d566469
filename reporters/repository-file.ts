/** Which files a report for a repository can point at. */

/** @param file relative to the working directory, which is taken to be the root; parts separated by `/` */
export function isRepositoryFile(file: string): boolean {
  return file !== '' && !/^(?:\/|[a-z]:|\.\.(?:\/|$))/i.test(file);
}
