/** What an audit concludes of a target, in a form in which two audits of one server can be compared. */

import type { TargetReport } from '../../index.ts';

type ProbeReport = TargetReport['probes'][number];

/**
 * Every criterion and check of a probe, and what each was given for.
 *
 * @param read how what was seen is to be read, where some of it may differ
 */
export function criteriaOf(
  { criteria, checks }: ProbeReport,
  read: (actual: string) => string = (actual) => actual,
): unknown {
  return Object.entries({ ...criteria, ...checks }).map(([name, one]) =>
    // The right value is another one for every key.
    one.verdict === 'n/a' || name === 'acceptKey'
      ? [name, one.verdict]
      : [name, one.verdict, one.level, read(one.actual)],
  );
}

/**
 * Everything that does not differ between two audits of one server: keys, times and ports do.
 *
 * @param read as for `criteriaOf`
 */
export function judgementOf(
  { probes, findings, versions, checks, verdict, reason, score }: TargetReport,
  read?: (actual: string) => string,
): unknown {
  const judged = probes.map((probe) => [probe.id, probe.verdict, criteriaOf(probe, read)]);
  // As the right value differs with the key, so does the wrong one.
  const found = findings.map(({ expected, actual, reproduce: _commands, ...finding }) =>
    finding.id === 'accept-key' ? finding : { ...finding, expected, actual },
  );
  const text = JSON.stringify({ judged, findings: found, versions, checks, verdict, reason, score });
  return JSON.parse(text.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST').replaceAll(/[A-Za-z0-9+/]{27}=/g, 'ACCEPT'));
}
