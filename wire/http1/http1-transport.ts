/** The transport of HTTP/1.1: sends every template byte by byte as it is written. */

import { createConnector } from '../connect/connector.ts';
import type { Target } from '../endpoint/target.ts';
import type { ExchangeLimits } from '../exchange.ts';
import type { Transport } from '../transport.ts';
import { startExchange } from './http1-exchange.ts';
import { serialiseRequest } from './serialise-request.ts';

export interface TransportOptions extends ExchangeLimits {
  /** Milliseconds for everything until the request can be sent: TCP, a proxy's tunnel, TLS; and once for the lookup of a host. */
  readonly connectTimeoutMs: number;
}

/** @throws UsageError where the target's certificates or key cannot be used */
export function createHttp1Transport(target: Target, options: TransportOptions): Transport {
  const connector = createConnector(target, options.connectTimeoutMs);
  return {
    get address() {
      return connector.address === null ? null : target.redactor.redactMessage(connector.address);
    },
    canExpress: () => true,
    start: (template, { closeTimeoutMs: minCloseWindowMs = 0 } = {}) =>
      startExchange(connector.connect, serialiseRequest(template, target), target.redactor, {
        ...options,
        minCloseWindowMs,
      }),
  };
}
