/** User info of URLs: read as credentials, and kept out of what is shown. */

import { redactQuery, redactTexts } from '../redaction/redactor.ts';
import { UsageError } from '../usage-error.ts';

/**
 * What the caller typed, for an error message: on one line, without secrets and user info. That ends at the last "@"
 * whatever else is wrong: a password may contain the very character that makes the URL invalid.
 */
export function displayUrl(input: string, secrets: readonly string[] = []): string {
  return JSON.stringify(maskUrl(input.trim(), secrets));
}

/** The same, not yet quoted. */
export function maskUrl(input: string, secrets: readonly string[] = []): string {
  return redactTexts(redactQuery(input), secrets).replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
}

/**
 * User info of a URL as Basic credentials (rfc7617), or null if it has none.
 *
 * @param displayName the URL as an error message may show it
 * @throws UsageError if it cannot be decoded
 */
export function basicCredentials(url: URL, displayName: string): string | null {
  if (url.username === '' && url.password === '') return null;
  try {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  } catch {
    throw new UsageError(`${displayName}: the user info holds a "%" that encodes nothing; write it as %25`);
  }
}
