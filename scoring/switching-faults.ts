/** What is wrong with a 101 besides Sec-WebSocket-Accept (rfc6455 §4.2.2 (5), and what HTTP says of a 1xx). */

import type { Exchange } from '../wire/exchange.ts';
import { fieldValues, listElements, type Response } from '../wire/response.ts';
import { deflateFaults } from './deflate-faults.ts';
import type { Fault } from './fault.ts';
import { requestValues } from './server-handshake.ts';

const handshake = { level: 'MUST', clauses: ['server-handshake'] } as const;

/** Of Upgrade and Connection. */
export function switchingFaults({ fields }: Response): Fault[] {
  return [
    ...upgradeFaults(fieldValues(fields, 'Upgrade')),
    ...connectionFaults(fieldValues(fields, 'Connection')),
  ];
}

function upgradeFaults(values: readonly string[]): Fault[] {
  const seen = values.join(', ');
  const elements = listElements(values).map((element) => element.toLowerCase());
  if (values.length === 0) {
    return [
      {
        ...handshake,
        actual: 'no Upgrade field',
        title: 'Sends a 101 without Upgrade',
        detail: 'The 101 does not say which protocol it switches to.',
        fix: 'Send Upgrade: websocket with the 101.',
        clients: 'upgrade-missing',
      },
    ];
  }
  if (seen.toLowerCase() === 'websocket') return [];
  if (elements.length > 1 && elements.every((element) => element === 'websocket')) {
    const times = timesOf(elements.length);
    return [
      {
        ...handshake,
        actual: `Upgrade stands ${times}: ${seen}`,
        title: `Sends Upgrade ${times} with the 101`,
        detail: `Upgrade stands ${times} on the 101. Together its values are not "websocket".`,
        fix: `Upgrade stands ${times}; send it once. A proxy that adds its own has to drop the one from the server behind it.`,
        clients: 'upgrade-twice',
      },
    ];
  }
  return [
    {
      ...handshake,
      actual: `Upgrade: ${seen}`,
      title: 'Sends a 101 with another value in Upgrade',
      detail: 'The 101 names another protocol than the one asked for.',
      fix: 'Send Upgrade with the value websocket alone.',
      clients: 'upgrade-other',
    },
  ];
}

function connectionFaults(values: readonly string[]): Fault[] {
  const seen = values.join(', ');
  const options = listElements(values).map((option) => option.toLowerCase());
  const upgrades = options.filter((option) => option === 'upgrade').length;
  if (values.length === 0) {
    return [
      {
        ...handshake,
        actual: 'no Connection field',
        title: 'Sends a 101 without Connection',
        detail: 'Upgrade counts only where Connection names it: a proxy does not pass it on.',
        fix: 'Send Connection: Upgrade with the 101.',
        clients: 'connection-missing',
      },
    ];
  }
  if (upgrades === 0) {
    return [
      {
        ...handshake,
        actual: `Connection: ${seen}`,
        title: 'Sends a 101 without upgrade in Connection',
        detail: 'Upgrade counts only where Connection names it: a proxy does not pass it on.',
        fix: 'Send Connection: Upgrade with the 101.',
        clients: 'connection-other',
      },
    ];
  }
  const faults: Fault[] = [];
  if (options.includes('close')) {
    faults.push({
      level: 'MUST',
      clauses: ['server-handshake', 'close-means-close'],
      actual: `close stands beside upgrade: Connection: ${seen}`,
      title: 'Sends Connection with both upgrade and close',
      detail:
        'The 101 contradicts itself: upgrade keeps the connection for the WebSocket, and close announces its end.',
      fix: 'Leave close out of Connection on the 101: send Connection: Upgrade alone.',
      clients: 'connection-with-close',
    });
  }
  if (upgrades > 1) {
    const times = timesOf(upgrades);
    faults.push({
      // Repeated fields are one list, so that the option is there; only the value is not the one asked for.
      level: 'SHOULD',
      clauses: ['server-handshake', 'list-fields'],
      actual: `Connection names upgrade ${times}: ${seen}`,
      title: `Sends upgrade ${times} in Connection with the 101`,
      detail: `Connection names upgrade ${times}. That is one list with the same option in it again, but not the value Upgrade alone.`,
      fix: `Connection names upgrade ${times}; send it once.`,
      clients: 'connection-twice',
    });
  }
  return faults;
}

/** Of the HTTP version: rfc9110 §7.8 has no Upgrade below HTTP/1.1. */
export function switchingVersionFaults({ statusLine }: Response): Fault[] {
  if (!/^HTTP\/1\.0/i.test(statusLine)) return [];
  return [
    {
      level: 'SHOULD',
      clauses: ['server-handshake', 'no-upgrade-on-1.0'],
      actual: statusLine.slice(0, 8),
      title: 'Sends the 101 as HTTP/1.0',
      detail: 'HTTP/1.0 has no Upgrade.',
      fix: 'Begin the status line of the 101 with HTTP/1.1.',
      clients: 'http-1.0',
    },
  ];
}

/** Of the fields that announce a body, which a 1xx cannot have. */
export function bodyFaults({ fields }: Response): Fault[] {
  return ['Content-Length', 'Transfer-Encoding'].flatMap((name): Fault[] => {
    const values = fieldValues(fields, name);
    if (values.length === 0) return [];
    return [
      {
        level: 'MUST',
        clauses: ['no-body-on-101'],
        actual: `${name}: ${values.join(', ')}`,
        title: `Sends ${name} with the 101`,
        detail: `A 1xx response has no body and must not carry ${name}. A client or proxy that goes by the field takes WebSocket frames for a body.`,
        fix: `Leave ${name} out of the 101.`,
        ...bodyClients(name, values.join(', ')),
      },
    ];
  });
}

function bodyClients(name: string, value: string): Pick<Fault, 'clients'> {
  if (name === 'Content-Length') return { clients: value === '0' ? 'content-length-0' : 'content-length' };
  // Other codings were not tried.
  return value === 'chunked' ? { clients: 'chunked' } : {};
}

/** Fields that may appear only once. Sec-WebSocket-Accept has a check of its own. */
export function repetitionFaults({ fields }: Response): Fault[] {
  return ['Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions'].flatMap((name): Fault[] => {
    const values = fieldValues(fields, name);
    if (values.length < 2) return [];
    const times = timesOf(values.length);
    return [
      {
        level: 'MUST',
        clauses: ['once-in-response'],
        actual: `${name} stands ${times}: ${values.join(', ')}`,
        title: `Sends ${name} ${times} with the 101`,
        detail: `${name} must not stand more than once in a response, not even with the same value.`,
        fix: `${name} stands ${times}; send it once.`,
        ...(name === 'Sec-WebSocket-Protocol' && { clients: 'subprotocol-twice' }),
      },
    ];
  });
}

/** Of a subprotocol or an extension that the client did not offer. */
export function offerFaults(exchange: Exchange, response: Response): Fault[] {
  const extensions = listElements(fieldValues(response.fields, 'Sec-WebSocket-Extensions'));
  const offered = listElements(requestValues(exchange, 'Sec-WebSocket-Extensions'));
  return [
    ...subprotocolFaults(exchange, response),
    ...extensionFaults(extensions, offered),
    ...deflateFaults(extensions, offered),
  ];
}

/** Whether subprotocols were offered and none was chosen. */
export function leavesOfferUnanswered(exchange: Exchange, { fields }: Response): boolean {
  return (
    listElements(requestValues(exchange, 'Sec-WebSocket-Protocol')).length > 0 &&
    fieldValues(fields, 'Sec-WebSocket-Protocol').length === 0
  );
}

function subprotocolFaults(exchange: Exchange, { fields }: Response): Fault[] {
  const offered = listElements(requestValues(exchange, 'Sec-WebSocket-Protocol'));
  const chosen = fieldValues(fields, 'Sec-WebSocket-Protocol');
  const strange = chosen.find((subprotocol) => !offered.includes(subprotocol));
  if (strange === undefined) {
    // The same subprotocol again is a repetition, and another one a second choice.
    if (new Set(chosen).size < 2) return [];
    return [severalSubprotocols(chosen.join(', '))];
  }
  if (strange === '') {
    return [
      {
        ...handshake,
        actual: 'Sec-WebSocket-Protocol: ',
        title: 'Sends an empty Sec-WebSocket-Protocol',
        detail: 'An empty value is not a subprotocol that the client offered.',
        fix: 'Leave Sec-WebSocket-Protocol out of the 101 where no subprotocol is chosen.',
        clients: 'subprotocol-empty',
      },
    ];
  }
  const named = listElements([strange]);
  if (named.length > 1 && named.every((one) => offered.includes(one))) return [severalSubprotocols(strange)];
  const otherCase = offered.some((one) => one.toLowerCase() === strange.toLowerCase());
  return [
    {
      ...handshake,
      actual: `Sec-WebSocket-Protocol: ${strange}`,
      title: 'Chooses a subprotocol that was not offered',
      detail: otherCase
        ? 'The subprotocol was offered in a different case, which makes it another subprotocol.'
        : 'A client has to fail the connection on a subprotocol that it did not offer.',
      fix:
        offered.length === 0
          ? 'Leave Sec-WebSocket-Protocol out of the 101 where the client offered no subprotocol.'
          : otherCase
            ? 'Send the subprotocol in the case in which the client offered it.'
            : 'Choose one of the subprotocols that the client offered, or leave Sec-WebSocket-Protocol out.',
      clients:
        offered.length === 0
          ? 'subprotocol-unasked'
          : otherCase
            ? 'subprotocol-other-case'
            : 'subprotocol-not-offered',
    },
  ];
}

function severalSubprotocols(seen: string): Fault {
  return {
    ...handshake,
    actual: `several subprotocols: ${seen}`,
    title: 'Chooses more than one subprotocol',
    detail: 'A connection has one subprotocol or none.',
    fix: 'Send exactly one of the subprotocols that the client offered.',
    clients: 'several-subprotocols',
  };
}

function extensionFaults(extensions: readonly string[], offered: readonly string[]): Fault[] {
  // Parameters are the server's to choose (rfc6455 §9.1), unless the extension itself says otherwise.
  const name = (element: string): string => (element.split(';')[0] ?? '').trim();
  const strange = extensions.map(name).find((one) => !offered.map(name).includes(one));
  if (strange === undefined) return [];
  return [
    {
      ...handshake,
      actual: `Sec-WebSocket-Extensions: ${strange}`,
      title: 'Enables an extension that was not offered',
      detail: 'A client has to fail the connection on an extension that it did not offer.',
      fix:
        offered.length === 0
          ? 'Leave Sec-WebSocket-Extensions out of the 101 where the client offered no extension.'
          : 'Enable only extensions that the client offered.',
      clients: 'extension-not-offered',
    },
  ];
}

function timesOf(count: number): string {
  return count === 2 ? 'twice' : `${count} times`;
}
