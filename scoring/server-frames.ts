/**
 * The frames that came together with a 101 (rfc6455 §5.2). What comes later is not kept: by then the client has said
 * goodbye, and it may be an answer to that.
 */

import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, type Response } from '../wire/response.ts';
import type { Fault } from './fault.ts';

/** The bytes behind the head of the final response. */
export function bytesBehindHead({ received, response }: Exchange): Buffer {
  const text = received.toString('latin1');
  const head = text.indexOf(response?.statusLine ?? '');
  const end = /\n\r?\n/.exec(text.slice(head));
  return end === null ? Buffer.alloc(0) : received.subarray(head + end.index + end[0].length);
}

/** Whether a Close frame is among the frames behind the 101. */
export function sendsCloseFrame(exchange: Exchange): boolean {
  return closePayload(exchange) !== null;
}

/** The Close frame behind the 101, its status code and its reason in words; null where there is none. */
export function describeCloseFrame(exchange: Exchange): string | null {
  const payload = closePayload(exchange);
  if (payload === null) return null;
  if (payload.length < 2) return 'a Close frame without a status code';
  const reason = payload.toString('utf8', 2);
  return `a Close frame with ${payload.readUInt16BE(0)}${reason === '' ? '' : ` "${reason}"`}`;
}

/** What is in the first Close frame behind the 101 (rfc6455 §5.5.1); a server's frames are not masked. */
function closePayload(exchange: Exchange): Buffer | null {
  const bytes = bytesBehindHead(exchange);
  let at = 0;
  while (at + 1 < bytes.length) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const short = second & 0x7f;
    if ((first & 0x0f) === 0x08)
      return second > 0x7f ? Buffer.alloc(0) : bytes.subarray(at + 2, at + 2 + short);
    if (second > 0x7f || short === 127) return null;
    if (short === 126 && at + 4 > bytes.length) return null;
    at += short === 126 ? 4 + bytes.readUInt16BE(at + 2) : 2 + short;
  }
  return null;
}

const frame = { level: 'MUST', clauses: ['server-frames'] } as const;

const definedOpcodes: ReadonlySet<number> = new Set([0x0, 0x1, 0x2, 0x8, 0x9, 0xa]);

/** Of the first frame behind the 101; none where nothing, or no more than a byte, came together with it. */
export function frameFaults(exchange: Exchange, { fields }: Response): Fault[] {
  const [first, second] = bytesBehindHead(exchange);
  if (first === undefined || second === undefined) return [];
  const seen = [first, second].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
  const opcode = first & 0x0f;
  const isControl = opcode >= 0x8;
  // An extension may give a meaning to the reserved bits and to further opcodes.
  const isExtended = fieldValues(fields, 'Sec-WebSocket-Extensions').length > 0;
  const faults: Fault[] = [];
  if (!isExtended && ((first & 0x70) !== 0 || !definedOpcodes.has(opcode))) {
    faults.push({
      ...frame,
      actual: `reserved bits or an unknown opcode in the bytes ${seen}`,
      title: 'Sends bytes after the 101 that are not a WebSocket frame',
      detail: 'What follows the 101 has to be frames. A client has to fail the connection on these bytes.',
      fix: 'Send only frames after the empty line of the 101: no body, and no extra line end.',
    });
    return faults;
  }
  if ((second & 0x80) !== 0) {
    faults.push({
      ...frame,
      actual: `a masked frame: ${seen}`,
      title: 'Masks its frames',
      detail:
        'Only a client masks its frames. A client has to fail the connection on a masked frame of the server.',
      fix: 'Send frames without the mask bit and without a masking key.',
    });
  }
  if (isControl && ((first & 0x80) === 0 || (second & 0x7f) > 125)) {
    faults.push({
      ...frame,
      actual: `a control frame that is fragmented or longer than 125 bytes: ${seen}`,
      title: 'Sends a control frame that is fragmented or too long',
      detail: 'A control frame is one whole frame with at most 125 bytes.',
      fix: 'Send Close, Ping and Pong as one frame each, with at most 125 bytes.',
    });
  }
  return faults;
}
