import { expect } from 'chai';
import { type Finding, findFaults, type ScoredProbe } from '../../scoring/findings.ts';
import { judgeListHonesty, type VersionRequest } from '../../scoring/versions.ts';
import { clauses } from '../../spec/clauses.ts';
import type { Exchange } from '../../wire/exchange.ts';
import {
  type Context,
  head,
  idsOf,
  probe,
  received,
  refusal,
  right400,
  score,
  switching,
} from '../support/exchanges.ts';

const accepting = received(switching());

/** Scores probes on their exchanges, and finds what is wrong with all of them together. */
function find(
  exchanges: Readonly<Record<string, Exchange>>,
  { requests = [], ...context }: Context & { readonly requests?: readonly VersionRequest[] } = {},
): Finding[] {
  const scored: ScoredProbe[] = Object.entries(exchanges).map(([id, exchange]) => ({
    probe: probe(id),
    exchange,
    scorecard: score(id, exchange, context),
  }));
  return findFaults(scored, judgeListHonesty(Object.values(exchanges), requests));
}

function onlyFinding(findings: readonly Finding[]): Finding {
  const [finding, ...more] = findings;
  if (finding === undefined || more.length > 0)
    throw new Error(`found ${idsOf(findings)} instead of one thing`);
  return finding;
}

/** A 101 without the correct Sec-WebSocket-Accept. */
const wrongAccept = received(
  head(
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Accept: AAAA',
  ),
);

describe('findings', () => {
  it('are none where nothing is wrong', () => {
    expect(find({ 'valid/13': accepting, 'missing/absent': received(right400) })).to.deep.equal([]);
  });

  it('say once what fails on three criteria', () => {
    const finding = onlyFinding(find({ 'disguised/space-before-colon': accepting }));
    expect(finding).to.deep.include({
      id: 'accepted-disguised/space-before-colon',
      level: 'MUST',
      probes: ['disguised/space-before-colon'],
      title: `Accepts a handshake with ${probe('disguised/space-before-colon').title}`,
      impact: `${probe('disguised/space-before-colon').varies} ${probe('disguised/space-before-colon').why}`,
      fix: probe('disguised/space-before-colon').fix,
      cause: null,
      expected: '400',
      actual: '101',
    });
    expect(finding.clauses).to.include.members([...probe('disguised/space-before-colon').clauses]);
  });

  it('say what is right and refused', () => {
    const finding = onlyFinding(find({ 'valid/first-field': received(right400) }));
    const { title, varies, why } = probe('valid/first-field');
    expect(finding).to.deep.include({
      id: 'refused-valid/first-field',
      title: `Refuses a valid handshake with ${title}`,
      impact: `${varies} ${why}`,
    });
  });

  it('take a wrong Sec-WebSocket-Accept for an old draft only where right handshakes get the right one', () => {
    const missing = { 'missing/absent': wrongAccept };
    expect(idsOf(find({ 'valid/13': accepting, ...missing }))).to.deep.equal(['MUST hixie-76']);
    expect(idsOf(find({ 'valid/13': wrongAccept, ...missing }))).to.have.members([
      'MUST accept-key',
      'MUST absent-counts-as-13',
    ]);
    // What was not answered 101 has no Sec-WebSocket-Accept to be wrong.
    const refused = { 'valid/no-space': received(right400), 'valid/uppercase-name': received('') };
    expect(idsOf(find({ 'valid/13': accepting, ...refused, ...missing }))).to.have.members([
      'MUST hixie-76',
      'MUST space-after-colon-expected',
      'MUST case-sensitive-names',
    ]);
  });

  it('say of a version alone that no client can use what was accepted', () => {
    const finding = onlyFinding(find({ 'valid/13': accepting, 'malformed/word': wrongAccept }));
    expect(finding.impact).to.equal(`${probe('malformed/word').varies} ${probe('malformed/word').why}`);
  });

  it('name as hidden only the drafts that are in no list, and no other version', () => {
    const exchanges = { 'draft/7': accepting, 'draft/8': accepting, 'unsupported/14': accepting };
    const [first, second, ...more] = find(exchanges, { advertised: [13, 8] });
    expect(more).to.deep.equal([]);
    expect([first?.id, second?.id]).to.have.members(['accepted-unadvertised', 'accepted-unsupported/14']);
    const drafts = [first, second].find((finding) => finding?.id === 'accepted-unadvertised');
    expect(drafts?.impact).to.match(/^Accepted but in no list: 7\./);
  });

  it('do not call a draft unadvertised that is in the list, and answered with a wrong Sec-WebSocket-Accept', () => {
    const finding = onlyFinding(
      find({ 'valid/13': accepting, 'draft/8': wrongAccept }, { advertised: [13, 8] }),
    );
    expect(finding.id).to.equal('accepted-draft/8');
    expect(finding.impact).to.contain('lacks the correct Sec-WebSocket-Accept');
  });

  it('say once what one thing explains, with the probes in the order of the catalogue', () => {
    const finding = onlyFinding(
      find({
        'malformed/leading-zero': accepting,
        'malformed/hex': accepting,
        'malformed/binary': accepting,
      }),
    );
    expect(finding.id).to.equal('number-conversion');
    expect(finding.cause).to.match(/converted to a number/);
    expect(finding.probes).to.deep.equal(['malformed/leading-zero', 'malformed/hex', 'malformed/binary']);
  });

  it('keep apart what different things explain', () => {
    expect(
      idsOf(
        find({
          'malformed/leading-zero': accepting,
          'malformed/hex': accepting,
          'handshake/host-missing': accepting,
          'valid/no-space': received(right400),
        }),
      ),
    ).to.deep.equal(['MUST number-conversion', 'MUST host-not-checked', 'MUST space-after-colon-expected']);
  });

  it('put a MUST before a SHOULD, and what many probes show before what few do', () => {
    const noList = received(refusal('400 Bad Request', 'Connection: close'));
    const found = find({
      'malformed/word': noList,
      'malformed/quoted': noList,
      'malformed/huge': noList,
      'handshake/host-missing': accepting,
      'malformed/leading-zero': accepting,
      'malformed/hex': accepting,
    });
    expect(idsOf(found)).to.deep.equal([
      'MUST number-conversion',
      'MUST host-not-checked',
      'SHOULD list-absent',
    ]);
  });

  it('have the strictest level among their failures', () => {
    const noList = received(refusal('400 Bad Request'));
    expect(idsOf(find({ 'unsupported/99': noList }, { profile: 'rfc' }))).to.deep.equal(['MUST list-absent']);
    expect(idsOf(find({ 'missing/absent': noList, 'unsupported/99': noList }))).to.deep.equal([
      'SHOULD list-absent',
    ]);
  });

  it('keep one refusal status apart from another, and name it', () => {
    const answering = (status: string): Exchange => received(refusal(status, 'Sec-WebSocket-Version: 13'));
    const found = find({
      'missing/absent': answering('404 Not Found'),
      'missing/empty': answering('500 Error'),
      'missing/blank': answering('404 Not Found'),
    });
    expect(idsOf(found)).to.deep.equal(['MUST refusal-status-500', 'SHOULD refusal-status-404']);
    expect(found[1]?.title).to.equal('Refuses with 404 instead of 400');
  });

  it('guess an exception for a 500 and for a close only, and not where closing is a defence', () => {
    const guess = (id: string, exchange: Exchange): string | null =>
      onlyFinding(find({ [id]: exchange })).cause;
    const list = 'Sec-WebSocket-Version: 13';
    for (const status of ['502', '504', '501']) {
      expect(guess('missing/absent', received(refusal(`${status} X`, list)))).to.equal(null);
    }
    expect(guess('missing/absent', received('', 'open'))).to.equal(null);
    const sent = Buffer.from('GET / HTTP/1.1\r\nHost: a.example\r\nSec-WebSocket-Version : 13\r\n\r\n');
    expect(guess('disguised/space-before-colon', received('', 'fin', sent))).to.equal(null);
    expect(guess('missing/absent', received('', 'reset'))).to.match(/^Possibly an unhandled exception/);
  });

  it('say of plain HTTP that nothing handles it, unless nothing is answered at all', () => {
    const silent = received('', 'open');
    const plain = { 'handshake/upgrade-missing': silent };
    const finding = onlyFinding(find({ ...plain, 'missing/absent': received(right400) }));
    expect(finding.id).to.equal('plain-http-unanswered');
    expect(finding.cause).to.contain('no request handler');
    expect(onlyFinding(find({ ...plain, 'missing/absent': silent })).id).to.equal('unanswered');
  });

  it('do not say that plain HTTP is never answered where it is answered without an Upgrade', () => {
    const found = find({
      'handshake/http-1.0': received('', 'open'),
      'handshake/upgrade-missing': received(refusal('404 Not Found')),
      'missing/absent': received(right400),
    });
    expect(onlyFinding(found).id).to.equal('unanswered');
  });

  it('name a list under a misspelt name, and no other field', () => {
    const answer = (field: string): Finding =>
      onlyFinding(find({ 'missing/absent': received(refusal('400 X', field)) }));
    const misspelt = answer('Sec-WebSocketVersion: 13');
    expect(misspelt.id).to.equal('list-misspelt');
    expect(misspelt.impact).to.contain('Sec-WebSocketVersion: 13');
    expect(answer('Sec-WebSocket-Extensions: 13').id).to.equal('list-absent');
    expect(answer('Server-Version: 13').id).to.equal('list-absent');
  });

  it('speak of a 426 as the example of RFC 6455, with one advice in the run', () => {
    const list = 'Sec-WebSocket-Version: 13';
    const found = find({ 'unsupported/99': received(refusal('426 X', list)) });
    expect(idsOf(found)).to.have.members(['MUST upgrade-field', 'SHOULD refusal-status-426']);
    expect(new Set(found.map(({ fix }) => fix)).size).to.equal(1);
    expect(found.find(({ id }) => id.endsWith('426'))?.impact).to.match(
      /RFC 6455.*as an example.*rfc profile/,
    );
    const complete = refusal('426 X', list, 'Upgrade: websocket', 'Connection: Upgrade');
    expect(idsOf(find({ 'unsupported/99': received(complete) }))).to.deep.equal([
      'SHOULD refusal-status-426',
    ]);
    expect(find({ 'unsupported/99': received(complete) }, { profile: 'rfc' })).to.deep.equal([]);
  });

  it('do not take a refused draft from before the standard handshake for a lie of the list', () => {
    const listing = received(refusal('400 X', 'Sec-WebSocket-Version: 13, 0'));
    const requests = [
      { version: 13, exchange: accepting },
      { version: 0, exchange: listing },
    ];
    expect(find({ 'draft/0': listing }, { requests })).to.deep.equal([]);
  });

  it('take a 500 and no response at all for an exception', () => {
    const list = 'Sec-WebSocket-Version: 13';
    for (const exchange of [received(''), received(refusal('500 Error', list))]) {
      expect(onlyFinding(find({ 'missing/absent': exchange })).cause).to.match(/exception/);
    }
    expect(onlyFinding(find({ 'missing/absent': received(refusal('404 X', list)) })).cause).to.equal(null);
  });

  it('say what came that is no HTTP', () => {
    const finding = onlyFinding(find({ 'missing/absent': received('Bad version\n') }));
    expect(finding.id).to.equal('not-http');
    expect(finding.impact).to.include('not an HTTP response: the first line is not an HTTP status line');
    expect(finding.impact).not.to.include('%s');
  });

  it('name a fallback to hixie-76 by the accept that is missing', () => {
    const hixie = received(head('HTTP/1.1 101 WebSocket Protocol Handshake', 'Upgrade: WebSocket'));
    expect(onlyFinding(find({ 'missing/absent': hixie })).id).to.equal('hixie-76');
    expect(onlyFinding(find({ 'missing/absent': accepting })).id).to.equal('absent-counts-as-13');
  });

  it('do not take a probe without a verdict for evidence', () => {
    // Whether the last field wins is not known.
    const slow = received(refusal('429 Too Many Requests'));
    expect(idsOf(find({ 'duplicate/13-99': accepting, 'duplicate/99-13': slow }))).to.deep.equal([
      'MUST accepted-duplicate/13-99',
    ]);
    expect(
      idsOf(find({ 'duplicate/13-99': accepting, 'duplicate/99-13': received(right400) })),
    ).to.deep.equal(['MUST first-field-wins']);
    // A refusal with the wrong status is a refusal.
    const failing = received(refusal('500 Error', 'Sec-WebSocket-Version: 13'));
    expect(idsOf(find({ 'duplicate/13-99': accepting, 'duplicate/99-13': failing }))).to.have.members([
      'MUST first-field-wins',
      'MUST refusal-status-500',
    ]);
  });

  it('rest on clauses that there are, and leave no gap in their words', () => {
    const found = find({
      'valid/13': received(switching('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Protocol: x')),
      'valid/no-space': received(head('HTTP/1.1 101 X')),
      'missing/absent': received(refusal('426 X', 'Connection: close'), 'open'),
      'unsupported/99': received(`${refusal('200 OK', 'Sec-WebSocket-Version: x')}more`, 'open'),
      'unsupported/25': received(refusal('400 X', 'Sec-WebSocket-Version: 13, 25')),
      'unsupported/9': received(refusal('400 X', 'Sec-WebSocket-Version: 8')),
    });
    expect(found.length).to.be.greaterThan(8);
    for (const { id, title, impact, fix, clauses: restsOn } of found) {
      expect(`${title}${impact}${fix}`, id).not.to.include('%s');
      expect(restsOn.length, id).to.be.greaterThan(0);
      expect(clauses).to.include.keys(...restsOn);
    }
  });
});

describe('findings about the lists as a whole', () => {
  const control = { version: 13, exchange: accepting };
  const listing = (list: string): Exchange =>
    received(refusal('400 Bad Request', 'Connection: close', `Sec-WebSocket-Version: ${list}`));

  it('join the draft that is accepted and not advertised', () => {
    const requests = [control, { version: 8, exchange: accepting }];
    const finding = onlyFinding(
      find({ 'draft/8': accepting, 'missing/absent': listing('13') }, { requests, advertised: [13] }),
    );
    expect(finding).to.deep.include({ id: 'accepted-unadvertised', probes: ['draft/8'] });
    const [both] = find({ 'draft/7': accepting, 'draft/8': accepting });
    expect(both).to.deep.include({ id: 'accepted-unadvertised', probes: ['draft/7', 'draft/8'] });
    expect(both?.impact).to.match(/^Accepted but in no list: 7, 8\./);
    expect(finding.impact).to.include('Accepted but in no list: 8.');
  });

  it('join the lists without 13', () => {
    const requests = [control, { version: 8, exchange: accepting }];
    const finding = onlyFinding(find({ 'missing/absent': listing('8') }, { requests }));
    expect(finding).to.deep.include({ id: 'list-without-13', level: 'MUST', probes: ['missing/absent'] });
  });

  it('join the lists that cannot be read', () => {
    const finding = onlyFinding(find({ 'missing/absent': listing('8, 13;') }, { requests: [control] }));
    expect(finding).to.deep.include({ id: 'list-malformed', probes: ['missing/absent'] });
    const requests = [control, { version: 8, exchange: accepting }];
    const other = onlyFinding(find({ 'missing/absent': listing('13, 8;') }, { requests }));
    expect(other).to.deep.include({ id: 'list-malformed', probes: ['missing/absent'] });
  });

  it('join the version that is refused and listed in the same breath', () => {
    const requests = [control, { version: 8, exchange: listing('13, 8') }];
    const found = find({ 'draft/8': listing('13, 8'), 'missing/absent': listing('13, 8') }, { requests });
    expect(onlyFinding(found)).to.deep.include({ id: 'advertised-refused', probes: ['draft/8'] });
  });

  it('join lists that only echo what was asked for', () => {
    const requests = [control, { version: 99, exchange: listing('13, 99') }];
    const found = find(
      { 'unsupported/99': listing('13, 99'), 'missing/absent': listing('13') },
      { requests },
    );
    expect(onlyFinding(found)).to.deep.include({ id: 'list-names-refused', probes: ['unsupported/99'] });
  });

  it('join the pattern of a server that accepts every version', () => {
    const requests = [control, { version: 99, exchange: accepting }];
    const found = find(
      {
        'missing/absent': accepting,
        'unsupported/9': accepting,
        'unsupported/99': accepting,
        'handshake/key-short': listing('13'),
      },
      { requests },
    );
    expect(onlyFinding(found).id).to.equal('version-never-read');
  });

  it('stand by themselves where no probe shows them, and point at one probe for each list', () => {
    const requests = [control, { version: 8, exchange: accepting }];
    const found = find(
      {
        'missing/absent': listing('13, 8'),
        'missing/empty': listing('8, 13'),
        'missing/blank': listing('13'),
        'handshake/key-short': listing('13'),
      },
      { requests },
    );
    expect(onlyFinding(found)).to.deep.include({
      id: 'lists-differ',
      level: 'SHOULD',
      probes: ['missing/absent', 'missing/blank'],
    });
    expect(onlyFinding(found).impact).to.include('"8, 13" and "13"');
    // The probes illustrate it, and have not failed.
    expect(onlyFinding(found).failures).to.deep.equal([{ probe: null, criterion: 'listHonesty' }]);
  });

  it('do not point at a probe that was refused without a list', () => {
    const found = find({
      'missing/absent': received(refusal('400 Bad Request')),
      'missing/empty': listing('13, 8'),
      'missing/blank': listing('13'),
    });
    expect(idsOf(found)).to.deep.equal(['SHOULD lists-differ', 'SHOULD list-absent']);
    expect(found[0]?.probes).to.deep.equal(['missing/empty', 'missing/blank']);
  });

  it('stand beside what is wrong with other probes, and with versions that were refused', () => {
    const requests = [control, { version: 8, exchange: accepting }];
    const found = find(
      {
        'malformed/word': accepting,
        'unsupported/99': received(refusal('404 Not Found', 'Sec-WebSocket-Version: 13')),
      },
      { requests },
    );
    const hidden = found.find(({ id }) => id === 'accepted-unadvertised');
    expect(idsOf(found)).to.have.members([
      'MUST accepted-malformed/word',
      'MUST accepted-unadvertised',
      'SHOULD refusal-status-404',
    ]);
    expect(hidden?.probes).to.deep.equal([]);
  });

  it('stand by themselves where only a follow-up shows them', () => {
    const requests = [control, { version: 10, exchange: listing('13, 10') }];
    const finding = onlyFinding(find({ 'missing/absent': listing('13, 10') }, { requests }));
    expect(finding).to.deep.include({ id: 'advertised-refused', level: 'MUST', probes: [] });
    expect(finding.impact).to.include('The list names 10,');
  });
});
