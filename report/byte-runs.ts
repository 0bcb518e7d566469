/** Long runs of one byte in an exchange, such as the padding of a long field, stored as how often the byte repeats. */

/** Bytes as JSON holds them. */
export interface StoredBytes {
  readonly base64: string;
  /**
   * Where one byte stands for many in a row: its place among the bytes of `base64`, and how often it was there. Absent
   * where all bytes stand as they were, as they do unless only the evidence of failures is kept.
   */
  readonly runs?: readonly (readonly [place: number, times: number])[];
}

/** Shorter runs stay as they are. */
const minRun = 64;

export function shortenRuns({ base64 }: StoredBytes): StoredBytes {
  const bytes = Buffer.from(base64, 'base64');
  const kept: Buffer[] = [];
  const runs: [number, number][] = [];
  let length = 0;
  const keep = (part: Buffer): void => {
    kept.push(part);
    length += part.length;
  };
  let start = 0;
  for (let from = 0; from < bytes.length; ) {
    let to = from + 1;
    while (to < bytes.length && bytes[to] === bytes[from]) to += 1;
    if (to - from >= minRun) {
      keep(bytes.subarray(start, from + 1));
      runs.push([length - 1, to - from]);
      start = to;
    }
    from = to;
  }
  if (runs.length === 0) return { base64 };
  keep(bytes.subarray(start));
  return { base64: Buffer.concat(kept).toString('base64'), runs };
}

/** The bytes as they were on the wire. */
export function storedBytes({ base64, runs = [] }: StoredBytes): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  const parts: Buffer[] = [];
  let start = 0;
  for (const [place, times] of runs) {
    parts.push(bytes.subarray(start, place), Buffer.alloc(times, bytes[place]));
    start = place + 1;
  }
  return Buffer.concat([...parts, bytes.subarray(start)]);
}
