/**
 * On which faults of a 101 real clients fail. A client is named where it fails on every form of the fault that was tried
 * (test/servers/clients.test.ts holds the forms), or where its source or a report says so.
 */

export interface Client {
  /** What it is, or the language that it is for. */
  readonly kind: string;
  /** Its name, with the version that was tried. */
  readonly name: string;
  /** How it is known; undefined where it was tried. */
  readonly source?: { readonly says: string; readonly urls: readonly string[] };
}

const github = 'https://github.com';

/** In the order in which they are named: those of one kind together. */
export const clients = {
  chromium: { kind: 'browsers', name: 'Chromium 156' },
  firefox: { kind: 'browsers', name: 'Firefox 153' },
  safari: {
    kind: 'browsers',
    name: 'Safari as reported from 2016 to 2022',
    source: {
      says: 'reports',
      urls: [
        `${github}/jrief/django-websocket-redis/issues/206`,
        `${github}/nengo/nengo-gui/pull/884`,
        `${github}/couchbase/couchbase-lite-core/pull/1403`,
      ],
    },
  },
  undici: { kind: 'Node.js', name: 'undici 7.30.2' },
  ws: { kind: 'Node.js', name: 'ws 8.23.0' },
  faye: { kind: 'Node.js', name: 'faye-websocket 0.11.4' },
  websocket: { kind: 'Node.js', name: 'websocket 1.0.35' },
  websockets: { kind: 'Python', name: 'websockets 10.4' },
  aiohttp: { kind: 'Python', name: 'aiohttp 3.8.4' },
  tornado: { kind: 'Python', name: 'Tornado 6.2' },
  websocketClient: { kind: 'Python', name: 'websocket-client 1.2.3' },
  gorilla: { kind: 'Go', name: 'gorilla/websocket 1.5.0' },
  nhooyr: { kind: 'Go', name: 'nhooyr.io/websocket 1.8.7' },
  xNet: { kind: 'Go', name: 'golang.org/x/net 0.7.0' },
  jdk: { kind: 'Java', name: 'java.net.http 17.0.15' },
  jetty: { kind: 'Java', name: 'Jetty 9.4.57' },
  libsoup: { kind: 'C', name: 'libsoup 3.2.3' },
  beast: { kind: 'C++', name: 'Boost.Beast 1.74' },
  mojolicious: { kind: 'Perl', name: 'Mojolicious 9.31' },
  dotnet: {
    kind: '.NET',
    name: 'ClientWebSocket',
    source: {
      says: 'source',
      urls: [
        `${github}/dotnet/runtime/blob/3a226f9fe03044bde06a5727c7aaae7def4b4ba5/src/libraries/System.Net.WebSockets.Client/src/System/Net/WebSockets/WebSocketHandle.Managed.cs`,
      ],
    },
  },
  tungstenite: {
    kind: 'Rust',
    name: 'tungstenite',
    source: {
      says: 'source',
      urls: [
        `${github}/snapview/tungstenite-rs/blob/000deff111618032c8ca16caf93e8a6eded0b823/src/handshake/client.rs`,
      ],
    },
  },
} as const satisfies Readonly<Record<string, Client>>;

export type ClientId = keyof typeof clients;

const ids = Object.keys(clients) as ClientId[];
const read: readonly ClientId[] = ['dotnet', 'tungstenite'];

export function wasTried(id: ClientId): boolean {
  return !('source' in clients[id]);
}

function allExcept(...others: readonly ClientId[]): readonly ClientId[] {
  return [...ids.filter((id) => wasTried(id) && !others.includes(id)), ...read];
}

export type ClientFault =
  | 'accept-missing'
  | 'accept-wrong'
  | 'accept-twice'
  | 'upgrade-missing'
  | 'upgrade-other'
  | 'upgrade-twice'
  | 'connection-missing'
  | 'connection-other'
  | 'connection-twice'
  | 'connection-with-close'
  | 'subprotocol-unasked'
  | 'subprotocol-not-offered'
  | 'subprotocol-other-case'
  | 'subprotocol-empty'
  | 'subprotocol-twice'
  | 'several-subprotocols'
  | 'offer-unanswered'
  | 'extension-not-offered'
  | 'http-1.0'
  | 'content-length-0'
  | 'content-length'
  | 'chunked'
  | 'version'
  | 'leading-empty-line'
  | 'no-space-after-status'
  | 'bare-lf'
  | 'obs-fold';

interface ClientFailures {
  /** What is wrong with the 101, in words. */
  readonly fault: string;
  readonly failing: readonly ClientId[];
}

export const clientFailures: Readonly<Record<ClientFault, ClientFailures>> = {
  'accept-missing': { fault: 'no Sec-WebSocket-Accept', failing: allExcept() },
  'accept-wrong': { fault: 'a wrong Sec-WebSocket-Accept', failing: allExcept() },
  'accept-twice': {
    fault: 'Sec-WebSocket-Accept twice',
    failing: [
      'chromium',
      'firefox',
      'undici',
      'ws',
      'faye',
      'websocket',
      'websockets',
      'tornado',
      'jdk',
      'mojolicious',
      'dotnet',
    ],
  },
  'upgrade-missing': { fault: 'no Upgrade', failing: allExcept('jetty') },
  'upgrade-other': { fault: 'another value in Upgrade', failing: allExcept('jetty', 'mojolicious') },
  'upgrade-twice': {
    fault: 'Upgrade: websocket twice',
    failing: [
      'chromium',
      'undici',
      'ws',
      'faye',
      'websocket',
      'websockets',
      'tornado',
      'jdk',
      'libsoup',
      'dotnet',
    ],
  },
  'connection-missing': { fault: 'no Connection', failing: allExcept('mojolicious') },
  'connection-other': { fault: 'no upgrade in Connection', failing: allExcept('mojolicious') },
  'connection-twice': {
    fault: 'upgrade twice in Connection',
    failing: ['undici', 'faye', 'websocket', 'tornado', 'jdk', 'dotnet'],
  },
  'connection-with-close': {
    fault: 'close beside upgrade in Connection',
    failing: ['undici', 'faye', 'websocket', 'tornado', 'gorilla', 'nhooyr', 'xNet', 'jdk', 'dotnet'],
  },
  'subprotocol-unasked': {
    fault: 'a subprotocol where none was offered',
    failing: [
      'chromium',
      'undici',
      'ws',
      'faye',
      'websockets',
      'nhooyr',
      'xNet',
      'jdk',
      'libsoup',
      'dotnet',
      'tungstenite',
    ],
  },
  'subprotocol-not-offered': {
    fault: 'a subprotocol that is not among those offered',
    failing: [
      'chromium',
      'firefox',
      'undici',
      'ws',
      'faye',
      'websocket',
      'websockets',
      'websocketClient',
      'nhooyr',
      'xNet',
      'jdk',
      'libsoup',
      'dotnet',
      'tungstenite',
    ],
  },
  'subprotocol-other-case': {
    fault: 'an offered subprotocol in a different case',
    failing: [
      'chromium',
      'firefox',
      'undici',
      'ws',
      'faye',
      'websocket',
      'websockets',
      'xNet',
      'jdk',
      'tungstenite',
    ],
  },
  'subprotocol-empty': {
    fault: 'an empty Sec-WebSocket-Protocol',
    failing: ['chromium', 'undici', 'ws', 'websockets', 'jdk', 'libsoup'],
  },
  'subprotocol-twice': {
    fault: 'the same Sec-WebSocket-Protocol twice',
    failing: ['chromium', 'firefox', 'undici', 'ws', 'faye', 'websocket', 'websockets', 'jdk'],
  },
  'several-subprotocols': {
    fault: 'several subprotocols',
    failing: ['chromium', 'firefox', 'undici', 'ws', 'faye', 'websocket', 'websockets', 'jdk'],
  },
  'offer-unanswered': {
    fault: 'no subprotocol of those offered',
    failing: ['chromium', 'undici', 'ws', 'websocket', 'websocketClient', 'tungstenite'],
  },
  'extension-not-offered': {
    fault: 'an extension that was not offered',
    failing: [
      'chromium',
      'firefox',
      'undici',
      'ws',
      'faye',
      'websockets',
      'tornado',
      'nhooyr',
      'xNet',
      'jdk',
      'libsoup',
    ],
  },
  'http-1.0': {
    fault: 'HTTP/1.0 in the status line',
    failing: ['firefox', 'safari', 'websockets', 'jetty', 'libsoup', 'beast', 'tungstenite'],
  },
  'content-length-0': { fault: 'Content-Length: 0', failing: [] },
  'content-length': { fault: 'another Content-Length', failing: ['jdk'] },
  chunked: { fault: 'Transfer-Encoding: chunked', failing: ['jdk'] },
  version: { fault: 'Sec-WebSocket-Version', failing: [] },
  'leading-empty-line': {
    fault: 'an empty line before the status line',
    failing: ['websockets', 'websocketClient', 'gorilla', 'nhooyr', 'xNet', 'jdk', 'beast', 'mojolicious'],
  },
  'no-space-after-status': {
    fault: 'no space after the status code',
    failing: ['websockets', 'tornado', 'beast'],
  },
  'bare-lf': {
    fault: 'lines that end in LF alone',
    failing: ['safari', 'undici', 'ws', 'websocket', 'websockets', 'beast'],
  },
  'obs-fold': {
    fault: 'a folded field value',
    failing: ['undici', 'ws', 'websocket', 'websockets', 'websocketClient', 'jetty'],
  },
};

/** In one sentence. */
export function whichClientsFail(fault: ClientFault): string {
  const { failing } = clientFailures[fault];
  const tried = ids.filter(wasTried);
  const opening = tried.filter((id) => !failing.includes(id));
  const all = `${tried.length} clients that were tried`;
  if (failing.length === 0) return `None of the ${all} fails on such a 101.`;
  if (opening.length === 0) return `All ${all} fail on such a 101.`;
  if (opening.length <= 2) return `Of the ${all}, only ${listed(opening)} opened on such a 101.`;
  return `Known to fail on such a 101: ${listed(failing)}.`;
}

/** Clients by their kinds: "browsers (Chromium 156, Firefox 153), Java (Jetty 9.4.57)". */
export function listed(some: readonly ClientId[]): string {
  const kinds = new Map<string, string[]>();
  for (const { kind, name } of ids.filter((id) => some.includes(id)).map((id) => clients[id])) {
    kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  }
  return [...kinds].map(([kind, names]) => `${kind} (${names.join(', ')})`).join(', ');
}
