/** Where to connect and what to request, from a URL and the connection options. */

import { Redactor } from '../redaction/redactor.ts';
import { secretForms } from '../redaction/secret-forms.ts';
import type { Field, RequestContext } from '../request.ts';
import { trimOws } from '../response.ts';
import { UsageError } from '../usage-error.ts';
import { createProxy, type HttpProxy } from './proxy.ts';
import { isUnixSocketUrl, parseUnixSocketUrl } from './unix-socket.ts';
import { basicCredentials, displayUrl } from './user-info.ts';

/** TLS options; all of them are passed on to `tls.connect`. */
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

/** Connect to `address` for `host:port`. */
export interface ResolveRule {
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

export interface ConnectionOptions {
  /** Fields added to every handshake, in order; the values of all but the open ones are masked. */
  readonly headers?: readonly Field[];
  /** Value of an Origin field. */
  readonly origin?: string;
  /** Subprotocols to offer (rfc6455 §4.1 (10)), as the value of one Sec-WebSocket-Protocol field. */
  readonly subprotocol?: string;
  readonly tls?: TlsOptions;
  readonly resolve?: readonly ResolveRule[];
  /** Connect to this IP address, whatever the host of the URL and the resolve rules say; the handshake still names the host. */
  readonly address?: string;
  /** URL of an HTTP proxy to tunnel through; null or omitted: none. The environment is ignored. */
  readonly proxy?: string | null;
  /** Texts to redact wherever they occur: in the URL, in any field, in what the server repeats. */
  readonly secrets?: readonly string[];
}

export interface Target extends RequestContext {
  /** The URL as every report names it: normalised, without user info. */
  readonly url: string;
  /** Host name or address, without the brackets of an IPv6 literal. */
  readonly hostname: string;
  readonly port: number;
  /** What to connect to: `hostname`, unless a resolve rule says otherwise. */
  readonly address: string;
  /** The file of a Unix socket to connect to instead; null for TCP. */
  readonly socketPath: string | null;
  /** Null without TLS. */
  readonly tls: TlsOptions | null;
  /** Null for a direct connection. */
  readonly proxy: TargetProxy | null;
  readonly redactor: Redactor;
}

/** What a target connects to, for telling whether two connect to the same: a socket's file, or address and port. */
export function endpointOf({ socketPath, address, port }: Target): string {
  return socketPath ?? `${address.toLowerCase()} ${port}`;
}

/** A proxy, and TLS to it with the target's trusted authorities and `insecure`. */
export type TargetProxy = HttpProxy & { readonly tls: TlsOptions | null };

const tlsPort = 443;

const schemes: Readonly<Record<string, { readonly tls: boolean; readonly port: number }>> = {
  'ws:': { tls: false, port: 80 },
  'http:': { tls: false, port: 80 },
  'wss:': { tls: true, port: tlsPort },
  'https:': { tls: true, port: tlsPort },
};

/** The whole URL in its normal form, with its secrets; null if it is not a target. Far cheaper than the target. */
export function normaliseUrl(input: string): string | null {
  if (isUnixSocketUrl(input)) return input;
  try {
    return parseTargetUrl(input, '').href;
  } catch {
    return null;
  }
}

/** Reads a target URL. @throws UsageError if it is not one, or if the options contradict it */
export function createTarget(input: string, options: ConnectionOptions = {}): Target {
  const displayName = displayUrl(input, options.secrets);
  if (input.includes('#')) {
    throw new UsageError(
      `${displayName}: a WebSocket URL has no fragment (rfc6455 §3); remove "#" and what follows`,
    );
  }
  return isUnixSocketUrl(input)
    ? createUnixTarget(input, displayName, options)
    : createTcpTarget(input, displayName, options);
}

/** Addresses, proxy and TLS concern hosts; they do not apply to a file. */
function createUnixTarget(input: string, displayName: string, options: ConnectionOptions): Target {
  const { url, socketPath, requestTarget } = parseUnixSocketUrl(input, displayName);
  const fields = assembleFields(null, options);
  const host = 'localhost';
  const forms = secretForms(options.secrets ?? [], requestTarget, new URL(`ws://${host}${requestTarget}`));
  const scheme = 'http';
  const redactor = new Redactor(fields, forms, { scheme, requestTarget, host });
  return {
    url: redactor.redactUrl(url),
    socketPath,
    requestTarget,
    scheme,
    hostname: host,
    port: 80,
    address: host,
    host,
    addedFields: fields,
    tls: null,
    proxy: null,
    redactor,
  };
}

function createTcpTarget(input: string, displayName: string, options: ConnectionOptions): Target {
  const url = parseTargetUrl(input, displayName);
  const scheme = schemes[url.protocol];
  if (scheme === undefined) {
    throw new UsageError(
      `${displayName}: the scheme is ${url.protocol} but must be ws:, wss:, http: or https:, or ws+unix: for a Unix socket`,
    );
  }
  const credentials = basicCredentials(url, displayName);
  url.username = '';
  url.password = '';
  const port = url.port === '' ? scheme.port : Number(url.port);
  const hostname = withoutBrackets(url.hostname);
  const added = assembleFields(credentials, options);
  const proxy = createTargetProxy(options);
  const requestTarget = `${url.pathname}${url.search}`;
  const httpScheme = scheme.tls ? 'https' : 'http';
  const redactor = new Redactor(
    // The proxy's credentials are sent to it alone, but its answer may repeat them.
    proxy === null || proxy.authorization === null
      ? added
      : [...added, ['Proxy-Authorization', proxy.authorization]],
    secretForms(options.secrets ?? [], input.trim(), url),
    { scheme: httpScheme, requestTarget, host: url.host },
  );
  return {
    url: `${url.protocol}//${redactor.redactMessage(url.host)}${redactor.redactUrl(requestTarget)}`,
    hostname,
    port,
    address: addressFor(hostname, port, options),
    requestTarget,
    scheme: httpScheme,
    host: url.host,
    addedFields: added,
    socketPath: null,
    tls: scheme.tls ? (options.tls ?? {}) : null,
    proxy: proxy && { ...proxy, url: redactor.redactMessage(proxy.url) },
    redactor,
  };
}

/** What to connect to. @throws UsageError if an address is given that is not one */
function addressFor(hostname: string, port: number, { address, resolve = [] }: ConnectionOptions): string {
  if (address !== undefined) {
    const plain = withoutBrackets(address);
    if (!isAddress(plain)) throw new UsageError(`${JSON.stringify(address)} is not an IP address`);
    return plain;
  }
  const rule = resolve.find((one) => one.port === port && sameHost(one.host, hostname));
  return rule === undefined ? hostname : withoutBrackets(rule.address);
}

function isAddress(text: string): boolean {
  return text.includes(':')
    ? URL.canParse(`ws://[${text}]/`)
    : /^\d+(\.\d+){3}$/.test(text) && URL.canParse(`ws://${text}/`);
}

function createTargetProxy({ proxy: url, tls, secrets }: ConnectionOptions): TargetProxy | null {
  if (url === undefined || url === null) return null;
  const proxy = createProxy(url, displayUrl(url, secrets));
  if (!proxy.isTls) return { ...proxy, tls: null };
  return {
    ...proxy,
    tls: { insecure: tls?.insecure === true, ...(tls?.ca !== undefined && { ca: tls.ca }) },
  };
}

function parseTargetUrl(input: string, displayName: string): URL {
  const text = input.trim();
  const port = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?]*@)?(?:\[[^\]]*\]|[^:/?[\]]*):(\d+)(?:[/?]|$)/i.exec(
    text,
  )?.[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) {
    throw new UsageError(`${displayName}: port ${port} is not between 1 and 65535`);
  }
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  if (!hasScheme && port === undefined && !startsWithHost(text)) {
    const hint = /^\d+$/.test(text)
      ? `for a port of this machine write :${text}`
      : 'give a URL (ws://host/path, wss://host/path), host, host:port or :port';
    throw new UsageError(`${displayName} is not a target: ${hint}`);
  }
  try {
    return new URL(hasScheme ? text : withScheme(text, port));
  } catch {
    throw new UsageError(`${displayName} is not a valid URL; a target looks like ws://host:port/path`);
  }
}

/** Whether a text without a scheme begins with the name of a host or a bracketed address, not with a number alone. */
function startsWithHost(text: string): boolean {
  return /^(?!\d+(?:[/?]|$))(?:\[[^\]]*\]|[\p{L}\p{N}_][\p{L}\p{N}_.-]*)(?:[/?]|$)/u.test(text);
}

/** Port 443 is that of TLS, and without a host it is this machine. */
function withScheme(text: string, port: string | undefined): string {
  const scheme = Number(port) === tlsPort ? 'wss' : 'ws';
  return `${scheme}://${text.startsWith(':') ? 'localhost' : ''}${text}`;
}

function assembleFields(credentials: string | null, options: ConnectionOptions): Field[] {
  const fields: Field[] = (options.headers ?? []).map(([name, value]) => [
    checkName(name),
    checkValue(name, value),
  ]);
  const shorthands: [option: string | null, name: string, value: string | null | undefined][] = [
    [null, 'Authorization', credentials],
    ['origin', 'Origin', options.origin],
    ['subprotocol', 'Sec-WebSocket-Protocol', options.subprotocol],
  ];
  for (const [option, name, value] of shorthands) {
    if (value === null || value === undefined) continue;
    if (fields.some(([given]) => given.toLowerCase() === name.toLowerCase())) {
      const problem = `sets ${name}, which is also among the added fields; keep one of them`;
      throw option === null
        ? new UsageError(`the user info of the URL ${problem}`)
        : new UsageError(problem, { option });
    }
    fields.push([name, checkValue(name, value)]);
  }
  return fields;
}

function checkName(name: string): string {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) {
    // Behind a space may be a credential that holds the colon.
    const shown = JSON.stringify(name.replace(/(?<=\S)\s.*$/s, ' ***'));
    throw new UsageError(`${shown} is not a field name; a field is written 'Name: value'`);
  }
  return name;
}

/** A field value in latin1, one character per byte of its UTF-8 encoding, checked by rfc9110 §5.5. */
function checkValue(name: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it matches control characters
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
