/** Proxies as a person gives them, on the command line and in the environment; and that their password stays secret. */

import { expect } from 'chai';
import type { Report } from '../../index.ts';
import { run } from '../support/command.ts';
import { withProxy } from '../support/proxies.ts';
import { expectNoneOf } from '../support/secrets.ts';
import { closedPort, pem, pemFile, withFixture, withFolder } from '../support/servers.ts';

const few = ['-q', '--probe', 'malformed/hex'];
const tls = { cert: pem('server.pem'), key: pem('server.key') };
const password = 'pr0xy-sesame';
const basic = Buffer.from(`user:${password}`).toString('base64');
const secrets = [password, basic];

describe('a proxy on the command line', function () {
  this.timeout(30_000);

  it('is gone through, and named in the report', () =>
    withFixture('conformant', ({ url, port: targetPort }) =>
      withProxy(async ({ port, asked }) => {
        const { code, stdout, stderr } = await run([
          url,
          '--probe',
          'malformed/hex',
          '--proxy',
          `127.0.0.1:${port}`,
        ]);
        expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
        expect(stdout).to.include(`\n  proxy http://127.0.0.1:${port}\n`);
        expect(new Set(asked)).to.deep.equal(new Set([`127.0.0.1:${targetPort}`]));
      }),
    ));

  it('is in the command that repeats a probe', () =>
    withFixture('number-conversion', ({ url }) =>
      withProxy(async ({ port }) => {
        const { stdout } = await run([
          url,
          '--probe',
          'malformed/hex',
          '--proxy',
          `http://127.0.0.1:${port}`,
        ]);
        expect(stdout).to.include(`--probe malformed/hex --proxy http://127.0.0.1:${port} -vv\n`);
      }),
    ));

  const failures: Readonly<Record<string, readonly [answer: () => Promise<string>, reason: RegExp]>> = {
    'nothing listens there': [
      async () => `http://127.0.0.1:${await closedPort()}`,
      /the proxy http:\/\/127\.0\.0\.1:\d+: the connection to it was refused; is it running/,
    ],
    'its name does not resolve': [
      async () => 'http://nothing.invalid:3128',
      /the proxy http:\/\/nothing\.invalid:3128: its host name does not resolve/,
    ],
  };
  for (const [what, [proxy, reason]] of Object.entries(failures)) {
    it(`leaves the target inconclusive where ${what}`, async () => {
      const { code, stdout } = await run(['ws://a.example/', ...few, '--proxy', await proxy()]);
      expect(code).to.equal(3);
      expect(stdout).to.match(reason);
    });
  }

  it('that cannot be one is a mistake, reported without its password', async () => {
    for (const url of [
      `socks5://user:${password}@p:1`,
      `http://user:${password}@p:x`,
      `user:${password}@p`,
    ]) {
      const { code, stdout, stderr } = await run(['ws://a.example/', ...few, '--proxy', url]);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(/^handshake13: "[^\n]*\n$/);
      expectNoneOf(secrets, stderr);
    }
  });
});

describe('the password of a proxy', function () {
  this.timeout(30_000);

  for (const where of ['on the command line', 'in the environment'] as const) {
    it(`is sent and shown nowhere: ${where}`, () =>
      withFixture('number-conversion', ({ url }) =>
        withFolder((folder) =>
          withProxy(
            async ({ port }) => {
              const proxy = `http://user:${password}@127.0.0.1:${port}`;
              const [options, env] =
                where === 'in the environment' ? [[], { http_proxy: proxy }] : [['--proxy', proxy], {}];
              const file = `${folder}/report.json`;
              const args = [url, '--probe', 'malformed/hex', ...options];
              const shown = await run([...args, '-v', '-r', 'terminal', '-r', `json=${file}`], { env });
              const json = await run([...args, '-r', 'json'], { env });
              expect([shown.code, json.code]).to.deep.equal([1, 1]);
              expectNoneOf(secrets, shown.stdout, shown.stderr, json.stdout, json.stderr);
              const report: Report = JSON.parse(json.stdout);
              expect(report.targets[0]?.proxy).to.equal(`http://127.0.0.1:${port}`);
              for (const { exchange } of report.targets[0]?.probes ?? []) {
                expectNoneOf(secrets, Buffer.from(exchange.request.base64, 'base64').toString('latin1'));
              }
              if (where === 'on the command line') {
                expect(shown.stdout).to.include(
                  `--proxy 'http://\${PROXY_USER_INFO}@127.0.0.1:${port}' -vv\n`,
                );
              }
            },
            { authorization: `Basic ${basic}` },
          ),
        ),
      ));
  }

  it('is not in what is said of credentials that are missing or wrong', () =>
    withProxy(
      async ({ port }) => {
        const [missing, wrong] = await Promise.all(
          ['', `user:${password}@`].map((userInfo) =>
            run(['ws://a.example/', ...few, '--proxy', `http://${userInfo}127.0.0.1:${port}`]),
          ),
        );
        expect([missing?.code, wrong?.code]).to.deep.equal([3, 3]);
        expect(missing?.stdout).to.match(
          /it asks for credentials: CONNECT was answered "HTTP\/1\.1 407 [^"]+" \(it asks for Basic realm="proxy"\); give them with --proxy http:\/\/USER:PASSWORD@HOST:PORT/,
        );
        expect(wrong?.stdout).to.match(/it rejects the credentials: .*; check user name/);
        expectNoneOf(secrets, wrong?.stdout ?? '', wrong?.stderr ?? '');
      },
      { authorization: 'Basic another' },
    ));
});

describe('a proxy in the environment', function () {
  this.timeout(30_000);

  /** Whether a target is reached through the proxy, in an environment that is made of the proxy's `host:port`. */
  async function isUsed(
    environment: (proxy: string) => Readonly<Record<string, string>>,
    { options = [], isTls = false }: { options?: readonly string[]; isTls?: boolean } = {},
  ): Promise<boolean> {
    return withFixture(
      'conformant',
      ({ url }) =>
        withProxy(async ({ port, asked }) => {
          const env = environment(`127.0.0.1:${port}`);
          const { code, stderr } = await run([url, ...few, '--ca', pemFile('ca.pem'), ...options], { env });
          expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
          return asked.length > 0;
        }),
      isTls ? { tls } : {},
    );
  }

  const used: Readonly<
    Record<string, [environment: (proxy: string) => Record<string, string>, isTls?: true]>
  > = {
    'HTTP_PROXY, for ws:': [(proxy) => ({ HTTP_PROXY: `http://${proxy}` })],
    'http_proxy, for ws:': [(proxy) => ({ http_proxy: `http://${proxy}/` })],
    'HTTPS_PROXY, for wss:': [(proxy) => ({ HTTPS_PROXY: `http://${proxy}` }), true],
    'https_proxy without a scheme, for wss:': [(proxy) => ({ https_proxy: proxy }), true],
    'ALL_PROXY, for ws:': [(proxy) => ({ ALL_PROXY: `http://${proxy}` })],
    'all_proxy, for wss:': [(proxy) => ({ all_proxy: `http://${proxy}` }), true],
    'HTTP_PROXY, where NO_PROXY names other hosts': [
      (proxy) => ({ HTTP_PROXY: `http://${proxy}`, NO_PROXY: 'localhost,.example,127.0.0.1:1' }),
    ],
  };
  for (const [what, [environment, isTls = false]] of Object.entries(used)) {
    it(`is gone through: ${what}`, async () => {
      expect(await isUsed(environment, { isTls })).to.equal(true);
    });
  }

  const unused: Readonly<
    Record<string, [environment: (proxy: string) => Record<string, string>, isTls?: true]>
  > = {
    'HTTPS_PROXY, for ws:': [(proxy) => ({ HTTPS_PROXY: `http://${proxy}` })],
    'HTTP_PROXY, for wss:': [(proxy) => ({ HTTP_PROXY: `http://${proxy}` }), true],
    'HTTP_PROXY, where NO_PROXY names the host': [
      (proxy) => ({ HTTP_PROXY: `http://${proxy}`, NO_PROXY: 'a.example, 127.0.0.1' }),
    ],
    'HTTP_PROXY, where no_proxy is *': [(proxy) => ({ HTTP_PROXY: `http://${proxy}`, no_proxy: '*' })],
  };
  for (const [what, [environment, isTls = false]] of Object.entries(unused)) {
    it(`is left aside: ${what}`, async () => {
      expect(await isUsed(environment, { isTls })).to.equal(false);
    });
  }

  it('is left aside with --proxy none', async () => {
    const environment = (proxy: string) => ({ HTTP_PROXY: `http://${proxy}` });
    expect(await isUsed(environment, { options: ['--proxy', 'none'] })).to.equal(false);
  });

  it('gives way to --proxy, which holds for every host', async () => {
    await withFixture('conformant', ({ url }) =>
      withProxy(async ({ port, asked }) => {
        const env = { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '*' };
        expect(await run([url, ...few, '--proxy', `http://127.0.0.1:${port}`], { env })).to.include({
          code: 0,
        });
        expect(asked).to.not.have.lengthOf(0);
      }),
    );
  });

  it('that cannot be used is a mistake, reported without its password', async () => {
    const env = { ALL_PROXY: `socks5://user:${password}@127.0.0.1:1080` };
    const { code, stdout, stderr } = await run(['ws://a.example/', ...few], { env });
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.equal(
      'handshake13: the environment names a proxy (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY): "socks5://***@127.0.0.1:1080": a socks5 proxy cannot be used; give http://host:port or https://host:port; --proxy none connects directly\n',
    );
  });
});
