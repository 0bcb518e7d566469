/** The sweep of all versions: what it asks for, what it finds, and that it changes nothing else. */

import { expect } from 'chai';
import { plainResponse } from '../../fixtures/answer.ts';
import type { Behaviour } from '../../fixtures/behaviour.ts';
import { onlyLine, parseVersion } from '../../fixtures/handshake.ts';
import { type AuditOptions, audit, type TargetReport } from '../../index.ts';
import { parseReport } from '../../report/parse-report.ts';
import { rescoredReport } from '../../report/rescore.ts';
import { describeSweep } from '../../reporters/version-answers.ts';
import { findingsOf } from '../support/failures.ts';
import { onlyTarget } from '../support/fixture-audits.ts';
import { judgementOf } from '../support/judgement.ts';
import { fieldsOf, type Script, startScript } from '../support/scripted-server.ts';

interface Swept {
  readonly target: TargetReport;
  /** The values of Sec-WebSocket-Version that were received, in order. */
  readonly requested: readonly string[];
}

/** Audits a server, and checks that the same verdicts follow from the report alone. */
async function sweep(script: Script, options: AuditOptions = {}): Promise<Swept> {
  const server = await startScript(script);
  try {
    const report = await audit(server.url, { sweep: true, closeTimeout: 300, ...options }).report();
    const target = onlyTarget(report);
    const rescored = rescoredReport(parseReport(JSON.stringify(report), 'the report'));
    expect(judgementOf(onlyTarget(rescored))).to.deep.equal(judgementOf(target));
    return {
      target,
      requested: server.handshakes.flatMap((handshake) => fieldsOf(handshake, 'Sec-WebSocket-Version')),
    };
  } finally {
    await server.close();
  }
}

const conformant =
  (hooks: Partial<Behaviour> = {}): Script =>
  ({ judged }) =>
    judged(hooks);

/** Accepts every version of which this is true. */
const accepting = (isAccepted: (version: number) => boolean): Script =>
  conformant({
    readVersion: onlyLine((value) => {
      const version = parseVersion(value);
      return isAccepted(version) ? 13 : version;
    }),
  });

/** Answers refusals of these versions otherwise. */
const refusing = (isMeant: (version: number) => boolean, bytes: string): Script =>
  conformant({
    refuse: ({ asked = 0 }, _head, refusal400) =>
      isMeant(asked) ? { bytes, afterwards: 'close' } : refusal400,
  });

const finding = ({ findings }: TargetReport, id: string) => findings.find((one) => one.id === id);

describe('a sweep of all versions', function () {
  this.timeout(60_000);

  it('asks for every version once that nothing else asks for, and finds nothing where nothing is wrong', async () => {
    const { target, requested } = await sweep(conformant());
    expect(target).to.include({ verdict: 'conformant', reason: null });
    const swept = target.sweep.map(({ version }) => version);
    const others = [...Array(256).keys()].filter((version) => !swept.includes(version));
    expect(others).to.deep.equal([0, 7, 8, 9, 12, 13, 14, 25, 99, 255]);
    for (let version = 0; version <= 255; version += 1) expect(requested).to.include(String(version));
    expect(describeSweep(target)).to.equal(
      'all versions: 13 accepted (101); 0 to 12, 14 to 255 refused with a version list',
    );
  });

  it('is not sent unless it is asked for', async () => {
    const { target, requested } = await sweep(conformant(), { sweep: false });
    expect(target.sweep).to.deep.equal([]);
    expect(requested).to.not.include('200');
  });

  it('finds a version that is accepted and not advertised, and the comparison that accepts it', async () => {
    const { target } = await sweep(accepting((version) => version % 128 === 13));
    expect(findingsOf(target)).to.deep.equal(['accepted-unadvertised!']);
    expect(finding(target, 'accepted-unadvertised')).to.deep.include({
      level: 'MUST',
      cause: 'Probably only the lowest 7 bits are compared.',
    });
    expect(target.versions.accepted).to.deep.equal([13, 141]);
    expect(finding(target, 'accepted-unadvertised')?.reproduce.join('\n')).to.include(
      'Sec-WebSocket-Version: 141',
    );
    const without = await sweep(
      accepting((version) => version % 128 === 13),
      { sweep: false },
    );
    expect(without.target.verdict).to.equal('conformant');
  });

  it('does not name a comparison where none accepts just these', async () => {
    const { target } = await sweep(accepting((version) => version === 20 || version === 77));
    const found = finding(target, 'accepted-unadvertised');
    expect(found?.cause).to.equal(null);
    expect(found?.impact).to.match(/^Accepted but in no list: 20, 77\. /);
  });

  it('finds versions that are refused without the list while others are refused with it', async () => {
    const bare = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
    const { target } = await sweep(refusing((version) => version > 127, bare));
    expect(findingsOf(target)).to.include('refused-otherwise!');
    const found = finding(target, 'refused-otherwise');
    expect(found).to.deep.include({
      level: 'MUST',
      cause: 'Probably 128 to 255 seem to be negative numbers there, as in a signed 8-bit type.',
    });
    expect(found?.impact).to.include('128 to 254 (400, no list)');
    expect(found?.reproduce.join('\n')).to.include('Sec-WebSocket-Version: 128');
  });

  it('finds versions that meet no response', async () => {
    const { target } = await sweep(refusing((version) => version >= 100 && version < 200, ''));
    expect(finding(target, 'refused-otherwise')?.impact).to.include('100 to 199 (no response)');
  });

  it('says it once where a probe shows the same', async () => {
    const { target } = await sweep(accepting((version) => version > 13));
    const about = target.findings.filter(({ failures }) =>
      failures.some(({ criterion }) => criterion === 'listHonesty'),
    );
    expect(about).to.have.lengthOf(1);
    expect(about[0]?.probes).to.include('unsupported/14');
  });

  it('holds nothing against a server that answers otherwise while many connections are open', async () => {
    const crowded = plainResponse('HTTP/1.1 403 Forbidden', [], '');
    const { target } = await sweep(({ judged, open }) => (open > 4 ? crowded : judged()), {
      concurrency: 12,
    });
    expect(findingsOf(target)).to.deep.equal([]);
  });
});
