/** Keeps error messages short that quote what the user wrote. */

import { quotableTexts, quotedForms } from './quoted-arguments.ts';

/** Characters of an argument that a message quotes. */
const maxQuote = 200;
/** More than the command says in its own words. */
const maxMessage = 500;
/** More than the system takes as arguments: what is longer quotes a file. */
const maxRead = 4_000_000;

/** The message without the middle of long arguments, values and words; and, where it is still long, without its own. */
export function shortenQuotes(message: string, args: readonly string[]): string {
  if (message.length > maxRead) return cut(message);
  const quoted = quotableTexts(args)
    .flatMap((text) => quotedForms(text.trim()))
    .filter((text) => text.length > maxQuote)
    .sort((a, b) => b.length - a.length);
  const text = quoted
    .reduce((shorter, long) => {
      const [before = '', ...others] = shorter.split(long);
      // Where it is quoted again, nothing of it.
      return others.length === 0 ? shorter : `${before}${shorten(long)}${others.join('[...]')}`;
    }, message)
    .replace(/\S{201,}/g, shorten);
  return text.length > maxMessage ? cut(text) : text;
}

function cut(message: string): string {
  return `${message.slice(0, 120)} [...] ${message.slice(-160)}`;
}

/** A text as a line may quote it. */
export function shortened(text: string): string {
  return text.length > maxQuote ? shorten(text) : text;
}

function shorten(text: string): string {
  return `${text.slice(0, 100)} [...] ${text.slice(-40)} (${text.length} characters)`;
}
