/** The map of versions 0 to 255: which were asked for, and what came. */

import type { Element } from 'hast';
import type { ExchangeRecord } from '../../report/exchange-record.ts';
import type { TargetReport } from '../../report/report.ts';
import { h, scrolling } from './elements.ts';

const states = {
  accepted: { glyph: '✓', words: 'accepted (101)' },
  listed: { glyph: '▪', words: 'refused with a version list' },
  unlisted: { glyph: '▫', words: 'refused without a version list' },
  silent: { glyph: '?', words: 'no answer' },
  unasked: { glyph: '·', words: 'not asked' },
} as const;

type State = keyof typeof states;

const side = 16;

export function versionMap(target: TargetReport, anchor: string): Element {
  const known = askedVersions(target);
  const advertised = new Set(target.versions.advertised);
  const stateOf = (version: number): State => known.get(version) ?? 'unasked';
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

/** The versions that valid handshakes asked for, with what came last. */
function askedVersions({ probes, followUps }: TargetReport): ReadonlyMap<number, State> {
  const asked = new Map<number, State>();
  for (const { id, family, exchange } of probes) {
    const version = /^(?:draft|unsupported)\/(\d+)$/.exec(id)?.[1] ?? (id === 'valid/13' ? '13' : undefined);
    if (version !== undefined || family === 'draft') asked.set(Number(version), stateFrom(exchange));
  }
  for (const { version, exchange } of followUps) asked.set(version, stateFrom(exchange));
  return asked;
}

function stateFrom({ response }: ExchangeRecord): State {
  const status = response?.status ?? null;
  if (response === null || status === null) return 'silent';
  if (status === 101) return 'accepted';
  const hasList = response.fields.some(([name]) => name.toLowerCase() === 'sec-websocket-version');
  return hasList ? 'listed' : 'unlisted';
}
