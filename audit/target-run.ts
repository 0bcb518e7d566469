/**
 * The audit of one target: control, probes, follow-ups, drafts, control again.
 *
 * What has to come one after the other waits for responses only; the close windows of all connections overlap.
 */

import pLimit, { type LimitFunction } from 'p-limit';
import { control, version, withVersion } from '../probes/control.ts';
import type { Probe } from '../probes/probe.ts';
import { assess } from '../scoring/assessment.ts';
import { explainControl } from '../scoring/control.ts';
import type { ScoredProbe } from '../scoring/findings.ts';
import { profiles } from '../scoring/profiles.ts';
import { endedWithoutResponse, isSlowDown, type ScoringContext, scoreProbe } from '../scoring/scorecard.ts';
import { acceptedVersions, advertisedVersions, type VersionRequest } from '../scoring/versions.ts';
import { createDialler, type Dial } from '../wire/dial.ts';
import { type Answer, type Exchange, type RunningExchange, startExchange } from '../wire/exchange.ts';
import type { FieldLine, RequestTemplate } from '../wire/request.ts';
import { requestFor, type Target } from '../wire/target.ts';
import type { AuditEvent } from './events.ts';
import type { AuditPlan } from './options.ts';
import { Pace } from './pace.ts';
import { recordExchange } from './record.ts';
import { controlId } from './selection.ts';
import type { PlannedTarget } from './targets.ts';

/** Octets of a response head that are read: far more than any server sends, and little enough to hold a hundred of. */
const maxHeadBytes = 256 * 1024;
/** Octets of a response that are kept as evidence. */
const maxKeptBytes = 320 * 1024;
/** Advertised versions that are asked for: a server that claims more is not believed by asking. */
const maxFollowUps = 16;
/** A version that no server understands, for a client's recovery (rfc6455 §4.4). */
const unknownVersion = 25;

/** All tries of one handshake; the answer is the last one's. */
interface Asked {
  readonly template: RequestTemplate;
  readonly tries: RunningExchange[];
  answer: Answer;
}

type AskedProbe = Asked & { readonly probe: Probe };

type AskedVersion = Asked & { readonly version: number };

/** A probe with its verdict, and the exchanges that came before the one that was judged. */
type Scored = ScoredProbe & { readonly earlier: readonly Exchange[] };

/** How the run of a target ended. */
interface Conclusion {
  readonly unsound?: string | null;
  readonly interrupted?: string;
  readonly followUps?: readonly { readonly version: number; readonly exchange: Exchange }[];
  readonly lastControl?: Exchange;
}

/** Why a connection that ended without a response proves nothing by itself. */
const notAskedAgain =
  'the connection ended without a response, and the server was gone before it could be asked again';

const noContext: ScoringContext = {
  profile: profiles.mdn,
  advertised: new Set(),
  accepted: new Set(),
  unsound: null,
};

export class TargetRun {
  readonly #index: number;
  readonly #planned: PlannedTarget;
  readonly #target: Target;
  readonly #plan: AuditPlan;
  readonly #slots: LimitFunction;
  readonly #signal: AbortSignal;
  readonly #emit: (event: AuditEvent) => void;
  readonly #dial: Dial;
  readonly #pace: Pace;
  /** Connections to one target are opened one after the other, so that the pace can be kept. */
  readonly #turns = pLimit(1);
  /** Handshakes under way, tries again among them: those that are asked to wait stand in nobody's way but their own. */
  readonly #asks: LimitFunction;
  readonly #running = new Set<RunningExchange>();
  readonly #scored: Scored[] = [];

  /**
   * @param index of the target in the plan
   * @param slots the connections of the whole run that may wait for a response at once
   * @throws UsageError where the target's certificates cannot be used
   */
  constructor(
    index: number,
    planned: PlannedTarget,
    plan: AuditPlan,
    slots: LimitFunction,
    signal: AbortSignal,
    emit: (event: AuditEvent) => void,
  ) {
    this.#index = index;
    this.#planned = planned;
    this.#target = planned.target;
    this.#plan = plan;
    this.#slots = slots;
    this.#signal = signal;
    this.#emit = emit;
    this.#dial = createDialler(planned.target, plan.connectTimeout);
    this.#pace = new Pace(plan.delay);
    this.#asks = pLimit(plan.concurrency);
  }

  /** Audits the target; nothing that the target does makes it reject. */
  async run(): Promise<void> {
    const { probes } = this.#plan;
    this.#emit({
      type: 'target-start',
      target: this.#index,
      url: this.#target.url,
      label: this.#planned.label,
      location: this.#planned.location,
      warnings: this.#planned.warnings,
      probes: probes.map(({ id }) => id),
    });
    const abort = (): void => {
      for (const exchange of this.#running) exchange.abort();
    };
    this.#signal.addEventListener('abort', abort);
    try {
      this.#conclude(await this.#runPhases());
    } catch (error) {
      if (!this.#signal.aborted) throw error;
      this.#conclude({ interrupted: `interrupted after ${this.#scored.length} of ${probes.length} probes` });
    } finally {
      this.#signal.removeEventListener('abort', abort);
    }
  }

  async #runPhases(): Promise<Conclusion> {
    const drafts = this.#plan.probes.filter(({ family }) => family === 'draft');
    const controlProbe = this.#plan.probes.find(({ id }) => id === controlId);
    if (controlProbe === undefined) throw new Error('the plan has no control');
    const others = this.#plan.probes.filter((probe) => probe !== controlProbe && !drafts.includes(probe));

    // 1. The control gates everything.
    const first = await this.#askProbe(controlProbe);
    if (first.answer.response?.status !== 101) {
      const unsound = this.#explain(await lastExchange(first));
      await this.#score(first, { unsound });
      return { unsound };
    }

    // 2. Everything whose verdict does not depend on what the target advertises.
    const scoring: Promise<void>[] = [];
    const score = (one: AskedProbe, context: Partial<ScoringContext> = {}): void => {
      const scored = this.#score(one, context);
      // An interrupted run leaves before it waits for them, and that must not count as an error nobody handles.
      scored.catch(() => {});
      scoring.push(scored);
    };
    const askAndScore = async (probe: Probe): Promise<AskedProbe> => {
      const one = await this.#askProbe(probe);
      if (!isUnsure(one)) score(one);
      return one;
    };
    score(first);
    const asked = [first, ...(await Promise.all(others.map(askAndScore)))];

    // 3. What a client would do that follows the lists; then the drafts, which a list may justify.
    const followUps = await this.#followUp(asked);
    const askedDrafts = await Promise.all(drafts.map((probe) => this.#askProbe(probe)));

    // 4. Connections that ended without a word, once more and alone: was it the handshake, or the crowd?
    const unsure = [...asked, ...askedDrafts].filter(isUnsure);
    const unconfirmed = new Set<Asked>(unsure);
    for (const one of [...unsure, ...followUps.filter(isUnsure)]) {
      one.answer = await this.#try(one.template, one.tries);
      unconfirmed.delete(one);
      if (one.answer.outcome === 'connect-failed') break;
    }
    const doubt = (one: AskedProbe): Partial<ScoringContext> =>
      unconfirmed.has(one) ? { unsound: notAskedAgain } : {};

    // 5. The control again: is the server still what it was?
    const lastControl = await lastExchange(await this.#ask(control));

    for (const one of unsure) if (one.probe.family !== 'draft') score(one, doubt(one));
    await Promise.all(scoring);
    const followed = await Promise.all(
      followUps.map(async (one) => ({ version: one.version, exchange: await lastExchange(one) })),
    );
    const answers = [
      ...this.#scored.map(({ exchange }) => exchange),
      ...followed.map(({ exchange }) => exchange),
    ];
    const context = {
      advertised: new Set(advertisedVersions([...answers, ...askedDrafts.map(({ answer }) => answer)])),
      accepted: new Set(acceptedVersions(followed)),
    };
    await Promise.all(askedDrafts.map((one) => this.#score(one, { ...context, ...doubt(one) })));
    return { unsound: this.#explainFall(this.#explain(lastControl)), followUps: followed, lastControl };
  }

  /**
   * Follows rfc6455 §4.4 as a client would: asks for a version that nobody has, reads the lists, and asks for every
   * version in them. Only where the versions themselves are audited.
   */
  async #followUp(asked: readonly AskedProbe[]): Promise<AskedVersion[]> {
    if (!this.#plan.probes.some(({ version: asksFor }) => asksFor !== undefined)) return [];
    const refused = asked.find(({ probe }) => probe.version === unknownVersion);
    const followUps = refused === undefined ? [await this.#askVersion(unknownVersion)] : [];
    const advertised = advertisedVersions([...asked, ...followUps].map(({ answer }) => answer));
    const versions = advertised.filter((candidate) => candidate !== unknownVersion).slice(0, maxFollowUps);
    return [...followUps, ...(await Promise.all(versions.map((candidate) => this.#askVersion(candidate))))];
  }

  async #askVersion(asked: number): Promise<AskedVersion> {
    return {
      version: asked,
      ...(await this.#ask(withVersion(version(String(asked)), ...draftFields(asked, this.#target)))),
    };
  }

  async #askProbe(probe: Probe): Promise<AskedProbe> {
    return { probe, ...(await this.#ask(probe.request)) };
  }

  #ask(template: RequestTemplate): Promise<Asked> {
    return this.#asks(() => this.#askUntilAnswered(template));
  }

  /** Sends a handshake, again where the server asks to slow down and it is within reason. */
  async #askUntilAnswered(template: RequestTemplate): Promise<Asked> {
    const tries: RunningExchange[] = [];
    for (;;) {
      const answer = await this.#try(template, tries);
      if (answer.response === null || !isSlowDown(answer)) {
        if (tries.length > 1) this.#pace.recovered();
        return { template, tries, answer };
      }
      if (!this.#pace.slowDown(answer.response, tries.length)) return { template, tries, answer };
    }
  }

  /** Sends a handshake once, when its turn has come and a slot is free; holds the slot until it is answered. */
  async #try(template: RequestTemplate, tries: RunningExchange[]): Promise<Answer> {
    const running = await this.#turns(async () => {
      await this.#pace.turn(this.#signal);
      return new Promise<RunningExchange>((resolve) => {
        void this.#slots(async () => {
          const started = this.#start(template);
          resolve(started);
          await started.answered;
        });
      });
    });
    tries.push(running);
    const answer = await running.answered;
    this.#signal.throwIfAborted();
    return answer;
  }

  #start(template: RequestTemplate): RunningExchange {
    const running = startExchange(this.#dial, requestFor(this.#target, template), this.#target.secrets, {
      responseTimeoutMs: this.#plan.responseTimeout,
      closeTimeoutMs: this.#plan.closeTimeout,
      maxHeadBytes,
      maxKeptBytes,
    });
    this.#pace.opened();
    this.#running.add(running);
    void running.finished.then(() => this.#running.delete(running));
    if (this.#signal.aborted) running.abort();
    return running;
  }

  /** Scores a probe as soon as its connections are over. */
  async #score({ probe, tries }: AskedProbe, context: Partial<ScoringContext> = {}): Promise<void> {
    const attempts = await Promise.all(tries.map(({ finished }) => finished));
    this.#signal.throwIfAborted();
    const exchange = attempts.at(-1);
    if (exchange === undefined) throw new Error(`${probe.id} was never sent`);
    const earlier = attempts.slice(0, -1);
    const scorecard = scoreProbe(probe, attempts, {
      ...noContext,
      profile: profiles[this.#plan.profile],
      ...context,
    });
    this.#scored.push({ probe, exchange, scorecard, earlier });
    const { id, family, title, expects } = probe;
    const record = { exchange: recordExchange(exchange), earlierExchanges: earlier.map(recordExchange) };
    this.#emit({
      type: 'probe',
      target: this.#index,
      probe: { id, family, title, expects, ...scorecard, ...record },
    });
  }

  #explain(exchange: Exchange): string | null {
    const reason = explainControl(exchange, { ...this.#target, isTls: this.#target.tls !== null });
    return reason === null ? null : this.#target.secrets.maskOwn(reason);
  }

  /** Why the last control failed, and which probe may have brought it about. */
  #explainFall(lastReason: string | null): string | null {
    if (lastReason === null) return null;
    const silent = this.#inOrder().find(({ exchange, earlier }) =>
      [...earlier, exchange].some(endedWithoutResponse),
    );
    const suspect = silent === undefined ? '' : `; the first probe without a response was ${silent.probe.id}`;
    return `the first control was accepted, the last one was not: ${lastReason}${suspect}`;
  }

  #inOrder(): Scored[] {
    const { probes } = this.#plan;
    return this.#scored.toSorted((a, b) => probes.indexOf(a.probe) - probes.indexOf(b.probe));
  }

  #conclude({ unsound = null, interrupted, followUps = [], lastControl }: Conclusion): void {
    const scored = this.#inOrder();
    const controls = [
      ...scored.filter(({ probe }) => probe.id === controlId).map(({ exchange }) => exchange),
    ];
    if (lastControl !== undefined) controls.push(lastControl);
    const versionRequests: VersionRequest[] = [
      ...controls.map((exchange) => ({ version: 13, exchange })),
      ...followUps,
      ...scored.flatMap(({ probe, exchange }) =>
        probe.version === undefined ? [] : [{ version: probe.version, exchange }],
      ),
    ];
    const assessment = assess({
      scored,
      otherExchanges: [
        ...scored.flatMap(({ earlier }) => earlier),
        ...followUps.map(({ exchange }) => exchange),
        ...(lastControl === undefined ? [] : [lastControl]),
      ],
      versionRequests,
      unsound,
      interrupted: interrupted ?? null,
      failOn: this.#plan.failOn,
    });
    this.#emit({
      type: 'target-end',
      target: this.#index,
      result: {
        ...assessment,
        followUps: followUps.map(({ version: asked, exchange }) => ({
          id: `ask/${asked}`,
          version: asked,
          exchange: recordExchange(exchange),
        })),
        lastControl: lastControl === undefined ? null : recordExchange(lastControl),
      },
    });
  }
}

/** The connection ended without a word, or there was none: once more will tell whether that was the handshake's doing. */
function isUnsure({ answer }: Asked): boolean {
  return (
    endedWithoutResponse(answer) || answer.outcome === 'connect-failed' || answer.outcome === 'tls-failed'
  );
}

async function lastExchange({ tries }: Asked): Promise<Exchange> {
  const last = tries.at(-1);
  if (last === undefined) throw new Error('a handshake without a try');
  return last.finished;
}

/** Clients of versions 7 and 8 named their origin in a field of another name (draft-ietf-hybi-thewebsocketprotocol-10 §1.3). */
function draftFields(asked: number, target: Target): FieldLine[] {
  if (asked !== 7 && asked !== 8) return [];
  const origin = target.addedFields.find(([name]) => name.toLowerCase() === 'origin')?.[1];
  return [{ name: 'Sec-WebSocket-Origin', value: origin ?? `http://${target.host}` }];
}
