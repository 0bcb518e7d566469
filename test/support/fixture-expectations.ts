/**
 * What an audit of each fixture with a fault has to find. Everything is stated once for all profiles: a failure or
 * finding that depends on the profile is written as the requirement that the fixture violates.
 */

import type { ByRequirement } from './profile-expectations.ts';

export interface FaultyFixture {
  /** Probes, by globs of their ids, and what fails on them. What is not listed has to pass or not to apply. */
  readonly fails: readonly (readonly [globs: string | readonly string[], failures: string])[];
  /** The most serious first. */
  readonly finds: readonly (string | ByRequirement)[];
  /** What `listHonesty` says where it fails. */
  readonly lists?: string;
}

// Groups of probes.
/** To be refused with a body: one in response to HEAD has none. */
const refusedWithBody = ['!(valid|handshake)/*', 'handshake/!(method-head)'];
const unknownVersions = '{unsupported,draft}/*';
/** Also plain HTTP, so that any answer but a 101 is right. */
const plainHttp = 'handshake/{upgrade-*,connection-*,method-*,http-1.0,http-missing}';
/** Neither about an unknown version, nor judged by a rule of their own. */
const others = [
  '{missing,duplicate,comma-listed}/*',
  'malformed/*',
  'disguised/space-before-colon',
  'handshake/{key-*,host-*,field-name-empty,nul-in-another-field}',
];

/** The probe that is watched alone for so long that its close is known to be forgotten; all others may be late only. */
const watched = 'missing/absent';
const unwatched = ['!(valid|missing)/*', 'missing/!(absent)'];
const othersUnwatched = ['missing/!(absent)', '{duplicate,comma-listed}/*', ...others.slice(1)];

/** To be accepted. */
const accepting = 'valid/!(upgrade-list|content-length-0)';

// What fails together: where a handshake is accepted that had to be refused, there is no list and no close either.
const accepted = 'status! list-on-other-refusal close';
/** Where refusing it is a SHOULD. */
const recommended = 'status list-on-other-refusal close';
const acceptedVersion = 'status! list-on-unknown-version close';

/** Refuses without a usable response: there can be no list either. */
const noAnswer: FaultyFixture['fails'] = [
  [[...others, unknownVersions, plainHttp], 'status!'],
  [unknownVersions, 'list-on-unknown-version'],
  [others, 'list-on-other-refusal'],
];

/** The same, in a way that HTTP/0.9 knows: with the end of the connection, or with bytes that are not HTTP/1. */
const endsOrBody: FaultyFixture['fails'] = [
  [[...others, unknownVersions, 'handshake/{upgrade-*,connection-*,method-*,http-1.0}'], 'status!'],
  ...noAnswer.slice(1),
];

export const faultyFixtures: Readonly<Record<string, FaultyFixture>> = {
  // The version is misread.
  'accepts-missing': {
    fails: [['missing/{absent,other-name,underscores}', accepted]],
    finds: ['absent-counts-as-13!'],
  },
  'accepts-duplicate-first': {
    fails: [['duplicate/{13-*,mixed-case-names,apart,many}', accepted]],
    finds: ['first-field-wins!'],
  },
  'accepts-duplicate-last': {
    fails: [['duplicate/{13-13,8-13,99-13,apart,many}', accepted]],
    finds: ['last-field-wins!'],
  },
  'accepts-any-version': {
    fails: [
      // Control bytes are refused before anything is read.
      ['{missing,duplicate,comma-listed}/*', accepted],
      ['malformed/!(vertical-tab|nul-inside)', accepted],
      [unknownVersions, acceptedVersion],
    ],
    finds: ['version-never-read!'],
    lists: 'accepted but not advertised: 0, 7 to 9, 12, 14, 25, 99, 255',
  },
  'accepts-range': {
    fails: [['{unsupported/{9,12,14},draft/{7,8}}', acceptedVersion]],
    finds: ['version-range!'],
    lists: 'accepted but not advertised: 7 to 9, 12, 14',
  },
  'accepts-lists': { fails: [['comma-listed/*', accepted]], finds: ['list-reading!'] },
  'substring-match': {
    fails: [
      ['comma-listed/*', accepted],
      ['malformed/{leading-zero,plus-sign,minus-sign,decimal}', accepted],
      ['malformed/{trailing-semicolon,parameter,trailing-text,leading-text,two-words,quoted}', accepted],
      ['malformed/non-breaking-space', accepted],
    ],
    finds: ['substring!'],
  },
  'number-conversion': {
    fails: [['malformed/{leading-zero,plus-sign,decimal,exponent,hex,binary,non-breaking-space}', accepted]],
    finds: ['number-conversion!'],
  },
  'prefix-parse': {
    fails: [
      ['comma-listed/{13-*,no-space,trailing-comma}', accepted],
      ['malformed/{leading-zero,plus-sign,decimal,trailing-*,parameter,two-words}', accepted],
      ['malformed/non-breaking-space', accepted],
    ],
    finds: ['prefix-parse!'],
  },
  'truncates-8-bit': { fails: [['malformed/wraps-{8,32}-bit', accepted]], finds: ['truncates-8-bit!'] },
  'truncates-32-bit': { fails: [['malformed/wraps-32-bit', accepted]], finds: ['truncates-32-bit!'] },
  'unicode-trim': {
    fails: [['malformed/{non-breaking-space,vertical-tab}', accepted]],
    finds: ['unicode-trim!'],
  },
  'compares-untrimmed': {
    fails: [['valid/{padded-value,no-space,no-space-anywhere}', 'status!']],
    finds: ['compares-untrimmed!'],
  },

  // The rest of the handshake is misread.
  'maps-underscores': { fails: [['missing/underscores', accepted]], finds: ['underscores!'] },
  'case-sensitive-names': {
    fails: [
      ['valid/{lowercase-name,uppercase-name,names-lowercase}', 'status!'],
      ['duplicate/mixed-case-names', accepted],
    ],
    finds: ['case-sensitive-names!'],
  },
  'connection-exact': {
    fails: [['valid/connection-{list,two-fields,no-space,empty-elements}', 'status!']],
    finds: ['connection-as-a-whole!'],
  },
  'upgrade-case-sensitive': {
    fails: [['valid/upgrade-{mixed-case,uppercase}', 'status!']],
    finds: ['case-sensitive-upgrade!'],
  },
  'key-name-case-sensitive': {
    fails: [['valid/names-lowercase', 'status!']],
    finds: ['case-sensitive-other-names!'],
  },
  'connection-case-sensitive': {
    fails: [['valid/connection-lowercase', 'status!']],
    finds: ['case-sensitive-connection!'],
  },
  'connection-first-line': {
    fails: [['valid/connection-two-fields', 'status!']],
    finds: ['refused-valid/connection-two-fields!'],
  },
  'key-untrimmed': { fails: [['valid/key-padded', 'acceptKey!']], finds: ['accept-key!'] },
  'one-read': { fails: [['valid/two-segments', 'status!']], finds: ['head-in-one-read!'] },
  'origin-form-only': {
    fails: [['valid/absolute-form', 'status!']],
    finds: ['refused-valid/absolute-form!'],
  },
  'refuses-empty-line': {
    fails: [['valid/leading-empty-line', 'status']],
    finds: ['refused-valid/leading-empty-line'],
  },
  'small-head-buffer': { fails: [['valid/long-head', 'status']], finds: ['refused-valid/long-head'] },
  'accepts-space-before-colon': {
    fails: [['disguised/space-before-colon', accepted]],
    finds: ['accepted-disguised/space-before-colon!'],
  },
  'ignores-method': {
    fails: [['handshake/method-*', accepted]],
    finds: ['method-not-checked!'],
  },
  'ignores-http-version': {
    fails: [['handshake/http-1.0', accepted]],
    finds: ['accepted-handshake/http-1.0!'],
  },
  'ignores-host': {
    fails: [['handshake/host-*', accepted]],
    finds: ['host-not-checked!'],
  },
  'accepts-same-host-twice': {
    fails: [['handshake/host-duplicate', accepted]],
    finds: ['same-host-twice!'],
  },
  'accepts-no-http-version': {
    fails: [['handshake/http-missing', accepted]],
    finds: ['accepted-handshake/http-missing!'],
  },
  'takes-next-line-for-version': {
    fails: [['handshake/http-missing', 'status!']],
    finds: ['accepted-handshake/http-missing!'],
  },
  'accepts-any-host': {
    fails: [['handshake/host-invalid', accepted]],
    finds: ['accepted-handshake/host-invalid!'],
  },
  'key-prefix': {
    fails: [['handshake/key-trailing-text', recommended]],
    finds: ['key-form-not-checked'],
  },
  'connection-substring': {
    fails: [['handshake/connection-substring', accepted]],
    finds: ['searches-for-the-word!'],
  },
  'upgrade-substring': {
    fails: [['handshake/upgrade-{substring,with-version}', accepted]],
    finds: ['searches-for-the-word!'],
  },
  'accepts-nameless-fields': {
    fails: [['handshake/field-name-empty', accepted]],
    finds: ['accepted-handshake/field-name-empty!'],
  },
  'accepts-control-octets': {
    fails: [['handshake/nul-in-another-field', recommended]],
    finds: ['accepted-handshake/nul-in-another-field'],
  },
  'ignores-upgrade': { fails: [['handshake/upgrade-*', accepted]], finds: ['upgrade-not-checked!'] },
  'ignores-connection': { fails: [['handshake/connection-*', accepted]], finds: ['upgrade-not-checked!'] },
  'ignores-key': {
    fails: [
      ['handshake/key-{missing,empty,duplicate}', accepted],
      ['handshake/key-{short,long,not-base64,inner-space,trailing-text}', recommended],
    ],
    finds: ['key-not-checked!'],
  },

  // The 101 is wrong.
  'hixie-fallback': {
    fails: [['missing/{absent,other-name,underscores}', accepted]],
    finds: ['hixie-76!'],
  },
  'version-on-101': {
    fails: [[accepting, 'header-on-success']],
    finds: [['version-on-success', 'header-on-success']],
  },
  'wrong-accept': { fails: [['valid/*', 'acceptKey!']], finds: ['accept-key!'] },
  'no-accept-upgrade-field': { fails: [['valid/*', 'switchingFields!']], finds: ['switching-fields!'] },
  'accept-missing': { fails: [['valid/*', 'acceptKey!']], finds: ['accept-key!'] },
  'accept-twice': { fails: [['valid/*', 'acceptKey!']], finds: ['accept-key!'] },
  'accept-of-lower-case-key': { fails: [['valid/*', 'acceptKey!']], finds: ['accept-key!'] },
  'accept-in-hex': { fails: [['valid/*', 'acceptKey!']], finds: ['accept-key!'] },
  'upgrade-twice': { fails: [['valid/*', 'switchingFields!']], finds: ['switching-fields!'] },
  'connection-twice': { fails: [['valid/*', 'switchingFields']], finds: ['switching-fields'] },
  'connection-with-close': { fails: [['valid/*', 'switchingFields!']], finds: ['switching-fields!'] },
  'http-1-0-on-101': { fails: [['valid/*', 'switchingVersion']], finds: ['old-version-on-101'] },
  'content-length-on-101': { fails: [['valid/*', 'noBody!']], finds: ['body-on-101!'] },
  'transfer-encoding-on-101': { fails: [['valid/*', 'noBody!']], finds: ['body-on-101!'] },
  // Nothing is wrong with these two until a subprotocol is offered.
  'subprotocol-twice': { fails: [], finds: [] },
  'two-subprotocols': { fails: [], finds: [] },
  'unoffered-subprotocol': { fails: [['valid/*', 'offeredOnly!']], finds: ['not-offered!'] },
  'masked-frame': { fails: [['valid/*', 'firstFrame!']], finds: ['first-frame!'] },
  'ends-after-101': { fails: [['valid/13', 'keepsConnection']], finds: ['ends-after-101'] },
  'resets-after-101': { fails: [['valid/13', 'keepsConnection']], finds: ['ends-after-101'] },
  'not-a-frame': { fails: [['valid/*', 'firstFrame!']], finds: ['first-frame!'] },
  'unoffered-extension': { fails: [['valid/*', 'offeredOnly!']], finds: ['not-offered!'] },

  // Another status than 400: the RFCs allow any 4xx.
  'answers-426': {
    fails: [[[...others, unknownVersions], 'other-4xx']],
    finds: [['refusal-status-426', 'other-4xx']],
  },
  'answers-426-bare': {
    fails: [
      [[...others, unknownVersions], 'other-4xx'],
      ['!(valid)/*', 'upgradeField!'],
    ],
    finds: ['upgrade-field!', ['refusal-status-426', 'other-4xx']],
  },
  'answers-426-without-list': {
    fails: [
      [[...others, unknownVersions], 'other-4xx close'],
      [plainHttp, 'close'],
      [[...others, plainHttp], 'list-on-other-refusal'],
      [unknownVersions, 'list-on-unknown-version'],
    ],
    finds: [
      ['list-absent', 'list-on-unknown-version'],
      ['stays-open', 'close'],
      ['refusal-status-426', 'other-4xx'],
    ],
  },
  'answers-426-chunked': {
    fails: [
      [[...others, unknownVersions], 'other-4xx close'],
      [plainHttp, 'close'],
      [[...others, plainHttp], 'list-on-other-refusal'],
      [unknownVersions, 'list-on-unknown-version'],
      ['!(valid)/*', 'upgradeField!'],
    ],
    finds: [
      'upgrade-field!',
      ['list-absent', 'list-on-unknown-version'],
      ['stays-open', 'close'],
      ['refusal-status-426', 'other-4xx'],
    ],
  },
  'answers-404': {
    fails: [[[...others, unknownVersions], 'other-4xx']],
    finds: [['refusal-status-404', 'other-4xx']],
  },
  'answers-200': {
    fails: [[[...others, unknownVersions], 'status!']],
    finds: ['refusal-status-200!'],
  },
  'answers-500': {
    fails: [[[...others, unknownVersions], 'status!']],
    finds: ['refusal-status-500!'],
  },

  // The list is wrong.
  'no-list': {
    fails: [
      [unknownVersions, 'list-on-unknown-version'],
      [[...others, plainHttp], 'list-on-other-refusal'],
    ],
    finds: [['list-absent', 'list-on-unknown-version list-on-other-refusal']],
  },
  'list-misspelt': {
    fails: [
      [[...others, unknownVersions], 'other-4xx'],
      [[...others, plainHttp], 'list-on-other-refusal'],
      [unknownVersions, 'list-on-unknown-version'],
      ['!(valid)/*', 'upgradeField!'],
    ],
    finds: [
      'upgrade-field!',
      ['list-misspelt', 'list-on-unknown-version'],
      ['refusal-status-426', 'other-4xx'],
    ],
  },
  'list-without-13': {
    // 8 is accepted and listed, so that draft/8 is no refusal.
    fails: [
      ['{unsupported/*,draft/{0,7}}', 'list-on-unknown-version'],
      [[...others, plainHttp], 'wrong-list-on-other-refusal'],
    ],
    finds: ['list-without-13!'],
    lists: 'accepted but not advertised: 13',
  },
  'list-malformed': {
    fails: [
      [unknownVersions, 'list-on-unknown-version'],
      [[...others, plainHttp], 'wrong-list-on-other-refusal'],
    ],
    finds: [['list-malformed', 'list-on-unknown-version wrong-list-on-other-refusal']],
  },
  'list-names-refused': {
    // A draft from 0 to 6 cannot be asked for in today's handshake: that it is refused proves nothing.
    fails: [[['unsupported/*', 'draft/7', 'draft/8'], 'list-on-unknown-version']],
    finds: ['list-names-refused!'],
    lists:
      'advertised but refused: 9, 12, 14, 25, 99, 255, 7, 8; different lists: "13" and "9, 13" and "12, 13" and "13, 14" and "13, 25" and "13, 99" and "13, 255" and "0, 13" and "7, 13" and "8, 13"',
  },
  'draft-8-unadvertised': {
    fails: [['draft/8', acceptedVersion]],
    finds: ['accepted-unadvertised!'],
    lists: 'accepted but not advertised: 8',
  },
  'advertises-refused': {
    fails: [['draft/8', 'list-on-unknown-version']],
    finds: ['advertised-refused!'],
    lists: 'advertised but refused: 8',
  },
  'lists-differ': { fails: [], finds: ['lists-differ'], lists: 'different lists: "8, 13" and "13"' },

  // The connection ends wrongly.
  'stays-open': {
    fails: [[[...others, unknownVersions, plainHttp], 'close']],
    finds: [['stays-open', 'close']],
  },
  'close-announced-not-done': {
    fails: [
      [[...othersUnwatched, unknownVersions, plainHttp], 'socketClosed'],
      [unwatched, 'announcedClose'],
      [watched, 'close-as-announced announcedClose!'],
    ],
    finds: ['announced-close!'],
  },
  'never-releases': {
    fails: [
      [[...others, unknownVersions, plainHttp], 'close'],
      ['after-refusal/release', 'releasesSocket'],
    ],
    finds: [['stays-open', 'close'], 'socket-not-released'],
  },
  'answers-behind-announced-close': {
    fails: [['after-refusal/pipelined', 'endsWithRefusal!']],
    finds: ['answers-behind-refusal!'],
  },
  'answers-behind-refusal': {
    fails: [['after-refusal/pipelined', 'close-behind']],
    finds: [['answers-behind-refusal', 'close-behind']],
  },
  // A RST is the end of the connection as well; the report tells the two apart.
  resets: { fails: [], finds: [] },
  'closes-without-response': { fails: endsOrBody, finds: ['no-response!'] },
  'resets-without-response': { fails: endsOrBody, finds: ['no-response!'] },
  'never-responds': {
    fails: [...noAnswer, [[...others, unknownVersions], 'close']],
    finds: ['unanswered!'],
  },

  'plain-http-unanswered': {
    fails: [['handshake/{upgrade-*,connection-*}', 'status!']],
    finds: ['plain-http-unanswered!'],
  },

  // The response is broken as a message.
  'short-body': { fails: [[refusedWithBody, 'responseFraming!']], finds: ['response-framing!'] },
  'body-never-sent': {
    // It announces the close as well, and does not close.
    fails: [
      [unwatched, 'announcedClose'],
      ['!(valid|handshake|missing)/*', 'responseFraming'],
      [['missing/!(absent)', 'handshake/!(method-head)'], 'responseFraming'],
      [[...othersUnwatched, unknownVersions, plainHttp], 'socketClosed'],
      // Watched for so long that the body is not only late.
      [watched, 'close-as-announced announcedClose! responseFraming!'],
    ],
    finds: ['announced-close!', 'response-framing!'],
  },
  'chunked-never-ends': {
    fails: [
      [[...others, unknownVersions, plainHttp], 'close'],
      [refusedWithBody, 'responseFraming'],
    ],
    finds: ['response-framing', ['stays-open', 'close']],
  },
  'refusal-never-ends': {
    fails: [
      [[...others, unknownVersions, plainHttp], 'close'],
      [refusedWithBody, 'responseFraming'],
    ],
    finds: ['response-framing', ['stays-open', 'close']],
  },
  // A 200 may be as long as it likes.
  'streams-other-answers': { fails: [], finds: [] },
  'head-cut-short': { fails: [...noAnswer], finds: ['head-unfinished!'] },
  'head-never-ends': {
    fails: [...noAnswer, [[...others, unknownVersions], 'close']],
    finds: ['head-unfinished!'],
  },
  'bare-lf': { fails: [['!(valid)/*', 'responseFraming!']], finds: ['response-framing!'] },
  'no-reason-phrase': { fails: [['!(valid)/*', 'responseFraming!']], finds: ['response-framing!'] },
  'folded-refusal': { fails: [['!(valid)/*', 'responseFraming!']], finds: ['response-framing!'] },
  'bare-lf-on-101': { fails: [['valid/*', 'responseFraming!']], finds: ['response-framing!'] },
  'no-reason-phrase-on-101': { fails: [['valid/*', 'responseFraming!']], finds: ['response-framing!'] },
  'folded-101': { fails: [['valid/*', 'responseFraming!']], finds: ['response-framing!'] },
  'body-on-head': { fails: [['handshake/method-head', 'responseFraming!']], finds: ['response-framing!'] },
  'not-http': { fails: endsOrBody, finds: ['not-http!'] },

  // Nothing of what a default audit sends strains them.
  'falls-over-on-body': { fails: [], finds: [] },
  'silent-on-many-fields': { fails: [], finds: [] },

  // It is rate-limiting at first, and fine after that.
  'rate-limits-then-fine': { fails: [], finds: [] },
};

export interface InconclusiveFixture {
  readonly reason: RegExp;
  /** The probes without a verdict; all others pass. */
  readonly probes: string | readonly string[];
  /** The control was refused, and nothing else was sent. */
  readonly onlyControl?: true;
}

const refusedControl = (reason: RegExp): InconclusiveFixture => ({
  reason,
  probes: 'valid/13',
  onlyControl: true,
});

/** Asked one handshake at a time, so that it is certain which of them come first. */
export const inconclusiveFixtures: Readonly<Record<string, InconclusiveFixture>> = {
  'answers-503': {
    reason: /^no verdict on missing\/absent and 84 more: 503: the server is rate-limiting, 3 times$/,
    probes: '!(valid)/*',
  },
  'control-401': refusedControl(
    /^the control handshake was answered "HTTP\/1.1 401 Unauthorized": credentials .* \(it asks for Basic realm="fixture"\)/,
  ),
  'control-403': refusedControl(/"HTTP\/1.1 403 Forbidden": credentials or the Origin are not allowed/),
  'control-404': refusedControl(/"HTTP\/1.1 404 Not Found": no WebSocket server at this path/),
  'control-301': refusedControl(
    /"HTTP\/1.1 301 Moved Permanently": it redirects to https:\/\/example.com\/socket;/,
  ),
  'rate-limits-always': {
    reason: /^the first control was accepted, the last one was not: .*"HTTP\/1.1 429 .* rate-limiting/,
    // All but the first ten handshakes.
    probes: [
      'valid/connection-!(list)',
      'valid/{names-lowercase,key-padded,no-space-anywhere,long-head,content-length-0}',
      'valid/{two-segments,absolute-form,leading-empty-line}',
      '!(valid)/*',
    ],
  },
  'falls-over': {
    reason:
      /^the first control was accepted, the last one was not: .*refused.*; the only probe without a response was unsupported\/99$/,
    // Drafts come after all else.
    probes: [
      'unsupported/{99,255}',
      'comma-listed/*',
      'malformed/*',
      'draft/*',
      'disguised/*',
      'handshake/*',
      'after-refusal/*',
    ],
  },
  'falls-over-on-duplicate': {
    reason:
      /^the first control was accepted, the last one was not: .*refused.*; the only probe without a response was duplicate\/13-13$/,
    probes: '!(valid|missing)/*',
  },
  'never-responds-at-all': refusedControl(/did not answer the control handshake in time/),
};
