/** Data of configuration files as JSON could hold it, whatever it was read from. */

type Path = readonly (string | number)[];

export const maxDepth = 100;

/**
 * A copy of a value that consists of null, booleans, finite numbers, texts, arrays and objects, without undefined
 * members.
 *
 * @throws Error for anything else, and for a value that contains itself
 */
export function toPlainData(value: unknown, path: Path = [], parents: readonly unknown[] = []): unknown {
  const refuse = (why: string): Error =>
    new Error(`${path.length === 0 ? 'the configuration' : path.join('.')} ${why}`);
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw refuse(`is ${value}, which is not a number`);
      return value;
    case 'function':
      throw refuse('is a function; only the default export may be one');
    case 'undefined':
    case 'symbol':
    case 'bigint':
      throw refuse(`is of the type ${typeof value}`);
    case 'object':
      break;
  }
  if (value === null) return null;
  if (parents.includes(value)) throw refuse('contains itself');
  if (parents.length === maxDepth) throw refuse(`is nested more than ${maxDepth} levels deep`);
  const copy = (part: unknown, key: string | number): unknown =>
    toPlainData(part, [...path, key], [...parents, value]);
  if (Array.isArray(value)) return Array.from(value, copy);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype)
    throw refuse(`is not a plain object but a ${value.constructor?.name ?? 'derived one'}`);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .map(([key, part]) => [key, copy(part, key)]),
  );
}
