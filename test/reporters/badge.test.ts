/** The badge: what it says, and its colour. */

import { expect } from 'chai';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { createBadgeReporter } from '../../reporters/badge.ts';
import { lightPalette } from '../../reporters/palette.ts';
import { fewProbes, hostileServers } from '../support/hostile-texts.ts';
import { type Audited, auditFixture, changed, render, together } from '../support/render-report.ts';

interface Badge {
  readonly title: string;
  readonly colour: string;
}

const colours: Readonly<Record<string, string>> = {
  [lightPalette.pass]: 'green',
  [lightPalette.fail]: 'red',
  [lightPalette.unclear]: 'amber',
  [lightPalette.dim]: 'grey',
};

function badgeOf(audited: Audited): Badge {
  const text = render(createBadgeReporter, audited);
  expect(XMLValidator.validate(text)).to.equal(true);
  const { svg } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(text);
  const fill: string = svg.g[0].rect[1].fill;
  return { title: svg.title, colour: colours[fill] ?? fill };
}

const label = (message: string): string => `Sec-WebSocket-Version: ${message}`;

describe('the badge', function () {
  this.timeout(30_000);

  it('is green where the target is conformant', async () => {
    expect(badgeOf(await auditFixture('conformant'))).to.deep.equal({
      title: label('conformant'),
      colour: 'green',
    });
  });

  it('is red, with the score, where a MUST fails', async () => {
    const audited = await auditFixture('prefix-parse');
    const percent = audited.report.targets[0]?.score.percent;
    expect(percent).to.be.within(1, 99);
    expect(badgeOf(audited)).to.deep.equal({ title: label(`nonconformant, ${percent}%`), colour: 'red' });
  });

  it('is amber where only a SHOULD fails', async () => {
    const audited = await auditFixture('stays-open', { probe: ['malformed/hex'], closeTimeout: 50 });
    const { title, colour } = badgeOf(audited);
    expect(title).to.match(/: nonconformant, \d+(\.\d)?%$/);
    expect(colour).to.equal('amber');
  });

  it('names the gate where it passes all the same', async () => {
    const { title, colour } = badgeOf(await auditFixture('prefix-parse', { failOn: 'never' }));
    expect(title).to.match(/: nonconformant, [\d.]+%, gate: pass$/);
    expect(colour).to.equal('red');
  });

  it('is not green where the gate fails', async () => {
    const entry = { probe: 'malformed/word', criterion: 'status', reason: 'old' } as const;
    const audited = await auditFixture('conformant', { baseline: [entry] });
    expect(badgeOf(audited)).to.deep.equal({ title: label('conformant, gate: fail'), colour: 'red' });
  });

  it('says how many probes were sent where not all were', async () => {
    const { title, colour } = badgeOf(await auditFixture('conformant', { probe: fewProbes }));
    expect(title).to.match(/: passed \(\d+ of \d+ probes\)$/);
    expect(colour).to.equal('green');
  });

  it('is not red for a MUST that is known', async () => {
    const known = changed(await auditFixture('prefix-parse'), (event) =>
      event.type === 'target-end'
        ? {
            ...event,
            result: {
              ...event.result,
              findings: event.result.findings.map((finding) => ({ ...finding, known: [{ reason: 'old' }] })),
            },
          }
        : event,
    );
    expect(badgeOf(known).colour).to.equal('amber');
  });

  it('is grey where nothing can be said', async () => {
    const grey = { title: label('inconclusive'), colour: 'grey' };
    expect(badgeOf(await auditFixture('control-401'))).to.deep.equal(grey);
  });

  it('says that the run was interrupted: a part of it proves nothing good', async () => {
    const badgeOfPart = async (name: string): Promise<Badge> =>
      badgeOf(
        changed(await auditFixture(name), (event) =>
          event.type === 'run-end' ? { ...event, partial: true } : event,
        ),
      );
    expect(await badgeOfPart('conformant')).to.deep.equal({
      title: label('inconclusive, interrupted'),
      colour: 'grey',
    });
    const { title, colour } = await badgeOfPart('prefix-parse');
    expect(title).to.match(/: nonconformant, [\d.]+%, interrupted$/);
    expect(colour).to.equal('red');
  });

  it('does not say 100% on red: what failed may be beside the score', async () => {
    const audited = await auditFixture('wrong-accept');
    expect(audited.report.targets[0]).to.include({ verdict: 'nonconformant' });
    expect(audited.report.targets[0]?.score.percent).to.equal(100);
    expect(badgeOf(audited)).to.deep.equal({ title: label('nonconformant'), colour: 'red' });
  });

  it('counts targets where there are several', async () => {
    const [right, wrong, unknown] = await Promise.all(
      ['conformant', 'number-conversion', 'control-401'].map((name) =>
        auditFixture(name, { probe: fewProbes }),
      ),
    );
    if (right === undefined || wrong === undefined || unknown === undefined) throw new Error('not audited');
    expect(badgeOf(together([right, right]))).to.deep.equal({
      title: label('2 of 2 passed'),
      colour: 'green',
    });
    expect(badgeOf(together([right, wrong, unknown]))).to.deep.equal({
      title: label('1 of 3 passed'),
      colour: 'red',
    });
    expect(badgeOf(together([right, unknown]))).to.deep.equal({
      title: label('1 of 2 passed'),
      colour: 'grey',
    });
  });

  it('holds nothing from the wire', async () => {
    for (const hooks of Object.values(hostileServers)) {
      const text = render(createBadgeReporter, await auditFixture('conformant', { probe: fewProbes }, hooks));
      expect(text).to.not.match(/evil|octocat|error|[^\x20-\x7e\n]/);
    }
  });
});
