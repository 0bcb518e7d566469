/** What makes a probe's request differ from the control's: the lines to show as "sent". */

/** The lines of the request that the control does not have, or in words that one of the control's is missing. */
export function requestDifference(request: Buffer, control: Buffer): string[] {
  const sent = splitHead(request);
  const usual = splitHead(control);
  if (sent.requestLine !== usual.requestLine) return [sent.requestLine];
  // What is missing first, then what stands there instead.
  const names = new Set([...usual.lines, ...sent.lines].map(fieldNameOf));
  const changed = [...names].filter(
    (name) => !sameLines(withName(sent.lines, name), withName(usual.lines, name)),
  );
  const lines = changed.flatMap((name) => {
    const present = withName(sent.lines, name);
    return present.length > 0 ? present : [`no ${withName(usual.lines, name)[0]?.split(':')[0]} field`];
  });
  return lines.length > 0 ? countRepeats(lines) : withName(sent.lines, 'sec-websocket-version');
}

function splitHead(request: Buffer): { requestLine: string; lines: string[] } {
  const head = request.toString('latin1');
  const [requestLine = '', ...lines] = head.slice(0, head.indexOf('\r\n\r\n')).split(/\r\n(?![ \t])/);
  return { requestLine, lines };
}

/** As far as the colon, so that a name that is not right is another name. */
function fieldNameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).trim().toLowerCase();
}

function withName(lines: readonly string[], name: string): string[] {
  return lines.filter((line) => fieldNameOf(line) === name);
}

/** Keys are fresh in every request: only their number and length can differ. */
function sameLines(a: readonly string[], b: readonly string[]): boolean {
  const comparable = (line: string): string =>
    fieldNameOf(line) === 'sec-websocket-key' ? line.replace(/[A-Za-z0-9+/]{22}==$/, 'KEY') : line;
  return a.map(comparable).join('\n') === b.map(comparable).join('\n');
}

function countRepeats(lines: readonly string[]): string[] {
  const counted = new Map<string, number>();
  for (const line of lines) counted.set(line, (counted.get(line) ?? 0) + 1);
  // A pair is shown as it is: that there are two lines is the point.
  return [...counted].flatMap(([line, count]) =>
    count > 2 ? [`${line} (${count} times)`] : Array(count).fill(line),
  );
}
