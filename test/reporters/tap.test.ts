/** TAP: what a strict parser reads of it is what the report says. */

import { expect } from 'chai';
import { Parser, type Result } from 'tap-parser';
import type { Report } from '../../index.ts';
import { createTapReporter } from '../../reporters/tap.ts';
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

interface Read {
  readonly ok: boolean;
  readonly points: readonly Result[];
  readonly comments: readonly string[];
}

const rendered = (report: Report): string => renderReport(createTapReporter, report);

/** Reads a stream; whatever is no TAP makes it fail. */
function parse(text: string): Read {
  const points: Result[] = [];
  const comments: string[] = [];
  let ok: boolean | null = null;
  const parser = new Parser({ strict: true }, (results) => {
    ok = results.ok;
    const broken = results.failures.filter(({ tapError }) => tapError !== null && tapError !== undefined);
    expect(broken, text).to.deep.equal([]);
    expect(results.bailout).to.equal(false);
  });
  parser.on('assert', (point: Result) => points.push(point));
  parser.on('comment', (comment: string) => comments.push(comment.trimEnd()));
  parser.end(text);
  if (ok === null) throw new Error('the stream has no end');
  return { ok, points, comments };
}

const read = (report: Report): Read => parse(rendered(report));

function pointOf({ points }: Read, name: string): Result | undefined {
  return points.find((point) => point.name.endsWith(` ${name}`));
}

describe('the report in TAP', function () {
  this.timeout(30_000);

  it('has a point for each probe, and one for the lists', async () => {
    const report = await reportOf('conformant');
    const [target] = report.targets;
    const { ok, points, comments } = read(report);
    expect(ok).to.equal(true);
    expect(points.map(({ name }) => name)).to.deep.equal(
      [...(target?.probes ?? []).map(({ id }) => id), 'listHonesty'].map((name) => `${target?.url} ${name}`),
    );
    expect(points.every((point) => point.ok && point.diag === null)).to.equal(true);
    expect(comments).to.deep.equal([
      `# handshake13 ${report.tool.version}, profile mdn, --fail-on should`,
      `# ${target?.url}`,
      '# conformant, gate: pass',
      '# returned 400 101/101, version list 81/81, omitted on success 20/20, closed the socket 81/81; core 90 of 90, all 107 of 107 probes',
    ]);
    expect(rendered(report)).to.match(/^TAP version 14\n1\.\.108\n#/);
  });

  it('is held to the protocol', async () => {
    const text = rendered(await reportOf('conformant'));
    expect(() => parse(text.replace('\nok 3 ', '\nnonsense '))).to.throw();
    expect(() => parse(text.replace('1..108', '1..109'))).to.throw();
  });

  it('is the same whenever the same report is rendered', async () => {
    const report = await reportOf('prefix-parse');
    expect(rendered(report)).to.equal(rendered(report));
  });

  it('says of a failure what was expected, what came, and by which clauses', async () => {
    const results = read(await reportOf('prefix-parse'));
    expect(results.ok).to.equal(false);
    const point = pointOf(results, 'malformed/trailing-text');
    expect(point).to.include({ ok: false, todo: false, skip: false });
    expect(point?.diag).to.deep.include({
      type: 'accepted',
      criterion: 'status',
      level: 'MUST',
      expected: '400',
      actual: '101',
      clauses: ['RFC 6455 §4.3', 'RFC 6455 §4.2.1'],
    });
    expect(point?.diag.also.map(({ criterion }: { criterion: string }) => criterion)).to.deep.equal([
      'versionList',
      'socketClosed',
    ]);
  });

  it('marks as to do what does not count', async () => {
    const strict = read(await reportOf('stays-open'));
    expect(strict.ok).to.equal(false);
    expect(pointOf(strict, 'malformed/hex')).to.include({ ok: false, todo: false });
    const lax = read(await reportOf('stays-open', { failOn: 'must' }));
    expect(lax.ok).to.equal(true);
    expect(pointOf(lax, 'malformed/hex')).to.include({ ok: false, todo: 'below --fail-on must' });
    expect(pointOf(lax, 'malformed/hex')?.diag).to.include({ criterion: 'socketClosed', level: 'SHOULD' });
  });

  it('marks as to do what is known, and says why', async () => {
    const report = withKnown(await reportOf('prefix-parse'), () => ({ reason: 'issue #7', owner: 'ops' }));
    const results = read(report);
    expect(results.ok).to.equal(true);
    expect(pointOf(results, 'malformed/trailing-text')).to.include({
      ok: false,
      todo: 'known: issue #7 (ops)',
    });
    expect(pointOf(results, 'malformed/trailing-text')?.diag).to.include({ known: 'known: issue #7 (ops)' });
    expect(rendered(report)).to.include(' # TODO known: issue \\#7 (ops)\n');
  });

  it('fails for what is listed as known and passed, unless that is tolerated', async () => {
    const report = withTargets(await reportOf('conformant'), (target) => ({
      ...target,
      unexpectedPasses: [{ index: 0, probe: 'duplicate/13-8', criterion: 'status', reason: 'old' }],
    }));
    const results = read(report);
    expect(results.ok).to.equal(false);
    expect(pointOf(results, 'duplicate/13-8')).to.include({ ok: true });
    expect(pointOf(results, 'duplicate/13-8 status (unexpected pass)')?.diag).to.include({
      type: 'unexpected-pass',
      message:
        'entry 1 of the baseline: duplicate/13-8 (status) no longer fails; run again with --update-baseline; known failure: old',
    });
    expect(read({ ...report, allowUnexpectedPass: true }).ok).to.equal(true);
  });

  it('fails where there was nothing to judge', async () => {
    const results = read(await unreachableReport());
    expect(results.ok).to.equal(false);
    expect(results.points).to.have.lengthOf(2);
    const target = pointOf(results, 'target');
    expect(target?.diag.type).to.equal('inconclusive');
    expect(target?.diag.message).to.match(/the connection was refused/);
  });

  it('distinguishes targets, and says in comments what is to be known of the run', async () => {
    const report = await reportOf('conformant', { probe: ['valid/13'] });
    const labelled = withTargets(report, (target) => ({
      ...target,
      label: 'blue',
      proxy: 'http://proxy.example:3128',
      warnings: ['one'],
    }));
    const { points, comments } = read({ ...together(report, report, labelled), partial: true });
    const url = report.targets[0]?.url;
    expect(points.map(({ name }) => name)).to.include.members([
      `${url} valid/13`,
      `${url} #2 valid/13`,
      `blue (${url}) valid/13`,
    ]);
    expect(comments).to.include.members([
      '# interrupted; partial results',
      '# proxy: http://proxy.example:3128',
      '# warning: one',
    ]);
  });

  it('is a plan of nothing where no target was audited', async () => {
    const report = { ...(await reportOf('conformant')), targets: [], partial: true };
    expect(rendered(report)).to.match(/^TAP version 14\n1\.\.0 # SKIP no target was audited\n/);
    expect(read(report).points).to.deep.equal([]);
  });

  for (const [where, hooks] of Object.entries(hostileServers)) {
    it(`holds hostile text in escapes: ${where}`, async () => {
      const { report } = await auditFixture('conformant', { probe: fewProbes }, hooks);
      const { points } = read(report);
      expect(points.every(({ todo, skip }) => todo === false && skip === false)).to.equal(true);
      expect(rendered(report)).to.match(/^[\x20-\x7e\n§]+$/);
    });
  }

  it('holds whatever people write, in labels, reasons and warnings', async () => {
    const known = withKnown(await reportOf('prefix-parse'), () => ({ reason: wildText, owner: wildText }));
    const report = withTargets(known, (target) => ({ ...target, label: wildText, warnings: [wildText] }));
    const results = read(report);
    const shown =
      'a\\nb\\r\\tc \\0\\x1b[31m\\x85 \\u{d800} \\u{ffff} ]]> <x y="&amp;&evil;"> # TODO \\ [l](http://evil.example) ü 😀';
    const point = pointOf(results, 'malformed/trailing-text');
    expect(point?.name).to.equal(`${shown} (${report.targets[0]?.url}) malformed/trailing-text`);
    expect(point?.todo).to.equal(`known: ${shown} (${shown})`);
    expect(point?.diag.known).to.equal(`known: ${shown} (${shown})`);
  });
});
