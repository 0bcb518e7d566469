/** What a client did on one connection to our side, as evidence: its bytes, requests and frames, and how it ended. */

import type { Field } from './request.ts';

/** One step of a scripted answer. Text is latin1, one character per byte, with the placeholders of `Answer`. */
export type Step =
  | { readonly send: string }
  /** Each byte in a segment of its own. */
  | { readonly sendBytewise: string }
  /** The text again and again, until so many bytes are sent. */
  | { readonly repeat: string; readonly bytes: number }
  /** In milliseconds. */
  | { readonly pause: number };

/**
 * What our side does after the last step.
 *
 * - `ping`: sends a Ping, and reads frames.
 * - `http`: the connection is kept, and what comes on it is another request.
 * - `fin`, `reset`: ends the connection.
 * - `hold`: sends nothing more.
 */
export type Afterwards = 'ping' | 'http' | 'fin' | 'reset' | 'hold';

/**
 * A scripted answer. In its steps `{accept}` is the value that belongs to the request's key, `{accept-lower}` the same
 * in lower case, `{accept-prefix}` its first 20 characters, `{key}` the key itself, `{protocol}` a whole line that
 * acknowledges the first subprotocol offered, or nothing, `{host}` the host and port of our side, `{path}` the path of
 * the case, and `{ws}` and `{http}` the schemes of its URLs.
 */
export interface Answer {
  readonly answer: readonly Step[];
  readonly afterwards: Afterwards;
}

/** A request of the client, as it arrived. */
export interface ReceivedRequest {
  /** When its head was complete, in milliseconds since the case began. */
  readonly atMs: number;
  readonly requestLine: string;
  readonly method: string;
  readonly target: string;
  /** Such as `HTTP/1.1`. */
  readonly httpVersion: string;
  /** Names as they were written, values without the white space around them. */
  readonly fields: readonly Field[];
  /** How many bytes arrived behind the head before our side began to answer. */
  readonly bytesBehind: number;
}

/** A frame of the client (rfc6455 §5.2). */
export interface ReceivedFrame {
  readonly atMs: number;
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly isMasked: boolean;
  /** Bytes of its payload. */
  readonly length: number;
  /** The payload unmasked; only its first 125 bytes. */
  readonly payload: Buffer;
  /** It arrived before our side began to answer. */
  readonly isEarly: boolean;
}

/** The end of one direction of a connection. */
export interface ConnectionEnd {
  readonly how: 'fin' | 'reset';
  /** In milliseconds since the case began. */
  readonly atMs: number;
}

export interface ClientConnection {
  /** In milliseconds since the case began. */
  readonly openedMs: number;
  readonly requests: readonly ReceivedRequest[];
  /** Why what came is no request, in words; null if it was one. */
  readonly malformed: string | null;
  /** The first bytes that came, and how many came in all. */
  readonly received: Buffer;
  readonly receivedBytes: number;
  /** The first bytes that our side sent, and how many it sent in all. */
  readonly sent: Buffer;
  readonly sentBytes: number;
  /** The first frames, and how many came in all. */
  readonly frames: readonly ReceivedFrame[];
  readonly frameCount: number;
  /** When our side had sent the last byte of its last answer; null if the client ended the connection before that. */
  readonly answeredMs: number | null;
  /** When our side sent its Ping; null if it sent none. */
  readonly pingedMs: number | null;
  /** How the client ended the connection; null if it did not while the case ran. */
  readonly clientEnd: ConnectionEnd | null;
  /** How our side ended it; null if the client was first. */
  readonly serverEnd: ConnectionEnd | null;
}

/** The payload of the Ping that follows a 101. */
export const pingPayload = 'handshake13';

export const opcodes = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

/** Whether a frame is the answer to a Ping with this payload. */
export function isPongTo({ opcode, payload, isEarly }: ReceivedFrame, sent: string): boolean {
  return opcode === opcodes.pong && payload.toString('latin1') === sent && !isEarly;
}

/** The status code of a Close frame; null for any other frame, and for a Close frame without one. */
export function closeCode({ opcode, payload }: ReceivedFrame): number | null {
  return opcode === opcodes.close && payload.length >= 2 ? payload.readUInt16BE(0) : null;
}

/**
 * Whether a frame proves that the client opened the connection: data, the Pong to our Ping, or a Close with 1000 or
 * 1001. Any other Close proves nothing: some clients send one when they fail the connection.
 */
export function provesOpen(frame: ReceivedFrame): boolean {
  if (frame.isEarly) return false;
  switch (frame.opcode) {
    case opcodes.text:
    case opcodes.binary:
      return true;
    case opcodes.pong:
      return isPongTo(frame, pingPayload);
    case opcodes.close: {
      const code = closeCode(frame);
      return code === 1000 || code === 1001;
    }
    default:
      return false;
  }
}
