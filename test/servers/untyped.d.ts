/** As much of the untyped servers as the tests use. */

declare module 'websocket' {
  import type { Server } from 'node:http';

  const websocket: {
    readonly server: new (config: {
      readonly httpServer: Server;
      readonly autoAcceptConnections: boolean;
    }) => unknown;
  };
  export default websocket;
}

declare module 'faye-websocket' {
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  export default class WebSocket {
    constructor(request: IncomingMessage, socket: Duplex, body: Buffer);
    static isWebSocket(request: IncomingMessage): boolean;
  }
}

declare module 'ws-8.18.2' {
  export { WebSocketServer } from 'ws';
}
