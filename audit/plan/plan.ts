/** Checks the options of an audit, and turns them into a plan, before anything is sent. */

import { catalogue } from '../../probes/catalogue.ts';
import { type Probe, tierChoices } from '../../probes/probe.ts';
import type { RecordedRun } from '../../report/recorded-run.ts';
import { type Evidence, evidenceChoices } from '../../report/report.ts';
import { hashBaseline, type RunOptions } from '../../report/run-options.ts';
import type { Shard } from '../../report/shard.ts';
import { tool } from '../../report/tool.ts';
import { profileNames } from '../../scoring/profiles.ts';
import { failOnChoices } from '../../scoring/verdict.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { type PlannedEntry, planBaseline } from './baseline-plan.ts';
import { defaults } from './defaults.ts';
import { type Hints, hints } from './hints.ts';
import type { AuditOptions } from './options.ts';
import { selectProbes } from './probe-selection.ts';
import { checkResumable } from './resume.ts';
import { checkShard } from './shard.ts';
import { type PlannedTargets, planTargets, type TargetsGiven } from './targets.ts';

/** Everything that is settled before the first byte is sent. */
export interface AuditPlan extends Required<Pick<AuditOptions, keyof typeof defaults>> {
  readonly targets: PlannedTargets;
  readonly shard: Shard | null;
  readonly recordedOptions: RunOptions;
  readonly resume: RecordedRun | null;
  /** The probes chosen, the control always among them. */
  readonly probes: readonly Probe[];
  readonly baseline: readonly PlannedEntry[];
  /** The day of the audit, by which entries of the baseline run out: `2026-12-31`, UTC. */
  readonly today: string;
  readonly evidence: Evidence;
  readonly hints: Hints;
  readonly signal: AbortSignal | null;
}

/** The longest time a timer of Node.js can wait. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Checks everything that can be checked without sending.
 *
 * @param today by which entries of the baseline run out: `2026-12-31`, UTC
 * @throws UsageError for what cannot be done as asked
 */
export function planAudit(
  given: TargetsGiven,
  options: AuditOptions = {},
  today = new Date().toISOString().slice(0, 10),
): AuditPlan {
  const settings = { ...defaults, ...withoutUndefined(options) };
  const tier = checkedChoice('tier', settings.tier, tierChoices);
  checkShard(options.shard ?? null);
  const targets = planTargets(given, options);
  const plan = {
    targets,
    shard: options.shard ?? null,
    probes: selectProbes(catalogue, options.probe ?? [], options.skip ?? [], {
      tier,
      stress: settings.stress,
    }),
    tier,
    stress: settings.stress,
    sweep: settings.sweep,
    profile: checkedChoice('profile', settings.profile, profileNames),
    failOn: checkedChoice('failOn', settings.failOn, failOnChoices),
    baseline: planBaseline(options.baseline ?? [], settings.stress),
    allowUnexpectedPass: settings.allowUnexpectedPass,
    today,
    connectTimeout: wholeNumber('connectTimeout', settings.connectTimeout, 1),
    responseTimeout: wholeNumber('responseTimeout', settings.responseTimeout, 1),
    closeTimeout: wholeNumber('closeTimeout', settings.closeTimeout, 1),
    concurrency: wholeNumber('concurrency', settings.concurrency, 1),
    delay: wholeNumber('delay', settings.delay, 0),
    rate: wholeNumber('rate', settings.rate, 0),
    wait: wholeNumber('wait', settings.wait, 0),
    retries: wholeNumber('retries', settings.retries, 0),
    // A stream may last for ever.
    maxTime: wholeNumber('maxTime', options.maxTime ?? (targets.planned === null ? 0 : defaults.maxTime), 0),
    maxConnections: wholeNumber('maxConnections', settings.maxConnections, 1),
    maxHead: wholeNumber('maxHead', settings.maxHead, 1),
    maxKept: wholeNumber('maxKept', settings.maxKept, 1),
    evidence: checkedChoice('evidence', options.evidence ?? defaultEvidence(targets), evidenceChoices),
    resume: options.resume ?? null,
    hints: options.hints ?? hints,
    signal: options.signal ?? null,
  };
  const recordedOptions = recordedOptionsOf(plan, options);
  if (plan.resume !== null)
    checkResumable(plan.resume, { tool, ...plan, options: recordedOptions }, plan.shard, targets.planned);
  return { ...plan, recordedOptions };
}

/** What the report says of the plan. */
function recordedOptionsOf(
  plan: Omit<RunOptions, 'probe' | 'skip' | 'baselineHash'>,
  { probe = [], skip = [], baseline = [] }: AuditOptions,
): RunOptions {
  const { tier, stress, sweep, connectTimeout, responseTimeout, closeTimeout, retries, maxKept } = plan;
  const times = { connectTimeout, responseTimeout, closeTimeout };
  return {
    tier,
    stress,
    sweep,
    probe,
    skip,
    ...times,
    retries,
    maxKept,
    baselineHash: hashBaseline(baseline),
  };
}

/** Beyond this many targets only the evidence of failures is kept. */
const maxWithAllEvidence = 1000;

function defaultEvidence({ planned }: PlannedTargets): Evidence {
  return planned === null || planned.targets > maxWithAllEvidence ? 'failures' : 'all';
}

function withoutUndefined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function checkedChoice<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined)
    throw new UsageError(`is ${value} but must be one of ${choices.join(', ')}`, { option: name });
  return choice;
}

function wholeNumber(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least || value > maxTimerMs) {
    // The command line reads what is not a number as NaN, which means nothing to its users.
    const given = Number.isNaN(value) ? '' : `, not ${value}`;
    const range = value > maxTimerMs ? `most ${maxTimerMs}` : `least ${least}`;
    throw new UsageError(`must be a whole number of at ${range}${given}`, { option: name });
  }
  return value;
}
