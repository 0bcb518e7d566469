/** A clause, by its id or by the section where it stands: `RFC 6455 §4.2.1`, `6455 4.2.1`, `4.2.1`. */

import { catalogue } from '../../probes/catalogue.ts';
import { type ClauseId, clauses } from '../../spec/clauses.ts';
import { clientClauses } from '../../spec/client-clauses.ts';
import { clientClauseIds, describeClientClause } from './client-clause.ts';
import { layOut, type Section, type Topic } from './topic.ts';

const ids = Object.keys(clauses) as readonly ClauseId[];

export const clauseTopic: Topic = {
  noun: 'clause',
  words: ids,
  explain: (word) => {
    const id = ids.find((known) => known === word);
    return id === undefined ? null : layOut(describe(id));
  },
};

export const sectionTopic: Topic = {
  noun: 'section of an RFC',
  words: [],
  explain: (word) => {
    const [, rfc, section] =
      /^(?:RFC ?)?(\d{4})?(?:,? ?(?:§|section ?|#section-)? ?([1-9]\d?(?:\.\d+)*))?$/i.exec(word) ?? [];
    if (rfc === undefined && section === undefined) return null;
    const found = ids.filter((id) => stands(clauses[id].source, rfc, section));
    const ofClients = clientClauseIds.filter((id) => stands(clientClauses[id].source, rfc, section));
    return found.length + ofClients.length === 0
      ? null
      : layOut([...found.flatMap(describe), ...ofClients.flatMap(describeClientClause)]);
  },
};

/** Whether a clause stands in the section or in one within it: §4.2.1 stands in §4.2, and in the RFC as a whole. */
function stands(source: string, rfc: string | undefined, section: string | undefined): boolean {
  const [, itsRfc, itsSection] = /^RFC (\d+) §([\d.]+)$/.exec(source) ?? [];
  if (itsRfc === undefined || (rfc !== undefined && rfc !== itsRfc)) return false;
  return section === undefined || itsSection === section || itsSection?.startsWith(`${section}.`) === true;
}

function describe(id: ClauseId): Section[] {
  const { source, url, says } = clauses[id];
  const tested = catalogue.filter((probe) => probe.clauses.includes(id)).map((probe) => probe.id);
  return [
    [id, [`${source}, ${url}`]],
    ['What a server must do', [says]],
    [
      'Probes that test it',
      tested.length > 0 ? [tested.join(', ')] : ['none: it is checked on every response'],
    ],
  ];
}
