/**
 * The diagnosis rules: which patterns of answers point to which fault in the server's parser.
 *
 * Order matters: the first rule that fits claims the probes that it explains.
 */

import type { ProbeId } from '../probes/catalogue.ts';
import { commaListed } from '../probes/comma-listed.ts';
import { draft } from '../probes/draft.ts';
import type { Family } from '../probes/probe.ts';
import { unsupported } from '../probes/unsupported.ts';
import type { ClauseId } from '../spec/clauses.ts';

export interface Diagnosis {
  readonly id: string;
  readonly title: string;
  /** What the server does, as far as the pattern shows. */
  readonly diagnosis: string;
  readonly detail: string;
  readonly fix: string;
  readonly clauses: readonly ClauseId[];
}

export interface Rule extends Diagnosis {
  /** An extra condition on the whole pattern; omitted if the probes that it explains are evidence enough. */
  readonly fits?: (answers: AnswerPattern) => boolean;
  /** Whether it explains the wrong answer to this probe. */
  readonly explains: (id: string, answers: AnswerPattern) => boolean;
  /** What its texts say of other answers: where one of those that were sent differs, the rule does not fit. */
  readonly entails?: Entailment | ((answers: AnswerPattern) => Entailment);
}

/** Probes that a server of which a diagnosis is true must accept, and those that it must refuse. */
export interface Entailment {
  readonly accepted?: readonly ProbeId[];
  readonly refused?: readonly ProbeId[];
}

/** The pattern: what was sent, what of it was answered 101, and what of that without a right Sec-WebSocket-Accept. */
export interface AnswerPattern {
  readonly sent: ReadonlySet<string>;
  readonly accepted: ReadonlySet<string>;
  readonly acceptedWithoutKey: ReadonlySet<string>;
  /** What of it was answered with the Sec-WebSocket-Accept of the first key. */
  readonly acceptedWithKey: ReadonlySet<string>;
  /** What was right and was refused. */
  readonly refused: ReadonlySet<string>;
}

const inFamily =
  (...families: Family[]) =>
  (id: string): boolean =>
    families.some((family) => id.startsWith(`${family}/`));

const anyOf =
  (...ids: ProbeId[]) =>
  (id: string): boolean =>
    ids.some((one) => one === id);

const accepts = ({ accepted }: AnswerPattern, ...ids: ProbeId[]): boolean =>
  ids.every((id) => accepted.has(id));
const acceptsAny = ({ accepted }: AnswerPattern, ...ids: ProbeId[]): boolean =>
  ids.some((id) => accepted.has(id));
/** Sent, and not answered 101: a probe that was not chosen proves nothing either way. */
const refuses = ({ sent, accepted }: AnswerPattern, ...ids: ProbeId[]): boolean =>
  ids.every((id) => sent.has(id) && !accepted.has(id));
/** None of those that were sent was answered with anything but 101. */
const refusesNone = ({ sent, accepted }: AnswerPattern, ...ids: ProbeId[]): boolean =>
  ids.every((id) => !sent.has(id) || accepted.has(id));
const refusesValid = ({ refused }: AnswerPattern, ...ids: ProbeId[]): boolean =>
  ids.every((id) => refused.has(id));

/** The answers that contradict what the rule says: probes that were sent and answered otherwise. */
export function contradictions({ entails = {} }: Rule, answers: AnswerPattern): string[] {
  const { accepted = [], refused = [] } = typeof entails === 'function' ? entails(answers) : entails;
  // Of valid handshakes those are known that were refused.
  const isRefused = (id: ProbeId): boolean =>
    id.startsWith('valid/') ? answers.refused.has(id) : refuses(answers, id);
  const isAccepted = (id: ProbeId): boolean =>
    id.startsWith('valid/') ? answers.sent.has(id) && !answers.refused.has(id) : answers.accepted.has(id);
  return [...accepted.filter(isRefused), ...refused.filter(isAccepted)];
}

/** No reading of a value as 13, however lax, lets these in. */
const strangers = [
  'unsupported/9',
  'unsupported/14',
  'unsupported/25',
  'unsupported/99',
  'unsupported/255',
] as const;

/** Versions on both sides of 13 were let in, and none of those asked for was refused, drafts included: that is no bound. */
const comparesNothing = (answers: AnswerPattern): boolean =>
  accepts(answers, 'unsupported/9') &&
  acceptsAny(answers, 'unsupported/14', 'unsupported/25', 'unsupported/99', 'unsupported/255') &&
  refusesNone(answers, ...strangers, 'draft/0', 'draft/7');

const exactComparison =
  'Compare the field value, trimmed of spaces and tabs, with the two bytes "13"; do not convert it to a number first.';

/** Values in which the digits 13 occur, and nothing that the HTTP parser might refuse. */
const containing13 = [
  'malformed/leading-zero',
  'malformed/plus-sign',
  'malformed/minus-sign',
  'malformed/decimal',
  'malformed/trailing-semicolon',
  'malformed/parameter',
  'malformed/trailing-text',
  'malformed/leading-text',
  'malformed/two-words',
  'malformed/quoted',
] as const;

const contains13 = anyOf(...containing13, 'malformed/non-breaking-space', 'malformed/vertical-tab');

/** The versions asked for, nearest to 13 first, below it and above it. */
const sidesOf13 = [
  [...unsupported, ...draft].filter(({ version }) => version < 13).sort((a, b) => b.version - a.version),
  unsupported.filter(({ version }) => version > 13).sort((a, b) => a.version - b.version),
];

/** Several that nobody speaks were let in, and on neither side one beyond another that was refused. */
const acceptsRange = ({ sent, acceptedWithKey }: AnswerPattern): boolean =>
  unsupported.filter(({ id }) => acceptedWithKey.has(id)).length > 1 &&
  sidesOf13
    .map((side) => side.filter(({ id }) => sent.has(id)).map(({ id }) => acceptedWithKey.has(id)))
    .every((side) => side.every((isIn, index) => !isIn || side[index - 1] !== false));

const lists = commaListed.map(({ id }) => id);
const legalVersions = [...unsupported, ...draft].map(({ id }) => id);

/** Nothing in these is refused by a server that does not read the version, unless its HTTP parser does. */
const otherValues = [
  ...lists,
  ...containing13,
  'malformed/exponent',
  'malformed/hex',
  'malformed/binary',
  'malformed/out-of-range',
  'malformed/wraps-8-bit',
  'malformed/wraps-32-bit',
  'malformed/huge',
  'malformed/inner-space',
  'malformed/word',
  'missing/absent',
  'missing/empty',
  'missing/blank',
  'missing/other-name',
] as const;

const keyForms = [
  'handshake/key-short',
  'handshake/key-long',
  'handshake/key-not-base64',
  'handshake/key-inner-space',
  'handshake/key-trailing-text',
] as const;
const keys = [
  'handshake/key-missing',
  'handshake/key-empty',
  ...keyForms,
  'handshake/key-duplicate',
] as const;

/** Some were sent, and all of those were refused. */
const refusesStrangers = (answers: AnswerPattern): boolean =>
  strangers.some((id) => refuses(answers, id)) && !acceptsAny(answers, ...strangers);

/** Several fields, where it makes no difference which of them is 13: they may have been joined to one value. */
const isJoined = (id: string, answers: AnswerPattern): boolean =>
  inFamily('duplicate')(id) && refusesNone(answers, 'duplicate/13-99', 'duplicate/99-13');

/** Values that every prefix parse reads as 13. */
const beginningWith13 = [
  'malformed/leading-zero',
  'malformed/plus-sign',
  'malformed/decimal',
  'malformed/trailing-semicolon',
  'malformed/parameter',
  'malformed/trailing-text',
  'malformed/two-words',
  'comma-listed/13-8',
  'comma-listed/13-13',
  'comma-listed/13-99',
  'comma-listed/no-space',
  'comma-listed/trailing-comma',
] as const;

/** The same, and those that only some parses read so. */
const beginsWith13 = anyOf(
  ...beginningWith13,
  'malformed/hex',
  'malformed/non-breaking-space',
  'malformed/vertical-tab',
);

const caseSensitiveNames: Diagnosis = {
  id: 'case-sensitive-names',
  title: 'Refuses field names in a different case',
  diagnosis: 'Field names are compared case-sensitively.',
  detail:
    'Field names are case-insensitive (RFC 9110, section 5.1); HTTP/2 gateways send them in lower case.',
  fix: 'Compare field names case-insensitively.',
  clauses: ['reject-bad-handshake'],
};

/** Rules for handshakes that had to be refused and were accepted. */
export const acceptanceRules: readonly Rule[] = [
  {
    id: 'hixie-76',
    title: 'Falls back to a draft from before the standard',
    diagnosis:
      'A handshake without a version is answered 101 without the correct Sec-WebSocket-Accept, as in the hixie-76 draft.',
    detail: 'No current client can use such a 101, and the draft has known weaknesses.',
    fix: 'Disable support for hixie-76 (draft-ietf-hybi-thewebsocketprotocol-00).',
    clauses: ['reject-bad-handshake', 'server-handshake'],
    explains: (id, { acceptedWithoutKey }) => inFamily('missing')(id) && acceptedWithoutKey.has(id),
    entails: { accepted: ['missing/absent'] },
  },
  {
    id: 'version-never-read',
    title: 'Accepts every version',
    diagnosis: 'No handshake is refused for its version, nor for having none.',
    detail:
      'The server answers 101 to any version. A client of another version than 13 believes that it got the version it requested.',
    fix: 'Read Sec-WebSocket-Version in the handshake and refuse everything except one field with the value 13.',
    clauses: ['refuse-unknown-version', 'reject-bad-handshake'],
    fits: (answers) =>
      comparesNothing(answers) &&
      refusesNone(answers, 'malformed/word', 'malformed/leading-text', 'missing/absent') &&
      acceptsAny(answers, 'missing/absent', 'malformed/word', 'malformed/leading-text'),
    explains: inFamily('missing', 'duplicate', 'unsupported', 'draft', 'comma-listed', 'malformed'),
    entails: { accepted: [...legalVersions, ...otherValues] },
  },
  {
    id: 'value-never-compared',
    title: 'Accepts every version',
    diagnosis: 'No handshake is refused for the version that it asks for.',
    detail:
      'The server answers 101 to any version. A client of another version than 13 believes that it got the version it requested.',
    fix: exactComparison,
    clauses: ['refuse-unknown-version', 'reject-bad-handshake'],
    fits: comparesNothing,
    explains: inFamily('duplicate', 'unsupported', 'draft', 'comma-listed', 'malformed', 'missing'),
    entails: { accepted: legalVersions },
  },
  {
    id: 'version-range',
    title: 'Accepts a range of versions',
    diagnosis: 'The version is probably compared with the bounds of a range, and not with 13.',
    detail:
      'The versions next to 13 are accepted, and none beyond one that is refused. A client of another version than 13 believes that it got the version it requested.',
    fix: exactComparison,
    clauses: ['refuse-unknown-version', 'interim-versions'],
    // A bound is needed, and 0 may be refused because it counts as false, or as a draft with another handshake.
    fits: (answers) =>
      acceptsRange(answers) && legalVersions.some((id) => id !== 'draft/0' && refuses(answers, id)),
    explains: (id, { acceptedWithKey }) => inFamily('unsupported', 'draft')(id) && acceptedWithKey.has(id),
  },
  {
    id: 'substring',
    title: 'Accepts any value in which 13 occurs',
    diagnosis: 'The value is searched for the substring 13.',
    detail:
      'Values that merely contain the digits, such as v13 or a list of several versions, are taken for version 13.',
    fix: exactComparison,
    clauses: ['version-grammar', 'reject-bad-handshake'],
    // Code that drops the letter, or falls back to a number of its own, lets "v13" in and refuses one of the others.
    fits: (answers) =>
      accepts(answers, 'malformed/leading-text') &&
      refusesNone(answers, 'malformed/trailing-text', 'comma-listed/13-8', 'comma-listed/99-13') &&
      !acceptsAny(answers, ...strangers),
    explains: (id, answers) => contains13(id) || inFamily('comma-listed')(id) || isJoined(id, answers),
    entails: { accepted: [...containing13, ...lists] },
  },
  {
    id: 'list-reading',
    title: 'Reads the request field as a list of versions',
    diagnosis: 'The value is split at commas, and any 13 in the list is accepted.',
    detail:
      'A list belongs in a response only. A client that lists several versions does not learn which one it got, and two readers of the same request may disagree.',
    fix: 'Refuse a value with a comma in it: a request asks for exactly one version.',
    clauses: ['version-grammar', 'once-in-request'],
    // A server that speaks 8 too may let "8, 13" in for its beginning: "99, 13" tells the two apart.
    fits: (answers) =>
      acceptsAny(answers, 'comma-listed/8-13', 'comma-listed/99-13') &&
      !refuses(answers, 'comma-listed/99-13') &&
      // Where 99 by itself is let in, it may be so for the 99.
      !acceptsAny(answers, 'malformed/leading-text', 'unsupported/99'),
    explains: (id, answers) => inFamily('comma-listed')(id) || isJoined(id, answers),
    // Empty elements may be refused for themselves.
    entails: { accepted: lists.filter((id) => !id.endsWith('-comma')) },
  },
  {
    id: 'prefix-parse',
    title: 'Accepts values that only begin with 13',
    diagnosis:
      'The value goes through a prefix parse (parseInt, atoi, strtol), which stops at the first character that is not a digit.',
    detail:
      'Everything after the number is ignored: other versions of a list, parameters, text. Where the HTTP library joins repeated fields with a comma, that hides duplicates too.',
    fix: exactComparison,
    clauses: ['version-grammar', 'reject-bad-handshake'],
    fits: (answers) =>
      acceptsAny(answers, 'malformed/trailing-text', 'malformed/trailing-semicolon', 'malformed/parameter') &&
      !acceptsAny(answers, 'malformed/leading-text'),
    // What begins with 8 is let in where 8 is spoken too. Joined with a comma, fields of which the first is 13 make
    // a value that begins with 13.
    explains: (id, answers) =>
      beginsWith13(id) ||
      (anyOf('comma-listed/8-13')(id) && refuses(answers, 'comma-listed/99-13')) ||
      (inFamily('duplicate')(id) &&
        accepts(answers, 'comma-listed/13-99', 'duplicate/13-99') &&
        !accepts(answers, 'duplicate/99-13')),
    // All such parses read 013 and +13 as 13.
    entails: { accepted: beginningWith13, refused: ['malformed/leading-text'] },
  },
  {
    id: 'unanchored-search',
    title: 'Accepts values in which other text stands beside 13',
    diagnosis:
      'The value is probably matched with a pattern that is not anchored at both ends, or compared only as far as the 13 goes.',
    detail:
      'A value in which more stands than 13 is not a version: parameters, text, or other versions of a list. What follows the 13 was accepted.',
    fix: exactComparison,
    clauses: ['version-grammar', 'reject-bad-handshake'],
    // Where "1 3" or text without a 13 is accepted as well, the digits are gathered, or the value is not looked at.
    fits: (answers) =>
      acceptsAny(answers, 'malformed/trailing-text', 'malformed/trailing-semicolon', 'malformed/parameter') &&
      refusesStrangers(answers),
    explains: (id, answers) =>
      contains13(id) ||
      inFamily('comma-listed')(id) ||
      (inFamily('duplicate')(id) &&
        accepts(answers, 'comma-listed/13-99', 'duplicate/13-99') &&
        refuses(answers, 'comma-listed/99-13') &&
        !accepts(answers, 'duplicate/99-13')),
    entails: { refused: ['malformed/inner-space', 'malformed/word'] },
  },
  {
    id: 'number-conversion',
    title: 'Accepts other spellings of the number 13',
    diagnosis: 'The value is probably converted to a number before it is compared.',
    detail:
      'Spellings of the number that the grammar forbids are taken for version 13. Number() and unary plus in JavaScript read 013, +13, 13.0, 1.3e1, 0xd and 0b1101 so; float() in Python, or a conversion that detects the base, some of them. A stricter proxy in front will reject or route them differently.',
    fix: exactComparison,
    clauses: ['version-grammar', 'reject-bad-handshake'],
    fits: (answers) =>
      acceptsAny(answers, 'malformed/exponent', 'malformed/binary', 'malformed/hex', 'malformed/decimal') &&
      !acceptsAny(answers, 'malformed/trailing-text'),
    explains: anyOf(
      'malformed/leading-zero',
      'malformed/plus-sign',
      'malformed/decimal',
      'malformed/exponent',
      'malformed/hex',
      'malformed/binary',
      'malformed/non-breaking-space',
      'malformed/vertical-tab',
    ),
  },
  {
    id: 'integer-conversion',
    title: 'Accepts other spellings of the number 13',
    diagnosis: 'The value is probably converted to an integer before it is compared.',
    detail:
      'Spellings of the number that the grammar forbids are taken for version 13. int() in Python, Atoi in Go and Integer.parseInt in Java read 013 and +13 so. A stricter proxy in front will reject or route them differently.',
    fix: exactComparison,
    clauses: ['version-grammar', 'reject-bad-handshake'],
    // A conversion that fails on text, and is let in for that, says nothing about which conversion it is.
    fits: (answers) =>
      acceptsAny(answers, 'malformed/leading-zero', 'malformed/plus-sign') &&
      !acceptsAny(answers, 'malformed/trailing-text', 'malformed/word'),
    explains: anyOf(
      'malformed/leading-zero',
      'malformed/plus-sign',
      'malformed/non-breaking-space',
      'malformed/vertical-tab',
      'malformed/fullwidth-digits',
    ),
  },
  {
    id: 'truncates-8-bit',
    title: 'Accepts numbers that only wrap around to 13',
    diagnosis: 'The number is cut to 8 bits before it is compared.',
    detail: '269 is 13 + 256, and 4294967309 is 13 + 2^32: stored in a byte, both are 13.',
    fix: exactComparison,
    clauses: ['version-grammar', 'reject-bad-handshake'],
    fits: (answers) => accepts(answers, 'malformed/wraps-8-bit') && refusesStrangers(answers),
    explains: anyOf('malformed/wraps-8-bit', 'malformed/wraps-32-bit'),
  },
  {
    id: 'truncates-32-bit',
    title: 'Accepts numbers that only wrap around to 13',
    diagnosis: 'The number is cut to 32 bits before it is compared.',
    detail: '4294967309 is 13 + 2^32: stored in a 32-bit integer, it is 13.',
    fix: exactComparison,
    clauses: ['version-grammar', 'reject-bad-handshake'],
    fits: (answers) => accepts(answers, 'malformed/wraps-32-bit') && refusesStrangers(answers),
    explains: anyOf('malformed/wraps-32-bit'),
    entails: { refused: ['malformed/wraps-8-bit'] },
  },
  {
    id: 'unicode-trim',
    title: 'Trims more than spaces and tabs',
    diagnosis:
      'The value goes through a Unicode-aware or C-library trim, which removes more white space than HTTP knows.',
    detail:
      'Only SP and HTAB around a field value mean nothing. Any other byte there is part of the value, so the value is not 13.',
    fix: 'Trim spaces (0x20) and tabs (0x09) only.',
    clauses: ['field-value-octets', 'version-grammar'],
    fits: (answers) =>
      acceptsAny(answers, 'malformed/non-breaking-space', 'malformed/vertical-tab') &&
      !acceptsAny(answers, 'malformed/trailing-text'),
    explains: anyOf('malformed/non-breaking-space', 'malformed/vertical-tab'),
  },
  {
    id: 'absent-counts-as-13',
    title: 'Accepts a handshake without a version',
    diagnosis: 'A missing version counts as 13.',
    detail:
      'The drafts before version 4 had no such field. A client of one of them, or a request forged from a plain HTTP client, is accepted.',
    fix: 'Refuse a handshake without Sec-WebSocket-Version, or with an empty one.',
    clauses: ['reject-bad-handshake'],
    // Where the field under its own name is not missed, one under another name is not looked at.
    fits: (answers) => accepts(answers, 'missing/absent'),
    explains: inFamily('missing'),
  },
  {
    id: 'empty-counts-as-13',
    title: 'Accepts a version field without a value',
    diagnosis: 'An empty value counts as 13.',
    detail:
      'The field is present, but its empty value is not compared with 13. The client named no version and is accepted.',
    fix: 'Refuse a handshake without Sec-WebSocket-Version, or with an empty one.',
    clauses: ['version-grammar', 'reject-bad-handshake'],
    explains: anyOf('missing/empty', 'missing/blank'),
    entails: { accepted: ['missing/empty'], refused: ['missing/absent'] },
  },
  {
    id: 'underscores',
    title: 'Reads Sec_WebSocket_Version as Sec-WebSocket-Version',
    diagnosis: 'A gateway maps "-" and "_" in field names to one name, as CGI variables do.',
    detail:
      'Two fields with different names become one. A proxy in front that filters on the correct name lets the other one through.',
    fix: 'Drop fields with an underscore in the name at the gateway, as nginx does by default.',
    clauses: ['reject-bad-handshake'],
    fits: (answers) => refuses(answers, 'missing/absent'),
    explains: anyOf('missing/underscores'),
  },
  {
    ...caseSensitiveNames,
    fits: (answers) => refusesValid(answers, 'valid/lowercase-name'),
    explains: anyOf('duplicate/mixed-case-names'),
  },
  {
    id: 'first-field-wins',
    title: 'Takes the first of several version fields',
    diagnosis: 'Of several fields only the first one is read.',
    detail: 'A proxy or a log that reads the last one sees a different version than the server.',
    fix: 'Refuse a handshake with more than one Sec-WebSocket-Version, whatever the values.',
    clauses: ['once-in-request'],
    fits: (answers) =>
      acceptsAny(answers, 'duplicate/13-99', 'duplicate/13-8') &&
      refuses(answers, 'duplicate/99-13') &&
      // Joined with a comma, the fields would fare just so.
      !(accepts(answers, 'comma-listed/13-99') && refuses(answers, 'comma-listed/99-13')),
    explains: inFamily('duplicate'),
    entails: (answers) => ({
      accepted: [
        'duplicate/13-13',
        'duplicate/13-8',
        'duplicate/13-99',
        'duplicate/13-empty',
        'duplicate/apart',
      ],
      refused: ['duplicate/99-13', ...(refuses(answers, 'draft/8') ? (['duplicate/8-13'] as const) : [])],
    }),
  },
  {
    id: 'last-field-wins',
    title: 'Takes the last of several version fields',
    diagnosis: 'Of several fields only the last one is read: each overwrites the one before it.',
    detail: 'A proxy or a log that reads the first one sees a different version than the server.',
    fix: 'Refuse a handshake with more than one Sec-WebSocket-Version, whatever the values.',
    clauses: ['once-in-request'],
    fits: (answers) =>
      acceptsAny(answers, 'duplicate/99-13', 'duplicate/8-13') &&
      refuses(answers, 'duplicate/13-99') &&
      !(accepts(answers, 'comma-listed/99-13') && refuses(answers, 'comma-listed/13-99')),
    explains: inFamily('duplicate'),
    entails: (answers) => ({
      accepted: ['duplicate/13-13', 'duplicate/8-13', 'duplicate/99-13', 'duplicate/apart'],
      refused: ['duplicate/13-99', ...(refuses(answers, 'draft/8') ? (['duplicate/13-8'] as const) : [])],
    }),
  },
  {
    id: 'any-field-wins',
    title: 'Accepts several version fields if one of them is 13',
    diagnosis: 'All fields are checked, and any 13 among them is accepted.',
    detail: 'A proxy or a log that reads another one sees a different version than the server.',
    fix: 'Refuse a handshake with more than one Sec-WebSocket-Version, whatever the values.',
    clauses: ['once-in-request'],
    fits: (answers) =>
      acceptsAny(answers, 'duplicate/13-99', 'duplicate/13-8') &&
      acceptsAny(answers, 'duplicate/99-13', 'duplicate/8-13') &&
      // Where 99 by itself is let in, it may be so for the 99.
      !acceptsAny(answers, 'unsupported/99'),
    explains: inFamily('duplicate'),
    entails: {
      accepted: [
        'duplicate/13-13',
        'duplicate/13-8',
        'duplicate/8-13',
        'duplicate/13-99',
        'duplicate/99-13',
        'duplicate/13-empty',
        'duplicate/apart',
      ],
    },
  },
  {
    id: 'same-field-twice',
    title: 'Accepts the version field twice with the same value',
    diagnosis: 'Repeated fields with equal values are merged into one before the version is read.',
    detail:
      'The field must not appear more than once in a request; equal values do not make the request valid.',
    fix: 'Refuse a handshake with more than one Sec-WebSocket-Version, whatever the values.',
    clauses: ['once-in-request'],
    fits: (answers) => refuses(answers, 'duplicate/13-99', 'duplicate/99-13'),
    explains: anyOf('duplicate/13-13', 'duplicate/apart', 'duplicate/many'),
    entails: {
      accepted: ['duplicate/13-13', 'duplicate/apart'],
      refused: ['duplicate/13-8', 'duplicate/8-13', 'duplicate/13-99', 'duplicate/99-13'],
    },
  },
  {
    id: 'key-not-checked',
    title: 'Accepts a handshake without a valid Sec-WebSocket-Key',
    diagnosis: 'Sec-WebSocket-Key is never validated before it is used for Sec-WebSocket-Accept.',
    detail:
      'The key proves that the client speaks WebSocket. Without the check a plain HTTP client, or a cache in between, can be made to open a WebSocket.',
    fix: 'Refuse a handshake without exactly one Sec-WebSocket-Key that is the base64 of 16 bytes.',
    clauses: ['reject-bad-handshake'],
    // Of a few keys too, but then of both kinds.
    fits: (answers) =>
      acceptsAny(answers, 'handshake/key-missing', 'handshake/key-empty') && acceptsAny(answers, ...keyForms),
    explains: anyOf(...keys),
    entails: { accepted: keys },
  },
  {
    id: 'key-missing-accepted',
    title: 'Accepts a handshake without a key',
    diagnosis: 'A missing Sec-WebSocket-Key is not refused.',
    detail:
      'The key proves that the client speaks WebSocket. Without one a plain HTTP client, or a cache in between, can be made to open a WebSocket.',
    fix: 'Refuse a handshake without Sec-WebSocket-Key, or with an empty one, with 400.',
    clauses: ['reject-bad-handshake'],
    fits: (answers) => accepts(answers, 'handshake/key-missing'),
    explains: anyOf('handshake/key-missing', 'handshake/key-empty'),
  },
  {
    id: 'key-form-not-checked',
    title: 'Accepts a key that is not 16 bytes in base64',
    diagnosis: 'The length or the alphabet of Sec-WebSocket-Key is not, or not fully, checked.',
    detail:
      'RFC 6455 says both: section 4.2.1 asks for a key "with a base64-encoded value that, when decoded, is 16 bytes in length", and section 4.2.2 says that "it is not necessary for the server to base64-decode" it. So this is a SHOULD.',
    fix: 'Refuse a key unless it is 22 characters of base64 followed by "==", which needs no decoding.',
    clauses: ['reject-bad-handshake', 'key-undecoded'],
    explains: anyOf(...keyForms),
  },
  {
    id: 'first-key-wins',
    title: 'Accepts two keys and answers the first',
    diagnosis: 'Of several Sec-WebSocket-Key fields the first one is used.',
    detail:
      'Sec-WebSocket-Accept answers only one of them. A proxy that reads the last one sees a different key than the server.',
    fix: 'Refuse a handshake with more than one Sec-WebSocket-Key.',
    clauses: ['key-once', 'reject-bad-handshake'],
    explains: (id, { acceptedWithKey }) => anyOf('handshake/key-duplicate')(id) && acceptedWithKey.has(id),
  },
  {
    id: 'searches-for-the-word',
    title: 'Accepts values of Upgrade or Connection that merely contain the expected word',
    diagnosis: 'The value is searched for the word instead of being compared token by token.',
    detail:
      'A longer word that contains "upgrade" or "websocket" is another option or another protocol. What the client sends next is read as frames.',
    fix: 'Split the value at the commas and compare whole tokens, case-insensitively.',
    clauses: ['reject-bad-handshake'],
    explains: (id, answers) =>
      (anyOf('handshake/connection-substring')(id) && refuses(answers, 'handshake/connection-other')) ||
      (anyOf('handshake/upgrade-substring')(id) && refuses(answers, 'handshake/upgrade-other')) ||
      (anyOf('handshake/upgrade-with-version')(id) &&
        accepts(answers, 'handshake/upgrade-substring') &&
        refuses(answers, 'handshake/upgrade-other')),
  },
  {
    id: 'method-not-checked',
    title: 'Accepts a handshake with a method other than GET',
    diagnosis: 'The method is not checked.',
    detail: 'An opening handshake is a GET. A client can bypass rules that a gateway applies per method.',
    fix: 'Answer 101 to GET only.',
    clauses: ['reject-bad-handshake'],
    fits: (answers) => accepts(answers, 'handshake/method-post', 'handshake/method-options'),
    explains: anyOf('handshake/method-post', 'handshake/method-head', 'handshake/method-options'),
  },
  {
    id: 'upgrade-not-checked',
    title: 'Accepts a handshake that does not ask for the upgrade',
    diagnosis: 'The server does not insist on both Upgrade: websocket and Connection: Upgrade.',
    detail:
      'A request that did not ask for WebSocket is answered 101. What the client sends next is read as frames.',
    fix: 'Answer 101 only where Upgrade contains "websocket" and Connection contains "upgrade", both case-insensitively.',
    clauses: ['reject-bad-handshake'],
    explains: (id, answers) =>
      anyOf(
        'handshake/upgrade-missing',
        'handshake/upgrade-other',
        'handshake/connection-missing',
        'handshake/connection-other',
      )(id) ||
      (anyOf('handshake/connection-substring')(id) && accepts(answers, 'handshake/connection-other')) ||
      (anyOf('handshake/upgrade-substring', 'handshake/upgrade-with-version')(id) &&
        accepts(answers, 'handshake/upgrade-other')),
  },
  {
    id: 'same-host-twice',
    title: 'Accepts the Host field twice with the same value',
    diagnosis: 'A second Host field is tolerated if its value is that of the first.',
    detail:
      'A request with more than one Host must be answered 400, even if the values are equal: a proxy in front may do so, or forward only one of the two.',
    fix: 'Answer 400 to a request with more than one Host field, whatever the values.',
    clauses: ['host-required'],
    fits: (answers) =>
      refuses(answers, 'handshake/host-two-different') && !accepts(answers, 'handshake/host-missing'),
    explains: anyOf('handshake/host-duplicate'),
    entails: { refused: ['handshake/host-two-different'] },
  },
  {
    id: 'host-not-checked',
    title: 'Accepts a handshake without exactly one valid Host',
    diagnosis: 'The server does not insist on exactly one valid Host field.',
    detail:
      'A proxy that routes by a different Host field than the server lets requests reach hosts the proxy meant to block.',
    fix: 'Answer 400 to an HTTP/1.1 request without exactly one Host field.',
    clauses: ['host-required'],
    explains: (id, answers) =>
      anyOf('handshake/host-missing', 'handshake/host-duplicate', 'handshake/host-two-different')(id) ||
      // Where a missing one is refused, it is looked at.
      (anyOf('handshake/host-invalid')(id) && accepts(answers, 'handshake/host-missing')),
  },
];

/** Rules for valid handshakes that were refused. */
export const refusalRules: readonly Rule[] = [
  {
    id: 'compares-untrimmed',
    title: 'Refuses 13 with spaces and tabs around it',
    diagnosis: 'White space around the value is not, or not completely, trimmed before it is compared.',
    detail:
      'A field value may be surrounded by any number of spaces and tabs, including none; they are not part of it.',
    fix: 'Trim spaces and tabs around the field value before it is compared.',
    clauses: ['field-value-octets'],
    fits: (answers) => refusesValid(answers, 'valid/padded-value'),
    explains: (id, answers) =>
      anyOf('valid/padded-value', 'valid/no-space')(id) ||
      // Where it is not the version, it is another field.
      (anyOf('valid/no-space-anywhere')(id) && refusesValid(answers, 'valid/no-space')),
  },
  {
    id: 'space-after-colon-expected',
    title: 'Refuses 13 without a space after the colon',
    diagnosis: 'The parser requires white space after the colon.',
    detail: 'White space after the colon is optional (RFC 9112, section 5).',
    fix: 'Split a field line at its first colon, then trim spaces and tabs around the value.',
    clauses: ['field-value-octets'],
    explains: (id, answers) =>
      anyOf('valid/no-space')(id) ||
      (anyOf('valid/no-space-anywhere')(id) && refusesValid(answers, 'valid/no-space')),
  },
  {
    ...caseSensitiveNames,
    explains: (id, answers) =>
      anyOf('valid/lowercase-name', 'valid/uppercase-name')(id) ||
      (anyOf('valid/names-lowercase')(id) && refusesValid(answers, 'valid/lowercase-name')),
  },
  {
    id: 'case-sensitive-other-names',
    title: 'Refuses lower-case names of fields other than the version',
    diagnosis:
      'The name of another field (the key, Upgrade, Connection or Host) is compared case-sensitively; that of Sec-WebSocket-Version is not.',
    detail:
      'Field names are case-insensitive (RFC 9110, section 5.1); HTTP/2 gateways send all of them in lower case.',
    fix: 'Compare all field names case-insensitively, Sec-WebSocket-Key among them.',
    clauses: ['reject-bad-handshake'],
    fits: ({ sent, refused }) => sent.has('valid/lowercase-name') && !refused.has('valid/lowercase-name'),
    explains: anyOf('valid/names-lowercase'),
  },
  {
    id: 'connection-as-a-whole',
    title: 'Refuses Connection with more than one option',
    diagnosis: 'Connection is compared as a whole instead of being read as a list.',
    detail: 'Firefox sends "Connection: keep-alive, Upgrade".',
    fix: 'Split Connection at the commas and look for the token upgrade, in any case.',
    clauses: ['reject-bad-handshake'],
    fits: (answers) => refusesValid(answers, 'valid/connection-list'),
    explains: anyOf(
      'valid/connection-list',
      'valid/connection-two-fields',
      'valid/connection-no-space',
      'valid/connection-empty-elements',
    ),
  },
  {
    id: 'case-sensitive-connection',
    title: 'Refuses Connection: upgrade in lower case',
    diagnosis: 'The tokens of Connection are compared case-sensitively.',
    detail: 'HAProxy, Envoy, and nginx as configured in most guides send "Connection: upgrade".',
    fix: 'Compare the tokens of Connection case-insensitively.',
    clauses: ['reject-bad-handshake'],
    explains: anyOf('valid/connection-lowercase'),
  },
  {
    id: 'case-sensitive-upgrade',
    title: 'Refuses Upgrade: WebSocket in a different case',
    diagnosis: 'Upgrade is compared case-sensitively.',
    detail: 'The keyword "websocket" must be compared ASCII case-insensitively.',
    fix: 'Compare the elements of Upgrade case-insensitively.',
    clauses: ['reject-bad-handshake'],
    explains: anyOf('valid/upgrade-mixed-case', 'valid/upgrade-uppercase'),
  },
  {
    id: 'head-in-one-read',
    title: 'Refuses a handshake that comes in two TCP segments',
    diagnosis: 'The first part of the head is parsed as if it were complete.',
    detail:
      'The same bytes in one piece are accepted. TCP may split a stream of bytes anywhere, so clients fail at random, especially those with long heads or on a slow network.',
    fix: 'Read on until the empty line that ends the head.',
    clauses: ['reject-bad-handshake'],
    explains: anyOf('valid/two-segments'),
  },
];
