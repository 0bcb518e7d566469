/** Audits of every fixture in every profile: each is made once, whichever tests ask for it. */

import pLimit from 'p-limit';
import { findFixture, fixtures } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { type AuditOptions, audit, type Report, type TargetReport } from '../../index.ts';
import { type ProfileName, profileNames } from '../../scoring/profiles.ts';

export type Reports = Readonly<Record<ProfileName, Report>>;

/** So long that nothing is called late that is not; shorter for those that let every time run out. */
const patient = { closeTimeout: 800, responseTimeout: 5000 };
const respondsNever = [
  'never-releases',
  'head-never-ends',
  'never-responds',
  'never-responds-at-all',
  'plain-http-unanswered',
  'body-never-sent',
  'chunked-never-ends',
  'streams-other-answers',
];
/** Asked one handshake at a time, so that it is certain which of them come first. */
const oneByOne = /^(answers-503|control-\d+|rate-limits-always|falls-over.*|never-responds-at-all)$/;
/** With these there is much to wait for. */
const slow = [
  ...respondsNever,
  ...fixtures
    .map(({ name }) => name)
    .filter((name) => /limits|503|open|close-|without-list|chunked$/.test(name)),
];

const audited = new Map<string, Promise<Reports>>();

/** Starts those that take long, to be waited for while others run. */
export function startSlowOnes(): void {
  const turns = pLimit(3);
  for (const name of slow) void turns(() => auditInEachProfile(name).catch(() => {}));
}

/** Audits a fixture in all profiles at once, each on a server of its own; once, whoever asks. */
export function auditInEachProfile(name: string): Promise<Reports> {
  const known = audited.get(name);
  if (known !== undefined) return known;
  const reports = Promise.all(
    profileNames.map(async (profile) => [profile, await auditIn(name, profile)] as const),
  ).then((entries) => Object.fromEntries(entries) as Reports);
  audited.set(name, reports);
  return reports;
}

async function auditIn(name: string, profile: ProfileName): Promise<Report> {
  const fixture = findFixture(name);
  if (fixture === undefined) throw new Error(`no fixture is called ${name}`);
  const server = await startFixture(fixture);
  try {
    return await audit(server.url, { ...limits(name), profile }).report();
  } finally {
    await server.close();
  }
}

function limits(name: string): AuditOptions {
  if (respondsNever.includes(name)) return { ...patient, responseTimeout: 2000, concurrency: 40 };
  return oneByOne.test(name) ? { ...patient, concurrency: 1 } : patient;
}

export function onlyTarget({ targets }: Report): TargetReport {
  const [target, ...more] = targets;
  if (target === undefined || more.length > 0) throw new Error(`${targets.length} targets instead of one`);
  return target;
}
