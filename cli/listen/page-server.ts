/** Serves the page that plays the cases, reports to it what our side sees, and sees what arrives of its attempts. */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CaseUrl } from '../../audit/client/visits.ts';
import type { ClientAuditEvent } from '../../report/client/client-events.ts';
import { styleSheet } from '../../reporters/html/style-sheet.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { listenPage } from './page.ts';
import { pageScript } from './page-script.ts';
import { type ScriptAttempt, scriptAttempts } from './script-attempts.ts';

/** What the page asks for, and what it reports. */
export interface PageHost {
  /** In the order in which they are played. */
  readonly urls: readonly CaseUrl[];
  secondUrls(): Promise<readonly CaseUrl[]>;
  /** What arrived of an attempt to set Sec-WebSocket-Version. */
  onAttempt(attempt: ScriptAttempt, arrived: readonly string[]): void;
  /** The page begins. */
  onPlay(): void;
  /** The page has played everything. */
  onDone(): void;
  /** The page was closed before. */
  onLeft(): void;
}

/** Milliseconds in which a page that is loaded again comes back. */
const reloadMs = 3_000;

/** The page loads what it needs from here, and connects to the cases. */
const policy = `default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src 'self' ws:; base-uri 'none'; form-action 'none'`;

export class PageServer {
  readonly #server: Server;
  readonly #host: PageHost;
  readonly #path = `/${randomBytes(12).toString('hex')}/`;
  /** What every page is told, also one that is opened later. */
  readonly #told: string[] = [];
  readonly #pages = new Set<ServerResponse>();
  readonly #seen = new Set<string>();
  #isPlaying = false;
  #authority = '';

  /** @throws UsageError where it cannot listen there */
  static async listen(
    pageHost: PageHost,
    { host, port }: { readonly host: string; readonly port: number },
  ): Promise<PageServer> {
    const server = createServer();
    server.listen({ host, port });
    try {
      await once(server, 'listening');
    } catch (error) {
      throw new UsageError(`cannot listen on ${host}, port ${port}: ${(error as Error).message}`);
    }
    const page = new PageServer(server, pageHost);
    page.#authority = `${isIPv6(host) ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
    return page;
  }

  private constructor(server: Server, host: PageHost) {
    this.#server = server;
    this.#host = host;
    server.on('request', (request, response) => void this.#answer(request, response));
    // A handshake of the page itself is an attempt, and is refused.
    server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => socket.destroy());
      this.#onAttempt(request);
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
  }

  get url(): string {
    return `http://${this.#authority}${this.#path}`;
  }

  /** Shows an event of the run on every page. */
  show(event: ClientAuditEvent): void {
    switch (event.type) {
      case 'case': {
        const { id, verdict, actual } = event.case;
        this.#seen.add(id);
        this.#tell({ kind: 'case', id, verdict, actual });
        return;
      }
      case 'client-end': {
        const { verdict, reason, findings } = event.result;
        this.#tell({
          kind: 'end',
          verdict,
          reason,
          findings: findings.map(({ level, title, cases }) => `${level}: ${title} (${cases.join(', ')})`),
        });
        return;
      }
      case 'run-start':
      case 'client-start':
      case 'run-end':
        return;
    }
  }

  /** Ends when every page has been told everything. */
  async close(): Promise<void> {
    this.#isPlaying = false;
    for (const page of this.#pages) page.end();
    this.#server.close();
    this.#server.closeIdleConnections();
    setTimeout(() => this.#server.closeAllConnections(), reloadMs).unref();
    await once(this.#server, 'close');
  }

  #tell(event: object): void {
    const text = `data: ${JSON.stringify(event)}\n\n`;
    this.#told.push(text);
    for (const page of this.#pages) page.write(text);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    const name = url.startsWith(this.#path) ? url.slice(this.#path.length) : null;
    switch (`${method} ${name}`) {
      case 'GET ':
        response.setHeader('Content-Security-Policy', policy);
        send(response, 'text/html; charset=utf-8', listenPage(this.#host.urls));
        return;
      case 'GET page.css':
        send(response, 'text/css', styleSheet);
        return;
      case 'GET page.js':
        send(response, 'text/javascript; charset=utf-8', pageScript);
        return;
      case 'GET events':
        this.#addPage(response);
        return;
      case 'POST play':
        sendJson(response, this.#play());
        return;
      case 'POST again':
        sendJson(response, await this.#host.secondUrls());
        return;
      case 'POST done':
        this.#isPlaying = false;
        this.#host.onDone();
        sendJson(response, null);
        return;
    }
    if (name?.startsWith('attempt/')) {
      this.#onAttempt(request);
      sendJson(response, null);
    } else response.writeHead(404).end();
  }

  #addPage(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(this.#told.join('') || ': none yet\n\n');
    this.#pages.add(response);
    response.on('close', () => {
      this.#pages.delete(response);
      if (!this.#isPlaying || this.#pages.size > 0) return;
      setTimeout(() => {
        if (this.#isPlaying && this.#pages.size === 0) this.#host.onLeft();
      }, reloadMs).unref();
    });
  }

  /** One page plays. A page that is loaded again goes on where it was. */
  #play(): readonly CaseUrl[] | null {
    if (this.#isPlaying && this.#pages.size > 1) return null;
    this.#isPlaying = true;
    this.#host.onPlay();
    return this.#host.urls.filter(({ id }) => !this.#seen.has(id));
  }

  #onAttempt({ url = '', rawHeaders }: IncomingMessage): void {
    const attempt = scriptAttempts.find(({ by }) => url === `${this.#path}attempt/${by}`);
    if (attempt === undefined) return;
    const arrived = rawHeaders.filter(
      (_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'sec-websocket-version',
    );
    this.#tell({ kind: 'attempt', by: attempt.by, arrived, isAllowed: isAllowed(attempt, arrived) });
    this.#host.onAttempt(attempt, arrived);
  }
}

/** Whether the browser may send these values. */
export function isAllowed({ allowed }: ScriptAttempt, arrived: readonly string[]): boolean {
  return arrived.length === allowed.length && arrived.every((value, i) => value === allowed[i]);
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}

function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 'application/json', JSON.stringify(value));
}
