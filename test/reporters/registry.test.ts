/** The reporters as a set, and the one for programs. */

import { expect } from 'chai';
import { reporterNames, reporters } from '../../reporters/registry.ts';
import { fewProbes, hostile, hostileServers } from '../support/hostile-texts.ts';
import { auditFixture, render, renderInTime } from '../support/render-report.ts';

describe('the registry of reporters', () => {
  it('loads every reporter, and each of them reports an audit', async () => {
    const audited = await auditFixture('number-conversion', { probe: ['malformed/*'] });
    for (const name of reporterNames) {
      const create = await reporters[name].load();
      // A badge has room for the result alone.
      const says = name === 'badge' ? /Sec-WebSocket-Version/ : /malformed.*hex/s;
      expect(await renderInTime(create, audited), name)
        .to.match(says)
        .and.to.match(/\n$/);
      expect(reporters[name].title).to.match(/\S/);
    }
  });
});

describe('answers of one status that differ', () => {
  it('are distinguished in every report, and nothing of them is raw', async () => {
    let refusals = 0;
    const audited = await auditFixture(
      'conformant',
      { probe: ['malformed/hex'], retries: 1 },
      {
        // The second handshake is the first try of the probe.
        answer: (nth, judged) => (nth === 2 ? { bytes: '', afterwards: 'close' } : judged()),
        list: () => {
          refusals += 1;
          return [refusals === 1 ? hostile : '13'];
        },
      },
    );
    const [, hex] = audited.report.targets[0]?.probes ?? [];
    expect(hex?.unstable)
      .to.include(`closed, then 400 with Sec-WebSocket-Version "${hostile.slice(0, 60)}..." (`)
      .and.to.match(/, then 400 with Sec-WebSocket-Version "13"$/);
    // Programs get it as JSON has it, a badge has room for the result alone, and a fault is reported if it is certain.
    for (const name of reporterNames.filter((one) => !/json|badge|issue/.test(one))) {
      const text = render(await reporters[name].load(), audited, {
        columns: 1000,
        sarifLocation: 'README.md',
      });
      // The report for people wraps running text at a width that is good to read.
      expect(text.replaceAll(/\n +/g, ' '), name).to.match(
        /400 with Sec-WebSocket-Version [^\n]*x1b\[31mred/,
      );
      expect(text, name).to.match(/^[\x20-\x7e\n\xa0-\uffff]+$/);
    }
  });
});

describe('the reporter for programs', () => {
  it('writes the report, and nothing before the end of the run', async () => {
    const audited = await auditFixture('number-conversion', { probe: ['malformed/*'] });
    const create = await reporters.json.load();
    expect(JSON.parse(await renderInTime(create, audited))).to.deep.equal(
      JSON.parse(JSON.stringify(audited.report)),
    );
    const unfinished = audited.events.filter(({ type }) => type !== 'run-end');
    expect(await renderInTime(create, { ...audited, events: unfinished })).to.equal('');
  });

  it('holds no command for a CI job that shows it in its log', async () => {
    for (const hooks of Object.values(hostileServers)) {
      const audited = await auditFixture('conformant', { probe: fewProbes }, hooks);
      const text = await renderInTime(await reporters.json.load(), audited);
      expect(text).to.not.match(/^\s*::|##(vso)?\[/m);
      expect(JSON.parse(text)).to.deep.equal(JSON.parse(JSON.stringify(audited.report)));
    }
  });
});
