/**
 * Runs one of the servers by other people on a free loopback port: `node serve.js NAME`. Prints its URL as one
 * line, and runs until it is killed. A process of its own, as a server to audit is one.
 */

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import FayeWebSocket from 'faye-websocket';
import { Server as SocketIo } from 'socket.io';
import websocket from 'websocket';
import { WebSocketServer } from 'ws';
import { WebSocketServer as OldWebSocketServer } from 'ws-8.18.2';

const answerWith =
  (status: number): RequestListener =>
  (_request, response) => {
    response.writeHead(status).end();
  };

const servers: Readonly<Record<string, () => Promise<string>>> = {
  'ws-alone': async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    return url((server.address() as AddressInfo).port);
  },
  // Before it sent a list of versions.
  'ws-8.18.2': async () => {
    const server = new OldWebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    return url((server.address() as AddressInfo).port);
  },
  'ws-attached-426': () => attached(answerWith(426), (server) => new WebSocketServer({ server })),
  'ws-attached-404': () => attached(answerWith(404), (server) => new WebSocketServer({ server })),
  websocket: () =>
    attached(
      answerWith(404),
      (httpServer) => new websocket.server({ httpServer, autoAcceptConnections: true }),
    ),
  'faye-websocket': () =>
    // As its README has it, with an end for what is no WebSocket handshake.
    attached(answerWith(404), (server) =>
      server.on('upgrade', (request, socket, body) => {
        if (FayeWebSocket.isWebSocket(request)) new FayeWebSocket(request, socket, body);
        else socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      }),
    ),
  'socket.io': async () =>
    `${await attached(answerWith(404), (server) => new SocketIo(server))}socket.io/?EIO=4&transport=websocket`,
};

async function attached(listener: RequestListener, attach: (server: Server) => unknown): Promise<string> {
  const server = createServer(listener);
  attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return url((server.address() as AddressInfo).port);
}

function url(port: number): string {
  return `ws://127.0.0.1:${port}/`;
}

const [name = ''] = process.argv.slice(2);
const start = servers[name];
if (start === undefined) throw new Error(`no server is called "${name}"`);
console.log(await start());
// Not to outlive whoever started it.
process.stdin.on('end', () => process.exit()).resume();
