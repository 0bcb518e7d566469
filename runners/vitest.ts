/** `handshake13/vitest`: an audit as tests of Vitest. */

import { beforeAll, describe, it } from 'vitest';
import type { AuditOptions } from '../audit/plan/options.ts';
import type { SuiteTarget } from './audited-target.ts';
import { declareSuite } from './suite.ts';

export type { HandshakeTarget, SuiteTarget } from './audited-target.ts';
export { HandshakeFailure } from './handshake-failure.ts';

/**
 * Declares a test for each probe, inside `describe` or at the top of a file.
 *
 * A test whose failure is known or does not count is skipped, with the reason as its note.
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
      before: (action, timeoutMs) => beforeAll(action, timeoutMs),
      test: (title, action, timeoutMs) =>
        it(title, { timeout: timeoutMs }, async ({ skip }) => {
          const note = await action();
          if (note !== null) skip(note);
        }),
    },
    target,
    options,
  );
}
