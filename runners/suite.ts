/** Declares an audit as a suite of tests, in terms of what all test runners have. */

import { defaults } from '../audit/plan/defaults.ts';
import type { AuditOptions } from '../audit/plan/options.ts';
import { selectProbes } from '../audit/plan/probe-selection.ts';
import { catalogue } from '../probes/catalogue.ts';
import { type Expectation, families, familyTitles, type Probe } from '../probes/probe.ts';
import { wholeTarget } from '../reporters/test-cases.ts';
import { countsUnexpectedPasses } from '../scoring/gate.ts';
import { listHonesty } from '../scoring/versions.ts';
import { createTarget } from '../wire/endpoint/target.ts';
import { checkTarget, type HandshakeTarget, type SuiteTarget } from './audited-target.ts';
import { baselineOutcome, honestyOutcome, type Note, probeOutcome, targetOutcome } from './outcome.ts';
import { ProbeAudit } from './probe-audit.ts';

/** A test runner. */
export interface Runner {
  readonly describe: (title: string, declare: () => void) => void;
  /** @param timeoutMs how long the action may take; the runner's own default is made for shorter tests */
  readonly before: (action: () => Promise<void>, timeoutMs: number) => void;
  /** @param action resolves with why the test is to be skipped, or null if it passes */
  readonly test: (title: string, action: () => Promise<Note>, timeoutMs: number) => void;
}

const verbs: Readonly<Record<Expectation, string>> = {
  accept: 'is accepted',
  reject: 'is refused',
  either: 'is answered',
};

/** The longest time a timer of Node.js can wait. */
const longestMs = 2 ** 31 - 1;

/** Milliseconds that an audit may take beyond its limit, to report what was finished. */
const graceMs = 10_000;

/**
 * Declares a test for each probe chosen, one for the version lists, one for whether everything could be judged, and one
 * for the baseline if there is one.
 *
 * @throws UsageError for a target that is not a URL, and for globs that match no probe
 */
export function declareSuite(runner: Runner, target: SuiteTarget, options: AuditOptions): void {
  if (typeof target !== 'function') checkTarget(target);
  const { probe = [], skip = [], tier = defaults.tier, stress = defaults.stress } = options;
  const probes = selectProbes(catalogue, probe, skip, { tier, stress });
  const audit = new ProbeAudit(target, options);
  const { maxTime = defaults.maxTime } = options;
  const timeoutMs = maxTime === 0 ? longestMs : Math.min(maxTime + graceMs, longestMs);
  const test = (title: string, action: () => Promise<Note>): void => runner.test(title, action, timeoutMs);

  runner.describe(suiteTitle(target), () => {
    runner.before(() => audit.start(), timeoutMs);
    for (const family of families) {
      const own = probes.filter((one) => one.family === family);
      if (own.length === 0) continue;
      runner.describe(`${family}: ${familyTitles[family]}`, () => {
        for (const one of own) {
          test(testTitle(one), async () => probeOutcome(await audit.ofProbe(one.id), one.id));
        }
      });
    }
    test(`listHonesty: ${listHonesty.title}`, async () =>
      honestyOutcome(await audit.ofTarget('listHonesty'), 'listHonesty'));
    test(`${wholeTarget.name}: ${wholeTarget.title}`, async () =>
      targetOutcome(await audit.ofTarget(wholeTarget.name)));
    if (hasLiveBaseline(options)) {
      test('baseline: every known failure still happens', async () =>
        baselineOutcome(await audit.ofTarget('baseline')));
    }
  });
}

function suiteTitle(target: SuiteTarget): string {
  return typeof target === 'function' ? 'opening handshake' : `opening handshake of ${nameOf(target)}`;
}

function nameOf(target: HandshakeTarget): string {
  const { url, label } = typeof target === 'string' ? { url: target } : target;
  return label ?? createTarget(url).url;
}

function testTitle({ id, title, expects }: Probe): string {
  return `${id} ${verbs[expects]}: ${title}`;
}

/** Whether it counts that a known failure no longer happens. */
function hasLiveBaseline({ baseline = [], failOn, allowUnexpectedPass }: AuditOptions): boolean {
  return (
    baseline.length > 0 &&
    countsUnexpectedPasses({
      failOn: failOn ?? defaults.failOn,
      allowUnexpectedPass: allowUnexpectedPass ?? defaults.allowUnexpectedPass,
    })
  );
}
