/** What the command says of an error that ends it, and the exit code with it. */

import { escapeUnicode } from '../reporters/escape.ts';
import { UsageError } from '../wire/usage-error.ts';
import { exitCodes } from './exit-codes.ts';
import { shortenQuotes } from './shorten-quotes.ts';
import { usageMessage } from './usage-message.ts';

export interface Failure {
  /** For standard error: one line, and with `--debug` the stack trace of an internal error. */
  readonly text: string;
  readonly exitCode: number;
}

export function failureOf(error: unknown, args: readonly string[]): Failure {
  if (!(error instanceof UsageError))
    return { text: internalFault(error, args), exitCode: exitCodes.internal };
  // A file name may contain line breaks and other control characters; the message stays on one line.
  const message = escapeUnicode(shortenQuotes(usageMessage(error), args));
  return { text: `handshake13: ${message}\n`, exitCode: exitCodes.usage };
}

/** The message of the error is only in the stack trace: it may quote a credential. */
function internalFault(error: unknown, args: readonly string[]): string {
  const kind = escapeUnicode(error instanceof Error ? error.name : typeof error);
  const stack = String(error instanceof Error ? error.stack : error)
    .split('\n')
    .map(escapeUnicode)
    .join('\n');
  const line = `handshake13: internal error (${kind}), which says nothing about the target`;
  return args.includes('--debug')
    ? `${line}; report it to the maintainers with this stack trace:\n${stack}\n`
    : `${line}; run it again with --debug for the stack trace, and report that to the maintainers\n`;
}
