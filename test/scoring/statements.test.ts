/** No text of a report is contradicted by its own exchanges, whatever was answered. */

import { expect } from 'chai';
import fc from 'fast-check';
import { explainControl } from '../../audit/explain-failure.ts';
import { catalogue } from '../../probes/catalogue.ts';
import type { Assessment } from '../../scoring/assessment.ts';
import { emptyBaseline } from '../../scoring/baseline.ts';
import { judgeTarget, type ScoredAttempts, scoreAttempts } from '../../scoring/judge-target.ts';
import { knownVersions } from '../../scoring/known-versions.ts';
import { type ProfileName, profileNames } from '../../scoring/profiles.ts';
import { type ClauseId, clauses } from '../../spec/clauses.ts';
import type { Exchange } from '../../wire/exchange.ts';
import { head, received, refusal, right400, switching } from '../support/exchanges.ts';
import { contradicted, contradictedIn, type Run, type Seen, type Statement } from '../support/statements.ts';

/** `RUNS=10000` for a long run. */
const numRuns = Number(process.env.RUNS ?? 1000);

const list = 'Sec-WebSocket-Version: 13';
const accepted = received(switching());
const refused = received(right400);

/** What servers answer, rightly and wrongly. */
const answers: readonly Exchange[] = [
  accepted,
  received(switching(list)),
  received(switching('Upgrade: websocket')),
  received(switching('Connection: Upgrade')),
  received(switching('Content-Length: 0')),
  received(switching('Sec-WebSocket-Protocol: never-offered')),
  received(switching().replaceAll('\r', '')),
  received(switching().replace(' Switching Protocols', '')),
  received(switching().replace('HTTP/1.1', 'HTTP/1.0')),
  received(`${switching()}\x88\x02\x03\xea`, 'fin'),
  received(`${switching()}\x88\x02\x03\xea`),
  received(head('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade')),
  received(head('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Sec-WebSocket-Accept: AAAA')),
  refused,
  received(refusal('400 Bad Request', list), 'open'),
  received(refusal('400 Bad Request', list, 'Connection: close'), 'open'),
  received(refusal('400 Bad Request')),
  received(refusal('400 Bad Request', 'Sec-WebSocket-Version: 13, 8, 0')),
  received(refusal('400 Bad Request', 'Sec-WebSocket-Version: 8')),
  received(refusal('400 Bad Request', 'Sec-WebSocketVersion: 13')),
  received(`${refusal('400 Bad Request', list, `X-Echo: ${'1'.repeat(70_000)}`)}`),
  received(right400.replaceAll('\r', '')),
  received(refusal('426 Upgrade Required', list, 'Upgrade: websocket', 'Connection: Upgrade'), 'open'),
  received(refusal('426 Upgrade Required', list)),
  received(refusal('403 Forbidden')),
  received(refusal('404 Not Found')),
  received(refusal('200 OK')),
  received(refusal('500 Internal Server Error')),
  received(refusal('502 Bad Gateway')),
  received(refusal('504 Gateway Timeout')),
  received('', 'fin'),
  received('', 'reset'),
  received('', 'open'),
  received('SSH-2.0-OpenSSH_9.6\r\n', 'fin'),
  received('HTTP/1.1 400 Bad Request\r\n', 'open'),
  received('HTTP/1.1 400 Bad Request\r\n', 'fin'),
];

/** For each probe: as it should be, or one of the few answers that this server knows besides. */
const run: fc.Arbitrary<readonly Exchange[]> = fc
  .array(fc.constantFrom(...answers), { minLength: 1, maxLength: 4 })
  .chain((few) =>
    fc.array(fc.constantFrom<Exchange | 'right'>('right', ...few), {
      minLength: catalogue.length,
      maxLength: catalogue.length,
    }),
  )
  .map((chosen) =>
    chosen.map((one, i) => (one !== 'right' ? one : catalogue[i]?.expects === 'accept' ? accepted : refused)),
  );

function judge(
  exchanges: readonly Exchange[],
  profile: ProfileName,
): { scored: ScoredAttempts[]; assessment: Assessment } {
  const known = knownVersions(exchanges, []);
  // A silence counts where it was asked for twice.
  const scored = catalogue.map((probe, i) => {
    const exchange = exchanges[i] ?? refused;
    return scoreAttempts(probe, [exchange, exchange], { profile, known });
  });
  const assessment = judgeTarget({
    scored,
    followUps: [],
    sweep: [],
    lastControl: accepted,
    influence: null,
    unsound: null,
    interrupted: null,
    profile,
    gateRules: { failOn: 'should', allowUnexpectedPass: false },
    baseline: emptyBaseline,
  });
  return { scored, assessment };
}

const seen = ({ received: bytes, close }: Exchange): Seen => ({
  bytes: bytes.toString('latin1'),
  close: close?.kind,
});

const isFromMdnAlone = (ids: readonly ClauseId[]): boolean =>
  ids.every((id) => clauses[id].source.startsWith('MDN'));

describe('the texts of a report', function () {
  this.timeout(600_000);

  it('state nothing that its exchanges contradict, cite an RFC in rfc, and advise one thing', () => {
    fc.assert(
      fc.property(run, fc.constantFrom(...profileNames), (exchanges, profile) => {
        const { scored, assessment } = judge(exchanges, profile);
        const seenRun: Run = new Map(scored.map(({ probe, exchange }) => [probe.id, seen(exchange)]));
        for (const { probe, exchange, scorecard } of scored) {
          const verdicts = { ...scorecard.criteria, ...scorecard.checks };
          for (const [name, verdict] of Object.entries(verdicts)) {
            if (verdict.verdict === 'n/a') continue;
            const where = `${profile}: ${probe.id} ${name}`;
            expect(contradicted(verdict.actual, seenRun, [seen(exchange)]), where).to.deep.equal([]);
            if (profile === 'rfc') expect(isFromMdnAlone(verdict.clauses), where).to.equal(false);
          }
        }
        const { findings, checks } = assessment;
        if (checks.listHonesty.verdict !== 'n/a')
          expect(contradicted(checks.listHonesty.actual, seenRun, [])).to.deep.equal([]);
        for (const finding of findings) {
          expect(contradictedIn(finding, seenRun), `${profile}: ${finding.id}`).to.deep.equal([]);
          if (profile === 'rfc') expect(isFromMdnAlone(finding.clauses), finding.id).to.equal(false);
        }
        const advice = findings.map(({ fix }) => fix).join('\n');
        expect(/instead of 426/.test(advice) && /^Send Upgrade: .* the 426/m.test(advice)).to.equal(false);
      }),
      { numRuns },
    );
  });
});

describe('the text of an unstable probe', () => {
  const few = fc.array(fc.constantFrom(...answers), { minLength: 2, maxLength: 6 });

  it('names every answer that it counts, in order, as it came', () => {
    fc.assert(
      fc.property(fc.constantFrom(...catalogue), few, (probe, attempts) => {
        const { scorecard } = scoreAttempts(probe, attempts, {
          profile: 'mdn',
          known: knownVersions(attempts, []),
        });
        const text = scorecard.doubt ?? '';
        if (!text.startsWith('unstable: ')) return;
        const told = text.slice('unstable: '.length).split(', then ');
        expect(told.length).to.be.at.least(2);
        const left = attempts.map(({ response }) => String(response?.status ?? 'none'));
        for (const answer of told) {
          const status = /^\d{3}/.exec(answer)?.[0] ?? 'none';
          for (let times = Number(/\((\d+) times\)$/.exec(answer)?.[1] ?? 1); times > 0; times -= 1) {
            // What is not counted may stand between.
            const at = left.indexOf(status);
            expect(at, `${answer} in ${text}`).to.be.at.least(0);
            left.splice(0, at + 1);
          }
        }
      }),
      { numRuns },
    );
  });
});

describe('the explanation of a control that failed', () => {
  const subject = {
    url: 'ws://a.example/',
    hostname: 'a.example',
    port: 80,
    address: 'a.example',
    socketPath: null,
    isTls: false,
    proxy: null,
  };
  const explanations: readonly Statement[] = [
    {
      says: /was answered "([^"]*)"/,
      isTrue: (_, [one], [, line = '']) => one?.bytes.startsWith(line) === true,
    },
    { says: /did not answer/, isTrue: (_, [one]) => one?.bytes === '' && one.close === 'open' },
    { says: /closed the connection without/, isTrue: (_, [one]) => one?.bytes === '' && one.close === 'fin' },
    {
      says: /reset the connection without/,
      isTrue: (_, [one]) => one?.bytes === '' && one.close === 'reset',
    },
    {
      says: /refuses version 13 and lists 13/,
      isTrue: (_, [one]) => /^sec-websocket-version:.*\b13\b/im.test(one?.bytes ?? ''),
    },
    {
      says: /does not support version 13/,
      isTrue: (_, [one]) => /^sec-websocket-version:(?!.*\b13\b)/im.test(one?.bytes ?? ''),
    },
    { says: /rate-limiting/, isTrue: (_, [one]) => /^HTTP\/1\.1 (429|503)/.test(one?.bytes ?? '') },
  ];
  for (const answer of answers) {
    const text = explainControl(answer, subject);
    if (text === null) continue;
    it(`is borne out by ${JSON.stringify(seen(answer).bytes.slice(0, 60))} (${answer.close?.kind})`, () => {
      expect(contradicted(text, new Map(), [seen(answer)], explanations)).to.deep.equal([]);
    });
  }
});

describe('a statement that is contradicted', () => {
  const silence: Seen = { bytes: '', close: 'open' };
  const right: Seen = seen(refused);
  const closed: Seen = seen(received(`${switching()}\x88\x02\x03\xea`));
  const gateway: Seen = seen(received(refusal('502 Bad Gateway')));
  const wrong: readonly (readonly [statement: string, id: string, answer: Seen])[] = [
    ['Sec-WebSocket-Version is never read.', 'unsupported/14', right],
    ['Sec-WebSocket-Key is never validated before it is used.', 'handshake/key-short', right],
    ['The server answers, whatever stands in the key, if anything.', 'handshake/key-missing', right],
    ['The value goes through a prefix parse.', 'malformed/leading-zero', right],
    ['The value is compared untrimmed.', 'valid/padded-value', right],
    ['Possibly an unhandled exception.', 'missing/absent', gateway],
    ['Possibly an unhandled exception.', 'missing/absent', silence],
    ['No HTTP response came.', 'malformed/oversized', right],
    ['What came has no status line, or its head breaks off', 'malformed/oversized', right],
    ['left open for WebSocket frames', 'missing/absent', closed],
    ['advertised but refused: 8, 0', 'draft/0', right],
    ['no Sec-WebSocket-Version', 'missing/absent', right],
    ['Sec-WebSocket-Version: 8', 'missing/absent', seen(received(refusal('400 Bad Request', list)))],
    ['still open after the close window', 'missing/absent', right],
    ['Refuses with 404 instead of 400', 'missing/absent', right],
  ];
  for (const [statement, id, answer] of wrong) {
    it(`is found: ${statement} (${id})`, () => {
      expect(contradicted(statement, new Map([[id, answer]]), [answer])).to.have.lengthOf(1);
    });
  }
});
