/** A fleet: servers that are conformant, faulty, silent or not there, each target at an address of its own in 127.0.0.0/8. */

export const kinds = ['real', 'conformant', 'faulty', 'silent', 'refusing'] as const;

export type Kind = (typeof kinds)[number];

export type Ports = Readonly<Record<Kind, number>>;

/** Ten targets in a row are these. */
const pattern: readonly Kind[] = [
  'real',
  'faulty',
  'conformant',
  'real',
  'silent',
  'faulty',
  'real',
  'refusing',
  'faulty',
  'conformant',
];

export interface FleetTarget {
  readonly kind: Kind;
  readonly host: string;
  readonly port: number;
}

export function* fleet(count: number, ports: Ports): Generator<FleetTarget> {
  for (let i = 0; i < count; i += 1) {
    const kind = pattern[i % pattern.length] as Kind;
    yield { kind, host: `127.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`, port: ports[kind] };
  }
}
