/** Proxies for one test: one by other people, and one of our own that passes on a close exactly as it came. */

import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { TlsOptions as ServerTlsOptions } from 'node:tls';
import { createProxy, type ProxyServer } from 'proxy';
import type { Peer } from './wire-server.ts';

export interface RunningProxy {
  readonly port: number;
  /** What it was asked for, `host:port`, in order. */
  readonly asked: readonly string[];
}

export interface ProxyOptions {
  /** The only value of Proxy-Authorization that it takes; any, and none, by default. */
  readonly authorization?: string;
  readonly tls?: ServerTlsOptions;
}

/** Runs the npm package proxy while `use` lasts. */
export async function withProxy<T>(
  use: (proxy: RunningProxy) => Promise<T>,
  { authorization, tls }: ProxyOptions = {},
): Promise<T> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server: ProxyServer = createProxy(tls === undefined ? createHttpServer() : createHttpsServer(tls));
  server.authenticate = ({ url = '', headers }) => {
    asked.push(url);
    return authorization === undefined || headers['proxy-authorization'] === authorization;
  };
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use({ port: (server.address() as AddressInfo).port, asked });
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Serves one connection as a proxy that passes on FIN as FIN and RST as RST. */
export async function tunnel(peer: Peer): Promise<void> {
  await peer.request();
  const port = Number(/^CONNECT \S+:(\d+) /.exec(peer.received)?.[1]);
  const target = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  target.on('data', (chunk) => peer.socket.write(chunk));
  target.on('end', () => peer.socket.end());
  target.on('error', () => peer.reset());
  await once(target, 'connect');
  peer.socket.on('data', (chunk) => target.write(chunk));
  peer.socket.on('end', () => target.end());
  peer.socket.on('close', () => target.destroy());
  await peer.send('HTTP/1.1 200 Connection established\r\n\r\n');
}
