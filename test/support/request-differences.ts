/** In what two requests differ, computed from their bytes. */

import { type Head, head } from './sent-requests.ts';

/**
 * The things in which a request differs from another: `prefix` (before the request line), `method`, `request target`, `HTTP version`, `names` or
 * `spacing` where that alone differs in several lines, the lower-case name of a field whose lines are not the same, `position of <field>` where the lines are the same
 * but stand elsewhere, `order` where no single field explains it.
 */
export function differences(before: string, after: string): string[] {
  const [a, b] = [head(before), head(after)];
  const found: string[] = [];
  const everywhere = commonDifference(a, b);
  if (everywhere !== null) return [everywhere];
  if (a.prefix !== b.prefix) found.push('prefix');
  if (a.method !== b.method) found.push('method');
  if (a.requestTarget !== b.requestTarget) found.push('request target');
  if (a.httpVersion !== b.httpVersion) found.push('HTTP version');

  const subjects = [...new Set([...a.lines, ...b.lines].map(subject))];
  const linesOf = (request: Head, name: string) => request.lines.filter((line) => subject(line) === name);
  const changed = subjects.filter((name) => !same(linesOf(a, name), linesOf(b, name)));
  found.push(...changed);

  const without = (request: Head, names: readonly string[]) =>
    request.lines.filter((line) => !names.includes(subject(line)));
  if (!same(without(a, changed), without(b, changed))) {
    const moved = subjects.find((name) =>
      same(without(a, [...changed, name]), without(b, [...changed, name])),
    );
    found.push(moved ? `position of ${moved}` : 'order');
  }
  return found;
}

/** The one thing in which several lines differ, where it is the same in all of them and nothing else differs. */
function commonDifference(a: Head, b: Head): string | null {
  if (a.method !== b.method || a.requestTarget !== b.requestTarget || a.httpVersion !== b.httpVersion) {
    return null;
  }
  if (a.lines.length !== b.lines.length) return null;
  const changed = a.lines.flatMap((line, i) =>
    line === b.lines[i] ? [] : [[line, b.lines[i] ?? ''] as const],
  );
  if (changed.length < 2) return null;
  const inWhat = new Set(changed.flatMap(([from, to]) => lineDifferences(from, to)));
  const sameFields = changed.every(([from, to]) => subject(from) === subject(to));
  if (!sameFields || inWhat.size !== 1 || inWhat.has('value')) return null;
  return inWhat.has('name') ? 'names' : 'spacing';
}

/** The lines at one place of the head that were replaced, and those that stand there instead. */
export function replaced(before: string, after: string): { from: readonly string[]; to: readonly string[] } {
  const [a, b] = [head(before).lines, head(after).lines];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return { from: a.slice(start, a.length - end), to: b.slice(start, b.length - end) };
}

/** Which of `name`, `spacing` and `value` differ between two field lines. */
export function lineDifferences(before: string, after: string): string[] {
  const [a, b] = [parts(before), parts(after)];
  const found: string[] = [];
  if (a.name !== b.name) found.push('name');
  if (a.value !== b.value) found.push('value');
  // An empty value has no spacing of its own to speak of.
  if (a.spacing !== b.spacing && b.value !== '') found.push('spacing');
  return found;
}

/** The field that a line is about; the names that pass for Sec-WebSocket-Version count as it. */
function subject(line: string): string {
  const name = parts(line).name.toLowerCase();
  return /^(sec[-_])?websocket[-_]version$/.test(name) ? 'sec-websocket-version' : name;
}

function parts(line: string): { name: string; spacing: string; value: string } {
  const [, name = '', gap = '', value = '', end = ''] =
    /^([^:\s]*)(\s*:[ \t\r\n]*)(.*?)([ \t]*)$/s.exec(line) ?? [];
  return { name, spacing: `${gap}|${end}`, value };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line === b[i]);
}
