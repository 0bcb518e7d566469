/** What makes a probe's request differ from the control's: the lines to show as "sent". */

import type { RequestHead } from '../report/exchange-record.ts';
import type { Field } from '../wire/request.ts';
import { trimOws } from '../wire/response.ts';

/** The lines of the request that differ from the control's; a missing field is described in words. */
export function requestDifference(request: RequestHead, control: RequestHead): string[] {
  if (request.startsWithEmptyLine && !control.startsWithEmptyLine) {
    return [`an empty line, then ${request.requestLine}`];
  }
  if (request.requestLine !== control.requestLine) return [request.requestLine];
  // What is missing comes first, then what replaces it.
  const names = new Set([...control.fields, ...request.fields].map(nameOf));
  const changed = [...names].filter((name) => !sameLines(withName(request, name), withName(control, name)));
  const lines = changed.flatMap((name) => {
    const present = withName(request, name);
    return present.length > 0 ? present.map(lineOf) : [`no ${withName(control, name)[0]?.[0]} field`];
  });
  return lines.length > 0 ? countRepeats(lines) : withName(request, 'sec-websocket-version').map(lineOf);
}

/** As written except for case and surrounding white space, so that malformed names stay distinct. */
function nameOf([name]: Field): string {
  return trimOws(name).toLowerCase();
}

function lineOf([name, value]: Field): string {
  return `${name}:${value}`;
}

function withName({ fields }: RequestHead, name: string): Field[] {
  return fields.filter((field) => nameOf(field) === name);
}

/** Keys are random: only their number and length are compared. */
function sameLines(a: readonly Field[], b: readonly Field[]): boolean {
  const comparable = (field: Field): string =>
    nameOf(field) === 'sec-websocket-key'
      ? lineOf(field).replace(/[A-Za-z0-9+/]{22}==$/, 'KEY')
      : lineOf(field);
  return a.map(comparable).join('\n') === b.map(comparable).join('\n');
}

function countRepeats(lines: readonly string[]): string[] {
  const counted = new Map<string, number>();
  for (const line of lines) counted.set(line, (counted.get(line) ?? 0) + 1);
  // A pair is shown as two lines: that there are two is the point.
  return [...counted].flatMap(([line, count]) =>
    count > 2 ? [`${line} (${count} times)`] : Array(count).fill(line),
  );
}
