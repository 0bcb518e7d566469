/** JSON as the reporters write it: safe to show in the log of a CI job. */

import { stringifyChunked } from '@discoveryjs/json-ext';
import { escapeInJson } from './ci-commands.ts';

/** Columns of an indentation. */
const space = 2;

/** On one line. */
export function toJson(value: unknown): string {
  return escapeInJson(JSON.stringify(value));
}

/** Indented, and in parts: it may be longer than a string can be. A part never ends within a string. */
export function* jsonParts(value: unknown): Generator<string> {
  for (const part of stringifyChunked(value, { space })) yield escapeInJson(part);
  yield '\n';
}

/**
 * As `jsonParts`, with a list that is read while it is written: it may be longer than memory.
 *
 * @param value has an empty array in place of the list, the only one under this key
 */
export function* jsonPartsWithList(value: unknown, key: string, items: Iterable<unknown>): Generator<string> {
  const whole = escapeInJson(JSON.stringify(value, null, space));
  const start = `"${key}": [`;
  const end = whole.indexOf(`${start}]`) + start.length;
  const indent = /\n( *)[^\n]*$/.exec(whole.slice(0, end))?.[1] ?? '';
  const itemIndent = `\n${indent}${' '.repeat(space)}`;
  yield whole.slice(0, end);
  let separator = '';
  for (const item of items) {
    yield separator + itemIndent;
    // A line break is part of the layout: in a string it is escaped.
    for (const part of stringifyChunked(item, { space }))
      yield escapeInJson(part.replaceAll('\n', itemIndent));
    separator = ',';
  }
  yield `${separator === '' ? '' : `\n${indent}`}${whole.slice(end)}\n`;
}
