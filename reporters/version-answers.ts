/** What came in answer to each version that valid handshakes asked for. */

import { findProbe } from '../probes/catalogue.ts';
import type { ExchangeRecord } from '../report/exchange-record.ts';
import type { TargetReport } from '../report/report.ts';
import { describeVersions } from '../scoring/version-range.ts';

export const versionAnswers = {
  accepted: 'accepted (101)',
  unusable: 'answered 101 without the correct Sec-WebSocket-Accept',
  listed: 'refused with a version list',
  unlisted: 'refused without a version list',
  silent: 'no answer',
} as const;

export type VersionAnswer = keyof typeof versionAnswers;

/** By version, what came last. */
export function answersByVersion(target: TargetReport): ReadonlyMap<number, VersionAnswer> {
  const accepted = new Set(target.versions.accepted);
  const answerTo = (version: number, { response }: ExchangeRecord): VersionAnswer => {
    if (accepted.has(version)) return 'accepted';
    const status = response?.status ?? null;
    if (response === null || status === null) return 'silent';
    if (status === 101) return 'unusable';
    const hasList = response.fields.some(([name]) => name.toLowerCase() === 'sec-websocket-version');
    return hasList ? 'listed' : 'unlisted';
  };
  const asked = [
    ...target.probes.map(({ id, exchange }) => ({
      version: id === 'valid/13' ? 13 : findProbe(id)?.version,
      exchange,
    })),
    ...target.followUps,
    ...target.sweep,
  ];
  return new Map(
    asked.flatMap(({ version, exchange }) =>
      version === undefined ? [] : [[version, answerTo(version, exchange)]],
    ),
  );
}

/** What a sweep of all versions came to, in one line; null where there was none. */
export function describeSweep(target: TargetReport): string | null {
  if (target.sweep.length === 0) return null;
  const answers = [...answersByVersion(target)];
  const parts = Object.entries(versionAnswers).flatMap(([answer, words]) => {
    const versions = answers.flatMap(([version, came]) => (came === answer ? [version] : []));
    return versions.length === 0 ? [] : [`${describeVersions(versions)} ${words}`];
  });
  return `all versions: ${parts.join('; ')}`;
}
