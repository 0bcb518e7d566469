/** Reports of clients in every format: what is wrong and how to see it again, and nothing raw of what a client sent. */

import { expect } from 'chai';
import { XMLParser } from 'fast-xml-parser';
import { auditClient } from '../../../index.ts';
import type { ClientReport } from '../../../report/client/client-report.ts';
import {
  type ClientReporterName,
  clientReporterNames,
  clientReporters,
} from '../../../reporters/client/registry.ts';
import type { ClientBaselineEntry } from '../../../scoring/client/client-baseline.ts';
import { client } from '../../support/inline-client.ts';

const hostile = `\u001b[31m</script><img src=x>|\`@all\` ::error::`;

/** A client that opens on everything, and sends a field that no report may show raw. */
const careless = client({
  opensOn: (head) => head.startsWith('HTTP/1.1 101 '),
  request: (lines) => [...lines, `User-Agent: ${hostile}`],
});

const options = { case: ['accept-*', '403'], jobs: 8, name: `mine ${hostile}` };

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
      expect(text).to.include(name === 'json' ? '"takes-any-accept"' : 'Sec-WebSocket-Accept');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(text).not.to.match(/\u001b|^::/m);
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
