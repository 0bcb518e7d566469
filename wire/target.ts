/** Where to dial and what to ask for, from a URL and the connection options. */

import { type Field, type RequestContext, type RequestTemplate, serialiseRequest } from './request.ts';
import { trimOws } from './response.ts';
import { maskTexts, Secrets } from './secrets.ts';
import { UsageError } from './usage-error.ts';

/** TLS as the caller wants it; all of it is passed on to `tls.connect`. */
export interface TlsOptions {
  /** Accept any certificate. */
  readonly insecure?: boolean;
  /** Certificates in PEM that are trusted instead of the usual authorities. */
  readonly ca?: string;
  /** The client's certificate chain, PEM. */
  readonly cert?: string;
  /** The client's private key, PEM. */
  readonly key?: string;
  /** The name for SNI and for the check of the certificate, instead of the URL's host. */
  readonly servername?: string;
}

/** Dial `address` for `host:port`. */
export interface ResolveRule {
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

export interface ConnectionOptions {
  /** Fields added to every handshake, in order. */
  readonly headers?: readonly Field[];
  /** Value of an Origin field. */
  readonly origin?: string;
  /** Subprotocols to offer (rfc6455 §4.1 (10)), as the value of one Sec-WebSocket-Protocol field. */
  readonly subprotocol?: string;
  readonly tls?: TlsOptions;
  readonly resolve?: readonly ResolveRule[];
  /** Texts to mask wherever they occur: in the URL, in fields of any name, in what the server repeats. */
  readonly secrets?: readonly string[];
}

export interface Target extends RequestContext {
  /** The URL as every report names it: normalised, without user info, secrets masked. */
  readonly url: string;
  /** Host name or address, without the brackets of an IPv6 literal. */
  readonly hostname: string;
  readonly port: number;
  /** What to dial: `hostname`, unless a resolve rule says otherwise. */
  readonly address: string;
  /** Null for plain TCP. */
  readonly tls: TlsOptions | null;
  readonly secrets: Secrets;
}

const schemes: Readonly<Record<string, { readonly tls: boolean; readonly port: number }>> = {
  'ws:': { tls: false, port: 80 },
  'http:': { tls: false, port: 80 },
  'wss:': { tls: true, port: 443 },
  'https:': { tls: true, port: 443 },
};

/** Reads a target URL. @throws UsageError where it is none, or where the options contradict it */
export function createTarget(input: string, options: ConnectionOptions = {}): Target {
  const told = shown(input, options.secrets ?? []);
  const url = parseTargetUrl(input, told);
  const scheme = schemes[url.protocol];
  if (scheme === undefined) {
    throw new UsageError(`${told}: the scheme is ${url.protocol} but must be ws:, wss:, http: or https:`);
  }
  const credentials = basicCredentials(url, told);
  url.username = '';
  url.password = '';
  const port = url.port === '' ? scheme.port : Number(url.port);
  const hostname = withoutBrackets(url.hostname);
  const added = assembleFields(credentials, options);
  const rule = options.resolve?.find(
    (candidate) => candidate.port === port && sameHost(candidate.host, hostname),
  );
  const requestTarget = `${url.pathname}${url.search}`;
  const secrets = new Secrets(added, secretForms(options.secrets ?? [], input.trim(), url), {
    requestTarget,
    host: url.host,
  });
  return {
    url: `${url.protocol}//${secrets.maskOwn(url.host)}${secrets.maskOwn(requestTarget)}`,
    hostname,
    port,
    address: rule === undefined ? hostname : withoutBrackets(rule.address),
    requestTarget,
    host: url.host,
    addedFields: added,
    tls: scheme.tls ? (options.tls ?? {}) : null,
    secrets,
  };
}

/** The request octets for one connection to the target. */
export function requestFor(target: Target, template: RequestTemplate): Buffer {
  return serialiseRequest(template, target);
}

function parseTargetUrl(input: string, told: string): URL {
  const text = input.trim();
  if (text.includes('#')) {
    throw new UsageError(
      `${told}: a WebSocket URL has no fragment (rfc6455 §3); remove "#" and what follows`,
    );
  }
  const port = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?]*@)?(?:\[[^\]]*\]|[^:/?[\]]*):(\d+)(?:[/?]|$)/i.exec(
    text,
  )?.[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) {
    throw new UsageError(`${told}: port ${port} is not between 1 and 65535`);
  }
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  if (!hasScheme && port === undefined) {
    throw new UsageError(`${told} is no target: give a URL (ws://host/path, wss://host/path) or host:port`);
  }
  try {
    return new URL(hasScheme ? text : `ws://${text}`);
  } catch {
    throw new UsageError(`${told} is no valid URL; a target looks like ws://host:port/path`);
  }
}

/**
 * What the caller typed, for an error message: on one line, without secrets and user info. That ends at the last "@"
 * whatever else is wrong: a password may hold the very character that makes the URL none.
 */
function shown(input: string, secrets: readonly string[]): string {
  return JSON.stringify(
    maskTexts(input.trim(), secrets).replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@'),
  );
}

/** User info of the URL as the value of an Authorization field (rfc7617), or null. */
function basicCredentials(url: URL, told: string): string | null {
  if (url.username === '' && url.password === '') return null;
  try {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  } catch {
    throw new UsageError(`${told}: the user info holds a "%" that encodes nothing; write it as %25`);
  }
}

/**
 * Secrets in every form in which they are sent or told: as they are, trimmed as field values are, percent-encoded by
 * the URL, and decoded from it. Of one that reaches over several parts of the URL, those parts.
 */
function secretForms(secrets: readonly string[], input: string, url: URL): string[] {
  const forms = secrets.flatMap((secret) => [
    secret,
    trimOws(secret),
    orItself(encodeURIComponent, secret),
    orItself(decodeURIComponent, secret),
    ...inUrl(secret),
  ]);
  return [...new Set([...forms, ...partsInUrl(secrets, input, url)])].filter((form) => form !== '');
}

/** What of the secrets stands in the host, the path and the query, as the normalised URL has it. */
function partsInUrl(secrets: readonly string[], input: string, url: URL): string[] {
  const pattern =
    /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?]*@)?(?<host>\[[^\]]*\]|[^:/?]*):?(?<port>\d*)(?<path>[^?]*)(?<query>.*)$/dis;
  const { host, port, path, query } = pattern.exec(input)?.indices?.groups ?? {};
  return secrets.flatMap((secret) => {
    const parts: string[] = [];
    for (let at = input.indexOf(secret); secret !== '' && at !== -1; at = input.indexOf(secret, at + 1)) {
      const end = at + secret.length;
      const add = (
        place: [number, number] | undefined,
        whole: string,
        write: (part: string) => string[],
      ): void => {
        if (place === undefined) return;
        if (at <= place[0] && place[1] <= end) parts.push(whole);
        else parts.push(...write(input.slice(Math.max(place[0], at), Math.min(place[1], end))));
      };
      add(host, withoutBrackets(url.hostname), (part) => [part.toLowerCase()]);
      add(port, url.port, (part) => [part]);
      add(path, url.pathname.slice(1), inUrl);
      add(query, url.search.slice(1), inUrl);
    }
    return parts;
  });
}

/** A text as it becomes in a query and in a path. */
function inUrl(text: string): string[] {
  const scratch = new URL('ws://host/');
  scratch.search = `?${text}`;
  scratch.pathname = `/${text}`;
  return [scratch.search.slice(1), scratch.pathname.slice(1)];
}

/** What `convert` makes of a text; the text itself, where it is not of the kind that can be converted. */
function orItself(convert: (text: string) => string, text: string): string {
  try {
    return convert(text);
  } catch {
    return text;
  }
}

function assembleFields(credentials: string | null, options: ConnectionOptions): Field[] {
  const fields: Field[] = (options.headers ?? []).map(([name, value]) => [
    checkName(name),
    checkValue(name, value),
  ]);
  const shorthands: [option: string, name: string, value: string | null | undefined][] = [
    ['the user info of the URL', 'Authorization', credentials],
    ['--origin', 'Origin', options.origin],
    ['--subprotocol', 'Sec-WebSocket-Protocol', options.subprotocol],
  ];
  for (const [option, name, value] of shorthands) {
    if (value === null || value === undefined) continue;
    if (fields.some(([given]) => given.toLowerCase() === name.toLowerCase())) {
      throw new UsageError(`${name} is set twice, by ${option} and by --header; keep one of them`);
    }
    fields.push([name, checkValue(name, value)]);
  }
  return fields;
}

function checkName(name: string): string {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) {
    throw new UsageError(`${JSON.stringify(name)} is no field name; a field is written 'Name: value'`);
  }
  return name;
}

/** A field value as octets (UTF-8 where it is not ASCII), checked by rfc9110 §5.5. */
function checkValue(name: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control octets are what it looks for
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
    throw new UsageError(`the value of ${name} holds a line break or another control character; remove it`);
  }
  return Buffer.from(trimOws(value), 'utf8').toString('latin1');
}

function sameHost(a: string, b: string): boolean {
  return withoutBrackets(a).toLowerCase() === b.toLowerCase();
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
