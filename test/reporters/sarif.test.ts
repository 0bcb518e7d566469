/** SARIF: what the validator of GitHub's rules takes, with rules, locations and fingerprints that stay the same. */

import { execFile } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Log, Run } from 'sarif';
import type { Report, TargetReport } from '../../index.ts';
import { createSarifReporter } from '../../reporters/sarif.ts';
import { fewProbes, hostileServers } from '../support/hostile-texts.ts';
import { auditFixture, type RenderOptions, renderReport } from '../support/render-report.ts';
import {
  reportOf,
  together,
  unreachableReport,
  wildText,
  withKnown,
  withTargets,
} from '../support/reports.ts';
import { withFolder } from '../support/servers.ts';
import { expectTameNodes, nodesOf } from '../support/tame-markdown.ts';

const atReadme: RenderOptions = { sarifLocation: 'README.md' };

function rendered(report: Report, options = atReadme): string {
  return renderReport(createSarifReporter, report, options);
}

function runOf(report: Report, options = atReadme): Run {
  const log: Log = JSON.parse(rendered(report, options));
  const [run] = log.runs;
  if (run === undefined || log.runs.length > 1) throw new Error('not one run');
  return run;
}

function resultsOf(report: Report, options = atReadme) {
  return runOf(report, options).results ?? [];
}

function rulesOf(report: Report) {
  return runOf(report).tool.driver.rules ?? [];
}

function hashesOf(report: Report): string[] {
  return resultsOf(report).map(
    ({ partialFingerprints }) => partialFingerprints?.primaryLocationLineHash ?? '',
  );
}

/** Lines of an exchange, or commands. */
const resultCode = /^(?:(?:[<>=#]|curl|printf|\{|handshake13)(?: [\x20-\x7e]*)?(?:\n|$))+$/;

const located = (report: Report, location: TargetReport['location']): Report =>
  withTargets(report, (target) => ({ ...target, location }));

describe('the report for code scanning', function () {
  this.timeout(60_000);

  it('has a result for each finding of each target, by the level of the finding', async () => {
    const report = together(await reportOf('prefix-parse'), await reportOf('no-list'));
    const findings = report.targets.flatMap(({ findings: all }) => all);
    const results = resultsOf(report);
    expect(results.map(({ level }) => level)).to.deep.equal(
      findings.map(({ level }) => ({ MUST: 'error', SHOULD: 'warning', MAY: 'note' })[level]),
    );
    expect(new Set(results.map(({ level }) => level))).to.deep.equal(new Set(['error', 'warning']));
    const [finding] = findings;
    expect(results[0]?.ruleId).to.equal('prefix-parse');
    expect(results[0]?.properties).to.deep.include({
      target: report.targets[0]?.url,
      finding: 'prefix-parse',
      expected: '400',
      actual: '101',
      probes: finding?.probes,
    });
    expect(results[0]?.message.text).to.match(
      /^Accepts values that only begin with 13\. ws:\/\/127\.0\.0\.1:\d+\/: sent 'Sec-WebSocket-Version: .*', expected '400', got '101'\. /,
    );
  });

  it('ends the plain message with a command that reproduces the finding, and what to look for', async () => {
    const text = resultsOf(await reportOf('prefix-parse'))[0]?.message.text;
    expect(text).to.match(
      / Reproduce: curl .* -H 'Sec-WebSocket-Version: .*' http:\S+ # got 101, expected 400\.$/,
    );
  });

  it('says in Markdown how to reproduce a finding, with the bytes that decide it', async () => {
    const report = await reportOf('number-conversion');
    const [finding] = report.targets[0]?.findings ?? [];
    const markdown = resultsOf(report)[0]?.message.markdown ?? '';
    expectTameNodes(markdown, resultCode);
    const [transcript, commands, ...more] = nodesOf(markdown).filter(({ type }) => type === 'code');
    expect(more).to.deep.equal([]);
    expect(transcript?.value).to.match(
      /^> Sec-WebSocket-Version: 013\n< HTTP\/1\.1 101 Switching Protocols {2}<-- expected 400\n/,
    );
    expect(commands?.value).to.equal(
      `${finding?.reproduce.join('\n')}\nhandshake13 ${report.targets[0]?.url} --probe malformed/leading-zero -vv`,
    );
    expect(markdown).to.match(/^\*\*\\\[MUST]\*\* Accepts other spellings of the number 13\n/);
  });

  it('has no result where there is no finding', async () => {
    const run = runOf(await reportOf('conformant'));
    expect(run.results).to.deep.equal([]);
    expect(run.tool.driver.rules).to.deep.equal([]);
    expect(run.invocations?.[0]).to.deep.include({
      executionSuccessful: true,
      toolExecutionNotifications: [],
    });
  });

  it('has one rule for each kind of finding, which says nothing of a single run', async () => {
    const reports = await Promise.all(
      ['answers-426', 'answers-500', 'lists-differ'].map((name) => reportOf(name)),
    );
    const [first, ...others] = reports;
    if (first === undefined) throw new Error('no report');
    const all = together(first, ...others);
    const rules = rulesOf(all);
    const ids = rules.map(({ id }) => id);
    expect(ids).to.deep.equal([...new Set(ids)]);
    expect(ids).to.include('refusal-status').and.include('lists-differ');
    for (const { ruleId, ruleIndex } of resultsOf(all)) expect(ids[ruleIndex ?? -1]).to.equal(ruleId);
    const rule = rules.find(({ id }) => id === 'refusal-status');
    expect(rule).to.deep.include({
      name: 'RefusalStatus',
      shortDescription: { text: 'Refuses with … instead of ….' },
      helpUri: 'https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1',
      defaultConfiguration: { level: 'error' },
    });
    expect(rule?.help?.text).to.include('How to fix: Answer a handshake').and.include('RFC 6455 §4.2.1: ');
    expect(rule?.help?.markdown).to.include('[RFC 6455 §4.2.1](https://www.rfc-editor.org/rfc/rfc6455#');
    expect(rule?.properties?.tags).to.include('websocket');
    expect(JSON.stringify(rules)).to.not.include('%s');
  });

  it('points at where the target is written down, or else at the file that is named', async () => {
    const report = await reportOf('prefix-parse');
    const place = (one: Report, options?: RenderOptions): unknown =>
      resultsOf(one, options)[0]?.locations?.[0]?.physicalLocation;
    expect(place(report)).to.deep.equal({ artifactLocation: { uri: 'README.md' }, region: { startLine: 1 } });
    expect(place(located(report, { file: 'ci/my targets#1.yaml', line: 7 }))).to.deep.equal({
      artifactLocation: { uri: 'ci/my%20targets%231.yaml' },
      region: { startLine: 7 },
    });
    expect(place(located(report, { file: '../targets.yaml', line: 7 }))).to.deep.equal(place(report));
    expect(resultsOf(report, {})[0]).to.not.have.property('locations');
  });

  it('has fingerprints that stay, whatever a target is called and wherever it is written down', async () => {
    const report = await reportOf('prefix-parse');
    const renamed = located(
      withTargets(report, (target) => ({ ...target, label: 'blue' })),
      { file: 'a.yaml', line: 3 },
    );
    expect(hashesOf(renamed)).to.deep.equal(hashesOf(report));
    expect(hashesOf(report).every((hash) => /^[0-9a-f]{16}:1$/.test(hash))).to.equal(true);
    expect(rendered(report)).to.equal(rendered(report));
  });

  it('has fingerprints that distinguish findings, URLs, and targets of one URL', async () => {
    const report = await reportOf('answers-404');
    const elsewhere = withTargets(report, (target) => ({ ...target, url: 'ws://127.0.0.1:1/' }));
    const hashes = hashesOf(together(report, report, elsewhere));
    expect(hashes.length).to.be.greaterThan(2);
    expect(new Set(hashes)).to.have.lengthOf(hashes.length);
  });

  it('suppresses what is known, and says why', async () => {
    const report = await reportOf('prefix-parse');
    const known = { reason: 'the proxy is old', owner: 'ops', until: '2031-01-31' };
    expect(resultsOf(withKnown(report, () => known))[0]?.suppressions).to.deep.equal([
      { kind: 'external', status: 'accepted', justification: 'the proxy is old (ops, until 2031-01-31)' },
    ]);
    expect(resultsOf(report)[0]).to.not.have.property('suppressions');
  });

  it('says of what was known and has run out until when it was', async () => {
    const report = withTargets(await reportOf('prefix-parse'), (target) => ({
      ...target,
      findings: target.findings.map((finding) => ({
        ...finding,
        expired: [{ reason: 'old', owner: 'ops', until: '2020-01-31' }],
      })),
    }));
    expect(runOf(report).results?.[0]?.message.text).to.include(
      ' Was known until 2020-01-31, which has passed: old (ops). ',
    );
  });

  it('has a rule of its own for what is listed as known and passed', async () => {
    const report = withTargets(await reportOf('conformant'), (target) => ({
      ...target,
      unexpectedPasses: [
        {
          index: 0,
          probe: 'duplicate/13-8',
          criterion: 'status',
          reason: 'old',
          owner: 'ops',
          location: { file: 'ci/known.yaml', line: 4 },
        },
        { index: 0, probe: null, criterion: 'listHonesty', reason: 'drafts' },
      ],
    }));
    expect(rulesOf(report).map(({ id }) => id)).to.deep.equal(['unexpected-pass']);
    const results = resultsOf(report);
    expect(results.map(({ ruleId, ruleIndex }) => [ruleId, ruleIndex])).to.deep.equal([
      ['unexpected-pass', 0],
      ['unexpected-pass', 0],
    ]);
    expect(results[0]?.message.text).to.match(
      /: 'ci\/known\.yaml:4: duplicate\/13-8 \(status\) no longer fails'; run again with --update-baseline\. Known failure: 'old \(ops\)'\.$/,
    );
    expect(results.map(({ locations }) => locations?.[0]?.physicalLocation)).to.deep.equal([
      { artifactLocation: { uri: 'ci/known.yaml' }, region: { startLine: 4 } },
      { artifactLocation: { uri: 'README.md' }, region: { startLine: 1 } },
    ]);
    expect(new Set(hashesOf(report))).to.have.lengthOf(2);
  });

  it('says that it did not succeed where a target could not be judged, and where the run was interrupted', async () => {
    const unreachable = runOf(await unreachableReport()).invocations?.[0];
    expect(unreachable?.executionSuccessful).to.equal(false);
    expect(unreachable?.toolExecutionNotifications).to.have.lengthOf(1);
    expect(unreachable?.toolExecutionNotifications?.[0]?.level).to.equal('error');
    expect(unreachable?.toolExecutionNotifications?.[0]?.message.text).to.match(
      /^ws:\/\/127\.0\.0\.1:\d+\/: 127\.0\.0\.1:\d+: the connection was refused; .*\?$/,
    );
    const gap = withTargets(await reportOf('prefix-parse'), (target) => ({ ...target, reason: 'a gap' }));
    const inPart = runOf(gap).invocations?.[0];
    expect(inPart?.executionSuccessful).to.equal(true);
    expect(inPart?.toolExecutionNotifications).to.deep.equal([
      { level: 'warning', message: { text: `${gap.targets[0]?.url}: a gap.` } },
    ]);
    const partial = runOf({ ...(await reportOf('conformant')), partial: true }).invocations?.[0];
    expect(partial?.executionSuccessful).to.equal(false);
    expect(partial?.toolExecutionNotifications?.map(({ message }) => message.text)).to.deep.equal([
      'Interrupted; partial results.',
    ]);
  });

  it('passes on warnings, which are no failure', async () => {
    const report = withTargets(await reportOf('conformant'), (target) => ({ ...target, warnings: ['one'] }));
    const invocation = runOf(report).invocations?.[0];
    expect(invocation?.executionSuccessful).to.equal(true);
    expect(invocation?.toolExecutionNotifications).to.deep.equal([
      { level: 'warning', message: { text: `${report.targets[0]?.url}: one.` } },
    ]);
  });

  for (const [where, hooks] of Object.entries(hostileServers)) {
    it(`holds hostile text in escapes, and makes no link of it: ${where}`, async () => {
      const { report } = await auditFixture('conformant', { probe: fewProbes }, hooks);
      const run = runOf(report);
      const texts = [
        ...(run.results ?? []).map(({ message }) => message.text ?? ''),
        ...(run.invocations?.[0]?.toolExecutionNotifications ?? []).map(({ message }) => message.text ?? ''),
      ];
      expect(texts.join(''))
        .to.match(/^[\x20-\x7e]+$/)
        .and.not.include('](');
      for (const { message } of run.results ?? []) {
        if (message.markdown !== undefined) expectTameNodes(message.markdown, resultCode);
      }
      expect(rendered(report)).to.match(/^[\x20-\x7e\n§…]+$/);
    });
  }
});

const folder = 'node_modules/@microsoft/sarif-multitool-linux';
const validator = path.resolve(folder, 'Sarif.Multitool');
const canValidate = process.platform === 'linux' && process.arch === 'x64' && existsSync(validator);

/** The messages of the validator about files, at the levels of errors and warnings. */
async function validatorMessages(files: readonly string[]): Promise<string[]> {
  // Its install script, which would do this, may not have run.
  chmodSync(validator, 0o755);
  const env = {
    ...process.env,
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1',
    // It would look whether the pages that are linked to are there: a closed port is all that it gets to see.
    HTTP_PROXY: 'http://127.0.0.1:1/',
    HTTPS_PROXY: 'http://127.0.0.1:1/',
    NO_PROXY: '',
  };
  const args = ['validate', ...files, '--rule-kind', 'Sarif;Ghas'];
  const { stdout } = await promisify(execFile)(validator, args, { env });
  expect(stdout).to.include(`Done. ${files.length} files scanned.`);
  return stdout.split('\n').filter((line) => /: (error|warning) /.test(line));
}

(canValidate ? describe : describe.skip)('the validator of GitHub’s rules (for Linux on x64)', function () {
  this.timeout(120_000);

  it('has nothing to say against reports of every kind', () =>
    withFolder(async (where) => {
      const report = await reportOf('prefix-parse');
      const wild = withTargets(
        withKnown(report, () => ({ reason: wildText })),
        (target) => ({
          ...target,
          label: wildText,
          warnings: [wildText],
          unexpectedPasses: [{ index: 0, probe: null, criterion: wildText, reason: wildText }],
        }),
      );
      const names = [
        'conformant',
        'answers-426',
        'not-http',
        'lists-differ',
        'version-on-101',
        'wrong-accept',
      ];
      const hostile = Object.values(hostileServers).map(
        async (hooks) => (await auditFixture('conformant', { probe: fewProbes }, hooks)).report,
      );
      const others = await Promise.all([
        ...names.map((name) => reportOf(name)),
        unreachableReport(),
        ...hostile,
      ]);
      const reports = [
        together(report, located(report, { file: 'a b/c#d.yaml', line: 3 }), ...others),
        { ...wild, partial: true },
        await reportOf('conformant'),
      ];
      const files = reports.map((_, i) => path.join(where, `${i}.sarif`));
      await Promise.all(reports.map((one, i) => writeFile(files[i] ?? '', rendered(one))));
      expect(await validatorMessages(files)).to.deep.equal([]);
    }));

  it('finds what is wrong', () =>
    withFolder(async (where) => {
      const report = await reportOf('prefix-parse');
      const files = [path.join(where, 'placeless.sarif'), path.join(where, 'ruleless.sarif')];
      await writeFile(files[0] ?? '', rendered(report, {}));
      await writeFile(files[1] ?? '', rendered(report).replace('"ruleIndex": 0', '"ruleIndex": 9'));
      const found = await validatorMessages(files);
      expect(found.some((line) => /placeless\.sarif.*error GH1015/.test(line))).to.equal(true);
      expect(found.some((line) => /ruleless\.sarif.*error SARIF1009/.test(line))).to.equal(true);
    }));
});
