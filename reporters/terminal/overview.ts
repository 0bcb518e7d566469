/** Several targets: a row each with its result, or one for all that are alike, and each finding once with the targets it hits. */

import stringWidth from 'string-width';
import type { TargetReport } from '../../report/report.ts';
import type { TargetVerdict } from '../../scoring/assessment.ts';
import { type CriterionName, criteria, criterionNames } from '../../scoring/criteria.ts';
import { isNew } from '../../scoring/findings.ts';
import { type Level, levels } from '../../scoring/verdict.ts';
import { escapeBytes } from '../escape.ts';
import { countKnownFailures, type ResultMark, resultMark } from '../run-verdict.ts';
import { targetNotes } from '../target-notes.ts';
import { unexpectedPassLines } from './known.ts';
import { styledName } from './result.ts';
import type { Style } from './style.ts';

/** More targets than this are shown in groups. */
export const maxRows = 50;
const maxGroupLines = 60;
/** Lines for findings: fewer where the rows take many, so that 12 targets need no more than 80 lines in all. */
const findingRoom = { rows: 52, groups: 75 };
const maxOtherLines = 10;

const verdictWidth = 'nonconformant'.length;

/** What a row says, besides the name. */
interface Row {
  readonly mark: ResultMark;
  readonly verdict: TargetVerdict;
  readonly gate: TargetReport['gate'];
  readonly scores: Readonly<Record<CriterionName, string>>;
  readonly broke: readonly string[];
}

/** Targets that behave alike. */
interface Group {
  readonly row: Row;
  size: number;
  /** Place and name of the first target. */
  first: number;
  name: string;
}

/** Something that holds for several targets. */
interface Shared {
  readonly text: string;
  readonly level: Level | null;
  size: number;
  /** Place of the first target, from 0. */
  first: number;
  /** Places of the targets, from 0; in groups only their number is kept. */
  readonly targets: number[];
}

export class Overview {
  readonly #style: Style;
  readonly #isGrouped: boolean;
  readonly #numberWidth: number;
  readonly #groups = new Map<string, Group>();
  readonly #findings = new Map<string, Shared>();
  readonly #notes = new Map<string, Shared>();
  readonly #unexpected: string[] = [];
  #rowLines = 0;

  /** @param targets how many there are */
  constructor(targets: number, style: Style) {
    this.#style = style;
    this.#isGrouped = targets > maxRows;
    this.#numberWidth = String(targets).length;
  }

  /**
   * @param index place of the target, from 0
   * @returns its row; none where targets are grouped
   */
  add(target: TargetReport, index: number): string[] {
    this.#share(target, index);
    const row = this.#rowOf(target);
    const name = styledName(target, this.#style);
    if (this.#isGrouped) {
      this.#addToGroup(row, name, index);
      return [];
    }
    const lines = this.#rowLinesOf(row, `#${index + 1}`, name);
    this.#rowLines += lines.length;
    return lines;
  }

  /** @returns the rows of groups, the findings, and what else holds for several targets */
  end(): string[] {
    const rows = this.#isGrouped ? this.#groupLines() : [];
    const found = this.#findingLines();
    const notes = this.#cut(
      [...this.#notes.values()].map((note) => this.#sharedLines(note)),
      maxOtherLines,
    );
    const unexpected = this.#unexpected.slice(0, maxOtherLines);
    const more = this.#unexpected.length - unexpected.length;
    return [
      ...rows,
      ...(found.length === 0 ? [] : ['', ...found]),
      ...(notes.length === 0 ? [] : ['', ...notes]),
      ...unexpected,
      ...(more > 0 ? [`and ${more} more unexpected passes`] : []),
    ];
  }

  #rowOf(target: TargetReport): Row {
    const known = countKnownFailures(target);
    const { verdict, gate, probesSent, probesInCatalogue, unexpectedPasses } = target;
    return {
      mark: resultMark(target),
      verdict,
      gate,
      scores: Object.fromEntries(
        criterionNames.map((name) => [name, this.#scoreText(target.scoreboard[name])]),
      ) as Record<CriterionName, string>,
      broke: [
        ...(verdict === 'passed' ? [`${probesSent} of ${probesInCatalogue} probes`] : []),
        ...target.findings.filter(isNew).map(({ id }) => id),
        ...(known === null ? [] : [known]),
        ...(unexpectedPasses.length === 0 ? [] : [`${unexpectedPasses.length} unexpected`]),
      ],
    };
  }

  /** Of all that apply, or of a hundred where columns are few; rounded down, so that 100% means all. */
  #scoreText({ passed, failed, inconclusive, percent }: TargetReport['score']): string {
    if (percent === null) return '';
    return this.#isWide ? `${passed}/${passed + failed + inconclusive}` : `${Math.floor(percent)}%`;
  }

  get #isWide(): boolean {
    return this.#style.columns >= 100;
  }

  get #scoreWidth(): number {
    return this.#isWide ? 7 : 6;
  }

  /** The headings of the rows. */
  heading(): string {
    const { paint } = this.#style;
    const number = ' '.repeat(this.#isGrouped ? 0 : this.#numberWidth + 2);
    const scores = criterionNames.map((name) => criteria[name].heading.padEnd(this.#scoreWidth)).join(' ');
    return paint.dim(`  ${number}${'verdict'.padEnd(verdictWidth)}  gate  ${scores}`.trimEnd());
  }

  #rowLinesOf({ mark, verdict, gate, scores, broke }: Row, number: string, name: string): string[] {
    const { glyph, tint, paint, columns } = this.#style;
    const cells = criterionNames.map((criterion) => scores[criterion].padEnd(this.#scoreWidth)).join(' ');
    const numberCell = number === '' ? '' : `${number.padStart(this.#numberWidth + 1)} `;
    const gateCell = tint(gate === 'pass' ? 'pass' : 'fail', gate);
    const start = `${glyph(mark)} ${numberCell}${tint(mark, verdict.padEnd(verdictWidth))}  ${gateCell}  ${cells} `;
    const startWidth = 2 + numberCell.length + verdictWidth + 8 + cells.length + 1;
    const room = columns - startWidth;
    const nameWidth = stringWidth(name);
    const withBroke = this.#fit(broke, room - nameWidth - 2);
    if (nameWidth <= room && (broke.length === 0 || withBroke !== null))
      return [`${start}${name}${withBroke === null ? '' : `  ${paint.dim(withBroke)}`}`.trimEnd()];
    const indent = ' '.repeat(6);
    const brokeLine = `${indent}${paint.dim(this.#fit(broke, columns - indent.length) ?? '')}`.trimEnd();
    if (nameWidth <= room) return [`${start}${name}`, brokeLine];
    // A name wider than the terminal stands whole all the same: it is there to be found.
    const beside = this.#fit(broke, columns - indent.length - nameWidth - 2);
    if (beside !== null) return [start.trimEnd(), `${indent}${name}  ${paint.dim(beside)}`];
    return [start.trimEnd(), `${indent}${name}`, ...(broke.length === 0 ? [] : [brokeLine])];
  }

  /** As many ids as fit, with the number of the others; null where not one does. */
  #fit(ids: readonly string[], room: number): string | null {
    for (let shown = ids.length; shown > 0; shown -= 1) {
      const more = shown < ids.length ? ` +${ids.length - shown}` : '';
      const text = ids.slice(0, shown).join(', ') + more;
      if (text.length <= room) return text;
    }
    return null;
  }

  #addToGroup(row: Row, name: string, index: number): void {
    const key = JSON.stringify(row);
    const group = this.#groups.get(key) ?? { row, size: 0, first: index, name };
    group.size += 1;
    if (index < group.first) Object.assign(group, { first: index, name });
    this.#groups.set(key, group);
  }

  #groupLines(): string[] {
    const groups = [...this.#groups.values()].sort((a, b) => b.size - a.size || a.first - b.first);
    const rows = groups.map(({ row, size, name }) =>
      this.#rowLinesOf(row, '', size === 1 ? name : `${size} targets, such as ${name}`),
    );
    return this.#cut(rows, maxGroupLines, (left) => {
      const targets = groups.slice(-left).reduce((sum, { size }) => sum + size, 0);
      return `  and ${targets} more targets, in ${left} ${left === 1 ? 'group' : 'groups'}`;
    });
  }

  #share(target: TargetReport, index: number): void {
    for (const { id, level, title } of target.findings.filter(isNew)) {
      this.#count(this.#findings, `${level} ${id}`, `${escapeBytes(title)}`, level, index, id);
    }
    for (const note of [target.reason, ...targetNotes(target)]) {
      if (note !== null) this.#count(this.#notes, note, escapeBytes(note), null, index);
    }
    // A target that many share is named in each line.
    this.#unexpected.push(
      ...unexpectedPassLines(target, this.#style)
        .filter((line) => line !== '')
        .map((line) => `${line} (${styledName(target, this.#style)})`),
    );
  }

  #count(
    all: Map<string, Shared>,
    key: string,
    text: string,
    level: Level | null,
    index: number,
    id?: string,
  ): void {
    const shown = id === undefined ? text : `${text} ${this.#style.paint.dim(`(${id})`)}`;
    const shared = all.get(key) ?? { text: shown, level, size: 0, first: index, targets: [] };
    shared.size += 1;
    shared.first = Math.min(shared.first, index);
    if (!this.#isGrouped) shared.targets.push(index);
    all.set(key, shared);
  }

  #findingLines(): string[] {
    const found = [...this.#findings.values()].sort(
      (a, b) => rank(a.level) - rank(b.level) || b.size - a.size || a.first - b.first,
    );
    const room = this.#isGrouped ? findingRoom.groups : Math.max(20, findingRoom.rows + 12 - this.#rowLines);
    return this.#cut(
      found.map((finding) => this.#sharedLines(finding)),
      room,
    );
  }

  /** Whole blocks that fit into so many lines, and how many did not. */
  #cut(
    blocks: readonly (readonly string[])[],
    room: number,
    more = (left: number): string => `and ${left} more: -r json, or -v`,
  ): string[] {
    const lines: string[] = [];
    for (const [i, block] of blocks.entries()) {
      if (lines.length + block.length > room) {
        return [...lines, more(blocks.length - i)];
      }
      lines.push(...block);
    }
    return lines;
  }

  #sharedLines({ text, level, size, targets }: Shared): string[] {
    const mark = level === null ? this.#style.glyph('inconclusive') : this.#style.level(level);
    const where = this.#isGrouped
      ? `${size} ${size === 1 ? 'target' : 'targets'}`
      : ranges([...targets].sort((a, b) => a - b).map((index) => index + 1));
    return this.#style.paragraph(`${mark} `, `${text}: ${where}`);
  }
}

function rank(level: Level | null): number {
  return level === null ? levels.length : levels.indexOf(level);
}

/** `#1, #3, #7-9`. */
function ranges(numbers: readonly number[]): string {
  const parts: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? `#${from}` : `#${from}-${to}`)).join(', ');
}
