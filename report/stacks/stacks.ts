/** Servers, frameworks and proxies that have a recipe in docs/recipes.md, and by which of their own words they are known. */

/** A part of a response that only this stack writes. */
export type Trait =
  /** A field by its name (case-insensitive) and a pattern of its value. */
  | { readonly field: string; readonly value: RegExp }
  /** A pattern of the body. */
  | { readonly body: RegExp }
  /** A pattern of the frame that came together with the 101, its payload as the first group; latin1. */
  | { readonly frame: RegExp };

export interface Stack {
  readonly name: string;
  /** It often stands in front of a WebSocket server of another kind. */
  readonly isProxy?: true;
  /** None: nothing in its answers names it. */
  readonly traits: readonly Trait[];
  /** The stack that this one is built on: its words are in the answers of both. */
  readonly builtOn?: string;
  /** Ids of the findings that the recipe repairs; one that ends in `/` stands for all that begin with it. */
  readonly repairs: readonly string[];
}

export function isRepaired(id: string, { repairs }: Pick<Stack, 'repairs'>): boolean {
  return repairs.some((repaired) => (repaired.endsWith('/') ? id.startsWith(repaired) : id === repaired));
}

/** Findings about what the value is: gone where the whole value is compared with 13. */
export const aboutTheValue = [
  'version-never-read',
  'value-never-compared',
  'version-range',
  'substring',
  'list-reading',
  'prefix-parse',
  'unanchored-search',
  'number-conversion',
  'integer-conversion',
  'truncates-8-bit',
  'truncates-32-bit',
  'unicode-trim',
  'absent-counts-as-13',
  'empty-counts-as-13',
  'hixie-76',
  'accepted-unadvertised',
  'accepted-missing/',
  'accepted-unsupported/',
  'accepted-draft/',
  'accepted-comma-listed/',
  'accepted-malformed/',
];

/** Findings about which of several fields counts: gone where the fields are counted, or joined before the comparison. */
export const aboutRepeatedFields = [
  'first-field-wins',
  'last-field-wins',
  'any-field-wins',
  'same-field-twice',
  'accepted-duplicate/',
];

const aboutTheVersion = [...aboutTheValue, ...aboutRepeatedFields];

const server = (value: RegExp): Trait => ({ field: 'Server', value });

/** By the anchor of their section in docs/recipes.md. */
export const stacks: Readonly<Record<string, Stack>> = {
  socketio: {
    name: 'Socket.IO',
    // The packet with which Engine.IO opens a connection; and its refusals.
    traits: [
      { frame: /^\x81.{1,3}(0\{"sid":")/s },
      {
        body: /^\{"code":\d,"message":"(?:Transport unknown|Session ID unknown|Bad handshake method|Bad request)"/,
      },
    ],
    builtOn: 'ws',
    repairs: aboutTheVersion,
  },
  ws: {
    name: 'ws',
    traits: [{ body: /^Missing or invalid Sec-WebSocket-(?:Version|Key) header$/ }],
    repairs: [
      ...aboutTheVersion,
      'list-absent',
      'host-not-checked',
      'accepted-handshake/http-1.0',
      'accepted-handshake/http-missing',
      'response-framing',
    ],
  },
  uwebsocketsjs: {
    name: 'uWebSockets',
    traits: [{ field: 'uWebSockets', value: /^\d+$/ }],
    repairs: aboutTheVersion,
  },
  gorillawebsocket: {
    name: 'gorilla/websocket',
    traits: [],
    repairs: [...aboutTheVersion, 'first-key-wins', 'key-form-not-checked', 'answers-behind-refusal'],
  },
  coderwebsocket: {
    name: 'coder/websocket',
    traits: [{ body: /^unsupported WebSocket protocol version \(only 13 is supported\): "/ }],
    repairs: [...aboutTheVersion, 'first-key-wins', 'key-form-not-checked'],
  },
  jetty: { name: 'Jetty', traits: [server(/^Jetty\(/)], repairs: aboutTheVersion },
  'apache-tomcat': {
    name: 'Apache Tomcat',
    traits: [server(/^Apache-Coyote\//), { body: /<h3>Apache Tomcat(?:\/| \()[\d.]+/ }],
    repairs: aboutTheVersion,
  },
  netty: { name: 'Netty', traits: [], repairs: aboutTheVersion },
  spring: { name: 'Spring', traits: [], repairs: aboutTheVersion },
  'aspnet-core': { name: 'ASP.NET Core (Kestrel)', traits: [server(/^Kestrel$/)], repairs: aboutTheVersion },
  uvicorn: {
    name: 'uvicorn',
    traits: [server(/^uvicorn$/)],
    repairs: [...aboutRepeatedFields, 'refusal-status-426', 'upgrade-field'],
  },
  websockets: { name: 'websockets', traits: [server(/\bwebsockets\/\d/)], repairs: ['no-response'] },
  aiohttp: {
    name: 'aiohttp',
    traits: [server(/\baiohttp\/\d/)],
    repairs: [
      ...aboutTheVersion,
      'refusal-status-500',
      'first-key-wins',
      'host-not-checked',
      'accepted-handshake/http-1.0',
      'accepted-handshake/http-missing',
      'accepted-handshake/method-head',
      'answers-behind-refusal',
    ],
  },
  tornado: {
    name: 'Tornado',
    traits: [server(/^TornadoServer\//)],
    repairs: [...aboutRepeatedFields, 'refusal-status-426', 'upgrade-field', 'answers-behind-refusal'],
  },
  'phoenix-bandit-and-cowboy': { name: 'Cowboy', traits: [server(/^Cowboy$/i)], repairs: aboutTheVersion },
  'action-cable': {
    name: 'Action Cable',
    traits: [{ frame: /^\x81.(\{"type":"welcome")/s }],
    repairs: aboutTheValue,
  },
  nginx: {
    name: 'nginx',
    isProxy: true,
    traits: [server(/^(?:nginx|openresty)(?:\/|$)/)],
    repairs: [...aboutTheValue, 'list-absent', 'stays-open', 'accepted-handshake/http-1.0'],
  },
  haproxy: {
    name: 'HAProxy',
    isProxy: true,
    traits: [
      {
        body: /^<html><body><h1>400 Bad request<\/h1>\nYour browser sent an invalid request\.\n<\/body><\/html>/,
      },
    ],
    repairs: [...aboutTheVersion, 'stays-open'],
  },
  envoy: { name: 'Envoy', isProxy: true, traits: [server(/^envoy$/)], repairs: aboutTheVersion },
  caddy: { name: 'Caddy', isProxy: true, traits: [server(/^Caddy$/)], repairs: aboutTheVersion },
  'apache-httpd': {
    name: 'Apache httpd',
    isProxy: true,
    traits: [server(/^Apache(?:\/| |$)/)],
    repairs: [...aboutTheVersion, 'list-absent'],
  },
  traefik: { name: 'Traefik', isProxy: true, traits: [], repairs: aboutTheValue },
};
