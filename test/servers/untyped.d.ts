/** As much of the untyped servers and clients as the tests use. */

declare module 'websocket' {
  import type { EventEmitter } from 'node:events';
  import type { Server } from 'node:http';

  interface Connection extends EventEmitter {
    close(): void;
    sendUTF(text: string): void;
  }

  interface Client {
    connect(url: string, subprotocols: readonly string[]): void;
    on(event: 'connect', listener: (connection: Connection) => void): void;
    on(event: 'connectFailed', listener: (error: Error) => void): void;
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
      subprotocols?: readonly string[],
    ) => { close(): void; on(event: 'open' | 'close', listener: () => void): void };
  }
}

declare module 'ws-8.18.2' {
  export { WebSocketServer } from 'ws';
}

declare module 'ws-7' {
  export { WebSocket as default } from 'ws';
}

declare module 'nodejs-websocket' {
  import type { EventEmitter } from 'node:events';

  interface Connection extends EventEmitter {
    sendText(text: string): void;
    close(code: number): void;
  }

  const websocket: { connect(url: string, onOpen: () => void): Connection };
  export default websocket;
}
