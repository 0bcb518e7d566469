/** `handshake13/node-test`: an audit as tests of the test runner of Node.js. */

import { before, describe, it } from 'node:test';
import type { AuditOptions } from '../audit/plan/options.ts';
import type { SuiteTarget } from './audited-target.ts';
import { declareSuite } from './suite.ts';

export type { HandshakeTarget, SuiteTarget } from './audited-target.ts';
export { HandshakeFailure } from './handshake-failure.ts';

/**
 * Declares a test for each probe, inside `describe` or at the top of a file.
 *
 * A test whose failure is known or does not count is skipped, with the reason as its message.
 *
 * @param target a URL, or a function that returns it: it is called after the hooks that start the server
 * @throws UsageError for a target that is not a URL, and for globs that match no probe
 */
export function handshakeSuite(target: SuiteTarget, options: AuditOptions = {}): void {
  let failure: unknown = null;
  declareSuite(
    {
      describe: (title, declare) => {
        describe(title, declare);
      },
      // After a hook that fails the tests are cancelled, with a message that does not say why.
      before: (action, timeoutMs) =>
        before(
          () =>
            action().catch((error) => {
              failure = error;
            }),
          { timeout: timeoutMs },
        ),
      test: (title, action, timeoutMs) => {
        it(title, { timeout: timeoutMs }, async (test) => {
          if (failure !== null) throw failure;
          const note = await action();
          if (note !== null) test.skip(note);
        });
      },
    },
    target,
    options,
  );
}
