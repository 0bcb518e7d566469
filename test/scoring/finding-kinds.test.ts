/** The kind of a finding, read from its id. */

import { expect } from 'chai';
import { causes } from '../../scoring/causes.ts';
import { diagnoses } from '../../scoring/diagnosis.ts';
import { findingKind } from '../../scoring/finding-kinds.ts';
import { clauses } from '../../spec/clauses.ts';

describe('the kind of a finding', () => {
  it('is the cause or the diagnosis of that id', () => {
    for (const id of [...Object.keys(causes), ...diagnoses.map((diagnosis) => diagnosis.id)]) {
      expect(findingKind(id).id).to.equal(id);
    }
    expect(findingKind('list-absent')).to.deep.include(causes['list-absent']);
    expect(findingKind('prefix-parse').diagnosis).to.match(/prefix parse/);
  });

  it('rests on clauses that there are, and says what is wrong and what to do', () => {
    const kinds = [...Object.entries(causes).map(([id, cause]) => ({ id, ...cause })), ...diagnoses];
    for (const { id, title, detail, fix, clauses: restsOn } of kinds) {
      expect([title, detail, fix], id).not.to.include('');
      expect(restsOn, id).not.to.deep.equal([]);
      expect(clauses, id).to.include.all.keys(...restsOn);
    }
    expect(new Set(kinds.map(({ id }) => id)).size, 'each kind once').to.equal(kinds.length);
  });

  it('does not vary with what sets a finding apart from others of its kind', () => {
    expect(findingKind('refusal-status-426').id).to.equal('refusal-status');
    expect(findingKind('accepted-handshake/http-1.0').id).to.equal('accepted');
    expect(findingKind('refused-valid/padded-value').id).to.equal('refused');
  });

  it('is known of every finding', () => {
    expect(() => findingKind('list')).to.throw('list: a finding of no kind');
    expect(() => findingKind('acceptedly')).to.throw('of no kind');
  });
});
