/** The pages whose facts live in code are what docs/generate.ts would write now. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { generatePages } from '../../docs/generate.ts';

const paths = [
  'docs/probes.md',
  'docs/clauses.md',
  'docs/criteria.md',
  'docs/findings.md',
  'docs/options.md',
  'docs/client-cases.md',
  'docs/fixtures.md',
  'docs/report.schema.json',
  'docs/client-report.schema.json',
  'docs/diff.schema.json',
  'docs/baseline.schema.json',
  'docs/client-baseline.schema.json',
  'docs/config.schema.json',
];

describe('a generated page', function () {
  this.timeout(60_000);

  let pages: Map<string, string>;
  before(() => {
    pages = generatePages();
  });

  for (const path of paths) {
    it(`is up to date: ${path} (npm run docs)`, () => {
      expect(readFileSync(path, 'utf8')).to.equal(pages.get(path));
    });
  }

  it('is none but these', () => {
    expect([...pages.keys()]).to.deep.equal(paths);
  });
});
