/**
 * The server that everything is measured against: ws as it comes, on every address of 127.0.0.0/8. Prints its port; ends
 * with its parent.
 */

import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '0.0.0.0', port: 0 });
server.on('listening', () => console.log((server.address() as AddressInfo).port));
// A client that breaks the protocol must not crash the server.
server.on('connection', (socket) => socket.on('error', () => {}));
process.stdin.resume().on('end', () => process.exit());
