/**
 * One exchange: a connection, a request, the response, and how the connection ended.
 *
 * The client never closes first. It sends no FIN until the server ended the connection or the close window is
 * over, so that a close seen is the server's own; only after a 101 does it say goodbye by itself (rfc6455 §7.1.1).
 */

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { type Connect, type ConnectFailure, toWireError, type WireError } from './connect/connector.ts';
import { ResponseReader } from './http1/response-reader.ts';
import type { Redactor } from './redaction/redactor.ts';
import { isSwitchingProtocols, type Response } from './response.ts';

export const outcomes = [
  /** A response head came, whole. */
  'response',
  /** The server ended the connection without one byte. */
  'closed',
  /** The server reset the connection without one byte. */
  'reset',
  /** No whole response head in time. */
  'timeout',
  /** Bytes came that are no HTTP response, or a head that was cut short. */
  'malformed',
  /** No TCP connection. */
  'connect-failed',
  /** No TLS over the TCP connection. */
  'tls-failed',
] as const;

export type Outcome = (typeof outcomes)[number];

/** `fin`: the server ended the connection; `reset`: it reset it; `open`: it did neither; `client`: we did, after a 101. */
export const closeKinds = ['fin', 'reset', 'open', 'client'] as const;

export type CloseKind = (typeof closeKinds)[number];

/** The code of the error where the bytes are no response. */
export const malformedCode = 'MALFORMED_RESPONSE';

/** What happened on one connection. All secrets of the caller are masked in it. */
export interface Exchange {
  readonly outcome: Outcome;
  /** The octets sent. */
  readonly request: Buffer;
  /** The octets received, up to the limit, whether or not they are a response. */
  readonly received: Buffer;
  /** More octets were received than were kept. */
  readonly truncated: boolean;
  /** The response as read; null where none came. */
  readonly response: Response | null;
  /**
   * How the connection ended; null where there was none. `afterMs` counts from the last byte received, or
   * where none was, from the last byte sent; for `open` it is how long the silence was watched.
   */
  readonly close: { readonly kind: CloseKind; readonly afterMs: number } | null;
  /** Milliseconds: until connected, then from the request to the first and to the last byte of the response. */
  readonly timings: {
    readonly connectMs: number | null;
    readonly firstByteMs: number | null;
    readonly responseMs: number | null;
  };
  /** What went wrong below or in the reading of the response. */
  readonly error: WireError | null;
}

export interface ExchangeLimits {
  /** Milliseconds from the end of the request to the end of the response. */
  readonly responseTimeoutMs: number;
  /** The close window: milliseconds after the last byte of the response in which the server should close. */
  readonly closeTimeoutMs: number;
  /** Octets of response head read before it counts as malformed. */
  readonly maxHeadBytes: number;
  /** Octets received that are kept as evidence. */
  readonly maxKeptBytes: number;
}

/** What is known of an exchange before the watch for the close is over. */
export type Answer = Pick<Exchange, 'outcome' | 'response'> & Partial<Pick<Exchange, 'error'>>;

export interface RunningExchange {
  /** Settles when the response head has come, or never will: from here on the server owes us only its close. */
  readonly responded: Promise<Answer>;
  /** Settles when the connection is over. */
  readonly closed: Promise<Exchange>;
  /** Ends the connection at once; `finished` then tells what had happened until here. */
  readonly abort: () => void;
}

/** Starts an exchange. It never rejects: every way to fail is an outcome. */
export function startExchange(
  dial: Connect,
  request: Buffer,
  secrets: Redactor,
  limits: ExchangeLimits,
): RunningExchange {
  const run = new ExchangeRun(request, secrets, limits);
  const cancelDial = dial((result) => {
    if ('outcome' in result) run.connectFailed(result);
    else run.connected(result);
  });
  const abort = (): void => {
    cancelDial();
    run.abort();
  };
  return {
    responded: run.responded.promise,
    closed: run.closed.promise,
    abort: releaseAfter(run.closed.promise, abort),
  };
}

/** An exchange is held long after its connection is over, which must not be held with it. */
function releaseAfter(over: Promise<unknown>, act: () => void): () => void {
  let held: (() => void) | null = act;
  void over.then(() => {
    held = null;
  });
  return () => held?.();
}

class ExchangeRun {
  readonly responded = deferred<Answer>();
  readonly closed = deferred<Exchange>();

  readonly #request: Buffer;
  readonly #redactor: Redactor;
  readonly #limits: ExchangeLimits;
  readonly #reader: ResponseReader;
  readonly #startedAt = performance.now();
  #socket: Socket | null = null;
  #connectedAt: number | null = null;
  #firstByteAt: number | null = null;
  #lastByteAt: number | null = null;
  /** The response as it stood when its head was whole. */
  #head: Response | null = null;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #truncated = false;
  #cancelResponseDeadline = (): void => {};
  #cancelCloseDeadline = (): void => {};
  #isPastDeadline = false;
  #sentClose = false;
  #isFinished = false;

  constructor(request: Buffer, secrets: Redactor, limits: ExchangeLimits) {
    this.#request = request;
    this.#redactor = secrets;
    this.#limits = limits;
    this.#reader = new ResponseReader(limits.maxHeadBytes);
  }

  connectFailed(failure: ConnectFailure): void {
    this.#finish(failure.outcome, null, failure.error);
  }

  connected(socket: Socket): void {
    if (this.#isFinished) {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    this.#connectedAt = performance.now();
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('end', () => this.#onEnd('fin', null));
    // Any failure of an established connection that is not TLS's own is the peer's reset, seen by read or write.
    socket.on('error', (error) => this.#onEnd('reset', toWireError(error)));
    this.#cancelResponseDeadline = setDeadline(this.#limits.responseTimeoutMs, () =>
      this.#onResponseDeadline(),
    );
    socket.write(this.#request);
  }

  abort(): void {
    this.#onCloseTimeout();
  }

  #onData(chunk: Buffer): void {
    if (this.#isFinished) return;
    if (this.#truncated) this.#throttleReads();
    if (this.#sentClose) {
      // The server's Close frame, or whatever else it had to say: the conversation is over.
      this.#socket?.end();
      return;
    }
    const wasOver = this.#isOver();
    this.#keep(chunk);
    this.#reader.push(chunk);
    if (wasOver) return;
    const now = performance.now();
    this.#firstByteAt ??= now;
    this.#lastByteAt = now;
    if (this.#head === null) this.#lookForHead();
    if (isSwitchingProtocols(this.#head)) this.#sendClose();
    else if (this.#isOver()) this.#watchForClose();
    // A body that runs until the close may end with any byte.
    else if (this.#head?.framing === 'until-close' && !this.#isPastDeadline) this.#watchForClose();
  }

  #lookForHead(): void {
    this.#head = this.#reader.response;
    if (this.#head !== null || this.#reader.failure !== null) {
      this.responded.resolve({ outcome: this.#outcome('timeout'), response: this.#head });
    }
  }

  /** Nothing more is owed to us but the close. */
  #isOver(): boolean {
    return this.#reader.isComplete || this.#reader.failure !== null;
  }

  #keep(chunk: Buffer): void {
    if (chunk.length > this.#limits.maxKeptBytes - this.#keptBytes) this.#truncated = true;
    // A little more than the limit, so that a credential across it can be seen whole and masked.
    const room = this.#limits.maxKeptBytes + this.#redactor.longestEcho - this.#keptBytes;
    if (room <= 0) return;
    // Copied: the chunk may be a small slice of a large pool.
    const part = Buffer.from(chunk.subarray(0, room));
    this.#kept.push(part);
    this.#keptBytes += part.length;
  }

  /** Of a server that sends more than is kept, one chunk a turn is read: it must not keep us from all others. */
  #throttleReads(): void {
    this.#socket?.pause();
    setImmediate(() => this.#socket?.resume());
  }

  #watchForClose(): void {
    if (this.#isOver()) this.#cancelResponseDeadline();
    this.#cancelCloseDeadline();
    this.#cancelCloseDeadline = setDeadline(this.#limits.closeTimeoutMs, () => this.#onCloseTimeout());
  }

  /** The time for the response is up. One that is still coming gets a close window from its last byte, and no more. */
  #onResponseDeadline(): void {
    this.#isPastDeadline = true;
    if (this.#head === null) this.#onCloseTimeout();
    else if (this.#head.framing !== 'until-close') this.#watchForClose();
  }

  #sendClose(): void {
    this.#cancelResponseDeadline();
    this.#sentClose = true;
    this.#socket?.write(closeFrame());
    this.#cancelCloseDeadline = setDeadline(this.#limits.closeTimeoutMs, () => this.#onCloseTimeout());
  }

  #onEnd(kind: 'fin' | 'reset', error: WireError | null): void {
    if (this.#isFinished) return;
    this.#reader.end();
    const closeKind = this.#sentClose ? 'client' : kind;
    const isTlsError = error !== null && /^(ERR_SSL|ERR_TLS|EPROTO)/.test(error.code);
    this.#finish(
      isTlsError && this.#firstByteAt === null ? 'tls-failed' : this.#outcome(kind),
      closeKind,
      error,
    );
  }

  #onCloseTimeout(): void {
    if (this.#isFinished) return;
    // Without a head the end of the wait is no end of the bytes: the outcome is the time-out, not a cut head.
    if (this.#reader.hasHead) this.#reader.end();
    this.#finish(this.#outcome('timeout'), this.#sentClose ? 'client' : 'open', null);
  }

  #outcome(ending: 'fin' | 'reset' | 'timeout'): Outcome {
    // Not by the response itself, which is put together anew each time it is asked for.
    if (this.#reader.hasHead) return 'response';
    if (this.#reader.failure !== null) return 'malformed';
    return ({ fin: 'closed', reset: 'reset', timeout: 'timeout' } as const)[ending];
  }

  #finish(outcome: Outcome, closeKind: CloseKind | null, error: WireError | null): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    const now = performance.now();
    this.#cancelResponseDeadline();
    this.#cancelCloseDeadline();
    const silentSince = this.#lastByteAt ?? this.#connectedAt ?? now;
    const exchange: Exchange = {
      outcome,
      request: this.#redactor.redactRequest(this.#request),
      received: this.#redactor
        .redactResponse(Buffer.concat(this.#kept, this.#keptBytes))
        .subarray(0, this.#limits.maxKeptBytes),
      truncated: this.#truncated,
      response: maskResponse(this.#reader.response, this.#redactor),
      close:
        closeKind === null || this.#connectedAt === null
          ? null
          : { kind: closeKind, afterMs: milliseconds(now - silentSince) },
      timings: {
        connectMs: since(this.#startedAt, this.#connectedAt),
        firstByteMs: since(this.#connectedAt, this.#firstByteAt),
        responseMs: since(this.#connectedAt, this.#lastByteAt),
      },
      error: this.#readingError() ?? this.#maskError(error),
    };
    this.#socket?.destroy();
    this.responded.resolve(exchange);
    this.closed.resolve(exchange);
  }

  /** Why the bytes are no response; where they are none, it says more than how their connection ended. */
  #readingError(): WireError | null {
    const { failure } = this.#reader;
    return failure === null ? null : { code: malformedCode, message: failure };
  }

  /** The system names the host in some of its messages. */
  #maskError(error: WireError | null): WireError | null {
    return error === null ? null : { ...error, message: this.#redactor.redactMessage(error.message) };
  }
}

/**
 * Calls back when the time is up, unless cancelled. What the system received until then is read first: after a pause
 * of this process (a busy or suspended machine) its timers come before the octets and closes that arrived meanwhile,
 * and a server must not be blamed for our sleep.
 */
function setDeadline(ms: number, onPassed: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    immediate = setImmediate(onPassed);
  }, ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}

function maskResponse(response: Response | null, secrets: Redactor): Response | null {
  if (response === null || secrets.longestEcho === 0) return response;
  return {
    ...response,
    statusLine: secrets.redactText(response.statusLine),
    fields: response.fields.map(([name, value]) => [secrets.redactText(name), secrets.redactText(value)]),
  };
}

/** A Close frame with status code 1000 (rfc6455 §5.5.1, §7.4.1), masked as a client must (§5.3). */
function closeFrame(): Buffer {
  const mask = randomBytes(4);
  const payload = Buffer.from([0x03, 0xe8]);
  return Buffer.concat([
    Buffer.from([0x88, 0x80 | payload.length]),
    mask,
    payload.map((octet, i) => octet ^ (mask[i] ?? 0)),
  ]);
}

function since(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : milliseconds(to - from);
}

/** Tenths of a millisecond are as fine as loopback timings mean anything. */
function milliseconds(duration: number): number {
  return Math.round(duration * 10) / 10;
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
