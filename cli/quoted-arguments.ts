/** How error messages quote the arguments of the command line. */

/** What a message may quote: arguments, and what follows their first `=`. */
export function quotableTexts(args: readonly string[]): string[] {
  return args.flatMap((arg) => [arg, arg.slice(arg.indexOf('=') + 1)]);
}

/** A text as messages quote it: as it is, or as the content of a JSON string. */
export function quotedForms(text: string): [plain: string, json: string] {
  return [text, JSON.stringify(text).slice(1, -1)];
}
