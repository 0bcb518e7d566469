/** Targets of a list or of standard input, as the library takes them: one by one, and nothing is kept of a plain one. */

import { planTarget, type StreamedTarget, type TargetInput } from '../audit/plan/targets.ts';
import type { NamedTarget } from '../reporters/reporter.ts';
import type { ConnectionOptions } from '../wire/endpoint/target.ts';
import { UsageError } from '../wire/usage-error.ts';
import { withProxy } from './proxy-environment.ts';
import { keyOf } from './reproduce-command.ts';
import type { ListedTarget } from './settings/target-list.ts';

export class ListedTargets {
  readonly #shared: ConnectionOptions;
  /** URLs that reports do not show whole, by the targets as reports name them. */
  readonly #written = new Map<string, string>();

  /** @param shared the options of all targets */
  constructor(shared: ConnectionOptions) {
    this.#shared = shared;
  }

  /** @throws UsageError if the proxy of the environment cannot be used */
  toInput(target: ListedTarget): TargetInput {
    this.#remember(target);
    return withProxy(target, this.#shared);
  }

  /** The targets before a stream, then those in it. @throws UsageError if there is none at all */
  async stream(
    before: readonly TargetInput[],
    listed: AsyncIterable<ListedTarget | UsageError>,
  ): Promise<AsyncIterable<StreamedTarget>> {
    const iterator = listed[Symbol.asyncIterator]();
    // An empty stream is a mistake, which is reported before anything is sent.
    const first = before.length === 0 ? await iterator.next() : null;
    if (first?.done === true)
      throw new UsageError('got no targets on standard input; write one per line', { option: 'targets' });
    const toInput = (one: ListedTarget | UsageError): StreamedTarget =>
      one instanceof UsageError ? one : this.toInput(one);
    return (async function* () {
      yield* before;
      if (first !== null) yield toInput(first.value);
      for await (const one of { [Symbol.asyncIterator]: () => iterator }) yield toInput(one);
    })();
  }

  /** The URL as it was written. */
  urlOf(target: NamedTarget): string {
    return this.#written.get(keyOf(target)) ?? target.url;
  }

  #remember(target: ListedTarget): void {
    const { secrets = [] } = this.#shared;
    if (!target.url.includes('@') && !secrets.some((secret) => target.url.includes(secret))) return;
    try {
      const { target: planned, label, location } = planTarget(target, this.#shared);
      this.#written.set(keyOf({ url: planned.url, label, location }), target.url);
    } catch (error) {
      // It is reported when it is planned for the audit.
      if (!(error instanceof UsageError)) throw error;
    }
  }
}
