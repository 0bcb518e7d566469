/** What a probe is: data that says which opening handshake to send and what a server must make of it. */

import type { ClauseId } from '../spec/clauses.ts';
import type { RequestTemplate } from '../wire/request.ts';

/** The probe families in the order in which they are listed and reported. */
export const families = [
  'valid',
  'missing',
  'duplicate',
  'unsupported',
  'draft',
  'comma-listed',
  'malformed',
  'disguised',
  'handshake',
  'after-refusal',
  'stress',
] as const;

export type Family = (typeof families)[number];

/** A few words a family, for `list`, the terminal report and the probe reference. */
export const familyTitles: Readonly<Record<Family, string>> = {
  valid: 'valid handshakes, written in different ways',
  missing: 'no version field, or no value in it',
  duplicate: 'the version field more than once',
  unsupported: 'valid version numbers that no standard defines',
  draft: 'versions of drafts before the standard',
  'comma-listed': 'several versions in one field value',
  malformed: 'field values that are not a version',
  disguised: 'the field in forms that HTTP forbids',
  handshake: 'another part of the handshake missing or wrong',
  'after-refusal': 'what happens to the connection after a refusal',
  stress: 'requests that have ended or blocked servers',
};

/** `accept`: 101. `reject`: a refusal. `either`: both are valid, so the answer is only observed. */
export type Expectation = 'accept' | 'reject' | 'either';

/** How much a wrong answer matters in practice, in a few words a tier. The tier `stress` is sent only on request. */
export const tierTitles = {
  core: 'a wrong answer breaks current clients, or accepts what must be refused',
  extended: 'required by the clauses too, but rarely seen in practice',
  stress:
    'tests robustness, not conformance, and may bring a server down: sent only on request, alone, after all others',
} as const;

export type Tier = keyof typeof tierTitles;

/** Which tiers an audit sends: the core alone, or all; `stress` is asked for by itself. */
export const tierChoices = ['core', 'all'] as const;

export type TierChoice = (typeof tierChoices)[number];

/**
 * How a refusal of this probe is judged where it differs from the common rule.
 *
 * - `unreadable`: the head cannot be read as it stands, so any 4xx or a close without a response will do, and neither a
 *   list nor the close is asked for.
 * - `plain-http`: the request is also plain HTTP, which a server may answer as such: anything but a 101
 *   will do, and the other criteria apply to a 400 or a 426 only.
 * - `http-0.9`: the request line is one of HTTP/0.9, of which the answer is a body without a head, or the end of the
 *   connection where there is none. These will do as well as any response but a 101; all else is as with `plain-http`.
 * - `judged-elsewhere`: another probe sends the same handshake, and its refusal is judged there. Only what happens
 *   afterwards is judged here, by a check.
 */
export type RefusalRule = 'unreadable' | 'plain-http' | 'http-0.9' | 'judged-elsewhere';

/** The handshake this probe sends and what it tests. Ids are stable: scripts and baselines name them. */
export interface Probe {
  /** `family/slug`. */
  readonly id: `${Family}/${string}`;
  readonly family: Family;
  readonly tier: Tier;
  /** One line: what is sent, in words. */
  readonly title: string;
  /** The one thing in which the request differs from the control, `valid/13`. */
  readonly varies: string;
  readonly expects: Expectation;
  /** The version asked for is valid, but the server does not have to understand it (rfc6455 §4.2.2 /version/). */
  readonly version?: number;
  readonly refusal?: RefusalRule;
  /** The level of the expected answer where the clauses leave room for another one; `MUST` where it is omitted. */
  readonly level?: 'SHOULD';
  /** The clauses that decide whether the handshake is to be accepted. */
  readonly clauses: readonly ClauseId[];
  /** What goes wrong in practice when a server gets this wrong. */
  readonly why: string;
  /** What to change in the server. */
  readonly fix: string;
  readonly request: RequestTemplate;
}
