/**
 * What the exchanges of a target come to. Pure, and the only place where it is put together: a live run and a
 * recorded one go through the same functions, and so cannot come to different verdicts.
 */

import { controlId } from '../probes/control.ts';
import type { Probe } from '../probes/probe.ts';
import type { Answer, Exchange } from '../wire/exchange.ts';
import { endedWithoutResponse, isHeadCutShort, isUnconnected, ownFailure } from './answer.ts';
import { type Assessment, assess } from './assessment.ts';
import { judgedLast, wasAlone } from './attempts.ts';
import { emptyBaseline, markScorecard, type TargetBaseline } from './baseline.ts';
import { type CrowdInfluence, explainUnsteadiness } from './crowd-influence.ts';
import type { ScoredProbe } from './findings.ts';
import type { GateRules } from './gate.ts';
import { type KnownVersions, nothingKnown } from './known-versions.ts';
import { type ProfileName, profiles } from './profiles.ts';
import { scoreProbe } from './scorecard.ts';
import type { VersionRequest } from './versions.ts';

/** A probe with its verdict, and the exchanges that came before the one that was judged. */
export type ScoredAttempts = ScoredProbe & {
  readonly earlier: readonly Exchange[];
  /** As in `ScoringContext`. */
  readonly controlsAfter?: readonly Exchange[];
};

/** Why a connection without a response proves nothing by itself. */
const notAskedAgain = 'no response came, and the server was gone before it could be asked again';
const notAsked = 'no connection could be opened on this machine';

/** No whole response head, or no connection: once more will tell whether that was the handshake's doing. */
export function isInconclusiveAnswer(answer: Answer): boolean {
  return (
    endedWithoutResponse(answer) ||
    isHeadCutShort(answer) ||
    answer.outcome === 'timeout' ||
    isUnconnected(answer)
  );
}

export interface AttemptsContext {
  readonly profile: ProfileName;
  /** Counts for drafts only: what else is asked for does not depend on the lists. */
  readonly known?: KnownVersions;
  /** Why the control, and with it everything, proves nothing; null if it does not. */
  readonly unsound?: string | null;
  /** The server was gone before all could be asked again that had no response. */
  readonly isCutShort?: boolean;
  /** As in `ScoringContext`; only of a stress probe. */
  readonly controlsAfter?: readonly Exchange[];
  /** The target answers differently while other connections of the audit are open: only attempts made alone count. */
  readonly onlyAlone?: boolean;
  /** As in `ScoringContext`; whatever the probe is. */
  readonly lastControl?: Exchange | null;
  /** As in `ScoringContext`. */
  readonly leftOpen?: ReadonlySet<string>;
  readonly baseline?: TargetBaseline;
}

/** @param attempts every exchange made for the probe, in order; at least one */
export function scoreAttempts(
  probe: Probe,
  attempts: readonly Exchange[],
  {
    profile,
    known = nothingKnown,
    unsound = null,
    isCutShort = false,
    controlsAfter,
    onlyAlone = false,
    lastControl = null,
    leftOpen = new Set(),
    baseline = emptyBaseline,
  }: AttemptsContext,
): ScoredAttempts {
  const ordered = judgedLast(attempts);
  const exchange = ordered.at(-1);
  if (exchange === undefined) throw new Error(`${probe.id} was never sent`);
  const scorecard = scoreProbe(probe, ordered, {
    profile: profiles[profile],
    onlyAlone,
    leftOpen,
    lastControl: probe.id === controlId ? lastControl : null,
    ...(probe.family === 'draft' ? known : nothingKnown),
    unsound: unsound ?? whyUnconfirmed(probe, ordered, isCutShort),
    ...(controlsAfter !== undefined && { controlsAfter }),
  });
  return {
    probe,
    exchange,
    scorecard: markScorecard(scorecard, probe.id, baseline),
    earlier: ordered.slice(0, -1),
    ...(controlsAfter !== undefined && { controlsAfter }),
  };
}

function whyUnconfirmed(probe: Probe, tries: readonly Exchange[], isCutShort: boolean): string | null {
  if (isConfirmed(probe, tries, isCutShort)) return null;
  const last = tries.at(-1);
  const code = last === undefined ? null : ownFailure(last);
  return code === null ? notAskedAgain : `${notAsked} (${code})`;
}

/**
 * A probe that is unsure is asked once more, so that an earlier try is unsure too, unless that was cut short. Of many
 * silences only a few are asked again, and the rest believed. A stress probe is sent once.
 */
function isConfirmed({ tier }: Probe, tries: readonly Exchange[], isCutShort: boolean): boolean {
  const last = tries.at(-1);
  if (tier === 'stress' || last === undefined || !isInconclusiveAnswer(last)) return true;
  const isBelieved = last.outcome === 'timeout' || isHeadCutShort(last);
  return tries.slice(0, -1).some(isInconclusiveAnswer) || (isBelieved && !isCutShort);
}

export interface TargetEvidence {
  /** In the order of the catalogue. */
  readonly scored: readonly ScoredAttempts[];
  readonly followUps: readonly VersionRequest[];
  /** Requests for all other versions; empty where they were not asked for. */
  readonly sweep: readonly VersionRequest[];
  /** The control once more, after all else; null if it never came to that. */
  readonly lastControl: Exchange | null;
  /** How the audit's own connections changed the answers; null where they did not. */
  readonly influence: CrowdInfluence | null;
  /** Why the experiment is not sound, in words; null if it is. */
  readonly unsound: string | null;
  /** Why the run ended before its time, in words; null if it did not. */
  readonly interrupted: string | null;
  readonly profile: ProfileName;
  readonly gateRules: GateRules;
  readonly baseline: TargetBaseline;
}

/** The judgement of the target as a whole. */
export function judgeTarget({
  scored,
  followUps,
  sweep,
  lastControl,
  influence,
  unsound,
  interrupted,
  profile,
  gateRules,
  baseline,
}: TargetEvidence): Assessment {
  const attempts = scored.map(({ probe, exchange, earlier }) => ({
    probe,
    attempts: [...earlier, exchange],
  }));
  const last = lastControl === null ? [] : [lastControl];
  const swept = influence === null ? sweep : sweep.filter(({ exchange }) => wasAlone(exchange));
  const controls = scored.filter(({ probe }) => probe.id === controlId).map(({ exchange }) => exchange);
  return assess({
    scored,
    otherExchanges: [
      ...scored.flatMap(({ earlier }) => (influence === null ? earlier : earlier.filter(wasAlone))),
      ...[...followUps, ...swept].map(({ exchange }) => exchange),
      ...last,
    ],
    versionRequests: [
      ...[...controls, ...last].map((exchange) => ({ version: 13, exchange })),
      ...followUps,
      ...scored.flatMap(({ probe, exchange }) =>
        probe.version === undefined ? [] : [{ version: probe.version, exchange }],
      ),
      ...swept,
    ],
    swept,
    influence: influence?.description ?? null,
    unsound: unsound ?? explainUnsteadiness(attempts, profiles[profile]),
    interrupted,
    gateRules,
    baseline,
  });
}
