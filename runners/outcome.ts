/** What an audit means for one test: it passes, is skipped with a note, or fails with the finding as its message. */

import { escapeBytes } from '../reporters/escape.ts';
import { describeKnownFailure, describeUnexpectedPass } from '../reporters/known-failure-text.ts';
import type { TestCase } from '../reporters/test-case.ts';
import { wholeTarget } from '../reporters/test-cases.ts';
import type { FailOn } from '../scoring/verdict.ts';
import { failureOf, findingsAbout } from './failed-findings.ts';
import { couldNotTell, HandshakeFailure } from './handshake-failure.ts';
import type { JudgedTarget } from './probe-audit.ts';

/** Why a test is skipped; null for one that passes. */
export type Note = string | null;

/** @throws HandshakeFailure if the probe failed, has no verdict or was not sent */
export function probeOutcome(judged: JudgedTarget, id: string): Note {
  const { target, report, cases } = judged;
  const one = cases.get(id);
  if (one === undefined) throw couldNotTell(id, `it was not sent: ${escapeBytes(target.reason ?? '')}`);
  return outcomeOf(one, judged, () => findingsAbout(target, id, report.failOn));
}

/** @throws HandshakeFailure if the versions that the target advertises are not those that it accepts */
export function honestyOutcome(judged: JudgedTarget, name: string): Note {
  const { target, report, cases } = judged;
  const one = cases.get(name);
  if (one === undefined) return 'no refusal carried a version list';
  return outcomeOf(one, judged, () => findingsAbout(target, null, report.failOn));
}

/** @throws HandshakeFailure if something could not be judged, such as after the server has crashed */
export function targetOutcome({ cases }: JudgedTarget): Note {
  const one = cases.get(wholeTarget.name);
  if (one !== undefined) throw couldNotTell(one.name, one.message);
  return null;
}

/** @throws HandshakeFailure if a known failure did not happen */
export function baselineOutcome({ target }: JudgedTarget): Note {
  if (target.unexpectedPasses.length === 0) return null;
  const lines = target.unexpectedPasses.map(
    (pass) => `${describeUnexpectedPass(pass)}; known failure: ${describeKnownFailure(pass)}`,
  );
  const fix = 'fix       Remove the entry from the baseline, or set allowUnexpectedPass.';
  throw new HandshakeFailure(`baseline: ${[...lines, fix].join('\n')}`);
}

function outcomeOf(
  one: TestCase,
  { target, report }: JudgedTarget,
  findings: () => ReturnType<typeof findingsAbout>,
): Note {
  const { name, result, message, failures } = one;
  switch (result) {
    case 'passed':
      return null;
    case 'tolerated':
      return toleratedNote(one, report.failOn);
    case 'undecided':
      // The failures of a target that cannot be judged are only evidence.
      throw couldNotTell(name, failures.length === 0 ? message : escapeBytes(target.reason ?? message));
    case 'failed':
      throw failureOf(name, findings(), target);
  }
}

function toleratedNote({ failures }: TestCase, failOn: FailOn): string {
  const known = [...new Set(failures.flatMap((failure) => failure.known ?? []))];
  return known.length > 0 ? known.join('; ') : `fails, but not at a level that counts with failOn ${failOn}`;
}
