/** The table of a target's probes: one line each, the four criteria as columns of glyphs. */

import stringWidth from 'string-width';
import { families, familyTitles } from '../../probes/probe.ts';
import type { ExchangeRecord } from '../../report/exchange-record.ts';
import { outcomeOf } from '../../report/outcomes.ts';
import type { ProbeReport } from '../../report/report.ts';
import { isKnown, isKnownFailure } from '../../scoring/baseline.ts';
import { criteria, criterionNames } from '../../scoring/criteria.ts';
import type { Verdict } from '../../scoring/verdict.ts';
import { exchangeTranscript } from '../exchange-transcript.ts';
import { failingChecks, shortAnswer, slugOf } from '../probe-text.ts';
import type { Mark, Style } from './style.ts';

const answerWidth = 8;
const criterionsWidth = criterionNames.reduce((width, name) => width + criteria[name].heading.length + 1, 0);
const fixedWidth = 2 + 2 + 1 + 1 + answerWidth + criterionsWidth;
/** Columns for the names of probes and their titles. */
const [minNamesWidth, maxNamesWidth] = [23, 78];

/** @param withExchanges show what was sent and received below each probe */
export function probeTable(probes: readonly ProbeReport[], style: Style, withExchanges: boolean): string[] {
  const namesWidth = Math.min(maxNamesWidth, Math.max(minNamesWidth, style.columns - fixedWidth));
  const lines: string[] = [];
  for (const family of families) {
    const members = probes.filter((probe) => probe.family === family);
    if (members.length === 0) continue;
    lines.push('', familyLine(family, namesWidth, style));
    const slugWidth = Math.min(namesWidth, Math.max(...members.map((probe) => slugOf(probe).length)));
    for (const probe of members) {
      lines.push(...probeLines(probe, slugWidth, namesWidth - slugWidth, style));
      if (withExchanges) {
        const { earlierExchanges, exchange, controlsAfter = [] } = probe;
        for (const one of [...earlierExchanges, exchange, ...controlsAfter])
          lines.push(...paintedExchange(one, style), '');
      }
    }
  }
  return lines;
}

function paintedExchange(exchange: ExchangeRecord, { paint, columns }: Style): string[] {
  return exchangeTranscript(exchange, Math.max(40, columns - 10)).map(
    ({ mark, text }) => `    ${paint.dim(mark)} ${mark === '=' ? paint.dim(text) : text}`,
  );
}

function familyLine(family: (typeof families)[number], namesWidth: number, style: Style): string {
  const { paint, toWidth } = style;
  const name = `${family} ${style.glyphs.separator} ${familyTitles[family]}`;
  const columns = criterionNames.map((criterion) => ` ${criteria[criterion].heading}`).join('');
  const answer = 'answer'.padEnd(answerWidth);
  return `${paint.bold(toWidth(name, 2 + 2 + namesWidth + 1))} ${paint.dim(answer + columns)}`.trimEnd();
}

/**
 * The checks that failed stand behind the criteria, or below them where there is no room. So does the title of a probe
 * that did not pass; that of one that did is cut.
 */
function probeLines(probe: ProbeReport, slugWidth: number, titleWidth: number, style: Style): string[] {
  const { title, exchange } = probe;
  const { paint, glyph, toWidth, columns } = style;
  const slug = slugOf(probe);
  const marks = criterionNames
    .map((criterion) => centre(glyph(markOf(probe.criteria[criterion])), criteria[criterion].heading.length))
    .join('');
  const answer = toWidth(shortAnswer(exchange), answerWidth);
  const mark = isKnownFailure(probe) ? 'known' : probe.verdict;
  const name = mark === 'fail' ? paint.red(toWidth(slug, slugWidth)) : toWidth(slug, slugWidth);
  const isTitleBelow = mark !== 'pass' && stringWidth(title) > titleWidth;
  const titleCell = isTitleBelow ? ' '.repeat(titleWidth) : paint.dim(toWidth(title, titleWidth));
  const line = `  ${glyph(mark)} ${name} ${titleCell} ${answer}${marks}`;
  const checks = failingChecks(outcomeOf(probe));
  const below = style.facts([
    ...(isTitleBelow ? [paint.dim(title)] : []),
    ...(checks.length === 0 ? [] : [`${paint.red('fails')} ${checks.join(', ')}`]),
  ]);
  if (below === '') return [line.trimEnd()];
  const whole = `${line}  ${below}`;
  return isTitleBelow || stringWidth(whole) > columns
    ? [line.trimEnd(), ...style.paragraph('      ', below)]
    : [whole];
}

function markOf(verdict: Verdict): Mark {
  return isKnown(verdict) ? 'known' : verdict.verdict;
}

/** One glyph, centred below a heading of that width. */
function centre(glyph: string, width: number): string {
  const left = Math.ceil((width - 1) / 2);
  return ` ${' '.repeat(left)}${glyph}${' '.repeat(width - 1 - left)}`;
}
