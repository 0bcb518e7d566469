/** Refusals. What the client does next is observed. */

import { connection, refusal, upgrade } from './answers.ts';
import type { Case } from './case.ts';

const shared = { group: 'refuse', tier: 'extended', expects: 'free', afterwards: 'http' } as const;

const noSameVersion =
  'Do not send the same version again after a refusal that does not list it, and report the versions that the server lists.';
const followWithCare =
  'Follow a redirect only on request, with a limit, and with a new key for each connection. A browser fails the connection.';
const onlySwitching = 'Take every status other than 101 as a refusal, and fail the connection.';
const whyVersions =
  'The client may try a listed version that it supports. With a version that is not listed, or with the same one again and again, it only loads the server.';
const whyRedirect =
  'The client does not have to follow. If it does, that is another handshake, and needs another key. A browser must not follow.';
const whyHead =
  'The head alone tells that the handshake is refused. A client that waits for the whole body never reports it where none ends.';

export const refuseCases = [
  {
    ...shared,
    id: '400-list-13',
    tier: 'core',
    title: '400 with the version 13',
    clauses: ['client-version-retry'],
    why: whyVersions,
    fix: noSameVersion,
    answer: refusal('400 Bad Request', 'Sec-WebSocket-Version: 13'),
  },
  {
    ...shared,
    id: '400-list-8',
    tier: 'core',
    title: '400 with the version 8',
    clauses: ['client-version-retry'],
    why: whyVersions,
    fix: noSameVersion,
    answer: refusal('400 Bad Request', 'Sec-WebSocket-Version: 8'),
  },
  {
    ...shared,
    id: '400-no-list',
    tier: 'core',
    title: '400 without versions',
    clauses: ['client-other-status'],
    why: 'The same handshake again is refused again.',
    fix: 'Report the refusal, and wait longer before each further attempt.',
    answer: refusal('400 Bad Request'),
  },
  {
    ...shared,
    id: '426-list-8-13',
    tier: 'core',
    title: '426 with the versions 8 and 13',
    clauses: ['client-version-retry'],
    why: whyVersions,
    fix: noSameVersion,
    answer: refusal('426 Upgrade Required', upgrade, connection, 'Sec-WebSocket-Version: 8, 13'),
  },
  {
    ...shared,
    id: '426-two-lines',
    tier: 'core',
    title: '426 with the versions 8 and 13 in two lines',
    clauses: ['client-version-retry'],
    why: whyVersions,
    fix: noSameVersion,
    answer: refusal(
      '426 Upgrade Required',
      upgrade,
      connection,
      'Sec-WebSocket-Version: 8',
      'Sec-WebSocket-Version: 13',
    ),
  },
  {
    ...shared,
    id: '426-list-8',
    tier: 'core',
    title: '426 with the version 8',
    clauses: ['client-version-retry'],
    why: whyVersions,
    fix: noSameVersion,
    answer: refusal('426 Upgrade Required', upgrade, connection, 'Sec-WebSocket-Version: 8'),
  },
  {
    ...shared,
    id: '426-list-14',
    tier: 'core',
    title: '426 with the version 14',
    clauses: ['client-version-retry'],
    why: whyVersions,
    fix: noSameVersion,
    answer: refusal('426 Upgrade Required', upgrade, connection, 'Sec-WebSocket-Version: 14'),
  },
  {
    ...shared,
    id: '426-no-list',
    tier: 'core',
    title: '426 without versions',
    clauses: ['client-other-status'],
    why: 'The same handshake again is refused again.',
    fix: 'Report the refusal, and wait longer before each further attempt.',
    answer: refusal('426 Upgrade Required', upgrade, connection),
  },
  {
    ...shared,
    id: '401-basic',
    tier: 'core',
    title: '401 with a Basic challenge',
    clauses: ['client-other-status', 'client-key'],
    why: 'The client might authenticate. That is another handshake, and needs another key.',
    fix: 'Report the 401, or repeat the handshake with credentials and a new key.',
    answer: refusal('401 Unauthorized', 'WWW-Authenticate: Basic realm="handshake13"'),
  },
  {
    ...shared,
    id: '403',
    title: '403',
    clauses: ['client-other-status'],
    why: 'The same handshake again is refused again.',
    fix: 'Report the refusal, and wait longer before each further attempt.',
    answer: refusal('403 Forbidden'),
  },
  {
    ...shared,
    id: '503-retry-after',
    tier: 'core',
    title: '503 with Retry-After',
    clauses: ['client-other-status', 'retry-after', 'client-reconnects'],
    why: 'Clients that try again at once keep an overloaded server down.',
    fix: 'Wait for at least as long as Retry-After says before the next attempt.',
    answer: refusal('503 Service Unavailable', 'Retry-After: 30'),
  },
  {
    ...shared,
    id: '301-http',
    title: '301 to an http URL',
    clauses: ['client-other-status', 'browser-websocket'],
    why: whyRedirect,
    fix: followWithCare,
    answer: refusal('301 Moved Permanently', 'Location: {http}://{host}{path}/next'),
  },
  {
    ...shared,
    id: '302-ws',
    tier: 'core',
    title: '302 to a ws URL',
    clauses: ['client-other-status', 'browser-websocket'],
    why: whyRedirect,
    fix: followWithCare,
    answer: refusal('302 Found', 'Location: {ws}://{host}{path}/next'),
  },
  {
    ...shared,
    id: '307-relative',
    title: '307 to a relative path',
    clauses: ['client-other-status', 'browser-websocket'],
    why: whyRedirect,
    fix: followWithCare,
    answer: refusal('307 Temporary Redirect', 'Location: {path}/next'),
  },
  {
    ...shared,
    id: '302-loop',
    title: '302 to itself',
    clauses: ['redirect', 'client-other-status'],
    why: 'A client that follows without a limit never ends.',
    fix: followWithCare,
    answer: refusal('302 Found', 'Location: {path}'),
  },
  {
    ...shared,
    id: '400-until-close',
    title: '400 with a body that ends with the connection',
    clauses: ['client-body-length', 'client-other-status'],
    why: whyHead,
    fix: onlySwitching,
    answer: [{ send: 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nBad Request\n' }],
    afterwards: 'fin',
  },
  {
    ...shared,
    id: '400-no-end',
    title: '400 with a body that never ends',
    clauses: ['client-body-length', 'client-other-status'],
    why: whyHead,
    fix: onlySwitching,
    answer: [{ send: 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nBad Request\n' }],
    afterwards: 'hold',
  },
] as const satisfies readonly Case[];
