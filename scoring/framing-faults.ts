/** What is wrong with a response as an HTTP message: how serious each oddity is, and what mends it. */

import type { ClauseId } from '../spec/clauses.ts';
import type { Exchange } from '../wire/exchange.ts';
import { isSwitchingProtocols, type Oddity, oddities, type Response } from '../wire/response.ts';
import type { ClientFault } from './client-failures.ts';
import type { Fault } from './fault.ts';
import type { Level } from './verdict.ts';

const message: readonly ClauseId[] = ['message-syntax', 'message-framing'];

interface Rule {
  readonly level: Level;
  readonly clauses: readonly ClauseId[];
  readonly title: string;
  readonly detail: string;
  readonly fix: string;
  readonly clients?: ClientFault;
}

const readDifferently = 'Clients and proxies parse such a response differently, or reject it.';

/** SHOULD: no sentence forbids it to the server, and recipients read past it. */
const rules: Readonly<Record<Oddity, Rule>> = {
  'leading-empty-line': {
    level: 'SHOULD',
    clauses: message,
    title: 'Sends an empty line before the status line',
    detail: 'Nothing may stand before the status line.',
    fix: 'Send the status line first. Look for an extra line end after the previous response.',
    clients: 'leading-empty-line',
  },
  'status-line': {
    level: 'MUST',
    clauses: ['status-line'],
    title: 'Sends a status line that is not well-formed',
    detail:
      'The status line has to be the HTTP version, one space, the status code, one space, and perhaps a reason phrase.',
    fix: 'Write the status line as HTTP/1.1, one space, the status code, one space, and perhaps a reason phrase.',
  },
  'http-version': {
    level: 'SHOULD',
    clauses: message,
    title: 'Answers with an HTTP version other than 1.1',
    detail: 'The request asked in HTTP/1.1, and the status line names a version that has no such line.',
    fix: 'Begin the status line with HTTP/1.1.',
  },
  'bare-lf': {
    level: 'MUST',
    clauses: ['line-ends'],
    title: 'Ends lines of the response head with LF instead of CRLF',
    detail:
      'A sender has to end every line of the head in CRLF. A client may read LF alone as a line end, and need not.',
    fix: 'End every line of the head in CRLF ("\\r\\n"), the empty line at its end as well.',
    clients: 'bare-lf',
  },
  'control-octet': {
    level: 'MUST',
    clauses: message,
    title: 'Sends a control character inside the response head',
    detail: readDifferently,
    fix: 'Leave control characters out of the status line and of field values.',
  },
  'no-colon': {
    level: 'MUST',
    clauses: message,
    title: 'Sends a field line without a colon',
    detail: readDifferently,
    fix: 'Write each field as a name, a colon and a value.',
  },
  'field-name': {
    level: 'MUST',
    clauses: message,
    title: 'Sends a field name that is not a token',
    detail: readDifferently,
    fix: 'Use letters, digits and hyphens in field names.',
  },
  'space-before-colon': {
    level: 'MUST',
    clauses: message,
    title: 'Sends white space between a field name and its colon',
    detail: readDifferently,
    fix: 'Write the colon directly after the field name.',
  },
  'obs-fold': {
    level: 'MUST',
    clauses: ['line-ends'],
    title: 'Folds a field value over several lines',
    detail:
      'A sender must not fold a field value. Recipients may join the lines, drop the second one, or reject the response.',
    fix: 'Write each field value on one line, without folding.',
    clients: 'obs-fold',
  },
  'content-length': {
    level: 'MUST',
    clauses: message,
    title: 'Sends an invalid Content-Length',
    detail: readDifferently,
    fix: 'Send Content-Length once, with the length of the body in bytes as a decimal number.',
  },
  'length-and-coding': {
    level: 'MUST',
    clauses: message,
    title: 'Sends both Content-Length and Transfer-Encoding',
    detail: readDifferently,
    fix: 'Send Content-Length or Transfer-Encoding, and not both.',
  },
  chunk: {
    level: 'MUST',
    clauses: message,
    title: 'Sends a chunked body that is malformed',
    detail: readDifferently,
    fix: 'Write each chunk as its length in hexadecimal, CRLF, its bytes and CRLF, and end the body with a chunk of length 0.',
  },
  'body-short': {
    level: 'MUST',
    clauses: message,
    title: 'Sends a body that is shorter than declared',
    detail: 'The client waits for bytes that never come.',
    fix: 'Declare the length of the body that is sent: Content-Length: 0 where there is none.',
  },
  'body-on-head': {
    level: 'MUST',
    clauses: ['no-body-on-head'],
    title: 'Sends a body in response to HEAD',
    detail:
      'A response to HEAD ends with its head, so that a client or proxy reads the body as the beginning of another response.',
    fix: 'Leave the body out of a response to HEAD. Content-Length may stay.',
  },
  'bytes-after': {
    level: 'MUST',
    clauses: message,
    title: 'Sends bytes after the end of the response',
    detail: 'Clients read the extra bytes as the beginning of another response.',
    fix: 'Send nothing after the body: declare its whole length, or omit the excess.',
  },
};

export function framingFaults({ close }: Exchange, response: Response): Fault[] {
  const { oddities: seen, statusLine } = response;
  return (
    seen
      // A reset can discard bytes that the server did send but that were not yet delivered, and so can our own close.
      .filter((oddity) => oddity !== 'body-short' || (close?.kind !== 'reset' && close?.kind !== 'unwatched'))
      .map((oddity) =>
        oddity === 'status-line' && /^HTTP\/\d\.\d \d{3}$/.test(statusLine)
          ? spaceMissing
          : { ...rules[oddity], actual: oddities[oddity] },
      )
      // How clients take a refusal was not tried.
      .map(({ clients, ...fault }) =>
        clients !== undefined && isSwitchingProtocols(response) ? { ...fault, clients } : fault,
      )
  );
}

/** By far the most frequent way to write the status line wrongly. */
const spaceMissing: Fault = {
  ...rules['status-line'],
  actual: 'no space after the status code',
  title: 'Sends a status line without the space after the status code',
  detail: 'The space after the status code has to be sent even where no reason phrase follows.',
  fix: 'Send the space after the status code, even if no reason phrase follows.',
  clients: 'no-space-after-status',
};
