/** Several targets in the report for people: rows, groups, each finding once, and how many lines that takes. */

import { expect } from 'chai';
import stringWidth from 'string-width';
import { createTerminalReporter } from '../../reporters/terminal.ts';
import { type Audited, auditFixture, changed, render, together } from '../support/render-report.ts';

const names = [
  'conformant',
  'prefix-parse',
  'accepts-any-version',
  'list-malformed',
  'not-http',
  'resets-without-response',
  'control-401',
  'no-list',
  'answers-426',
  'wrong-accept',
  'stays-open',
  'lists-differ',
];

const audits = new Map<string, Promise<Audited>>();

function audited(name: string): Promise<Audited> {
  const running = audits.get(name) ?? auditFixture(name, { closeTimeout: 300 });
  audits.set(name, running);
  return running;
}

/** So many targets that behave like the fixtures, one after the other, each under a URL of its own. */
async function targets(count: number, path = 'socket'): Promise<Audited> {
  const all = await Promise.all(names.map((name) => audited(name)));
  return together(
    Array.from({ length: count }, (_, i) => {
      const one = all[i % all.length];
      if (one === undefined) throw new Error('no target');
      return changed(one, (event) =>
        event.type === 'target-start' ? { ...event, url: `ws://host-${i}.staging.example/${path}` } : event,
      );
    }),
  );
}

const linesOf = (text: string): string[] => text.trimEnd().split('\n');

describe('several targets in the report for people', function () {
  this.timeout(60_000);

  it('take at most 80 lines where they are 12, none of them too long', async () => {
    for (const columns of [60, 80, 120, 200]) {
      const lines = linesOf(render(createTerminalReporter, await targets(12), { columns }));
      expect(lines.length, `${columns} columns`).to.be.at.most(80);
      const tooWide = lines.slice(0, -1).filter((line) => stringWidth(line) > columns);
      expect(tooWide).to.deep.equal([]);
    }
  });

  it('are grouped by what they do where they are many, in at most 150 lines', async () => {
    const lines = linesOf(render(createTerminalReporter, await targets(500), { columns: 100 }));
    expect(lines.length).to.be.at.most(150);
    expect(lines.join('\n')).to.match(
      /^✗ nonconformant {2}fail .*\n {6}42 targets, such as ws:\/\/host-1\.staging\.example\/socket {2}\w/m,
    );
    expect(lines.join('\n')).to.match(/^\[MUST\] .*\(not-http\): 42\s+targets$/m);
  });

  it('name what broke, and a target of each group, also where a name fills its line', async () => {
    const path = 'a/very/long/path/to/the/socket?of=all';
    const rows = linesOf(render(createTerminalReporter, await targets(12, path), { columns: 80 }));
    const place = rows.findIndex((line) => /^✗ +#2 nonconformant/.test(line));
    expect(rows.slice(place + 1, place + 3)).to.deep.equal([
      `      ws://host-1.staging.example/${path}`,
      '      prefix-parse',
    ]);
    const groups = linesOf(render(createTerminalReporter, await targets(60, path), { columns: 80 }));
    expect(groups.filter((line) => / targets, such as ws:/.test(line))).to.have.lengthOf(names.length);
    expect(groups).to.include('      prefix-parse');
  });

  it('are listed in the order in which they were given, whichever ends first', async () => {
    const run = await targets(3);
    const { events } = run;
    const late = [
      ...events.filter((event) => event.type === 'run-start'),
      ...[2, 0, 1].flatMap((index) => events.filter((event) => 'target' in event && event.target === index)),
      ...events.filter((event) => event.type === 'run-end'),
    ];
    for (const verbosity of ['normal', 'probes', 'quiet'] as const) {
      const text = render(createTerminalReporter, { ...run, events: late }, { verbosity });
      const hosts = [...text.matchAll(/host-(\d)\.staging/g)].map(([, host]) => Number(host));
      const rows = verbosity === 'normal' ? hosts : hosts.filter((host, i) => host !== hosts[i - 1]);
      expect(rows.slice(0, 3), verbosity).to.deep.equal([0, 1, 2]);
    }
  });

  it('have each finding once, the gravest first, with the targets that it hits', async () => {
    const text = render(createTerminalReporter, await targets(24), { columns: 120 });
    const found = linesOf(text).filter((line) => /^\[(MUST|SHOULD|MAY)\] /.test(line));
    const levels = found.map((line) => line.slice(0, line.indexOf(']') + 1));
    expect(levels).to.deep.equal(levels.toSorted());
    expect(found.filter((line) => line.includes('(not-http)'))).to.have.lengthOf(1);
    expect(text).to.match(/\(not-http\): #5, #17$/m);
    expect(text).to.match(/^\? .*401 Unauthorized.*\n(?: .*\n)*?.*#7, #19$/m);
  });

  it('are shown one by one with -v, and in rows behind that', async () => {
    const text = render(createTerminalReporter, await targets(2), { verbosity: 'probes', columns: 120 });
    expect(text.match(/^valid · /gm)).to.have.lengthOf(2);
    expect(text).to.match(/^ {5}verdict .*\n✓ #1 conformant .*\n✗ #2 nonconformant /m);
  });

  it('never end on a green line where the gate fails, nor on a red one where it passes and nothing failed', async () => {
    const last = async (count: number): Promise<string> =>
      linesOf(render(createTerminalReporter, await targets(count))).at(-1) ?? '';
    expect(await last(2)).to.match(/^✗ 2 targets: .*gate: fail/);
    const good = together([await audited('conformant'), await audited('conformant')]);
    expect(linesOf(render(createTerminalReporter, good)).at(-1)).to.match(/^✓ 2 targets: .*gate: pass/);
  });
});
