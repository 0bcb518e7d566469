/** One connection of a client as the report stores it: bytes in base64, text in latin1. */

import type {
  ClientConnection,
  ConnectionEnd,
  ReceivedFrame,
  ReceivedRequest,
} from '../../wire/client-connection.ts';

export interface ConnectionRecord
  extends Omit<ClientConnection, 'received' | 'sent' | 'frames' | 'requests' | 'clientEnd' | 'serverEnd'> {
  readonly requests: readonly Pick<ReceivedRequest, 'atMs' | 'requestLine' | 'fields' | 'bytesBehind'>[];
  /** Base64. */
  readonly received: string;
  /** Base64. */
  readonly sent: string;
  readonly frames: readonly FrameRecord[];
  readonly clientEnd: ConnectionEnd | null;
  readonly serverEnd: ConnectionEnd | null;
}

export interface FrameRecord extends Omit<ReceivedFrame, 'payload'> {
  /** Base64, without the mask. */
  readonly payload: string;
}

export function recordConnection({
  received,
  sent,
  frames,
  requests,
  ...rest
}: ClientConnection): ConnectionRecord {
  return {
    ...rest,
    requests: requests.map(({ atMs, requestLine, fields, bytesBehind }) => ({
      atMs,
      requestLine,
      fields,
      bytesBehind,
    })),
    received: received.toString('base64'),
    sent: sent.toString('base64'),
    frames: frames.map(({ payload, ...frame }) => ({ ...frame, payload: payload.toString('base64') })),
  };
}
