/** What the audit says, in every profile, of servers that behave as public bug reports describe. */

import { expect } from 'chai';
import type { TargetReport } from '../../index.ts';
import { type ProfileName, profileNames } from '../../scoring/profiles.ts';
import { auditInEachProfile, onlyTarget } from '../support/fixture-audits.ts';

type Finding = TargetReport['findings'][number];

/** For every finding of the fixture: what it has to say, and what it must not say. */
type Said = Readonly<Record<string, { readonly says: readonly RegExp[]; readonly never?: RegExp }>>;

const completes426 = /^Send Upgrade: websocket and Connection: Upgrade with the 426, or answer 400\.$/;
const insteadOf426 = /^Answer 400 with Sec-WebSocket-Version: 13 instead of 426\./;
const explains426 = { says: [/426 is the status that RFC 6455/, insteadOf426] };
const noList = { says: [/no version list/, /Add Sec-WebSocket-Version: 13/] };
const keptOpen = { says: [/Leaves the connection open/], never: /announce/i };

const expected: Readonly<Record<string, Readonly<Record<ProfileName, Said>>>> = {
  // ghedipunk/PHP-Websockets#8 and #45
  'list-misspelt': {
    mdn: {
      'upgrade-field': { says: [insteadOf426] },
      'list-misspelt': {
        says: [/Sec-WebSocketVersion: 13/, /Write the name of the field as Sec-WebSocket-Version/],
      },
      'refusal-status-426': explains426,
    },
    rfc: {
      'upgrade-field': { says: [completes426] },
      'list-misspelt': { says: [/Sec-WebSocketVersion: 13/] },
    },
  },
  // websockets/ws#2121
  'plain-http-unanswered': {
    mdn: { 'plain-http-unanswered': { says: [/request handler/], never: /exception|version/i } },
    rfc: { 'plain-http-unanswered': { says: [/request handler/], never: /exception|version/i } },
  },
  // BitMEX/api-connectors#379
  'answers-426-chunked': {
    mdn: {
      'upgrade-field': { says: [insteadOf426] },
      'list-absent': noList,
      'stays-open': keptOpen,
      'refusal-status-426': explains426,
    },
    rfc: { 'upgrade-field': { says: [completes426] }, 'list-absent': noList },
  },
  // phoenixframework/phoenix#5621 and aeternity/ae_mdw#2167
  'answers-426-without-list': {
    mdn: { 'list-absent': noList, 'stays-open': keptOpen, 'refusal-status-426': explains426 },
    rfc: { 'list-absent': { ...noList, never: /426/ } },
  },
  // http-party/node-http-proxy#624
  'never-responds': {
    mdn: {
      unanswered: {
        says: [/proxy in front that forwards nothing except a 101/, /stayed open/],
        never: /exception/i,
      },
    },
    rfc: {
      unanswered: {
        says: [/proxy in front that forwards nothing except a 101/, /stayed open/],
        never: /exception/i,
      },
    },
  },
};

/** The texts of a finding, each on a line of its own. */
function textOf({ title, cause, impact, fix }: Finding): string {
  return [title, impact, cause ?? '', fix].join('\n');
}

describe('an audit of a server as in a bug report', () => {
  for (const [name, byProfile] of Object.entries(expected)) {
    it(`says what is wrong with it, and how to fix just that: ${name}`, async () => {
      const reports = await auditInEachProfile(name);
      for (const profile of profileNames) {
        const said = byProfile[profile];
        const { findings } = onlyTarget(reports[profile]);
        expect(
          findings.map(({ id }) => id),
          profile,
        ).to.have.members(Object.keys(said));
        for (const finding of findings) {
          const { says = [], never } = said[finding.id] ?? {};
          for (const pattern of says) {
            expect(textOf(finding), `${profile}: ${finding.id}`).to.match(new RegExp(pattern, 'm'));
          }
          if (never !== undefined) expect(textOf(finding), `${profile}: ${finding.id}`).not.to.match(never);
        }
      }
    });
  }
});
