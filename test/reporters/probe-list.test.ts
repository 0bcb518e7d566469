/** How a long list of probes is said short. */

import { expect } from 'chai';
import { shortProbeList } from '../../reporters/probe-list.ts';

const sent = [
  'valid/13',
  'missing/absent',
  'missing/empty',
  'missing/blank',
  'draft/0',
  'draft/7',
  'draft/8',
];

describe('a list of probes', () => {
  const lists: Readonly<Record<string, readonly string[]>> = {
    '': [],
    'valid/13': ['valid/13'],
    'draft/8': ['draft/8'],
    'missing/*': ['missing/absent', 'missing/empty', 'missing/blank'],
    'missing/* except empty': ['missing/absent', 'missing/blank'],
    'valid/13; missing/blank; draft/* except 0': ['valid/13', 'missing/blank', 'draft/7', 'draft/8'],
  };
  for (const [short, ids] of Object.entries(lists)) {
    it(`is said short: "${short}"`, () => {
      expect(shortProbeList(ids, sent)).to.equal(short);
    });
  }

  it('names those of a family of which few are in it', () => {
    const handshake = ['a', 'b', 'c', 'd', 'e'].map((slug) => `handshake/${slug}`);
    expect(shortProbeList(['handshake/a', 'handshake/c'], handshake)).to.equal('handshake/a, c');
  });
});
