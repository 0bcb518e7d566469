/** The servers of a fleet, on every loopback address: prints their ports as JSON; ends with its parent. */

import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { findFixture } from '../fixtures/catalogue.ts';
import { startFixture } from '../fixtures/server.ts';

const host = '0.0.0.0';

async function portOf(server: net.Server | WebSocketServer): Promise<number> {
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function portOfFixture(name: string): Promise<number> {
  const fixture = findFixture(name);
  if (fixture === undefined) throw new Error(`there is no fixture ${name}`);
  return (await startFixture(fixture, { host })).port;
}

const real = new WebSocketServer({ host, port: 0 });
// A client that breaks the protocol must not crash the server.
real.on('connection', (socket) => socket.on('error', () => {}));
const silent = net.createServer((socket) => socket.on('error', () => {})).listen(0, host);
const closed = net.createServer().listen(0, host);

const ports = {
  real: await portOf(real),
  conformant: await portOfFixture('conformant'),
  faulty: await portOfFixture('number-conversion'),
  silent: await portOf(silent),
  refusing: await portOf(closed),
};
closed.close();
console.log(JSON.stringify(ports));
process.stdin.resume().on('end', () => process.exit());
