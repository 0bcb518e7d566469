/** The servers of a fleet, on every loopback address: prints their ports as JSON; ends with its parent. */

import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { findFixture } from '../fixtures/catalogue.ts';
import { startFixture } from '../fixtures/server.ts';

const host = '0.0.0.0';

async function listen(server: net.Server): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function portOfFixture(name: string): Promise<number> {
  const fixture = findFixture(name);
  if (fixture === undefined) throw new Error(`there is no fixture ${name}`);
  return (await startFixture(fixture, { host })).port;
}

const real = http.createServer();
// A client that breaks the protocol must not crash the server.
new WebSocketServer({ server: real }).on('connection', (socket) => socket.on('error', () => {}));
const silent = net.createServer((socket) => socket.on('error', () => {}));
const closed = net.createServer();

const ports = {
  real: await listen(real),
  conformant: await portOfFixture('conformant'),
  faulty: await portOfFixture('number-conversion'),
  silent: await listen(silent),
  refusing: await listen(closed),
};
closed.close();
console.log(JSON.stringify(ports));
process.stdin.resume().on('end', () => process.exit());
