/**
 * Texts as whoever reads a response may decode them: without the chunked coding, without escapes, out of base64 or
 * hexadecimal. Each knows which characters of the text before it every one of its own came from.
 */

/** A text in latin1: one character is one byte. */
export interface Decoding {
  readonly text: string;
  /** The text that it was decoded from; null if it is the original. */
  readonly source: Decoding | null;
  /** Index in the source of the first character that this one came from, and of the one behind the last. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export function original(text: string): Decoding {
  return { text, source: null, starts: [], ends: [] };
}

/**
 * The text itself, and every text that it decodes to.
 *
 * @param minLength of what is looked for, in bytes: shorter runs of base64 and of hexadecimal digits are not decoded
 */
export function* decodingsOf(text: string, minLength: number): Generator<Decoding> {
  const whole = original(text);
  const body = orItself(withoutChunks, whole);
  const joined = orItself(withoutLineBreaks, body);
  for (const layout of new Set([whole, body, joined, orItself(withoutSizeLines, whole)])) {
    const once = orItself(withoutEscapes, layout);
    // What was wrapped before it was escaped.
    const unwrapped = layout === joined ? orItself(withoutLineBreaks, once) : once;
    for (const plain of new Set([layout, once, unwrapped, orItself(withoutEscapes, once)])) {
      yield plain;
      yield* contentsOf(plain, minLength, 2);
    }
  }
}

/** What is encoded in a text, in up to `depth` layers. */
function* contentsOf(source: Decoding, minLength: number, depth: number): Generator<Decoding> {
  if (depth === 0) return;
  for (const decoded of [...fromBase64(source, minLength), ...fromHex(source, minLength)])
    for (const plain of new Set([decoded, orItself(withoutEscapes, decoded)])) {
      yield plain;
      yield* contentsOf(plain, minLength, depth - 1);
    }
}

/** The indexes in the original of the characters that those from `start` to `end` of a text came from. */
export function* originsOf(
  { source, starts, ends }: Decoding,
  start: number,
  end: number,
): Generator<number> {
  for (let i = start; i < end; i += 1) {
    if (source === null) yield i;
    else yield* originsOf(source, starts[i] ?? 0, ends[i] ?? 0);
  }
}

type Decode = (source: Decoding) => Decoding | null;

function orItself(decode: Decode, source: Decoding): Decoding {
  return decode(source) ?? source;
}

/** The content of chunked bodies (rfc9112 §7.1). */
function withoutChunks(source: Decoding): Decoding | null {
  return replace(source, chunkFraming(source.text), () => '');
}

/** What stands around the chunks behind each head. */
function* chunkFraming(text: string): Generator<Match> {
  const framing = /(?:\r?\n)?([0-9a-f]{1,13})[ \t]*(?:;[^\r\n]*)?\r?\n/iy;
  let done = 0;
  for (const head of text.matchAll(/\ntransfer-encoding[ \t]*:[^\n]*chunked[\s\S]*?\n\r?\n/gi)) {
    framing.lastIndex = head.index + head[0].length;
    if (framing.lastIndex < done) continue;
    for (let match = framing.exec(text); match !== null; match = framing.exec(text)) {
      yield match;
      done = framing.lastIndex;
      framing.lastIndex += Number.parseInt(match[1] ?? '', 16);
    }
  }
}

/** The same where the sizes are wrong: every line that could be one. */
function withoutSizeLines(source: Decoding): Decoding | null {
  if (!/\ntransfer-encoding[ \t]*:/i.test(source.text)) return null;
  return replace(source, source.text.matchAll(/\r?\n[0-9a-f]+[ \t]*(?:;[^\r\n]*)?\r?\n/gi), () => '');
}

/** Base64 is often wrapped. */
function withoutLineBreaks(source: Decoding): Decoding | null {
  return replace(source, source.text.matchAll(/[\r\n]+/g), () => '');
}

const escapes = new RegExp(
  [
    String.raw`(?:%|\\x)(?<byte>[0-9a-f]{2})`,
    String.raw`[\\%]u(?<high>d[89ab][0-9a-f]{2})[\\%]u(?<low>d[c-f][0-9a-f]{2})`,
    String.raw`[\\%]u(?<unit>[0-9a-f]{4})`,
    String.raw`\\u\{0*(?<braced>[0-9a-f]{1,6})\}`,
    String.raw`\\(?<single>["'\\/bfnrt])`,
    '&#x0*(?<hex>[0-9a-f]{1,6});?',
    String.raw`&#0*(?<decimal>\d{1,7});?`,
    '&(?<name>[a-z]+);',
  ].join('|'),
  'gi',
);

/** In JSON and in most programming languages (rfc8259 §7). */
const singles: ReadonlyMap<string, string> = new Map(
  Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }),
);

/** The named character references of HTML for ASCII. */
const entities: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Tab: '\t',
    NewLine: '\n',
    nbsp: ' ',
    excl: '!',
    quot: '"',
    QUOT: '"',
    num: '#',
    dollar: '$',
    percnt: '%',
    amp: '&',
    AMP: '&',
    apos: "'",
    lpar: '(',
    rpar: ')',
    ast: '*',
    plus: '+',
    comma: ',',
    hyphen: '-',
    dash: '-',
    period: '.',
    sol: '/',
    colon: ':',
    semi: ';',
    lt: '<',
    LT: '<',
    equals: '=',
    gt: '>',
    GT: '>',
    quest: '?',
    commat: '@',
    lsqb: '[',
    lbrack: '[',
    bsol: '\\',
    rsqb: ']',
    rbrack: ']',
    Hat: '^',
    lowbar: '_',
    UnderBar: '_',
    grave: '`',
    lcub: '{',
    lbrace: '{',
    verbar: '|',
    vert: '|',
    rcub: '}',
    rbrace: '}',
  }),
);

/** Percent-encoding, also as `escape()` of JavaScript writes it, the escapes of JSON and the character references of HTML, once. */
function withoutEscapes(source: Decoding): Decoding | null {
  return replace(
    source,
    source.text.matchAll(escapes),
    ({ byte, high, low, unit, braced, single, hex, decimal, name }) => {
      if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
      if (high !== undefined && low !== undefined)
        return utf8(String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16)));
      if (single !== undefined) return singles.get(single) ?? single;
      if (name !== undefined) return entities.get(name) ?? null;
      const codePoint =
        decimal === undefined ? Number.parseInt(unit ?? braced ?? hex ?? '', 16) : Number(decimal);
      return codePoint > 0x10ffff ? null : utf8(String.fromCodePoint(codePoint));
    },
  );
}

function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** A text in which escapes are decoded. */
export function unescapeText(text: string): string {
  return withoutEscapes(original(text))?.text ?? text;
}

type Match = Pick<RegExpExecArray, 0 | 'index' | 'groups'>;

/** @param write what stands in place of a match; null: the match itself */
function replace(
  source: Decoding,
  matches: Iterable<Match>,
  write: (groups: Readonly<Record<string, string | undefined>>) => string | null,
): Decoding | null {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  let done = 0;
  const keepTo = (end: number): void => {
    text += source.text.slice(done, end);
    for (; done < end; done += 1) {
      starts.push(done);
      ends.push(done + 1);
    }
  };
  for (const match of matches) {
    const written = write(match.groups ?? {});
    if (written === null) continue;
    keepTo(match.index);
    done = match.index + match[0].length;
    text += written;
    for (const _ of written) {
      starts.push(match.index);
      ends.push(done);
    }
  }
  if (done === 0) return null;
  keepTo(source.text.length);
  return { text, source, starts, ends };
}

/** What separates the decoded runs: no secret contains it. */
const gap = '\0';

/** A secret may begin anywhere in what was encoded, and what was encoded anywhere in a run of its alphabet. */
function fromBase64(source: Decoding, minLength: number): Decoding[] {
  // The two alphabets (rfc4648 §4, §5).
  const runs = runsOf(source, '[A-Za-z0-9+/_-]', Math.ceil((minLength * 4) / 3));
  return decodeRuns(
    source,
    runs,
    4,
    (run) => Buffer.from(run, 'base64'),
    (byte) => {
      // Three bytes of eight bits are four characters of six.
      const first = Math.floor((byte * 4) / 3);
      return [first, first + 2];
    },
  );
}

function fromHex(source: Decoding, minLength: number): Decoding[] {
  const runs = runsOf(source, '[0-9A-Fa-f]', minLength * 2);
  return decodeRuns(
    source,
    runs,
    2,
    (run) => Buffer.from(run, 'hex'),
    (byte) => [byte * 2, byte * 2 + 2],
  );
}

interface Run {
  readonly text: string;
  readonly index: number;
}

function runsOf({ text }: Decoding, character: string, minLength: number): Run[] {
  const pattern = new RegExp(`${character}{${minLength},}`, 'g');
  return [...text.matchAll(pattern)].map((match) => ({ text: match[0], index: match.index }));
}

/**
 * The bytes of all runs in one text, once for each character of a run where the encoding may begin.
 *
 * @param charactersOf the characters of an encoded text that a byte came from, the second one exclusive
 */
function decodeRuns(
  source: Decoding,
  runs: readonly Run[],
  beginnings: number,
  decode: (text: string) => Buffer,
  charactersOf: (byte: number) => readonly [start: number, end: number],
): Decoding[] {
  if (runs.length === 0) return [];
  return Array.from({ length: beginnings }, (_, skipped) => {
    const starts: number[] = [];
    const ends: number[] = [];
    const texts = runs.map(({ text, index }) => {
      const bytes = decode(text.slice(skipped));
      for (let byte = 0; byte < bytes.length; byte += 1) {
        const [start, end] = charactersOf(byte);
        starts.push(index + skipped + start);
        ends.push(index + skipped + end);
      }
      starts.push(index);
      ends.push(index);
      return bytes.toString('latin1') + gap;
    });
    return { text: texts.join(''), source, starts, ends };
  });
}
