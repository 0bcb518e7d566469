/** Keeps error messages short that quote what the user wrote. */

/** Characters of an argument that a message quotes. */
const maxLength = 200;

/** The message without the middle of long arguments and values, and of long words from anywhere else. */
export function shortenQuotes(message: string, args: readonly string[]): string {
  const quoted = args
    .flatMap((arg) => [arg, arg.slice(arg.indexOf('=') + 1)])
    .filter((text) => text.length > maxLength)
    .sort((a, b) => b.length - a.length);
  const withoutLong = quoted.reduce((text, long) => text.replaceAll(long, () => shorten(long)), message);
  return withoutLong.replace(/\S{201,}/g, shorten);
}

function shorten(text: string): string {
  return `${text.slice(0, 100)} [...] ${text.slice(-40)} (${text.length} characters)`;
}
