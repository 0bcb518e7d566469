import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { TargetStore } from '../../report/target-store.ts';
import { auditFixture } from '../support/render-report.ts';

describe('the targets of a long run', () => {
  const limit = 2;
  let folder: string;
  const { TMPDIR } = process.env;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'target-store-'));
    process.env.TMPDIR = folder;
  });

  afterEach(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(folder, { recursive: true });
  });

  it('are read back as they were, in the order in which they were given', async () => {
    const { report } = await auditFixture('no-list', { closeTimeout: 200 });
    const [target] = report.targets;
    if (target === undefined) throw new Error('no target');
    const store = new TargetStore(limit);
    for (const place of [4, 1, 3, 0, 2]) store.add(place, { ...target, label: `place ${place}` });
    const targets = store.targets();
    expect(targets).to.have.lengthOf(5);
    expect(Array.from(targets, ({ label }) => label)).to.deep.equal(
      [0, 1, 2, 3, 4].map((place) => `place ${place}`),
    );
    expect(targets.at(2)).to.deep.equal(JSON.parse(JSON.stringify({ ...target, label: 'place 2' })));
    expect(targets.at(5)).to.equal(undefined);
    store.close();
    expect(() => [...targets]).to.throw('given up');
  });

  it('leave no file behind', async () => {
    const { report } = await auditFixture('no-list', { closeTimeout: 200 });
    const store = new TargetStore(0);
    for (const [place, target] of report.targets.entries()) store.add(place, target);
    expect(store.targets().at(0)?.url).to.equal(report.targets[0]?.url);
    expect(readdirSync(folder)).to.deep.equal([]);
    store.close();
  });

  it('say what is missing where there is no room for them', async () => {
    process.env.TMPDIR = join(folder, 'nowhere');
    const { report } = await auditFixture('no-list', { closeTimeout: 200 });
    const store = new TargetStore(0);
    for (const [place, target] of report.targets.entries()) store.add(place, target);
    expect(() => store.targets()).to.throw(/more than 0 targets needs a temporary file: ENOENT.*TMPDIR/);
  });
});
