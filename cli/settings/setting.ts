/** The value of an option with its source, and the four layers that can give one. */

import type { AuditOption } from '../options/audit-options.ts';

export type Value = string | number | boolean | readonly string[];

export interface Setting {
  /** A time is in milliseconds. */
  readonly value: Value;
  /** From the highest to the lowest. */
  readonly layer: 'command line' | 'environment' | 'file' | 'default';
  /** As messages show it: the name of a variable, FILE:LINE, or the name of the layer. */
  readonly where: string;
}

/** Settings by the long names of their options. */
export type Layer = ReadonlyMap<string, Setting>;

/** The kind of value that an option takes. */
export function valueKindOf({
  type,
  array,
  choices,
  duration,
}: AuditOption): 'list' | 'choice' | 'boolean' | 'number' | 'duration' | 'text' {
  if (array === true) return 'list';
  if (choices !== undefined) return 'choice';
  if (duration === true) return 'duration';
  return type === 'boolean' || type === 'number' ? type : 'text';
}

/** Whether a setting overrides everything in a file. */
export function isAboveFiles(setting: Setting | undefined): boolean {
  return setting?.layer === 'command line' || setting?.layer === 'environment';
}
