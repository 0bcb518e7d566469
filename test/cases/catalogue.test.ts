import { expect } from 'chai';
import { type CaseId, caseCatalogue } from '../../cases/catalogue.ts';
import { clientClauses } from '../../spec/client-clauses.ts';

/** Ids are part of what this tool promises: scripts name them. */
const ids = {
  accept:
    'right lower-names upper-values conn-list conn-two-lines other-order reason-empty reason-other no-space-values ows-values version-13 version-8 version-list many-fields big-head-12k interim-100 interim-103 bytewise late-1s glued-frame glued-ping sub-asked-none',
  reject:
    'sub-asked-other accept-wrong accept-missing accept-empty accept-lower accept-key accept-prefix accept-dup-same accept-dup-first accept-dup-last upgrade-missing upgrade-other upgrade-list conn-missing conn-other conn-substring sub-unasked ext-unasked ext-bad-param status-200 status-1010 hixie-76',
  http: 'status-102 chunked content-length-5 bare-lf folded folded-upgrade space-colon nul-value leading-crlf garbage huge-head endless-head',
  refuse:
    '400-list-13 400-list-8 400-no-list 426-list-8-13 426-two-lines 426-list-8 426-list-14 426-no-list 401-basic 403 503-retry-after 301-http 302-ws 307-relative 302-loop 400-until-close 400-no-end',
  none: 'close-at-once reset half-head-fin half-head silence',
};

/** Cases of the first three groups whose outcome is not that of their group. */
const exceptions: Partial<Record<CaseId, string>> = {
  'version-8': 'free',
  'version-list': 'free',
  'big-head-12k': 'free',
  'sub-asked-none': 'free',
  garbage: 'fail',
};

/** The text of an answer, where no subprotocol was offered. */
const textOf = ({ answer }: (typeof caseCatalogue)[number]): string =>
  answer
    .map((step) => ('send' in step ? step.send : 'sendBytewise' in step ? step.sendBytewise : ''))
    .join('')
    .replace('{protocol}', '');

describe('the catalogue of cases', () => {
  it('holds exactly the ids that are promised, in their order', () => {
    const promised = Object.entries(ids).flatMap(([group, list]) =>
      list.split(' ').map((id) => `${group} ${id}`),
    );
    expect(caseCatalogue.map(({ group, id }) => `${group} ${id}`)).to.deep.equal(promised);
  });

  it('asks for the outcome of the group, apart from a few cases', () => {
    const ofGroup = { accept: 'open', reject: 'fail', http: 'free', refuse: 'free' };
    for (const { id, group, expects } of caseCatalogue) {
      if (group === 'none') continue;
      expect(expects, id).to.equal(exceptions[id as CaseId] ?? ofGroup[group]);
    }
  });

  it('cites for every client clause at least one case, or says it of the request', () => {
    const cited = new Set<string>(caseCatalogue.flatMap(({ clauses }) => clauses));
    const ofTheRequest = [
      'client-request',
      'client-version',
      'client-subprotocols',
      'once-in-request',
      'version-grammar',
      'key-once',
      'browser-forbidden-field',
    ];
    expect(Object.keys(clientClauses).filter((id) => !cited.has(id))).to.have.members(ofTheRequest);
  });

  it('sends a Ping only after a head that is complete', () => {
    for (const one of caseCatalogue.filter(({ afterwards }) => afterwards === 'ping')) {
      expect(textOf(one), one.id).to.match(/\r\n\r\n|\n\n/);
    }
  });

  it('declares the length of every body of a refusal that is kept', () => {
    for (const one of caseCatalogue.filter(({ afterwards }) => afterwards === 'http')) {
      const [head = '', body = ''] = textOf(one).split('\r\n\r\n');
      expect(head, one.id).to.match(new RegExp(`Content-Length: ${body.length}$`));
    }
  });

  it('writes only bytes', () => {
    for (const one of caseCatalogue) expect(textOf(one), one.id).to.match(/^[\0-\xff]*$/);
  });
});
