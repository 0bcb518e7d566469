/** `handshake13 listen`: audits a client that somebody else starts, such as a browser. */

import { type ListenRun, listenForClient } from '../../audit/client/listen-run.ts';
import type { ClientAuditEvent } from '../../report/client/client-events.ts';
import { clientReporterNames } from '../../reporters/client/registry.ts';
import { escapeBytes } from '../../reporters/escape.ts';
import type { CaseVerdictName } from '../../scoring/client/judge-case.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { gitHubStep, withGitHub } from '../ci/github-actions.ts';
import { exitCodes } from '../exit-codes.ts';
import { isAllowed, PageServer } from '../listen/page-server.ts';
import { attemptedVersion } from '../listen/script-attempts.ts';
import { notify } from '../notify.ts';
import { checkValues } from '../options/audit-options.ts';
import { type ListenArguments, listenOptions } from '../options/client-options.ts';
import { noDuration, readDuration } from '../options/duration.ts';
import { verbosityOf } from '../options/to-audit-options.ts';
import { readDestinations, reportsAskedFor } from '../output/destinations.ts';
import { reportClientRun } from '../run-client-audit.ts';
import { readSarifLocation } from '../sarif-location.ts';
import { listenForSignals } from '../signals.ts';
import { readBaseline, toJudgingOptions } from './client.ts';

/** @returns the exit code */
export async function runListen(args: ListenArguments): Promise<number> {
  checkValues(args, listenOptions);
  const limit = readLimit(args.for);
  const { host, port, once } = args;
  const verbosity = verbosityOf(args);
  const destinations = readDestinations(
    reportsAskedFor(args, clientReporterNames, ['terminal']),
    clientReporterNames,
  );
  const sarif = readSarifLocation(args['sarif-location'], destinations);
  const baseline = await readBaseline(args);
  const interruption = new AbortController();
  const run = await listenForClient({
    ...toJudgingOptions(args),
    baseline: baseline?.entries ?? [],
    host,
    port,
    once,
    signal: interruption.signal,
  });
  const state = { isPlaying: false };
  const page = await servePage(run, { host, port: port === 0 ? 0 : port + 1 }, interruption, state);
  // Where no page is at work nothing is cut off: whoever listens decides when it is enough.
  const ending = new AbortController();
  ending.signal.addEventListener('abort', () => {
    if (state.isPlaying) interruption.abort();
    else void run.finish();
  });
  const signals = listenForSignals(ending);
  const timer = limit === null ? undefined : setTimeout(() => void run.finish(), limit);
  try {
    process.stderr.write(announce(run, page.url));
    const isQuiet = verbosity === 'quiet';
    const code = await reportClientRun(
      run,
      {
        destinations: withGitHub(destinations, gitHubStep()),
        ...sarif,
        verbosity,
        color: args.color,
        recheckCommand: () => null,
        ...(baseline !== null && { settle: baseline.settle }),
      },
      {
        show: (event) => {
          page.show(event);
          if (!isQuiet) process.stderr.write(lineOf(event));
        },
        end: () => {},
      },
    );
    return signals.received !== null && interruption.signal.aborted ? exitCodes[signals.received] : code;
  } finally {
    clearTimeout(timer);
    signals.stop();
    await page.close();
  }
}

function readLimit(text: string | undefined): number | null {
  if (text === undefined) return null;
  const limit = readDuration(text);
  if (limit === null) throw new UsageError(noDuration(text), { place: '--for' });
  return limit;
}

async function servePage(
  run: ListenRun,
  address: { readonly host: string; readonly port: number },
  interruption: AbortController,
  state: { isPlaying: boolean },
): Promise<PageServer> {
  return PageServer.listen(
    {
      urls: run.urls,
      secondUrls: () => run.secondUrls(),
      onPlay: () => {
        state.isPlaying = true;
      },
      onDone: () => {
        state.isPlaying = false;
        void run.finish();
      },
      onLeft: () => {
        notify('the page was closed before it was done');
        interruption.abort();
      },
      onAttempt: (attempt, arrived) => {
        if (isAllowed(attempt, arrived)) return;
        run.addFailure({
          cause: 'scripts-set-version',
          expected: `no version but that of the browser itself by ${attempt.code}`,
          actual:
            arrived.length === 0
              ? 'none arrived'
              : `${arrived.join(' and ')} arrived, ${attemptedVersion} was set`,
          clauses: ['browser-forbidden-field'],
          cases: [],
        });
      },
    },
    address,
  ).catch(async (error: unknown) => {
    await run.finish();
    throw error;
  });
}

/** Where to go. */
function announce({ urls }: ListenRun, page: string): string {
  const width = Math.max(...urls.map(({ id }) => id.length));
  const lines = urls.map(({ id, url }) => `  ${id.padEnd(width)}  ${url}`);
  return `Open this page in a browser: ${page}\nOr connect a client to each of these URLs, once; Ctrl-C ends the audit:\n${lines.join('\n')}\n`;
}

const glyphs: Readonly<Record<CaseVerdictName, string>> = {
  pass: '✓',
  fail: '✗',
  observed: '·',
  inconclusive: '?',
};

/** A line for each case as it ends. */
function lineOf(event: ClientAuditEvent): string {
  if (event.type !== 'case') return '';
  const { id, verdict, actual } = event.case;
  return `${glyphs[verdict]} ${id}: ${escapeBytes(actual)}\n`;
}
