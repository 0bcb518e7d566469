/** Which stacks are recognised from literal responses, what is said of it, and what is not recognised. */

import { expect } from 'chai';
import { recogniseStacks } from '../../../report/stacks/recognise-stacks.ts';
import { received, refusal, switching } from '../../support/exchanges.ts';

/** A refusal with this body. */
function withBody(body: string): string {
  return `HTTP/1.1 400 Bad Request\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function names(...responses: string[]): string[] {
  return recogniseStacks(
    responses.map((text) => received(text)),
    [],
  ).map(({ name }) => name);
}

describe('the stack of a target', () => {
  const engineIo = `${switching()}\x81\x7e\x00\x800{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":[]}`;
  const recognised: [response: string, name: string][] = [
    [withBody('Missing or invalid Sec-WebSocket-Version header'), 'ws'],
    [withBody('Missing or invalid Sec-WebSocket-Key header'), 'ws'],
    [engineIo, 'Socket.IO'],
    [withBody('{"code":2,"message":"Bad handshake method"}'), 'Socket.IO'],
    [switching('uWebSockets: 20'), 'uWebSockets'],
    [withBody('unsupported WebSocket protocol version (only 13 is supported): "99"\n'), 'coder/websocket'],
    [refusal('400 Bad Request', 'Server: Jetty(9.4.57.v20241219)'), 'Jetty'],
    [withBody('<hr class="line" /><h3>Apache Tomcat/9.0.70 (Debian)</h3></body>'), 'Apache Tomcat'],
    [switching('Server: Kestrel'), 'ASP.NET Core (Kestrel)'],
    [switching('server: uvicorn'), 'uvicorn'],
    [switching('Server: Python/3.11 websockets/10.4'), 'websockets'],
    [switching('Server: Python/3.11 aiohttp/3.8.4'), 'aiohttp'],
    [refusal('426 Upgrade Required', 'Server: TornadoServer/6.2'), 'Tornado'],
    [refusal('400 Bad Request', 'server: Cowboy'), 'Cowboy'],
    [`${switching()}\x81\x12{"type":"welcome"}`, 'Action Cable'],
    [switching('Server: nginx'), 'nginx'],
    [switching('Server: nginx/1.22.1'), 'nginx'],
    [switching('Server: openresty/1.25.3.1'), 'nginx'],
    [
      withBody(
        '<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>\n',
      ),
      'HAProxy',
    ],
    [switching('server: envoy'), 'Envoy'],
    [switching('Server: Caddy'), 'Caddy'],
    [switching('Server: Apache/2.4.57 (Debian)'), 'Apache httpd'],
  ];
  for (const [response, name] of recognised) {
    it(`is ${name} for ${JSON.stringify(response.slice(0, 200))}`, () => {
      expect(names(switching(), response)).to.deep.equal([name]);
    });
  }

  const unknown = [
    switching(),
    refusal('400 Bad Request', 'Server: mynginx', 'X-Powered-By: Express'),
    refusal('400 Bad Request', 'Server: ATS/9.2'),
    refusal('400 Bad Request', 'X-Server: nginx/1.22.1'),
    withBody('the upstream said: Missing or invalid Sec-WebSocket-Version header'),
    withBody('{"code":5,"message":"no such room"}'),
    // The bytes of the frame, in a body.
    withBody('\x81\x12{"type":"welcome"}'),
    'not HTTP: nginx/1.22.1',
  ];
  for (const response of unknown) {
    it(`is unknown for ${JSON.stringify(response.slice(0, 200))}`, () => {
      expect(names(response)).to.deep.equal([]);
    });
  }

  it('is not the library that it is built on', () => {
    expect(names(engineIo, withBody('Missing or invalid Sec-WebSocket-Key header'))).to.deep.equal([
      'Socket.IO',
    ]);
  });

  it('is each that names itself, the proxy last', () => {
    const body = withBody('Missing or invalid Sec-WebSocket-Key header');
    expect(names(switching('Server: nginx'), body)).to.deep.equal(['ws', 'nginx']);
  });

  it('is said with the bytes that name it, and in how many responses they are', () => {
    const exchanges = [switching(), switching('Server: nginx/1.22.1'), '', refusal('400 Bad Request')];
    const [stack] = recogniseStacks(
      exchanges.map((text) => received(text)),
      [{ id: 'number-conversion' }, { id: 'host-not-checked' }, { id: 'accepted-malformed/hex' }],
    );
    expect(stack).to.deep.equal({
      name: 'nginx',
      recipe: 'docs/recipes.md#nginx',
      because:
        '"Server: nginx/1.22.1" in 1 of 3 responses; it may be a proxy in front of the WebSocket server',
      repairs: ['number-conversion', 'accepted-malformed/hex'],
    });
  });

  it('is quoted with what is invisible escaped', () => {
    const [stack] = recogniseStacks([received(switching('Server: nginx/\x1b[31m'))], []);
    expect(stack?.because).to.include('"Server: nginx/\\x1b[31m" in 1 of 1 responses');
  });
});
