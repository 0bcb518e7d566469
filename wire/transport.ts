/** How handshakes reach a target: one implementation for each HTTP version, prepared for one target. */

import type { ExchangeLimits, RunningExchange } from './exchange.ts';
import type { RequestTemplate } from './request.ts';

export interface Transport {
  /** The address that all connections go to; null before one was reached, through a proxy and for a Unix socket. */
  readonly address: string | null;
  /** Whether this transport can send the handshake as its template has it. */
  canExpress(template: RequestTemplate): boolean;
  /**
   * Starts an exchange on a connection of its own. It never rejects: every way to fail is an outcome.
   *
   * @param limits of this exchange alone, beside the transport's own
   */
  start(template: RequestTemplate, limits?: OwnLimits): RunningExchange;
}

/** Limits that one exchange may have of its own. */
export type OwnLimits = Partial<
  Pick<ExchangeLimits, 'silenceTimeoutMs' | 'minCloseWindowMs' | 'idleAfterSwitchMs'>
>;
