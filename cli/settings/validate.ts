/** Checks the data of a configuration file against its schema, and words the mistakes. */

import { Ajv, type ErrorObject } from 'ajv';
import { didYouMean } from '../../audit/plan/did-you-mean.ts';
import { noDuration } from '../options/duration.ts';
import { longName } from '../options/long-name.ts';
import type { DocumentPath } from './placeholders.ts';
import { configurationSchema } from './schema.ts';

export interface Mistake {
  /** The path of the mistake. */
  readonly path: DocumentPath;
  readonly message: string;
}

/** @returns an empty list for valid data */
export function findMistakes(data: unknown): Mistake[] {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true, verbose: true, logger: false }).compile(
    configurationSchema,
  );
  return validate(data) ? [] : (validate.errors ?? []).map(toMistake);
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'keys with values',
  number: 'a number',
  boolean: 'true or false',
};

function toMistake(error: ErrorObject): Mistake {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { params, parentSchema } = error;
  const name = path.length === 0 ? 'the configuration' : named(path);
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const known = Object.keys(parentSchema?.properties ?? {});
      const where = path.length === 0 ? '' : ` in ${name}`;
      return {
        path: [...path, key],
        message: `there is no option "${key}"${where}; ${didYouMean(longName(key), known, 'docs/configuration.md lists them')}`,
      };
    }
    case 'required':
      return { path, message: `${name} lacks "${params.missingProperty}"` };
    case 'enum':
      return { path, message: `${name} must be one of ${(params.allowedValues as unknown[]).join(', ')}` };
    case 'minLength':
      return { path, message: `${name} must not be empty` };
    case 'pattern':
      return { path, message: `${name}: ${noDuration(String(error.data))}` };
    default: {
      const types = [params.type].flat().map((type) => words[String(type)] ?? type);
      return { path, message: `${name} must be ${types.join(' or ')}, not ${kindInWords(error.data)}` };
    }
  }
}

/** `targets[0].header`. */
function named(path: DocumentPath): string {
  return path
    .map((part, i) => (/^\d+$/.test(String(part)) ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`))
    .join('');
}

function kindInWords(data: unknown): string {
  if (data === null) return 'nothing';
  return words[Array.isArray(data) ? 'array' : typeof data] ?? typeof data;
}
