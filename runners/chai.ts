/** `handshake13/chai`: assertions about the handshakes of a server, as a plugin of Chai. */

import type { ProbeId } from '../probes/catalogue.ts';
import type { ProfileName } from '../scoring/profiles.ts';
import type { HandshakeTarget } from './audited-target.ts';
import { accepts, advertises, type Claim, claimMessage, conformsTo, refuses } from './claims.ts';

export type { HandshakeTarget } from './audited-target.ts';
export { HandshakeFailure } from './handshake-failure.ts';

declare global {
  namespace Chai {
    interface Assertion {
      /** The server answers the probe with a 101 and the correct Sec-WebSocket-Accept. */
      accept(probe: ProbeId): Promise<void>;
      /** The server refuses the probe, with any status except 101 or without a response. */
      refuse(probe: ProbeId): Promise<void>;
      /** The refusals of unsupported versions list these versions, in any order, and no others. */
      advertise(versions: readonly number[]): Promise<void>;
      /** Nothing fails that the profile asks for, at whatever level. */
      conformTo(profile: ProfileName): Promise<void>;
    }
  }
}

/**
 * A plugin for `chai.use`. What is asserted about is a URL, or an object with `url` and options of its own. Each
 * assertion audits it and returns a promise: it rejects if the assertion fails, and also if nothing can be told about
 * the target, negated or not.
 */
export const handshake13Chai: Chai.ChaiPlugin = ({ Assertion }, utils) => {
  const claims: Readonly<Record<string, (target: HandshakeTarget, argument: never) => Promise<Claim>>> = {
    accept: accepts,
    refuse: refuses,
    advertise: advertises,
    conformTo: conformsTo,
  };
  for (const [name, claim] of Object.entries(claims)) {
    Assertion.addMethod(name, async function (argument) {
      // When the audit is over, the stack no longer shows who asserted.
      const caller = new Error();
      Error.captureStackTrace(caller, utils.flag(this, 'ssfi'));
      const result = await claim(this._obj, argument as never);
      const negated = utils.flag(this, 'negate') === true;
      const { holds, expected, actual } = result;
      try {
        this.assert(
          holds,
          () => claimMessage(result, false),
          () => claimMessage(result, true),
          expected,
          actual,
          !negated,
        );
      } catch (error) {
        if (error instanceof Error) moveTo(error, caller);
        throw error;
      }
    });
  }
};

/** Lets an error point at where another one was made. */
function moveTo(error: Error, { stack = '' }: Error): void {
  error.stack = `${error.name}: ${error.message}${stack.slice(stack.indexOf('\n'))}`;
}
