/** Servers for tests: fixtures, and one that records what it is sent; ports, folders and certificates. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Fixture } from '../../fixtures/behaviour.ts';
import { findFixture } from '../../fixtures/catalogue.ts';
import { type FixtureOptions, type RunningFixture, startFixture } from '../../fixtures/server.ts';

interface WatchedFixtureOptions extends FixtureOptions {
  /** Is called before each handshake is answered, with its number, from 1. */
  readonly onHandshake?: (nth: number) => void;
}

/** A fixture that calls a function with the number of each handshake before it answers. */
export function watchedFixture(name: string, onHandshake: (nth: number) => void): Fixture {
  const fixture = findFixture(name);
  if (fixture === undefined) throw new Error(`no fixture is called ${name}`);
  const answer: typeof fixture.behaviour.answer = (nth, judged, head) => {
    onHandshake(nth);
    return fixture.behaviour.answer(nth, judged, head);
  };
  return { ...fixture, behaviour: { ...fixture.behaviour, answer } };
}

/** Runs a fixture while `use` lasts. */
export async function withFixture<T>(
  name: string,
  use: (server: RunningFixture) => Promise<T>,
  { onHandshake = () => {}, ...options }: WatchedFixtureOptions = {},
): Promise<T> {
  const server = await startFixture(watchedFixture(name, onHandshake), options);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

export interface Recorder {
  readonly port: number;
  /** What came on each connection, in latin1, in the order in which they were opened. */
  readonly received: readonly string[];
}

/**
 * Runs a server that records, while `use` lasts.
 *
 * @param respond what it answers to a request head, in latin1; then it closes
 */
export async function withRecorder<T>(
  use: (server: Recorder) => Promise<T>,
  respond: (head: string) => string = () => 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n',
): Promise<T> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const index = received.push('') - 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      received[index] += chunk.toString('latin1');
      if (received[index]?.includes('\r\n\r\n')) socket.end(respond(received[index] ?? ''), 'latin1');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use({ port: (server.address() as AddressInfo).port, received });
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A port of loopback on which nobody listens. */
export function closedPort(): Promise<number> {
  return withRecorder(async ({ port }) => port);
}

/** A folder of its own while `use` lasts. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'handshake13-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A key or a certificate for tests; tsc does not copy them, so they are taken from the sources. */
export function pemFile(name: string): string {
  return path.resolve('test/wire/tls', name);
}

export function pem(name: string): string {
  return readFileSync(pemFile(name), 'latin1');
}
