/** What a client does after a refusal or a redirect (rfc6455 §4.4, §7.2.3; rfc9110 §15.4). */

import type { Case } from '../../cases/case.ts';
import type { ClientClauseId } from '../../spec/client-clauses.ts';
import { fieldValues, listElements } from '../../wire/response.ts';
import type { Level } from '../verdict.ts';
import type { ClientCauseId } from './client-causes.ts';
import type { ClientProfileName } from './client-profiles.ts';
import { conductOf } from './conduct.ts';
import type { CaseObservation } from './observation.ts';

export interface RefusalFault {
  readonly cause: ClientCauseId;
  readonly expected: string;
  readonly actual: string;
  readonly clauses: readonly ClientClauseId[];
  /** That of the cause where it is omitted. */
  readonly level?: Level;
}

export interface RefusalConduct {
  /** What it did, in words. */
  readonly words: string;
  readonly fault: RefusalFault | null;
  /** It goes on and may be at fault: the auditor stood still for too long to tell. */
  readonly isUnsure: boolean;
}

/** Handshakes from which on a repetition counts as one without end, if it still goes on. */
const manyHandshakes = 5;
/** Redirects that browsers follow at the most. */
const maxRedirects = 20;
/** Milliseconds. */
const second = 1_000;

/** The versions that an answer lists, in all of its lines; empty where it lists none. */
export function listedVersions({ answer }: Pick<Case, 'answer'>): string[] {
  const text = answer.map((step) => ('send' in step ? step.send : '')).join('');
  return listElements(
    [...text.matchAll(/^Sec-WebSocket-Version: (.*)\r$/gim)].map(([, value = '']) => value),
  );
}

function isRedirect({ id }: Case): boolean {
  return /^30\d-/.test(id);
}

export function refusalConduct(
  one: Case,
  observation: CaseObservation,
  profile: ClientProfileName,
): RefusalConduct {
  const { connections, requestCount } = observation;
  const requests = connections.flatMap((connection) => connection.requests).sort((a, b) => a.atMs - b.atMs);
  const later = requests.slice(1);
  const versions = later.flatMap(({ fields }) => fieldValues(fields, 'Sec-WebSocket-Version'));
  const listed = listedVersions(one);
  const [first] = requests;
  const firstVersions = first === undefined ? [] : fieldValues(first.fields, 'Sec-WebSocket-Version');
  const followed =
    later.some(({ target }) => target.includes('/next')) || (one.id === '302-loop' && later.length > 0);
  const unlisted = versions.find((version) => !listed.includes(version) && !firstVersions.includes(version));
  const done = describe(one, observation, { followed, versions });
  const fails = (fault: Omit<RefusalFault, 'actual'>, actual = done): RefusalConduct => ({
    words: done,
    fault: { ...fault, actual },
    isUnsure: false,
  });

  if (unlisted !== undefined)
    return fails(
      {
        cause: 'retries-unlisted-version',
        expected:
          listed.length === 0 ? 'no other version' : `none but the versions listed: ${listed.join(', ')}`,
        clauses: ['client-version-retry', 'client-version'],
      },
      `tried again with version ${unlisted}`,
    );
  if (isRedirect(one) && followed && profile === 'browser')
    return fails({
      cause: 'follows-redirect',
      expected: 'the client fails the connection',
      clauses: ['browser-websocket'],
    });
  if (one.id === '302-loop' && requestCount > maxRedirects + 1)
    return fails({
      cause: 'follows-redirect-loop',
      expected: 'the client notices that the redirect leads to itself',
      clauses: ['redirect'],
    });
  const firstMs = first?.atMs ?? 0;
  if (!isRedirect(one) && repeatsWithoutEnd(observation, firstMs))
    return fails({
      cause: 'retries-without-end',
      expected: 'no further handshake, or one after more than a second',
      clauses: listed.length > 0 ? ['client-version-retry', 'client-reconnects'] : ['client-reconnects'],
      level: /^4(?:00|26)-/.test(one.id) ? 'MUST' : 'SHOULD',
    });
  const isUnsure =
    one.id === '302-loop'
      ? followed && observation.standstillMs > second && goesOn(observation, observation.standstillMs)
      : !isRedirect(one) && repeatsWithoutEnd(observation, firstMs, observation.standstillMs);
  return { words: done, fault: null, isUnsure };
}

/**
 * Still at it when the watch ended, and on average more often than once a second.
 *
 * @param standstillMs how much of the time may not have been the client's
 */
function repeatsWithoutEnd(observation: CaseObservation, firstMs: number, standstillMs = 0): boolean {
  const { requestCount, lastRequestMs } = observation;
  if (requestCount < manyHandshakes || lastRequestMs === null) return false;
  const average = (lastRequestMs - firstMs - standstillMs) / (requestCount - 1);
  return average < second && goesOn(observation, standstillMs);
}

function goesOn({ lastRequestMs, watchedMs, process }: CaseObservation, standstillMs: number): boolean {
  if (lastRequestMs === null || process?.endedMs != null) return false;
  return watchedMs - lastRequestMs - standstillMs < second;
}

function describe(
  one: Case,
  observation: CaseObservation,
  { followed, versions }: { readonly followed: boolean; readonly versions: readonly string[] },
): string {
  const { requestCount } = observation;
  const conduct = conductOf(one, observation);
  if (isRedirect(one) && followed) {
    const opened = conduct.kind === 'opened' ? ', and opened the connection there' : '';
    const times = requestCount > 2 ? ` ${requestCount - 1} times` : '';
    return `followed the redirect${times}${opened}`;
  }
  if (requestCount < 2) return conduct.words;
  const again = requestCount === 2 ? 'sent another handshake' : `sent ${requestCount - 1} further handshakes`;
  const asked = [...new Set(versions)];
  return asked.length === 0 ? again : `${again}, with version ${asked.join(', ')}`;
}
