/** Exchanges from the literal bytes of their responses, and scorecards of them. */

import { findProbe } from '../../probes/catalogue.ts';
import type { Probe } from '../../probes/probe.ts';
import type { Finding } from '../../scoring/findings.ts';
import { type ProfileName, profiles } from '../../scoring/profiles.ts';
import { type Scorecard, scoreProbe } from '../../scoring/scorecard.ts';
import type { ScoringContext } from '../../scoring/subject.ts';
import type { Verdict } from '../../scoring/verdict.ts';
import type { CloseKind, Exchange } from '../../wire/exchange.ts';
import { methodOf, readRequestHead } from '../../wire/http1/read-request.ts';
import { ResponseReader } from '../../wire/http1/response-reader.ts';
import { headUnfinished } from '../../wire/response.ts';

/** The key of the example in rfc6455 §1.3, and the answer to it that stands there. */
const exampleKey = 'dGhlIHNhbXBsZSBub25jZQ==';
export const exampleAccept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** What the scoring sees of a request is its key and its offers. */
export function request(...fields: string[]): Buffer {
  const lines = [
    'GET / HTTP/1.1',
    'Host: a.example',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${exampleKey}`,
    'Sec-WebSocket-Version: 13',
    ...fields,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** A response head of these lines, with nothing after it. */
export function head(...lines: string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A 101 that answers the example key rightly, and these fields besides. */
export function switching(...fields: string[]): string {
  return head(
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${exampleAccept}`,
    ...fields,
  );
}

/** A refusal with an empty body and these fields besides. */
export function refusal(status: string, ...fields: string[]): string {
  return head(`HTTP/1.1 ${status}`, 'Content-Length: 0', ...fields);
}

/** The refusal that is right in every part. */
export const right400 = refusal('400 Bad Request', 'Connection: close', 'Sec-WebSocket-Version: 13');

/** An exchange in which this text (latin1) was received before the connection ended, or was ended, so. */
export function received(
  text: string,
  close?: CloseKind,
  sent: Buffer = request(),
  isFollowed = false,
): Exchange {
  const bytes = Buffer.from(text, 'latin1');
  const reader = new ResponseReader(64 * 1024, methodOf(readRequestHead(sent)), isFollowed);
  reader.push(bytes);
  const kind = close ?? (reader.response?.status === 101 ? 'client' : 'fin');
  if (kind === 'fin' || kind === 'reset' || reader.hasHead) reader.end();
  else if (reader.isWithinHead) reader.end(headUnfinished);
  const { response, failure } = reader;
  const withoutResponse = {
    fin: 'closed',
    reset: 'reset',
    open: 'timeout',
    client: 'timeout',
    unwatched: 'timeout',
  } as const;
  return {
    outcome: response !== null ? 'response' : failure !== null ? 'malformed' : withoutResponse[kind],
    request: sent,
    sentFields: readRequestHead(sent).fields,
    received: bytes,
    truncated: false,
    response,
    ...(isFollowed && { second: reader.second }),
    close: { kind, afterMs: 1, isLate: false },
    timings: { connectMs: 1, firstByteMs: bytes.length === 0 ? null : 1, responseMs: 1 },
    error: failure === null ? null : { code: 'MALFORMED_RESPONSE', message: failure },
    openConnections: 0,
  };
}

/** An exchange that had no connection. */
export function unconnected(
  code: string,
  message = 'it failed',
  outcome: 'connect-failed' | 'tls-failed' = 'connect-failed',
): Exchange {
  return {
    ...received(''),
    outcome,
    close: null,
    timings: { connectMs: null, firstByteMs: null, responseMs: null },
    error: { code, message },
  };
}

export interface Context {
  readonly profile?: ProfileName;
  readonly advertised?: readonly number[];
  readonly accepted?: readonly number[];
  readonly unsound?: string;
  readonly leftOpen?: ReadonlySet<string>;
}

export function probe(id: string): Probe {
  const found = findProbe(id);
  if (found === undefined) throw new Error(`no probe is called ${id}`);
  return found;
}

/** Scores a probe on its exchanges, of which the last one is judged. */
export function score(
  id: string,
  exchanges: Exchange | readonly Exchange[],
  { profile = 'mdn', advertised = [], accepted = [], unsound, leftOpen = new Set() }: Context = {},
): Scorecard {
  const context: ScoringContext = {
    profile: profiles[profile],
    advertised: new Set(advertised),
    accepted: new Set(accepted),
    unsound: unsound ?? null,
    leftOpen,
  };
  return scoreProbe(probe(id), [exchanges].flat(), context);
}

/** `pass`, `n/a`, `inconclusive: why`, or the level and the cause of a failure: `fail MUST accepted`. */
export function brief(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'not applied';
  switch (verdict.verdict) {
    case 'fail':
      return `fail ${verdict.level} ${verdict.cause}`;
    case 'inconclusive':
      return `inconclusive: ${verdict.actual}`;
    case 'pass':
    case 'n/a':
      return verdict.verdict;
  }
}

/** The ids of findings with their levels. */
export function idsOf(findings: readonly Finding[]): string[] {
  return findings.map(({ id, level }) => `${level} ${id}`);
}
