/**
 * The stress probes of one target: last, one at a time, every other connection being over, and the control after each.
 *
 * Whatever becomes of the server after one of them is held against that one, so the first after which the control is not
 * accepted is the last one that is sent.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { control } from '../probes/control.ts';
import type { Probe } from '../probes/probe.ts';
import { isRateLimited, isUnconnected } from '../scoring/answer.ts';
import type { Exchange } from '../wire/exchange.ts';
import { isSwitchingProtocols } from '../wire/response.ts';
import { lastExchange, type ProbeAttempts, type Prober } from './prober.ts';

/** The server is given this many response time-outs to accept the control again: one may be busy, or be restarted. */
const timeoutsToRecover = 6;
/** Milliseconds before the control is sent again, doubled each time up to the longest. */
const firstPause = 250;
const longestPause = 4000;

interface StressPhase {
  readonly prober: Prober;
  /** In the order in which they are sent. */
  readonly probes: readonly Probe[];
  /** Milliseconds. */
  readonly responseTimeout: number;
  readonly signal: AbortSignal;
  /** @param controlsAfter as in `ProbeReport` */
  readonly onSent: (one: ProbeAttempts, controlsAfter: readonly Exchange[]) => Promise<void>;
}

/** Rejects if it is aborted. */
export async function runStressPhase({
  prober,
  probes,
  responseTimeout,
  signal,
  onSent,
}: StressPhase): Promise<void> {
  const sendControl = async (): Promise<Exchange> => {
    const exchange = await lastExchange(await prober.sendOnce(control));
    return isRateLimited(exchange) ? lastExchange(await prober.send(control)) : exchange;
  };
  /** Its last exchange is an acceptance, unless the time for that is over. */
  const controlsAfter = async (): Promise<readonly Exchange[]> => {
    const first = await sendControl();
    if (isAccepted(first) || isRateLimited(first)) return [first];
    const deadline = performance.now() + timeoutsToRecover * responseTimeout;
    for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
      await sleep(Math.min(pause, Math.max(0, deadline - performance.now())), undefined, { signal });
      const again = await sendControl();
      if (isAccepted(again) || performance.now() >= deadline) return [first, again];
    }
  };

  for (const probe of probes) {
    const one = { probe, ...(await prober.sendOnce(probe.request)) };
    // What was never sent has done nothing.
    const controls = isUnconnected(await lastExchange(one)) ? [] : await controlsAfter();
    await onSent(one, controls);
    if (controls[0] === undefined || !isAccepted(controls[0])) return;
  }
}

function isAccepted({ response }: Exchange): boolean {
  return isSwitchingProtocols(response);
}
