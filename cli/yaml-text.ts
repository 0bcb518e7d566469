/** YAML, and JSON as a part of it: as plain data, and as a document that knows the line of each part. */

import { type Document, type ErrorCode, LineCounter, parseDocument } from 'yaml';
import type { UsageError } from '../wire/usage-error.ts';
import { toPlainData } from './plain-data.ts';

export interface YamlText {
  readonly document: Document;
  /** As JSON could hold it. */
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
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [error] = document.errors;
  if (error !== undefined) throw refuse(lineAt(error.pos[0]), error.message, error.code);
  try {
    return { document, value: toPlainData(document.toJS()), lineAt };
  } catch (failure) {
    // An alias without an anchor, aliases that expand too far, or a value that JSON does not have.
    throw refuse(1, failure instanceof Error ? failure.message : String(failure), null);
  }
}
