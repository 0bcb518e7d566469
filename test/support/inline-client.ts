/** A client on a raw socket, for tests of the audit of clients: right in every way, apart from what a test changes. */

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { ClientStart } from '../../audit/client/client-options.ts';
import { maskedFrame } from './case-server.ts';

export interface Habits {
  /** The lines of the request, the request line first, without the empty line. */
  readonly request: (lines: readonly string[]) => readonly string[];
  /** Whether it opens on a head, which is a valid one or not. */
  readonly opensOn: (head: string, isValid: boolean) => boolean;
  readonly answersPings: boolean;
  /** What it does where it does not open. */
  readonly onRefusal: 'end' | 'wait' | 'retry';
  readonly key: () => string;
}

const right: Habits = {
  request: (lines) => lines,
  opensOn: (_, isValid) => isValid,
  answersPings: true,
  onRefusal: 'end',
  key: () => randomBytes(16).toString('base64'),
};

export function client(habits: Partial<Habits> = {}): Exclude<ClientStart, { command: readonly string[] }> {
  const all = { ...right, ...habits };
  return async (url, { signal }) => {
    while (!signal.aborted) {
      const isOver = await attempt(new URL(url), all, signal);
      if (isOver || all.onRefusal !== 'retry') return;
    }
  };
}

/** @returns whether it has opened */
async function attempt(url: URL, habits: Habits, signal: AbortSignal): Promise<boolean> {
  const socket = connect({ port: Number(url.port), host: url.hostname.replace(/[[\]]/g, '') });
  const key = habits.key();
  let received = '';
  let isOpen: boolean | null = null;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop);
  const lines = [
    `GET ${url.pathname} HTTP/1.1`,
    `Host: ${url.host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
  ];
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
    if (isOpen === null) decide();
    if (isOpen === true) answerFrames();
  });
  const decide = (): void => {
    received = received.replace(/^(?:HTTP\/1\.1 (?!101)1\d\d [^\0]*?\r\n\r\n)+/, '');
    const end = /\r\n\r\n/.exec(received);
    // What is no status line is no answer, and neither is a head without an end.
    if (end === null && /^(?:$|H)/.test(received) && received.length < 100_000) return;
    const head = received.slice(0, end?.index ?? 0);
    received = received.slice((end?.index ?? 0) + 4);
    isOpen = habits.opensOn(head, isValid(head, key));
    if (!isOpen && habits.onRefusal !== 'wait') socket.destroy();
  };
  const answerFrames = (): void => {
    while (received.length >= 2) {
      const [opcode, length] = [received.charCodeAt(0) & 0x0f, received.charCodeAt(1)];
      const payload = received.slice(2, 2 + length);
      received = received.slice(2 + length);
      if (opcode === 9 && habits.answersPings) socket.write(maskedFrame(0xa, payload), 'latin1');
      if (opcode === 9 && !habits.answersPings) socket.write(maskedFrame(1, 'hello'), 'latin1');
      if (opcode === 8) socket.end(maskedFrame(8, payload), 'latin1');
    }
  };
  await once(socket, 'connect').catch(() => {});
  socket.write(`${habits.request(lines).join('\r\n')}\r\n\r\n`);
  await closed;
  signal.removeEventListener('abort', stop);
  return isOpen === true;
}

function isValid(head: string, key: string): boolean {
  const [statusLine = '', ...lines] = head.split('\r\n');
  const values = (name: string): string[] =>
    lines
      .map((line) => /^([^:\s]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [])
      .filter(([, found = '']) => found.toLowerCase() === name)
      .map(([, , value = '']) => value);
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const tokens = values('connection').flatMap((value) => value.toLowerCase().split(/[ \t]*,[ \t]*/));
  return (
    /^HTTP\/1\.1 101(?: |$)/.test(statusLine) &&
    values('upgrade').join().toLowerCase() === 'websocket' &&
    tokens.includes('upgrade') &&
    values('sec-websocket-accept').join() === accept &&
    values('sec-websocket-extensions').length === 0 &&
    values('sec-websocket-protocol').length === 0
  );
}
