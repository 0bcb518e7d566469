/**
 * One exchange over HTTP/1.1.
 *
 * The client never closes first. It sends no FIN until the server ended the connection or the close window is
 * over, so that a close seen is the server's own; only after a 101 does it send a Close frame (rfc6455 §7.1.1).
 */

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Connect, Connection } from '../connect/connector.ts';
import { type ConnectFailure, toWireError } from '../connect/errors.ts';
import {
  type Answer,
  type CloseKind,
  type Exchange,
  type ExchangeLimits,
  headLimit,
  malformedCode,
  type Outcome,
  type ReleaseKind,
  type RunningExchange,
  type WireError,
} from '../exchange.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { headUnfinished, isSwitchingProtocols, type Response } from '../response.ts';
import { ResponseReader } from './response-reader.ts';
import type { SerialisedRequest } from './serialise-request.ts';

/** How many times what the connection took belongs to its close window. */
const connectsInWindow = 4;

/**
 * Milliseconds between the two segments of a head that is cut: more than the network or a busy server takes to put
 * them into one read, and far less than any time-out.
 */
const segmentPauseMs = 100;

/** What an exchange shares with the others of its target. */
export interface SharedCircumstances {
  /** The most connections that were open beside this one so far. */
  readonly openConnections: () => number;
  /** Milliseconds of the fastest connection so far, this one among them: a lost SYN says nothing of the round trip. */
  readonly fastestConnect: (connectMs: number) => number;
}

const alone: SharedCircumstances = { openConnections: () => 0, fastestConnect: (connectMs) => connectMs };

/** Starts an exchange. It never rejects: every way to fail is an outcome. */
export function startExchange(
  connect: Connect,
  request: SerialisedRequest,
  redactor: Redactor,
  limits: ExchangeLimits,
  shared: SharedCircumstances = alone,
): RunningExchange {
  const run = new ExchangeRun(request, redactor, limits, shared);
  const cancelConnect = connect((result) => {
    if ('outcome' in result) run.connectFailed(result);
    else run.connected(result);
  });
  const abort = (): void => {
    cancelConnect();
    run.abort();
  };
  return {
    responded: run.responded.promise,
    closed: run.closed.promise,
    abort: releaseAfter(run.closed.promise, abort),
  };
}

/** Drops the closure once the exchange is over, so that kept exchanges do not retain their sockets. */
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

  readonly #request: SerialisedRequest;
  readonly #redactor: Redactor;
  readonly #limits: ExchangeLimits;
  readonly #shared: SharedCircumstances;
  readonly #reader: ResponseReader;
  #socket: Socket | null = null;
  #connectMs: number | null = null;
  #connectedAt: number | null = null;
  #firstByteAt: number | null = null;
  #lastByteAt: number | null = null;
  /** The response as it stood when its head was whole. */
  #head: Response | null = null;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #truncated = false;
  #cancelResponseDeadline = (): void => {};
  #cancelSilenceDeadline = (): void => {};
  #cancelCloseDeadline = (): void => {};
  #cancelSecondSegment = (): void => {};
  #isPastDeadline = false;
  #isPastWindow = false;
  #sentClose = false;
  /** When the wait before our Close frame began, and when it ended. */
  #idleSince: number | null = null;
  #idleUntil: number | null = null;
  /** When we ended our side of a connection that the server had left open. */
  #endedAt: number | null = null;
  #isFinished = false;

  constructor(
    request: SerialisedRequest,
    redactor: Redactor,
    limits: ExchangeLimits,
    shared: SharedCircumstances,
  ) {
    this.#request = request;
    this.#redactor = redactor;
    this.#limits = limits;
    this.#shared = shared;
    const maxHeadBytes = headLimit(limits.maxHeadBytes, request.bytes.length);
    this.#reader = new ResponseReader(maxHeadBytes, request.method, request.isFollowed);
  }

  connectFailed(failure: ConnectFailure): void {
    this.#finish(failure.outcome, null, failure.error);
  }

  connected({ socket, connectMs }: Connection): void {
    if (this.#isFinished) {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    this.#connectMs = connectMs;
    this.#connectedAt = performance.now();
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('end', () => this.#onEnd('fin', null));
    // Any failure of an established connection that is not TLS's own is a reset by the peer, seen on a read or a write.
    socket.on('error', (error) => this.#onEnd('reset', toWireError(error)));
    this.#cancelResponseDeadline = setDeadline(this.#limits.responseTimeoutMs, () =>
      this.#onResponseDeadline(),
    );
    this.#send(socket);
    this.#awaitHead();
  }

  #send(socket: Socket): void {
    const { bytes, cutAt } = this.#request;
    if (cutAt === null) {
      socket.write(bytes);
      return;
    }
    socket.setNoDelay(true);
    socket.write(bytes.subarray(0, cutAt));
    this.#cancelSecondSegment = setDeadline(segmentPauseMs, () => socket.write(bytes.subarray(cutAt)));
  }

  abort(): void {
    this.#endUnclosed('unwatched');
  }

  #onData(chunk: Buffer): void {
    if (this.#isFinished) return;
    if (this.#truncated) this.#throttleReads();
    if (this.#sentClose) {
      // The server's Close frame, or whatever else it sends: the connection is done.
      this.#socket?.end();
      return;
    }
    const wasOver = this.#isOver();
    this.#keep(chunk);
    this.#reader.push(chunk);
    if (this.#endedAt !== null) return;
    if (!wasOver) {
      const now = performance.now();
      this.#firstByteAt ??= now;
      this.#lastByteAt = now;
      if (this.#head === null) this.#lookForHead();
      this.#awaitHead();
    }
    if (isSwitchingProtocols(this.#head) || isSwitchingProtocols(this.#reader.second)) this.#onSwitch();
    else if (wasOver) return;
    else if (this.#isOver()) this.#watchForClose();
    // A body that runs until the close may end with any byte.
    else if (this.#head?.framing === 'until-close' && !this.#isPastDeadline) this.#watchForClose();
  }

  /** Waits for the next byte of the head, if silence ends the exchange before the response time-out does. */
  #awaitHead(): void {
    this.#cancelSilenceDeadline();
    const { silenceTimeoutMs } = this.#limits;
    if (silenceTimeoutMs === undefined || this.#head !== null || this.#reader.failure !== null) return;
    this.#cancelSilenceDeadline = setDeadline(silenceTimeoutMs, () => this.#onResponseDeadline());
  }

  #lookForHead(): void {
    this.#head = this.#reader.response;
    if (this.#head !== null || this.#reader.failure !== null) {
      this.responded.resolve({ outcome: this.#outcome('timeout'), response: this.#head });
    }
  }

  /** Milliseconds. A FIN takes half a round trip; on a lossy line it is sent again, after more than one. */
  get #closeWindowMs(): number {
    return this.#limits.closeTimeoutMs + connectsInWindow * this.#shared.fastestConnect(this.#connectMs ?? 0);
  }

  /** Only the close is still to come. */
  #isOver(): boolean {
    return this.#reader.isComplete || this.#reader.failure !== null;
  }

  #keep(chunk: Buffer): void {
    if (chunk.length > this.#limits.maxKeptBytes - this.#keptBytes) this.#truncated = true;
    // A little more than the limit, so that a credential that crosses it is still found and redacted.
    const room = this.#limits.maxKeptBytes + this.#redactor.longestEcho - this.#keptBytes;
    if (room <= 0) return;
    // Copied: the chunk may be a small slice of a large pool.
    const part = Buffer.from(chunk.subarray(0, room));
    this.#kept.push(part);
    this.#keptBytes += part.length;
  }

  /** Reads one chunk per turn of the event loop once more came than is kept: a flood must not starve other exchanges. */
  #throttleReads(): void {
    this.#socket?.pause();
    setImmediate(() => this.#socket?.resume());
  }

  #watchForClose(): void {
    if (this.#isOver()) this.#cancelResponseDeadline();
    this.#cancelCloseDeadline();
    this.#cancelCloseDeadline = setDeadline(this.#closeWindowMs, () => this.#onWindowOver());
  }

  /** The connection is still open after the close window, or after it was watched for longer. */
  #onWindowOver(): void {
    const more = (this.#limits.minCloseWindowMs ?? 0) - this.#closeWindowMs;
    if (more > 0 && !this.#isPastWindow) {
      this.#isPastWindow = true;
      this.#cancelCloseDeadline = setDeadline(more, () => this.#onWindowOver());
    } else if (this.#request.endsConnection && this.#reader.hasHead) {
      this.#release();
    } else {
      this.#onCloseTimeout();
    }
  }

  /** Ends our side, to see whether the server then ends its own. */
  #release(): void {
    this.#cancelResponseDeadline();
    this.#endedAt = performance.now();
    this.#socket?.end();
    this.#cancelCloseDeadline = setDeadline(this.#limits.responseTimeoutMs, () =>
      this.#finish('response', 'open', null, 'open'),
    );
  }

  /** The response timed out. One that is still coming gets a close window from its last byte, and no more. */
  #onResponseDeadline(): void {
    this.#isPastDeadline = true;
    if (this.#head === null) this.#endWithoutHead();
    else if (this.#head.framing !== 'until-close') this.#watchForClose();
  }

  /** A head that began and did not end in time is malformed, not missing. */
  #endWithoutHead(): void {
    if (!this.#reader.isWithinHead) {
      this.#onCloseTimeout();
      return;
    }
    this.#reader.end(headUnfinished);
    this.responded.resolve({ outcome: 'malformed', response: null, error: this.#readingError() });
    const silentMs = performance.now() - (this.#lastByteAt ?? 0);
    if (silentMs >= this.#closeWindowMs) this.#onWindowOver();
    else this.#watchForClose();
  }

  /** Says goodbye, at once or after a while in which the server may end the connection itself. */
  #onSwitch(): void {
    if (this.#idleSince !== null) return;
    this.#cancelResponseDeadline();
    const { idleAfterSwitchMs } = this.#limits;
    if (idleAfterSwitchMs === undefined) {
      this.#sendClose();
      return;
    }
    this.#idleSince = performance.now();
    this.#cancelCloseDeadline = setDeadline(idleAfterSwitchMs, () => this.#sendClose());
  }

  #sendClose(): void {
    this.#cancelCloseDeadline();
    this.#idleUntil = performance.now();
    this.#sentClose = true;
    this.#socket?.write(closeFrame());
    this.#cancelCloseDeadline = setDeadline(this.#closeWindowMs, () => this.#onCloseTimeout());
  }

  #onEnd(kind: 'fin' | 'reset', error: WireError | null): void {
    if (this.#isFinished) return;
    this.#reader.end();
    if (this.#endedAt !== null) {
      this.#finish('response', 'open', null, kind);
      return;
    }
    const closeKind = this.#sentClose ? 'client' : kind;
    const isTlsError = error !== null && /^(ERR_SSL|ERR_TLS|EPROTO)/.test(error.code);
    this.#finish(
      isTlsError && this.#firstByteAt === null ? 'tls-failed' : this.#outcome(kind),
      closeKind,
      error,
    );
  }

  #onCloseTimeout(): void {
    this.#endUnclosed(this.#sentClose ? 'client' : 'open');
  }

  /** The server did not end the connection. */
  #endUnclosed(closeKind: 'open' | 'client' | 'unwatched'): void {
    if (this.#isFinished) return;
    // Aborted before the head was whole: that is no fault of the server's.
    if (this.#reader.hasHead) this.#reader.end();
    this.#finish(this.#outcome('timeout'), closeKind, null);
  }

  #outcome(ending: 'fin' | 'reset' | 'timeout'): Outcome {
    // Not by the response itself, which is built on every access.
    if (this.#reader.hasHead) return 'response';
    if (this.#reader.failure !== null) return 'malformed';
    return ({ fin: 'closed', reset: 'reset', timeout: 'timeout' } as const)[ending];
  }

  #finish(
    outcome: Outcome,
    closeKind: CloseKind | null,
    error: WireError | null,
    releaseKind: ReleaseKind | null = null,
  ): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    const now = performance.now();
    this.#cancelResponseDeadline();
    this.#cancelSilenceDeadline();
    this.#cancelCloseDeadline();
    this.#cancelSecondSegment();
    const silentSince = this.#lastByteAt ?? this.#connectedAt ?? now;
    const watchedUntil = this.#endedAt ?? now;
    const exchange: Exchange = {
      outcome,
      request: this.#redactor.redactRequest(this.#request.bytes),
      sentFields: this.#redactor.redactSentFields(this.#request.fields),
      received: this.#redactor
        .redactResponse(Buffer.concat(this.#kept, this.#keptBytes))
        .subarray(0, this.#limits.maxKeptBytes),
      truncated: this.#truncated,
      response: redactResponse(this.#reader.response, this.#redactor),
      ...(this.#request.isFollowed && { second: redactResponse(this.#reader.second, this.#redactor) }),
      close:
        closeKind === null || this.#connectedAt === null
          ? null
          : {
              kind: closeKind,
              afterMs: milliseconds(watchedUntil - silentSince),
              isLate: this.#isPastWindow,
            },
      ...(this.#idleSince !== null && {
        idleMs: milliseconds((this.#idleUntil ?? now) - this.#idleSince),
      }),
      ...(releaseKind !== null && {
        release: { kind: releaseKind, afterMs: milliseconds(now - watchedUntil) },
      }),
      timings: {
        connectMs: this.#connectMs === null ? null : milliseconds(this.#connectMs),
        firstByteMs: since(this.#connectedAt, this.#firstByteAt),
        responseMs: since(this.#connectedAt, this.#lastByteAt),
      },
      error: this.#readingError() ?? this.#redactError(error),
      openConnections: this.#shared.openConnections(),
    };
    this.#socket?.destroy();
    this.responded.resolve(exchange);
    this.closed.resolve(exchange);
  }

  /** Why the bytes are not a response: more informative than how their connection ended. */
  #readingError(): WireError | null {
    const { failure } = this.#reader;
    return failure === null ? null : { code: malformedCode, message: failure };
  }

  /** Messages name the host, and what the server's certificate says. */
  #redactError(error: WireError | null): WireError | null {
    if (error === null) return null;
    const message = this.#redactor.redactForeign(this.#redactor.redactMessage(error.message));
    return { ...error, message };
  }
}

/**
 * Calls back after this time, unless cancelled. What the system received until then is read first: after a pause
 * of this process (a busy or suspended machine) timers fire before the bytes and closes that arrived meanwhile are
 * read, and a server must not be blamed for our delay. A server in the same process reads first as well.
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

function redactResponse(response: Response | null, redactor: Redactor): Response | null {
  if (response === null || redactor.longestEcho === 0) return response;
  return {
    ...response,
    statusLine: redactor.redactText(response.statusLine),
    fields: response.fields.map((field) => redactor.redactReceivedField(field)),
  };
}

/** A Close frame with status code 1000 (rfc6455 §5.5.1, §7.4.1), masked as a client must (§5.3). */
function closeFrame(): Buffer {
  const mask = randomBytes(4);
  const payload = Buffer.from([0x03, 0xe8]);
  return Buffer.concat([
    Buffer.from([0x88, 0x80 | payload.length]),
    mask,
    payload.map((byte, i) => byte ^ (mask[i] ?? 0)),
  ]);
}

function since(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : milliseconds(to - from);
}

/** Rounded to a tenth of a millisecond: loopback timings mean nothing below that. */
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
