/** `${NAME}` in a configuration file and on the command line: replaced from the environment, and treated as a secret. */

import { UsageError } from '../../wire/usage-error.ts';
import type { Environment } from './variables.ts';

/** A text that is shown nowhere: by default it came from the environment. */
export interface SecretText {
  /** Of the variable. */
  readonly name: string;
  readonly value: string;
  /** The value was written out; there is no variable of that name. */
  readonly isLiteral?: true;
}

/** Keys and positions from the root of a document. */
export type DocumentPath = readonly (string | number)[];

/** `$${`, which escapes `${`, or a placeholder, which may be malformed. */
const placeholder = /\$\$\{|\$\{([^{}]*)(\}?)/g;

/** The names of all variables in the texts of a document. */
export function variablesIn(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(placeholder)].flatMap(([, name]) => name ?? []);
  return childrenOf(value).flatMap(([, child]) => variablesIn(child));
}

/**
 * A copy of a value of a document with all placeholders replaced.
 *
 * @param placeOf a path in the document, as FILE:LINE
 * @param found gets every secret that is inserted
 * @throws UsageError for a variable that is not set or empty
 */
export function fillIn(
  value: unknown,
  path: DocumentPath,
  env: Environment,
  placeOf: (path: DocumentPath) => string,
  found: (secret: SecretText) => void,
): unknown {
  if (typeof value === 'string') {
    return value.replace(placeholder, (_, name: string | undefined, end: string) => {
      if (name === undefined) return '${';
      if (end === '' || !/^[A-Za-z_]\w*$/.test(name)) {
        throw new UsageError(
          `${placeOf(path)}: "\${" is not followed by the name of a variable; write \${NAME}, or $\${ for a literal \${`,
        );
      }
      // Not what every object has: `toString`.
      const text = (Object.hasOwn(env, name) ? env[name] : '') ?? '';
      if (text === '') {
        throw new UsageError(
          `${placeOf(path)}: the environment variable ${name} is not set or is empty; set it`,
        );
      }
      found({ name, value: text });
      return text;
    });
  }
  const filled = childrenOf(value).map(
    ([key, child]) => [key, fillIn(child, [...path, key], env, placeOf, found)] as const,
  );
  if (Array.isArray(value)) return filled.map(([, child]) => child);
  return typeof value === 'object' && value !== null ? Object.fromEntries(filled) : value;
}

function childrenOf(value: unknown): (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return value.map((child, i) => [i, child] as const);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
