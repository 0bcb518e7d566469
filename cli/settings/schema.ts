/** The JSON Schema of a configuration file, generated from the tables of options. */

import { type AuditOption, asWritten, auditOptions } from '../options/audit-options.ts';
import { durationPattern } from '../options/duration.ts';
import { valueKindOf } from './setting.ts';

const text = { type: 'string', minLength: 1 } as const;

function schemaOf(name: string, option: AuditOption): object {
  const { describe: description, default: value } = option;
  return {
    description,
    ...typeOf(name, option),
    ...(value !== undefined && { default: asWritten(option, value) }),
  };
}

function typeOf(name: string, option: AuditOption): object {
  switch (valueKindOf(option)) {
    case 'list': {
      const list = { ...text, type: ['string', 'array'], items: text };
      // Fields may also be written as names and values.
      return name === 'header'
        ? { ...list, type: [...list.type, 'object'], additionalProperties: { type: 'string' } }
        : list;
    }
    case 'choice':
      return { enum: option.choices };
    case 'duration':
      return { type: ['number', 'string'], pattern: durationPattern };
    case 'text':
      return text;
    case 'boolean':
    case 'number':
      return { type: option.type };
  }
}

const options: [name: string, option: AuditOption][] = Object.entries(auditOptions);
const schemas = options.map(([name, option]) => [name, schemaOf(name, option)] as const);

const target = {
  type: ['string', 'object'],
  minLength: 1,
  required: ['url'],
  additionalProperties: false,
  properties: {
    url: { ...text, description: 'ws://, wss://, http://, https:// URL, host, host:port or :port' },
    label: { ...text, description: 'A name for reports; the command line accepts it in place of the URL' },
    ...Object.fromEntries(schemas.filter((_, i) => options[i]?.[1].perTarget === true)),
  },
};

export const configurationSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Configuration of handshake13',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: 'URL of the schema of this file' },
    targets: {
      type: 'array',
      items: target,
      description:
        'What to audit if the command line has no targets: URLs, or URLs with options of their own',
    },
    ...Object.fromEntries(schemas),
  },
} as const;
