/** How a comparison is shown: its width, its glyphs, its colours, and that nothing from the wire gets through raw. */

import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import stringWidth from 'string-width';
import type { Comparison } from '../../compare/comparison.ts';
import { type formatNames, formats } from '../../compare/formats.ts';
import type { Report } from '../../index.ts';
import { compare, compareFixtures, reportOf, withTargets } from '../support/compared.ts';
import { auditFixture } from '../support/render-report.ts';

const plain = { columns: 80, colorLevel: 0, unicode: true } as const;

async function rendered(
  comparison: Comparison,
  name: (typeof formatNames)[number] = 'terminal',
  output: { columns?: number; colorLevel?: 0 | 1; unicode?: boolean } = {},
): Promise<string> {
  const format = await formats[name]();
  return format(comparison, { ...plain, ...output });
}

/** Octets that mean something to a terminal, to Markdown and to HTML. */
const hostile = '13, \x1b[31m`|*_<img src=x>@all #1 [a](b)\x9b';

describe('a comparison, as it is shown', function () {
  this.timeout(30_000);

  const pairs = [
    ['conformant', 'prefix-parse'],
    ['prefix-parse', 'conformant'],
    ['no-list', 'accepts-any-version'],
    ['conformant', 'falls-over'],
    ['control-401', 'not-http'],
    ['resets-without-response', 'list-malformed'],
    ['conformant', 'conformant'],
  ] as const;

  let all: Comparison[];
  let hostileReport: Report;
  before(async () => {
    all = await Promise.all(pairs.map(([before, after]) => compareFixtures(before, after)));
    hostileReport = (await auditFixture('conformant', {}, { list: () => [hostile] })).report;
    const named = withTargets(hostileReport, (target) => [
      { ...target, label: hostile },
      { ...target, url: 'ws://other.example/', label: 'other' },
    ]);
    all.push(compare(await reportOf('conformant'), named), compare(named, await reportOf('conformant')));
  });

  for (const columns of [60, 80, 200]) {
    it(`fits into ${columns} columns`, async () => {
      for (const comparison of all) {
        for (const unicode of [true, false]) {
          const lines = (await rendered(comparison, 'terminal', { columns, unicode })).split('\n');
          // The line of a target is as long as its URL and its label.
          const tooWide = lines.filter((line) => stringWidth(line) > columns && !/^\S .* ws:/.test(line));
          expect(tooWide).to.deep.equal([]);
        }
      }
    });
  }

  it('is pure ASCII where more cannot be shown', async () => {
    for (const comparison of all) {
      expect(await rendered(comparison, 'terminal', { unicode: false })).to.match(/^[\x20-\x7e\n]+$/);
    }
  });

  it('has no escape codes where there are no colours, and says the same with them', async () => {
    for (const comparison of all) {
      const text = await rendered(comparison);
      expect(text.includes('\x1b')).to.equal(false);
      const coloured = await rendered(comparison, 'terminal', { colorLevel: 1 });
      expect(coloured.includes('\x1b[')).to.equal(true);
      expect(stripVTControlCharacters(coloured)).to.equal(text);
    }
  });

  it('shows the worst first, with what was before, what is after, and what is due', async () => {
    const text = await rendered(await compareFixtures('no-list', 'number-conversion'));
    expect(text).to.match(/✗ worse ws:.*\n(.*\n)*? {2}✗ worse \[MUST\] · 7 probes: malformed\/leading-zero/);
    expect(text).to.match(
      /status code: pass → fail MUST\n {6}before {4}400\n {6}after {5}101\n {6}expected {2}400\n/,
    );
    expect(text.indexOf('worse [MUST]')).to.be.below(text.indexOf('better [SHOULD]'));
    expect(text).to.match(/new finding {2}\[MUST\] Accepts other spellings of the number 13/);
    expect(text).to.match(/finding gone \[SHOULD\] /);
    expect(text).to.match(/advertised none → 13\n/);
    expect(text).to.match(/✗ worse: \d+ verdicts worse, \d+ verdicts better\n$/);
  });

  it('says that targets with different URLs were taken to be the same', async () => {
    const text = (await rendered(await compareFixtures('conformant', 'no-list'))).replaceAll(/\s+/g, ' ');
    expect(text).to.match(
      /note assumed to be the same, as the only target of each report: BEFORE has ws:\S+\/ /,
    );
  });

  it('says why a target was not compared', async () => {
    const text = (await rendered(await compareFixtures('conformant', 'control-401'))).replaceAll(/\s+/g, ' ');
    expect(text).to.match(/\? not comparable ws:/);
    expect(text).to.match(/note AFTER cannot be judged: the control handshake was answered "HTTP\/1\.1 401/);
    expect(text).to.match(/verdict conformant → inconclusive/);
  });

  it('names targets that only one report has', async () => {
    const report = await reportOf('conformant');
    const more = withTargets(report, (target) => [target, { ...target, url: 'ws://other.example/' }]);
    expect(await rendered(compare(report, more))).to.match(
      /· different ws:\/\/other\.example\/\n {2}in +AFTER only: conformant, score /,
    );
    expect(await rendered(compare(more, report))).to.match(
      /\? not comparable ws:\/\/other\.example\/\n {2}in +BEFORE only: conformant, /,
    );
  });

  it('is a table in Markdown that nothing from the wire can break out of', async () => {
    for (const comparison of all) {
      const text = await rendered(comparison, 'markdown');
      expect(text).to.match(/^## Sec-WebSocket-Version\n\n\*\*.+\*\*\n/);
      expect(text).to.match(/^[\P{Cc}\n]+$/u);
      // Outside of code there is no tag, no mention and no link.
      const withoutCode = text.replaceAll(/(`+)(?:(?!\1).)+\1(?!`)/g, 'CODE');
      expect(withoutCode).to.not.match(/<img|@all|\]\(/);
      for (const table of text.match(/(?:^\|.*\n?)+/gm) ?? []) {
        const cells = table
          .trimEnd()
          .split('\n')
          .map((row) => row.replaceAll(/\\./g, '').split('|').length);
        expect(new Set(cells).size, table).to.equal(1);
      }
    }
  });

  it('is JSON by its schema, whole', async () => {
    const schema = JSON.parse(readFileSync('docs/diff.schema.json', 'utf8'));
    const validate = new Ajv({ strict: false }).compile(schema);
    for (const comparison of all) {
      const json = JSON.parse(await rendered(comparison, 'json'));
      expect(validate(json), JSON.stringify(validate.errors)).to.equal(true);
      expect(json).to.deep.equal(JSON.parse(JSON.stringify(comparison)));
    }
    expect(validate({ ...JSON.parse(JSON.stringify(all[0])), kind: 'bad' })).to.equal(false);
  });
});
