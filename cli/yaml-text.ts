/** YAML, and JSON as a part of it: as plain data, and as a document that knows the line of each part. */

import { type Document, type ErrorCode, isScalar, Lexer, LineCounter, parseDocument } from 'yaml';
import type { UsageError } from '../wire/usage-error.ts';
import { maxDepth, toPlainData } from './plain-data.ts';

export interface YamlText {
  readonly document: Document;
  /** As JSON could hold it. */
  readonly value: unknown;
  /** Counted from 1. */
  readonly lineAt: (offset: number) => number;
}

/** More than any document needs. What takes the parser a time that grows with their square is not begun. */
const maxReferences = 1000;
/** Of two keys of one mapping: those of all mappings with up to some thousand keys. */
const maxComparisons = 5_000_000;

/** @param refuse makes the error that is thrown for text that cannot be read */
export function readYaml(
  text: string,
  refuse: (line: number, why: string, code: ErrorCode | null) => UsageError,
): YamlText {
  const excess = excessIn(text);
  if (excess !== null) throw refuse(1, excess, null);
  const lines = new LineCounter();
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  let comparisons = 0;
  const uniqueKeys = (a: unknown, b: unknown): boolean => {
    comparisons += 1;
    if (comparisons > maxComparisons) throw new Error('too many keys');
    return a === b || (isScalar(a) && isScalar(b) && a.value === b.value);
  };
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    uniqueKeys,
  });
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
 * What a text has more of than any document needs; otherwise null. The parser calls itself for each level of
 * collections, within brackets or by indicators on one line, and near the end of the stack V8 aborts the process where
 * it compiles a regular expression.
 */
function excessIn(text: string): string | null {
  let brackets = 0;
  let indicators = 0;
  let references = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets += 1;
    else if (token === ']' || token === '}') brackets -= 1;
    else if (token === '-' || token === '?') indicators += 1;
    else if (token.startsWith('\n') || token.startsWith('\r')) indicators = 0;
    else if (token.startsWith('&') || token.startsWith('*')) references += 1;
    if (brackets > maxDepth || indicators > maxDepth) return `nested more than ${maxDepth} levels deep`;
    if (references > maxReferences) return `more than ${maxReferences} anchors and aliases`;
  }
  return null;
}
