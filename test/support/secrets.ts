/** Whether secrets show in what a test was given. */

import { expect } from 'chai';

/** Every text in a report, the bytes in base64 among them, decoded. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value, Buffer.from(value, 'base64').toString('latin1')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

export function expectNoneOf(secrets: readonly string[], ...texts: readonly string[]): void {
  for (const text of texts) for (const secret of secrets) expect(text).to.not.include(secret);
}
