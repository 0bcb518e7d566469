/**
 * Runs one of the clients by other people: `node connect.js NAME URL`. It prints what it sees. Once it is open it
 * sends a message, stays connected for half a second, and closes.
 */

/** In ms. */
const stay = 500;

const clients: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  'ws-8': async (url) => playWs((await import('ws')).WebSocket, url),
  'ws-7': async (url) => playWs((await import('ws-7')).default, url),
  undici: async (url) => playStandard((await import('undici')).WebSocket, url),
  /** Node.js has it since version 22. */
  node: async (url) => playStandard(standard(Reflect.get(globalThis, 'WebSocket')), url),
  'faye-websocket': async (url) => playStandard((await import('faye-websocket')).default.Client, url),
  websocket: async (url) => {
    const client = new (await import('websocket')).default.client();
    client.on('connectFailed', (error) => failed(error.message));
    client.on('connect', (connection) => {
      connection.on('message', ({ utf8Data }: { utf8Data?: string }) => message(utf8Data));
      connection.on('error', (error: Error) => failed(error.message));
      connection.on('close', closed);
      opened(
        (text) => connection.sendUTF(text),
        () => connection.close(),
      );
    });
    client.connect(url, []);
  },
  'nodejs-websocket': async (url) => {
    const connection = (await import('nodejs-websocket')).default.connect(url, () =>
      opened(
        (text) => connection.sendText(text),
        () => connection.close(1000),
      ),
    );
    connection.on('text', message);
    connection.on('error', ({ message }) => failed(message));
    connection.on('close', closed);
  },
};

/** As much of the interface of ws as is used here: that of version 7 is the same. */
interface WsClient {
  send(text: string): void;
  close(code: number): void;
  on(event: 'open', listener: () => void): void;
  on(event: 'message', listener: (data: unknown) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'close', listener: (code: number) => void): void;
}

function playWs(WebSocket: new (url: string) => WsClient, url: string): void {
  const socket = new WebSocket(url);
  socket.on('open', () =>
    opened(
      (text) => socket.send(text),
      () => socket.close(1000),
    ),
  );
  socket.on('message', message);
  socket.on('error', (error) => failed(error.message));
  socket.on('close', closed);
}

interface StandardEvent {
  readonly data?: unknown;
  readonly message?: unknown;
  readonly code?: number;
}

/** As much of the interface of WHATWG as is used here. */
interface StandardClient {
  onopen: (() => void) | null;
  onmessage: ((event: StandardEvent) => void) | null;
  onerror: ((event: StandardEvent) => void) | null;
  onclose: ((event: StandardEvent) => void) | null;
  send(text: string): void;
  close(code: number): void;
}

function playStandard(WebSocket: new (url: string) => unknown, url: string): void {
  const socket = new WebSocket(url) as StandardClient;
  socket.onopen = () =>
    opened(
      (text) => socket.send(text),
      () => socket.close(1000),
    );
  socket.onmessage = ({ data }) => message(data);
  socket.onerror = ({ message }) => failed(String(message));
  socket.onclose = ({ code }) => closed(code);
}

function standard(found: unknown): new (url: string) => unknown {
  if (typeof found !== 'function') throw new Error(`Node.js ${process.version} has no WebSocket of its own`);
  return found as new (
    url: string,
  ) => unknown;
}

function opened(send: (text: string) => void, close: () => void): void {
  console.log('open');
  send('hello');
  setTimeout(close, stay);
}

function message(data: unknown): void {
  console.log(`message: ${data}`);
}

function failed(reason: string): void {
  console.log(`error: ${reason}`);
}

function closed(code?: number): void {
  console.log(`close: ${code}`);
}

const [name = '', url = ''] = process.argv.slice(2);
const connect = clients[name];
if (connect === undefined) throw new Error(`no client is called "${name}"`);
await connect(url);
