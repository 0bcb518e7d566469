/** Bug reports for the maintainers of a server: complete, true, tame, and of use to somebody without this tool. */

import { expect } from 'chai';
import pLimit from 'p-limit';
import { findFixture, fixtures } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { audit, type Report } from '../../index.ts';
import { createIssueReporter } from '../../reporters/issue.ts';
import { causes } from '../../scoring/causes.ts';
import { expectGolden } from '../support/golden-text.ts';
import { fewProbes, hostileServers } from '../support/hostile-texts.ts';
import { runInShell, shells } from '../support/posix-shell.ts';
import { auditFixture, renderReport } from '../support/render-report.ts';
import { reportOf, together, unreachableReport, withKnown, withTargets } from '../support/reports.ts';
import { expectTameNodes, expectTameText, nodesOf } from '../support/tame-markdown.ts';

const rendered = (report: Report): string => renderReport(createIssueReporter, report);

/** The reports of a file, one for each finding. */
function issuesOf(report: Report): string[] {
  return rendered(report).split('\n***\n\n');
}

/** The text of a part, without its heading. */
function section(issue: string | undefined, title: string): string {
  return (
    (issue ?? '')
      .split(/^## /m)
      .find((part) => part.startsWith(`${title}\n`))
      ?.slice(title.length + 2) ?? ''
  );
}

const transcriptOf = (issue: string | undefined): string =>
  /```\n([\s\S]*?)\n```/.exec(issue ?? '')?.[1] ?? '';

const commandsOf = (issue: string): string =>
  nodesOf(issue).find(({ type, lang }) => type === 'code' && lang === 'sh')?.value ?? '';

const headings = ['What happens', 'Expected', 'Got', 'Reproduce', 'Impact', 'Probable cause', 'Fix'];

/** Lines of an exchange, or commands, each with what to look for. */
const codeBlock =
  /^(?:[<>=] ?[\x20-\x7e]*(?:\n|$))*$|^(?:(?:curl|printf|\{) [\x20-\x7e]+\n# [\x20-\x7e]+(?:\n|$))+$/;

function expectTame(text: string): void {
  expectTameNodes(text, codeBlock);
  expectTameText(text);
}

const faulty = fixtures
  .filter(({ name, conformant }) => !conformant && !/never|503|limits/.test(name))
  .map(({ name }) => name);

const faultyReport = (name: string): Promise<Report> => reportOf(name, { responseTimeout: 1000 });

describe('the bug reports', function () {
  this.timeout(60_000);

  before(() => {
    const turns = pLimit(6);
    for (const name of faulty) void turns(() => faultyReport(name)).catch(() => {});
  });

  it('read as they are kept in golden/issue.md', async () => {
    const text = rendered(
      together(
        await reportOf('number-conversion', { probe: ['malformed/*'] }),
        await reportOf('answers-426-bare', { probe: ['malformed/*'] }),
      ),
    );
    expectGolden('issue.md', text);
    expectTame(text);
  });

  for (const name of faulty) {
    it(`have every part, one report for each finding: ${name}`, async () => {
      const report = await faultyReport(name);
      const text = rendered(report);
      expectTame(text);
      const findings = report.targets.flatMap((target) => target.findings);
      if (findings.length === 0) return;
      const issues = issuesOf(report);
      expect(issues).to.have.lengthOf(findings.length);
      for (const finding of findings) {
        const issue = issues.find((one) => one.includes(`: \`${finding.id}\``)) ?? '';
        const found = [...issue.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
        expect(found).to.deep.equal(
          headings.filter((title) => title !== 'Probable cause' || finding.cause !== null),
        );
        expect(nodesOf(issue).filter(({ depth }) => depth === 1)).to.have.lengthOf(1);
        expect(section(issue, 'Expected')).to.match(
          /\n- \[(?:RFC \d+ §[\d.]+|MDN, Sec-WebSocket-Version)\]\(https:/,
        );
        expect(transcriptOf(issue)).to.match(/^> .*\n[\s\S]* {2}<-- \S/);
        expect(issue).to.not.include('undefined');
        // They speak of the server, except for the last line.
        const aboutServer = issue.trimEnd().split('\n').slice(0, -1).join('\n');
        expect(aboutServer).to.not.match(/handshake13|profile|baseline|--fail-on/);
      }
    });
  }

  it('mark the line that decides', async () => {
    const marked = async (name: string, probe?: string): Promise<string[]> => {
      const report = await reportOf(name, probe === undefined ? {} : { probe: [probe] });
      return transcriptOf(issuesOf(report)[0])
        .split('\n')
        .filter((line) => line.includes('<--'))
        .map((line) => line.replace(/ +<--/, ' <--'));
    };
    expect(await marked('number-conversion')).to.deep.equal([
      '< HTTP/1.1 101 Switching Protocols <-- expected 400',
    ]);
    expect(await marked('answers-404')).to.deep.equal(['< HTTP/1.1 404 Not Found <-- expected 400']);
    expect(await marked('no-list')).to.deep.equal([
      '< <-- no Sec-WebSocket-Version; expected Sec-WebSocket-Version with 13',
    ]);
    expect(await marked('list-malformed')).to.deep.equal([
      '< Sec-WebSocket-Version: 13, x <-- expected Sec-WebSocket-Version with 13',
    ]);
    expect(await marked('version-on-101')).to.deep.equal([
      '< Sec-WebSocket-Version: 13 <-- expected no Sec-WebSocket-Version',
    ]);
    const [open, ...more] = await marked('stays-open');
    expect(more).to.deep.equal([]);
    expect(open).to.match(/^= left open by the server: .* <-- expected the connection closed by the server$/);
    expect(await marked('connection-twice')).to.deep.equal([
      '< Connection: Upgrade <-- expected Upgrade: websocket, Connection: Upgrade',
      '< Connection: Upgrade <-- expected Upgrade: websocket, Connection: Upgrade',
    ]);
    expect((await marked('no-accept-upgrade-field')).join()).to.match(/^< <-- no Upgrade field; expected /);
    expect((await marked('bare-lf')).join()).to.match(/^< \\n <-- a line of the head ends in LF alone/);
    expect((await marked('masked-frame')).join()).to.match(
      /^< \\x81\\x82.* <-- expected only a server frame/,
    );
    expect((await marked('not-http')).join()).to.match(
      /^< Unsupported WebSocket version\\n <-- expected 400$/,
    );
    expect((await marked('answers-behind-refusal', 'after-refusal/pipelined')).join()).to.match(
      /^< HTTP\/1\.1 101 Switching Protocols <-- expected no 101 after the refusal$/,
    );
    expect((await marked('closes-without-response')).join()).to.match(
      /^= closed by the server \(FIN\) after .* <-- no response: the connection was closed; expected 400$/,
    );
    expect((await marked('lists-differ')).length).to.equal(2);
  });

  it('have commands that show the fault when they are pasted into a shell', async () => {
    for (const [nth, name] of [
      'number-conversion',
      'no-list',
      'lists-differ',
      'answers-behind-refusal',
    ].entries()) {
      const fixture = findFixture(name);
      if (fixture === undefined) throw new Error(`no fixture is called ${name}`);
      const server = await startFixture(fixture);
      try {
        const report = await audit(server.url, { closeTimeout: 500 }).report();
        const [issue = ''] = issuesOf(report);
        const output = (await runInShell(shells[nth % 2] ?? 'dash', commandsOf(issue))).toString('latin1');
        const shown = transcriptOf(issue)
          .split('\n')
          .filter((line) => /^< (?:HTTP\/|Sec-WebSocket-Version:)/.test(line))
          .map((line) => line.slice(2).replace(/ +<--.*/, ''));
        expect(shown, name).to.not.have.lengthOf(0);
        expect(output.split(/\r?\n/), `${name}\n${commandsOf(issue)}`).to.include.members(shown);
      } finally {
        await server.close();
      }
    }
  });

  it('name the variables that stand for secrets, and hold none', async () => {
    const report = await reportOf('number-conversion', {
      headers: [['Authorization', 'Bearer hunter2']],
      probe: ['malformed/hex'],
    });
    const text = rendered(report);
    expect(text).to.not.include('hunter2');
    expect(text).to.include('\nSet these environment variables first: `AUTHORIZATION`.\n');
    expect(commandsOf(text)).to.include(`'Authorization: '"$AUTHORIZATION"`);
  });

  it('report the same fault once, with the addresses that have it', async () => {
    const report = await reportOf('number-conversion', { probe: ['malformed/hex'] });
    const at = (url: string): Report => withTargets(report, (target) => ({ ...target, url }));
    const all = together(report, at('ws://127.0.0.1:1/a'), at('ws://127.0.0.1:1/b'));
    const issues = issuesOf(all);
    expect(issues).to.have.lengthOf(1);
    expect(section(issues[0], 'What happens')).to.include(`Seen at \`${report.targets[0]?.url}\``);
    expect(issues[0]).to.include(
      '\n2 more addresses have the same fault:\n\n- `ws://127.0.0.1:1/a`\n- `ws://127.0.0.1:1/b`\n',
    );
    const many = together(report, ...Array.from({ length: 20 }, (_, i) => at(`ws://127.0.0.1:1/${i}`)));
    expect(issuesOf(many)[0]).to.include('\n- and 8 more addresses\n');
  });

  it('go to the maintainers of one server each', async () => {
    const report = await reportOf('number-conversion', { probe: ['malformed/hex'] });
    const served = (by: string): Report =>
      withTargets(report, (target) => ({
        ...target,
        probes: target.probes.map((probe) => {
          const { exchange } = probe;
          const { response } = exchange;
          if (response === null) return probe;
          const fields = [...response.fields, ['Server', by] as const];
          return { ...probe, exchange: { ...exchange, response: { ...response, fields } } };
        }),
      }));
    expect(issuesOf(together(served('a/1'), served('b/1')))).to.have.lengthOf(2);
    expect(issuesOf(together(served('a/1'), served('a/1')))).to.have.lengthOf(1);
  });

  it('put the gravest first', async () => {
    const report = await reportOf('answers-426-bare', { probe: fewProbes });
    const levels = issuesOf(together(report, report)).map(
      (issue) => /\((MUST|SHOULD)\), by:/.exec(issue)?.[1],
    );
    expect(levels).to.deep.equal(['MUST', 'SHOULD']);
  });

  it('hold what a baseline knows, without what it says of it', async () => {
    const report = await reportOf('number-conversion', { probe: ['malformed/hex'] });
    const known = withKnown(report, () => ({ reason: 'see the ticket', owner: 'ops' }));
    expect(rendered(known)).to.equal(rendered(report));
  });

  it('say what must be known of the way to the server', async () => {
    const report = withTargets(
      await reportOf('number-conversion', { probe: ['malformed/hex'] }),
      (target) => ({
        ...target,
        proxy: 'http://proxy.example:3128/',
        warnings: ['the certificate was not checked'],
      }),
    );
    expect(rendered(report))
      .to.include(', through the proxy `http://proxy.example:3128/`, in answer to ')
      .and.include('\n**Note**: the certificate was not checked\n');
  });

  it('are none where there is nothing to report, and say so', async () => {
    const report = together(await reportOf('conformant', { probe: fewProbes }), await unreachableReport());
    const text = rendered(report);
    expectTame(text);
    expect(text).to.match(
      /^# Nothing to report\n\n- `ws:.*`: passed \(4 of \d+ probes\)\n- `ws:.*`: inconclusive; 127\.0\.0\.1:\d+: the connection was refused/,
    );
    expect(rendered({ ...report, targets: [] })).to.equal('# Nothing to report\n\nNo target was audited.\n');
    expect(rendered({ ...report, partial: true })).to.include(
      '\nThe run was interrupted; partial results.\n',
    );
  });

  for (const [where, hooks] of Object.entries(hostileServers)) {
    it(`cannot be broken out of by hostile text ${where}`, async () => {
      const { report } = await auditFixture('conformant', { probe: fewProbes }, hooks);
      expectTame(rendered(report));
    });
  }

  it('lose nothing but what is about the profiles of this tool', () => {
    for (const [id, { detail, fix }] of Object.entries(causes)) {
      expect(`${detail} ${fix}`, id).to.not.match(/\bprofile\b/);
    }
  });
});
