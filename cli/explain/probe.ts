/** A probe, by its id or by the part of it behind the slash. */

import { catalogue, findProbe } from '../../probes/catalogue.ts';
import { type Probe, tierTitles } from '../../probes/probe.ts';
import { escapeLines } from '../../reporters/escape.ts';
import { serialiseRequest } from '../../wire/http1/serialise-request.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { layOut, sources, type Topic, textWidth } from './topic.ts';

export const probeTopic: Topic = {
  noun: 'probe',
  words: catalogue.map(({ id }) => id),
  explain: (word) => {
    const probe = findProbe(word);
    return probe === undefined ? null : describe(probe);
  },
};

/** @throws UsageError where several probes have that name */
export const probeNameTopic: Topic = {
  noun: 'name of a probe',
  words: [],
  explain: (word) => {
    const named = catalogue.filter((candidate) => candidate.id.endsWith(`/${word}`));
    const [probe, ...others] = named;
    if (probe === undefined) return null;
    if (others.length === 0) return describe(probe);
    throw new UsageError(
      `"${word}" is the name of ${named.length} probes: ${named.map(({ id }) => id).join(', ')}`,
    );
  },
};

const expectations = {
  accept: '101 Switching Protocols, without Sec-WebSocket-Version',
  reject: '400 Bad Request with Sec-WebSocket-Version: 13, and close the connection',
  either: 'either 101 or 400: both are correct, so the response is only observed',
} as const satisfies Record<Probe['expects'], string>;

function describe(probe: Probe): string {
  const { bytes } = serialiseRequest(probe.request, {
    requestTarget: '/',
    scheme: 'http',
    host: 'server.example',
    addedFields: [],
  });
  return layOut([
    [probe.id, [probe.title]],
    ['What is sent (with a new key each time)', escapeLines(bytes, textWidth() - 4, 12)],
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
    sources(probe.clauses),
  ]);
}
