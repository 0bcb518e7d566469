/** Reads the frames of a client (rfc6455 §5.2), however long they are: of a payload only the beginning is kept. */

import { opcodes, type ReceivedFrame } from '../client-connection.ts';

/** Bytes of a payload that are kept: control frames have no more. */
const maxPayload = 125;

const defined: ReadonlySet<number> = new Set(Object.values(opcodes));

export type Frame = Omit<ReceivedFrame, 'atMs' | 'isEarly'>;

interface Header {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly mask: Buffer | null;
  readonly length: number;
}

export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);
  #header: Header | null = null;
  readonly #payload: Buffer[] = [];
  #payloadBytes = 0;
  /** Bytes came that are not a frame: nothing is read any more. */
  isBroken = false;

  /** @returns the frames that end within these bytes */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = Buffer.alloc(0);
    while (!this.isBroken) {
      if (this.#header === null) {
        const taken = readHeader(bytes);
        if (taken === null) {
          this.#pending = Buffer.from(bytes);
          break;
        }
        this.#header = taken.header;
        bytes = bytes.subarray(taken.bytes);
        if (!defined.has(taken.header.opcode)) {
          this.isBroken = true;
          break;
        }
      }
      const { length, mask, ...header }: Header = this.#header;
      const part = bytes.subarray(0, length - this.#payloadBytes);
      bytes = bytes.subarray(part.length);
      const room = maxPayload - Math.min(maxPayload, this.#payloadBytes);
      if (room > 0) this.#payload.push(Buffer.from(part.subarray(0, room)));
      this.#payloadBytes += part.length;
      if (this.#payloadBytes < length) break;
      frames.push({ ...header, length, isMasked: mask !== null, payload: unmask(this.#payload, mask) });
      this.#header = null;
      this.#payload.length = 0;
      this.#payloadBytes = 0;
    }
    return frames;
  }
}

/** Null while it is not complete. */
function readHeader(bytes: Buffer): { readonly header: Header; readonly bytes: number } | null {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return null;
  const short = second & 0x7f;
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const maskAt = 2 + lengthBytes;
  const total = maskAt + (second & 0x80 ? 4 : 0);
  if (bytes.length < total) return null;
  const length =
    lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : lengthBytes === 2 ? bytes.readUInt16BE(2) : short;
  return {
    header: {
      opcode: first & 0x0f,
      isFinal: (first & 0x80) !== 0,
      mask: total === maskAt ? null : Buffer.from(bytes.subarray(maskAt, total)),
      length,
    },
    bytes: total,
  };
}

function unmask(parts: readonly Buffer[], mask: Buffer | null): Buffer {
  const payload = Buffer.concat(parts);
  if (mask === null) return payload;
  for (const [i, byte] of payload.entries()) payload[i] = byte ^ (mask[i % 4] ?? 0);
  return payload;
}
