/** `handshake13/expect`: assertions about the handshakes of a server, as matchers of Vitest and Jest. */

import type { ProbeId } from '../probes/catalogue.ts';
import type { ProfileName } from '../scoring/profiles.ts';
import type { HandshakeTarget } from './audited-target.ts';
import { accepts, advertises, type Claim, claimMessage, conformsTo, refuses } from './claims.ts';

export type { HandshakeTarget } from './audited-target.ts';
export { HandshakeFailure } from './handshake-failure.ts';

/** What `expect(url)` has with these matchers. */
export interface HandshakeAssertions {
  /** The server answers the probe with a 101 and the correct Sec-WebSocket-Accept. */
  toAccept(probe: ProbeId): Promise<void>;
  /** The server refuses the probe, with any status except 101 or without a response. */
  toRefuse(probe: ProbeId): Promise<void>;
  /** The refusals of unsupported versions list these versions, in any order, and no others. */
  toAdvertise(versions: readonly number[]): Promise<void>;
  /** Nothing fails that the profile asks for, at whatever level. */
  toConformTo(profile: ProfileName): Promise<void>;
}

declare global {
  // Vitest and @types/jest both read it.
  namespace jest {
    interface Matchers<R, T> extends HandshakeAssertions {}
  }
}

/** What a matcher returns to Vitest and Jest. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/**
 * Matchers for `expect.extend`. What is asserted about is a URL, or an object with `url` and options of its own. Each
 * audits it and returns a promise: it rejects if the assertion fails, and also if nothing can be told about the target,
 * negated or not.
 */
export const handshakeMatchers = {
  toAccept: async (target: HandshakeTarget, probe: ProbeId): Promise<MatcherResult> =>
    resultOf(await accepts(target, probe)),
  toRefuse: async (target: HandshakeTarget, probe: ProbeId): Promise<MatcherResult> =>
    resultOf(await refuses(target, probe)),
  toAdvertise: async (target: HandshakeTarget, versions: readonly number[]): Promise<MatcherResult> =>
    resultOf(await advertises(target, versions)),
  toConformTo: async (target: HandshakeTarget, profile: ProfileName): Promise<MatcherResult> =>
    resultOf(await conformsTo(target, profile)),
};

function resultOf(claim: Claim): MatcherResult {
  const { holds, expected, actual } = claim;
  return {
    pass: holds,
    // A matcher that holds fails only where it is negated.
    message: () => claimMessage(claim, holds),
    expected,
    actual,
  };
}
