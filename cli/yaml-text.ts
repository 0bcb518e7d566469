/** YAML, and JSON as a part of it: as plain data, and as a document that knows the line of each part. */

import { type Document, type ErrorCode, LineCounter, parseDocument } from 'yaml';
import type { UsageError } from '../wire/usage-error.ts';

export interface YamlText {
  readonly document: Document;
  /** Null, booleans, numbers, texts, arrays and objects, none of which contains itself. */
  readonly value: unknown;
  /** Counted from 1. */
  readonly lineAt: (offset: number) => number;
}

/** @param refuse makes the error that is thrown for text that cannot be read */
export function readYaml(
  text: string,
  refuse: (line: number, why: string, code: ErrorCode | null) => UsageError,
): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [error] = document.errors;
  if (error !== undefined) throw refuse(lineAt(error.pos[0]), error.message, error.code);
  try {
    const value: unknown = document.toJS();
    // Throws if a value contains itself by way of an alias.
    JSON.stringify(value);
    return { document, value, lineAt };
  } catch (failure) {
    // Or there is an alias without an anchor, or aliases that expand too far.
    const isCircle = failure instanceof TypeError;
    const why = failure instanceof Error ? failure.message : String(failure);
    throw refuse(1, isCircle ? 'an alias stands for something that contains it' : why, null);
  }
}
