/**
 * Golden requests: for every probe the exact bytes that it sends, in a form that a person can read.
 *
 * Each family has one file, `golden/<family>.txt`. A line that begins with `## ` names a probe; the lines
 * after it, up to an empty one, are its request. In them
 *
 * - the end of a line of the request is written `\r\n`, and the file goes on in a new line;
 * - HTAB is `\t`; every other byte outside 20 to 7E is `\x` and two digits; a backslash is doubled;
 * - a key is replaced by a marker of equal length that says how many bytes it encodes;
 * - a character that stands more than 32 times in a row is written once, as `1{65536 times}`;
 * - a line that stands more than 4 times in a row is written once, as `Name: value\r\n {100 times}`;
 * - a `{` of the request itself is `\x7B`.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Family } from '../../probes/probe.ts';

/** A request, one character per byte, in golden form. */
export function render(text: string): string {
  const lines = (text.match(/.*?\r\n|.+$/gs) ?? []).map(inGoldenForm);
  const out: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? '';
    let next = i;
    while (lines[next] === line) next++;
    const times = next - i;
    out.push(...(times > 4 ? [`${line} {${times} times}`] : Array.from({ length: times }, () => line)));
    i = next;
  }
  return out.join('\n');
}

function inGoldenForm(line: string): string {
  return line.replace(/(.)\1{32,}|./gs, (run) => {
    const character = escaped(run.charAt(0));
    return run.length > 1 ? `${character}{${run.length} times}` : character;
  });
}

function escaped(character: string): string {
  const named: Record<string, string> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\\': '\\\\' };
  if (named[character]) return named[character];
  if (/[ -z|}~]/.test(character)) return character;
  return `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The golden requests of one family, by probe id, in the order of the file. */
export function goldenRequests(family: Family): Map<string, string> {
  // tsc does not copy text files: they are read from the sources, with the repository as working directory.
  const file = readFileSync(path.resolve('test/probes/golden', `${family}.txt`), 'latin1');
  const blocks = file.split(/^## /m).slice(1);
  return new Map(
    blocks.map((block) => {
      const [id = '', ...lines] = block.trimEnd().split('\n');
      return [id, lines.join('\n')];
    }),
  );
}
