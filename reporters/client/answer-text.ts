/** What our side answers in a case, as lines that are safe to show, with the placeholders as they are. */

import type { Afterwards, Answer, Step } from '../../wire/client-connection.ts';
import { escapeBytes, escapeLines } from '../escape.ts';

/** Lines of one step that are shown. */
const maxLines = 24;

const afterwardsInWords: Readonly<Record<Afterwards, string>> = {
  ping: 'then a Ping after 150 ms',
  http: 'then the connection is kept for further requests',
  fin: 'then our side ends the connection (FIN)',
  reset: 'then our side resets the connection (RST)',
  hold: 'then nothing for 5 s, and the end of the connection',
};

/** @param maxLineLength bytes of a line that are shown */
export function answerLines({ answer, afterwards }: Answer, maxLineLength: number): string[] {
  return [...answer.flatMap((step) => stepLines(step, maxLineLength)), `(${afterwardsInWords[afterwards]})`];
}

function stepLines(step: Step, maxLineLength: number): string[] {
  if ('pause' in step) return [`(nothing for ${step.pause / 1000} s)`];
  if ('repeat' in step) {
    const size = `${(step.bytes / 1_000_000).toFixed(0)} MB`;
    return [escapeBytes(step.repeat), `(the last line again and again, ${size} in all)`];
  }
  if ('sendBytewise' in step)
    return [...textLines(step.sendBytewise, maxLineLength), '(each byte in a segment of its own)'];
  return textLines(step.send, maxLineLength);
}

function textLines(text: string, maxLineLength: number): string[] {
  return escapeLines(Buffer.from(text, 'latin1'), maxLineLength, maxLines);
}
