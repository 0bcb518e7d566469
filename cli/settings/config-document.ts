/** A configuration file as data, with the line of each part. JSON is read as YAML. */

import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { UsageError } from '../../wire/usage-error.ts';
import { toPlainData } from '../plain-data.ts';
import { readYaml } from '../yaml-text.ts';
import { displayPath } from './paths.ts';
import type { DocumentPath } from './placeholders.ts';

/** Plain data: null, booleans, numbers, texts, arrays and objects. */
export interface ConfigDocument {
  /** Absolute. */
  readonly file: string;
  readonly value: unknown;
  /** The line of a key or an item, counted from 1; if it is missing, of the nearest parent. */
  readonly lineOf: (path: DocumentPath) => number;
}

/**
 * Reads YAML or JSON.
 *
 * @param root the key of the document in the file
 * @throws UsageError with the line of what cannot be read
 */
export function readDocument(file: string, text: string, root: DocumentPath = []): ConfigDocument {
  const { document, value, lineAt } = readYaml(
    text,
    (line, why) =>
      new UsageError(
        `${displayPath(file)}:${line}: this is not valid ${file.endsWith('.json') ? 'JSON' : 'YAML'}: ${why}`,
      ),
  );
  const offsetOf = (path: DocumentPath): number => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const key of path) {
      if (isAlias(node)) node = node.resolve(document);
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
        offset = (pair?.key as Node | undefined)?.range?.[0] ?? offset;
        node = pair?.value;
      } else if (isSeq(node)) {
        node = node.items[Number(key)];
        offset = (node as Node | undefined)?.range?.[0] ?? offset;
      }
    }
    return offset;
  };
  return {
    file,
    value: root.reduce((data, key) => (data as Record<string | number, unknown>)[key], value),
    lineOf: (path) => lineAt(offsetOf([...root, ...path])),
  };
}

/** Milliseconds in which a module has to give its configuration. */
const patience = 10_000;

/**
 * Reads a module: its default export, what that returns if it is a function, and what it resolves to if it is a
 * promise. Every part counts as line 1.
 *
 * @throws UsageError if it cannot be loaded, throws, or does not come to an end
 */
export async function importDocument(file: string): Promise<ConfigDocument> {
  const url = pathToFileURL(file).href;
  const timer = new AbortController();
  // Also of a promise that the module exports, before anything can wait for it.
  let rejected = (_: unknown): void => {};
  const rejection = new Promise<never>((_, reject) => {
    rejected = reject;
  });
  process.on('unhandledRejection', rejected);
  try {
    const value = await Promise.race([
      exportOf(url),
      rejection,
      setTimeout(patience, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`it was not there after ${patience / 1000} seconds`);
      }),
    ]);
    if (value === undefined) throw new Error('it has no default export, or that returns nothing');
    return { file, value: toPlainData(value), lineOf: () => 1 };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error ? String(error.stack) : '';
    const line = stack.includes(`${url}:`) ? `:${Number.parseInt(stack.split(`${url}:`)[1] ?? '', 10)}` : '';
    throw new UsageError(`${displayPath(file)}${line}: the configuration cannot be loaded: ${message}`);
  } finally {
    timer.abort();
    process.off('unhandledRejection', rejected);
  }
}

async function exportOf(url: string): Promise<unknown> {
  const { default: exported } = (await import(url)) as { readonly default?: unknown };
  return typeof exported === 'function' ? await exported() : await exported;
}
