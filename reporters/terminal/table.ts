/** The table of a target's probes: one line each, the four criteria as columns of glyphs. */

import { families, familyTitles } from '../../probes/probe.ts';
import type { ExchangeRecord } from '../../report/exchange-record.ts';
import type { ProbeReport } from '../../report/report.ts';
import { isKnown, isKnownFailure } from '../../scoring/baseline.ts';
import { criteria, criterionNames } from '../../scoring/criteria.ts';
import type { Verdict } from '../../scoring/verdict.ts';
import { exchangeTranscript } from '../exchange-transcript.ts';
import type { Mark, Style } from './style.ts';

const answerWidth = 7;
const criterionsWidth = criterionNames.reduce((width, name) => width + criteria[name].heading.length + 1, 0);
const fixedWidth = 2 + 2 + 1 + 1 + answerWidth + criterionsWidth;
/** Columns for the names of probes and their titles. */
const [minNamesWidth, maxNamesWidth] = [26, 78];

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
      lines.push(probeLine(probe, slugWidth, namesWidth - slugWidth, style));
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
  const width = 2 + namesWidth + 1 + 1 + answerWidth;
  const name = `${family} ${style.glyphs.separator} ${familyTitles[family]}`;
  const columns = criterionNames.map((criterion) => ` ${criteria[criterion].heading}`).join('');
  return `${paint.bold(toWidth(name, width + 2))}${paint.dim(columns)}`.trimEnd();
}

/** A probe's name within its family. */
function slugOf({ id, family }: ProbeReport): string {
  return id.slice(family.length + 1);
}

function probeLine(probe: ProbeReport, slugWidth: number, titleWidth: number, style: Style): string {
  const { title, exchange } = probe;
  const { paint, glyph, toWidth } = style;
  const slug = slugOf(probe);
  const columns = criterionNames
    .map((criterion) => centre(glyph(markOf(probe.criteria[criterion])), criteria[criterion].heading.length))
    .join('');
  const answer = toWidth(shortAnswer(exchange), answerWidth);
  const mark = isKnownFailure(probe) ? 'known' : probe.verdict;
  const name = mark === 'fail' ? paint.red(toWidth(slug, slugWidth)) : toWidth(slug, slugWidth);
  return `  ${glyph(mark)} ${name} ${paint.dim(toWidth(title, titleWidth))} ${answer}${columns}`.trimEnd();
}

function markOf(verdict: Verdict): Mark {
  return isKnown(verdict) ? 'known' : verdict.verdict;
}

function shortAnswer({ outcome, response }: ProbeReport['exchange']): string {
  const short: Readonly<Record<typeof outcome, string>> = {
    response: String(response?.status),
    closed: 'closed',
    reset: 'reset',
    timeout: 'timeout',
    malformed: 'not HTTP',
    'connect-failed': 'no conn',
    'tls-failed': 'no TLS',
  };
  return short[outcome];
}

/** One glyph, centred below a heading of that width. */
function centre(glyph: string, width: number): string {
  const left = Math.ceil((width - 1) / 2);
  return ` ${' '.repeat(left)}${glyph}${' '.repeat(width - 1 - left)}`;
}

/** What the columns mean; shown once per run. */
export const legend = criterionNames.map((name) => `${criteria[name].heading}: ${criteria[name].title}`);
