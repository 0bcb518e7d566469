/** As much of the untyped servers and clients as the tests use. */

declare module 'websocket' {
  import type { EventEmitter } from 'node:events';
  import type { Server } from 'node:http';

  interface Connection extends EventEmitter {
    close(): void;
  }

  interface Client {
    connect(url: string, subprotocols: readonly string[]): void;
    on(event: 'connect', listener: (connection: Connection) => void): void;
    on(event: 'connectFailed', listener: () => void): void;
  }

  const websocket: {
    readonly server: new (config: {
      readonly httpServer: Server;
      readonly autoAcceptConnections: boolean;
    }) => unknown;
    readonly client: new () => Client;
  };
  export default websocket;
}

declare module 'faye-websocket' {
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  export default class WebSocket {
    constructor(request: IncomingMessage, socket: Duplex, body: Buffer);
    static isWebSocket(request: IncomingMessage): boolean;
    static readonly Client: new (
      url: string,
      subprotocols: readonly string[],
    ) => { close(): void; on(event: 'open' | 'close', listener: () => void): void };
  }
}

declare module 'ws-8.18.2' {
  export { WebSocketServer } from 'ws';
}
