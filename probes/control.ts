/** The control, `valid/13`: the handshake that every other probe differs from in one thing. */

import { addedFields, type FieldLine, type Insertion, type RequestTemplate } from '../wire/request.ts';

/** The id of the control. */
export const controlId = 'valid/13';

/** The Host line of the control. */
export const host: FieldLine = { name: 'Host', value: { fill: 'host' } };
const upgrade: FieldLine = { name: 'Upgrade', value: 'websocket' };
const connection: FieldLine = { name: 'Connection', value: 'Upgrade' };
const key: FieldLine = keyOf(16);

/** A key line that holds this many random bytes. */
export function keyOf(bytes: number): FieldLine {
  return { name: 'Sec-WebSocket-Key', value: { fill: 'key', bytes } };
}

/** The key line of the control with text put into its key. */
export function keyWith(...insert: Insertion[]): FieldLine {
  return { name: 'Sec-WebSocket-Key', value: { fill: 'key', bytes: 16, insert } };
}

/** The field line this tool is about. */
export function version(value: string, line: Partial<FieldLine> = {}): FieldLine {
  return { name: 'Sec-WebSocket-Version', value, ...line };
}

/** The control with other version lines in place of its own: none, one or several. */
export function withVersion(...versions: FieldLine[]): RequestTemplate {
  return {
    method: 'GET',
    httpVersion: 'HTTP/1.1',
    lines: [host, upgrade, connection, key, ...versions, addedFields],
  };
}

export const control: RequestTemplate = withVersion(version('13'));

/** The control with the lines of one field (by its name in the control) replaced: by none, one or several. */
export function withField(
  name: 'Host' | 'Upgrade' | 'Connection' | 'Sec-WebSocket-Key',
  ...lines: FieldLine[]
): RequestTemplate {
  return {
    ...control,
    lines: control.lines.flatMap((line) => ('name' in line && line.name === name ? lines : [line])),
  };
}

/** The control with version lines at the very start of the fields, before Host, and at the very end. */
export function withVersionAround(first: FieldLine[], last: FieldLine[]): RequestTemplate {
  return { ...control, lines: [...first, host, upgrade, connection, key, addedFields, ...last] };
}

/** The control with every field line of its own rewritten; those that the caller adds stay as they are. */
export function withEachLine(rewrite: (line: FieldLine) => FieldLine): RequestTemplate {
  return { ...control, lines: control.lines.map((line) => ('name' in line ? rewrite(line) : line)) };
}

/** The control with one more field at its end. */
export function withMore(line: FieldLine): RequestTemplate {
  return { ...control, lines: [...control.lines, line] };
}
