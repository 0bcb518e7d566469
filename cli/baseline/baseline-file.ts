/** Reads a baseline file, JSON or YAML, checks it against the schema, and edits it in place as far as the format allows. */

import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { type Document, isAlias, isMap, isSeq, type Node, visit } from 'yaml';
import { didYouMean } from '../../audit/plan/did-you-mean.ts';
import { isDay } from '../../scoring/baseline.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { displayPath } from '../settings/paths.ts';
import { readYaml } from '../yaml-text.ts';

/** What a baseline is about. */
export interface BaselineKind {
  /** The key by which an entry names what was audited. */
  readonly subject: 'target' | 'client';
  readonly schema: object;
}

/** An edit of a baseline. */
export interface BaselineChanges<Entry> {
  /** By index: the names of what was audited, to which an entry is narrowed. Without any, it is removed. */
  readonly narrowed: ReadonlyMap<number, readonly string[]>;
  readonly added: readonly Entry[];
}

export interface BaselineFile<Entry> {
  readonly entries: readonly Entry[];
  /** Whether the file exists already. */
  readonly exists: boolean;
  /** The text of the file with these changes. Comments are kept if the format has them. */
  readonly change: (changes: BaselineChanges<Entry>) => string;
}

const blank = {
  yaml: '# Known failures: they do not fail a run of handshake13.\nversion: 1\nfailures: []\n',
  json: '{ "version": 1, "failures": [] }\n',
} as const;

const formats: Readonly<Record<string, keyof typeof blank>> = {
  '.json': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
};

/**
 * @param mayBeMissing a missing file is an empty baseline
 * @throws UsageError if it cannot be read, or is not a baseline: with the line, and the place in the document
 */
export function readBaselineFile<Entry extends object>(
  file: string,
  mayBeMissing: boolean,
  { subject, schema }: BaselineKind,
): BaselineFile<Entry> {
  const format = formats[extname(file).toLowerCase()];
  if (format === undefined) {
    throw new UsageError(`${file} must end in .json, .yaml or .yml, which determines its format`, {
      option: 'baseline',
    });
  }
  const written = readText(file, mayBeMissing);
  const text = written ?? blank[format];
  const json = format === 'json' ? parseJson(file, text) : null;
  // JSON is parsed as YAML too, for the line numbers.
  const { document, value, lineAt } = readYaml(text, (line, why, code) => {
    const hint = code === 'BAD_ALIAS' ? `; write a glob that begins with * in quotes: '*'` : '';
    return new UsageError(`${file}:${line}: ${why}${hint}`);
  });
  const content = json ?? value;
  const lineOf = (path: readonly (string | number)[]): number => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    return lineAt((node as { range?: [number, number, number] | null } | undefined)?.range?.[0] ?? 0);
  };
  const mistake = validate(content, schema);
  if (mistake !== null) throw new UsageError(`${file}:${lineOf(mistake.path)}: ${mistake.says}`);
  const { failures } = content as JsonBaseline<Entry>;
  return {
    entries: failures.map((entry, i) => ({
      ...entry,
      location: { file: displayPath(file), line: lineOf(['failures', i]) },
    })),
    exists: written !== null,
    change: (changes) =>
      format === 'json'
        ? changeJson(text, content as JsonBaseline<Entry>, changes, subject)
        : changeYaml(text, document, changes, subject),
  };
}

/** The text; null if the file is missing and may be. */
function readText(file: string, mayBeMissing: boolean): string | null {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    if (mayBeMissing && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const hint =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? '; --update-baseline creates it from a run' : '';
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : error}${hint}`, {
      option: 'baseline',
    });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** What is wrong, and where; null if nothing is. */
function validate(content: unknown, schema: object): { path: (string | number)[]; says: string } | null {
  const ajv = new Ajv({ verbose: true, allErrors: true });
  ajv.addFormat('date', isDay);
  const check = ajv.compile(schema);
  check(content);
  // "if" only says that a dependent schema failed.
  const errors = (check.errors ?? []).filter(({ keyword }) => keyword !== 'if');
  // A key that is misspelt is also missing.
  const error =
    errors.find(({ keyword }) => keyword === 'additionalProperties') ??
    errors.find(({ keyword }) => keyword !== 'required') ??
    errors[0];
  if (error === undefined) return null;
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  // The line says which entry it is.
  const where = path[2] ?? (path.length === 2 ? 'the entry' : (path[0] ?? 'the baseline'));
  if (error.keyword !== 'additionalProperties') return { path, says: `${where} ${explain(error)}` };
  // The line is that of the key itself.
  return {
    path: [...path, String(error.params.additionalProperty)],
    says: `${where} ${explain(error)}`,
  };
}

function explain({ keyword, params, data, parentSchema, schema }: ErrorObject): string {
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      return `has an unknown key "${key}"; ${didYouMean(key, Object.keys(parentSchema?.properties))}`;
    }
    case 'required':
      return `lacks "${params.missingProperty}"`;
    case 'enum':
      return `is ${JSON.stringify(data)}, which is unknown; ${didYouMean(String(data), schema as string[])}`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case 'type': {
      const kinds: Readonly<Record<string, string>> = { array: 'a list', object: 'an object with keys' };
      return `must be ${kinds[String(params.type)] ?? `a ${params.type}`}`;
    }
    case 'pattern':
      return 'is empty';
    case 'format':
      return `is ${JSON.stringify(data)}, which is not a date; write it as 2026-12-31`;
    default:
      return `is wrong (${keyword})`;
  }
}

type JsonBaseline<Entry> = { readonly failures: readonly Entry[] };

function changeJson<Entry extends object>(
  text: string,
  content: JsonBaseline<Entry>,
  { narrowed, added }: BaselineChanges<Entry>,
  subject: BaselineKind['subject'],
): string {
  const kept = content.failures.flatMap(
    (entry, index) =>
      // The key keeps its place; a new one comes first.
      narrowed.get(index)?.map((name) => ({ [subject]: name, ...entry, [subject]: name })) ?? [entry],
  );
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? 2;
  return `${JSON.stringify({ ...content, failures: [...kept, ...added] }, null, indent)}\n`;
}

function changeYaml<Entry>(
  text: string,
  document: Document,
  { narrowed, added }: BaselineChanges<Entry>,
  subject: BaselineKind['subject'],
): string {
  const list = document.get('failures', true);
  if (!isSeq(list)) throw new Error('"failures" is an alias; write the list itself there');
  const anchored = new Map<string, Node>();
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node) && node.anchor !== undefined) anchored.set(node.anchor, node);
    },
  });
  list.items = list.items.flatMap((node, index) => {
    const names = narrowed.get(index);
    if (names === undefined) return [node];
    if (!isMap(node)) return [];
    return names.map((name, i) => {
      const copy = i === 0 ? node : (node.clone() as typeof node);
      copy.set(subject, name);
      return copy;
    });
  });
  // An empty list can only be written as []; that does not mean that entries should be on one line.
  if (list.items.length === 0) list.flow = false;
  for (const entry of added) list.items.push(document.createNode(entry));
  if (list.items.length === 0) list.flow = true;
  // An anchor in a removed entry moves to its first alias.
  visit(document, {
    Alias: (_, alias) => (alias.resolve(document) === undefined ? anchored.get(alias.source) : undefined),
  });
  // Keep long lines and the indentation of lists.
  return document.toString({ lineWidth: 0, indentSeq: !/^- /m.test(text) });
}
