/** Every client with a fault is caught by exactly the verdicts that it breaks, and nothing is held against the others. */

import { expect } from 'chai';
import pLimit from 'p-limit';
import type { CaseId } from '../../cases/catalogue.ts';
import { clientFixtures, findClient } from '../../fixtures/clients/catalogue.ts';
import { runClient } from '../../fixtures/clients/run.ts';
import { type AuditedClient, auditClient } from '../../index.ts';

/** The findings by their ids, with the cases that show each, in the order of the catalogue. */
type Findings = Readonly<Record<string, readonly CaseId[] | 'every case'>>;

const expected: Readonly<Record<string, Findings>> = {
  'no-version': { 'version-missing': 'every case' },
  'version-12': { 'version-other': 'every case' },
  'version-twice': { 'version-repeated': 'every case' },
  'version-list': { 'version-malformed': 'every case' },
  'key-constant': { 'key-reused': 'every case' },
  'key-short': { key: 'every case' },
  'key-twice': { key: 'every case' },
  'no-host': { host: 'every case' },
  'no-upgrade': { upgrade: 'every case' },
  'no-upgrade-token': { connection: 'every case' },
  'http-1.0': { 'request-line': 'every case' },
  'subprotocol-repeated': { subprotocols: 'every case' },
  'early-frame': { 'early-bytes': 'every case' },
  'accept-unchecked': {
    'takes-any-accept': [
      'accept-wrong',
      'accept-missing',
      'accept-empty',
      'accept-lower',
      'accept-key',
      'accept-prefix',
      'accept-dup-same',
      'accept-dup-first',
      'accept-dup-last',
      'hixie-76',
    ],
  },
  'accept-any-value': {
    'takes-any-accept': ['accept-wrong', 'accept-empty', 'accept-lower', 'accept-key', 'accept-prefix'],
  },
  'accept-case-insensitive': { 'takes-accept-case': ['accept-lower'] },
  'accept-optional': { 'takes-missing-accept': ['accept-missing', 'hixie-76'] },
  'accept-prefix': { 'takes-accept-prefix': ['accept-prefix'] },
  'accept-first': { 'takes-accept-twice': ['accept-dup-same', 'accept-dup-first'] },
  'accept-last': { 'takes-accept-twice': ['accept-dup-same', 'accept-dup-last'] },
  'upgrade-unchecked': { 'takes-any-upgrade': ['upgrade-missing', 'upgrade-other', 'upgrade-list'] },
  'upgrade-list': { 'takes-upgrade-list': ['upgrade-list'] },
  'upgrade-case-sensitive': { 'refuses-letter-case': ['upper-values'] },
  'connection-unchecked': { 'takes-any-connection': ['conn-missing', 'conn-other', 'conn-substring'] },
  'connection-exact': { 'refuses-connection-list': ['conn-list', 'conn-two-lines'] },
  'connection-first-line': { 'refuses-connection-list': ['conn-two-lines'] },
  'connection-substring': { 'takes-connection-substring': ['conn-substring'] },
  'subprotocol-unasked': { 'takes-unasked-subprotocol': ['sub-asked-other', 'sub-unasked'] },
  'extension-unasked': { 'takes-unasked-extension': ['ext-unasked', 'ext-bad-param'] },
  'version-refused': { 'refuses-version-field': ['version-13'] },
  'names-case-sensitive': { 'refuses-letter-case': ['lower-names'] },
  'values-untrimmed': { 'refuses-white-space': ['ows-values'] },
  'status-unchecked': { 'takes-other-status': ['status-200'] },
  'status-prefix': { 'takes-long-status': ['status-1010'] },
  'reason-compared': { 'refuses-reason': ['reason-empty', 'reason-other'] },
  'no-interim': { 'refuses-interim': ['interim-100', 'interim-103'] },
  'one-read': { 'refuses-slow-answer': ['bytewise'] },
  'few-fields': { 'refuses-field-order': ['many-fields'] },
  impatient: { 'refuses-slow-answer': ['late-1s'] },
  'drops-rest': { 'loses-first-frame': ['glued-ping'] },
  'no-pong': { 'ignores-ping': ['glued-ping'] },
  'retries-for-ever': {
    'follows-redirect-loop': ['302-loop'],
    'retries-without-end': [
      '400-list-13',
      '400-list-8',
      '400-no-list',
      '426-list-8-13',
      '426-two-lines',
      '426-list-8',
      '426-list-14',
      '426-no-list',
      '401-basic',
      '403',
      '503-retry-after',
      '400-until-close',
      '400-no-end',
    ],
  },
  'falls-back-to-8': {
    'retries-unlisted-version': [
      '400-list-13',
      '400-no-list',
      '426-list-14',
      '426-no-list',
      '400-until-close',
      '400-no-end',
    ],
  },
  'authenticates-with-same-key': { 'key-reused': ['401-basic'] },
  'follows-with-same-key': { 'key-reused': ['301-http', '302-ws', '307-relative', '302-loop'] },
  'waits-after-end': { 'leaves-connection-open': ['close-at-once', 'half-head-fin'] },
};

/** By the profile for browsers, where that differs. */
const expectedOfBrowsers: Readonly<Record<string, Findings>> = {
  'subprotocol-unacknowledged': { 'takes-no-subprotocol': ['sub-asked-none'] },
  'follows-redirects': { 'follows-redirect': ['301-http', '302-ws', '307-relative', '302-loop'] },
};

/** Audits that wait most of their time. */
const some = pLimit(2);

describe('the audit of client fixtures', () => {
  const audits = new Map<string, Promise<AuditedClient>>();

  before(() => {
    for (const { name, conformant } of clientFixtures) {
      audits.set(
        `${name} rfc`,
        some(() => auditFixture(name, 'rfc')),
      );
      if (conformant)
        audits.set(
          `${name} browser`,
          some(() => auditFixture(name, 'browser')),
        );
    }
    for (const audit of audits.values()) audit.catch(() => {});
  });

  for (const { name, conformant } of clientFixtures) {
    // All audits together take longer than a single one.
    it(`finds what ${name} breaks, and nothing else`, async () => {
      const client = await audits.get(`${name} rfc`);
      if (name === 'leaves-open') expectLeftOpen(client);
      else expectFindings(client, expected[name] ?? {});
      if (conformant) {
        expect(client?.verdict).to.equal('conformant');
        expectFindings(await audits.get(`${name} browser`), expectedOfBrowsers[name] ?? {});
      }
    }).timeout(240_000);
  }

  it('names no fixture that there is not', () => {
    for (const name of [...Object.keys(expected), ...Object.keys(expectedOfBrowsers)])
      expect(findClient(name)?.name).to.equal(name);
  });
});

async function auditFixture(name: string, profile: 'rfc' | 'browser'): Promise<AuditedClient> {
  const fixture = findClient(name);
  if (fixture === undefined) throw new Error(`no client fixture is called ${name}`);
  const start = (url: string, { signal }: { readonly signal: AbortSignal }) =>
    runClient(fixture.behaviour, url, { signal });
  const { clients } = await auditClient(start, { name, profile, jobs: 16 }).report();
  const [client] = clients;
  if (client === undefined) throw new Error(`the report does not hold ${name}`);
  return client;
}

function expectFindings(client: AuditedClient | undefined, findings: Findings): void {
  const order = client?.cases.map(({ id }) => id) ?? [];
  const found = client?.findings.map(({ id, cases }) => [
    id,
    cases.length === order.length
      ? 'every case'
      : [...cases].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
  ]);
  expect(Object.fromEntries(found ?? [])).to.deep.equal(findings);
  expect(client?.reason).to.equal(null);
}

/** It waits on every answer on which the others fail, and on those of the standard it does what they do. */
function expectLeftOpen(client: AuditedClient | undefined): void {
  const [finding, ...others] = client?.findings ?? [];
  expect(others).to.deep.equal([]);
  expect(finding?.id).to.equal('leaves-connection-open');
  const mustFail = client?.cases.filter(({ expects, verdict }) => expects === 'fail' && verdict === 'pass');
  expect(mustFail?.map(({ id }) => id)).to.deep.equal(['reset']);
}
