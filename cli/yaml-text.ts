/** YAML, and JSON as a part of it: as plain data, and as a document that knows the line of each part. */

import { type Document, type ErrorCode, Lexer, LineCounter, parseDocument } from 'yaml';
import type { UsageError } from '../wire/usage-error.ts';
import { maxDepth, toPlainData } from './plain-data.ts';

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
  if (isTooDeep(text)) throw refuse(1, `nested more than ${maxDepth} levels deep`, null);
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

/**
 * Whether collections are nested deeper than any document needs, within brackets or by indicators on one line. The
 * parser calls itself for each level, and near the end of the stack V8 aborts the process where it compiles a regular
 * expression.
 */
function isTooDeep(text: string): boolean {
  let brackets = 0;
  let indicators = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets += 1;
    else if (token === ']' || token === '}') brackets -= 1;
    else if (token === '-' || token === '?') indicators += 1;
    else if (token.startsWith('\n') || token.startsWith('\r')) indicators = 0;
    if (brackets > maxDepth || indicators > maxDepth) return true;
  }
  return false;
}
