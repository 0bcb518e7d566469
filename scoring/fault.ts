/** What is wrong with one part of a response, with words of its own: which mistake it is, and what mends just that. */

import type { ClauseId } from '../spec/clauses.ts';
import type { ClientFault } from './client-failures.ts';
import type { Level } from './verdict.ts';

export interface Fault {
  /** What was seen, in words. */
  readonly actual: string;
  readonly level: Level;
  readonly clauses: readonly ClauseId[];
  /** How a finding about it is put. They do not hold what varies from one exchange to the next. */
  readonly title: string;
  readonly detail: string;
  readonly fix: string;
  /** What is known of the clients that meet it on a 101. */
  readonly clients?: ClientFault;
}
