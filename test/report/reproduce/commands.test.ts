/** The commands send what the audit sent: every probe, byte by byte, through each program. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { catalogue } from '../../../probes/catalogue.ts';
import type { Probe } from '../../../probes/probe.ts';
import { connectionCommand } from '../../../report/reproduce/connection.ts';
import { curlCommand } from '../../../report/reproduce/curl.ts';
import { withExampleKeys } from '../../../report/reproduce/pieces.ts';
import { type Place, placeOf } from '../../../report/reproduce/place.ts';
import { serialiseRequest } from '../../../wire/http1/serialise-request.ts';
import { runInShell, shells } from '../../support/posix-shell.ts';

/** Records what comes on each connection, and ends it when that is enough. */
async function withBytesOf<T>(
  use: (port: number, received: () => string) => Promise<T>,
  isEnough: (received: string) => boolean,
): Promise<T> {
  let received = '';
  const server = createServer((socket) => {
    received = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
      if (isEnough(received))
        socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use((server.address() as AddressInfo).port, () => received);
  } finally {
    server.close();
  }
}

function placeAt(port: number): Place {
  const place = placeOf({ url: `ws://127.0.0.1:${port}/chat?room=1`, proxy: null, warnings: [] });
  if (place === null) throw new Error('a place without an address');
  return place;
}

function requestOf({ request }: Probe, { authority }: Place): string {
  const context = {
    requestTarget: '/chat?room=1',
    scheme: 'http',
    host: authority,
    addedFields: [],
  } as const;
  return withExampleKeys(serialiseRequest(request, context).bytes.toString('latin1'));
}

const ofCurl = /(?<=\r\n)(?:User-Agent: curl|Accept: \*\/\*).*\r\n/g;

describe('the command for curl', () => {
  for (const probe of catalogue) {
    it(`sends ${probe.id} as it was sent, or is not given`, async () => {
      await withBytesOf(
        async (port, received) => {
          const place = placeAt(port);
          const request = requestOf(probe, place);
          const command = curlCommand(request, place, 5);
          if (command === null) return;
          for (const shell of shells) {
            await runInShell(shell, command);
            expect(received().replace(ofCurl, ''), shell).to.equal(request);
          }
        },
        (text) => text.endsWith('\r\n\r\n'),
      );
    });
  }

  it('is given for most of the catalogue', () => {
    const place = placeAt(8080);
    const withCurl = catalogue.filter((probe) => curlCommand(requestOf(probe, place), place, 5) !== null);
    expect(withCurl.length).to.be.greaterThan(catalogue.length / 2);
  });
});

describe('the command for nc', () => {
  for (const probe of catalogue) {
    it(`sends ${probe.id} as it was sent`, async () => {
      let length = 0;
      await withBytesOf(
        async (port, received) => {
          const place = placeAt(port);
          const bytes = requestOf(probe, place);
          length = bytes.length;
          const { cutWithin } = probe.request as Probe['request'];
          const request = { bytes, ...(cutWithin !== undefined && { cutWithin }) };
          const command = connectionCommand(request, place, { seconds: 5, shows: 'answer' });
          expect(command).to.be.a('string').with.length.below(3000);
          for (const shell of shells) {
            await runInShell(shell, command ?? '');
            expect(received(), shell).to.equal(bytes);
          }
        },
        (text) => text.length >= length,
      );
    });
  }
});
