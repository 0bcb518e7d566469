/** The differences between two reports that were judged by the same rules, as plain data. */

import type { ProbeReport, Report, RunInfo, RunOutcome, TargetInfo, TargetReport } from '../report/report.ts';
import { isSwitched } from '../scoring/answer.ts';
import type { Assessment } from '../scoring/assessment.ts';
import type { CheckName } from '../scoring/checks.ts';
import type { CriterionName } from '../scoring/criteria.ts';
import type { Finding } from '../scoring/findings.ts';
import { inconclusive, levels, notApplicable, type Verdict } from '../scoring/verdict.ts';

/** Raised when something here is changed or removed, not for additions. */
export const diffSchemaVersion = 1;

/**
 * The most severe first.
 *
 * - `worse`: a new failure, or one of a stricter level.
 * - `unclear`: one of the reports does not say: a failure that BEFORE did not judge, or something that BEFORE judged
 *   and AFTER does not.
 * - `better`: a failure that is gone or of a milder level, or a pass of something that could not be judged before.
 * - `other`: neither, such as a criterion that no longer applies.
 */
export const changeKinds = ['worse', 'unclear', 'better', 'other'] as const;

export type ChangeKind = (typeof changeKinds)[number];

export type CheckedName = CriterionName | CheckName | keyof Assessment['checks'];

export interface VerdictChange {
  readonly kind: ChangeKind;
  /** Id of the probe; null for a check of the target as a whole. */
  readonly probe: string | null;
  readonly criterion: CheckedName;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** A report, as far as the comparison shows it. */
export interface Side
  extends Pick<RunInfo, 'tool' | 'profile' | 'failOn' | 'startedAt'>,
    Pick<RunOutcome, 'partial'> {
  readonly file: string;
}

export interface TargetSide
  extends Pick<TargetInfo, 'url' | 'label'>,
    Pick<Assessment, 'verdict' | 'reason' | 'score' | 'versions'> {}

export interface TargetComparison {
  /** The most severe kind of change; `same` if there is none. */
  readonly kind: ChangeKind | 'same';
  /** How the two were matched; `only`: each report has a single target. Null if one of them is missing. */
  readonly matchedBy: 'label' | 'url' | 'only' | null;
  /** Null if only the other report has the target. */
  readonly before: TargetSide | null;
  readonly after: TargetSide | null;
  /** Why verdicts were not compared, in words; null if they were. */
  readonly notCompared: string | null;
  readonly changes: readonly VerdictChange[];
  readonly probes: {
    /** Ids of the probes that were compared. */
    readonly both: readonly string[];
    /** Ids of the probes that only one report has, with their verdicts. */
    readonly onlyBefore: readonly ProbeOnly[];
    readonly onlyAfter: readonly ProbeOnly[];
  };
  /** Failures grouped by cause, to explain changes; what is compared are the verdicts. */
  readonly findings: {
    readonly appeared: readonly FindingSide[];
    readonly disappeared: readonly FindingSide[];
  };
}

export type ProbeOnly = Pick<ProbeReport, 'id' | 'verdict'>;

export type FindingSide = Pick<Finding, 'id' | 'level' | 'title' | 'probes'>;

export interface Comparison {
  readonly schemaVersion: typeof diffSchemaVersion;
  readonly tool: RunInfo['tool'];
  /** AFTER's, by which both reports were judged. */
  readonly profile: RunInfo['profile'];
  readonly failOn: RunInfo['failOn'];
  readonly before: Side;
  readonly after: Side;
  /** What else the reader has to know about the two reports, in words. */
  readonly notes: readonly string[];
  /** The most severe kind among all targets. */
  readonly kind: TargetComparison['kind'];
  /** How many verdicts changed. */
  readonly summary: Readonly<Record<ChangeKind, number>>;
  /** In the order of AFTER, then those that only BEFORE has. */
  readonly targets: readonly TargetComparison[];
}

/** A report as it was written, and as it is judged now. */
export interface Compared {
  readonly side: Side;
  readonly report: Report;
}

/** @param before with `after`, judged by one version of the tool, under one profile and level */
export function compareReports(before: Compared, after: Compared): Comparison {
  const targets = matchTargets(before.report.targets, after.report.targets).map(compareTargets);
  const changes = targets.flatMap((target) => target.changes);
  const count = (kind: ChangeKind): number => changes.filter((change) => change.kind === kind).length;
  const isWhole = !before.side.partial && !after.side.partial;
  const { tool, profile, failOn } = after.report;
  return {
    schemaVersion: diffSchemaVersion,
    tool,
    profile,
    failOn,
    before: before.side,
    after: after.side,
    notes: notesOn(before.side, after.side, tool),
    kind: mostSevere([...targets.map(({ kind }) => kind), isWhole ? 'same' : 'unclear']),
    summary: {
      worse: count('worse'),
      unclear: count('unclear'),
      better: count('better'),
      other: count('other'),
    },
    targets,
  };
}

function mostSevere(kinds: readonly TargetComparison['kind'][]): TargetComparison['kind'] {
  return changeKinds.find((kind) => kinds.includes(kind)) ?? 'same';
}

function notesOn(before: Side, after: Side, tool: RunInfo['tool']): string[] {
  const notes: string[] = [];
  if (before.profile !== after.profile) {
    notes.push(`BEFORE was judged under profile ${before.profile}; here both are, under ${after.profile}`);
  }
  if (before.failOn !== after.failOn) {
    notes.push(`BEFORE was judged at level ${before.failOn}; here both are, at level ${after.failOn}`);
  }
  const versions = [...new Set([before.tool.version, after.tool.version, tool.version])];
  if (versions.length > 1) {
    notes.push(
      `BEFORE was written by version ${before.tool.version} and AFTER by ${after.tool.version}; here both are judged by ${tool.version}`,
    );
  }
  for (const [name, { partial }] of [
    ['BEFORE', before],
    ['AFTER', after],
  ] as const) {
    if (partial) notes.push(`${name} is of an interrupted audit and holds partial results`);
  }
  return notes;
}

interface Pair {
  readonly before: TargetReport | null;
  readonly after: TargetReport | null;
  readonly matchedBy: TargetComparison['matchedBy'];
}

/** Most reliable rule first; a matched target is not considered again. */
const matches: readonly ((a: TargetReport, b: TargetReport) => boolean)[] = [
  (a, b) => a.label === b.label && a.url === b.url,
  (a, b) => a.label !== null && a.label === b.label,
  (a, b) => a.url === b.url && (a.label === null || b.label === null),
];

/** By label if both have one, otherwise by URL; if each report has a single target, the two are assumed to be the same. */
function matchTargets(before: readonly TargetReport[], after: readonly TargetReport[]): Pair[] {
  const left = new Set(before);
  const matched = new Map<TargetReport, TargetReport>();
  for (const isMatch of matches) {
    for (const target of after) {
      if (matched.has(target)) continue;
      const found = [...left].find((candidate) => isMatch(candidate, target));
      if (found === undefined) continue;
      left.delete(found);
      matched.set(target, found);
    }
  }
  const pairs = after.map((target): Pair => {
    const found = matched.get(target) ?? null;
    if (found === null) return { before: null, after: target, matchedBy: null };
    const haveLabels = found.label !== null && target.label !== null;
    return { before: found, after: target, matchedBy: haveLabels ? 'label' : 'url' };
  });
  const [only] = before;
  if (before.length === 1 && after.length === 1 && pairs[0]?.before === null && only !== undefined) {
    return [{ ...pairs[0], before: only, matchedBy: 'only' }];
  }
  return [...pairs, ...[...left].map((target): Pair => ({ before: target, after: null, matchedBy: null }))];
}

function compareTargets({ before, after, matchedBy }: Pair): TargetComparison {
  const common = { matchedBy, before: sideOf(before), after: sideOf(after) };
  const notCompared = whyNotCompared(before, after);
  if (before === null || after === null || notCompared !== null) {
    return {
      ...common,
      kind: kindOfVerdicts(before, after),
      notCompared,
      changes: [],
      probes: { both: [], onlyBefore: [], onlyAfter: [] },
      findings: { appeared: [], disappeared: [] },
    };
  }
  const changes = changesOf(before, after);
  const onlyAfter = missingIn(before, after);
  const probes = {
    both: after.probes.map(({ id }) => id).filter((id) => onlyAfter.every((probe) => probe.id !== id)),
    onlyBefore: missingIn(after, before),
    onlyAfter,
  };
  const kinds: TargetComparison['kind'][] = changes.map(({ kind }) => kind);
  if (probes.onlyBefore.length > 0 || probes.onlyAfter.some(({ verdict }) => verdict === 'fail')) {
    kinds.push('unclear');
  }
  return {
    ...common,
    kind: mostSevere([...kinds, kindOfVerdicts(before, after)]),
    notCompared,
    changes,
    probes,
    findings: { appeared: findingsMissingIn(before, after), disappeared: findingsMissingIn(after, before) },
  };
}

function sideOf(target: TargetReport | null): TargetSide | null {
  if (target === null) return null;
  const { url, label, verdict, reason, score, versions } = target;
  return { url, label, verdict, reason, score, versions };
}

/** Without a control that was accepted throughout, verdicts are evidence but not comparable. */
function whyNotCompared(before: TargetReport | null, after: TargetReport | null): string | null {
  if (after !== null && !isSound(after)) return `AFTER cannot be judged: ${after.reason}`;
  if (before !== null && !isSound(before)) return `BEFORE could not be judged: ${before.reason}`;
  return null;
}

function isSound({ verdict, probes, lastControl }: TargetReport): boolean {
  // The first probe is the control, unless the audit was interrupted before it finished.
  const [control] = probes;
  const isAccepted = control !== undefined && isSwitched(control.exchange);
  const stillIs = lastControl === null || isSwitched(lastControl);
  return verdict !== 'inconclusive' || (isAccepted && stillIs);
}

/** The change in the verdicts of the target itself. A target that became nonconformant shows in its probes. */
function kindOfVerdicts(before: TargetReport | null, after: TargetReport | null): TargetComparison['kind'] {
  if (after === null) return 'unclear';
  if (before === null) return after.verdict === 'nonconformant' ? 'unclear' : 'other';
  if (before.verdict !== 'inconclusive') return after.verdict === 'inconclusive' ? 'unclear' : 'same';
  return (
    { nonconformant: 'unclear', conformant: 'better', passed: 'better', inconclusive: 'same' } as const
  )[after.verdict];
}

function missingIn(target: TargetReport, other: TargetReport): ProbeOnly[] {
  const there = new Set(target.probes.map(({ id }) => id));
  return other.probes.filter(({ id }) => !there.has(id)).map(({ id, verdict }) => ({ id, verdict }));
}

function findingsMissingIn(target: TargetReport, other: TargetReport): FindingSide[] {
  const there = new Set(target.findings.map(({ id }) => id));
  return other.findings
    .filter(({ id }) => !there.has(id))
    .map(({ id, level, title, probes }) => ({ id, level, title, probes }));
}

function changesOf(before: TargetReport, after: TargetReport): VerdictChange[] {
  const earlier = new Map(before.probes.map((probe) => [probe.id, probe]));
  const ofProbes = after.probes.flatMap((probe) => {
    const other = earlier.get(probe.id);
    return other === undefined ? [] : changesOfProbe(other, probe);
  });
  return [...ofProbes, ...changesAmong(null, { verdicts: before.checks }, { verdicts: after.checks })];
}

function changesOfProbe(before: ProbeReport, after: ProbeReport): VerdictChange[] {
  return changesAmong(after.id, allOf(before), allOf(after));
}

/** Verdicts by name; and, if the probe is inconclusive, why: it has no checks then. */
interface Judged {
  readonly verdicts: Readonly<Partial<Record<CheckedName, Verdict>>>;
  readonly doubt?: string;
}

function allOf({ criteria, checks, doubt }: ProbeReport): Judged {
  const verdicts = { ...criteria, ...checks };
  return doubt === null ? { verdicts } : { verdicts, doubt };
}

function changesAmong(probe: string | null, before: Judged, after: Judged): VerdictChange[] {
  const names = Object.keys({ ...before.verdicts, ...after.verdicts }) as CheckedName[];
  return names.flatMap((criterion) => {
    const was = before.verdicts[criterion] ?? missing(before, after.verdicts[criterion]);
    const is = after.verdicts[criterion] ?? missing(after, before.verdicts[criterion]);
    const kind = changeKindOf(was, is);
    return kind === null ? [] : [{ kind, probe, criterion, before: was, after: is }];
  });
}

/** The verdict in place of a check that only the other report has. */
function missing({ doubt }: Judged, other: Verdict = notApplicable): Verdict {
  if (doubt === undefined || other.verdict === 'n/a') return notApplicable;
  const { level, expected, clauses } = other;
  return inconclusive({ level, expected, clauses }, doubt);
}

/** Null where nothing changed. */
function changeKindOf(before: Verdict, after: Verdict): ChangeKind | null {
  const [was, is] = [severity(before), severity(after)];
  if (before.verdict === after.verdict && was === is) return null;
  if (after.verdict === 'inconclusive') return 'unclear';
  if (before.verdict === 'inconclusive') {
    return ({ fail: 'unclear', pass: 'better', 'n/a': 'other' } as const)[after.verdict];
  }
  if (was === is) return 'other';
  return is > was ? 'worse' : 'better';
}

/** 0 if it is not a failure; otherwise higher for a stricter level. */
function severity(verdict: Verdict): number {
  return verdict.verdict === 'fail' ? levels.length - levels.indexOf(verdict.level) : 0;
}
