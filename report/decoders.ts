/** Decoders of untrusted data: each returns a value of its type, or throws an error that names the place. */

/** Something is missing or has the wrong type. The message names the place and the expected type. */
export class DecodeError extends Error {
  override name = 'DecodeError';
}

/** @param where the path to the value, such as `targets[0].url` */
export type Decoder<T> = (value: unknown, where: string) => T;

export const text: Decoder<string> = (value, where) =>
  typeof value === 'string' ? value : refuse(value, where, 'a text');

export const number: Decoder<number> = (value, where) =>
  typeof value === 'number' ? value : refuse(value, where, 'a number');

export const boolean: Decoder<boolean> = (value, where) =>
  typeof value === 'boolean' ? value : refuse(value, where, 'true or false');

export function literal<const T>(choices: readonly T[]): Decoder<T> {
  return (value, where) =>
    choices.find((choice) => choice === value) ??
    refuse(value, where, `${choices.length > 1 ? 'one of ' : ''}${choices.join(', ')}`);
}

export function nullable<T>(read: Decoder<T>): Decoder<T | null> {
  return (value, where) => (value === null ? null : read(value, where));
}

/** @param otherwise the value if it is missing */
export function optional<T, U>(read: Decoder<T>, otherwise: U): Decoder<T | U> {
  return (value, where) => (value === undefined ? otherwise : read(value, where));
}

export function list<T>(read: Decoder<T>): Decoder<readonly T[]> {
  return (value, where) =>
    Array.isArray(value)
      ? value.map((one, i) => read(one, `${where}[${i}]`))
      : refuse(value, where, 'a list');
}

/** An object with arbitrary keys. */
export function table<T>(read: Decoder<T>): Decoder<ReadonlyMap<string, T>> {
  return (value, where) =>
    new Map(
      Object.entries(asObject(value, where)).map(([name, one]) => [name, read(one, `${where}.${name}`)]),
    );
}

/** A decoder for each member of T; only that of an optional member may return undefined. */
type MembersOf<T> = {
  readonly [Name in keyof T]-?: Decoder<
    Record<never, never> extends Pick<T, Name> ? T[Name] | undefined : T[Name]
  >;
};

/** An object with these members; others are omitted, as are undefined ones. */
export function object<T>(members: MembersOf<T>): Decoder<T> {
  const decoders: readonly (readonly [string, Decoder<unknown>])[] = Object.entries(members);
  return (value, where) => {
    const given = asObject(value, where);
    const read = decoders.map(([name, one]) => [
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
  throw new DecodeError(value === undefined ? `${what} is missing` : `${what} is not ${wanted}`);
}
