/** `--targets FILE`: one target per line, for any number of them. `-` is standard input, read as its targets are audited. */

import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { TargetInput } from '../../audit/plan/targets.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { endedLines } from '../lines.ts';
import { displayPath } from './paths.ts';

/** A target of a list: it has no options of its own but an address. */
export type ListedTarget = Pick<TargetInput, 'url' | 'label' | 'address' | 'location' | 'place'>;

/** The file name that stands for standard input. */
export const standardInput = '-';

/** @throws UsageError if it cannot be read, or names no target: the targets of the configuration file would be a surprise */
export async function readTargetFile(file: string): Promise<ListedTarget[]> {
  const shown = displayPath(resolve(file));
  const targets = (await textOf(file)).split('\n').flatMap((line, i): ListedTarget[] => {
    const location = { file: shown, line: i + 1 };
    const target = readLine(line, `${shown}:${location.line}`);
    return target === null ? [] : [{ ...target, location }];
  });
  if (targets.length === 0)
    throw new UsageError(`${file} contains no targets; write one per line`, { option: 'targets' });
  return targets;
}

async function textOf(file: string): Promise<string> {
  try {
    return withoutMark(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`, {
      option: 'targets',
    });
  }
}

/** Each target as soon as its line is there, and no line before somebody asks for it. What is wrong with a line comes in its place. */
export async function* streamTargets(input: Readable): AsyncGenerator<ListedTarget | UsageError> {
  let number = 0;
  for await (const line of linesOf(input)) {
    number += 1;
    const place = `standard input:${number}`;
    try {
      const target = readLine(number === 1 ? withoutMark(line) : line, place);
      if (target !== null) yield { ...target, place };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      yield error;
    }
  }
}

/** The last line need not end. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  const rest = yield* endedLines(input);
  yield rest;
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

/**
 * `URL [label]`, or `ADDRESS,NAME[,LABEL]` as scanners print it.
 *
 * @returns null for a blank line and for a comment
 * @throws UsageError for a contradiction
 */
function readLine(line: string, place: string): ListedTarget | null {
  const [, word, rest = ''] = /^\s*([^#\s]\S*)\s*(.*?)\s*$/.exec(line) ?? [];
  if (word === undefined) return null;
  const [, first = '', name = '', label = ''] =
    /^([^,\s]+)\s*,\s*([^,\s]*)\s*(?:,\s*(.*?)\s*)?$/.exec(line.trim()) ?? [];
  const scanned = readAddress(first);
  if (scanned === null) return { url: word, ...(rest !== '' && { label: rest }) };
  if (name === '') return { url: first, ...(label !== '' && { label }) };
  // Several addresses of one name are told apart by them.
  const { address, port } = scanned;
  return { url: withPort(name, port, place), address, label: label === '' ? first : label };
}

/** An IP address, perhaps with a port; null for anything else. */
function readAddress(text: string): { readonly address: string; readonly port: string | undefined } | null {
  if (isIP(text) !== 0) return { address: text, port: undefined };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d+))?$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? '';
  return isIP(address) === 0 ? null : { address, port };
}

/** The name with the port of its address, where it has none itself. @throws UsageError for two ports */
function withPort(name: string, port: string | undefined, place: string): string {
  const [, authority = '', own, rest = ''] =
    /^((?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?]*@)?(?:\[[^\]]*\]|[^:/?]*))(?::(\d+))?(.*)$/i.exec(name) ?? [];
  if (port === undefined || own === port) return name;
  if (own !== undefined)
    throw new UsageError(`the address has port ${port}, but its name has port ${own}; keep one of them`, {
      place,
    });
  return `${authority}:${port}${rest}`;
}
