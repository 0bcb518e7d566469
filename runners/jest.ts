/** `handshake13/jest`: an audit as tests of Jest. */

import type { AuditOptions } from '../audit/plan/options.ts';
import { UsageError } from '../wire/usage-error.ts';
import type { SuiteTarget } from './audited-target.ts';
import { declareSuite } from './suite.ts';

export type { HandshakeTarget, SuiteTarget } from './audited-target.ts';
export { HandshakeFailure } from './handshake-failure.ts';

/** What Jest puts into the global scope of a test file. */
interface JestGlobals {
  readonly describe: (title: string, declare: () => void) => void;
  readonly beforeAll: (action: () => Promise<void>, timeoutMs: number) => void;
  readonly test: (title: string, action: () => Promise<void>, timeoutMs: number) => void;
}

/**
 * Declares a test for each probe, inside `describe` or at the top of a file.
 *
 * Jest cannot skip a test that has begun: one whose failure is known or does not count passes, and the reason is
 * written to standard error.
 *
 * @param target a URL, or a function that returns it: it is called after the hooks that start the server
 * @throws UsageError for a target that is not a URL, for globs that match no probe, and without the globals of Jest
 */
export function handshakeSuite(target: SuiteTarget, options: AuditOptions = {}): void {
  const { describe, beforeAll, test } = globalThis as unknown as Partial<JestGlobals>;
  if (describe === undefined || beforeAll === undefined || test === undefined) {
    throw new UsageError(
      'handshake13/jest needs the globals of Jest: run the file with Jest, and leave injectGlobals on',
    );
  }
  declareSuite(
    {
      describe,
      before: beforeAll,
      test: (title, action, timeoutMs) =>
        test(
          title,
          async () => {
            const note = await action();
            if (note !== null) process.stderr.write(`${title}: ${note}\n`);
          },
          timeoutMs,
        ),
    },
    target,
    options,
  );
}
