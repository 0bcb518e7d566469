import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import type { BaselineEntry } from '../../index.ts';
import { createStyle } from '../../reporters/terminal/style.ts';
import { createTerminalReporter } from '../../reporters/terminal.ts';
import { auditFixture, render } from '../support/render-report.ts';

const entries: readonly BaselineEntry[] = [
  { probe: 'malformed/hex', criterion: 'status', reason: 'für später', owner: '東京', until: '2999-12-31' },
  { probe: 'malformed/binary', criterion: 'status', reason: 'once', until: '2020-12-31' },
  { probe: 'malformed/word', criterion: '*', reason: 'no more' },
  { criterion: 'listHonesty', reason: 'never looked at, since not every probe is sent' },
];

const audited = () =>
  auditFixture('number-conversion', { probe: ['malformed/{hex,binary,word}'], baseline: entries });

describe('a baseline in the report for people', () => {
  it('can be shown in ASCII alone, with and without colours alike', async () => {
    const run = await audited();
    for (const verbosity of ['normal', 'bytes', 'quiet'] as const) {
      const ascii = render(createTerminalReporter, run, { unicode: false, verbosity });
      expect(ascii).to.match(/^[\x20-\x7e\n]+$/);
      const colored = render(createTerminalReporter, run, { verbosity, colorLevel: 1 });
      expect(stripVTControlCharacters(colored)).to.equal(render(createTerminalReporter, run, { verbosity }));
    }
  });

  it('says what is new, what has run out, what is known and what passes', async () => {
    const table = render(createTerminalReporter, await audited(), { verbosity: 'probes' });
    expect(table).to.match(/^ {2}~ hex .* ~ .*\n {2}✗ binary .* ✗ .*\n {2}✓ word /m);
    const text = render(createTerminalReporter, await audited());
    expect(text).to.match(/^ {2}✗ malformed 1\/3 {2}known \(101\): hex; 101: binary$/m);
    expect(text).to.include('  expired   known until 2020-12-31, which has passed: once\n');
    expect(text).to.include('     known  für später (東京, until 2999-12-31)\n');
    expect(text).to.match(
      /^entry 3 of the baseline: malformed\/word no longer fails; run again with --update-baseline \(known: no more\)$/m,
    );
    expect(text).to.match(
      /\n-v: all probes\n.* · 1 finding \(1 MUST\) · 3 known failures · 1 unexpected pass · gate: fail \(.*\) · [\d.]+ s\n$/,
    );
  });

  it('is not spoken of where there is none', async () => {
    const text = render(createTerminalReporter, await auditFixture('number-conversion'));
    expect(text).to.not.match(/~|known failure|unexpected pass|baseline/);
  });
});

describe('what a person wrote', () => {
  it('is shown on one line, and nothing in it takes effect', () => {
    const prose = (text: string, unicode: boolean): string =>
      createStyle({ columns: 80, colorLevel: 0, unicode }).prose(text);
    expect(prose(' für\n  alle\t', true)).to.equal('für alle');
    expect(prose('\x1b[31m\u202e\x9b', true)).to.equal('\\x1b[31m\\u{202e}\\x9b');
    expect(prose('für', false)).to.equal('f\\xfcr');
  });
});
