/**
 * Annotations for GitHub Actions: workflow commands, which the runner reads from the log of the step. The worst come
 * first, because it shows ten errors, ten warnings and ten notices per step and drops the rest.
 */

import type { UnexpectedPass } from '../scoring/known-failure.ts';
import type { SourceLocation } from '../scoring/source-location.ts';
import { countsAsFailure, type FailOn, type Level } from '../scoring/verdict.ts';
import { describeKnownFailure, describeUnexpectedPass, unexpectedPassFix } from './known-failure-text.ts';

/** How many of each kind GitHub shows for a step. */
const maxOfKind = 10;

const kinds = ['error', 'warning', 'notice'] as const;

export interface Annotation {
  readonly kind: (typeof kinds)[number];
  readonly title: string;
  /** Lines. */
  readonly message: readonly string[];
  /** The line that defines the target, or the entry of the baseline; null if no file does. */
  readonly location: SourceLocation | null;
  /** Its position within its target or client: the worst of each come before the second of any. */
  readonly rank: number;
}

export type Unplaced = Omit<Annotation, 'location' | 'rank'>;

/** The annotations of a run. */
export class Annotations {
  readonly #worst = new Map(kinds.map((kind) => [kind, new Worst()]));

  add(annotation: Annotation): void {
    this.#worst.get(annotation.kind)?.add(annotation);
  }

  /** As many of each kind as GitHub shows, as lines. */
  *commands(): Generator<string> {
    for (const ofKind of this.#worst.values())
      for (const annotation of ofKind.withinLimit()) yield commandOf(annotation);
  }
}

/** Annotations of one kind: as many as GitHub shows, and how many there were. */
class Worst {
  /** By rank; those of equal rank in the order in which they came. */
  readonly #kept: Annotation[] = [];
  #count = 0;

  add(annotation: Annotation): void {
    this.#count += 1;
    const place = this.#kept.findIndex(({ rank }) => rank > annotation.rank);
    this.#kept.splice(place === -1 ? this.#kept.length : place, 0, annotation);
    this.#kept.length = Math.min(this.#kept.length, maxOfKind);
  }

  /** The last one says how many are left out. */
  withinLimit(): readonly Annotation[] {
    if (this.#count <= maxOfKind) return this.#kept;
    const shown = this.#kept.slice(0, maxOfKind - 1);
    const last = {
      kind: this.#kept[0]?.kind ?? 'error',
      title: `${this.#count - shown.length} more like these`,
      message: [
        `GitHub shows ${maxOfKind} annotations of each kind per step; the job summary has all of them.`,
      ],
      location: null,
      rank: 0,
    };
    return [...shown, last];
  }
}

/** @param notice how it ended */
export function interruptedAnnotation(notice: string): Annotation {
  return {
    kind: 'warning',
    title: 'The audit was interrupted',
    message: [`The run was ${notice}.`],
    location: null,
    rank: 0,
  };
}

/** What a finding at this level is, if it is new. */
export function kindOfFinding(level: Level, failOn: FailOn): Annotation['kind'] {
  if (!countsAsFailure(level, failOn)) return 'notice';
  return level === 'MUST' ? 'error' : 'warning';
}

/** @param what no longer fails @param head lines that name the target or the client */
export function unexpectedPassAnnotation(
  pass: UnexpectedPass,
  what: string,
  head: readonly string[],
  kind: Annotation['kind'],
): Unplaced {
  return {
    kind,
    title: `Unexpected pass: ${what}`,
    message: [
      describeUnexpectedPass(pass),
      `fix: ${unexpectedPassFix}`,
      `known failure: ${describeKnownFailure(pass)}`,
      ...head,
    ],
  };
}

function commandOf({ kind, title, message, location }: Annotation): string {
  const place = location === null ? {} : { file: location.file, line: String(location.line) };
  return `${workflowCommand(kind, { title, ...place }, message.join('\n'))}\n`;
}

/** A workflow command, escaped as the runner expects; an empty property is omitted, because the syntax has no form for it. */
export function workflowCommand(
  name: string,
  properties: Readonly<Record<string, string>>,
  message: string,
): string {
  const all = Object.entries(properties);
  const written = all
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name}${all.length > 0 ? ' ' : ''}${written.join(',')}::${escapeData(message)}`;
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
