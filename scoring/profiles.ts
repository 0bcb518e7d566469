/** The profiles: which level each requirement has, and which status codes count as a refusal. */

import type { Level } from './verdict.ts';

export interface Profile {
  readonly title: string;
  /** The status codes of a refusal, in words. */
  readonly refusalStatus: string;
  readonly isRefusalStatus: (status: number) => boolean;
  /** The version list on a version that is not understood, and on any other refusal. `MAY`: not missed when absent. */
  readonly listOnUnknownVersion: Level;
  readonly listOnOtherRefusal: Level;
  /** No Sec-WebSocket-Version on a 101. `MAY`: not judged, since no sentence of an RFC forbids the field there. */
  readonly headerOmitted: Level;
  /** When a refusal has to be followed by the close: always, or only where `Connection: close` announced it. */
  readonly close: { readonly when: 'always' | 'announced'; readonly level: Level };
}

export const profileNames = ['mdn', 'rfc'] as const;

export type ProfileName = (typeof profileNames)[number];

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  mdn: {
    title: 'what MDN describes: 400, the version list, and the close on every refusal',
    refusalStatus: '400',
    isRefusalStatus: (status) => status === 400,
    listOnUnknownVersion: 'SHOULD',
    listOnOtherRefusal: 'SHOULD',
    headerOmitted: 'SHOULD',
    close: { when: 'always', level: 'SHOULD' },
  },
  rfc: {
    title: 'what RFC 6455, RFC 9110 and RFC 9112 alone demand',
    refusalStatus: '4xx',
    isRefusalStatus: (status) => status >= 400 && status < 500,
    listOnUnknownVersion: 'MUST',
    listOnOtherRefusal: 'MAY',
    headerOmitted: 'MAY',
    close: { when: 'announced', level: 'MUST' },
  },
};
