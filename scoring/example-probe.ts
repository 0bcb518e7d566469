/** Which of the probes that show a finding is its example: the one that is plainest to read and to send by hand. */

import { findProbe } from '../probes/catalogue.ts';
import type { FieldLine, RequestTemplate } from '../wire/request.ts';

/** Characters of a value that are still read at a glance. */
const maxValueLength = 200;

/** @param ids in the order of the catalogue, at least one; the first one if none is plain */
export function exampleProbe(ids: readonly string[]): string | undefined {
  return ids.find(isPlain) ?? ids[0];
}

function isPlain(id: string): boolean {
  const probe = findProbe(id);
  return probe !== undefined && isOneHead(probe.request) && probe.request.lines.every(isPlainLine);
}

/** Sent in one piece, with nothing before or behind it. */
function isOneHead({ prefix, cutWithin, body, followedBy }: RequestTemplate): boolean {
  return [prefix, cutWithin, body, followedBy].every((part) => part === undefined);
}

function isPlainLine(line: RequestTemplate['lines'][number]): boolean {
  return !('name' in line) || isPlainField(line);
}

/** A token, a colon, and printable characters without white space around them. */
function isPlainField({ name, value, separator = ': ' }: FieldLine): boolean {
  if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name) || separator !== ': ') return false;
  if (typeof value !== 'string') return value.fill === 'host' || value.insert === undefined;
  return value.length <= maxValueLength && /^(?:[!-~]|[!-~][ -~]*[!-~])$/.test(value);
}
