/** What a case is: data that says what a client is answered and what it must make of it. */

import type { ClientClauseId } from '../spec/client-clauses.ts';
import type { Answer } from '../wire/client-connection.ts';

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
export const outcomes = ['open', 'fail', 'free'] as const;

export type Outcome = (typeof outcomes)[number];

/** Ids are stable: scripts name them. */
export interface Case extends Answer {
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
  /** Payloads of the Pings within the answer, which a client that opens has to answer as well. */
  readonly pings?: readonly string[];
}
