import { lookup } from 'node:dns/promises';
import { expect } from 'chai';
import type { Report } from '../../index.ts';
import { recordedRequest } from '../../report/exchange-record.ts';
import { tool } from '../../report/tool.ts';
import { run } from '../support/command.ts';
import { start } from '../support/process.ts';
import { withFixture } from '../support/servers.ts';

const one = ['--probe', 'valid/13', '-r', 'json'];

function userAgents({ targets }: Report): (string | undefined)[] {
  return targets.map(({ probes: [control] }) => {
    const fields = control === undefined ? [] : recordedRequest(control.exchange).fields;
    return fields.find(([name]) => name === 'User-Agent')?.[1].trim();
  });
}

describe('who is audited, and by whom', function () {
  this.timeout(60_000);

  const agent = `${tool.name}/${tool.version}`;
  const named: readonly [args: readonly string[], expected: string][] = [
    [[], ''],
    [['--contact', 'https://example.com/scans'], `${agent} (+https://example.com/scans)`],
    [['--header', 'user-agent: Mozilla/5.0'], ''],
  ];
  for (const [args, expected] of named) {
    it(`is said by the User-Agent: ${args.join(' ') || 'by default'}`, () =>
      withFixture('conformant', async ({ url }) => {
        const { stdout } = await run([url, ...one, ...args]);
        expect(userAgents(JSON.parse(stdout))).to.deep.equal([expected === '' ? undefined : expected]);
      }));
  }

  for (const contact of ['a b', '(x)', 'ä', '']) {
    it(`is not taken where it does not fit: ${JSON.stringify(contact)}`, async () => {
      const { code, stderr } = await run(['ws://127.0.0.1:9/', '--contact', contact]);
      expect(code).to.equal(2);
      expect(stderr).to.match(/^handshake13: --contact .*\n$/);
    });
  }

  it('is asked for at every address of a name', () =>
    withFixture('conformant', async ({ port }) => {
      const addresses = new Set((await lookup('localhost', { all: true })).map(({ address }) => address));
      const url = `ws://localhost:${port}/`;
      const { stdout } = await run([url, ...one, '--all-addresses', '--connect-timeout', '1s']);
      const { targets }: Report = JSON.parse(stdout);
      expect(targets.map((target) => target.url)).to.deep.equal([...addresses].map(() => url));
      if (addresses.size > 1) {
        expect(targets.map(({ label }) => label)).to.have.members([...addresses]);
        expect(targets.map(({ connectTo }) => connectTo)).to.have.members([...addresses]);
      }
    }));

  it('is asked for at every address of a name that a stream names', () =>
    withFixture('conformant', async ({ port }) => {
      const addresses = new Set((await lookup('localhost', { all: true })).map(({ address }) => address));
      const { child, ended } = start(['--targets', '-', '--all-addresses', ...one], { keepInput: true });
      child.stdin.end(`ws://localhost:${port}/ staging\n127.0.0.1:${port}\n`);
      const { stdout } = await ended;
      const { targets }: Report = JSON.parse(stdout);
      expect(targets).to.have.lengthOf(addresses.size + 1);
      expect(targets.at(-1)?.url).to.equal(`ws://127.0.0.1:${port}/`);
    }));
});
