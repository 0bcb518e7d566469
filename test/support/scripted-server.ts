/** A server that does with each handshake what the test says, and writes down what it received and when. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Answer, serialise } from '../../fixtures/answer.ts';
import type { Behaviour } from '../../fixtures/behaviour.ts';
import { answerHandshake, conformantBehaviour } from '../../fixtures/handshake.ts';
import { RequestHeadReader } from '../../fixtures/request.ts';

export interface Handshake {
  /** From 1, in the order in which they were received. */
  readonly nth: number;
  /** The request head, byte for byte in latin1. */
  readonly head: string;
  /** Connections that were open when it was received, its own among them. */
  readonly open: number;
  /** When its connection was accepted, in ms of `performance.now()`. */
  readonly connectedAt: number;
  /** What the conformant server would answer, or one that differs from it in these hooks. */
  judged(hooks?: Partial<Behaviour>): Answer;
}

export interface ScriptedServer {
  readonly url: string;
  /** In the order in which they were received. */
  readonly handshakes: readonly Handshake[];
  readonly connections: number;
  /** Handshakes received and neither answered nor given up by the client: the most at one moment. */
  readonly mostPending: number;
  /** Settles when no connection is there; one that the client does not end may stay for ever. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** The values of every field line of that name, in order. */
export function fieldsOf({ head }: Handshake, name: string): string[] {
  return [...head.matchAll(new RegExp(`^${name}: ?(.*)\r$`, 'gim'))].map(([, value = '']) => value);
}

export type Script = (handshake: Handshake) => Answer | Promise<Answer>;

export async function startScript(script: Script): Promise<ScriptedServer> {
  const handshakes: Handshake[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let pending = 0;
  let mostPending = 0;
  let onEmpty = (): void => {};

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const connectedAt = performance.now();
    const reader = new RequestHeadReader();
    const received: Buffer[] = [];
    let isSwitched = false;
    let isRead = false;
    let isPending = false;
    const settle = (): void => {
      if (isPending) pending -= 1;
      isPending = false;
    };
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => {
      settle();
      sockets.delete(socket);
      if (sockets.size === 0) onEmpty();
    });
    socket.on('error', () => socket.destroy());
    socket.on('end', () => {
      settle();
      socket.end();
    });
    socket.on('data', (chunk) => {
      if (isSwitched) socket.end();
      if (isRead) return;
      received.push(chunk);
      const request = reader.push(chunk);
      if (request === undefined) return;
      isRead = true;
      const nth = handshakes.length + 1;
      const handshake: Handshake = {
        nth,
        head: Buffer.concat(received).toString('latin1'),
        open: sockets.size,
        connectedAt,
        judged: (hooks) => answerHandshake(request.head, nth, { ...conformantBehaviour, ...hooks }),
      };
      handshakes.push(handshake);
      pending += 1;
      isPending = true;
      mostPending = Math.max(mostPending, pending);
      void Promise.resolve(script(handshake)).then((answer) => {
        settle();
        isSwitched = answer.afterwards === 'websocket';
        socket.write(serialise(answer, request.head.method), 'latin1');
        if (answer.afterwards === 'close') socket.end();
        if (typeof answer.afterwards === 'function') answer.afterwards({ socket, below: socket });
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    handshakes,
    get connections() {
      return connections;
    },
    get mostPending() {
      return mostPending;
    },
    empty: () =>
      new Promise((resolve) => {
        onEmpty = resolve;
        if (sockets.size === 0) resolve();
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
