/** What is wrong with a response as an HTTP message: how serious each oddity is, and what mends it. */

import type { ClauseId } from '../spec/clauses.ts';
import type { Exchange } from '../wire/exchange.ts';
import { isSwitchingProtocols, type Oddity, oddities, type Response } from '../wire/response.ts';
import type { ClientFault } from './client-failures.ts';
import { leastForgottenMs } from './close-window.ts';
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
const rules: Readonly<Record<Exclude<Oddity, 'body-short'>, Rule>> = {
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

export function framingFaults(exchange: Exchange, response: Response): Fault[] {
  const { oddities: seen, statusLine } = response;
  const ofMessage = seen
    .flatMap((oddity): Fault[] => {
      if (oddity === 'body-short') return [];
      return oddity === 'status-line' && /^HTTP\/\d\.\d \d{3}$/.test(statusLine)
        ? [spaceMissing]
        : [{ ...rules[oddity], actual: oddities[oddity] }];
    })
    // How clients take a refusal was not tried.
    .map(({ clients, ...fault }) =>
      clients !== undefined && isSwitchingProtocols(response) ? { ...fault, clients } : fault,
    );
  const ofBody = bodyFault(exchange, response);
  return ofBody === null ? ofMessage : [...ofMessage, ofBody];
}

const incomplete = { level: 'MUST', clauses: ['message-framing'] } as const;

const shortBody = {
  ...incomplete,
  title: 'Sends a body that is shorter than declared',
  detail: 'The client waits for bytes that never come.',
  fix: 'Declare the length of the body that is sent: Content-Length: 0 where there is none.',
};

const cutChunks: Fault = {
  ...incomplete,
  actual: 'the connection ended before the last chunk, which has the length 0',
  title: 'Ends the connection within a chunked body',
  detail:
    'A chunked body ends with a chunk of length 0. Without it the client has to take the body for cut short.',
  fix: 'Write the last chunk, "0\\r\\n\\r\\n", before the connection is closed.',
};

/** SHOULD: no clause says when a body that is still being sent has to end. */
const endless: Fault = {
  ...incomplete,
  level: 'SHOULD',
  actual: 'the connection was still open, and the end of the body had not come',
  title: 'Sends a refusal whose end does not come',
  detail:
    'A chunked body ends with a chunk of length 0, and a body without a declared length with the connection. Until then the client waits for more.',
  fix: 'Send the whole body and its end: Content-Length with its length (0 where there is none), the last chunk, or the close of the connection.',
};

/**
 * What is wrong with where the body ends (rfc9112 §6.3, §7.1, §8). Any response but a refusal may be a stream that ends
 * when it likes.
 */
function bodyFault({ close }: Exchange, { framing, oddities: seen, status }: Response): Fault | null {
  const isShort = seen.includes('body-short');
  switch (close?.kind) {
    case 'fin':
      if (!isShort) return null;
      return framing === 'chunked'
        ? cutChunks
        : { ...shortBody, actual: 'the connection ended before the body had its declared length' };
    case 'open': {
      if (isShort && framing === 'content-length') {
        return {
          ...shortBody,
          // No MUST rests on bytes that may be only late.
          level: close.afterMs >= leastForgottenMs ? 'MUST' : 'SHOULD',
          actual: 'the connection was still open, and the body did not have its declared length',
        };
      }
      const isUnended = isShort || (framing === 'until-close' && !seen.includes('content-length'));
      return isUnended && status >= 400 ? endless : null;
    }
    // A reset can discard bytes that the server did send but that were not yet delivered, and so can our own close.
    case 'reset':
    case 'client':
    case 'unwatched':
    case undefined:
      return null;
  }
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
