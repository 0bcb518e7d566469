/** The JSON Schema of a baseline file: what is checked when one is read, and what docs/baseline.schema.json publishes. */

import { type BaselineEntry, baselineCriteria } from '../../scoring/baseline.ts';

/** Not a blank one either. */
const filled = { type: 'string', pattern: '\\S' } as const;

export const baselineSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A baseline of handshake13: failures that are known, and do not fail a run',
  type: 'object',
  additionalProperties: false,
  required: ['failures'],
  properties: {
    $schema: { type: 'string', description: 'The address of this schema, for editors.' },
    version: { const: 1, description: 'Of the format.' },
    failures: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['criterion', 'reason'],
        properties: {
          target: {
            ...filled,
            description:
              'The URL of a target as reports name it, a glob of such URLs in which * stands for anything, or the label of a target. Left out: every target.',
          },
          probe: {
            ...filled,
            description:
              'A glob of probe ids, as --probe takes it, or the name of a family. listHonesty needs none; * without one is everything that can fail.',
          },
          criterion: {
            enum: baselineCriteria,
            description: 'The criterion or check that fails; *: whichever fails of these probes.',
          },
          reason: { ...filled, description: 'Why it is put up with.' },
          owner: { ...filled, description: 'Who answers for it.' },
          until: {
            type: 'string',
            format: 'date',
            description: 'The last day on which it is put up with, UTC. From the next day on it fails again.',
          },
        } satisfies Record<keyof BaselineEntry, object>,
        if: {
          required: ['criterion'],
          properties: { criterion: { enum: ['listHonesty', '*'] } },
        },
        else: { required: ['probe'] },
      },
    },
  },
} as const;
