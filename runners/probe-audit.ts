/** The audit behind a suite: run once for all of its tests, and again for a probe whose test is retried. */

import type { AuditOptions } from '../audit/plan/options.ts';
import type { TargetReport } from '../report/report.ts';
import { escapeBytes } from '../reporters/escape.ts';
import type { TestCase } from '../reporters/test-case.ts';
import { testSuites } from '../reporters/test-cases.ts';
import { UsageError } from '../wire/usage-error.ts';
import { type AuditedTarget, auditTarget, type SuiteTarget } from './audited-target.ts';
import { couldNotTell, dropFrames, HandshakeFailure } from './handshake-failure.ts';

/** An audit, and its test cases by name. */
export interface JudgedTarget extends AuditedTarget {
  readonly cases: ReadonlyMap<string, TestCase>;
}

export class ProbeAudit {
  readonly #target: SuiteTarget;
  readonly #options: AuditOptions;
  #shared: JudgedTarget | null = null;
  /** What the shared audit has been asked for. */
  readonly #asked = new Set<string>();

  constructor(target: SuiteTarget, options: AuditOptions) {
    this.#target = target;
    this.#options = options;
  }

  /** Audits the target for all tests. Rejects if there is no verdict on any probe. */
  async start(): Promise<void> {
    this.#asked.clear();
    this.#shared = await this.#run(this.#options);
    const { target } = this.#shared;
    if (target.probes.every(({ verdict }) => verdict === 'inconclusive')) {
      throw new HandshakeFailure(`could not tell anything about ${target.url}: ${reasonOf(target)}`);
    }
  }

  /** The shared audit when it is asked for a probe the first time, an audit of that probe from then on. */
  async ofProbe(id: string): Promise<JudgedTarget> {
    const shared = this.#firstTime(id);
    if (shared !== null) return shared;
    const own = await this.#run({ ...this.#options, probe: [id], skip: [], tier: 'all', sweep: false });
    if (own.target.verdict === 'inconclusive') throw couldNotTell(id, reasonOf(own.target));
    return own;
  }

  /** The same for what is judged about the target as a whole. */
  async ofTarget(name: string): Promise<JudgedTarget> {
    return this.#firstTime(name) ?? (await this.#run(this.#options));
  }

  #firstTime(name: string): JudgedTarget | null {
    const isRetry = this.#asked.has(name);
    this.#asked.add(name);
    return isRetry ? null : this.#shared;
  }

  async #run(options: AuditOptions): Promise<JudgedTarget> {
    const given = typeof this.#target === 'function' ? await this.#target() : this.#target;
    try {
      const audited = await auditTarget(given, options);
      const cases = [...testSuites(audited.report)].flatMap((suite) => suite.cases);
      return { ...audited, cases: new Map(cases.map((one) => [one.name, one])) };
    } catch (error) {
      if (error instanceof UsageError) dropFrames(error);
      throw error;
    }
  }
}

function reasonOf({ reason }: TargetReport): string {
  return escapeBytes(reason ?? '');
}
