/** The report for people: its width, its glyphs, its colours, and that nothing from the wire gets through raw. */

import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import stringWidth from 'string-width';
import { createTerminalReporter } from '../../reporters/terminal.ts';
import { expectGolden } from '../support/golden-text.ts';
import { fewProbes, hostileServers } from '../support/hostile-texts.ts';
import {
  type Audited,
  auditFixture,
  changed,
  type RenderOptions,
  render,
  together,
  withResult,
} from '../support/render-report.ts';

const rendered = (audited: Audited, options?: RenderOptions): string =>
  render(createTerminalReporter, audited, options);

/** Findings of many kinds, long lists of probes, long values, and targets that cannot be judged. */
const names = [
  'conformant',
  'prefix-parse',
  'accepts-any-version',
  'list-malformed',
  'not-http',
  'resets-without-response',
  'control-401',
  'control-301',
  'falls-over',
  'ignores-http-version',
];

const audits = new Map<string, Promise<Audited>>();

function audited(name: string): Promise<Audited> {
  const running = audits.get(name) ?? auditFixture(name, { closeTimeout: 500 });
  audits.set(name, running);
  return running;
}

/** May be wider than the terminal: they are there to be copied, or to be found by a search. */
const inOnePiece = /^ {2}(reproduce|recheck) |^ {12}# |^\S (conformant|nonconformant|inconclusive) /;

describe('the report for people', function () {
  this.timeout(30_000);

  for (const columns of [60, 80, 200]) {
    it(`fits into ${columns} columns`, async () => {
      for (const name of names) {
        for (const unicode of [true, false]) {
          for (const verbosity of ['normal', 'probes'] as const) {
            const lines = rendered(await audited(name), { columns, unicode, verbosity }).split('\n');
            const tooWide = lines.filter((line) => stringWidth(line) > columns && !inOnePiece.test(line));
            expect(tooWide, `${name}, ${verbosity}`).to.deep.equal([]);
          }
        }
      }
    });
  }

  it('fits into the columns with every octet shown', async () => {
    for (const name of ['prefix-parse', 'not-http', 'accepts-any-version']) {
      const lines = rendered(await audited(name), { columns: 100, verbosity: 'bytes' }).split('\n');
      // An escaped byte takes up to four columns, and what is kept of a long line is measured in bytes.
      const tooWide = lines.filter(
        (line) => stringWidth(line) > 100 && !inOnePiece.test(line) && !/ \[\.\.\.\] |\\x/.test(line),
      );
      expect(tooWide, name).to.deep.equal([]);
    }
  });

  it('uses the room of a wide terminal for the titles', async () => {
    const report = await audited('conformant');
    expect(rendered(report, { columns: 80, verbosity: 'probes' })).to.match(/two fields, 13 then[a-z0-9 ]*…/);
    expect(rendered(report, { columns: 200, verbosity: 'probes' })).to.match(
      /two fields, 13 then 99 under a lower-case name/,
    );
  });

  it('cuts no title of a probe that failed, and shows none where there is no room', async () => {
    const report = await audited('accepts-any-version');
    const narrow = rendered(report, { columns: 80, verbosity: 'probes' });
    expect(narrow).to.match(
      /^ {2}✗ mixed-case-names +101 .*\n {6}two fields, 13 then 99 under a lower-case name$/m,
    );
    expect(narrow).not.to.match(/^ {2}✗ .*…/m);
    expect(rendered(report, { columns: 60, verbosity: 'probes' })).to.match(/^ {2}✓ padded-value +101 /m);
  });

  it('shows the answers of a probe whose tries differ', async () => {
    const report = await auditFixture(
      'conformant',
      { probe: ['missing/*'], concurrency: 1 },
      { answer: (nth, judged) => (nth === 2 ? { bytes: '', afterwards: 'close' } : judged()) },
    );
    const text = rendered(report);
    expect(text.replaceAll(/\s+/g, ' ')).to.include(
      'unstable missing/absent: no response: the connection was closed, then 400',
    );
    expect(text).to.match(/^ {2}\? missing 4\/5 {2}no verdict \(400\): absent$/m);
    expect(rendered(await audited('conformant')), 'and nothing where they do not').to.not.include('unstable');
  });

  it('is pure ASCII where more cannot be shown', async () => {
    for (const name of names) {
      for (const verbosity of ['normal', 'bytes', 'quiet'] as const) {
        const text = rendered(await audited(name), { unicode: false, verbosity });
        expect(text, name).to.match(/^[\x20-\x7e\n]+$/);
      }
    }
  });

  it('has no escape codes where there are no colours, and says the same with them', async () => {
    for (const name of names) {
      for (const verbosity of ['normal', 'bytes', 'quiet'] as const) {
        const plain = rendered(await audited(name), { verbosity });
        const colored = rendered(await audited(name), { verbosity, colorLevel: 1 });
        expect(plain.includes('\x1b'), name).to.equal(false);
        expect(colored.includes('\x1b['), name).to.equal(true);
        expect(stripVTControlCharacters(colored), name).to.equal(plain);
      }
    }
  });

  it('says of every finding what was sent, expected and got, why it matters, and what to do', async () => {
    const { report } = await audited('prefix-parse');
    const text = rendered(await audited('prefix-parse'), { verbosity: 'probes' });
    const [finding] = report.targets[0]?.findings ?? [];
    expect(text).to.include(`1 [${finding?.level}] ${finding?.title}`);
    for (const label of [
      'sent',
      'got',
      'cause',
      'impact',
      'fix',
      'clause',
      'probes',
      'reproduce',
      'recheck',
    ]) {
      expect(text).to.match(new RegExp(`^  ${label} +\\S`, 'm'));
    }
    for (const id of finding?.probes ?? []) expect(text).to.match(new RegExp(`[/ ]${id.split('/')[1]}\\b`));
  });

  it('shows every exchange when it is verbose, byte by byte', async () => {
    const report = await audited('prefix-parse');
    const text = rendered(report, { verbosity: 'bytes' });
    const requests = text.match(/^ {4}> (GET|POST|OPTIONS) \/(?: HTTP\/[12]\.[01])?\\r\\n$/gm);
    const sent = report.report.targets.flatMap(({ probes }) =>
      probes.flatMap(({ exchange, earlierExchanges }) => [...earlierExchanges, exchange]),
    );
    // The follow-ups and the last control are shown as well; not shown so: HEAD, the absolute form, an empty line first.
    expect(requests?.length).to.be.within(sent.length - 3, sent.length + 3);
    expect(text).to.include('    > Sec-WebSocket-Version: 1\\03\\r\\n\n'.replace('\\03', '\\03'));
    expect(text).to.match(/^ {4}< HTTP\/1\.1 101 Switching Protocols\\r\\n$/m);
    expect(text).to.match(/^ {4}= closed by the server \(FIN\) after \d+(\.\d)? ms$/m);
    expect(text).to.match(/^ {4}= client sent Close after \d+(\.\d)? ms$/m);
  });

  it('takes at most 12 lines for a conformant server', async () => {
    for (const columns of [60, 80, 120, 200]) {
      const lines = rendered(await audited('conformant'), { columns })
        .trimEnd()
        .split('\n');
      expect(lines.length, `${columns} columns`).to.be.at.most(12);
      expect(lines[0]).to.match(/^✓ conformant /);
      expect(lines.at(-1)).to.match(/^✓ conformant · gate: pass · /);
    }
  });

  it('says how to see more at the end of the last line, and before it where that would be too wide', async () => {
    const report = await audited('list-malformed');
    expect(rendered(report, { columns: 120 })).to.match(/\n\n✗ nonconformant · .* · -v: all probes\n$/);
    expect(rendered(report, { columns: 60 })).to.match(/\n\n-v: all probes\n✗ nonconformant · .* s\n$/);
  });

  it('shows the lines of the answer that the verdict names, and no others', async () => {
    const text = rendered(await audited('list-malformed'));
    expect(text).to.match(
      /^ {2}got {7}HTTP\/1\.1 400 Bad Request\n {12}Sec-WebSocket-Version: \S+, \S+\s+✗ expected /m,
    );
    expect(text).to.not.match(/^ {12}(Content-Length|Connection): /m);
    expect(rendered(await audited('resets-without-response'))).to.match(/^ {2}got {7}✗ .*; expected /m);
  });

  it('names what fails in every family that does not pass', async () => {
    const text = rendered(await audited('prefix-parse'), { columns: 200 });
    expect(text).to.match(/^ {2}✓ valid 22\/22 .*missing 5\/5/m);
    expect(text).to.match(/^ {2}✗ malformed \d+\/23 {2}101: (?:[a-z-]+, )*trailing-text/m);
    const framing = await auditFixture('wrong-accept', { probe: ['valid/*'] });
    expect(rendered(framing)).to.match(
      /^ {2}✗ valid 0\/22 {2}101 fails correct Sec-WebSocket-Accept: all 22$/m,
    );
    expect(rendered(framing, { verbosity: 'probes', columns: 200 })).to.match(
      /^ {2}✗ lowercase-name .* 101 .* {2}fails correct Sec-WebSocket-Accept$/m,
    );
  });

  it('is one line a target when it is quiet', async () => {
    for (const name of names) {
      const text = rendered(await audited(name), { verbosity: 'quiet' });
      expect(text, name).to.match(/^[✓✗?] (conformant|nonconformant|inconclusive) ws:\/\/127[^\n]+\n$/);
    }
  });

  it('says what a target is called in every line about it as a whole', async () => {
    const events = (await audited('prefix-parse')).events.map((event) =>
      event.type === 'target-start' ? { ...event, label: 'blue' } : event,
    );
    for (const verbosity of ['normal', 'quiet'] as const) {
      const text = rendered({ ...(await audited('prefix-parse')), events }, { verbosity });
      expect(text).to.match(
        verbosity === 'quiet'
          ? /^✗ nonconformant blue ws:\/\/127[^\n]+\n$/
          : /^✗ nonconformant {2}blue ws:\/\/127/,
      );
    }
  });

  it('says where the connections went, unless the URL says so', async () => {
    const direct = await audited('conformant');
    expect(rendered(direct)).to.not.match(/^ {2}address /m);
    const named = changed(direct, (event) =>
      event.type === 'target-start' ? { ...event, url: 'ws://localhost:8080/' } : event,
    );
    expect(rendered(named)).to.match(/^ {2}address 127\.0\.0\.1$/m);
    const over6 = withResult(
      changed(named, (event) => (event.type === 'target-start' ? { ...event, url: 'ws://[::1]/' } : event)),
      () => ({ address: '::1' }),
    );
    expect(rendered(over6)).to.not.match(/^ {2}address /m);
    expect(rendered(await audited('control-401'))).to.not.match(/^ {2}address /m);
    expect(rendered(withResult(named, () => ({ address: null })))).to.not.match(/^ {2}address /m);
  });

  it('shows several targets as rows, and each finding once with the targets that it hits', async () => {
    const [right, wrong] = [await audited('conformant'), await audited('prefix-parse')];
    const text = rendered(together([right, wrong, right]));
    expect(text).to.match(/^✓ #1 conformant .*\n✗ #2 nonconformant .*\n(?: {6}.*\n)?✓ #3 conformant /m);
    expect(text).to.match(/^\[MUST\] .*: #2$/m);
    expect(text).to.match(/\n\n-v: each target\n✗ 3 targets: 2 conformant, 1 nonconformant, [^\n]+\n$/);
    const quiet = rendered(together([right, wrong, right]), { verbosity: 'quiet' });
    expect(quiet.trimEnd().split('\n')).to.have.lengthOf(4);
  });

  it('does not count criteria where there is nothing to count', async () => {
    const text = rendered(await audited('control-401'));
    expect(text).to.not.match(/passed|\d inconclusive|advertises|NaN|null|undefined/);
    expect(text).to.match(/^\? inconclusive · .*401 Unauthorized.* s\n$/m);
  });

  it('says that it is a part where the run was interrupted', async () => {
    const whole = await audited('conformant');
    const events = whole.events.map((event) =>
      event.type === 'run-end' ? { ...event, partial: true } : event,
    );
    expect(rendered({ ...whole, events })).to.match(
      /\n✗ conformant · gate: fail · interrupted; partial results · .*\n$/,
    );
    expect(rendered(whole)).to.not.include('interrupted');
  });
});

/** What may stand in a report: printable ASCII, and our own glyphs. */
const clean = /^[\x20-\x7e\n✓✗·…→§░▏▎▍▌▋▊▉█]+$/;

describe('hostile text from the wire', () => {
  for (const [where, hooks] of Object.entries(hostileServers)) {
    it(`is shown in escapes, never raw: ${where}`, async () => {
      const audited = await auditFixture('conformant', { probe: fewProbes }, hooks);
      for (const verbosity of ['normal', 'bytes', 'quiet'] as const) {
        expect(rendered(audited, { verbosity })).to.match(clean);
        expect(stripVTControlCharacters(rendered(audited, { verbosity, colorLevel: 1 }))).to.match(clean);
        expect(
          rendered(audited, { verbosity, columns: 1000 }),
          'commands in the log of a CI job',
        ).to.not.match(/::error::|##(vso)?\[/);
      }
      const verbose = rendered(audited, { verbosity: 'bytes', columns: 1000 });
      expect(verbose).to.include('\\x1b[31mred\\x1b[2J\\x1b]8;;http://evil.example\\x07link');
      expect(verbose).to.include('\\x9b31m\\x85\\x90q\\x9c\\xe2\\x80\\xae');
      expect(verbose, 'what looks like an escape is told from one').to.include('back\\\\slash \\\\x1b');
    });
  }
});

describe('a whole report for people', () => {
  for (const name of ['conformant', 'prefix-parse']) {
    it(`reads as it is kept in golden/${name}.txt`, async () => {
      expectGolden(`${name}.txt`, rendered(await audited(name)));
    });
  }
});
