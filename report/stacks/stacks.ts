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

/** What a comparison of the whole value with 13 puts right. */
const valueCompared = [
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

/** What is also put right where repeated fields are counted, or joined before they are compared. */
const fieldsCounted = [
  ...valueCompared,
  'first-field-wins',
  'last-field-wins',
  'any-field-wins',
  'same-field-twice',
  'accepted-duplicate/',
];

const server = (value: RegExp): Trait => ({ field: 'Server', value });

/** By the name of their section in docs/recipes.md. */
export const stacks: Readonly<Record<string, Stack>> = {
  'socket-io': {
    name: 'Socket.IO',
    // The packet with which Engine.IO opens a connection; and its refusals.
    traits: [
      { frame: /^\x81.{1,3}(0\{"sid":")/s },
      {
        body: /^\{"code":\d,"message":"(?:Transport unknown|Session ID unknown|Bad handshake method|Bad request)"/,
      },
    ],
    builtOn: 'ws',
    repairs: fieldsCounted,
  },
  ws: {
    name: 'ws',
    traits: [
      { body: /^(?:Missing or invalid Sec-WebSocket-(?:Version|Key) header|Invalid Upgrade header)$/ },
    ],
    repairs: fieldsCounted,
  },
  uwebsockets: {
    name: 'uWebSockets',
    traits: [{ field: 'uWebSockets', value: /^\d+$/ }],
    repairs: valueCompared,
  },
  gorilla: { name: 'gorilla/websocket', traits: [], repairs: fieldsCounted },
  coder: {
    name: 'coder/websocket',
    traits: [{ body: /^unsupported WebSocket protocol version \(only 13 is supported\): "/ }],
    repairs: fieldsCounted,
  },
  jetty: { name: 'Jetty', traits: [server(/^Jetty\(/)], repairs: fieldsCounted },
  tomcat: {
    name: 'Apache Tomcat',
    traits: [server(/^Apache-Coyote\//), { body: /<h3>Apache Tomcat(?:\/| \()[\d.]+/ }],
    repairs: fieldsCounted,
  },
  netty: { name: 'Netty', traits: [], repairs: fieldsCounted },
  spring: { name: 'Spring', traits: [], repairs: fieldsCounted },
  'aspnet-core': { name: 'ASP.NET Core (Kestrel)', traits: [server(/^Kestrel$/)], repairs: fieldsCounted },
  uvicorn: { name: 'uvicorn', traits: [server(/^uvicorn$/)], repairs: fieldsCounted },
  websockets: { name: 'websockets', traits: [server(/\bwebsockets\/\d/)], repairs: fieldsCounted },
  aiohttp: { name: 'aiohttp', traits: [server(/\baiohttp\/\d/)], repairs: fieldsCounted },
  tornado: { name: 'Tornado', traits: [server(/^TornadoServer\//)], repairs: fieldsCounted },
  cowboy: { name: 'Cowboy', traits: [server(/^Cowboy$/i)], repairs: fieldsCounted },
  'action-cable': {
    name: 'Action Cable',
    traits: [{ frame: /^\x81.(\{"type":"welcome")/s }],
    repairs: valueCompared,
  },
  nginx: {
    name: 'nginx',
    isProxy: true,
    traits: [server(/^(?:nginx|openresty)(?:\/|$)/)],
    repairs: valueCompared,
  },
  haproxy: {
    name: 'HAProxy',
    isProxy: true,
    traits: [
      {
        body: /^<html><body><h1>400 Bad request<\/h1>\nYour browser sent an invalid request\.\n<\/body><\/html>/,
      },
    ],
    repairs: fieldsCounted,
  },
  envoy: { name: 'Envoy', isProxy: true, traits: [server(/^envoy$/)], repairs: fieldsCounted },
  caddy: { name: 'Caddy', isProxy: true, traits: [server(/^Caddy$/)], repairs: fieldsCounted },
  apache: {
    name: 'Apache httpd',
    isProxy: true,
    traits: [server(/^Apache(?:\/| |$)/)],
    repairs: fieldsCounted,
  },
  traefik: { name: 'Traefik', isProxy: true, traits: [], repairs: fieldsCounted },
};
