/** The map of versions 0 to 255: which were asked for, and what came. */

import type { Element } from 'hast';
import type { TargetReport } from '../../report/report.ts';
import { answersByVersion, versionAnswers } from '../version-answers.ts';
import { h, scrolling } from './elements.ts';

const states = {
  accepted: { glyph: '✓', words: versionAnswers.accepted },
  unadvertised: { glyph: '✗', words: `${versionAnswers.accepted}, though the server advertises only others` },
  unusable: { glyph: '!', words: versionAnswers.unusable },
  listed: { glyph: '▪', words: versionAnswers.listed },
  unlisted: { glyph: '▫', words: versionAnswers.unlisted },
  silent: { glyph: '?', words: versionAnswers.silent },
  unasked: { glyph: '·', words: 'not asked' },
} as const;

type State = keyof typeof states;

const side = 16;

export function versionMap(target: TargetReport, anchor: string): Element {
  const known = answersByVersion(target);
  const advertised = new Set(target.versions.advertised);
  const stateOf = (version: number): State => {
    const answer = known.get(version) ?? 'unasked';
    // A server that sends no list advertises nothing, and denies nothing.
    const isDenied = answer === 'accepted' && advertised.size > 0 && !advertised.has(version);
    return isDenied ? 'unadvertised' : answer;
  };
  const cell = (version: number): Element => {
    const state = stateOf(version);
    const isAdvertised = advertised.has(version);
    const words = `version ${version}: ${states[state].words}${isAdvertised ? ', advertised' : ''}`;
    return h(
      'td',
      { className: [`version-${state}`, ...(isAdvertised ? ['advertised'] : [])], title: words },
      [
        h('span', { ariaHidden: 'true' }, `${states[state].glyph}${isAdvertised ? '*' : ''}`),
        h('span', { className: ['hidden'] }, words),
      ],
    );
  };
  const counts = (Object.keys(states) as State[]).flatMap((state) => {
    const count = Array.from({ length: side * side }, (_, version) => stateOf(version)).filter(
      (one) => one === state,
    ).length;
    return count === 0 ? [] : [`${states[state].glyph} ${states[state].words}: ${count}`];
  });
  const numbers = Array.from({ length: side }, (_, i) => i);
  return h('figure', { className: ['versions'] }, [
    scrolling(
      `Versions 0 to 255 of ${anchor}`,
      h('table', { className: ['map'] }, [
        h(
          'thead',
          h('tr', [h('td', ''), ...numbers.map((column) => h('th', { scope: 'col' }, `+${column}`))]),
        ),
        h(
          'tbody',
          numbers.map((row) =>
            h('tr', [
              h('th', { scope: 'row' }, String(row * side)),
              ...numbers.map((column) => cell(row * side + column)),
            ]),
          ),
        ),
      ]),
    ),
    h('figcaption', `${counts.join('; ')}; * advertised.`),
  ]);
}
