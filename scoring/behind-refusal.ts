/** What is wrong with answering a handshake that stands right behind a refused one. */

import type { Exchange } from '../wire/exchange.ts';
import { isSwitchingProtocols } from '../wire/response.ts';
import { announcesClose } from './answer.ts';
import type { Fault } from './fault.ts';

/** After an announced close no response may come; otherwise only a 101 shows that the refusal did not end the connection. */
export function behindRefusalFaults(exchange: Exchange): Fault[] {
  const second = exchange.second ?? null;
  if (second === null) return [];
  const actual = describeSecond(exchange);
  if (announcesClose(exchange)) {
    return [
      {
        actual,
        level: 'MUST',
        clauses: ['close-means-close'],
        title: 'Announces Connection: close but answers a later request',
        detail:
          'Two handshakes were sent in one write. The refusal of the first says that the connection will be closed, and a response to the second followed all the same. What comes on a connection after that announcement must not be processed.',
        fix: 'Stop reading requests from a connection once a response with Connection: close is written: discard what has arrived after the handshake, and close.',
      },
    ];
  }
  if (!isSwitchingProtocols(second)) return [];
  return [
    {
      actual,
      level: 'SHOULD',
      clauses: ['close-on-unsafe'],
      title: 'Accepts a handshake after one that it refused',
      detail:
        'Two handshakes were sent in one write. The first was refused and the second accepted on the same connection. HTTP/1.1 allows a connection to persist after an error, but what a client sends behind a handshake may be meant for another version of the protocol, and is read as a request here.',
      fix: 'Send Connection: close with the refusal, discard what has arrived after the handshake, and close.',
    },
  ];
}

/** The second response, in words. */
export function describeSecond({ second }: Exchange): string {
  return second === undefined || second === null
    ? 'no second response'
    : `a second response: ${second.status}`;
}
