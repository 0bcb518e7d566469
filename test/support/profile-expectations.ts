/** What each profile makes of a server that violates one of the requirements that profiles set. */

import type { ProfileName } from '../../scoring/profiles.ts';

type Requirement =
  /** 400, where another 4xx came. */
  | 'other-4xx'
  /** The right list on the refusal of an unknown version, where there is none or a wrong one. */
  | 'list-on-unknown-version'
  /** The list on any other refusal, where there is none. */
  | 'list-on-other-refusal'
  /** The same, where there is a wrong one. */
  | 'wrong-list-on-other-refusal'
  /** No Sec-WebSocket-Version on a 101. */
  | 'header-on-success'
  /** The close after a refusal that did not announce it. */
  | 'close'
  /** No 101 to a handshake behind a refusal that did not announce the close. */
  | 'close-behind'
  /** The close that a refusal announced. */
  | 'close-as-announced';

/** What fails, as test/support/failures.ts writes it; empty where the profile has no such requirement. */
const failures: Readonly<Record<ProfileName, Readonly<Record<Requirement, string>>>> = {
  mdn: {
    'other-4xx': 'status',
    'list-on-unknown-version': 'versionList',
    'list-on-other-refusal': 'versionList',
    'wrong-list-on-other-refusal': 'versionList',
    'header-on-success': 'headerOmitted',
    close: 'socketClosed',
    'close-behind': 'endsWithRefusal',
    'close-as-announced': 'socketClosed',
  },
  rfc: {
    'other-4xx': '',
    'list-on-unknown-version': 'versionList!',
    'list-on-other-refusal': '',
    'wrong-list-on-other-refusal': 'versionList',
    'header-on-success': '',
    close: '',
    'close-behind': '',
    'close-as-announced': 'socketClosed!',
  },
};

/** @param violated failures and requirements, separated by spaces */
export function failuresIn(profile: ProfileName, violated: string): string {
  const table: Readonly<Record<string, string>> = failures[profile];
  return violated
    .split(' ')
    .map((one) => table[one] ?? one)
    .filter((one) => one !== '')
    .join(' ');
}

/** A finding with the requirements that decide its level, and whether it is one at all. */
export type ByRequirement = readonly [finding: string, requirements: string];

/** The finding as test/support/failures.ts writes it; nothing where the profile requires nothing of the kind. */
export function findingIn(profile: ProfileName, expected: string | ByRequirement): string[] {
  if (typeof expected === 'string') return [expected];
  const [finding, requirements] = expected;
  const failed = failuresIn(profile, requirements);
  if (failed === '') return [];
  return [failed.includes('!') ? `${finding}!` : finding];
}
