/**
 * Writes the pages of docs/ whose facts live in code: `npm run docs`. A test fails where a page differs from what
 * this would write.
 */

import { writeFileSync } from 'node:fs';
import { createGenerator } from 'ts-json-schema-generator';
import { type Case, groups, groupTitles } from '../cases/case.ts';
import { caseCatalogue } from '../cases/catalogue.ts';
import { baselineSchema, clientBaselineSchema } from '../cli/baseline/baseline-schema.ts';
import { type AuditOption, asWritten, commandOptions } from '../cli/options/audit-options.ts';
import { clientOptions } from '../cli/options/client-options.ts';
import { configurationSchema } from '../cli/settings/schema.ts';
import { fixtures, hostileFixtures } from '../fixtures/catalogue.ts';
import { clientFixtures } from '../fixtures/clients/catalogue.ts';
import { catalogue } from '../probes/catalogue.ts';
import { families, familyTitles, type Probe, tierTitles } from '../probes/probe.ts';
import { answerLines } from '../reporters/client/answer-text.ts';
import { escapeLines } from '../reporters/escape.ts';
import { type Cause, causes } from '../scoring/causes.ts';
import { checkDescriptions } from '../scoring/checks.ts';
import { type ClientFindingKind, clientFindingKinds } from '../scoring/client/client-finding-kinds.ts';
import {
  type Client,
  clientFailures,
  clients,
  listed,
  whichClientsFail,
} from '../scoring/client-failures.ts';
import { criteria } from '../scoring/criteria.ts';
import { diagnoses } from '../scoring/diagnosis.ts';
import { withGaps } from '../scoring/finding-kinds.ts';
import { profileNames, profiles } from '../scoring/profiles.ts';
import { listHonesty } from '../scoring/versions.ts';
import { type ClauseId, clauses } from '../spec/clauses.ts';
import { type ClientClauseId, clientClauses } from '../spec/client-clauses.ts';
import { serialiseRequest } from '../wire/http1/serialise-request.ts';
import type { Insertion, RequestTemplate } from '../wire/request.ts';

const notice = '<!-- Written by docs/generate.ts: change the code, then run "npm run docs". -->';

/** Every generated page: its path from the project's root, and its text. */
export function generatePages(): Map<string, string> {
  return new Map([
    ['docs/probes.md', page('Probes', probesPage())],
    ['docs/clauses.md', page('Clauses', clausesPage())],
    ['docs/criteria.md', page('Criteria and checks', criteriaPage())],
    ['docs/findings.md', page('Findings', findingsPage())],
    ['docs/options.md', page('Options', optionsPage())],
    ['docs/client-cases.md', page('Cases for clients', clientCasesPage())],
    ['docs/fixtures.md', page('Fixtures', fixturesPage())],
    [
      'docs/report.schema.json',
      jsonSchema('report/report.ts', 'Report', 'The JSON report of handshake13, schemaVersion 2'),
    ],
    [
      'docs/client-report.schema.json',
      jsonSchema(
        'report/client/client-report.ts',
        'ClientReport',
        'The JSON report of handshake13 client, schemaVersion 2',
      ),
    ],
    [
      'docs/diff.schema.json',
      jsonSchema(
        'compare/comparison.ts',
        'Comparison',
        'What handshake13 diff -r json writes, schemaVersion 1',
      ),
    ],
    ['docs/baseline.schema.json', `${JSON.stringify(baselineSchema, null, 2)}\n`],
    ['docs/client-baseline.schema.json', `${JSON.stringify(clientBaselineSchema, null, 2)}\n`],
    ['docs/config.schema.json', `${JSON.stringify(configurationSchema, null, 2)}\n`],
  ]);
}

function page(title: string, body: readonly string[]): string {
  return `${[notice, `# ${title}`, ...body].join('\n\n')}\n`;
}

function probesPage(): string[] {
  return [
    `${catalogue.length} probes in ${families.length} families. Each differs from the control, \`valid/13\`, in one thing. ` +
      'Ids are stable: scripts and CI jobs may name them.',
    `Each is of a tier. ${Object.entries(tierTitles)
      .map(([tier, title]) => `\`${tier}\`: ${title}.`)
      .join(' ')} The others are sent and scored alike.`,
    'The requests are shown as they go to `ws://server.example/`, with control characters escaped; keys are drawn anew for every connection.',
    ...families.flatMap((family) => [
      `## ${family}: ${familyTitles[family]}`,
      ...catalogue.filter((probe) => probe.family === family).flatMap(probeSection),
    ]),
  ];
}

function probeSection(probe: Probe): string[] {
  const { bytes } = serialiseRequest(withFixedKeys(probe.request), {
    requestTarget: '/',
    scheme: 'http',
    host: 'server.example',
    addedFields: [],
  });
  const expects = { accept: 'to be accepted', reject: 'to be refused', either: 'either answer' }[
    probe.expects
  ];
  return [
    `### ${probe.id}`,
    `${sentence(probe.title)} Expects ${expects}${probe.level === undefined ? '' : ` (${probe.level})`}. Tier: ${probe.tier}. ${probe.varies}`,
    `\`\`\`\n${escapeLines(bytes, 100, 16).join('\n')}\n\`\`\``,
    `Why: ${probe.why}`,
    `Fix: ${probe.fix}`,
    `Clauses: ${probe.clauses.map(clauseLink).join(', ')}`,
  ];
}

/** The page must be the same whenever it is written. */
function withFixedKeys(request: RequestTemplate): RequestTemplate {
  const lines = request.lines.map((line) =>
    'name' in line && typeof line.value !== 'string' && line.value.fill === 'key'
      ? { ...line, value: fixedKey(line.value) }
      : line,
  );
  const { followedBy } = request;
  return { ...request, lines, ...(followedBy && { followedBy: withFixedKeys(followedBy) }) };
}

function fixedKey({ bytes, insert = [] }: { bytes: number; insert?: readonly Insertion[] }): string {
  return insert.reduce(
    (key, { at, text }) => `${key.slice(0, at)}${text}${key.slice(at)}`,
    Buffer.alloc(bytes, 'handshake13').toString('base64'),
  );
}

function clausesPage(): string[] {
  const ids = Object.keys(clauses) as ClauseId[];
  return [
    'What the verdicts rest on, in our own words. Where they and the source disagree, the source applies.',
    ...ids.map((id) => `## ${id}\n\n[${clauses[id].source}](${clauses[id].url})\n\n${clauses[id].says}`),
  ];
}

function criteriaPage(): string[] {
  return [
    'Every exchange is judged by four criteria, whose passes are the score, and by the checks that apply to it. Each failure of either is part of a finding. The keys are those of the JSON report, of baselines and of `handshake13 explain`.',
    '## Criteria',
    ...Object.entries(criteria).flatMap(([name, { title, heading, says, levelIn }]) => [
      `### ${name}`,
      `${sentence(title)} Heading of its column: \`${heading}\`. ${says}`,
      profileNames.map((profile) => `- \`${profile}\`: ${levelIn(profiles[profile])}`).join('\n'),
    ]),
    '## Checks',
    ...Object.entries({ ...checkDescriptions, listHonesty }).flatMap(([name, { title, says }]) => [
      `### ${name}`,
      `${sentence(title)} ${says}`,
    ]),
  ];
}

function findingsPage(): string[] {
  const named: [id: string, cause: Cause][] = Object.entries(causes);
  return [
    'Failures that share a cause are one finding. “…” stands for what was seen.',
    '## Faults',
    ...named.map(([id, cause]) => findingSection(id, cause)),
    '## Diagnoses',
    'Where the pattern of accepted and refused handshakes shows what the server does, the finding is named after that instead.',
    ...diagnoses.map((diagnosis) => findingSection(diagnosis.id, diagnosis)),
    ...clientFailuresSections(),
  ];
}

function clientFailuresSections(): string[] {
  const faults = Object.values(clientFailures).map(
    ({ fault, failing }) => `| ${fault} | ${listed(failing) || 'none'} |`,
  );
  const grounds = Object.values(clients).map(({ kind, name, ...client }: Client) => {
    const { says, urls } = client.source ?? { says: 'tried', urls: [] };
    const links = urls.map((url, index) => `[${index + 1}](${url})`).join(', ');
    return `| ${kind} | ${name} | ${[says, links].filter((text) => text !== '').join(': ')} |`;
  });
  return [
    '## Which clients fail',
    'A finding about a 101 says which clients are known to fail on it. Each of those that were tried was started against a server with just that fault, written in every way that the finding covers, and is named where it failed on all of them. Other versions may differ.',
    ['| the 101 has | clients that fail |', '|---|---|', ...faults].join('\n'),
    'How this is known:',
    ['| for | client | known from |', '|---|---|---|', ...grounds].join('\n'),
  ];
}

function findingSection(
  id: string,
  { title, detail, fix, diagnosis, clauses: rests, clients: failing }: Cause,
): string {
  return [
    `### ${id}`,
    `${withGaps(title)}.`,
    ...(diagnosis === undefined ? [] : [`Cause: ${diagnosis}`]),
    failing === undefined ? withGaps(detail) : `${withGaps(detail)} ${whichClientsFail(failing)}`,
    `Fix: ${fix}`,
    `Clauses: ${rests.map(clauseLink).join(', ')}`,
  ].join('\n\n');
}

function clauseLink(id: ClauseId): string {
  return `[${id}](clauses.md#${id.replaceAll('.', '')})`;
}

function optionsPage(): string[] {
  return ['## audit', optionsTable(commandOptions), '## client', optionsTable(clientOptions)];
}

function optionsTable(table: Readonly<Record<string, AuditOption>>): string {
  const options = Object.entries(table);
  const rows = options.map(([name, option]) => {
    const { alias, describe, choices, default: value } = option;
    const names = [...(alias === undefined ? [] : [`-${alias}`]), `--${name}`]
      .map((one) => `\`${one}\``)
      .join(', ');
    const values = choices === undefined ? '' : ` (${choices.map((choice) => `\`${choice}\``).join(', ')})`;
    return `| ${names} | ${describe}${values} | ${value === undefined ? '' : `\`${asWritten(option, value)}\``} |`;
  });
  return ['| option | meaning | default |', '|---|---|---|', ...rows].join('\n');
}

function clientCasesPage(): string[] {
  return [
    `${caseCatalogue.length} cases in ${groups.length} groups: what \`handshake13 client\` answers in the opening handshake, and what the client must make of it. Ids are stable: scripts and CI jobs may name them. [Auditing clients](clients.md) says how a verdict is reached.`,
    'In the answers `{accept}` stands for the value that belongs to the key of the request, `{key}` for the key itself, `{protocol}` for a line, its end included, that acknowledges the first subprotocol offered, if there is one, `{host}` for the host and port of the audit, `{path}` for the path of the case, and `{ws}` and `{http}` for the schemes, which are `wss` and `https` over TLS. Control characters are escaped.',
    ...groups.flatMap((group) => [
      `## ${group}: ${groupTitles[group]}`,
      ...caseCatalogue.filter((one) => one.group === group).map(caseSection),
    ]),
    '## Findings',
    'Failures that share a cause are one finding; its name is its id in reports and baselines.',
    ...clientFindingKinds.map(clientFindingSection),
    '## Clauses',
    'What the RFCs and WHATWG ask of a client, in our own words. Where they and the source disagree, the source applies.',
    ...Object.entries(clientClauses).map(
      ([id, { source, url, says }]) => `### ${id}\n\n[${source}](${url})\n\n${says}`,
    ),
  ];
}

function caseSection({ id, title, tier, expects, why, fix, clauses: rests, ...answer }: Case): string {
  const wanted = { open: 'open', fail: 'fail the connection', free: 'either; it is only observed' }[expects];
  return [
    `### ${id}`,
    `${sentence(title)} The client must: ${wanted}. Tier: ${tier}.`,
    `\`\`\`\n${answerLines(answer, 100).join('\n')}\n\`\`\``,
    `Why: ${why}`,
    `Fix: ${fix}`,
    `Clauses: ${clientClauseLinks(rests)}`,
  ].join('\n\n');
}

function clientFindingSection({
  id,
  title,
  cause,
  impact,
  fix,
  cases,
  clauses: rests,
}: ClientFindingKind): string {
  return [
    `### ${id}`,
    `${title}.`,
    ...(cause === null ? [] : [`Cause: ${cause}`]),
    impact,
    `Fix: ${fix}`,
    ...(cases.length === 0 ? [] : [`Cases: ${cases.map((name) => `[${name}](#${name})`).join(', ')}`]),
    `Clauses: ${clientClauseLinks(rests)}`,
  ].join('\n\n');
}

function clientClauseLinks(ids: readonly ClientClauseId[]): string {
  return ids.map((id) => `[${id}](#${id})`).join(', ');
}

function fixturesPage(): string[] {
  const rows = fixtures.map(
    ({ name, title, conformant }) => `| \`${name}\` | ${conformant ? 'conformant' : 'fault'} | ${title} |`,
  );
  return [
    'Servers to audit, run by `handshake13 serve NAME`: the conformant one, others that conform in another way, and one for each fault.',
    ['| name | | what it does |', '|---|---|---|', ...rows].join('\n'),
    '## Hostile servers',
    'They try to keep the client busy for ever or to fill its memory. They answer a valid handshake correctly, unless the title says otherwise, and are hostile to everything that must be refused.',
    [
      '| name | what it does |',
      '|---|---|',
      ...hostileFixtures.map(({ name, title }) => `| \`${name}\` | ${title} |`),
    ].join('\n'),
    '## Clients',
    'Clients to audit, for the tests of the audit of clients: `node dist/fixtures/clients/main.js NAME URL` runs one.',
    [
      '| name | | what it does |',
      '|---|---|---|',
      ...clientFixtures.map(
        ({ name, title, conformant }) =>
          `| \`${name}\` | ${conformant ? 'conformant' : 'fault'} | ${title} |`,
      ),
    ].join('\n'),
  ];
}

function jsonSchema(path: string, type: string, title: string): string {
  const schema = createGenerator({
    path,
    type,
    tsconfig: 'tsconfig.json',
    // The project's own compiler is newer than the generator's and has checked the types already.
    skipTypeCheck: true,
    topRef: false,
    additionalProperties: true,
  }).createSchema(type);
  return `${JSON.stringify({ title, ...schema }, null, 2)}\n`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

if (import.meta.filename === process.argv[1]) {
  for (const [path, text] of generatePages()) writeFileSync(path, text);
}
