/** What is judged: one exchange, against what its probe expects and what is known of the target. */

import type { Expectation, Probe } from '../probes/probe.ts';
import type { Exchange } from '../wire/exchange.ts';
import { announcesClose } from './answer.ts';
import type { Profile } from './profiles.ts';
import { isAcceptance } from './server-handshake.ts';

/** What a verdict depends on besides the probe and its exchange. */
export interface ScoringContext {
  readonly profile: Profile;
  /** Every version that the target has advertised in this run. */
  readonly advertised: ReadonlySet<number>;
  /** Every version that it has accepted where it was asked for as a client of that version would. */
  readonly accepted: ReadonlySet<number>;
  /** Why no verdict is possible at all, in words; null if the experiment is sound. */
  readonly unsound: string | null;
  /** The target answers differently while other connections of the audit are open: only attempts made alone count. */
  readonly onlyAlone?: boolean;
  /** Answers after which the target leaves connections open, as `findLeftOpen` has them. */
  readonly leftOpen?: ReadonlySet<string>;
  /** The control as it was answered at the end of the audit; of the control only. */
  readonly lastControl?: Exchange | null;
  /** The control, sent again after a stress probe: once, and where it was not accepted once more, some time later. */
  readonly controlsAfter?: readonly Exchange[];
}

export interface Subject extends Required<Omit<ScoringContext, 'unsound' | 'onlyAlone'>> {
  readonly probe: Probe;
  readonly exchange: Exchange;
  /** The probe's expectation, or `accept` for a draft that the server advertises and accepts. */
  readonly expects: Expectation;
}

export function subjectOf(probe: Probe, exchange: Exchange, context: ScoringContext): Subject {
  const expects = isAdvertisedDraft(probe, exchange, context) ? 'accept' : probe.expects;
  const {
    profile,
    advertised,
    accepted,
    controlsAfter = [],
    leftOpen = new Set(),
    lastControl = null,
  } = context;
  return { probe, exchange, expects, profile, advertised, accepted, controlsAfter, leftOpen, lastControl };
}

/** A server may accept a draft's version if its lists say so (rfc6455 §4.4). */
function isAdvertisedDraft(probe: Probe, exchange: Exchange, { advertised }: ScoringContext): boolean {
  return (
    probe.family === 'draft' &&
    probe.version !== undefined &&
    advertised.has(probe.version) &&
    isAcceptance(exchange)
  );
}

/** Whether the profile asks for the close after a refusal. */
export function isCloseDue({ exchange, profile }: Subject): boolean {
  switch (profile.close.when) {
    case 'always':
      return true;
    case 'announced':
      return announcesClose(exchange);
  }
}
