/** All cases, gathered from the files of the groups. */

import { acceptCases } from './accept.ts';
import { type Case, type Group, groups } from './case.ts';
import { httpCases } from './http.ts';
import { noneCases } from './none.ts';
import { refuseCases } from './refuse.ts';
import { rejectCases } from './reject.ts';

const byGroup = {
  accept: acceptCases,
  reject: rejectCases,
  http: httpCases,
  refuse: refuseCases,
  none: noneCases,
} as const satisfies Record<Group, readonly Case[]>;

/** The id of a case in the catalogue: a misspelt one does not compile. */
export type CaseId = (typeof byGroup)[Group][number]['id'];

/** Every case, group by group in the order of `groups`; the control, `right`, is the first. */
export const caseCatalogue: readonly Case[] = groups.flatMap<Case>((group) => byGroup[group]);
