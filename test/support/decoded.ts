/** Every text that somebody could decode from an output, to look for secrets in it. It shares nothing with the redactor. */

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decoders: readonly ((text: string) => string[])[] = [
  // A line of a report is shown with escapes, and may be quoted in another text.
  (text) => [text.replace(/\\r\\n/g, '\r\n')],
  (text) => [text.replace(/\r\n[0-9a-f]+(?:;[^\r\n]*)?\r\n/gi, '')],
  (text) => [text.replace(/\s*\n\s*/g, '')],
  (text) => [
    latin1(
      text.replace(/(?:%|\\x)([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    ),
  ],
  (text) => [text.replace(/\+/g, ' ')],
  (text) => [
    text
      .replace(/\\u([0-9a-f]{4})/gi, (_, hex) => utf8(String.fromCharCode(Number.parseInt(hex, 16))))
      .replace(/\\(["\\/])/g, '$1'),
  ],
  (text) => [
    text
      .replace(/&#x([0-9a-f]{1,6});/gi, (_, hex) => utf8(String.fromCodePoint(Number.parseInt(hex, 16))))
      .replace(/&#(\d{1,6});/g, (_, code) => utf8(String.fromCodePoint(Number(code))))
      .replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => named[name] ?? ''),
  ],
  (text) => runs(text, /[A-Za-z0-9+/_-]{12,}/g, 4, 'base64'),
  (text) => runs(text, /[0-9a-f]{16,}/gi, 2, 'hex'),
];

/** @param text in latin1. @returns it, and all that it decodes to in up to `depth` steps */
export function decoded(text: string, depth = 3): ReadonlySet<string> {
  const all = new Set([text]);
  let last: readonly string[] = [text];
  for (let step = 0; step < depth; step += 1) {
    last = last.flatMap((one) => decoders.flatMap((decode) => decode(one))).filter((one) => !all.has(one));
    for (const one of last) all.add(one);
  }
  return all;
}

/** The secrets that a text holds, in whatever form and letter case. */
export function secretsFound(text: string, secrets: readonly string[]): string[] {
  const texts = [...decoded(text)].map((one) => one.toLowerCase());
  return secrets.filter((secret) => texts.some((one) => one.includes(utf8(secret).toLowerCase())));
}

function runs(text: string, pattern: RegExp, beginnings: number, encoding: 'base64' | 'hex'): string[] {
  const found = [...text.matchAll(pattern)].map(([run]) => run);
  if (found.length === 0) return [];
  return Array.from({ length: beginnings }, (_, at) =>
    found.map((run) => Buffer.from(run.slice(at), encoding).toString('latin1')).join('\0'),
  );
}

export function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function latin1(text: string): string {
  return text;
}
