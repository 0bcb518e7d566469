/** On which faults of a 101 real clients fail: each client, as installed, against the fixture with that fault. */

import { once } from 'node:events';
import { expect } from 'chai';
import { WebSocket as UndiciWebSocket } from 'undici';
import { WebSocket } from 'ws';
import { withFixture } from '../support/servers.ts';

/** Whether the client opens the connection. */
type Opens = (url: string, subprotocols: string[]) => Promise<boolean>;

const clients: Readonly<Record<'undici' | 'ws', Opens>> = {
  undici: (url, subprotocols) =>
    new Promise((resolve) => {
      const socket = new UndiciWebSocket(url, subprotocols);
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
};

type Failing = readonly (keyof typeof clients)[];

const both: Failing = ['undici', 'ws'];
const offering = ['chat', 'superchat'];

/** For each fixture: the clients that fail, and what they offered. */
const failing: readonly (readonly [fixture: string, failing: Failing, subprotocols?: string[]])[] = [
  ['conformant', []],
  ['wrong-accept', both],
  ['accept-missing', both],
  ['accept-twice', both],
  ['upgrade-twice', both],
  // ws does not read Connection.
  ['connection-twice', ['undici']],
  ['connection-with-close', ['undici']],
  ['unoffered-subprotocol', both],
  ['unoffered-extension', both],
  ['subprotocol-twice', both, offering],
  ['two-subprotocols', both, offering],
  // None is chosen of those offered.
  ['conformant', both, offering],
  ['bare-lf-on-101', both],
  ['folded-101', both],
  ['no-reason-phrase-on-101', []],
  ['http-1-0-on-101', []],
  ['content-length-on-101', []],
  ['transfer-encoding-on-101', []],
  ['version-on-101', []],
];

describe('real clients', () => {
  for (const [fixture, expected, subprotocols = []] of failing) {
    const offers = subprotocols.length === 0 ? '' : ', offered subprotocols';
    it(`${fixture}${offers}: ${expected.join(' and ') || 'neither'} fails`, () =>
      withFixture(fixture, async ({ port }) => {
        for (const [name, opens] of Object.entries(clients)) {
          const opened = await opens(`ws://127.0.0.1:${port}/`, subprotocols);
          expect(opened, name).to.equal(!expected.includes(name as keyof typeof clients));
        }
      }));
  }
});
