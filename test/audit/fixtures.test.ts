/**
 * Every fixture is caught by exactly the verdicts that it breaks: all fixtures × all probes × all criteria and
 * checks, in both profiles. What the tables do not name has to pass or not to apply.
 */

import { expect } from 'chai';
import { fixtures } from '../../fixtures/catalogue.ts';
import type { TargetReport } from '../../index.ts';
import { catalogue } from '../../probes/catalogue.ts';
import type { ProfileName } from '../../scoring/profiles.ts';
import {
  type Expected,
  expectedFailures,
  failuresOf,
  findingsOf,
  idsMatching,
  verdictsOf,
} from '../support/failures.ts';
import { auditInBoth, onlyTarget, startSlowOnes } from '../support/fixture-audits.ts';

/** One for both profiles, or one for each. */
type ByProfile<T> = T | Readonly<Record<ProfileName, T>>;

interface Faulty {
  readonly fails: readonly (readonly [globs: string | readonly string[], failures: ByProfile<string>])[];
  /** Ids of the findings, the most serious first; `!` marks those about a MUST. */
  readonly finds: ByProfile<readonly string[]>;
  /** What `listHonesty` says where it fails. */
  readonly lists?: string;
}

// Groups of probes.
const unknownVersions = '{unsupported,draft}/*';
const oversized = 'malformed/oversized';
const folded = 'disguised/obs-fold';
/** Also plain HTTP, so that any answer but a 101 is right. */
const plainHttp = 'handshake/{upgrade-*,connection-*,method-post,http-1.0}';
/** Neither about an unknown version, nor judged by a rule of their own. */
const others = [
  '{missing,duplicate,comma-listed}/*',
  'malformed/!(oversized)',
  'disguised/space-before-colon',
  'handshake/{key-*,host-*}',
];

// What fails together. Accepting what had to be refused: there is no 400, no list and no close either, where the
// profile asks for them.
const accepted = { mdn: 'status! versionList socketClosed', rfc: 'status!' };
const acceptedVersion = { mdn: 'status! versionList socketClosed', rfc: 'status! versionList!' };
const listOfVersion = { mdn: 'versionList', rfc: 'versionList!' };
const listOfOthers = { mdn: 'versionList', rfc: '' };

/** Refuses without a usable response: there can be no list either. */
const noAnswer: Faulty['fails'] = [
  [[...others, unknownVersions, plainHttp], 'status!'],
  [unknownVersions, listOfVersion],
  [others, listOfOthers],
];

const faulty: Readonly<Record<string, Faulty>> = {
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
      // Control octets and heads that are too long are refused before anything is read.
      ['{missing,duplicate,comma-listed}/*', accepted],
      ['malformed/!(vertical-tab|nul-inside|oversized)', accepted],
      [unknownVersions, acceptedVersion],
    ],
    finds: ['version-never-read!'],
    lists: 'accepted but not advertised: 9, 12, 14, 25, 99, 255, 0, 7, 8',
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
    fails: [['valid/{padded-value,no-space}', 'status!']],
    finds: ['compares-untrimmed!'],
  },

  // The rest of the handshake is misread.
  'maps-underscores': { fails: [['missing/underscores', accepted]], finds: ['underscores!'] },
  'case-sensitive-names': {
    fails: [
      ['valid/{lowercase,uppercase}-name', 'status!'],
      ['duplicate/mixed-case-names', accepted],
    ],
    finds: ['case-sensitive-names!'],
  },
  'connection-exact': { fails: [['valid/connection-list', 'status!']], finds: ['connection-as-a-whole!'] },
  'upgrade-case-sensitive': {
    fails: [['valid/upgrade-mixed-case', 'status!']],
    finds: ['case-sensitive-upgrade!'],
  },
  'accepts-space-before-colon': {
    fails: [['disguised/space-before-colon', accepted]],
    finds: ['accepted-disguised/space-before-colon!'],
  },
  'ignores-method': {
    fails: [['handshake/method-post', accepted]],
    finds: ['accepted-handshake/method-post!'],
  },
  'ignores-http-version': {
    fails: [['handshake/http-1.0', accepted]],
    finds: ['accepted-handshake/http-1.0!'],
  },
  'ignores-host': { fails: [['handshake/host-*', accepted]], finds: ['host-not-checked!'] },
  'ignores-upgrade': { fails: [['handshake/upgrade-*', accepted]], finds: ['upgrade-not-checked!'] },
  'ignores-connection': { fails: [['handshake/connection-*', accepted]], finds: ['upgrade-not-checked!'] },
  'ignores-key': { fails: [['handshake/key-*', accepted]], finds: ['key-not-checked!'] },

  // The 101 is wrong.
  'hixie-fallback': {
    fails: [['missing/{absent,other-name,underscores}', accepted]],
    finds: ['hixie-76!'],
  },
  'version-on-101': { fails: [['valid/*', 'headerOmitted']], finds: ['version-on-success'] },
  'wrong-accept': { fails: [['valid/*', 'acceptKey!']], finds: ['accept-key!'] },
  'no-accept-upgrade-field': { fails: [['valid/*', 'switchingFields!']], finds: ['switching-fields!'] },
  'unoffered-subprotocol': { fails: [['valid/*', 'offeredOnly!']], finds: ['not-offered!'] },
  'unoffered-extension': { fails: [['valid/*', 'offeredOnly!']], finds: ['not-offered!'] },

  // Another status than 400: the RFCs put up with any 4xx.
  'answers-426': {
    fails: [[[...others, unknownVersions], { mdn: 'status', rfc: '' }]],
    finds: { mdn: ['refusal-status-426'], rfc: [] },
  },
  'answers-426-bare': {
    fails: [
      [[...others, unknownVersions], { mdn: 'status', rfc: '' }],
      ['!(valid)/*', 'upgradeField!'],
    ],
    finds: { mdn: ['upgrade-field!', 'refusal-status-426'], rfc: ['upgrade-field!'] },
  },
  'answers-404': {
    fails: [[[...others, unknownVersions], { mdn: 'status', rfc: '' }]],
    finds: { mdn: ['refusal-status-404'], rfc: [] },
  },
  'answers-200': {
    fails: [[[...others, unknownVersions, oversized], 'status!']],
    finds: ['refusal-status-200!'],
  },
  'answers-500': {
    fails: [[[...others, unknownVersions, oversized], 'status!']],
    finds: ['refusal-status-500!'],
  },

  // The list is wrong.
  'no-list': {
    fails: [
      [unknownVersions, listOfVersion],
      [[...others, plainHttp, oversized], listOfOthers],
    ],
    finds: { mdn: ['list-absent'], rfc: ['list-absent!'] },
  },
  'list-without-13': {
    // 8 is accepted and listed, so that draft/8 is no refusal.
    fails: [
      ['{unsupported/*,draft/{0,7}}', listOfVersion],
      [[...others, plainHttp, oversized], 'versionList'],
    ],
    finds: ['list-without-13!'],
    lists: 'accepted but not advertised: 13',
  },
  'list-malformed': {
    fails: [
      [unknownVersions, listOfVersion],
      [[...others, plainHttp, oversized], 'versionList'],
    ],
    finds: { mdn: ['list-malformed'], rfc: ['list-malformed!'] },
  },
  'list-names-refused': {
    fails: [[unknownVersions, listOfVersion]],
    finds: ['list-names-refused!'],
    lists:
      'advertised but refused: 9, 12, 14, 25, 99, 255, 0, 7, 8; different lists: "13" and "9, 13" and "12, 13" and "13, 14" and "13, 25" and "13, 99" and "13, 255" and "0, 13" and "7, 13" and "8, 13"',
  },
  'draft-8-unadvertised': {
    fails: [['draft/8', acceptedVersion]],
    finds: ['accepted-unadvertised!'],
    lists: 'accepted but not advertised: 8',
  },
  'advertises-refused': {
    fails: [['draft/8', listOfVersion]],
    finds: ['advertised-refused!'],
    lists: 'advertised but refused: 8',
  },
  'lists-differ': { fails: [], finds: ['lists-differ!'], lists: 'different lists: "8, 13" and "13"' },

  // The connection ends wrongly.
  'stays-open': {
    fails: [[[...others, unknownVersions, plainHttp, oversized], { mdn: 'socketClosed', rfc: '' }]],
    finds: { mdn: ['stays-open'], rfc: [] },
  },
  'close-announced-not-done': {
    fails: [
      [[...others, unknownVersions, plainHttp, oversized], { mdn: 'socketClosed', rfc: 'socketClosed!' }],
      ['!(valid)/*', 'announcedClose!'],
    ],
    finds: ['announced-close!'],
  },
  // A RST is the end of the connection as well; the report tells the two apart.
  resets: { fails: [], finds: [] },
  'closes-without-response': { fails: noAnswer, finds: ['no-response!'] },
  'resets-without-response': { fails: noAnswer, finds: ['no-response!'] },
  'never-responds': {
    fails: [
      ...noAnswer,
      [oversized, 'status!'],
      [[...others, unknownVersions], { mdn: 'socketClosed', rfc: '' }],
    ],
    finds: ['no-response!'],
  },

  // The response is broken as a message.
  'short-body': { fails: [['!(valid)/*', 'responseFraming!']], finds: ['response-framing!'] },
  'body-never-sent': {
    // It announces the close as well, and does not close.
    fails: [
      ['!(valid)/*', 'responseFraming! announcedClose!'],
      [[...others, unknownVersions, plainHttp, oversized], { mdn: 'socketClosed', rfc: 'socketClosed!' }],
    ],
    finds: ['announced-close!', 'response-framing!'],
  },
  'head-cut-short': { fails: [...noAnswer, [oversized, 'status!']], finds: ['not-http!'] },
  'bare-lf': { fails: [['!(valid)/*', 'responseFraming']], finds: ['response-framing'] },
  'no-reason-phrase': { fails: [['!(valid)/*', 'responseFraming']], finds: ['response-framing'] },
  'not-http': { fails: [...noAnswer, [oversized, 'status!']], finds: ['not-http!'] },

  // It asks to slow down, and is fine after that.
  'rate-limits-then-fine': { fails: [], finds: [] },
};

interface Unclear {
  /** Why, in words. */
  readonly because: RegExp;
  /** The probes without a verdict; all others pass. */
  readonly unsure: string | readonly string[];
  /** The control was refused, and nothing else was sent. */
  readonly onlyControl?: true;
}

const refusedControl = (because: RegExp): Unclear => ({ because, unsure: 'valid/13', onlyControl: true });

/** Asked one handshake at a time, so that it is certain which of them come first. */
const unclear: Readonly<Record<string, Unclear>> = {
  'answers-503': {
    because: /^no verdict on missing\/absent and 70 more: 503: the server is rate-limiting, 3 times$/,
    unsure: '!(valid)/*',
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
    because: /^the first control was accepted, the last one was not: .*"HTTP\/1.1 429 .* slow down/,
    // The first ten handshakes: those of valid/*, and two more.
    unsure: ['missing/!(absent|empty)', '!(valid|missing)/*'],
  },
  'falls-over': {
    because:
      /^the first control was accepted, the last one was not: .*refused.*; the first probe without a response was malformed\/exponent$/,
    // Drafts come after all else.
    unsure: [
      'malformed/!(leading-zero|plus-sign|minus-sign|decimal)',
      'draft/*',
      'disguised/*',
      'handshake/*',
    ],
  },
  'falls-over-on-duplicate': {
    because:
      /^the first control was accepted, the last one was not: .*refused.*; the first probe without a response was duplicate\/13-13$/,
    unsure: '!(valid|missing)/*',
  },
  'never-responds-at-all': refusedControl(/did not answer the control handshake in time/),
};

async function targetsOf(name: string): Promise<Readonly<Record<ProfileName, TargetReport>>> {
  const { mdn, rfc } = await auditInBoth(name);
  return { mdn: onlyTarget(mdn), rfc: onlyTarget(rfc) };
}

function inProfile<T extends string | readonly string[]>(value: ByProfile<T>, profile: ProfileName): T {
  return typeof value === 'string' || Array.isArray(value)
    ? (value as T)
    : (value as Readonly<Record<ProfileName, T>>)[profile];
}

function expectedIn({ fails }: Faulty, profile: ProfileName): Expected {
  return fails
    .map(([globs, failures]) => [globs, inProfile(failures, profile)] as const)
    .filter(([, failures]) => failures !== '');
}

/** What holds for every target that was audited to the end. */
function expectWholeReport(target: TargetReport): void {
  expect(
    target.probes.map(({ id }) => id),
    'every probe once, in the order of the catalogue',
  ).to.deep.equal(catalogue.map(({ id }) => id));
  const all = target.probes.flatMap(({ criteria }) => Object.values(criteria));
  const count = (wanted: string): number => all.filter(({ verdict }) => verdict === wanted).length;
  expect(target.score, 'the score counts the criteria').to.deep.include({
    passed: count('pass'),
    failed: count('fail'),
    inconclusive: count('inconclusive'),
    notApplicable: count('n/a'),
  });
  for (const { id, verdict, criteria, checks } of target.probes) {
    const verdicts = Object.values({ ...criteria, ...checks }).map((one) => one.verdict);
    const fails = verdicts.includes('fail');
    if (verdict !== 'inconclusive') expect(verdict, id).to.equal(fails ? 'fail' : 'pass');
  }
}

describe('an audit of every fixture, in both profiles', () => {
  const conformant = fixtures.filter((fixture) => fixture.conformant);
  const withFaults = fixtures.filter((fixture) => !fixture.conformant);

  before(startSlowOnes);

  it('has a table entry for every fixture with a fault, and for no other', () => {
    expect([...Object.keys(faulty), ...Object.keys(unclear)].sort()).to.deep.equal(
      withFaults.map(({ name }) => name).sort(),
    );
  });

  for (const { name } of conformant) {
    it(`${name}: a perfect score, and no finding`, async () => {
      for (const target of Object.values(await targetsOf(name))) {
        expectWholeReport(target);
        expect(failuresOf(target)).to.deep.equal({});
        expect(verdictsOf(target, 'inconclusive')).to.deep.equal({});
        expect(target.findings).to.deep.equal([]);
        expect(target.checks.listHonesty.verdict).to.equal('pass');
        expect(target).to.include({ verdict: 'conformant', reason: null });
        expect(target.score).to.include({ failed: 0, inconclusive: 0, percent: 100 });
      }
    });
  }

  for (const { name } of withFaults) {
    const expected = faulty[name];
    if (expected === undefined) continue;
    it(`${name}: ${inProfile(expected.finds, 'mdn').join(', ') || 'nothing'}`, async () => {
      for (const [profile, target] of Object.entries(await targetsOf(name))) {
        const profileName = profile as ProfileName;
        expectWholeReport(target);
        expect(failuresOf(target), profile).to.deep.equal(
          expectedFailures(expectedIn(expected, profileName)),
        );
        expect(verdictsOf(target, 'inconclusive'), profile).to.deep.equal({});
        const finds = inProfile(expected.finds, profileName);
        expect(findingsOf(target), profile).to.deep.equal(finds);
        const { listHonesty } = target.checks;
        expect(listHonesty.verdict === 'fail' ? listHonesty.actual : undefined).to.equal(expected.lists);
        expect(target, profile).to.include({
          verdict: finds.length === 0 ? 'conformant' : 'nonconformant',
          reason: null,
        });
        const found = target.findings.flatMap(({ probes }) => probes);
        expect(found, 'every failure is in a finding').to.include.members(Object.keys(failuresOf(target)));
      }
    });
  }

  for (const { name } of withFaults) {
    const expected = unclear[name];
    if (expected === undefined) continue;
    it(`${name}: inconclusive`, async () => {
      for (const [profile, target] of Object.entries(await targetsOf(name))) {
        if (expected.onlyControl) expect(target.probes.map(({ id }) => id)).to.deep.equal(['valid/13']);
        else expectWholeReport(target);
        expect(failuresOf(target), profile).to.deep.equal({});
        expect(
          target.probes.filter(({ verdict }) => verdict === 'inconclusive').map(({ id }) => id),
          profile,
        ).to.deep.equal(idsMatching(expected.unsure));
        expect(target.verdict, profile).to.equal('inconclusive');
        expect(target.reason, profile).to.match(expected.because);
        expect(target.findings, profile).to.deep.equal([]);
      }
    });
  }
});

describe('an audit of a fixture that is right', () => {
  it('applies every criterion where it can be applied', async () => {
    const { mdn, rfc } = await targetsOf('conformant');
    for (const target of [mdn, rfc]) {
      for (const { id, expects, criteria } of target.probes) {
        const applied = Object.entries(criteria).flatMap(([name, { verdict }]) =>
          verdict === 'n/a' ? [] : [name],
        );
        const wanted = {
          accept: ['status', 'headerOmitted'],
          reject: ['status', 'versionList', 'socketClosed'],
          either: [],
        };
        expect(applied, id).to.deep.equal(wanted[expects]);
      }
    }
  });

  it('leaves it to the server whether a folded field is accepted', async () => {
    const { mdn } = await targetsOf('joins-folds');
    const probe = mdn.probes.find(({ id }) => id === folded);
    expect(probe?.exchange.response?.status).to.equal(101);
    expect(probe?.verdict).to.equal('pass');
  });

  it('lets a server accept a draft that it lists, and then judges it as accepted', async () => {
    const { mdn } = await targetsOf('drafts-honest');
    const probe = mdn.probes.find(({ id }) => id === 'draft/8');
    expect(probe?.criteria.status).to.deep.include({ verdict: 'pass', expected: '101', actual: '101' });
    expect(probe?.criteria.headerOmitted.verdict).to.equal('pass');
    expect(mdn.versions).to.deep.equal({ advertised: [13, 8], accepted: [13, 8] });
  });

  it('tells a RST from a FIN', async () => {
    for (const [name, kind] of [
      ['resets', 'reset'],
      ['conformant', 'fin'],
    ] as const) {
      const { mdn } = await targetsOf(name);
      const refusals = mdn.probes.filter(({ exchange }) => exchange.response?.status === 400);
      expect(refusals).to.have.lengthOf(71);
      expect(new Set(refusals.map(({ exchange }) => exchange.close?.kind))).to.deep.equal(new Set([kind]));
    }
  });

  it('tries again after the wait that a 429 asks for, and keeps the earlier tries as evidence', async () => {
    const { mdn } = await targetsOf('rate-limits-then-fine');
    const tries = mdn.probes.flatMap(({ earlierExchanges }) => earlierExchanges);
    expect(tries.map(({ response }) => response?.status)).to.deep.equal([429, 429, 429]);
  });
});
