/** Our side of an audit of clients, and what raw sockets make of one of its cases. */

import type { Case } from '../../cases/case.ts';
import type { CaseId } from '../../cases/catalogue.ts';
import { caseCatalogue } from '../../cases/catalogue.ts';
import { CaseServer } from '../../wire/server/case-server.ts';
import { type CaseSession, usualWindows, type Windows } from '../../wire/server/case-session.ts';

export const sampleKey = 'dGhlIHNhbXBsZSBub25jZQ==';
/** rfc6455 §1.3. */
export const sampleAccept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

export function caseOf(id: CaseId): Case {
  const found = caseCatalogue.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no case ${id}`);
  return found;
}

export interface OpenCase {
  readonly session: CaseSession;
  readonly port: number;
  /** A valid request for the case, with these lines more. */
  request(...lines: readonly string[]): string;
}

/** Opens a case, and closes everything when the test is done. */
export async function withCase(
  id: CaseId,
  test: (open: OpenCase) => Promise<void>,
  windows: Partial<Windows> = {},
): Promise<void> {
  const server = await CaseServer.listen({ host: '127.0.0.1', port: 0, certificate: null });
  try {
    const session = server.open({
      first: caseOf(id),
      next: caseOf('right'),
      windows: { ...usualWindows, ...windows },
    });
    const request = (...lines: readonly string[]): string =>
      [
        `GET ${session.path} HTTP/1.1`,
        `Host: ${server.authority}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Key: ${sampleKey}`,
        'Sec-WebSocket-Version: 13',
        ...lines,
        '\r\n',
      ].join('\r\n');
    await test({ session, port: server.port, request });
  } finally {
    await server.close();
  }
}

/** A frame of a client, masked with zeros so that its payload can be read. */
export function maskedFrame(opcode: number, payload: string): string {
  return `${String.fromCharCode(0x80 | opcode, 0x80 | payload.length)}\0\0\0\0${payload}`;
}
