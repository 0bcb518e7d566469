/** The JSON Schemas of baseline files: they check files that are read, and are published in docs/. */

import { type BaselineEntry, baselineCriteria } from '../../scoring/baseline.ts';
import type { ClientBaselineEntry } from '../../scoring/client/client-baseline.ts';
import { clientFindingKinds } from '../../scoring/client/client-finding-kinds.ts';

/** Not blank either. */
const filled = { type: 'string', pattern: '\\S' } as const;

/** Why an entry stands there, and for how long. */
const toleration = {
  reason: { ...filled, description: 'Why it is tolerated.' },
  owner: { ...filled, description: 'Who is responsible for it.' },
  until: {
    type: 'string',
    format: 'date',
    description: 'Last day on which it is tolerated, UTC. From the next day on it fails again.',
  },
} as const;

/** @param entry the schema of an entry */
function schemaOf<Entry extends object>(title: string, entry: Entry) {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    type: 'object',
    additionalProperties: false,
    required: ['failures'],
    properties: {
      $schema: { type: 'string', description: 'URL of this schema, for editors.' },
      version: { const: 1, description: 'Version of the format.' },
      failures: { type: 'array', items: entry },
    },
  } as const;
}

export const baselineSchema = schemaOf('A baseline of handshake13: known failures, which do not fail a run', {
  type: 'object',
  additionalProperties: false,
  required: ['criterion', 'reason'],
  properties: {
    target: {
      ...filled,
      description:
        'URL of a target as reports show it, a glob of such URLs in which * matches anything, or the label of a target. Default: every target.',
    },
    probe: {
      ...filled,
      description:
        'Glob of probe ids, as for --probe, or the name of a family. listHonesty needs none; * without one is everything that can fail.',
    },
    criterion: {
      enum: baselineCriteria,
      description: 'The criterion or check that fails; *: any that fails for these probes.',
    },
    ...toleration,
  } satisfies Record<Exclude<keyof BaselineEntry, 'location'>, object>,
  if: {
    required: ['criterion'],
    properties: { criterion: { enum: ['listHonesty', '*'] } },
  },
  else: { required: ['probe'] },
});

export const clientBaselineSchema = schemaOf(
  'A baseline of handshake13 client: known findings, which do not fail a run',
  {
    type: 'object',
    additionalProperties: false,
    required: ['finding', 'reason'],
    properties: {
      client: {
        ...filled,
        description:
          'Name of a client as reports show it, or a glob of such names in which * matches anything. Default: every client.',
      },
      finding: {
        enum: clientFindingKinds.map(({ id }) => id),
        description: 'Id of the finding.',
      },
      ...toleration,
    } satisfies Record<Exclude<keyof ClientBaselineEntry, 'location'>, object>,
  },
);
