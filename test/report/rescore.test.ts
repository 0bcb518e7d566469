/** Reports that are scored again: under their own profile they come out the same, under another as an audit would. */

import { expect } from 'chai';
import { defaults } from '../../audit/plan/defaults.ts';
import { plainResponse } from '../../fixtures/answer.ts';
import { findFixture, fixtures } from '../../fixtures/catalogue.ts';
import { audit, type BaselineEntry, type Report, UsageError } from '../../index.ts';
import { readExchange, recordExchange } from '../../report/exchange-record.ts';
import { parseReport } from '../../report/parse-report.ts';
import { rescoredReport } from '../../report/rescore.ts';
import { type ProfileName, profileNames } from '../../scoring/profiles.ts';
import { startServer } from '../support/child-server.ts';
import { auditInEachProfile, onlyTarget, startSlowOnes } from '../support/fixture-audits.ts';
import { judgementOf } from '../support/judgement.ts';
import { tunnel } from '../support/proxies.ts';
import { auditFixture } from '../support/render-report.ts';
import { type Script, startScript } from '../support/scripted-server.ts';
import { withServer } from '../support/wire-server.ts';

/** As a report comes out of its file. */
function written(report: Report): Report {
  return JSON.parse(JSON.stringify(report));
}

function again(report: Report, profile?: ProfileName): Report {
  const recorded = parseReport(JSON.stringify(report), 'report.json');
  return written(rescoredReport(recorded, profile === undefined ? {} : { profile }));
}

async function auditOf(script: Script, options: Parameters<typeof audit>[1] = {}): Promise<Report> {
  const server = await startScript(script);
  try {
    return await audit(server.url, { closeTimeout: 800, responseTimeout: 5000, ...options }).report();
  } finally {
    await server.close();
  }
}

describe('a report that is scored again', function () {
  this.timeout(60_000);

  before(startSlowOnes);

  for (const { name } of fixtures) {
    it(`is the same under its own profile, and another audit's under another: ${name}`, async () => {
      const reports = await auditInEachProfile(name);
      for (const from of profileNames) {
        expect(again(reports[from]), from).to.deep.equal(written(reports[from]));
        for (const to of profileNames.filter((other) => other !== from)) {
          expect(judgementOf(onlyTarget(again(reports[from], to))), `${from} as ${to}`).to.deep.equal(
            judgementOf(onlyTarget(reports[to])),
          );
        }
      }
    });
  }

  it('is the same of a server by other people', async () => {
    const server = await startServer('ws-alone');
    try {
      const report = await audit([server.url, 'ws://127.0.0.1:1/'], { failOn: 'must' }).report();
      expect(report.targets).to.have.lengthOf(2);
      expect(again(report)).to.deep.equal(written(report));
    } finally {
      await server.stop();
    }
  });

  for (const nth of [1, 2, 30, 77, 79, 80]) {
    it(`is the same where the audit was interrupted at handshake ${nth}`, async () => {
      const controller = new AbortController();
      const behaviour = { ...findFixture('no-list')?.behaviour, versions: [13, 8] };
      const report = await auditOf(
        (handshake) => {
          if (handshake.nth === nth) controller.abort();
          return handshake.judged(behaviour);
        },
        { concurrency: 1, signal: controller.signal },
      );
      expect(report.partial).to.equal(true);
      expect(onlyTarget(report).reason).to.match(/^interrupted after/);
      expect(again(report)).to.deep.equal(written(report));
    });
  }

  it('is the same where connections ended without a word, once or twice', async () => {
    let dropped = 0;
    const flaky = await auditOf(({ head, judged }) => {
      const isDropped = /Version: 13, 8\r/.test(head) || (/Version: v13\r/.test(head) && dropped++ === 0);
      return isDropped ? { bytes: '', afterwards: 'close' } : judged();
    });
    const verdicts = new Set(onlyTarget(flaky).probes.map(({ verdict }) => verdict));
    expect(verdicts).to.deep.equal(new Set(['pass', 'fail', 'inconclusive']));
    expect(again(flaky)).to.deep.equal(written(flaky));
  });

  it('is the same where drafts are let in that only follow-ups show to be honest', async () => {
    const report = await auditOf((handshake) =>
      handshake.judged(
        /Sec-WebSocket-Origin/.test(handshake.head) ? { versions: [13, 8] } : { list: () => ['13, 8'] },
      ),
    );
    expect(onlyTarget(report).verdict).to.equal('conformant');
    expect(again(report)).to.deep.equal(written(report));
  });

  it('is the same where the server was gone when a version was to be asked for that it lists late', async () => {
    const silence = { bytes: '', afterwards: 'stay-open' } as const;
    let isFirst = true;
    let goneFor = 0;
    const server = await startScript(({ head, judged }) => {
      if (/Version: (?:v13|thirteen|0xd|0b1101|1\.3e1|\+13)\r/.test(head)) return silence;
      if (/^Host:/m.test(head)) return judged();
      if (isFirst) {
        isFirst = false;
        return { bytes: '', afterwards: 'close' };
      }
      goneFor = 2;
      return judged({ list: () => ['13, 77'] });
    });
    const report = await withServer(
      async (peer) => {
        if (goneFor === 0) return tunnel(peer);
        goneFor -= 1;
        await peer.request();
        await peer.send('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
        peer.socket.end();
      },
      ({ port }) =>
        audit(server.url, {
          proxy: `http://127.0.0.1:${port}`,
          probe: ['malformed/*', 'handshake/host-missing', 'unsupported/25'],
          responseTimeout: 500,
          closeTimeout: 300,
        }).report(),
    ).finally(() => server.close());
    const target = onlyTarget(report);
    expect(target.followUps.map(({ id, exchange }) => `${id} ${exchange.outcome}`)).to.deep.equal([
      'ask/13 response',
      'ask/77 connect-failed',
    ]);
    expect(target.probes.filter(({ verdict }) => verdict === 'inconclusive')).to.not.have.lengthOf(0);
    expect(again(report)).to.deep.equal(written(report));
  });

  it('is the same where the server repeats a credential, and none is in it', async () => {
    const secret = '1 400';
    const report = await auditOf(
      ({ judged, nth, head }) =>
        nth === 1 || /Version: 13\r/.test(head)
          ? judged()
          : plainResponse('HTTP/1.1 400 Bad Request', [['X-Echo', 'HTTP/1.1 400']], head),
      { headers: [['Cookie', `a=${secret}`]] },
    );
    const texts = onlyTarget(report).probes.map(({ exchange }) =>
      Buffer.from(exchange.response?.base64 ?? '', 'base64').toString('latin1'),
    );
    expect(texts.some((text) => text.startsWith('HTTP/1.*****'))).to.equal(true);
    expect(again(report)).to.deep.equal(written(report));
  });

  it('is the same where more was received than is kept', async () => {
    const report = await auditOf(
      ({ judged, nth, head }) =>
        nth === 1 || /Version: 13\r/.test(head)
          ? judged()
          : plainResponse('HTTP/1.1 400 Bad Request', [], 'x'.repeat(400_000)),
      { probe: ['missing/*'] },
    );
    expect(onlyTarget(report).probes.some(({ exchange }) => exchange.response?.truncated)).to.equal(true);
    expect(again(report)).to.deep.equal(written(report));
  });

  it('keeps what a baseline said of its failures', async () => {
    const reason = { reason: 'the gateway is replaced in May', owner: 'ops' };
    const baselines: Readonly<Record<string, readonly BaselineEntry[]>> = {
      'list-malformed': [{ ...reason, probe: '**', criterion: 'versionList' }],
      'no-list': [{ ...reason, probe: 'missing/*', criterion: 'versionList', until: '2020-01-31' }],
      'draft-8-unadvertised': [{ ...reason, criterion: '*' }],
      'prefix-parse': [
        { ...reason, probe: '{malformed,duplicate}/*', criterion: 'status' },
        { ...reason, probe: 'malformed/*', criterion: 'versionList', reason: 'another' },
        { ...reason, probe: 'unsupported/*', criterion: '*' },
      ],
    };
    for (const [name, baseline] of Object.entries(baselines)) {
      const { report } = await auditFixture(name, { baseline });
      expect(JSON.stringify(report), name).to.include(reason.reason);
      expect(again(report), name).to.deep.equal(written(report));
    }
  });

  it('does not believe the verdicts and the fields that are recorded', async () => {
    const { mdn } = await auditInEachProfile('no-list');
    const report = JSON.parse(
      JSON.stringify(mdn)
        .replaceAll('"verdict":"fail"', '"verdict":"pass"')
        .replaceAll('"status":400', '"status":200')
        .replaceAll('"verdict":"nonconformant"', '"verdict":"conformant"'),
    );
    expect(report).to.not.deep.equal(written(mdn));
    expect(again(report)).to.deep.equal(written(mdn));
  });

  it('may lack what earlier versions did not write', async () => {
    const { mdn } = await auditInEachProfile('number-conversion');
    const report = JSON.parse(JSON.stringify(mdn), (name, value) => {
      const isLater = [
        'label',
        'location',
        'proxy',
        'unexpectedPasses',
        'warnings',
        'allowUnexpectedPass',
        'planned',
      ].includes(name);
      return isLater ? undefined : value;
    });
    expect(again(report)).to.deep.equal(written(mdn));
    const [target] = report.targets;
    const { address, ...withoutAddress } = target;
    expect(address).to.equal('127.0.0.1');
    expect(onlyTarget(again({ ...report, targets: [withoutAddress] }))).to.deep.equal({
      ...withoutAddress,
      ...onlyTarget(written(mdn)),
      address: null,
    });
  });

  it('is as strict as failOn says', async () => {
    const { mdn } = await auditInEachProfile('no-list');
    const recorded = parseReport(JSON.stringify(mdn), 'report.json');
    const rescored = (failOn: 'must' | 'should'): unknown[] => {
      const { gate, summary } = rescoredReport(recorded, { failOn });
      return [gate.result, summary.nonconformant];
    };
    expect(rescored('must')).to.deep.equal(['pass', 1]);
    expect(rescored('should')).to.deep.equal(['fail', 1]);
  });
});

describe('an exchange that is read back', () => {
  it('is the exchange that was recorded, for every way in which one can end', async () => {
    const names = ['conformant', 'not-http', 'head-cut-short', 'resets-without-response', 'body-never-sent'];
    const outcomes = new Set<string>();
    for (const name of names) {
      for (const { exchange } of onlyTarget((await auditInEachProfile(name)).mdn).probes) {
        outcomes.add(`${exchange.outcome} ${exchange.close?.kind}`);
        expect(recordExchange(readExchange(exchange, defaults.maxHead))).to.deep.equal(exchange);
      }
    }
    expect([...outcomes]).to.include.members([
      'response client',
      'response fin',
      'response open',
      'malformed fin',
      'reset reset',
    ]);
  });
});

describe('a text that is no report', () => {
  const errorOf = (json: string): string => {
    try {
      rescoredReport(parseReport(json, 'the file'));
    } catch (error) {
      if (error instanceof UsageError) return error.message;
      throw error;
    }
    return '';
  };

  let report: Report;
  before(async () => {
    report = (await auditInEachProfile('number-conversion')).mdn;
  });

  it('is refused with what it lacks', () => {
    const changed = (change: object): string => errorOf(JSON.stringify({ ...report, ...change }));
    expect(errorOf('')).to.equal('the file is not JSON; give a report of the json reporter');
    expect(errorOf('{')).to.match(/is not JSON/);
    for (const other of ['null', '[]', '"text"', '7']) {
      expect(errorOf(other)).to.equal('the file is not a report of the json reporter: it is not an object');
    }
    expect(errorOf('{}')).to.match(/: schemaVersion is missing$/);
    expect(changed({ schemaVersion: 3 })).to.match(/: schemaVersion is not one of 1, 2$/);
    expect(changed({ profile: 'w3c' })).to.match(
      new RegExp(`: profile is not one of ${profileNames.join(', ')}$`),
    );
    expect(changed({ targets: {} })).to.match(/: targets is not a list$/);
    expect(changed({ startedAt: 'yesterday' })).to.match(/: startedAt is not a date$/);
    const [target] = report.targets;
    const [probe] = target?.probes ?? [];
    expect(changed({ targets: [{ ...target, url: 'ftp://a/' }] })).to.match(/targets\[0\]\.url: .*ftp:/);
    expect(changed({ targets: [{ ...target, probes: [{ ...probe, id: 'valid/14' }] }] })).to.match(
      /targets\[0\]\.probes\[0\]\.id is "valid\/14", a probe that handshake13 \S+ does not have$/,
    );
    expect(changed({ targets: [{ ...target, probes: [{ ...probe, exchange: undefined }] }] })).to.match(
      /: targets\[0\]\.probes\[0\]\.exchange is missing$/,
    );
  });

  it('never makes it fall over, whatever part of a report is missing or altered', () => {
    // A generator of its own, so that the same thousand texts are tried each time (Numerical Recipes).
    let state = 13;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const strange = [
      null,
      undefined,
      0,
      -1,
      1e308,
      '',
      'text',
      '\u0000\u001b[31m',
      true,
      [],
      {},
      [[]],
      'AAAA',
    ];
    const small = {
      ...report,
      targets: report.targets.map((one) => ({ ...one, probes: one.probes.slice(0, 6) })),
    };
    let refused = 0;
    for (let i = 0; i < 2000; i += 1) {
      const text: Record<string, unknown> = JSON.parse(JSON.stringify(small));
      let place: Record<string, unknown> = text;
      for (;;) {
        const names = Object.keys(place);
        const name = names[random(names.length)] ?? '';
        const inside = place[name];
        if (
          typeof inside === 'object' &&
          inside !== null &&
          random(6) > 0 &&
          Object.keys(inside).length > 0
        ) {
          place = inside as Record<string, unknown>;
          continue;
        }
        place[name] = strange[random(strange.length)];
        break;
      }
      if (errorOf(JSON.stringify(text)) !== '') refused += 1;
    }
    expect(refused).to.be.within(500, 1999);
  });
});
