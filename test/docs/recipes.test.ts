/** docs/recipes.md and the table of stacks say the same. */

import { expect } from 'chai';
import { catalogue } from '../../probes/catalogue.ts';
import { aboutRepeatedFields, aboutTheValue, stacks } from '../../report/stacks/stacks.ts';
import { causes } from '../../scoring/causes.ts';
import { diagnoses } from '../../scoring/diagnosis.ts';
import { recipeSections, recipesIntroduction } from '../support/recipes.ts';

/** What follows `- Repairs:` up to the next item or empty line. */
function repairsIn(text: string): string[] {
  const [, line = ''] = /^- Repairs: (.*?)(?=\n- |\n\n)/ms.exec(text) ?? [];
  return [
    ...(/\bthe value\b/.test(line) ? aboutTheValue : []),
    ...(/\brepeated fields\b/.test(line) ? aboutRepeatedFields : []),
    ...idsIn(line.split(';')[0] ?? ''),
  ];
}

function idsIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, id = '']) => id);
}

describe('the recipes', () => {
  const sections = recipeSections();

  it('are those of the table, in any order', () => {
    expect(sections.map(({ anchor }) => anchor)).to.have.members(Object.keys(stacks));
  });

  it('say what "the value" and "repeated fields" stand for', () => {
    const named = idsIn(recipesIntroduction()).filter((id) => id in causes || isDiagnosis(id));
    const single = [...aboutTheValue, ...aboutRepeatedFields].filter((id) => !id.endsWith('/'));
    expect(named).to.have.members(single);
  });

  for (const { title, anchor, text, snippet } of sections) {
    it(`${title}: repairs what the table says, has a snippet, and says how it was checked`, () => {
      const { repairs = [] } = stacks[anchor] ?? {};
      expect(repairsIn(text)).to.have.members([...repairs]);
      expect(text).to.match(/^- Cannot repair: /m);
      expect(snippet).to.not.equal('');
      expect(/^Not run\b/m.test(text), 'not run').to.not.equal(/^Checked with /m.test(text));
    });
  }

  it('name only findings that there are', () => {
    const ids = Object.values(stacks).flatMap(({ repairs }) => repairs);
    expect(ids.filter((id) => !isFinding(id))).to.deep.equal([]);
  });
});

function isDiagnosis(id: string): boolean {
  return diagnoses.some((diagnosis) => diagnosis.id === id);
}

function isFinding(id: string): boolean {
  const [, family] = /^accepted-(.*)\/$/.exec(id) ?? [];
  return (
    id in causes ||
    isDiagnosis(id) ||
    /^refusal-status-\d{3}$/.test(id) ||
    catalogue.some((probe) => probe.family === family || id === `accepted-${probe.id}`)
  );
}
