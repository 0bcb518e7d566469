/** Folds the events of an audit of clients into its report. */

import { caseCatalogue } from '../../cases/catalogue.ts';
import { targetVerdicts } from '../../scoring/assessment.ts';
import { schemaVersion } from '../report.ts';
import type { ClientAuditEvent } from './client-events.ts';
import { gateOfClients } from './client-gate.ts';
import type {
  AuditedClient,
  CaseReport,
  ClientInfo,
  ClientReport,
  ClientResult,
  ClientRunInfo,
  ClientRunOutcome,
} from './client-report.ts';

const catalogueOrder = new Map(caseCatalogue.map(({ id }, i) => [id, i]));

export class ClientReportBuilder {
  #info: ClientRunInfo | null = null;
  #outcome: ClientRunOutcome = { durationMs: 0, partial: true };
  readonly #started = new Map<number, ClientInfo>();
  readonly #cases = new Map<number, CaseReport[]>();
  readonly #results = new Map<number, ClientResult>();

  add(event: ClientAuditEvent): void {
    switch (event.type) {
      case 'run-start': {
        const { type: _type, ...info } = event;
        this.#info = info;
        break;
      }
      case 'client-start': {
        const { type: _type, client, cases: _cases, ...info } = event;
        this.#started.set(client, info);
        this.#cases.set(client, []);
        break;
      }
      case 'case':
        this.#cases.get(event.client)?.push(event.case);
        break;
      case 'client-end':
        this.#results.set(event.client, event.result);
        break;
      case 'run-end': {
        const { type: _type, ...outcome } = event;
        this.#outcome = outcome;
        break;
      }
      default:
        event satisfies never;
    }
  }

  /** @throws Error before `run-start` */
  build(): ClientReport {
    if (this.#info === null) throw new Error('a run begins with the event run-start');
    const clients = [...this.#started].flatMap(([index, info]): AuditedClient[] => {
      const result = this.#results.get(index);
      return result === undefined
        ? []
        : [{ ...info, ...result, cases: inOrder(this.#cases.get(index) ?? []) }];
    });
    const verdicts = targetVerdicts.map((name) => [
      name,
      clients.filter(({ verdict }) => verdict === name).length,
    ]);
    return {
      schemaVersion,
      ...this.#info,
      ...this.#outcome,
      gate: gateOfClients(clients, this.#info, this.#outcome),
      summary: { clients: clients.length, ...Object.fromEntries(verdicts) },
      clients,
    };
  }
}

function inOrder(cases: readonly CaseReport[]): CaseReport[] {
  const place = ({ id }: CaseReport): number => catalogueOrder.get(id) ?? catalogueOrder.size;
  return [...cases].sort((a, b) => place(a) - place(b));
}
