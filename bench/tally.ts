/** What came of the exchanges of one measurement: who did less work is not faster. */

import { isDeepStrictEqual } from 'node:util';
import type { ExchangeRecord } from '../index.ts';
import { isSwitchingProtocols } from '../wire/response.ts';

export interface Tally {
  /** Responses with 101. */
  accepted: number;
  /** Other responses. */
  refused: number;
  /** Connections that ended without a response. */
  unanswered: number;
  /** Connections without a 101, if their end was waited for, that the server closed, */
  closed: number;
  /** and that it left open. */
  open: number;
}

/** What a tally is taken of: an exchange, or its record in a report. */
type Ended = Pick<ExchangeRecord, 'outcome' | 'close'> & {
  readonly response: { readonly status: number | null } | null;
};

export function tallyOf(exchanges: readonly Ended[]): Tally {
  const tally = { accepted: 0, refused: 0, unanswered: 0, closed: 0, open: 0 };
  for (const { outcome, response, close } of exchanges) {
    const isAccepted = isSwitchingProtocols(response);
    if (outcome !== 'response') tally.unanswered++;
    else tally[isAccepted ? 'accepted' : 'refused']++;
    if (!isAccepted && close?.kind !== 'unwatched') tally[close?.kind === 'open' ? 'open' : 'closed']++;
  }
  return tally;
}

export function sumOf(a: Tally, b: Tally): Tally {
  return {
    accepted: a.accepted + b.accepted,
    refused: a.refused + b.refused,
    unanswered: a.unanswered + b.unanswered,
    closed: a.closed + b.closed,
    open: a.open + b.open,
  };
}

/** @throws Error where two did not do the same work, and their times mean nothing */
export function checkSameWork(what: string, seen: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(seen, expected)) {
    throw new Error(`${what} saw ${JSON.stringify(seen)} where ${JSON.stringify(expected)} was expected`);
  }
}
