/** The ways in which a script may try to set Sec-WebSocket-Version, and what a browser must make of each. */

export interface ScriptAttempt {
  /** As the page names it to our side. */
  readonly by: string;
  /** As a script writes it. */
  readonly code: string;
  /** The values that may arrive; a browser may also send nothing at all. */
  readonly allowed: readonly string[];
}

export const scriptAttempts: readonly ScriptAttempt[] = [
  { by: 'fetch', code: 'fetch(url, { headers })', allowed: [] },
  { by: 'request', code: 'fetch(new Request(url, { headers }))', allowed: [] },
  { by: 'xhr', code: 'XMLHttpRequest: setRequestHeader(name, value)', allowed: [] },
  { by: 'protocols', code: 'new WebSocket(url, { headers })', allowed: ['13'] },
  { by: 'options', code: 'new WebSocket(url, [], { headers })', allowed: ['13'] },
];

/** The value that the page tries to set. */
export const attemptedVersion = '8';
