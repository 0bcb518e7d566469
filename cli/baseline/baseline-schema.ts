/** The JSON Schema of a baseline file: checks files that are read, and is published as docs/baseline.schema.json. */

import { type BaselineEntry, baselineCriteria } from '../../scoring/baseline.ts';

/** Not blank either. */
const filled = { type: 'string', pattern: '\\S' } as const;

export const baselineSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A baseline of handshake13: known failures, which do not fail a run',
  type: 'object',
  additionalProperties: false,
  required: ['failures'],
  properties: {
    $schema: { type: 'string', description: 'URL of this schema, for editors.' },
    version: { const: 1, description: 'Version of the format.' },
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
          reason: { ...filled, description: 'Why it is tolerated.' },
          owner: { ...filled, description: 'Who is responsible for it.' },
          until: {
            type: 'string',
            format: 'date',
            description: 'Last day on which it is tolerated, UTC. From the next day on it fails again.',
          },
        } satisfies Record<Exclude<keyof BaselineEntry, 'location'>, object>,
        if: {
          required: ['criterion'],
          properties: { criterion: { enum: ['listHonesty', '*'] } },
        },
        else: { required: ['probe'] },
      },
    },
  },
} as const;
