/** `handshake13/mocha`: an audit as tests of Mocha. */

import type { AuditOptions } from '../audit/plan/options.ts';
import type { SuiteTarget } from './audited-target.ts';
import { declareSuite } from './suite.ts';

export type { HandshakeTarget, SuiteTarget } from './audited-target.ts';
export { HandshakeFailure } from './handshake-failure.ts';

/**
 * Declares a test for each probe, inside `describe` or at the top of a file.
 *
 * A test that is skipped, because its failure is known or does not count, has the reason in its title.
 *
 * @param target a URL, or a function that returns it: it is called after the hooks that start the server
 * @throws UsageError for a target that is not a URL, and for globs that match no probe
 */
export function handshakeSuite(target: SuiteTarget, options: AuditOptions = {}): void {
  declareSuite(
    {
      describe: (title, declare) => {
        describe(title, declare);
      },
      before: (action, timeoutMs) =>
        before(function () {
          this.timeout(timeoutMs);
          return action();
        }),
      test: (title, action, timeoutMs) => {
        it(title, async function () {
          this.timeout(timeoutMs);
          const note = await action();
          if (note === null) return;
          if (this.test !== undefined) this.test.title = `${title} (${note})`;
          this.skip();
        });
      },
    },
    target,
    options,
  );
}
