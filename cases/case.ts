/** What a case is: data that says what a client is answered and what it must make of it. */

import type { ClientClauseId } from '../spec/client-clauses.ts';

/** The groups in the order in which they are listed. */
export const groups = ['accept', 'reject', 'http', 'refuse', 'none'] as const;

export type Group = (typeof groups)[number];

export const groupTitles: Readonly<Record<Group, string>> = {
  accept: 'a valid 101, written in different ways',
  reject: 'an answer that does not open the connection',
  http: 'an answer outside of the grammar of HTTP, or at its limits',
  refuse: 'a refusal, with and without versions',
  none: 'no answer, or only a part of one',
};

/** `open`: the client must open. `fail`: it must fail the connection. `free`: both are valid, so it is only observed. */
export type Outcome = 'open' | 'fail' | 'free';

/**
 * One step of an answer. Text is latin1, one character per byte, with placeholders:
 * `{accept}` is the value that belongs to the request's key, `{accept-lower}` the same in lower case,
 * `{accept-prefix}` its first 20 characters, `{key}` the key itself, `{protocol}` a whole line that acknowledges the
 * first subprotocol offered, or nothing, `{host}` the host and port of this server, and `{path}` the path of the case.
 */
export type Step =
  | { readonly send: string }
  /** Each byte in a segment of its own. */
  | { readonly sendBytewise: string }
  /** The text again and again, until so many bytes are sent. */
  | { readonly repeat: string; readonly bytes: number }
  /** In milliseconds. */
  | { readonly pause: number };

/**
 * What our side does after the last step.
 *
 * - `ping`: sends a Ping, and reads frames.
 * - `http`: the connection is kept, and what comes on it is another request.
 * - `fin`, `reset`: ends the connection.
 * - `hold`: sends nothing more.
 */
export type Afterwards = 'ping' | 'http' | 'fin' | 'reset' | 'hold';

/** Ids are stable: scripts name them. */
export interface Case {
  readonly id: string;
  readonly group: Group;
  readonly tier: 'core' | 'extended';
  /** One line: what is answered, in words. */
  readonly title: string;
  readonly expects: Outcome;
  readonly clauses: readonly ClientClauseId[];
  /** What goes wrong in practice when a client gets this wrong. */
  readonly why: string;
  /** What to change in the client. */
  readonly fix: string;
  readonly answer: readonly Step[];
  readonly afterwards: Afterwards;
}
