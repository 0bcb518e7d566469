/** An unstable network on loopback: a relay between client and server that is slow, splits, joins, cuts off and drops. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { resetAtOnce } from '../../fixtures/reset.ts';

/** What happens to one connection. Bytes of the response count from 0; an offset beyond its end means its end. */
export interface Weather {
  /** Milliseconds by which bytes are late, either way; what comes within that time is joined. */
  readonly latencyMs?: number;
  /** Bytes of the response that are handed on at once, at most. */
  readonly segmentBytes?: number;
  /** Milliseconds by which the server's FIN is late. */
  readonly finDelayMs?: number;
  /** What happens to the client's connection at that byte of the response. */
  readonly cut?: { readonly how: 'reset' | 'silence'; readonly at: number };
  /** Bytes of the request after which the connection is reset, on both sides. */
  readonly resetRequestAfter?: number;
}

export interface Relay {
  readonly port: number;
  readonly connections: number;
  close(): Promise<void>;
}

/** Milliseconds without an byte after which a response that is not followed by a close counts as ended. */
const quiet = 60;

/**
 * Starts a relay to a port of loopback.
 *
 * @param weatherOf a connection: the how manieth it is, from 1, and the request as far as its first bytes go (latin1)
 */
export async function startRelay(
  serverPort: number,
  weatherOf: (nth: number, request: string) => Weather,
): Promise<Relay> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections += 1;
    const nth = connections;
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => client.destroy());
    client.once('data', (first: Buffer) => {
      const upstream = connect({ port: serverPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      sockets.add(upstream);
      upstream.on('close', () => sockets.delete(upstream));
      carry(client, upstream, first, weatherOf(nth, first.toString('latin1')));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Carries the request, whose first bytes were read already, to the server, and the response back. */
function carry(client: Socket, upstream: Socket, first: Buffer, weather: Weather): void {
  const { latencyMs = 0, finDelayMs = 0, cut, resetRequestAfter = Number.POSITIVE_INFINITY } = weather;
  let isCut = false;
  const reset = (): void => {
    isCut = true;
    resetAtOnce(client);
    upstream.destroy();
  };
  const cutOff = async (): Promise<void> => {
    if (isCut) return;
    isCut = true;
    if (cut?.how !== 'reset') return;
    // Where bytes and a RST are there at once, Node.js takes the RST for a FIN: a client in this process reads first.
    await nextTurn();
    await nextTurn();
    reset();
  };

  let sent = 0;
  const toServer = createLane(latencyMs, async (bytes) => {
    const part = bytes.subarray(0, resetRequestAfter - sent);
    sent += part.length;
    await written(upstream, part);
    if (sent === resetRequestAfter) reset();
  });
  toServer.push(first);
  client.on('data', toServer.push);
  client.on('end', () => toServer.after(() => void upstream.end()));
  client.on('close', () => upstream.destroy());

  let received = 0;
  const cutAt = cut?.at ?? Number.POSITIVE_INFINITY;
  let atQuiet: NodeJS.Timeout | undefined;
  const toClient = createLane(latencyMs, async (bytes) => {
    clearTimeout(atQuiet);
    const size = weather.segmentBytes ?? bytes.length;
    for (let from = 0; from < bytes.length && !isCut; ) {
      const part = bytes.subarray(from, from + Math.min(size, cutAt - received));
      from += part.length;
      received += part.length;
      await written(client, part);
      if (received === cutAt) await cutOff();
      else if (from < bytes.length) await nextTurn();
    }
    if (cut !== undefined && !isCut) atQuiet = setTimeout(() => void cutOff(), quiet);
  });
  upstream.on('data', toClient.push);
  upstream.on('end', () =>
    toClient.after(async () => {
      clearTimeout(atQuiet);
      if (finDelayMs > 0) await sleep(finDelayMs);
      if (cut !== undefined) await cutOff();
      else client.end();
    }),
  );
  upstream.on('error', () =>
    toClient.after(() => {
      clearTimeout(atQuiet);
      if (cut === undefined || cut.how === 'reset') reset();
    }),
  );
}

interface Lane {
  readonly push: (bytes: Buffer) => void;
  /** Does something when all that was pushed before has been delivered. */
  readonly after: (action: () => void | Promise<void>) => void;
}

/** Delivers bytes in their order, one delivery after the other. */
function createLane(latencyMs: number, deliver: (bytes: Buffer) => Promise<void>): Lane {
  let held: Buffer[] = [];
  let last: Promise<void> = Promise.resolve();
  const after = (action: () => void | Promise<void>): void => {
    last = last.then(action);
  };
  return {
    push: (bytes) => {
      held.push(bytes);
      if (held.length > 1) return;
      after(async () => {
        if (latencyMs > 0) await sleep(latencyMs);
        const joined = Buffer.concat(held);
        held = [];
        await deliver(joined);
      });
    },
    after,
  };
}

/** Resolves when the system has taken the bytes; also where the socket is gone, which its events report. */
function written(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (bytes.length === 0 || socket.destroyed) resolve();
    else socket.write(bytes, () => resolve());
  });
}
