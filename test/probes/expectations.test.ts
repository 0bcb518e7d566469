import { expect } from 'chai';
import { catalogue } from '../../probes/catalogue.ts';
import { serialiseRequest } from '../../wire/http1/serialise-request.ts';
import { context } from '../support/sent-requests.ts';
import { readStrictly } from '../support/strict-reading.ts';

describe('what a strict reading of the clauses makes of each probe', () => {
  for (const probe of catalogue) {
    const { followedBy: _, ...first } = probe.request;
    const reading = readStrictly(serialiseRequest(first, context).bytes.toString('latin1'));
    const answer = reading.broken ? 'reject' : reading.folded || reading.debatable ? 'either' : 'accept';

    it(`${probe.id}: ${answer}${reading.broken ? `, ${reading.broken}` : ''}`, () => {
      expect(probe.expects).to.equal(answer);
      expect(probe.version).to.equal(probe.refusal === 'judged-elsewhere' ? undefined : reading.version);
      if (reading.broken) expect(probe.clauses).to.include(reading.broken);
    });
  }

  it('drafts are the versions up to 8, and no unsupported version is one of them', () => {
    for (const probe of catalogue) {
      if (probe.version !== undefined) {
        expect(probe.family).to.equal(probe.version <= 8 ? 'draft' : 'unsupported');
      }
    }
  });

  it('only a reject probe has a rule of its own for refusals', () => {
    for (const probe of catalogue) if (probe.refusal) expect(probe.expects).to.equal('reject');
  });

  it('the requests that are also plain HTTP, be it HTTP/0.9, and those that cannot be read, are marked as such', () => {
    const marked = (refusal: string) =>
      catalogue.filter((probe) => probe.refusal === refusal).map((probe) => probe.id);
    expect(marked('plain-http')).to.deep.equal([
      'handshake/upgrade-missing',
      'handshake/upgrade-other',
      'handshake/connection-missing',
      'handshake/connection-other',
      'handshake/method-post',
      'handshake/http-1.0',
      'handshake/connection-substring',
      'handshake/upgrade-substring',
      'handshake/upgrade-with-version',
      'handshake/method-head',
      'handshake/method-options',
    ]);
    expect(marked('unreadable')).to.deep.equal(['malformed/oversized', 'stress/content-length-invalid']);
    expect(marked('http-0.9')).to.deep.equal(['handshake/http-missing']);
  });

  it('the refusals that unsupported/99 is judged by are not judged again', () => {
    const marked = catalogue.filter(({ refusal }) => refusal === 'judged-elsewhere');
    expect(marked.map(({ id }) => id)).to.deep.equal(['after-refusal/pipelined', 'after-refusal/release']);
  });
});
