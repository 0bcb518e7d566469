/** The summary in Markdown. Read by a parser of its own, nothing in it is what it should not be. */

import { expect } from 'chai';
import pLimit from 'p-limit';
import { fixtures } from '../../fixtures/catalogue.ts';
import { createMarkdownReporter } from '../../reporters/markdown.ts';
import { expectGolden } from '../support/golden-text.ts';
import { fewProbes, hostile, hostileServers } from '../support/hostile-texts.ts';
import {
  type Audited,
  auditFixture,
  changed,
  render,
  together,
  withResult,
} from '../support/render-report.ts';
import { expectTameNodes, expectTameText, nodesOf } from '../support/tame-markdown.ts';

const summary = (audited: Audited, room?: number): string =>
  render(createMarkdownReporter, audited, room === undefined ? {} : { room });

function withLabel(audited: Audited, label: string): Audited {
  return changed(audited, (event) => (event.type === 'target-start' ? { ...event, label } : event));
}

const isTable = (line: string): boolean => line.startsWith('| ');

/** The cells of a row, told apart as GFM does: by every pipe without a backslash before it. */
function cellsOf(row: string): string[] {
  return row
    .replace(/^\| |\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** Lines of an exchange, or commands. */
const codeBlock = /^(?:(?:[<>=#]|curl|printf|\{|handshake13)(?: [\x20-\x7e]*)?(?:\n|$))+$/;

/** Nothing of the kinds that we do not write, no link but to a clause, no text that a forge makes something of. */
function expectTame(text: string): void {
  const rows = text.split('\n').filter(isTable);
  for (const row of rows) expect(cellsOf(row), row).to.have.lengthOf(6);
  // The parser knows no tables: the cells are read as paragraphs.
  const rest = text.split('\n').filter((line) => !isTable(line));
  const cells = rows.slice(2).flatMap(cellsOf);
  for (const part of [rest.join('\n'), ...cells]) expectTameNodes(part, codeBlock);
  expectTameText(text);
}

describe('the summary in Markdown', function () {
  this.timeout(180_000);

  it('reads as it is kept in golden/markdown.md', async () => {
    const audited = together([
      await auditFixture('conformant', { probe: fewProbes }),
      await auditFixture('control-401', { probe: fewProbes }),
      withLabel(
        await auditFixture('answers-426-bare', { probe: ['malformed/*', 'unsupported/*'] }),
        'chat | new',
      ),
    ]);
    const text = summary(audited);
    expectGolden('markdown.md', text);
    expectTame(text);
  });

  for (const name of [
    'conformant',
    'prefix-parse',
    'accepts-any-version',
    'list-malformed',
    'not-http',
    'falls-over',
  ]) {
    it(`is Markdown of our making: ${name}`, async () => {
      const audited = await auditFixture(name, { closeTimeout: 500 });
      const text = summary(audited);
      expectTame(text);
      for (const { title, level } of audited.report.targets[0]?.findings ?? []) {
        expect(text).to.match(new RegExp(`^### \\d+\\. \\\\\\[${level}\\] `, 'm'));
        const words = nodesOf(text).map(({ value }) => value ?? '');
        expect(words.join('')).to.include(title);
      }
    });
  }

  it('says first what broke', async () => {
    const right = await auditFixture('conformant', { probe: fewProbes });
    const wrong = await auditFixture('number-conversion', { probe: ['malformed/hex'] });
    const lines = summary(together([right, right, wrong])).split('\n');
    expect(lines[0]).to.equal('## handshake13: nonconformant');
    expect(lines[2]).to.match(/^3 targets: 0 conformant, 2 passed, 1 nonconformant, 0 inconclusive, in /);
    const [, , first = '', second = ''] = lines.filter(isTable);
    expect(cellsOf(first)).to.deep.equal([
      '✗ nonconformant',
      'fail',
      `\`${wrong.url}\``,
      `${wrong.report.targets[0]?.score.percent}%`,
      '1 MUST',
      `**\\[MUST]** ${wrong.report.targets[0]?.findings[0]?.title}`,
    ]);
    expect(cellsOf(second).slice(0, 2)).to.deep.equal(['✓ passed (4 of 107 probes)', 'pass']);
    expect(lines.filter((line) => /^<\/?[ds]/.test(line))).to.deep.equal([
      '<details open>',
      `<summary>✗ <code>${wrong.url}</code> 1 MUST</summary>`,
      '</details>',
    ]);
  });

  it('says why a target could not be judged, and what to know before it is trusted', async () => {
    const audited = changed(await auditFixture('control-401', { probe: fewProbes }), (event) =>
      event.type === 'target-start'
        ? { ...event, proxy: 'http://proxy.example:3128', warnings: ['the certificate was not checked'] }
        : event,
    );
    const text = summary(audited);
    expect(text).to.match(/^\*\*proxy\*\*: `http:\/\/proxy\.example:3128`$/m);
    expect(text).to.match(/^## handshake13: inconclusive\n/);
    expect(text).to.match(/^\*\*inconclusive\*\*: .*401 Unauthorized/m);
    expect(text).to.match(/^\*\*warning\*\*: the certificate was not checked$/m);
  });

  it('says that it is a part where the run was interrupted', async () => {
    const audited = changed(await auditFixture('conformant', { probe: fewProbes }), (event) =>
      event.type === 'run-end' ? { ...event, partial: true } : event,
    );
    expect(summary(audited)).to.match(/^## handshake13: inconclusive\n\n.*interrupted; partial results/);
  });

  it('keeps apart what is known, and names what passes against expectation', async () => {
    const audited = withResult(
      await auditFixture('answers-426-bare', { probe: fewProbes }),
      ({ findings: [first, ...others] }) => ({
        findings: [
          ...(first === undefined
            ? []
            : [
                {
                  ...first,
                  known: [{ reason: 'old </details> client', owner: '@team', until: '2027-01-31' }],
                },
              ]),
          ...others.map((finding) => ({ ...finding, expired: [{ reason: 'see #11', until: '2020-01-31' }] })),
        ],
        unexpectedPasses: [
          {
            index: 0,
            probe: 'malformed/word',
            criterion: 'status',
            reason: 'see #12',
            location: { file: 'known.yaml', line: 4 },
          },
        ],
      }),
    );
    const [target] = audited.report.targets;
    const [known, fresh] = target?.findings ?? [];
    const text = summary(audited);
    expectTame(text);
    expect(text).to.include(`### 1. \\[${fresh?.level}] ${fresh?.title}\n`);
    expect(text).to.include(
      `### 3 known failures (in baseline, not counted)\n\n- **\\[${known?.level}]** ${known?.title}: old \`</details>\` client (\`@team\`, until 2027-01-31)\n`,
    );
    expect(text).to.include(
      '### Unexpected passes\n\n- known.yaml:4: malformed/word (status) no longer fails; run again with --update-baseline; known failure: see `#12`\n',
    );
    expect(text).to.match(/\| 1 (SHOULD|MUST), 1 known, 1 unexpected pass \|/);
    expect(text).to.include('- **expired** known until 2020-01-31, which has passed: see `#11`\n');
  });

  it('says that the run fails by what passes alone', async () => {
    const audited = withResult(await auditFixture('conformant', { probe: fewProbes }), () => ({
      gate: 'fail',
      unexpectedPasses: [{ index: 0, probe: 'malformed/word', criterion: 'status', reason: 'old' }],
    }));
    const text = summary(audited);
    expect(text).to.match(
      /^1 target: 0 conformant, 1 passed, .*, 1 unexpected pass, in .*; gate: fail \(1 entry of the baseline no longer fails\)/m,
    );
    expect(text).to.match(
      /^\| ✗ passed \(4 of 107 probes\) \| fail \|.*\| 1 unexpected pass \| entry 1 of the baseline: malformed\/word \(status\) no longer fails \|$/m,
    );
    expect(text).to.match(/^<summary>✗ .* 1 unexpected pass<\/summary>$/m);
  });

  it('begins the section of a target with its scores', async () => {
    const text = summary(await auditFixture('prefix-parse', { probe: ['malformed/trailing-text'] }));
    expect(text).to.match(
      /<\/summary>\n\nreturned 400 1\/2, version list 0\/1, omitted on success 1\/1, closed the socket 0\/1; core 1 of 2, all 1 of 2 probes\n/,
    );
  });

  for (const [where, hooks] of Object.entries(hostileServers)) {
    it(`cannot be broken out of by hostile text ${where}`, async () => {
      const audited = await auditFixture('conformant', { probe: fewProbes }, hooks);
      const text = summary(audited);
      expectTame(text);
      // What is not HTTP is described, not quoted.
      if (!where.startsWith('instead')) expect(text).to.match(/octocat|\\x1b\[31mred/);
    });
  }

  it('cannot be broken out of by labels, reasons and commands', async () => {
    const values = [
      hostile,
      '```\n\n# a\n\n```',
      '`',
      '``',
      ' ` ',
      '\\`</code>\\|',
      'a | b || c',
      '</details><script>',
      '- a\n- b\n1. c\n> d\n===\n---\n| e |\n| - |',
      '[a](http://evil.example) ![b][c]\n\n[c]: http://evil.example',
      '\u202e\u2066\0\x1b[2J\u2028',
      '@octocat/team, #1; (@a) "#2" GH-7 a@b.example',
      'Чат 聊天',
      '',
      ' ',
    ];
    const audited = await auditFixture('number-conversion', { probe: ['malformed/hex'] });
    for (const value of values) {
      const labelled = withResult(withLabel(audited, value), ({ findings }) => ({
        findings: [
          ...findings,
          ...findings.map((finding) => ({ ...finding, known: [{ reason: value, owner: value }] })),
        ],
        unexpectedPasses: [{ index: 0, probe: null, criterion: value, reason: value, until: value }],
        reason: value,
      }));
      expectTame(summary(labelled));
    }
    expect(summary(withLabel(audited, 'Чат 聊天'))).to.include(
      `<summary>✗ <code>Чат 聊天 ${audited.url}</code> 1 MUST</summary>`,
    );
  });

  it('folds the details of each target, and writes once what several have in common', async () => {
    const first = await auditFixture('number-conversion', { probe: ['malformed/*'] });
    const second = await auditFixture('number-conversion', { probe: ['malformed/*'] });
    const other = await auditFixture('answers-404', { probe: ['malformed/*'] });
    const text = summary(together([first, withLabel(second, 'blue'), other]));
    expectTame(text);
    const [, ...parts] = text.split('<details>\n');
    expect(
      parts.map((part) => /^<summary>✗ <code>(.*)<\/code> [^<]+<\/summary>\n/.exec(part)?.[1]),
    ).to.deep.equal([first.url, `blue ${second.url}`, other.url]);
    for (const part of parts) expect(part).to.match(/\n\n<\/details>\n$/m);
    const [full = '', short = '', another = ''] = parts;
    for (const part of [full, another]) {
      for (const name of ['impact', 'fix', 'clause']) expect(part).to.include(`\n- **${name}** `);
    }
    expect(full).to.include('\n- **cause** ').and.include('\ncurl -si ');
    expect(short)
      .to.include(`\n- cause, impact and fix: as at \`${first.url}\`\n`)
      .and.include('\n- **got** 101\n')
      .and.include(`\nhandshake13 ${second.url} --probe malformed/leading-zero -vv\n`)
      .and.not.match(/\*\*(?:cause|impact|fix)\*\*/);
  });

  it('opens the details of what must be known before a target is trusted', async () => {
    const wrong = await auditFixture('number-conversion', { probe: ['malformed/hex'] });
    const warned = changed(await auditFixture('conformant', { probe: fewProbes }), (event) =>
      event.type === 'target-start' ? { ...event, warnings: ['the certificate was not checked'] } : event,
    );
    const text = summary(together([wrong, warned]));
    expect(text.match(/^<details.*$/gm)).to.deep.equal(['<details>', '<details open>']);
  });

  describe('is bounded', () => {
    const limit = 60_000;
    let audited: Audited;
    before(async () => {
      audited = await auditFixture('accepts-any-version', { closeTimeout: 500 });
    });

    /** The same target many times over, under names that tell them apart. */
    const many = (count: number): Audited =>
      together(Array.from({ length: count }, (_, i) => withLabel(audited, `${'x'.repeat(150)}-${i}-`)));

    /** The targets whose details are there at least in part. */
    const detailed = (text: string): string[] => text.match(/^<summary>.*$/gm) ?? [];

    it('for fifty servers with different faults, and counts what it leaves out', async () => {
      const turns = pLimit(6);
      const names = fixtures.filter(({ conformant }) => !conformant).map(({ name }) => name);
      const audits = await Promise.all(
        names
          .filter((name) => !/never|503|limits|falls-over|control/.test(name))
          .slice(0, 50)
          .map((name) => turns(() => auditFixture(name, { closeTimeout: 300, responseTimeout: 1000 }))),
      );
      expect(audits).to.have.lengthOf(50);
      const all = together(audits);
      const text = summary(all);
      expect(text.length).to.be.within(limit * 0.9, limit);
      expectTame(text);
      expect(text.split('\n').filter(isTable), 'every target is in the table').to.have.lengthOf(52);
      const [, parts, targets] =
        /\n\nLeft out, to stay within 60000 bytes: (\d+) parts of the details, of (\d+) targets\. .*\n$/.exec(
          text,
        ) ?? [];
      const shown = detailed(text).length;
      const blocks = all.report.targets.flatMap(({ findings }) => findings).length;
      const written = text.match(/^### /gm)?.length ?? 0;
      expect(Number(parts)).to.equal(blocks - written);
      const withFindings = all.report.targets.filter(({ findings }) => findings.length > 0).length;
      expect(Number(targets)).to.be.within(withFindings - shown, 51 - shown);
      expect(shown).to.be.greaterThan(10);
      expect(text.match(/^<\/details>$/gm)).to.have.lengthOf(shown);
    });

    it('and fifty of the same kind are all there', () => {
      const text = summary(
        together(Array.from({ length: 50 }, (_, i) => withLabel(audited, `staging-${i}`))),
      );
      expect(text.length).to.be.below(limit);
      expect(detailed(text)).to.have.lengthOf(50);
      expect(text).to.not.include('Left out');
    });

    it('and leaves out the details of the later targets first', () => {
      const text = summary(many(1000), 1_000_000);
      expect(Buffer.byteLength(text)).to.be.at.most(1_000_000);
      expect(text.split('\n').filter(isTable), 'every target is in the table').to.have.lengthOf(1002);
      const listed = detailed(text).map((line) => Number(/-(\d+)-/.exec(line)?.[1]));
      expect(listed).to.deep.equal(listed.map((_, i) => i));
      expectTame(text.slice(text.lastIndexOf('<details>\n', text.length - 20_000)));
      const left = /, of (\d+) targets\. .*\n$/.exec(text)?.[1];
      expect(Number(left ?? 0)).to.be.within(1000 - listed.length, 1001 - listed.length);
    });

    it('and leaves out rows where the table alone is too long', () => {
      const text = summary(many(300));
      expect(Buffer.byteLength(text)).to.be.at.most(limit);
      expectTame(text);
      const rows = text.split('\n').filter(isTable).length - 2;
      expect(rows).to.be.within(50, 299);
      expect(text).to.include(`\n${300 - rows} more targets are not shown.\n`);
      expect(text).to.match(/\nLeft out, to stay within 60000 bytes: \d+ parts /);
    });

    it('by the room that there is', () => {
      const whole = summary(audited);
      for (let room = Buffer.byteLength(whole) + 400; room > 1500; room -= 500) {
        const text = summary(audited, room);
        expect(Buffer.byteLength(text)).to.be.at.most(room);
        expect(
          text === whole ||
            /\nLeft out, to stay within \d+ bytes: \d+ parts? of the details, of 1 target\. /.test(text),
        ).to.equal(true);
        expectTame(text);
      }
      expect(() => summary(audited, 300)).to.throw('a summary does not fit in 300 bytes');
      expect(() => summary(audited, -5)).to.throw('a summary does not fit');
    });

    it('whatever the length of a name, an address or a text', () => {
      const long = withResult(withLabel(audited, '\u202e@'.repeat(600_000)), ({ findings }) => ({
        findings: findings.map((finding) => ({
          ...finding,
          title: '<\0'.repeat(500_000),
          detail: '`'.repeat(500_000),
          actual: '|'.repeat(500_000),
        })),
      }));
      const text = summary(long);
      expect(Buffer.byteLength(text)).to.be.at.most(limit);
      expectTame(text);
    });
  });
});
