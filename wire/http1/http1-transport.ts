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
  const open = new Set<{ mostBeside: number }>();
  let fastest = Number.POSITIVE_INFINITY;
  const fastestConnect = (connectMs: number): number => {
    fastest = Math.min(fastest, connectMs);
    return fastest;
  };
  return {
    get address() {
      return connector.address === null ? null : target.redactor.redactMessage(connector.address);
    },
    canExpress: () => true,
    start: (template, limits = {}) => {
      for (const other of open) other.mostBeside = Math.max(other.mostBeside, open.size);
      const own = { mostBeside: open.size };
      open.add(own);
      const request = serialiseRequest(template, target);
      const running = startExchange(
        connector.connect,
        request,
        target.redactor,
        { ...options, ...limits },
        { openConnections: () => own.mostBeside, fastestConnect },
      );
      void running.closed.then(() => open.delete(own));
      return running;
    },
  };
}
