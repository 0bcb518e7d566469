/** The findings behind the failure of one probe, in words about that probe alone. */

import type { TargetReport } from '../report/report.ts';
import { escapeShort } from '../reporters/escape.ts';
import { findingFacts } from '../reporters/finding-evidence.ts';
import { findingKind } from '../scoring/finding-kinds.ts';
import { countsAgainst, type Finding } from '../scoring/findings.ts';
import { type FailOn, levels, type Verdict } from '../scoring/verdict.ts';
import { type Difference, HandshakeFailure } from './handshake-failure.ts';

/** Bytes of a text from the wire that are shown. */
const maxTextLength = 300;

/** What a message leaves out that is about one probe. */
const omittedOfProbe: readonly string[] = ['impact', 'probes'];

/**
 * The new findings that count and to which a failure of the probe belongs, each narrowed to it.
 *
 * @param id of a probe; null for the target as a whole
 */
export function findingsAbout(target: TargetReport, id: string | null, failOn: FailOn): Finding[] {
  const judged = id === null ? target : target.probes.find((probe) => probe.id === id);
  const verdicts: Readonly<Record<string, Verdict>> = {
    ...(judged !== undefined && 'criteria' in judged && judged.criteria),
    ...judged?.checks,
  };
  return target.findings
    .flatMap((finding) => narrow(finding, id, verdicts))
    .filter((finding) => countsAgainst(finding, failOn));
}

/** A finding as if this probe alone had shown it; none if it did not. */
function narrow(finding: Finding, id: string | null, verdicts: Readonly<Record<string, Verdict>>): Finding[] {
  const failures = finding.failures.filter(({ probe }) => probe === id);
  const [first] = failures
    .flatMap(({ criterion }) => {
      const verdict = verdicts[criterion];
      return verdict?.verdict === 'fail' ? [verdict] : [];
    })
    .sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
  if (first === undefined) return [];
  const { level, expected, actual } = first;
  return [{ ...finding, failures, probes: id === null ? finding.probes : [id], level, expected, actual }];
}

/** A failure with these findings as its message, what counts most first. */
export function failureOf(
  subject: string,
  findings: readonly Finding[],
  target: TargetReport,
): HandshakeFailure {
  const paragraphs = findings.map((finding) => describeFinding(finding, target));
  return new HandshakeFailure(`${subject}: ${paragraphs.join('\n\n')}`, differenceOf(findings));
}

/** The title of a finding, and its facts line by line. @param omitted names of facts that are left out */
export function describeFinding(finding: Finding, target: TargetReport, omitted = omittedOfProbe): string {
  const facts = findingFacts(finding, target)
    .filter(([name]) => !omitted.includes(name))
    .map(([name, text]) => `${name.padEnd(8)}  ${text}`);
  return [findingTitle(finding), '', ...facts, `finding   ${findingKind(finding.id).id}`].join('\n');
}

/** `[MUST] Accepts other spellings of the number 13`. */
export function findingTitle({ level, title }: Finding): string {
  return escapeShort(`[${level}] ${title}`, maxTextLength);
}

function differenceOf(findings: readonly Finding[]): Difference {
  const lines = (name: 'expected' | 'actual'): string =>
    findings.map((finding) => escapeShort(finding[name], maxTextLength)).join('\n');
  return { expected: lines('expected'), actual: lines('actual') };
}
