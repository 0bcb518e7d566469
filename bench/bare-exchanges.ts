/**
 * The baseline: the same bytes and the same waits as the tool's, with nothing but node:net. It looks at no more of
 * a response than it needs to know what to wait for.
 */

import net from 'node:net';
import type { Tally } from './tally.ts';

/** A masked Close frame with status code 1000 (rfc6455 §5.5.1); a mask of zeros is one as well. */
const closeFrame = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);
/** Milliseconds for a response head; a server that is slower than this ends the measurement's worth, not the bench. */
const responseTimeoutMs = 5000;

/** A request, and where it is sent. */
export interface BareRequest {
  readonly port: number;
  /** `127.0.0.1` by default. */
  readonly host?: string;
  readonly request: Buffer;
  /** False where the connection is ended once a head has come. */
  readonly isWatched?: boolean;
}

/** How many are under way at a time, and when the next may start: once a head has come, or the connection has ended. */
export interface Places {
  readonly count: number;
  readonly freeAt: 'head' | 'end';
}

/** Sends every request on a connection of its own. */
export function runBare(
  requests: Iterable<BareRequest>,
  { count, freeAt }: Places,
  closeWindowMs: number,
): Promise<Tally> {
  return new Promise((resolve) => {
    const tally: Tally = { accepted: 0, refused: 0, unanswered: 0, closed: 0, open: 0 };
    const remaining = requests[Symbol.iterator]();
    let isLast = false;
    let running = 0;

    const startNext = (): void => {
      const next = remaining.next();
      isLast = next.done === true;
      if (next.done !== true) exchange(next.value);
    };

    const exchange = ({ port, host = '127.0.0.1', request, isWatched = true }: BareRequest): void => {
      running += 1;
      let head = '';
      let isAnswered = false;
      let isAccepted = false;
      let isOver = false;
      const socket = net.connect({ host, port, allowHalfOpen: true });

      const finish = (ending: 'closed' | 'open' | 'unwatched'): void => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        socket.destroy();
        if (!isAccepted && ending !== 'unwatched') tally[ending]++;
        if (!isAnswered) tally.unanswered++;
        if (!isAnswered || freeAt === 'end') startNext();
        running -= 1;
        if (isLast && running === 0) resolve(tally);
      };
      let timer = setTimeout(finish, responseTimeoutMs, 'open');

      socket.on('data', (chunk) => {
        if (isAccepted) {
          // The server's Close frame.
          socket.end();
          return;
        }
        if (!isAnswered) {
          head += chunk.toString('latin1');
          if (!head.includes('\r\n\r\n')) return;
          isAnswered = true;
          isAccepted = head.startsWith('HTTP/1.1 101 ');
          tally[isAccepted ? 'accepted' : 'refused']++;
          if (isAccepted) socket.write(closeFrame);
          if (freeAt === 'head') startNext();
          if (!isWatched) {
            finish('unwatched');
            return;
          }
        }
        clearTimeout(timer);
        timer = setTimeout(finish, closeWindowMs, 'open');
      });
      socket.on('end', () => finish('closed'));
      socket.on('error', () => finish('closed'));
      socket.write(request);
    };

    for (let place = 0; place < count; place++) startNext();
  });
}
