/** The server under test: ws, with a guard in front that refuses what ws would accept or refuse without a list. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const refusal =
  'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n';

/** In `headers` repeated fields are joined or dropped; only `rawHeaders` shows each of them. */
function valuesOf({ rawHeaders }, name) {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1].toLowerCase() === name);
}

function isHandshake(request) {
  const versions = valuesOf(request, 'sec-websocket-version');
  const keys = valuesOf(request, 'sec-websocket-key');
  const hosts = valuesOf(request, 'host');
  return (
    request.method === 'GET' &&
    request.httpVersion === '1.1' &&
    request.headers.upgrade.toLowerCase() === 'websocket' &&
    versions.length === 1 &&
    versions[0] === '13' &&
    keys.length === 1 &&
    /^[+/0-9A-Za-z]{22}==$/.test(keys[0]) &&
    hosts.length === 1 &&
    /^[^\s/?#@]*$/.test(hosts[0])
  );
}

/**
 * Starts the server on a free port.
 *
 * @param guarded whether the guard is there; `GUARD=off` leaves it out, to show what the tests then say
 */
export async function startServer(guarded = process.env.GUARD !== 'off') {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const webSockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (guarded && !isHandshake(request)) return socket.end(refusal);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => webSocket.send('welcome'));
  });
  // What is not HTTP by the rules of Node.js never becomes a request.
  if (guarded) server.on('clientError', (_error, socket) => socket.writable && socket.end(refusal));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${server.address().port}/`,
    async close() {
      for (const client of webSockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
