import { expect } from 'chai';
import { planBaseline } from '../../../audit/plan/baseline-plan.ts';
import { planAudit } from '../../../audit/plan/plan.ts';
import { catalogue } from '../../../probes/catalogue.ts';
import type { BaselineEntry } from '../../../scoring/baseline.ts';
import { UsageError } from '../../../wire/usage-error.ts';
import { sentByDefault } from '../../support/failures.ts';
import { auditFixture } from '../../support/render-report.ts';

function planned(entry: Partial<BaselineEntry>, stress = false): ReturnType<typeof planBaseline>[number] {
  const [plan] = planBaseline([{ criterion: '*', reason: 'it is so', ...entry }], stress);
  if (plan === undefined) throw new Error('nothing was planned');
  return plan;
}

describe('the target of a baseline entry', () => {
  const urls = [
    'ws://staging.example/',
    'ws://staging.example/chat/room',
    'ws://staging.example:8080/chat',
    'wss://staging.example/.hidden/a',
    'ws://127.0.0.1:49152/',
    'ws://[::1]:8080/',
    'ws://a.example/socket.io/?EIO=4&transport=websocket',
  ];
  const named: Readonly<Record<string, readonly number[]>> = {
    'ws://staging.example/*': [0, 1],
    'ws://staging.example/**': [0, 1],
    'ws://staging.example*': [0, 1, 2],
    'ws://staging.example:*': [2],
    '{ws,wss}://staging.example{/,:}*': [0, 1, 2, 3],
    'wss://*': [3],
    '*://staging.*': [0, 1, 2, 3],
    '*': [0, 1, 2, 3, 4, 5, 6],
    'ws://127.0.0.1:*/': [4],
    'ws://[::1]:*/': [5],
    'ws://[::1]:8080/': [5],
    'ws://a.example/socket.io/?EIO=4&transport=websocket': [6],
    'ws://a.example/socket.io/*': [6],
    'ws://a.example/socket.io/?EIO=4*': [6],
    // As on the command line, not yet as reports name them.
    'ws://staging.example': [0],
    'WS://Staging.Example:80/': [0],
    'staging.example:8080/chat': [2],
    'ws://user:secret@staging.example/': [0],
    // Not the beginning of a URL, and no label.
    'ws://staging': [],
    staging: [],
  };

  for (const [target, numbers] of Object.entries(named)) {
    it(`${target} is ${numbers.length === 0 ? 'none' : numbers.map((i) => urls[i]).join(', ')}`, () => {
      const { isAbout } = planned({ target });
      const matched = urls.filter((url) => isAbout({ url, label: null }));
      expect(matched).to.deep.equal(numbers.map((i) => urls[i]));
    });
  }

  it('may be its label', () => {
    const { isAbout } = planned({ target: 'Staging (EU)' });
    expect(isAbout({ url: 'ws://a.example/', label: 'Staging (EU)' })).to.equal(true);
    expect(isAbout({ url: 'ws://a.example/', label: 'Staging' })).to.equal(false);
    expect(isAbout({ url: 'ws://a.example/', label: null })).to.equal(false);
  });

  it('is every one where it is left out', () => {
    const { isAbout } = planned({});
    expect(urls.every((url) => isAbout({ url, label: null }))).to.equal(true);
  });
});

describe('the probes of a baseline entry', () => {
  const all = sentByDefault.map(({ id }) => id);
  const probesOf = (entry: Partial<BaselineEntry>): string[] => [...planned(entry).probes];

  it('are those of a glob, or of a family', () => {
    const family = all.filter((id) => id.startsWith('malformed/'));
    expect(probesOf({ probe: 'malformed/{hex,binary}' })).to.deep.equal([
      'malformed/hex',
      'malformed/binary',
    ]);
    expect(probesOf({ probe: 'malformed/*' })).to.deep.equal(family);
    expect(probesOf({ probe: 'malformed' })).to.deep.equal(family);
    expect(probesOf({ probe: '**' })).to.deep.equal(all);
  });

  it('include stress probes where those are sent, and where it names no others', () => {
    const malformed = [...planned({ probe: 'malformed/*' }, true).probes];
    expect(malformed).to.deep.equal([...probesOf({ probe: 'malformed/*' }), 'malformed/oversized']);
    expect(probesOf({ probe: 'malformed/oversized' })).to.deep.equal(['malformed/oversized']);
    expect([...planned({}, true).probes]).to.deep.equal(catalogue.map(({ id }) => id));
  });

  it('are all where it is about the target as a whole', () => {
    expect(probesOf({})).to.deep.equal(all);
    expect(probesOf({ criterion: 'listHonesty' })).to.deep.equal(all);
    expect(probesOf({ criterion: 'listHonesty', probe: 'draft/*' })).to.deep.equal(all);
  });
});

describe('a baseline that cannot be meant so', () => {
  const mistakes: Readonly<Record<string, [Partial<Record<keyof BaselineEntry, string>>, RegExp]>> = {
    'a glob that matches no probe': [
      { probe: 'malformd/*' },
      /baseline\[1\]\.probe malformd\/\* matches no probe; did you mean malformed\/\*\?/,
    ],
    'a star that stands for no slash': [{ probe: '*' }, /did you mean \*\*\?/],
    'an unknown criterion': [{ criterion: 'statsu' }, /baseline\[1\]\.criterion .*did you mean status\?/],
    'a criterion without a probe': [{ criterion: 'status' }, /baseline\[1\]\.probe is missing/],
    'a day that is none': [{ until: '2026-02-30' }, /baseline\[1\]\.until .*2026-12-31/],
    'a target that is empty': [{ target: '' }, /baseline\[1\]\.target is empty/],
    'a reason that is blank': [{ reason: ' ' }, /baseline\[1\]\.reason is empty/],
  };

  for (const [name, [wrong, says]] of Object.entries(mistakes)) {
    it(`is an error: ${name}`, () => {
      const right: BaselineEntry = { criterion: '*', reason: 'it is so' };
      const baseline = [right, { ...right, ...wrong } as BaselineEntry];
      expect(() => planAudit('ws://a.example/', { baseline })).to.throw(UsageError, says);
    });
  }
});

describe('an audit with a baseline', () => {
  const hex: BaselineEntry = { probe: 'malformed/hex', criterion: 'status', reason: 'the old parser' };

  it('carries it in the events and in the report', async () => {
    const { events, report } = await auditFixture('number-conversion', {
      probe: ['malformed/{hex,binary}'],
      baseline: [hex],
    });
    const [target] = report.targets;
    expect(target?.verdict).to.equal('nonconformant');
    expect(target?.findings.map(({ known, probes }) => [known.length, probes])).to.deep.equal([
      [0, ['malformed/binary']],
      [1, ['malformed/hex']],
    ]);
    const probeEvent = events.find((event) => event.type === 'probe' && event.probe.id === 'malformed/hex');
    expect(probeEvent?.type === 'probe' && probeEvent.probe.criteria.status).to.deep.include({
      verdict: 'fail',
      known: { reason: 'the old parser' },
    });
  });

  it('reports what did not fail', async () => {
    const { report } = await auditFixture('conformant', { probe: ['malformed/hex'], baseline: [hex] });
    expect(report).to.include({ allowUnexpectedPass: false });
    expect(report.targets[0]?.unexpectedPasses).to.deep.equal([
      { index: 0, probe: 'malformed/hex', criterion: 'status', reason: 'the old parser' },
    ]);
  });

  it('goes by the day that it is given, which is today by default', () => {
    const now = new Date().toISOString().slice(0, 10);
    expect(planAudit('ws://a.example/', {}, '2031-01-01').today).to.equal('2031-01-01');
    expect(planAudit('ws://a.example/').today >= now).to.equal(true);
  });
});
