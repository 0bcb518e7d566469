/**
 * Commands for a POSIX shell that show what a finding says to somebody without this tool: the exchange of its example
 * again, with curl where curl sends just that, otherwise with printf and nc or openssl.
 */

import { findProbe } from '../../probes/catalogue.ts';
import { controlId } from '../../probes/control.ts';
import { isSwitched } from '../../scoring/answer.ts';
import { leastForgottenMs } from '../../scoring/close-window.ts';
import type { Finding } from '../../scoring/findings.ts';
import { firstAskable } from '../../scoring/versions.ts';
import { fieldValues, listElements } from '../../wire/response.ts';
import type { ExchangeRecord } from '../exchange-record.ts';
import type { TargetReport } from '../report.ts';
import { tool } from '../tool.ts';
import { connectionCommand, endOfConnection, type Watch } from './connection.ts';
import { curlCommand } from './curl.ts';
import { withExampleKeys } from './pieces.ts';
import { type Place, placeOf } from './place.ts';
import { comment } from './shell.ts';

/** What is needed of a target. */
export type ReproducedTarget = Pick<
  TargetReport,
  'url' | 'proxy' | 'connectTo' | 'warnings' | 'versions' | 'probes' | 'followUps' | 'sweep'
>;

/** One exchange to be made again. */
interface Step {
  /** The field whose line is cut in two, as in `RequestTemplate`. */
  readonly cutWithin?: string;
  readonly exchange: ExchangeRecord;
  readonly shows: Shown;
  /** What is to be seen, in words. */
  readonly look: string;
}

/** `head`: the head of a well-formed response; `bytes`: anything; otherwise as in `Watch`. */
type Shown = 'head' | 'bytes' | Exclude<Watch['shows'], 'answer'>;

/** Says nothing about the server; whoever repeats the request does so under another name. */
const ownUserAgent = new RegExp(`^User-Agent: ${tool.name}/[^\\r\\n]*\\r\\n`, 'gm');

/** Seconds in which an answer is there that took no longer than this when it was recorded. */
const usualSeconds = 2;
/** Seconds in which a connection is watched for its end, or a silence for an answer. */
const watchSeconds = leastForgottenMs / 1000;

/**
 * The commands in the order in which they are to be run, each followed by a line of comment that says what is to be
 * seen. None where the address is secret, or no common program can do it.
 */
export function reproduce(finding: Finding, target: ReproducedTarget): string[] {
  const place = placeOf(target);
  if (place === null) return [];
  return stepsOf(finding, target).flatMap((step) => commandFor(step, place) ?? []);
}

function commandFor({ exchange, shows, look, cutWithin }: Step, place: Place): string | null {
  const sent = Buffer.from(exchange.request.base64, 'base64').toString('latin1');
  const bytes = withExampleKeys(sent.replaceAll(ownUserAgent, ''));
  const seconds = secondsFor(exchange, shows);
  const curl =
    shows === 'head' && cutWithin === undefined && isPlainResponse(exchange)
      ? curlCommand(bytes, place, seconds)
      : null;
  const watch: Watch = { seconds, shows: shows === 'head' || shows === 'bytes' ? 'answer' : shows };
  const command =
    curl ?? connectionCommand({ bytes, ...(cutWithin !== undefined && { cutWithin }) }, place, watch);
  return command === null ? null : `${command}\n${comment(`${look}${hintFor(watch, place)}`)}`;
}

/** curl shows the head of such a response as it came. */
function isPlainResponse({ response, outcome }: ExchangeRecord): boolean {
  return (
    outcome === 'response' &&
    response?.statusLine?.startsWith('HTTP/1.1 ') === true &&
    response.oddities.length === 0
  );
}

function secondsFor({ timings: { connectMs, responseMs } }: ExchangeRecord, shows: Shown): number {
  const took = Math.ceil((2 * ((connectMs ?? 0) + (responseMs ?? 0))) / 1000);
  const least = responseMs === null || shows === 'end' || shows === 'release' ? watchSeconds : usualSeconds;
  return Math.max(least, took);
}

function hintFor({ shows, seconds }: Watch, { isTls }: Place): string {
  switch (shows) {
    case 'answer':
      return '';
    case 'end':
      return isTls
        ? `, ${endOfConnection.slice(1, -1)} is printed when the server closes, or after ${seconds} seconds`
        : `, nc returns when the server closes, or after ${seconds} seconds`;
    case 'release':
      return `, nc ends its side after ${seconds} seconds and returns when the server has ended its own, or ${2 * seconds} seconds later`;
  }
}

function stepsOf(finding: Finding, target: ReproducedTarget): Step[] {
  const [failure] = finding.failures;
  if (failure === undefined) return [];
  if (failure.probe === null) return stepsForLists(finding, target);
  const probe = target.probes.find(({ id }) => id === failure.probe);
  if (probe === undefined) return [];
  const { request } = findProbe(probe.id) ?? {};
  const step: Step = {
    exchange: probe.exchange,
    shows: shownBy(failure.criterion),
    look: gotAndExpected(finding.actual, finding.expected),
    ...(request?.cutWithin !== undefined && { cutWithin: request.cutWithin }),
  };
  if (failure.criterion !== 'withstands') return [step];
  // What matters is what comes of the control afterwards.
  const after = probe.controlsAfter?.[0];
  const isLost = after !== undefined && !isSwitched(after);
  return isLost
    ? [
        { ...step, shows: 'bytes', look: 'the stress probe' },
        { exchange: after, shows: 'head', look: gotAndExpected(finding.actual, '101') },
      ]
    : [step];
}

function gotAndExpected(got: string, expected: string): string {
  return `got ${got}, expected ${expected}`;
}

/** What shows that a criterion or a check failed. */
function shownBy(criterion: string): Shown {
  switch (criterion) {
    case 'socketClosed':
    case 'announcedClose':
    case 'keepsConnection':
      return 'end';
    case 'releasesSocket':
      return 'release';
    case 'firstFrame':
    case 'responseFraming':
    case 'endsWithRefusal':
      return 'bytes';
    default:
      return 'head';
  }
}

/** What shows that the lists of a target are wrong as a whole: two lists, or a list and the answer to a version. */
function stepsForLists({ id, probes }: Finding, target: ReproducedTarget): Step[] {
  const { advertised, accepted } = target.versions;
  const lists = target.probes.filter(({ exchange }) => listIn(exchange) !== null);
  switch (id) {
    case 'lists-differ':
      return lists.filter((probe) => probes.includes(probe.id)).map(stepForList);
    case 'advertised-refused': {
      const version = advertised.find((one) => one >= firstAskable && !accepted.includes(one));
      const naming = lists.filter(({ exchange }) => namesVersion(exchange, version));
      return [...naming.slice(0, 1).map(stepForList), ...stepsForVersion(version, target)];
    }
    case 'accepted-unadvertised': {
      const version = accepted.find((one) => !advertised.includes(one));
      return [...lists.slice(0, 1).map(stepForList), ...stepsForVersion(version, target)];
    }
    case 'refused-otherwise': {
      const unlisted = target.sweep.find(
        ({ exchange }) => !isSwitched(exchange) && listIn(exchange) === null,
      );
      return [...lists.slice(0, 1).map(stepForList), ...stepsForVersion(unlisted?.version, target)];
    }
    default:
      return [];
  }
}

function stepForList({ exchange }: { readonly exchange: ExchangeRecord }): Step {
  return { exchange, shows: 'head', look: `got a list of ${listIn(exchange)}` };
}

/** The list of a refusal as it was written; null where there is none. */
function listIn({ response }: ExchangeRecord): string | null {
  if (response === null || isSwitched({ response })) return null;
  const values = fieldValues(response.fields, 'Sec-WebSocket-Version');
  return values.length === 0 ? null : values.join(', ');
}

function namesVersion(exchange: ExchangeRecord, version: number | undefined): boolean {
  return listElements([listIn(exchange) ?? '']).includes(String(version));
}

function stepsForVersion(
  version: number | undefined,
  { probes, followUps, sweep }: ReproducedTarget,
): Step[] {
  const asked =
    version === 13
      ? probes.find(({ id }) => id === controlId)
      : (probes.find(({ id }) => findProbe(id)?.version === version) ??
        [...followUps, ...sweep].find((request) => request.version === version));
  if (version === undefined || asked === undefined) return [];
  const got = asked.exchange.response?.status ?? 'no response';
  return [{ exchange: asked.exchange, shows: 'head', look: `got ${got} to version ${version}` }];
}
