/**
 * A tolerant, incremental reader of one HTTP/1.1 response (rfc9112). It never throws: what departs from the
 * grammar is reported as an oddity, and what cannot be read at all as a failure. The result is the same
 * however the bytes are split into chunks.
 */

import {
  type Framing,
  fieldValues,
  headCutShort,
  type headUnfinished,
  isSwitchingProtocols,
  listElements,
  type Oddity,
  type Response,
  trimOws,
} from '../response.ts';

const LF = 0x0a;

type State =
  | 'status-line'
  | 'field-line'
  | 'body'
  | 'chunk-size'
  | 'chunk-data'
  | 'chunk-end'
  | 'trailer'
  | 'until-close'
  | 'complete'
  | 'failed';

const lineStates: ReadonlySet<State> = new Set([
  'status-line',
  'field-line',
  'chunk-size',
  'chunk-end',
  'trailer',
]);

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it matches control characters
const controlCharacter = /[\x00-\x08\x0b-\x1f\x7f]/;

const noStatusLine = 'the first line is not an HTTP status line';

/** Field lines of one head: far more than any server sends. A parsed field takes many times its size on the wire. */
const maxFields = 1000;

export class ResponseReader {
  #state: State = 'status-line';
  #failure: string | null = null;
  readonly #maxHeadBytes: number;
  readonly #isForHead: boolean;
  #lineBytes = 0;
  /** The line so far, one character per byte. */
  #line = '';

  #head: { statusLine: string; status: number } | null = null;
  #fields: [string, string][] = [];
  /** The field of the last line, which a folded line continues. */
  #lastField: [string, string] | null = null;
  #framing: Framing = 'none';
  #remaining = 0;
  #bodyBytes = 0;
  readonly #interim: number[] = [];
  readonly #oddities = new Set<Oddity>();
  /** Reads the response to a second request; null where none was sent. */
  readonly #second: ResponseReader | null;

  /**
   * @param maxHeadBytes limit for status line, fields, interim responses, chunk sizes and trailers together
   * @param method of the request: the response to HEAD has no body, whatever its fields say (rfc9112 §6.3)
   * @param isFollowed a second request was sent behind the first: what comes after its response answers that
   */
  constructor(maxHeadBytes: number, method = 'GET', isFollowed = false) {
    this.#maxHeadBytes = maxHeadBytes;
    this.#isForHead = method === 'HEAD';
    this.#second = isFollowed ? new ResponseReader(maxHeadBytes) : null;
  }

  /** The head of the final response has been read to its empty line. */
  get hasHead(): boolean {
    return this.#head !== null && this.#state !== 'field-line' && this.#state !== 'failed';
  }

  /** The last byte of the response has been read; a body delimited by the close is complete only after `end()`. */
  get isComplete(): boolean {
    return this.#state === 'complete';
  }

  /** Why the bytes are not an HTTP response, in words; null while they still may be one. */
  get failure(): string | null {
    return this.#failure;
  }

  /** The response as far as it was read; null before the end of its head. */
  get response(): Response | null {
    if (!this.hasHead || this.#head === null) return null;
    const { statusLine, status } = this.#head;
    return {
      statusLine,
      status,
      fields: this.#fields,
      framing: this.#framing,
      bodyBytes: this.#bodyBytes,
      interim: this.#interim,
      oddities: [...this.#oddities],
    };
  }

  /** The response to the second request as far as it was read; null before the end of its head, or without one. */
  get second(): Response | null {
    return this.#second?.response ?? null;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let position = 0;
    while (position < bytes.length) {
      if (this.#state === 'failed') return;
      if (this.#state === 'complete') {
        // After a 101 the bytes are WebSocket frames, no longer HTTP (rfc9110 §15.2.2).
        if (isSwitchingProtocols(this.#head)) return;
        if (this.#second !== null) this.#second.push(bytes.subarray(position));
        else this.#oddities.add(this.#isForHead ? 'body-on-head' : 'bytes-after');
        return;
      }
      position = lineStates.has(this.#state)
        ? this.#readLine(bytes, position)
        : this.#readBody(bytes, position);
    }
  }

  /** Bytes of a head came that has not ended; a whole interim response is none of them. */
  get isWithinHead(): boolean {
    if (this.#state === 'field-line') return true;
    return this.#state === 'status-line' && this.#line !== '' && mayBeStatusLine(this.#head, this.#line);
  }

  /**
   * No more bytes will come: the connection ended, or the wait for it did.
   *
   * @param incomplete the failure of a head that has begun
   */
  end(incomplete: typeof headCutShort | typeof headUnfinished = headCutShort): void {
    this.#second?.end(incomplete);
    if (this.#state === 'until-close') this.#state = 'complete';
    if (this.#state === 'complete' || this.#state === 'failed') return;
    if (this.hasHead) {
      this.#oddities.add('body-short');
      this.#state = 'complete';
    } else if (this.#lineBytes > 0) {
      this.#fail(mayBeStatusLine(this.#head, this.#line) ? incomplete : noStatusLine);
    }
  }

  #readLine(bytes: Buffer, position: number): number {
    const lineFeed = bytes.indexOf(LF, position);
    const end = lineFeed === -1 ? bytes.length : lineFeed + 1;
    const room = this.#maxHeadBytes - this.#lineBytes;
    if (end - position > room) {
      // Up to the limit and no further, so that the split into chunks makes no difference.
      this.#overflow();
      return position + room;
    }
    this.#lineBytes += end - position;
    this.#line += bytes.toString('latin1', position, end);
    if (lineFeed !== -1) {
      const line = this.#line;
      this.#line = '';
      const hasCr = line.at(-2) === '\r';
      if (!hasCr)
        this.#oddities.add(this.#head === null || this.#state === 'field-line' ? 'bare-lf' : 'chunk');
      this.#takeLine(line.slice(0, hasCr ? -2 : -1));
    }
    return end;
  }

  #overflow(): void {
    if (this.hasHead) this.#breakBody();
    else this.#fail(`the head is longer than ${this.#maxHeadBytes} bytes`);
  }

  #takeLine(line: string): void {
    switch (this.#state) {
      case 'status-line':
        this.#takeStatusLine(line);
        return;
      case 'field-line':
        if (line === '') this.#endHead();
        else this.#takeFieldLine(line);
        return;
      case 'chunk-size':
        this.#takeChunkSize(line);
        return;
      case 'chunk-end':
        if (line === '') this.#state = 'chunk-size';
        else this.#breakBody();
        return;
      case 'trailer':
        if (line === '') this.#state = 'complete';
        return;
    }
  }

  #takeStatusLine(line: string): void {
    if (line === '') {
      this.#oddities.add('leading-empty-line');
      return;
    }
    const match = /^HTTP\/(\d+(?:\.\d+)?)[ \t]+(\d{3})(?:[ \t](.*))?$/is.exec(line);
    const [, version, status, reason] = match ?? [];
    if (version === undefined || status === undefined || Number(status) < 100) {
      this.#fail(noStatusLine);
      return;
    }
    if (!/^HTTP\/\d\.\d \d{3} /.test(line)) this.#oddities.add('status-line');
    if (version !== '1.1' && version !== '1.0') this.#oddities.add('http-version');
    if (reason !== undefined && controlCharacter.test(reason)) this.#oddities.add('control-octet');
    this.#head = { statusLine: line, status: Number(status) };
    this.#state = 'field-line';
  }

  #takeFieldLine(line: string): void {
    if (controlCharacter.test(line)) this.#oddities.add('control-octet');
    if (/^[ \t]/.test(line)) {
      this.#oddities.add('obs-fold');
      // rfc9112 §5.2: a user agent replaces the fold with spaces.
      if (this.#lastField !== null) this.#lastField[1] += ` ${trimOws(line)}`;
      return;
    }
    const colon = line.indexOf(':');
    if (colon === -1) {
      this.#oddities.add('no-colon');
      this.#lastField = null;
      return;
    }
    let name = line.slice(0, colon);
    if (/[ \t]$/.test(name)) {
      this.#oddities.add('space-before-colon');
      name = trimOws(name);
    }
    if (!token.test(name)) this.#oddities.add('field-name');
    if (this.#fields.length === maxFields) {
      this.#fail(`the head has more than ${maxFields} fields`);
      return;
    }
    this.#lastField = [name, line.slice(colon + 1)];
    this.#fields.push(this.#lastField);
  }

  /** Finds the message body's length by the steps of rfc9112 §6.3 for the methods of the probes. */
  #endHead(): void {
    const status = this.#head?.status ?? 0;
    if (status < 200 && !isSwitchingProtocols(this.#head)) {
      this.#interim.push(status);
      this.#head = null;
      this.#fields = [];
      this.#lastField = null;
      this.#state = 'status-line';
      return;
    }
    // Only now, since a folded value ends with its last line.
    for (const field of this.#fields) field[1] = trimOws(field[1]);
    const codings = listElements(fieldValues(this.#fields, 'Transfer-Encoding'));
    const lengths = fieldValues(this.#fields, 'Content-Length');
    // Step 1: responses that have no body.
    if (this.#isForHead || isSwitchingProtocols(this.#head) || status === 204 || status === 304) {
      this.#state = 'complete';
      return;
    }
    // Steps 3 and 4: Transfer-Encoding overrides Content-Length; a response whose last coding is not chunked
    // runs until the close.
    if (codings.length > 0) {
      if (lengths.length > 0) this.#oddities.add('length-and-coding');
      if (codings.at(-1)?.toLowerCase() === 'chunked') this.#startBody('chunked', 'chunk-size');
      else this.#startBody('until-close', 'until-close');
      return;
    }
    // Steps 5 and 6: one valid Content-Length, or the same one several times.
    if (lengths.length > 0) {
      const distinct = new Set(listElements(lengths));
      const [length] = distinct;
      if (distinct.size !== 1 || length === undefined || !/^\d{1,15}$/.test(length)) {
        this.#oddities.add('content-length');
        this.#startBody('until-close', 'until-close');
        return;
      }
      this.#remaining = Number(length);
      this.#startBody('content-length', this.#remaining === 0 ? 'complete' : 'body');
      return;
    }
    // Step 8.
    this.#startBody('until-close', 'until-close');
  }

  #startBody(framing: Framing, state: State): void {
    this.#framing = framing;
    this.#state = state;
  }

  #takeChunkSize(line: string): void {
    const size = /^([0-9a-f]{1,13})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) {
      this.#breakBody();
      return;
    }
    this.#remaining = Number.parseInt(size, 16);
    this.#state = this.#remaining === 0 ? 'trailer' : 'chunk-data';
  }

  /** The chunked coding cannot be followed any further: what remains is body until the close. */
  #breakBody(): void {
    this.#oddities.add('chunk');
    this.#state = 'until-close';
  }

  #readBody(bytes: Buffer, position: number): number {
    if (this.#state === 'until-close') {
      this.#bodyBytes += bytes.length - position;
      // Where nothing says how long the first response is, a status line in place of its body begins the second.
      this.#second?.push(bytes.subarray(position));
      return bytes.length;
    }
    const taken = Math.min(this.#remaining, bytes.length - position);
    this.#remaining -= taken;
    this.#bodyBytes += taken;
    if (this.#remaining === 0) this.#state = this.#state === 'body' ? 'complete' : 'chunk-end';
    return position + taken;
  }

  #fail(why: string): void {
    this.#failure = why;
    this.#state = 'failed';
    // Bytes that are not a response have no fields.
    this.#fields = [];
    this.#line = '';
  }
}

/** Whether a first line without its end can still become a status line. */
function mayBeStatusLine(head: object | null, line: string): boolean {
  const name = 'HTTP/';
  return head !== null || line.slice(0, name.length).toUpperCase() === name.slice(0, line.length);
}
