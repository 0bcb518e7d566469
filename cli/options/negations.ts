/** `--no-NAME` of options that are no booleans, where it means something: yargs would read it as the value false. */

const meanings: ReadonlyMap<string, string> = new Map([
  ['--no-color', '--color=never'],
  ['--no-config', '--config=none'],
]);

/** The words of a command line with such options written out. */
export function writeOutNegations(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  return words.map((word, i) => (end === -1 || i < end ? (meanings.get(word) ?? word) : word));
}
