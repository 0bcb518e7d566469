/** Targets on a Unix socket: their URLs, their handshakes, and every way in which there is no connection. */

import { chmod, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import { createTarget } from '../../../wire/endpoint/target.ts';
import { UsageError } from '../../../wire/usage-error.ts';
import { withFolder } from '../../support/servers.ts';
import { start } from '../../support/wire-server.ts';

const refusal = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n';

/** Listens on a socket file while `use` lasts. @param received gets the request heads */
async function withSocket<T>(
  file: string,
  use: (server: Server) => Promise<T>,
  received: string[] = [],
  end: (socket: Socket) => void = (socket) => socket.end(),
): Promise<T> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', (head) => {
      received.push(head.toString('latin1'));
      socket.write(refusal);
      end(socket);
    });
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(file, resolve));
  try {
    return await use(server);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const codeOf = async (url: string) => {
  const { outcome, error } = await start(url).closed;
  return [outcome, error?.code];
};

describe('the URL of a Unix socket', () => {
  const right: [input: string, url: string, socketPath: string, requestTarget: string][] = [
    ['ws+unix:/run/a.sock:/chat', 'ws+unix:/run/a.sock:/chat', '/run/a.sock', '/chat'],
    ['ws+unix:///run/a.sock:/chat', 'ws+unix:/run/a.sock:/chat', '/run/a.sock', '/chat'],
    [' WS+UNIX:/run/a.sock ', 'ws+unix:/run/a.sock:/', '/run/a.sock', '/'],
    ['ws+unix:/run/a.sock:', 'ws+unix:/run/a.sock:/', '/run/a.sock', '/'],
    ['ws+unix:/run/a.sock:/c?d=e:f&g=?', 'ws+unix:/run/a.sock:/c?d=e:f&g=?', '/run/a.sock', '/c?d=e:f&g=?'],
    ['ws+unix:/run/a.sock?d=e', 'ws+unix:/run/a.sock:/?d=e', '/run/a.sock', '/?d=e'],
    ['ws+unix:/run/a.sock:/a:b/../c d', 'ws+unix:/run/a.sock:/c%20d', '/run/a.sock', '/c%20d'],
    ['ws+unix:./a.sock:/x', 'ws+unix:./a.sock:/x', './a.sock', '/x'],
    ['ws+unix:/r/a b%3Ac%25.sock:/', 'ws+unix:/r/a%20b%3Ac%25.sock:/', '/r/a b:c%.sock', '/'],
    ['ws+unix:/r/%23%3F.sock', 'ws+unix:/r/%23%3F.sock:/', '/r/#?.sock', '/'],
  ];
  for (const [input, url, socketPath, requestTarget] of right) {
    it(`may be ${JSON.stringify(input)}`, () => {
      const target = createTarget(input);
      expect(target).to.include({ url, socketPath, requestTarget, host: 'localhost', tls: null });
      expect(createTarget(target.url), 'normalised').to.include({ url, socketPath, requestTarget });
    });
  }

  const wrong: [input: string, why: RegExp][] = [
    ['ws+unix:', /names no socket; write it as ws\+unix:\/path\/to\.sock:\/request\/path/],
    ['ws+unix::/chat', /names no socket/],
    ['ws+unix://host/a.sock', /a Unix socket has no host/],
    ['ws+unix:/a.sock:chat', /the request path, after the second colon, must begin with "\/"/],
    ['ws+unix:/a%.sock', /the socket's path holds a "%" that encodes nothing/],
    ['ws+unix:/a.sock:/#x', /has no fragment/],
    ['wss+unix:/a.sock', /is not a target/],
  ];
  for (const [input, why] of wrong) {
    it(`cannot be ${JSON.stringify(input)}`, () => {
      expect(() => createTarget(input)).to.throw(UsageError, why);
    });
  }

  it('is not for what says how to reach a host', () => {
    const target = createTarget('ws+unix:/a.sock', {
      tls: { insecure: true },
      proxy: 'http://p.example',
      resolve: [{ host: 'localhost', port: 80, address: '192.0.2.1' }],
    });
    expect(target).to.include({ tls: null, proxy: null, address: 'localhost' });
  });
});

describe('dialling a Unix socket', () => {
  it('sends the handshake with the host localhost, and sees the close', () =>
    withFolder((folder) => {
      const file = path.join(folder, 'a b:c.sock');
      const received: string[] = [];
      return withSocket(
        file,
        async () => {
          const url = `ws+unix:${file.replace(':', '%3A')}:/chat?x=1`;
          const exchange = await start(url, { headers: [['X-Added', 'y']] }).closed;
          expect([exchange.response?.status, exchange.close?.kind]).to.deep.equal([400, 'fin']);
          expect(received).to.have.lengthOf(1);
          expect(received[0]).to.match(/^GET \/chat\?x=1 HTTP\/1\.1\r\nHost: localhost\r\n/);
          expect(received[0]).to.include('\r\nX-Added: y\r\n');
        },
        received,
      );
    }));

  it('sees a connection that is left open', () =>
    withFolder((folder) => {
      const file = path.join(folder, 'a.sock');
      return withSocket(
        file,
        async () => {
          const { close } = await start(`ws+unix:${file}`, { limits: { closeTimeoutMs: 50 } }).closed;
          expect(close?.kind).to.equal('open');
        },
        [],
        () => {},
      );
    }));

  it('fails where there is no such file', () =>
    withFolder(async (folder) => {
      expect(await codeOf(`ws+unix:${folder}/none.sock`)).to.deep.equal(['connect-failed', 'ENOENT']);
      expect(await codeOf(`ws+unix:${folder}/none/none.sock`)).to.deep.equal(['connect-failed', 'ENOENT']);
    }));

  it('fails where the file is no socket', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'plain');
      await writeFile(file, '');
      for (const url of [`ws+unix:${file}`, `ws+unix:${folder}`]) {
        const [outcome, code] = await codeOf(url);
        expect(outcome).to.equal('connect-failed');
        expect(code).to.be.oneOf(['ECONNREFUSED', 'ENOTSOCK']);
      }
    }));

  it('fails where the path is longer than the system takes', async () => {
    const [outcome] = await codeOf(`ws+unix:/${'x'.repeat(300)}`);
    expect(outcome).to.equal('connect-failed');
  });

  it('fails where there is no permission', function () {
    // The superuser may do everything.
    if (process.getuid?.() === 0) this.skip();
    return withFolder((folder) => {
      const file = path.join(folder, 'a.sock');
      return withSocket(file, async () => {
        await chmod(file, 0o000);
        expect(await codeOf(`ws+unix:${file}`)).to.deep.equal(['connect-failed', 'EACCES']);
      });
    });
  });
});
