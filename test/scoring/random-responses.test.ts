/** Reader and scorer on random responses: no throw, and no verdict that contradicts the bytes. */

import { expect } from 'chai';
import fc from 'fast-check';
import { catalogue } from '../../probes/catalogue.ts';
import { profileNames } from '../../scoring/profiles.ts';
import type { Exchange } from '../../wire/exchange.ts';
import { anyBytes, serialise, wellFormed } from '../support/arbitrary-responses.ts';
import { brief, exampleAccept, received, score } from '../support/exchanges.ts';

/** `RUNS=100000` for a long run. */
const numRuns = Number(process.env.RUNS ?? 3000);

const probeId = fc.constantFrom(...catalogue.map(({ id }) => id));
const profile = fc.constantFrom(...profileNames);
const close = fc.constantFrom('fin', 'reset', 'open');
/** Now and then the accept value that the key asks for, so that there are right successes too. */
const octets = fc
  .tuple(anyBytes, fc.boolean())
  .map(([text, isSwitch]) =>
    isSwitch
      ? text.replace(/ \d{3} /, ' 101 ').replace('\r\n', `\r\nSec-WebSocket-Accept: ${exampleAccept}\r\n`)
      : text,
  );

/** A reading of the final response's head that knows nothing of ours: lines, as far as the first empty one. */
function headLines({ received: bytes }: Exchange): string[] {
  const heads = bytes.toString('latin1').split(/(?<=\n)\r?\n/);
  const final = heads.find((head) =>
    /^HTTP\/\S+[ \t]+(?![ \t]|1(?!01)\d\d)/i.test(head.replace(/^(\r?\n)+/, '')),
  );
  return (final ?? '').split(/\r?\n/);
}

describe('the verdict on a random response', function () {
  this.timeout(600_000);

  it('does not contradict the bytes', () => {
    fc.assert(
      fc.property(probeId, profile, octets, close, (id, name, text, kind) => {
        const exchange = received(text, kind);
        const { criteria, verdict } = score(id, exchange, { profile: name });
        const lines = headLines(exchange);
        const status = exchange.response?.status;
        if (status !== undefined) {
          expect(lines.join('\n'), 'the status is in the bytes').to.match(
            new RegExp(`[ \\t]${status}(?!\\d)`),
          );
        }
        const hasVersion = lines.some((line) => /^sec-websocket-version[ \t]*:/i.test(line));
        const given = Object.fromEntries(
          Object.entries(criteria).map(([criterion, one]) => [criterion, brief(one)]),
        );
        if (given.versionList === 'pass')
          expect(hasVersion && /\b13\b/.test(lines.join('\n'))).to.equal(true);
        if (given.versionList?.includes('list-absent')) expect(hasVersion).to.equal(false);
        if (given.headerOmitted === 'pass') expect(hasVersion).to.equal(false);
        if (given.headerOmitted?.startsWith('fail')) expect(hasVersion && status === 101).to.equal(true);
        if (given.socketClosed === 'pass') expect(kind).to.not.equal('open');
        if (given.socketClosed?.startsWith('fail')) expect(kind === 'open' || status === 101).to.equal(true);
        // A 101 that is garbled is one by its accept value.
        if (given.status?.includes('accepted'))
          expect(status === 101 || text.includes(exampleAccept)).to.equal(true);
        if (given.status === 'pass' && id.startsWith('valid/')) expect(status).to.equal(101);
        if (verdict === 'pass') expect(JSON.stringify(given)).to.not.include('fail');
      }),
      { numRuns },
    );
  });

  it('does not depend on the letter case of field names', () => {
    const upperNames = (text: string): string =>
      text.replace(/^([^\r\n:]+):/gm, (_, name: string) => `${name.toUpperCase()}:`);
    fc.assert(
      fc.property(probeId, profile, wellFormed, close, (id, name, written, kind) => {
        const head = serialise({ ...written, interim: 0, body: '' });
        expect(score(id, received(upperNames(head), kind), { profile: name })).to.deep.equal(
          score(id, received(head, kind), { profile: name }),
        );
      }),
      { numRuns },
    );
  });

  it('does not depend on whether a list stands on one line or on several', () => {
    const element = fc.constantFrom('13', '8', '7', '25', '013', 'x', '256');
    fc.assert(
      fc.property(
        probeId,
        profile,
        fc.array(element, { minLength: 1, maxLength: 4 }),
        close,
        (id, name, list, kind) => {
          const refusal = (lines: readonly string[]): Exchange =>
            received(`HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n${lines.join('')}\r\n`, kind);
          const line = (value: string): string => `Sec-WebSocket-Version: ${value}\r\n`;
          expect(score(id, refusal(list.map(line)), { profile: name })).to.deep.equal(
            score(id, refusal([line(list.join(', '))]), { profile: name }),
          );
        },
      ),
      { numRuns },
    );
  });
});
