/** Reading data of which nothing is known: each reader returns what it was asked for, or says where that is not so. */

/** Something is missing, or is not what it should be. The message says where, and what should stand there. */
export class ShapeError extends Error {
  override name = 'ShapeError';
}

/** @param where the path to the value, such as `targets[0].url` */
export type Reader<T> = (value: unknown, where: string) => T;

export const text: Reader<string> = (value, where) =>
  typeof value === 'string' ? value : refuse(value, where, 'a text');

export const number: Reader<number> = (value, where) =>
  typeof value === 'number' ? value : refuse(value, where, 'a number');

export const boolean: Reader<boolean> = (value, where) =>
  typeof value === 'boolean' ? value : refuse(value, where, 'true or false');

export function oneOf<const T>(choices: readonly T[]): Reader<T> {
  return (value, where) =>
    choices.find((choice) => choice === value) ??
    refuse(value, where, `${choices.length > 1 ? 'one of ' : ''}${choices.join(', ')}`);
}

export function nullable<T>(read: Reader<T>): Reader<T | null> {
  return (value, where) => (value === null ? null : read(value, where));
}

/** @param otherwise what holds where it is missing */
export function optional<T, U>(read: Reader<T>, otherwise: U): Reader<T | U> {
  return (value, where) => (value === undefined ? otherwise : read(value, where));
}

export function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, where) =>
    Array.isArray(value)
      ? value.map((one, i) => read(one, `${where}[${i}]`))
      : refuse(value, where, 'a list');
}

/** By names that are not known beforehand. */
export function table<T>(read: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return (value, where) =>
    new Map(
      Object.entries(asObject(value, where)).map(([name, one]) => [name, read(one, `${where}.${name}`)]),
    );
}

/** A reader for each member of T; only one that T may lack may read undefined. */
type MembersOf<T> = {
  readonly [Name in keyof T]-?: Reader<
    Record<never, never> extends Pick<T, Name> ? T[Name] | undefined : T[Name]
  >;
};

/** An object with these members; others are left out, as are those that are undefined. */
export function object<T>(members: MembersOf<T>): Reader<T> {
  const readers: readonly (readonly [string, Reader<unknown>])[] = Object.entries(members);
  return (value, where) => {
    const given = asObject(value, where);
    const read = readers.map(([name, one]) => [
      name,
      one(Object.hasOwn(given, name) ? given[name] : undefined, where === '' ? name : `${where}.${name}`),
    ]);
    return Object.fromEntries(read.filter(([, one]) => one !== undefined)) as T;
  };
}

function asObject(value: unknown, where: string): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : refuse(value, where, 'an object');
}

function refuse(value: unknown, where: string, wanted: string): never {
  const what = where === '' ? 'it' : where;
  throw new ShapeError(value === undefined ? `${what} is missing` : `${what} is not ${wanted}`);
}
