/** On which faults of a 101 real clients fail: each client, as installed, against every form of the fault. */

import { once } from 'node:events';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import Faye from 'faye-websocket';
import { Agent, WebSocket as UndiciWebSocket } from 'undici';
import websocket from 'websocket';
import { WebSocket } from 'ws';
import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import {
  type ClientFault,
  clientFailures,
  clients,
  whichClientsFail,
} from '../../scoring/client-failures.ts';
import { acceptFor } from '../../scoring/server-handshake.ts';

/** Whether the client opens the connection. */
type Opens = (url: string, subprotocols: string[]) => Promise<boolean>;

/** Of the package's own version: the global one is shared with the undici inside Node.js, if that came first. */
const undiciAgent = new Agent();

const installed = {
  undici: (url, subprotocols) =>
    new Promise((resolve) => {
      const socket = new UndiciWebSocket(url, { protocols: subprotocols, dispatcher: undiciAgent });
      socket.onerror = () => resolve(false);
      socket.onopen = () => {
        socket.close();
        socket.onclose = () => resolve(true);
      };
    }),
  async ws(url, subprotocols) {
    const socket = new WebSocket(url, subprotocols);
    try {
      await once(socket, 'open');
    } catch {
      return false;
    }
    socket.close();
    await once(socket, 'close');
    return true;
  },
  faye: (url, subprotocols) =>
    new Promise((resolve) => {
      const socket = new Faye.Client(url, subprotocols);
      let opened = false;
      socket.on('open', () => {
        opened = true;
        socket.close();
      });
      socket.on('close', () => resolve(opened));
    }),
  websocket: (url, subprotocols) =>
    new Promise((resolve) => {
      const client = new websocket.client();
      client.on('connectFailed', () => resolve(false));
      client.on('connect', (connection) => {
        connection.on('close', () => resolve(true));
        connection.close();
      });
      client.connect(url, subprotocols);
    }),
} satisfies Readonly<Record<string, Opens>>;

const names = Object.keys(installed) as (keyof typeof installed)[];
const packages = { undici: 'undici', ws: 'ws', faye: 'faye-websocket', websocket: 'websocket' };

const status = 'HTTP/1.1 101 Switching Protocols';
const upgrade = 'Upgrade: websocket';
const connection = 'Connection: Upgrade';
const accept = 'Sec-WebSocket-Accept: $';
const valid = [status, upgrade, connection, accept];
const subprotocol = (value: string): string => `Sec-WebSocket-Protocol: ${value}`;
const offering = ['chat', 'superchat'];

/** A 101: its lines, in which `$` is the accept value, or its whole head; and what was offered. */
type Form = readonly [head: readonly string[] | string, subprotocols?: string[]];

const forms: Readonly<Record<ClientFault, readonly Form[]>> = {
  'accept-missing': [[[status, upgrade, connection]]],
  'accept-wrong': [
    [[status, upgrade, connection, 'Sec-WebSocket-Accept: Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=']],
    [[status, upgrade, connection, 'Sec-WebSocket-Accept:']],
  ],
  'accept-twice': [[[...valid, accept]], [[...valid, 'Sec-WebSocket-Accept: Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=']]],
  'upgrade-missing': [[[status, connection, accept]]],
  'upgrade-other': [
    [[status, 'Upgrade: h2c', connection, accept]],
    [[status, 'Upgrade:', connection, accept]],
  ],
  'upgrade-twice': [[[...valid, upgrade]], [[status, 'Upgrade: websocket, websocket', connection, accept]]],
  'connection-missing': [[[status, upgrade, accept]]],
  'connection-other': [[[status, upgrade, 'Connection: keep-alive', accept]]],
  'connection-twice': [[[...valid, connection]], [[status, upgrade, 'Connection: Upgrade, Upgrade', accept]]],
  'connection-with-close': [
    [[...valid, 'Connection: close']],
    [[status, upgrade, 'Connection: Upgrade, close', accept]],
    [[status, upgrade, 'Connection: close, Upgrade', accept]],
  ],
  'subprotocol-unasked': [[[...valid, subprotocol('never-offered')]]],
  'subprotocol-not-offered': [[[...valid, subprotocol('never-offered')], offering]],
  'subprotocol-other-case': [[[...valid, subprotocol('CHAT')], offering]],
  'subprotocol-empty': [[[...valid, subprotocol('')]], [[...valid, subprotocol('')], offering]],
  'subprotocol-twice': [[[...valid, subprotocol('chat'), subprotocol('chat')], offering]],
  'several-subprotocols': [
    [[...valid, subprotocol('chat, superchat')], offering],
    [[...valid, subprotocol('chat'), subprotocol('superchat')], offering],
  ],
  'offer-unanswered': [[valid, offering]],
  'extension-not-offered': [[[...valid, 'Sec-WebSocket-Extensions: x-never-offered']]],
  'http-1.0': [[['HTTP/1.0 101 Switching Protocols', upgrade, connection, accept]]],
  'content-length-0': [[[...valid, 'Content-Length: 0']]],
  'content-length': [[[...valid, 'Content-Length: 100']]],
  chunked: [[[...valid, 'Transfer-Encoding: chunked']]],
  version: [[[...valid, 'Sec-WebSocket-Version: 13']]],
  'leading-empty-line': [[['', ...valid]]],
  'no-space-after-status': [[['HTTP/1.1 101', upgrade, connection, accept]]],
  'bare-lf': [[[...valid, '', ''].join('\n')]],
  'obs-fold': [[[...valid, 'X-Note: switching', ' over two lines']]],
};

describe('real clients', () => {
  it('are those of the table, in these versions', () => {
    const require = createRequire(import.meta.url);
    for (const name of names) {
      const { version } = require(`${packages[name]}/package.json`) as { version: string };
      expect(clients[name].name).to.equal(`${packages[name]} ${version}`);
    }
  });

  it('open the connection where nothing is wrong', async () => {
    for (const form of [[valid], [[...valid, subprotocol('chat')], offering]] satisfies Form[]) {
      expect(await failingOn(form)).to.deep.equal([]);
    }
  });

  for (const [fault, itsForms] of Object.entries(forms) as [ClientFault, readonly Form[]][]) {
    it(`${clientFailures[fault].fault}: those fail that the table names`, async () => {
      const failing = new Set<string>(names);
      for (const form of itsForms) {
        const failed = await failingOn(form);
        for (const name of names) if (!failed.includes(name)) failing.delete(name);
      }
      const { failing: named } = clientFailures[fault];
      expect([...failing]).to.deep.equal(names.filter((name) => named.includes(name)));
    });
  }

  it('are summed up in one sentence', () => {
    expect(whichClientsFail('version')).to.match(/^None of the \d+ clients that were tried fails /);
    expect(whichClientsFail('accept-wrong')).to.match(/^All \d+ clients that were tried fail /);
    expect(whichClientsFail('upgrade-missing')).to.match(/tried, only Java \(Jetty [\d.]+\) opened on /);
    expect(whichClientsFail('no-space-after-status')).to.match(
      /^Known to fail on such a 101: Python \(websockets [\d.]+, Tornado [\d.]+\), C\+\+ \(Boost.Beast [\d.]+\)\.$/,
    );
  });
});

/** The clients that do not open the connection. */
async function failingOn([head, subprotocols = []]: Form): Promise<string[]> {
  const conformant = findFixture('conformant');
  if (conformant === undefined) throw new Error('no fixture is conformant');
  const text = typeof head === 'string' ? head : [...head, '', ''].join('\r\n');
  const server = await startFixture(
    {
      ...conformant,
      behaviour: {
        ...conformant.behaviour,
        accept: ({ key }) => ({ bytes: text.replaceAll('$', acceptFor(key)), afterwards: 'websocket' }),
      },
    },
    {},
  );
  try {
    const failed: string[] = [];
    for (const name of names) {
      if (!(await installed[name](`ws://127.0.0.1:${server.port}/`, subprotocols))) failed.push(name);
    }
    return failed;
  } finally {
    await server.close();
  }
}
