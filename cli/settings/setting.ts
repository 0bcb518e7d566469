/** An option's value together with where it was given, and the four places that can give one. */

import type { AuditOption } from '../options/audit-options.ts';

export type Value = string | number | boolean | readonly string[];

export interface Setting {
  readonly value: Value;
  /** From the one that rules to the one that holds where nothing is given. */
  readonly layer: 'command line' | 'environment' | 'file' | 'default';
  /** As a message names it: the name of a variable, FILE:LINE, or the layer's own name. */
  readonly where: string;
}

/** Settings by the long names of their options. */
export type Layer = ReadonlyMap<string, Setting>;

/** What kind of value an option takes. */
export function valueKindOf({
  type,
  array,
  choices,
}: AuditOption): 'list' | 'choice' | 'boolean' | 'number' | 'text' {
  if (array === true) return 'list';
  if (choices !== undefined) return 'choice';
  return type === 'boolean' || type === 'number' ? type : 'text';
}

/** Whether a setting stands above all that a file says. */
export function isAboveFiles(setting: Setting | undefined): boolean {
  return setting?.layer === 'command line' || setting?.layer === 'environment';
}
