/**
 * A strict reading of an opening handshake, straight from the clauses, that shares no code with the probes:
 * what a server that gets everything right makes of these bytes.
 */

import type { ClauseId } from '../../spec/clauses.ts';

export interface Reading {
  /** The first clause that the handshake breaks; none: it is right in every part. */
  readonly broken?: ClauseId;
  /** The version asked for, if it is legal and the only fault is that it is not 13. */
  readonly version?: number;
  /** A value is folded, so a server may refuse whatever else it thinks of the handshake (rfc9112 §5.2). */
  readonly folded: boolean;
  /** Readers of the clauses disagree: a list in Upgrade (rfc6455 §4.2.1), a body, a key or a head beyond what has to be read. */
  readonly debatable?: boolean;
}

export function readStrictly(text: string): Reading {
  const unfolded = text.replace(/\r\n[ \t]+/g, ' ');
  return { folded: unfolded !== text, ...judge(unfolded) };
}

function judge(text: string): Omit<Reading, 'folded'> {
  const [head = '', body = ''] = text.replace(/^\r\n/, '').split('\r\n\r\n');
  const [start = '', ...lines] = head.split('\r\n');
  const fields: { name: string; value: string }[] = [];
  for (const line of lines) {
    const [, name = '', gap = '', raw = ''] = /^([^:\s]+)([ \t]*):(.*)$/s.exec(line) ?? [];
    if (gap !== '') return { broken: 'no-space-before-colon' };
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return { broken: 'reject-bad-handshake' };
    const value = raw.replace(/^[ \t]+|[ \t]+$/g, '');
    if (!/^[\t\x20-\x7E\x80-\xFF]*$/.test(value)) return { broken: 'field-value-octets' };
    fields.push({ name: name.toLowerCase(), value });
  }
  const values = (name: string) => fields.filter((field) => field.name === name).map((field) => field.value);
  const tokens = (name: string) =>
    values(name).flatMap((value) => value.split(',').map((token) => token.trim().toLowerCase()));

  const [, method, minor] = /^([A-Z]+) [^ ]+ HTTP\/1\.([0-9])$/.exec(start) ?? [];
  if (/ HTTP\/[2-9]\.[0-9]$/.test(start)) return { debatable: true };
  if (minor === '0') return { broken: 'no-upgrade-on-1.0' };
  if (values('host').length !== 1) return { broken: 'host-required' };
  if (/\s/.test(values('host')[0] ?? '')) return { broken: 'host-required' };
  if (values('content-length').some((value) => !/^[0-9]+$/.test(value)))
    return { broken: 'content-length-invalid' };
  const [key, ...moreKeys] = values('sec-websocket-key');
  if (body !== '' || lines.length > 1000 || (key?.length ?? 0) > 1024) return { debatable: true };
  const bad =
    method !== 'GET' ||
    !tokens('upgrade').includes('websocket') ||
    !tokens('connection').includes('upgrade') ||
    key === undefined ||
    moreKeys.length > 0 ||
    Buffer.from(key, 'base64').length !== 16 ||
    Buffer.from(key, 'base64').toString('base64') !== key;
  if (bad) return { broken: 'reject-bad-handshake' };

  const [version, ...moreVersions] = values('sec-websocket-version');
  if (version === undefined) return { broken: 'reject-bad-handshake' };
  if (moreVersions.length > 0) return { broken: 'once-in-request' };
  if (!/^(0|[1-9][0-9]{0,2})$/.test(version) || Number(version) > 255) return { broken: 'version-grammar' };
  if (version !== '13') return { broken: 'refuse-unknown-version', version: Number(version) };
  return { debatable: tokens('upgrade').length > 1 || values('content-length').length > 0 };
}
