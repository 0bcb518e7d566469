/** A test runner for suites: it runs what was declared in order, once or as often as it is asked to. */

import type { AuditOptions } from '../../index.ts';
import type { SuiteTarget } from '../../runners/audited-target.ts';
import { declareSuite } from '../../runners/suite.ts';

/** How a test ended: the note with which it was skipped, or the error with which it failed. */
export type TestEnd =
  | { readonly result: 'passed' }
  | { readonly result: 'skipped'; readonly note: string }
  | { readonly result: 'failed'; readonly error: Error };

export interface DeclaredSuite {
  /** The titles of the groups, the outermost first. */
  readonly groups: readonly string[];
  readonly titles: readonly string[];
  /** Runs the hook before the tests. */
  start(): Promise<void>;
  /** Runs the test whose title begins with this word. */
  run(name: string): Promise<TestEnd>;
}

export function declared(target: SuiteTarget, options: AuditOptions = {}): DeclaredSuite {
  const groups: string[] = [];
  const tests = new Map<string, () => Promise<string | null>>();
  let hook: () => Promise<void> = async () => {};
  declareSuite(
    {
      describe: (title, declare) => {
        groups.push(title);
        declare();
      },
      before: (action) => {
        hook = action;
      },
      test: (title, action) => {
        tests.set(title, action);
      },
    },
    target,
    options,
  );
  return {
    groups,
    titles: [...tests.keys()],
    start: () => hook(),
    run: async (name) => {
      const [, action] = [...tests].find(([title]) => title.startsWith(name)) ?? [];
      if (action === undefined) throw new Error(`no test is called ${name}`);
      return action().then(
        (note) => (note === null ? { result: 'passed' } : { result: 'skipped', note }),
        (error: Error) => ({ result: 'failed', error }),
      );
    },
  };
}
