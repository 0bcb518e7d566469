/** What a client does in one case: its connections to the path of the case, until nothing more is to be learnt. */

import { setMaxListeners } from 'node:events';
import {
  type Afterwards,
  type Answer,
  type ClientConnection,
  isPongTo,
  pingPayload,
  type ReceivedFrame,
} from '../client-connection.ts';
import type { Place } from './fill-answer.ts';
import type { RequestHead } from './request-heads.ts';
import { countStandstill, runFor } from './running-time.ts';
import type { ConnectionHost, ScriptedConnection } from './scripted-connection.ts';

/** How long our side watches what follows an answer, in milliseconds in which this process runs. */
export interface Windows {
  /** After the answer, for frames or the end of the connection. */
  readonly ping: number;
  /** After the first refusal, for what the client tries next. */
  readonly http: number;
  /** After our side ended the connection, for the client's end. */
  readonly end: number;
  /** How long our side holds a connection on which it sends nothing more. */
  readonly hold: number;
}

export const usualWindows: Windows = { ping: 1_500, http: 3_000, end: 1_500, hold: 5_000 };

/** Milliseconds in which a client that has ended its last connection may open another. */
const lingerMs = 50;
/** Looks at whether a client has ended its connections, and the milliseconds between two of them. */
const [looks, lookEveryMs] = [100, 10];
/** Connections of a case whose evidence is kept; of any further one only the number. */
const maxConnections = 32;

export interface SessionScript {
  /** What the path of the case is answered. */
  readonly first: Answer;
  /** What the path behind it is answered, to which redirects lead. */
  readonly next: Answer;
  readonly windows: Windows;
  /** What the client tries next is watched, whoever ends the connection. */
  readonly isRefusal?: boolean;
  /** The case begins with its first connection; otherwise when it is opened. */
  readonly startsOnConnection?: boolean;
  /** Called when the first request has come. */
  readonly onAsked?: () => void;
}

/** What came of a case on the wire. */
export interface SessionRecord {
  readonly connections: readonly ClientConnection[];
  /** How many there were in all. */
  readonly connectionCount: number;
  /** In milliseconds since the case began; null: there was none. */
  readonly lastRequestMs: number | null;
  /** Those of further connections among them. */
  readonly requestCount: number;
  /** How much of the time since the first request this process did not run, in milliseconds. */
  readonly standstillMs: number;
}

export class CaseSession implements ConnectionHost {
  readonly host: string;
  readonly isSecure: boolean;
  readonly path: string;
  readonly #script: SessionScript;
  #startedAt = performance.now();
  readonly #connections: ScriptedConnection[] = [];
  #connectionCount = 0;
  #requestCount = 0;
  #lastRequestMs: number | null = null;
  #standstill = (): number => 0;
  #firstAfterwards: Afterwards | null = null;
  #settle: () => void = () => {};
  /** Settles when nothing more is to be learnt from this client in this case. */
  readonly settled = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });
  readonly #closing = new AbortController();

  constructor({ path, host, isSecure }: Place, script: SessionScript) {
    this.path = path;
    this.host = host;
    this.isSecure = isSecure;
    this.#script = script;
    // One for each window that is waited for.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Takes a connection whose first request is for this case. @returns false: there are too many */
  accept(connection: ScriptedConnection): boolean {
    if (this.#connectionCount === 0 && this.#script.startsOnConnection === true)
      this.#startedAt = performance.now();
    this.#connectionCount += 1;
    if (this.#connections.length >= maxConnections) {
      this.#countRequest();
      return false;
    }
    this.#connections.push(connection);
    return true;
  }

  now(): number {
    return performance.now() - this.#startedAt;
  }

  answerTo({ target }: RequestHead): { answer: Answer; path: string } | null {
    const [path] = target.replace(/^\w+:\/\/[^/]*/, '').split('?', 1);
    const isFirst = path === this.path;
    if (!isFirst && path !== `${this.path}/next`) return null;
    this.#countRequest();
    return { answer: isFirst ? this.#script.first : this.#script.next, path: this.path };
  }

  #countRequest(): void {
    if (this.#requestCount === 0) {
      this.#standstill = countStandstill(this.#closing.signal);
      this.#script.onAsked?.();
    }
    this.#requestCount += 1;
    this.#lastRequestMs = Math.round(this.now());
  }

  onAnswered(connection: ScriptedConnection, afterwards: Afterwards): void {
    const isFirst = this.#firstAfterwards === null;
    this.#firstAfterwards ??= afterwards;
    const { windows } = this.#script;
    switch (afterwards) {
      case 'ping':
        this.#after(windows.ping, () => this.#settle());
        return;
      case 'http':
        if (isFirst) this.#after(windows.http, () => this.#settle());
        return;
      case 'fin':
      case 'reset':
        if (isFirst) this.#after(this.#maySettle ? windows.end : windows.http, () => this.#settle());
        return;
      case 'hold':
        if (isFirst) this.#after(windows.hold, () => this.#endHold(connection));
        return;
    }
  }

  #endHold(connection: ScriptedConnection): void {
    connection.end('fin');
    this.#after(lingerMs, () => this.#settle());
  }

  onFrame(connection: ScriptedConnection, frame: ReceivedFrame): void {
    if (!isPongTo(frame, pingPayload)) return;
    // There is no more to be learnt.
    connection.sayGoodbye();
    this.#settle();
  }

  onClientEnd(): void {
    // After a refusal the client may try again, and after our own end the process shows whether it noticed.
    if (!this.#maySettle || this.#connections.some((one) => one.isOpen)) return;
    this.#after(lingerMs, () => {
      if (!this.#connections.some((one) => one.isOpen)) this.#settle();
    });
  }

  /** Whether nothing more is to be learnt when the client has ended its connections. */
  get #maySettle(): boolean {
    return this.#firstAfterwards !== 'http' && this.#script.isRefusal !== true;
  }

  /** Whether a client has connected. */
  get isBegun(): boolean {
    return this.#connectionCount > 0;
  }

  /** Whether the client has ended every connection that it opened. */
  get isQuiet(): boolean {
    return !this.#connections.some((one) => one.isOpen);
  }

  /** Settles when the client has ended every connection that it opened, or has had a second for it. */
  async quiet(): Promise<void> {
    for (let left = looks; left > 0 && !this.isQuiet; left--) await runFor(lookEveryMs);
  }

  record(): SessionRecord {
    return {
      connections: this.#connections.map((one) => one.record()),
      connectionCount: this.#connectionCount,
      lastRequestMs: this.#lastRequestMs,
      requestCount: this.#requestCount,
      standstillMs: Math.round(this.#standstill()),
    };
  }

  /** Ends what is still open, and watches no more. */
  close(): void {
    this.#closing.abort();
    for (const connection of this.#connections) connection.destroy();
    this.#settle();
  }

  #after(ms: number, action: () => void): void {
    const { signal } = this.#closing;
    void runFor(ms, signal).then(() => {
      if (!signal.aborted) action();
    });
  }
}
