/** The requests of a client over all cases: each rule with the requests that break it, and the keys of all of them. */

import type { ClientClauseId } from '../../spec/client-clauses.ts';
import type { ClientConnection, ReceivedRequest } from '../../wire/client-connection.ts';
import { fieldValues } from '../../wire/response.ts';
import type { ClientCauseId } from './client-causes.ts';
import { type RequestFault, type RequestRuleName, repeatedKeys, requestFaults } from './client-request.ts';
import type { CaseObservation } from './observation.ts';

/** What the requests of a client break, and in which cases. */
export interface RequestFailure {
  readonly cause: ClientCauseId;
  readonly expected: string;
  readonly actual: string;
  readonly clauses: readonly ClientClauseId[];
  /** Ids of the cases in which it was seen. */
  readonly cases: readonly string[];
}

export interface JudgedRequests {
  /** Handshakes that were judged. */
  readonly handshakes: number;
  /** Different keys. */
  readonly keys: number;
  readonly failures: readonly RequestFailure[];
}

/** Keys from which on a small set of byte values is told from chance. */
const enoughKeys = 40;
/** Different byte values among 40 keys of 16 random bytes: 235 on average, and never so few. */
const fewByteValues = 160;

const causeOfRule: Readonly<Record<Exclude<RequestRuleName, 'version'>, ClientCauseId>> = {
  requestLine: 'request-line',
  host: 'host',
  upgrade: 'upgrade',
  connection: 'connection',
  key: 'key',
  subprotocols: 'subprotocols',
  earlyBytes: 'early-bytes',
};

interface SeenRequest {
  readonly caseId: string;
  readonly request: ReceivedRequest;
  readonly connection: ClientConnection;
  /** It follows another one of its case. */
  readonly isLater: boolean;
}

/** @param authority the host and port that the URLs of the cases name */
export function judgeRequests(
  observed: readonly { readonly id: string; readonly observation: CaseObservation }[],
  authority: string,
): JudgedRequests {
  const seen = observed.flatMap(({ id, observation }) => handshakesOf(id, observation));
  const failures = new Map<ClientCauseId, RequestFailure>();
  const add = (
    cause: ClientCauseId,
    fault: Omit<RequestFailure, 'cause' | 'cases'>,
    caseId: string,
  ): void => {
    const known = failures.get(cause);
    if (known === undefined) failures.set(cause, { cause, ...fault, cases: [caseId] });
    else if (!known.cases.includes(caseId))
      failures.set(cause, { ...known, cases: [...known.cases, caseId] });
  };
  for (const { caseId, request, isLater } of seen) {
    for (const { rule, ...fault } of [...requestFaults(request), ...hostFaults(request, authority)]) {
      // After a refusal another version may be right: the case itself judges that.
      if (rule === 'version' && isLater) continue;
      add(rule === 'version' ? causeOfVersion(request) : causeOfRule[rule], fault, caseId);
    }
  }
  for (const failure of keyFailures(seen)) failures.set(failure.cause, failure);
  for (const failure of malformedRequests(observed)) failures.set(failure.cause, failure);
  const keys = new Set(seen.flatMap(({ request }) => keysOf(request)));
  return { handshakes: seen.length, keys: keys.size, failures: [...failures.values()] };
}

/** Every first request of a case, and those behind it that have to do with WebSocket. */
function handshakesOf(caseId: string, { connections }: CaseObservation): SeenRequest[] {
  const requests = connections
    .flatMap((connection) => connection.requests.map((request) => ({ connection, request })))
    .sort((a, b) => a.request.atMs - b.request.atMs);
  return requests
    .map((one, i) => ({ caseId, ...one, isLater: i > 0 }))
    .filter(({ request, isLater }) => !isLater || isHandshake(request));
}

function isHandshake({ fields }: ReceivedRequest): boolean {
  return fields.some(([name]) => /^(?:upgrade$|sec-websocket-)/i.test(name));
}

function causeOfVersion({ fields }: ReceivedRequest): ClientCauseId {
  const values = fieldValues(fields, 'Sec-WebSocket-Version');
  const [value = ''] = values;
  if (values.length === 0) return 'version-missing';
  if (values.length > 1) return 'version-repeated';
  return /^(?:0|[1-9]\d{0,2})$/.test(value) && Number(value) <= 255 ? 'version-other' : 'version-malformed';
}

/** Of a Host that is there once, whether it is that of the URL. */
function hostFaults({ fields }: ReceivedRequest, authority: string): RequestFault[] {
  const values = fieldValues(fields, 'Host');
  const [value = ''] = values;
  if (values.length !== 1 || value === '' || value.toLowerCase() === authority.toLowerCase()) return [];
  return [
    {
      rule: 'host',
      expected: `Host: ${authority}`,
      actual: JSON.stringify(value),
      clauses: ['client-request'],
    },
  ];
}

function keysOf({ fields }: ReceivedRequest): string[] {
  return fieldValues(fields, 'Sec-WebSocket-Key');
}

function keyFailures(seen: readonly SeenRequest[]): RequestFailure[] {
  // A field that comes twice in one request is another fault.
  const keysIn = (requests: readonly SeenRequest[]): string[] =>
    requests.flatMap(({ request }) => keysOf(request).slice(0, 1));
  const connections = [...new Set(seen.map(({ connection }) => connection))];
  // A handshake that is repeated on its connection may keep its key.
  const keys = connections.flatMap((connection) => [
    ...new Set(keysIn(seen.filter((one) => one.connection === connection))),
  ]);
  const repeated = repeatedKeys(keys);
  const [example] = repeated;
  const reused: RequestFailure[] =
    example === undefined
      ? []
      : [
          {
            cause: 'key-reused',
            expected: 'a new key for each connection',
            actual: `${JSON.stringify(example)} on ${keys.filter((key) => key === example).length} of ${keys.length} connections`,
            clauses: ['client-key'],
            cases: casesOf(
              seen.filter(({ request }) => keysOf(request).some((key) => repeated.includes(key))),
            ),
          },
        ];
  const bytes = [...new Set(keys)]
    .map((key) => Buffer.from(key, 'base64'))
    .filter(({ length }) => length === 16);
  const values = new Set(bytes.flatMap((one) => [...one]));
  if (bytes.length < enoughKeys || values.size >= fewByteValues) return reused;
  return [
    ...reused,
    {
      cause: 'key-not-random',
      expected: 'keys of random bytes',
      actual: `only ${values.size} of 256 byte values in ${bytes.length} keys`,
      clauses: ['client-key'],
      cases: casesOf(seen),
    },
  ];
}

function malformedRequests(
  observed: readonly { readonly id: string; readonly observation: CaseObservation }[],
): RequestFailure[] {
  const found = observed.flatMap(({ id, observation }) =>
    observation.connections.flatMap(({ malformed }) => (malformed === null ? [] : [{ id, malformed }])),
  );
  const [first] = found;
  if (first === undefined) return [];
  return [
    {
      cause: 'request-line',
      expected: 'GET over HTTP/1.1',
      actual: first.malformed,
      clauses: ['client-request'],
      cases: [...new Set(found.map(({ id }) => id))],
    },
  ];
}

function casesOf(seen: readonly SeenRequest[]): string[] {
  return [...new Set(seen.map(({ caseId }) => caseId))];
}
