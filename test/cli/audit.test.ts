/** `handshake13 <url...>`: exit codes, and what the options do, seen from both ends of the wire. */

import { expect } from 'chai';
import { catalogue } from '../../probes/catalogue.ts';
import { type Outcome, run } from '../support/command.ts';
import { closedPort, withFixture, withRecorder } from '../support/servers.ts';

/** An audit of a fixture, and what has to come of it. */
interface Case {
  readonly fixture: string;
  readonly options?: readonly string[];
  readonly code: number;
  /** What the result line says. */
  readonly result: RegExp;
}

const few = ['--probe', 'malformed/{hex,word}'];

const cases: Readonly<Record<string, Case>> = {
  'a conformant server, all probes': {
    fixture: 'conformant',
    code: 0,
    result: /✓ conformant · gate: pass · /,
  },
  'a conformant server, in profile rfc': {
    fixture: 'conformant',
    options: ['--profile', 'rfc'],
    code: 0,
    result: /✓ conformant/,
  },
  'findings about a MUST': {
    fixture: 'number-conversion',
    code: 1,
    result: /✗ nonconformant · 1 finding \(1 MUST\) · gate: fail · /,
  },
  'findings about a MUST, where they are what counts': {
    fixture: 'number-conversion',
    options: [...few, '--fail-on', 'must'],
    code: 1,
    result: /✗ nonconformant/,
  },
  'findings about a MUST, where nothing counts': {
    fixture: 'number-conversion',
    options: [...few, '--fail-on', 'never'],
    code: 0,
    result: /✗ nonconformant · 1 finding \(1 MUST\) · gate: pass \(1 finding below the level that fails\) · /,
  },
  'findings about a SHOULD alone': {
    fixture: 'no-list',
    options: few,
    code: 1,
    result: /✗ nonconformant · 1 finding \(1 SHOULD\) · gate: fail · /,
  },
  'findings about a SHOULD, where a MUST is what counts': {
    fixture: 'no-list',
    options: [...few, '--fail-on', 'must'],
    code: 0,
    result:
      /✗ nonconformant · 1 finding \(1 SHOULD\) · gate: pass \(1 finding below the level that fails\) · /,
  },
  'what MDN does not want, in profile mdn': {
    fixture: 'answers-426',
    options: few,
    code: 1,
    result: /✗ nonconformant/,
  },
  'what MDN does not want, in profile rfc': {
    fixture: 'answers-426',
    options: [...few, '--profile', 'rfc'],
    code: 0,
    result: /✓ passed \(3 of \d+ probes\)/,
  },
  'a server that only a stress probe blocks, where none is asked for': {
    fixture: 'silent-on-many-fields',
    code: 0,
    result: /✓ conformant · gate: pass · /,
  },
  'a server that a stress probe blocks, where they are asked for': {
    fixture: 'silent-on-many-fields',
    options: ['--stress', '--probe', 'stress/*', '--response-timeout', '1000'],
    code: 1,
    result: /✗ nonconformant · 1 finding \(1 SHOULD\) · gate: fail · /,
  },
  'a control that is refused': {
    fixture: 'control-401',
    code: 3,
    result: /\? inconclusive .*401 Unauthorized.*credentials/,
  },
  'a control that is refused, where nothing counts': {
    fixture: 'control-401',
    options: ['--fail-on', 'never'],
    code: 3,
    result: /\? inconclusive/,
  },
};

describe('the exit code of an audit', () => {
  const outcomes = new Map<string, Promise<Outcome>>();

  before(() => {
    for (const [name, { fixture, options = [] }] of Object.entries(cases)) {
      const outcome = withFixture(fixture, ({ url }) => run([url, ...options]));
      // The test of that name gets the error.
      outcome.catch(() => {});
      outcomes.set(name, outcome);
    }
  });

  after(() => Promise.allSettled(outcomes.values()));

  it('shows how to reproduce what a stress probe found', async () => {
    const { stdout } =
      (await outcomes.get('a server that a stress probe blocks, where they are asked for')) ?? {};
    expect(stdout).to.match(
      /^ {2}recheck {3}handshake13 \S+ --probe stress\/many-fields --stress --response-timeout 1s -vv$/m,
    );
  });

  for (const [name, { code, result }] of Object.entries(cases)) {
    it(`is ${code} for ${name}`, async () => {
      const outcome = await outcomes.get(name);
      expect(outcome).to.include({ code, stderr: '' });
      expect(outcome?.stdout.trimEnd().split('\n').at(-1)).to.match(result);
    });
  }

  it('is 3 for a port on which nobody listens', async () => {
    const outcome = await run([`ws://127.0.0.1:${await closedPort()}/`, '-q']);
    expect(outcome).to.include({ code: 3, stderr: '' });
    expect(outcome.stdout).to.match(/\? inconclusive .*refused; is the server running/);
  });

  it('is 1 where one target has findings and another could not be judged', () =>
    withFixture('number-conversion', ({ url: faulty }) =>
      withFixture('control-401', ({ url: closed }) =>
        withFixture('conformant', async ({ url: right }) => {
          const [all, withoutFaulty] = await Promise.all([
            run([closed, faulty, right, '-q', ...few]),
            run([closed, right, '-q', ...few]),
          ]);
          expect(all?.code).to.equal(1);
          expect(all?.stdout.trimEnd().split('\n').at(-1)).to.match(
            /^✗ 3 targets: 0 conformant, 1 passed, 1 nonconformant, 1 inconclusive, in [\d.]+ s; gate: fail .*$/,
          );
          expect(withoutFaulty?.code).to.equal(3);
        }),
      ),
    ));
});

/** Runs an audit of a recording server that refuses what `accepts` does not want; the heads it got. */
async function headsOf(
  args: (port: number) => readonly string[],
): Promise<{ readonly heads: readonly string[]; readonly outcome: Outcome }> {
  return withRecorder(async ({ port, received }) => {
    const outcome = await run(args(port));
    return { heads: received, outcome };
  });
}

const extended = catalogue.filter(({ tier }) => tier === 'extended').length;

describe('the command line of an audit', () => {
  it('may name the command, or leave it out', () =>
    withFixture('conformant', async ({ url }) => {
      const [named, unnamed] = await Promise.all([
        run(['audit', url, '-q', ...few]),
        run([url, '-q', ...few]),
      ]);
      expect(named).to.include({ code: 0, stderr: '' });
      expect(named?.stdout).to.equal(unnamed?.stdout);
    }));

  it('takes host:port, with or without a path, for ws:', () =>
    withFixture('conformant', async ({ port }) => {
      const outcomes = await Promise.all([
        run([`127.0.0.1:${port}`, '-q', ...few]),
        run([`127.0.0.1:${port}/chat?room=1`, '-q', ...few]),
      ]);
      expect(outcomes.map(({ code }) => code)).to.deep.equal([0, 0]);
      expect(outcomes[0]?.stdout).to.include(`ws://127.0.0.1:${port}/ `);
      expect(outcomes[1]?.stdout).to.include(`ws://127.0.0.1:${port}/chat?room=1 `);
    }));

  it('takes what stands behind -- for targets', () =>
    withFixture('conformant', async ({ url, port }) => {
      const outcome = await run(['-q', ...few, '--', url, `127.0.0.1:${port}/other`]);
      expect(outcome.code).to.equal(0);
      expect(outcome.stdout).to.match(/^✓ 2 targets: 0 conformant, 2 passed/m);
    }));

  it('adds fields to every handshake, in the order given, as they were written', async () => {
    const { heads, outcome } = await headsOf((port) => [
      `127.0.0.1:${port}`,
      ...['-H', 'X-First: 1', '--header', 'x-first:2', '-H', 'Cookie: sid=abc'],
      ...['--origin', 'https://app.example', '--subprotocol', 'chat.v1'],
    ]);
    expect(outcome.code, 'the recorder refuses the control').to.equal(3);
    const [head] = heads;
    expect(head).to.include('\r\nX-First: 1\r\nx-first: 2\r\nCookie: sid=abc\r\n');
    expect(head).to.include('\r\nOrigin: https://app.example\r\nSec-WebSocket-Protocol: chat.v1\r\n');
  });

  it('adds a field to every handshake, not to the first alone', () =>
    withFixture('conformant', async ({ url }) => {
      const outcome = await run([url, '-r', 'json', ...few, '-H', 'X-Request-Id: yes']);
      const { targets } = JSON.parse(outcome.stdout);
      const sent = targets[0].probes.map(({ exchange }: { exchange: { request: { base64: string } } }) =>
        Buffer.from(exchange.request.base64, 'base64').toString('latin1'),
      );
      expect(sent).to.have.lengthOf(3);
      for (const head of sent) expect(head).to.include('\r\nX-Request-Id: yes\r\n');
    }));

  it('turns user info into Basic authentication', async () => {
    const { heads } = await headsOf((port) => [`ws://user:pass%20word@127.0.0.1:${port}/`]);
    const credentials = Buffer.from('user:pass word').toString('base64');
    expect(heads[0]).to.include(`\r\nAuthorization: Basic ${credentials}\r\n`);
  });

  it('dials another address for a host, and asks for that host all the same', async () => {
    const { heads, outcome } = await headsOf((port) => [
      `ws://server.invalid:${port}/chat`,
      ...['--resolve', `other.invalid:${port}:192.0.2.1`],
      ...['--resolve', `server.invalid:${port}:127.0.0.1`],
    ]);
    expect(heads).to.have.lengthOf(1);
    expect(heads[0]).to.match(/^GET \/chat HTTP\/1\.1\r\nHost: server\.invalid:\d+\r\n/);
    expect(outcome.code).to.equal(3);
  });

  it('chooses probes by id, by glob and by family, and leaves some out', () =>
    withFixture('conformant', async ({ url }) => {
      const ids = async (...options: string[]): Promise<string[]> => {
        const { stdout } = await run([url, '-r', 'json', ...options]);
        return JSON.parse(stdout).targets[0].probes.map(({ id }: { id: string }) => id);
      };
      const [byId, byGlob, byFamily, without] = await Promise.all([
        ids('--probe', 'malformed/hex'),
        ids('--probe', 'duplicate/13-*', '--probe', '*/hex'),
        ids('--probe', 'draft'),
        ids('--probe', 'missing', '--skip', 'missing/{absent,empty}', '--skip', 'valid'),
      ]);
      expect(byId).to.deep.equal(['valid/13', 'malformed/hex']);
      expect(byGlob).to.deep.equal([
        'valid/13',
        ...['duplicate/13-13', 'duplicate/13-8', 'duplicate/13-99', 'duplicate/13-empty', 'malformed/hex'],
      ]);
      expect(byFamily).to.deep.equal(['valid/13', 'draft/0', 'draft/7', 'draft/8']);
      expect(without).to.deep.equal([
        'valid/13',
        ...['missing/blank', 'missing/other-name', 'missing/underscores'],
      ]);
    }));

  it('sends the core alone with --quick, which is --tier core, and then names nobody conformant', () =>
    withFixture('conformant', async ({ url }) => {
      const core = catalogue.filter(({ tier }) => tier === 'core').map(({ id }) => id);
      for (const options of [['--quick'], ['--tier', 'core'], ['--quick', '--tier=core']]) {
        const { code, stdout } = await run([url, '--json', ...options]);
        const [target] = JSON.parse(stdout).targets;
        expect(target.probes.map(({ id }: { id: string }) => id)).to.deep.equal(core);
        expect(target).to.include({ verdict: 'passed', probesSent: core.length });
        expect(code).to.equal(0);
      }
      const { stdout } = await run([url, '--quick']);
      const verdict = `passed (${core.length} of ${core.length + extended} probes)`;
      expect(stdout.trimEnd().split('\n').at(-1)).to.include(verdict);
    }));

  it('sends the core with the stress probes, and of a family what is of the core', () =>
    withFixture('conformant', async ({ url }) => {
      const sent = async (...options: string[]): Promise<string[]> => {
        const { stdout } = await run([url, '--json', ...options]);
        return JSON.parse(stdout).targets[0].probes.map(({ id }: { id: string }) => id);
      };
      expect(await sent('--quick', '--probe', 'missing')).to.deep.equal([
        'valid/13',
        ...catalogue
          .filter(({ family, tier }) => family === 'missing' && tier === 'core')
          .map(({ id }) => id),
      ]);
      expect(await sent('--quick', '--stress', '--probe', 'stress')).to.deep.equal([
        'valid/13',
        ...catalogue.filter(({ family }) => family === 'stress').map(({ id }) => id),
      ]);
    }));

  it('is quiet with -q: the result line and nothing else', () =>
    withFixture('number-conversion', async ({ url }) => {
      const { stdout, stderr } = await run([url, '-q', ...few]);
      expect(stdout).to.match(/^✗ nonconformant ws:\S+ [^\n]+ 1 finding \(1 MUST\) · gate: fail\n$/);
      expect(stderr).to.equal('');
    }));

  it('shows every probe with -v, and every exchange too with -vv', () =>
    withFixture('number-conversion', async ({ url }) => {
      const { stdout: probes } = await run([url, '-v', ...few]);
      expect(probes)
        .to.match(/^ {2}✗ hex .* 101 /m)
        .and.to.not.include('> GET ');
      const { stdout } = await run([url, '-vv', ...few]);
      expect(stdout).to.include('    > Sec-WebSocket-Version: 0xd\\r\\n\n');
      expect(stdout).to.include('    < HTTP/1.1 101 Switching Protocols\\r\\n\n');
      expect(stdout).to.match(/ {4}= client sent Close after /);
      // The probe, twice again alone since it is accepted wrongly; and what else was sent.
      expect(stdout.match(/^ {4}> GET \/ HTTP\/1\.1\\r\\n$/gm)?.length).to.be.at.least(3);
    }));

  it('has colours where they are wanted, and only there', () =>
    withFixture('conformant', async ({ url }) => {
      const colored = async (options: readonly string[], env = {}): Promise<boolean> =>
        (await run([url, '-q', '--probe', 'valid/13', ...options], { env })).stdout.includes('\x1b[');
      expect(
        await Promise.all([
          colored([]),
          colored(['--color', 'always']),
          colored([], { FORCE_COLOR: '1' }),
          colored(['--color', 'never'], { FORCE_COLOR: '1' }),
          colored(['--color', 'always'], { NO_COLOR: '1' }),
        ]),
      ).to.deep.equal([false, true, true, false, true]);
    }));

  it('writes ASCII alone where the locale is not UTF-8', () =>
    withFixture('number-conversion', async ({ url }) => {
      const { stdout } = await run([url, ...few], { env: { LANG: 'C' } });
      expect(stdout).to.match(/^x nonconformant /m);
      expect(stdout).to.match(/^[\x20-\x7e\n]+$/);
    }));

  it('is as wide as COLUMNS says where the output is no terminal', () =>
    withFixture('number-conversion', async ({ url }) => {
      const widest = async (columns: string): Promise<number> => {
        const { stdout } = await run([url, '-v', ...few], { env: { COLUMNS: columns } });
        const table = stdout.split('\n').filter((line) => /^ {2}[✓✗]/.test(line));
        return Math.max(...table.map((line) => line.length));
      };
      expect(await Promise.all([widest('80'), widest('200'), widest('none')])).to.deep.equal([78, 113, 78]);
    }));
});
