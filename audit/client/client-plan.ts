/** Checks what an audit of a client is asked for, before anything is started. */

import type { Case } from '../../cases/case.ts';
import { groups } from '../../cases/case.ts';
import { caseCatalogue } from '../../cases/catalogue.ts';
import { clientProfileNames } from '../../scoring/client/client-profiles.ts';
import { failOnChoices } from '../../scoring/verdict.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { didYouMean } from '../plan/did-you-mean.ts';
import { globMatcher } from '../plan/glob.ts';
import { type PlannedClientEntry, planClientBaseline } from './client-baseline-plan.ts';
import { type ClientAuditOptions, type ClientStart, clientDefaults } from './client-options.ts';

export const controlCaseId = 'right';

export interface ClientPlan
  extends Required<Omit<ClientAuditOptions, 'case' | 'skip' | 'tier' | 'signal' | 'name' | 'baseline'>> {
  readonly start: ClientStart;
  readonly name: string;
  /** In the order of the catalogue, the control first. */
  readonly cases: readonly Case[];
  readonly baseline: readonly PlannedClientEntry[];
  readonly signal: AbortSignal | null;
}

/** The longest name that is made of a command, in characters. */
const maxName = 60;

/** @throws UsageError */
export function planClientAudit(start: ClientStart, options: ClientAuditOptions): ClientPlan {
  if (typeof start !== 'function' && (start.command.length === 0 || start.command[0] === ''))
    throw new UsageError(
      'there is no command to start; put the client behind "--", such as -- node client.js',
    );
  const { case: include = [], skip = [], tier = clientDefaults.tier, signal = null } = options;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const plan = {
    ...clientDefaults,
    env: process.env,
    ...(given as ClientAuditOptions),
    start,
    name: options.name ?? nameOf(start),
    cases: selectCases(include, skip, tier),
    baseline: planClientBaseline(options.baseline ?? []),
    signal,
  };
  checkWhole('jobs', plan.jobs, 1, 64);
  checkWhole('caseTimeout', plan.caseTimeout, 1_000, 600_000);
  checkWhole('port', plan.port, 0, 65_535);
  checkChoice('profile', plan.profile, clientProfileNames);
  checkChoice('failOn', plan.failOn, failOnChoices);
  checkChoice('tier', tier, ['core', 'all']);
  return plan;
}

function nameOf(start: ClientStart): string {
  if (typeof start === 'function') return start.name || 'client';
  const name = start.command.join(' ');
  return name.length <= maxName ? name : `${name.slice(0, maxName)}...`;
}

function checkWhole(option: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`is ${value} but must be a whole number from ${least} to ${most}`, { option });
}

function checkChoice(option: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new UsageError(`is ${JSON.stringify(value)} but must be one of ${choices.join(', ')}`, { option });
}

/** The control is always among them. */
function selectCases(include: readonly string[], skip: readonly string[], tier: 'core' | 'all'): Case[] {
  const included = include.map((glob) => caseMatcher('case', glob));
  const excluded = skip.map((glob) => caseMatcher('skip', glob));
  const chosen = caseCatalogue.filter(
    (one) =>
      (tier === 'all' || one.tier === 'core') &&
      (included.length === 0 || included.some((matches) => matches(one))) &&
      !excluded.some((matches) => matches(one)),
  );
  if (chosen.length === 0)
    throw new UsageError('leaves no case to run', { option: skip.length > 0 ? 'skip' : 'case' });
  return caseCatalogue.filter((one) => one.id === controlCaseId || chosen.includes(one));
}

function caseMatcher(option: string, glob: string): (one: Case) => boolean {
  const refuse = (problem: string): UsageError => new UsageError(problem, { option });
  const matches = globMatcher(glob, refuse);
  const isMatch = ({ id, group }: Case): boolean => group === glob || matches(id);
  if (!caseCatalogue.some(isMatch)) {
    const names = [...groups, ...caseCatalogue.map(({ id }) => id)];
    throw refuse(
      `${glob} matches no case; ${didYouMean(glob, names, '"handshake13 explain reject" lists those of a group')}`,
    );
  }
  return isMatch;
}
