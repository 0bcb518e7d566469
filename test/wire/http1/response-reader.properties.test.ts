/** What holds of every reading, whatever is read: against random bytes, and against Node's own parser. */

import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { ResponseReader } from '../../../wire/http1/response-reader.ts';
import { trimOws } from '../../../wire/response.ts';
import { anyBytes, serialise, wellFormed } from '../../support/arbitrary-responses.ts';
import { describeReading } from '../../support/recorded-responses.ts';

/** `RUNS=100000` for a long run. */
const numRuns = Number(process.env.RUNS ?? 5000);
const maxHeadBytes = 400;

/** Cuts bytes at these places (from 0 to 1). */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => Math.floor(place * bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  );
  let from = 0;
  return ends.map((end) => {
    const chunk = bytes.subarray(from, end);
    from = end;
    return chunk;
  });
}

describe('a reading', function () {
  this.timeout(60_000);

  it('is the same however the bytes are split, and never throws', () => {
    const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
    fc.assert(
      fc.property(anyBytes, places, (text, at) => {
        const bytes = Buffer.from(text, 'latin1');
        const whole = describeReading(new ResponseReader(maxHeadBytes), [bytes]);
        expect(describeReading(new ResponseReader(maxHeadBytes), cut(bytes, at))).to.equal(whole);
      }),
      { numRuns },
    );
  });

  it('of what is well-formed has no oddities and reads back what was written', () => {
    fc.assert(
      fc.property(wellFormed, (written) => {
        const reader = new ResponseReader(64 * 1024);
        reader.push(Buffer.from(serialise(written), 'latin1'));
        reader.end();
        expect(reader.failure).to.equal(null);
        expect(reader.response).to.deep.include({
          statusLine: `HTTP/1.1 ${written.status} ${written.reason}`,
          status: written.status,
          interim: Array(written.interim).fill(103),
          oddities: [],
        });
        const hasBody = written.status !== 204 && written.status !== 304;
        expect(reader.response?.bodyBytes).to.equal(hasBody ? written.body.length : 0);
        expect(reader.response?.fields.slice(0, written.fields.length)).to.deep.equal(written.fields);
      }),
      { numRuns },
    );
  });

  describe('beside that of node:http', () => {
    let server: Server;
    let answer = '';
    before(async () => {
      server = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(Buffer.from(answer, 'latin1')));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    });
    after(() => server.close());

    it('is the same, field by field, of what is well-formed', async () => {
      await fc.assert(
        fc.asyncProperty(wellFormed, async (written) => {
          answer = serialise(written);
          const reader = new ResponseReader(64 * 1024);
          reader.push(Buffer.from(answer, 'latin1'));
          reader.end();
          const theirs = await readByNode((server.address() as AddressInfo).port);
          expect(reader.response?.status).to.equal(theirs.status);
          expect(reader.response?.statusLine.slice('HTTP/1.1 200 '.length)).to.equal(theirs.reason);
          expect(reader.response?.fields).to.deep.equal(theirs.fields);
          expect(reader.response?.bodyBytes).to.equal(theirs.bodyBytes);
        }),
        { numRuns: Math.ceil(numRuns / 10) },
      );
    });
  });
});

interface Reading {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly fields: [string, string][];
  readonly bodyBytes: number;
}

/** What Node's own parser, llhttp, makes of the server's answer. */
async function readByNode(port: number): Promise<Reading> {
  const asked: ClientRequest = request({ host: '127.0.0.1', port, agent: false });
  asked.end();
  // A response with Upgrade in Connection is handed over by another event than others.
  const [response, socket, head]: [IncomingMessage, (NodeJS.ReadableStream & NodeJS.EventEmitter)?, Buffer?] =
    (await Promise.race([once(asked, 'response'), once(asked, 'upgrade')])) as never;
  const { rawHeaders: raw } = response;
  const fields = raw.flatMap((name, i): [string, string][] =>
    i % 2 === 0 ? [[name, trimOws(raw[i + 1] ?? '')]] : [],
  );
  let bodyBytes = head?.length ?? 0;
  for await (const chunk of socket ?? response) bodyBytes += (chunk as Buffer).length;
  return { status: response.statusCode, reason: response.statusMessage, fields, bodyBytes };
}
