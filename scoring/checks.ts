/** The supplementary checks of one exchange: each a finding of its own, none part of the four-criteria score. */

import { fieldValues, listElements, type Oddity, oddities, type Response } from '../wire/response.ts';
import { announcesClose, type Subject } from './criteria.ts';
import { acceptFault, expectedAccept, switchingFault, unofferedFault } from './server-handshake.ts';
import { fail, pass, type Requirement, type Verdict } from './verdict.ts';

export const checkTitles = {
  acceptKey: 'right Sec-WebSocket-Accept',
  switchingFields: 'Upgrade and Connection on the 101',
  offeredOnly: 'no subprotocol or extension that was not offered',
  upgradeField: 'Upgrade field on the 426',
  announcedClose: 'closed the connection as announced',
  responseFraming: 'well-formed response',
} as const;

export type CheckName = keyof typeof checkTitles;

/** Recipients read past these (rfc9112 §2.2, §4); the others make them disagree about what the response is. */
const tolerated: ReadonlySet<Oddity> = new Set([
  'leading-empty-line',
  'status-line',
  'http-version',
  'bare-lf',
  'obs-fold',
]);

export function scoreChecks({ exchange, expects }: Subject): Partial<Record<CheckName, Verdict>> {
  const { response } = exchange;
  if (response === null) return {};
  const checks: Partial<Record<CheckName, Verdict>> = {};
  const judge = (name: CheckName, requirement: Requirement, fault: string | null, right: string): void => {
    checks[name] = fault === null ? pass(requirement, right) : fail(requirement, fault, causes[name]);
  };
  // The fields of a 101 that should not have come at all are not worth a second finding.
  if (response.status === 101 && expects !== 'reject') {
    const clauses = ['server-handshake'] as const;
    const accept = expectedAccept(exchange);
    judge(
      'acceptKey',
      { level: 'MUST', expected: `Sec-WebSocket-Accept: ${accept}`, clauses },
      acceptFault(exchange, response),
      `Sec-WebSocket-Accept: ${accept}`,
    );
    judge(
      'switchingFields',
      { level: 'MUST', expected: 'Upgrade: websocket, Connection: Upgrade', clauses },
      switchingFault(response),
      'both present',
    );
    judge(
      'offeredOnly',
      { level: 'MUST', expected: 'no subprotocol and no extension but those offered', clauses },
      unofferedFault(exchange, response),
      'none',
    );
  }
  if (response.status === 426) {
    judge(
      'upgradeField',
      { level: 'MUST', expected: 'Upgrade, and upgrade in Connection', clauses: ['upgrade-on-426'] },
      upgradeFault(response),
      'both present',
    );
  }
  if (announcesClose(exchange)) {
    judge(
      'announcedClose',
      {
        level: 'MUST',
        expected: 'the close that Connection: close announced',
        clauses: ['close-means-close'],
      },
      exchange.close?.kind === 'open' ? 'still open after the close window' : null,
      'closed',
    );
  }
  // What a reset cuts off the server may have sent: its system throws away what was not yet delivered.
  const faults = response.oddities.filter(
    (oddity) => oddity !== 'body-short' || exchange.close?.kind !== 'reset',
  );
  judge(
    'responseFraming',
    {
      level: faults.every((oddity) => tolerated.has(oddity)) ? 'SHOULD' : 'MUST',
      expected: 'a response that follows the grammar of HTTP/1.1',
      clauses: ['message-syntax', 'message-framing'],
    },
    faults.length === 0 ? null : faults.map((oddity) => oddities[oddity]).join('; '),
    'well-formed',
  );
  return checks;
}

const causes = {
  acceptKey: 'accept-key',
  switchingFields: 'switching-fields',
  offeredOnly: 'not-offered',
  upgradeField: 'upgrade-field',
  announcedClose: 'announced-close',
  responseFraming: 'response-framing',
} as const satisfies Record<CheckName, string>;

function upgradeFault({ fields }: Response): string | null {
  if (fieldValues(fields, 'Upgrade').length === 0) return 'no Upgrade field';
  const options = listElements(fieldValues(fields, 'Connection')).map((option) => option.toLowerCase());
  return options.includes('upgrade') ? null : 'no upgrade in Connection';
}
