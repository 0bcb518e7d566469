/** Parts that the answers are made of. */

import type { Step } from '../wire/client-connection.ts';

export const status = 'HTTP/1.1 101 Switching Protocols';
export const upgrade = 'Upgrade: websocket';
export const connection = 'Connection: Upgrade';
export const accept = 'Sec-WebSocket-Accept: {accept}';

/** The lines of a valid 101, without the acknowledged subprotocol. */
export const valid: readonly string[] = [status, upgrade, connection, accept];

/** A head of these lines, which acknowledges the first subprotocol offered. */
export function head(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n{protocol}\r\n`;
}

/** A 101 of these lines, as one step. */
export function sends(lines: readonly string[]): readonly Step[] {
  return [{ send: head(lines) }];
}

/** The valid 101 with more lines after its own. */
export function withMore(...lines: readonly string[]): readonly Step[] {
  return sends([...valid, ...lines]);
}

/** The valid 101 without one of its lines, or with others in its place. */
export function replacing(line: string, ...others: readonly string[]): readonly Step[] {
  return sends(valid.flatMap((one) => (one === line ? others : [one])));
}

/** A whole response that is not a 101, with a body of declared length. */
export function refusal(statusAndReason: string, ...fields: readonly string[]): readonly Step[] {
  const body = `${statusAndReason}\n`;
  const lines = [`HTTP/1.1 ${statusAndReason}`, ...fields, `Content-Length: ${body.length}`];
  return [{ send: `${lines.join('\r\n')}\r\n\r\n${body}` }];
}
