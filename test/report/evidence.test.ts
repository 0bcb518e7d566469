import { expect } from 'chai';
import { planAudit } from '../../audit/plan/plan.ts';
import { shortenRuns, storedBytes } from '../../report/byte-runs.ts';
import { outcomesOf } from '../../report/outcomes.ts';
import { parseReport } from '../../report/parse-report.ts';
import type { TargetReport } from '../../report/report.ts';
import { createHtmlReporter } from '../../reporters/html.ts';
import { createJunitReporter } from '../../reporters/junit.ts';
import { type ReporterName, reporters } from '../../reporters/registry.ts';
import { createTerminalReporter } from '../../reporters/terminal.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { type Audited, auditFixture, render } from '../support/render-report.ts';

const fixture = 'no-list';

function targetOf({ report: { targets } }: Audited): TargetReport {
  const [target] = targets;
  if (target === undefined) throw new Error('no target');
  return target;
}

function bytesOf({ events }: Audited): number {
  return events.reduce((sum, event) => sum + JSON.stringify(event).length + 1, 0);
}

describe('the evidence of a report', function () {
  this.timeout(60_000);
  let all: Audited;
  let failures: Audited;
  let none: Audited;

  before(async () => {
    [all, failures, none] = (await Promise.all(
      (['all', 'failures', 'none'] as const).map((evidence) =>
        auditFixture(fixture, { evidence, closeTimeout: 300 }),
      ),
    )) as [Audited, Audited, Audited];
  });

  it('is the bytes of every exchange, of those that show a failure, or of none', () => {
    expect(targetOf(all).omitted).to.deep.equal([]);
    const { probes, findings } = targetOf(failures);
    expect(probes[0]?.id).to.equal('valid/13');
    expect(probes.length).to.be.lessThan(10);
    for (const {
      failures: [first],
    } of findings) {
      const example = probes.find(({ id }) => id === first?.probe);
      expect(example?.exchange.response?.base64, first?.probe ?? '').to.match(/^SFRUUC8/);
    }
    expect(targetOf(none).probes).to.deep.equal([]);
    expect(JSON.stringify(none.report)).to.not.match(/"base64":"[^"]/);
  });

  it('leaves the verdicts, the findings and what came as they are', () => {
    for (const shortened of [failures, none]) {
      expect(outcomesOf(targetOf(shortened))).to.deep.equal(outcomesOf(targetOf(all)));
      for (const key of ['verdict', 'gate', 'scoreboard', 'tiers', 'versions', 'probesSent'] as const)
        expect(targetOf(shortened)[key], key).to.deep.equal(targetOf(all)[key]);
      const told = ({ findings }: TargetReport): unknown =>
        findings.map(({ id, level, title, probes }) => ({ id, level, title, probes }));
      expect(told(targetOf(shortened))).to.deep.equal(told(targetOf(all)));
    }
  });

  it('takes less than 15 kB for a target where only failures are kept', () => {
    expect(bytesOf(failures)).to.be.lessThan(15_000);
    expect(bytesOf(none)).to.be.lessThan(bytesOf(failures));
    expect(bytesOf(all)).to.be.greaterThan(15_000);
  });

  it('is whole by default, and of failures for many targets and for a stream', () => {
    const url = (host: number): string => `ws://127.0.0.1:${1000 + host}/`;
    const urls = Array.from({ length: 1001 }, (_, host) => url(host));
    expect(planAudit(urls.slice(0, 1000)).evidence).to.equal('all');
    expect(planAudit(urls).evidence).to.equal('failures');
    expect(planAudit(urls, { evidence: 'none' }).evidence).to.equal('none');
    const stream = (async function* () {
      yield url(0);
    })();
    expect(planAudit(stream).evidence).to.equal('failures');
    expect(() => planAudit(url(0), { evidence: 'some' as 'all' })).to.throw(
      UsageError,
      'all, failures, none',
    );
  });

  it('has to be whole for a report to be judged again', () => {
    const text = (audited: Audited): string => JSON.stringify(audited.report);
    expect(parseReport(text(all), 'it').targets).to.have.lengthOf(1);
    for (const shortened of [failures, none])
      expect(() => parseReport(text(shortened), 'it')).to.throw(UsageError, 'keep all of it');
  });

  it('is enough for the same test cases, and for the same result', () => {
    const counts = (audited: Audited): string[] =>
      render(createJunitReporter, audited).match(/ (?:tests|failures|errors|skipped)="\d+"/g) ?? [];
    for (const shortened of [failures, none]) {
      expect(counts(shortened)).to.deep.equal(counts(all));
      const families = (audited: Audited): string[] =>
        render(createTerminalReporter, audited).match(/^ +✗ \w+ \d+\/\d+.*$/gm) ?? [];
      expect(families(shortened)).to.deep.equal(families(all));
      expect(families(all)).to.not.deep.equal([]);
    }
  });

  it('is named by the page where it is not whole', () => {
    const sentence = 'Probes whose exchanges are not kept';
    expect(render(createHtmlReporter, all)).to.not.include(sentence);
    expect(render(createHtmlReporter, failures)).to.include(sentence);
    expect(render(createHtmlReporter, none)).to.include(sentence);
  });

  for (const name of Object.keys(reporters) as ReporterName[]) {
    it(`can be less than all for ${name}`, async () => {
      const create = await reporters[name].load();
      for (const shortened of [failures, none])
        for (const verbosity of ['normal', 'bytes'] as const)
          expect(
            render(create, shortened, { verbosity, columns: 120 }).replace(/<script>.*<\/script>/s, ''),
          ).to.not.match(/undefined|\[object|NaN/);
    });
  }
});

describe('long runs of one byte', () => {
  const texts = ['', 'a', 'GET / HTTP/1.1', `X: ${'a'.repeat(64)}`, `${'\0'.repeat(9000)}b${'b'.repeat(63)}`];

  for (const text of texts) {
    it(`are stored as how often it repeats: ${JSON.stringify(text.slice(0, 20))}, ${text.length} bytes`, () => {
      const bytes = Buffer.from(text, 'latin1');
      const stored = shortenRuns({ base64: bytes.toString('base64') });
      expect(storedBytes(stored).equals(bytes)).to.equal(true);
      expect(stored.base64.length).to.be.lessThan(120);
    });
  }

  it('stay as they are where they are short', () => {
    const base64 = Buffer.from('a'.repeat(63)).toString('base64');
    expect(shortenRuns({ base64 })).to.deep.equal({ base64 });
  });
});
