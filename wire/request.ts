/** A template of an opening handshake, and what is filled in for one target and one connection. */

/** A field name and its field value, as they are on the wire; one character is one byte (latin1). */
export type Field = readonly [name: string, value: string];

/** A field value that is known only when the request is sent. */
export type FilledValue =
  /** host and port of the target (rfc9110 §7.2). */
  | { readonly fill: 'host' }
  /** base64 of this many fresh random bytes (rfc6455 §4.1 (7) asks for 16). */
  | { readonly fill: 'key'; readonly bytes: number; readonly insert?: readonly Insertion[] };

/** Text to put into the base64 of a key, before the character with this index; the last insertion comes first. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** One field line of a request. `separator` is what separates name and value: `': '` by default. */
export interface FieldLine {
  readonly name: string;
  readonly value: string | FilledValue;
  readonly separator?: string;
}

/** Where the fields that the caller adds to every handshake go. */
export const addedFields = { slot: 'added-fields' } as const;

/** An opening handshake, line by line, in the order of the wire. */
export interface RequestTemplate {
  readonly method: string;
  /** `HTTP/1.1`, as it appears in the request line; empty: the line ends with the request target. */
  readonly httpVersion: string;
  /** What stands before the request line; nothing where it is omitted. */
  readonly prefix?: string;
  /** The form of the request target (rfc9112 §3.2): the origin-form where it is omitted. */
  readonly targetForm?: 'absolute';
  /** The field whose line is cut in two, so that the head is sent in two TCP segments; one where it is omitted. */
  readonly cutWithin?: string;
  readonly lines: readonly (FieldLine | typeof addedFields)[];
  /** What follows the head, one character per byte; nothing where it is omitted. */
  readonly body?: string;
  /** A second handshake, sent right behind this one in the same write. */
  readonly followedBy?: RequestTemplate;
  /** Where the connection is still open after the close window, the client ends its side and waits for the server's. */
  readonly endsConnection?: true;
}

/** The parts of a request that come from the target instead of from the template. */
export interface RequestContext {
  /** Path and query (rfc9112 §3.2.1 origin-form). */
  readonly requestTarget: string;
  /** The scheme of the absolute-form (rfc9112 §3.2.2). */
  readonly scheme: 'http' | 'https';
  /** Value of the Host field. */
  readonly host: string;
  /** Fields to add to every handshake, in order. */
  readonly addedFields: readonly Field[];
}
