/**
 * One connection of a client: reads its requests, answers each by a script, byte by byte, and keeps what comes as
 * evidence, within bounds.
 */

import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import {
  type Afterwards,
  type Answer,
  type ClientConnection,
  type ConnectionEnd,
  closeCode,
  opcodes,
  pingPayload,
  type ReceivedFrame,
  type ReceivedRequest,
  type Step,
} from '../client-connection.ts';
import { answerFiller } from './fill-answer.ts';
import { FrameReader } from './frame-reader.ts';
import { maxRequestHead, type NotARequest, type RequestHead, takeRequestHead } from './request-heads.ts';

/** Milliseconds between the end of the answer and our Ping. */
const pingAfterMs = 150;
/** Milliseconds in which the client can read a byte before the next one is sent. */
const bytewiseMs = 200;
/** Bytes of each direction that are kept. */
const maxKept = 16_384;
const maxFrames = 64;
/** Requests on one connection that are answered. */
const maxRequests = 32;
/** Bytes of a client that are read in all. */
const maxReceived = 4_000_000;

/** What a connection asks whoever serves the case, and tells it. */
export interface ConnectionHost {
  /** In milliseconds since the case began. */
  now(): number;
  /** The answer to a request; null: it is not of this case. */
  answerTo(request: RequestHead): { readonly answer: Answer; readonly path: string } | null;
  /** The value of Host by which this side is known. */
  readonly host: string;
  /** Over TLS. */
  readonly isSecure: boolean;
  /** The answer is sent, and what follows has begun. */
  onAnswered(connection: ScriptedConnection, afterwards: Afterwards): void;
  onFrame(connection: ScriptedConnection, frame: ReceivedFrame): void;
  onClientEnd(connection: ScriptedConnection): void;
}

/** Who serves a connection, by what its first request asks for; null: nobody. */
export type Route = (request: { readonly target: string }) => ConnectionHost | null;

/** What is read at the moment: requests, nothing because one is being answered, or frames. */
type Reading = 'requests' | 'behind' | 'frames' | 'nothing';

export class ScriptedConnection {
  readonly #socket: Socket;
  /** The TCP connection, where TLS is on top of it. */
  readonly #below: Socket;
  #host: ConnectionHost | null = null;
  #openedMs = 0;
  #reading: Reading = 'requests';
  #pending: Buffer = Buffer.alloc(0);
  readonly #requests: (ReceivedRequest & { bytesBehind: number })[] = [];
  #malformed: string | null = null;
  readonly #received = new Kept();
  readonly #sent = new Kept();
  readonly #frameReader = new FrameReader();
  readonly #frames: ReceivedFrame[] = [];
  #frameCount = 0;
  #answeredMs: number | null = null;
  #pingedMs: number | null = null;
  #clientEnd: ConnectionEnd | null = null;
  #serverEnd: ConnectionEnd | null = null;
  #isClosed = false;

  /** @param below the TCP connection: the socket itself without TLS */
  constructor(socket: Socket, below: Socket, route: Route) {
    this.#socket = socket;
    this.#below = below;
    const openedAt = performance.now();
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#received.add(chunk);
      if (this.#received.bytes > maxReceived) this.end('reset');
      else
        this.#read(chunk, (request) => {
          this.#host ??= route(request);
          this.#openedMs = (this.#host?.now() ?? 0) - (performance.now() - openedAt);
          return this.#host;
        });
    });
    socket.on('end', () => this.#onClientEnd('fin'));
    // A reset of our own reports nothing; one of the client is ECONNRESET, or EPIPE where we were writing.
    socket.on('error', () => this.#onClientEnd('reset'));
    socket.on('close', () => {
      this.#isClosed = true;
    });
  }

  /** Whether the client has not ended it, and our side has not reset it. */
  get isOpen(): boolean {
    return this.#clientEnd === null && !this.#isClosed && this.#serverEnd?.how !== 'reset';
  }

  record(): ClientConnection {
    return {
      openedMs: Math.max(0, Math.round(this.#openedMs)),
      requests: [...this.#requests],
      malformed: this.#malformed,
      received: this.#received.start(),
      receivedBytes: this.#received.bytes,
      sent: this.#sent.start(),
      sentBytes: this.#sent.bytes,
      frames: [...this.#frames],
      frameCount: this.#frameCount,
      answeredMs: this.#answeredMs,
      pingedMs: this.#pingedMs,
      clientEnd: this.#clientEnd,
      serverEnd: this.#serverEnd,
    };
  }

  /** Sends a Close frame with 1000, and ends our side. */
  sayGoodbye(): void {
    if (this.#serverEnd !== null || !this.isOpen) return;
    this.#write(Buffer.from([0x88, 2, 0x03, 0xe8]));
    this.end('fin');
  }

  /** Ends our side; the client's is still read. */
  end(how: 'fin' | 'reset'): void {
    if (how === 'reset') {
      if (this.isOpen) this.#serverEnd ??= { how, atMs: this.#now() };
      this.#below.resetAndDestroy();
    } else {
      if (this.#serverEnd !== null) return;
      if (this.isOpen) this.#serverEnd = { how, atMs: this.#now() };
      this.#socket.end();
    }
  }

  /** Lets go of the connection, whatever its state is. */
  destroy(): void {
    this.#socket.destroy();
    this.#below.destroy();
  }

  #now(): number {
    return Math.round(this.#host?.now() ?? 0);
  }

  #read(chunk: Buffer, route: Route): void {
    switch (this.#reading) {
      case 'nothing':
        return;
      case 'frames':
        this.#readFrames(chunk, false);
        return;
      case 'behind': {
        const request = this.#requests.at(-1);
        if (request !== undefined) request.bytesBehind += chunk.length;
        // What is kept for later is bounded like everything else.
        if (this.#pending.length <= maxRequestHead) this.#pending = Buffer.concat([this.#pending, chunk]);
        return;
      }
      case 'requests': {
        const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
        const taken = takeRequestHead(bytes);
        this.#pending = taken === null ? bytes : Buffer.from(taken.rest);
        if (taken !== null) this.#onHead(taken.head, route);
        return;
      }
    }
  }

  #onHead(head: RequestHead | NotARequest, route: Route): void {
    const host = route(head);
    if ('problem' in head) {
      this.#malformed = head.problem;
      this.#reading = 'nothing';
      this.end('reset');
      this.#host?.onClientEnd(this);
      return;
    }
    const found = host?.answerTo(head) ?? null;
    if (host === null || found === null || this.#requests.length >= maxRequests) {
      this.#reading = 'nothing';
      this.#write(Buffer.from('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'));
      this.end('fin');
      return;
    }
    this.#requests.push({ atMs: this.#now(), ...head, bytesBehind: this.#pending.length });
    this.#reading = 'behind';
    void this.#answer(
      found.answer,
      answerFiller(head, { ...found, host: host.host, isSecure: host.isSecure }),
      host,
    );
  }

  async #answer(
    { answer, afterwards }: Answer,
    fill: (text: string) => string,
    host: ConnectionHost,
  ): Promise<void> {
    this.#answeredMs = null;
    for (const step of answer) {
      if (!this.isOpen && this.#clientEnd?.how !== 'fin') break;
      await this.#take(step, fill, afterwards);
    }
    if (this.isOpen) this.#answeredMs = this.#now();
    // On a connection that is held without a byte, whatever comes is too early.
    if (afterwards !== 'hold') this.#beginReading(afterwards);
    host.onAnswered(this, afterwards);
    switch (afterwards) {
      case 'fin':
      case 'reset':
        this.end(afterwards);
        return;
      case 'ping':
        await sleep(pingAfterMs, undefined, { ref: false });
        if (!this.isOpen || this.#serverEnd !== null) return;
        this.#write(Buffer.from([0x89, pingPayload.length, ...Buffer.from(pingPayload)]));
        this.#pingedMs = this.#now();
        return;
      case 'http':
      case 'hold':
        return;
    }
  }

  async #take(step: Step, fill: (text: string) => string, afterwards: Afterwards): Promise<void> {
    if ('pause' in step) {
      await sleep(step.pause, undefined, { ref: false });
    } else if ('send' in step) {
      this.#beginReading(afterwards);
      this.#write(Buffer.from(fill(step.send), 'latin1'));
    } else if ('sendBytewise' in step) {
      this.#beginReading(afterwards);
      const pacedUntil = this.#now() + bytewiseMs;
      for (const byte of Buffer.from(fill(step.sendBytewise), 'latin1')) {
        if (!this.isOpen) return;
        this.#write(Buffer.from([byte]));
        if (this.#now() < pacedUntil) await nextTurn();
      }
    } else {
      this.#beginReading(afterwards);
      const text = Buffer.from(fill(step.repeat), 'latin1');
      const block = Buffer.concat(Array.from({ length: Math.ceil(16_384 / text.length) }, () => text));
      for (let left = step.bytes; left > 0 && this.isOpen; left -= block.length)
        await this.#writeAtPace(block.subarray(0, left));
    }
  }

  /** The first byte of the answer is about to be sent: what came so far came too early. */
  #beginReading(afterwards: Afterwards): void {
    if (this.#reading !== 'behind') return;
    const early = this.#pending;
    this.#pending = Buffer.alloc(0);
    switch (afterwards) {
      case 'ping':
        this.#reading = 'frames';
        this.#readFrames(early, true);
        return;
      case 'http':
        this.#reading = 'requests';
        this.#pending = early;
        return;
      case 'fin':
      case 'reset':
      case 'hold':
        this.#reading = 'nothing';
    }
  }

  #readFrames(chunk: Buffer, isEarly: boolean): void {
    for (const read of this.#frameReader.push(chunk)) {
      const frame = { ...read, atMs: this.#now(), isEarly };
      this.#frameCount += 1;
      if (this.#frames.length < maxFrames) this.#frames.push(frame);
      if (frame.opcode === opcodes.close && !isEarly) this.#answerClose(frame);
      this.#host?.onFrame(this, frame);
    }
  }

  #answerClose(frame: ReceivedFrame): void {
    if (this.#serverEnd !== null) return;
    const code = closeCode(frame);
    this.#write(Buffer.from(code === null ? [0x88, 0] : [0x88, 2, code >> 8, code & 0xff]));
    this.end('fin');
  }

  #write(bytes: Buffer): boolean {
    if (!this.#socket.writable) return true;
    this.#sent.add(bytes);
    return this.#socket.write(bytes);
  }

  /** Settles when the client has taken it, or the connection is over. */
  async #writeAtPace(bytes: Buffer): Promise<void> {
    if (this.#write(bytes)) return nextTurn();
    await new Promise<void>((resolve) => {
      const done = (): void => {
        for (const name of ['drain', 'close', 'error']) this.#socket.off(name, done);
        resolve();
      };
      for (const name of ['drain', 'close', 'error']) this.#socket.on(name, done);
    });
  }

  #onClientEnd(how: 'fin' | 'reset'): void {
    if (this.#clientEnd !== null) return;
    this.#clientEnd = { how, atMs: this.#now() };
    if (how === 'fin') this.#socket.end();
    this.#host?.onClientEnd(this);
  }
}

/** The beginning of a stream of bytes, and their number. */
class Kept {
  readonly #parts: Buffer[] = [];
  #keptBytes = 0;
  bytes = 0;

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    const room = maxKept - this.#keptBytes;
    if (room <= 0) return;
    this.#parts.push(Buffer.from(chunk.subarray(0, room)));
    this.#keptBytes += Math.min(room, chunk.length);
  }

  start(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
