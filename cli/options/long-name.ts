/** The long name of an option, without its dashes, from its name in the library: `max-time` for `maxTime`. */
export function longName(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
