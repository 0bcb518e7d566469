/**
 * The corpus of responses: what a server may send, and how it is read, in a form that a person can read.
 *
 * The files are `responses/*.txt`. A line that begins with `## ` names an entry. The lines after it are what the
 * server sends: a line end of the file itself stands for nothing, so that
 *
 * - CR, LF, HTAB and NUL are `\r`, `\n`, `\t` and `\0`, every other byte outside 20 to 7E is `\x` and two digits;
 * - `a{1500 times}` is that character 1500 times; ` {5 times}` at the end of a line is that line 5 times.
 *
 * The lines that begin with `> ` are the reading, after the connection has ended.
 */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ResponseReader } from '../../wire/http1/response-reader.ts';

export interface CorpusEntry {
  readonly title: string;
  readonly bytes: Buffer;
  /** As `describeReading` writes it. */
  readonly reading: string;
}

/** The entries of every file, by file name. */
export function responseCorpus(): Map<string, CorpusEntry[]> {
  // tsc does not copy text files: they are read from the sources, with the repository as working directory.
  const directory = path.resolve('test/wire/responses');
  return new Map(
    readdirSync(directory)
      .sort()
      .map((file) => [file, readCorpus(readFileSync(path.join(directory, file), 'latin1'))]),
  );
}

export function readCorpus(text: string): CorpusEntry[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((block) => {
      const [title = '', ...lines] = block.split('\n');
      const sent = lines.filter((line) => !/^> ?/.test(line)).map(bytes);
      const reading = lines.filter((line) => line.startsWith('> ')).map((line) => line.slice(2));
      return { title, bytes: Buffer.from(sent.join(''), 'latin1'), reading: reading.join('\n') };
    });
}

const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', 0: '\0' };

function bytes(line: string): string {
  const [, once = line, times = '1'] = /^(.*) \{(\d+) times\}$/.exec(line) ?? [];
  return once
    .replace(/(.)\{(\d+) times\}/g, (_, character: string, count: string) => character.repeat(Number(count)))
    .replace(/\\(?:x([0-9A-F]{2})|([rnt0]))/g, (_, hex: string | undefined, letter: string) =>
      hex === undefined ? (escapes[letter] ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .repeat(Number(times));
}

/** Pushes the chunks, ends, and describes what was read. */
export function describeReading(reader: ResponseReader, chunks: Iterable<Uint8Array>): string {
  for (const chunk of chunks) reader.push(chunk);
  const { isComplete } = reader;
  reader.end();
  const { failure, response } = reader;
  if (failure !== null) return `failed: ${failure}`;
  if (response === null) return 'nothing';
  const { statusLine, status, fields, framing, bodyBytes, interim, oddities } = response;
  return [
    `${status} ${quoted(statusLine)}`,
    ...fields.map(([name, value]) => `field ${quoted(name)} = ${quoted(value)}`),
    `body: ${framing}, ${bodyBytes} bytes, ${isComplete ? 'complete' : 'until the end of the connection'}`,
    ...(interim.length > 0 ? [`interim: ${interim.join(' ')}`] : []),
    ...(oddities.length > 0 ? [`oddities: ${oddities.join(' ')}`] : []),
  ].join('\n');
}

/** In the escapes of the corpus, in quotation marks. */
function quoted(text: string): string {
  const escaped = text
    .replace(/[^\x20-\x7e]/g, (character) => {
      const letter = Object.keys(escapes).find((key) => escapes[key] === character);
      return letter === undefined
        ? `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
        : `\\${letter}`;
    })
    .replace(/(.)\1{32,}/g, (run, character: string) => `${character}{${run.length} times}`);
  return `"${escaped}"`;
}
