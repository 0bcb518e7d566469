/** Reports of clients in every format: what is wrong and how to see it again, and nothing raw of what a client sent. */

import { expect } from 'chai';
import { XMLParser } from 'fast-xml-parser';
import type { Log, Result } from 'sarif';
import { auditClient } from '../../../index.ts';
import type { ClientReport } from '../../../report/client/client-report.ts';
import {
  type ClientReporterName,
  clientReporterNames,
  clientReporters,
} from '../../../reporters/client/registry.ts';
import { lightPalette } from '../../../reporters/palette.ts';
import type { ClientBaselineEntry } from '../../../scoring/client/client-baseline.ts';
import { client } from '../../support/inline-client.ts';

const hostile = `\u001b[31m</script><img src=x>|\`@all\` ::error::`;

/** A client that opens on everything, and sends a field that no report may show raw. */
const careless = client({
  opensOn: (head) => head.startsWith('HTTP/1.1 101 '),
  request: (lines) => [...lines, `User-Agent: ${hostile}`],
});

const options = { case: ['accept-*', '403'], jobs: 8, name: `mine ${hostile}` };

/** Reports in which nothing comes from the wire. */
const withoutWire: readonly ClientReporterName[] = ['badge'];

async function render(name: ClientReporterName, report: ClientReport): Promise<string> {
  const create = await clientReporters[name]();
  let text = '';
  const reporter = create({
    output: {
      write: (part) => {
        text += part;
      },
      drained: async () => {},
      columns: 200,
      colorLevel: 0,
      unicode: true,
    },
    verbosity: 'bytes',
    sarifLocation: 'package.json',
    recheckCommand: (_, id) => `recheck ${id}`,
  });
  if (reporter.needs === 'report') await reporter.onReport(report);
  return text;
}

describe('reports of clients', function () {
  this.timeout(60_000);

  let report: ClientReport;
  before(async () => {
    report = await auditClient(careless, options).report();
  });

  const audit = (baseline: ClientBaselineEntry[]): Promise<ClientReport> =>
    auditClient(careless, { ...options, baseline }).report();

  for (const name of clientReporterNames.filter((one) => one !== 'ndjson')) {
    it(`${name}: shows nothing raw of what the client sent or is called`, async () => {
      const text = await render(name, report);
      if (!withoutWire.includes(name))
        expect(text).to.include(name === 'json' ? '"takes-any-accept"' : 'Sec-WebSocket-Accept');
      expect(text).not.to.include('\u001b');
      // Of the annotations only their own command.
      expect(text.match(/^::/gm) ?? []).to.have.lengthOf(name === 'github' ? 1 : 0);
      if (name === 'html' || name === 'junit') expect(text).not.to.match(/<img/);
    });
  }

  it('junit: fails once for a finding, and skips the cases that show it', async () => {
    const { testsuites } = new XMLParser({ ignoreAttributes: false, processEntities: false }).parse(
      await render('junit', report),
    );
    const { testsuite } = testsuites;
    const cases: Record<string, unknown>[] = testsuite.testcase;
    const failed = cases.filter(({ failure }) => failure !== undefined).map((one) => one['@_name']);
    const skipped = cases.filter(({ skipped }) => skipped !== undefined).map((one) => one['@_name']);
    expect(failed).to.deep.equal(['takes-any-accept']);
    expect(skipped).to.include('accept-wrong').and.to.have.lengthOf(9);
    expect(Number(testsuite['@_failures'])).to.equal(1);
    expect(Number(testsuite['@_tests'])).to.equal(cases.length);
    expect(JSON.stringify(cases)).to.include('recheck    recheck accept-wrong');
  });

  it('tap: has a point for each case, not ok where it fails', async () => {
    const text = await render('tap', report);
    expect(text).to.match(/^TAP version 14\n1\.\.11\n/);
    expect(text.match(/^ok /gm)).to.have.lengthOf(2);
    expect(text.match(/^not ok /gm)).to.have.lengthOf(9);
    expect(text).to.match(/^not ok \d+ - .* accept-lower\n {2}---\n(?: {2}.*\n)* {2}level: MUST\n/m);
  });

  it('show what is known as known', async () => {
    const known = await audit([{ finding: 'takes-any-accept', reason: 'old @all', until: '2999-12-31' }]);
    expect(known.gate.result).to.equal('pass');
    expect((await render('tap', known)).match(/# TODO known: old @all/g)).to.have.lengthOf(9);
    expect(await render('junit', known)).to.match(/<skipped message="known: old @all/);
    expect(await render('markdown', known)).to.match(/Known findings .*\n\n- .*old `@all`/);
    expect(await render('html', known)).to.include('known failure');
  });

  it('show what no longer occurs', async () => {
    const passing = await auditClient(client(), {
      ...options,
      case: ['accept-*'],
      baseline: [{ finding: 'takes-accept-case', reason: 'old' }],
    }).report();
    expect(passing.gate.result).to.equal('fail');
    for (const name of ['terminal', 'junit', 'tap', 'markdown', 'html'] as const)
      expect(await render(name, passing), name).to.match(/takes-accept-case.* no longer fails/s);
  });

  it('markdown: names the client in code, says what is wrong and how to see it again', async () => {
    const text = await render('markdown', report);
    expect(text).to.match(/^## handshake13: nonconformant\n\ngate: fail/);
    expect(text).to.match(/^### 1\. \\\[MUST] Opens although Sec-WebSocket-Accept is wrong$/m);
    expect(text).to.match(/```sh\nrecheck accept-wrong\n```/);
  });

  it('github: has an annotation for each finding that is new', async () => {
    const text = await render('github', report);
    expect(text).to.match(
      /^::error title=\[MUST] Opens although Sec-WebSocket-Accept is wrong::mine .*%0Aexpected: .*%0Arecheck:%0Arecheck accept-wrong\n$/,
    );
    const known = await audit([{ finding: 'takes-any-accept', reason: 'old' }]);
    expect(await render('github', known)).to.equal('');
    const cutOff = { ...report, partial: true, clients: [] };
    expect(await render('github', cutOff)).to.match(/^::warning title=The audit was interrupted::/);
  });

  it('sarif: has a result for each finding, with its rule, its place and how to see it again', async () => {
    const { runs }: Log = JSON.parse(await render('sarif', report));
    const { results = [], tool, invocations } = runs[0] ?? { tool: { driver: { name: '' } } };
    expect(results.map(({ ruleId, level }) => [ruleId, level])).to.deep.equal([
      ['takes-any-accept', 'error'],
    ]);
    const [result] = results as [Result];
    expect(result.ruleIndex).to.equal(0);
    expect(tool.driver.rules?.map(({ id, name }) => [id, name])).to.deep.equal([
      ['takes-any-accept', 'TakesAnyAccept'],
    ]);
    expect(tool.driver.rules?.[0]?.helpUri).to.match(/^https:\/\/www\.rfc-editor\.org\/rfc\/rfc6455/);
    expect(result.locations?.[0]?.physicalLocation?.artifactLocation?.uri).to.equal('package.json');
    expect(result.message.text).to.match(
      /^Opens although Sec-WebSocket-Accept is wrong\. mine .* got '.*'\. /,
    );
    expect(result.message.markdown).to.include('recheck accept-wrong');
    expect(result.properties).to.deep.include({
      client: report.clients[0]?.name,
      finding: 'takes-any-accept',
    });
    expect(invocations?.[0]?.executionSuccessful).to.equal(true);
    const again: Log = JSON.parse(await render('sarif', await audit([])));
    expect(again.runs[0]?.results?.[0]?.partialFingerprints).to.deep.equal(result.partialFingerprints);
  });

  it('sarif: suppresses what is known, and has a result for what no longer occurs', async () => {
    const passing = await auditClient(client(), {
      ...options,
      baseline: [{ finding: 'takes-accept-case', reason: 'older' }],
    }).report();
    const known = await audit([{ finding: 'takes-any-accept', reason: 'old' }]);
    const both = { ...known, clients: [...known.clients, ...passing.clients] };
    const { runs }: Log = JSON.parse(await render('sarif', both));
    const results = runs[0]?.results ?? [];
    expect(
      results.map(({ ruleId, ruleIndex, suppressions }) => [
        ruleId,
        ruleIndex,
        suppressions?.[0]?.justification,
      ]),
    ).to.deep.equal([
      ['takes-any-accept', 0, 'old'],
      ['unexpected-pass', 1, undefined],
    ]);
  });

  it('badge: is red where a MUST fails and green where nothing does', async () => {
    const right = await auditClient(client(), options).report();
    const known = await audit([{ finding: 'takes-any-accept', reason: 'old' }]);
    const both = {
      ...report,
      summary: { ...report.summary, clients: 2, passed: 1 },
      clients: [...report.clients, ...right.clients],
    };
    for (const [shown, message, colour] of [
      [report, 'nonconformant', lightPalette.fail],
      [known, 'nonconformant, gate: pass', lightPalette.unclear],
      [right, 'passed (11 of 78 cases)', lightPalette.pass],
      [both, '1 of 2 passed', lightPalette.fail],
      [{ ...right, partial: true }, 'inconclusive', lightPalette.dim],
    ] as const) {
      const text = await render('badge', shown);
      expect(text).to.include(`<title>WebSocket handshake: ${message}`).and.to.include(`fill="${colour}"`);
    }
  });

  it('html: has the clients side by side, and each case of each behind a link', async () => {
    const right = await auditClient(client(), { ...options, name: 'right' }).report();
    const text = await render('html', { ...report, clients: [...report.clients, ...right.clients] });
    expect(text).to.include('Clients side by side').and.to.include('href="#right/accept-wrong"');
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const [, link] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).to.include(link);
    expect(await render('html', report)).not.to.include('side by side');
  });

  it('are there for a client that could not be judged', async () => {
    const none = await auditClient(() => {}, options).report();
    for (const name of ['terminal', 'junit', 'tap', 'markdown', 'html'] as const)
      expect(await render(name, none), name).to.match(/nothing shows that the client/);
    expect(await render('junit', none)).to.match(/errors="[12]"/);
  });
});
