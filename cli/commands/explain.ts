/** `handshake13 explain`: describes a probe or a clause. */

import wrapAnsi from 'wrap-ansi';
import { didYouMean } from '../../audit/plan/did-you-mean.ts';
import { catalogue, findProbe } from '../../probes/catalogue.ts';
import { type Probe, tierTitles } from '../../probes/probe.ts';
import { escapeLines } from '../../reporters/escape.ts';
import { type ClauseId, clauses } from '../../spec/clauses.ts';
import { serialiseRequest } from '../../wire/http1/serialise-request.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { exitCodes } from '../exit-codes.ts';

const expectations = {
  accept: '101 Switching Protocols, without Sec-WebSocket-Version',
  reject: '400 Bad Request with Sec-WebSocket-Version: 13, and close the connection',
  either: 'either 101 or 400: both are correct, so the response is only observed',
} as const satisfies Record<Probe['expects'], string>;

/** @returns the exit code */
export function runExplain(id: string): number {
  const probe = findProbe(id);
  if (probe !== undefined) process.stdout.write(explainProbe(probe));
  else if (isClause(id)) process.stdout.write(explainClause(id));
  else {
    const known = [...catalogue.map((candidate) => candidate.id), ...Object.keys(clauses)];
    const hint = didYouMean(id, known, '"handshake13 list" lists the probes');
    throw new UsageError(`there is no probe or clause "${id}"; ${hint}`);
  }
  return exitCodes.conformant;
}

function isClause(id: string): id is ClauseId {
  return Object.hasOwn(clauses, id);
}

function explainProbe(probe: Probe): string {
  const { bytes } = serialiseRequest(probe.request, {
    requestTarget: '/',
    scheme: 'http',
    host: 'server.example',
    addedFields: [],
  });
  const width = textWidth() - 4;
  return sections([
    [probe.id, [probe.title]],
    ['What is sent (with a new key each time)', escapeLines(bytes, width, 12)],
    ['What differs from the control', [probe.varies]],
    [
      probe.level === 'SHOULD' ? 'What a server should do' : 'What a server must do',
      [
        expectations[probe.expects],
        ...(probe.tier === 'stress' ? ['answer in time, and accept handshakes afterwards'] : []),
      ],
    ],
    ['Tier', [`${probe.tier}: ${tierTitles[probe.tier]}`]],
    ['Why it matters', [probe.why]],
    ['How to fix it', [probe.fix]],
    ['Sources', probe.clauses.map((id) => `${id}: ${clauses[id].source}, ${clauses[id].url}`)],
  ]);
}

function explainClause(id: ClauseId): string {
  const { source, url, says } = clauses[id];
  const tested = catalogue.filter((probe) => probe.clauses.includes(id)).map((probe) => probe.id);
  return sections([
    [id, [`${source}, ${url}`]],
    ['What a server must do', [says]],
    [
      'Probes that test it',
      tested.length > 0 ? [tested.join(', ')] : ['none: it is checked on every response'],
    ],
  ]);
}

function sections(parts: readonly (readonly [title: string, lines: readonly string[]])[]): string {
  const width = textWidth() - 2;
  const indent = (text: string): string => wrapAnsi(text, width, { hard: true }).replace(/^/gm, '  ');
  return `${parts.map(([title, lines]) => [title, ...lines.map(indent)].join('\n')).join('\n\n')}\n`;
}

function textWidth(): number {
  return Math.min(process.stdout.columns ?? 80, 110);
}
