/** What is known of real clients, as installed: each audited as a process, with every case. */

import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { auditClient } from '../../index.ts';

const script = fileURLToPath(new URL('../clients/connect.js', import.meta.url));

/** Node.js before version 22 has its WebSocket only with this. */
const ofNode = ['--experimental-websocket', '--no-warnings'];

/** The findings of each client, with their cases in the order of the catalogue. */
const known: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ws-8': {},
  'ws-7': {},
  undici: {
    'key-reused': '401-basic',
    'refuses-connection-list': 'conn-list conn-two-lines',
    'refuses-white-space': 'ows-values',
    'refuses-interim': 'interim-100',
    'leaves-connection-open':
      'sub-asked-other accept-wrong accept-missing accept-empty accept-lower accept-key accept-prefix accept-dup-same accept-dup-first accept-dup-last upgrade-other upgrade-list sub-unasked ext-unasked hixie-76',
    'takes-extension-parameter': 'ext-bad-param',
  },
  'faye-websocket': {
    'refuses-connection-list': 'conn-list conn-two-lines',
    // It skips an interim response that it reads together with the 101.
    'refuses-interim': 'interim-103',
    'takes-long-status': 'status-1010',
  },
  websocket: {
    'refuses-connection-list': 'conn-list conn-two-lines',
    'takes-unasked-subprotocol': 'sub-asked-other sub-unasked',
    'leaves-connection-open': 'upgrade-missing conn-missing conn-other conn-substring status-200',
    'takes-unasked-extension': 'ext-unasked ext-bad-param',
  },
  'nodejs-websocket': {
    host: 'every case',
    'refuses-white-space': 'no-space-values ows-values',
    'refuses-interim': 'interim-100 interim-103',
    'takes-accept-twice': 'accept-dup-same accept-dup-last',
    'takes-unasked-extension': 'ext-unasked ext-bad-param',
  },
};

describe('real clients', function () {
  // Some are waited for in many cases, twice.
  this.timeout(180_000);

  for (const [name, findings] of Object.entries(known)) {
    it(`${name} does what is known of it`, async () => {
      expect(await findingsOf(name)).to.deep.equal(findings);
    });
  }

  it('Node.js itself refuses a list in Connection, and an interim response', async () => {
    // Each version of Node.js has another undici in it.
    const found = await findingsOf('node', ofNode);
    expect(found).to.include({
      'refuses-connection-list': 'conn-list conn-two-lines',
      'refuses-interim': 'interim-100',
    });
  });
});

async function findingsOf(name: string, flags: readonly string[] = []): Promise<Record<string, string>> {
  const command = [process.execPath, ...flags, script, name];
  const { clients } = await auditClient({ command }, { name, jobs: 8 }).report();
  const [client] = clients;
  if (client === undefined) throw new Error(`the report does not hold ${name}`);
  expect(client.reason).to.equal(null);
  const order = client.cases.map(({ id }) => id);
  const inOrder = (cases: readonly string[]): string =>
    cases.length === order.length ? 'every case' : order.filter((id) => cases.includes(id)).join(' ');
  return Object.fromEntries(client.findings.map(({ id, cases }) => [id, inOrder(cases)]));
}
