/** The command line as a whole: commands, help and error messages. */

import yargs, { type Argv } from 'yargs';
import { didYouMean } from '../audit/plan/did-you-mean.ts';
import { tool } from '../report/tool.ts';
import { displayUrl } from '../wire/endpoint/user-info.ts';
import { UsageError } from '../wire/usage-error.ts';
import { completionRequest, completionShells, printCompletionScript } from './completion-script.ts';
import { exitCodes } from './exit-codes.ts';
import { maskQuotes } from './mask-quotes.ts';
import { commandOptions, withoutDefaults } from './options/audit-options.ts';
import { spellOutBytes } from './options/bytes-flag.ts';
import { clientOptions, listenOptions } from './options/client-options.ts';
import {
  commandNames,
  diffOptions,
  generalOptions,
  listOptions,
  listSubjects,
  mergeOptions,
  optionsOfCommand,
  scoreOptions,
  serveOptions,
  workerOptions,
} from './options/command-options.ts';
import { refuseEmptyNumbers } from './options/empty-numbers.ts';
import { writeOutNegations } from './options/negations.ts';
import { usageMessage } from './usage-message.ts';

/** Runs a command line. @returns the exit code @throws UsageError */
export async function main(words: readonly string[]): Promise<number> {
  const args = writeOutNegations(words);
  if (args[0] === completionRequest) {
    const { completionsOf } = await import('./completions.ts');
    // The first word is the name of the command itself.
    for (const word of completionsOf(args.slice(2))) process.stdout.write(`${word}\n`);
    return exitCodes.conformant;
  }
  refuseEmptyNumbers(args);
  let exitCode: number = exitCodes.conformant;
  try {
    await createProgram(spellOutBytes(args), (code) => {
      exitCode = code;
    }).parseAsync();
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(maskQuotes(usageMessage(error), args)) : error;
  }
  return exitCode;
}

/** @param exit gets the exit code of the command that ran */
function createProgram(args: readonly string[], exit: (code: number) => void): Argv {
  const program: Argv = yargs([...args])
    .scriptName('handshake13')
    .detectLocale(false)
    .usage(
      'handshake13 <url...>\n\nAudits how a WebSocket server handles Sec-WebSocket-Version in the opening handshake.',
    )
    .command(
      ['$0 [url..]', 'audit [url..]'],
      'Audit targets: ws://, wss://, http://, https:// URLs, host, host:port or :port',
      (command) =>
        command
          .positional('url', { type: 'string', array: true, describe: 'Targets' })
          .options(withoutDefaults(commandOptions))
          .example('$0 ws://localhost:8080/chat', 'audit one server')
          .example("$0 localhost:8080 --probe 'duplicate/*' -vv", 'one family of probes, showing every byte')
          .example('$0 wss://a.example wss://b.example -r json=report.json', 'two servers, one report')
          .example("$0 wss://a.example -H 'Authorization: Bearer ...'", 'with credentials'),
      async (argv) => {
        const { runAuditCommand } = await import('./commands/audit.ts');
        exit(await runAuditCommand([...((argv.url ?? []) as string[]), ...afterDoubleDash(argv)], argv));
      },
    )
    .command(
      'score <report..>',
      'Judge the exchanges of a JSON report again, by the same or another profile; sends nothing',
      (command) =>
        command
          .positional('report', {
            type: 'string',
            array: true,
            demandOption: true,
            describe: 'A report of -r json=FILE; of clients, several are shown side by side',
          })
          .options(scoreOptions)
          .example('$0 score a.json', 'show it as the audit did')
          .example('$0 score a.json --profile rfc', 'judge by the RFCs alone')
          .example('$0 score a.json -r json=b.json', 'write another report')
          .example('$0 score ws.json undici.json -o clients.html', 'show clients side by side'),
      async (argv) => {
        const { runScore } = await import('./commands/score.ts');
        exit(await runScore(argv.report, argv));
      },
    )
    .command(
      'merge <reports..>',
      'Make one report of the reports of shards, and say what is missing; sends nothing',
      (command) =>
        command
          .positional('reports', {
            type: 'string',
            array: true,
            demandOption: true,
            describe: 'Reports of -r ndjson=FILE or -r json=FILE',
          })
          .options(mergeOptions)
          .example('$0 merge shard-*.ndjson', 'show them as one audit')
          .example('$0 merge shard-*.ndjson -r junit=report.xml', 'write any report of them')
          .epilogue(
            'Exit codes: those of an audit; 2 the reports are not parts of one audit; 3 something is missing.',
          ),
      async (argv) => {
        const { runMerge } = await import('./commands/merge.ts');
        exit(await runMerge(argv.reports, argv));
      },
    )
    .command(
      'diff <before> <after>',
      'Compare two JSON reports: what got worse, what got better; sends nothing',
      (command) =>
        command
          .positional('before', { type: 'string', demandOption: true, describe: 'The earlier JSON report' })
          .positional('after', { type: 'string', demandOption: true, describe: 'The later JSON report' })
          .options(diffOptions)
          .example('$0 diff a.json b.json', 'what changed from a to b')
          .example('$0 diff a.json b.json -r json', 'as JSON, for programs')
          .example('$0 diff a.json b.json -r markdown', 'as a comment on a pull request')
          .epilogue(
            'Exit codes: 0 nothing worse; 1 something worse; 2 usage error; 3 nothing known to be worse, but not everything is comparable.',
          ),
      async (argv) => {
        const { runDiff } = await import('./commands/diff.ts');
        exit(await runDiff(argv.before, argv.after, argv));
      },
    )
    .command(
      'client',
      'Audit a client: start it once for each case, and judge what it makes of the answers; its command comes behind --',
      (command) =>
        command
          .options(clientOptions)
          .usage(
            'handshake13 client [options] -- COMMAND [ARGUMENT..]\n\nAudits a WebSocket client: starts the command once for each case, with a URL to connect to, and judges its handshake and what it makes of the answer.\n\nIn the command {url}, {host}, {port}, {path} and {ca} are replaced; where none says where to connect, the URL is the last argument. It is in HANDSHAKE13_URL too. A client that can open a connection has to stay connected for half a second, or to send a message.',
          )
          .example('$0 client -- node client.js', 'with the URL as the last argument')
          .example(
            "$0 client --case 'accept-*' -v -- python3 client.py --url {url}",
            'some cases, each shown',
          ),
      async (argv) => {
        const { runClient } = await import('./commands/client.ts');
        exit(await runClient(afterDoubleDash(argv), argv));
      },
    )
    .command(
      'listen',
      'Audit a client that you start yourself, such as a browser: prints the URL of a page, and one URL for each case',
      (command) =>
        command
          .options(listenOptions)
          .usage(
            'handshake13 listen [options]\n\nAudits a WebSocket client that you start yourself. Open the page in a browser: it plays all cases, one after another, and the audit ends when it is done. Or connect any client to the URLs of the cases, each of them once, the one of the case "right" among them; Ctrl-C ends the audit.',
          )
          .example('$0 listen', 'then open the page in a browser')
          .example("$0 listen --case 'accept-*' --once", 'some cases, until each was visited'),
      async (argv) => {
        const { runListen } = await import('./commands/listen.ts');
        exit(await runListen(argv));
      },
    )
    .command(
      'worker',
      'Audit the targets of audits that run elsewhere with --queue, until it is interrupted',
      (command) =>
        command
          .options(workerOptions)
          .example(
            '$0 worker --queue redis://localhost:6379',
            'and elsewhere: audit --targets FILE --queue …',
          ),
      async (argv) => {
        const { runWorker } = await import('./commands/worker.ts');
        exit(await runWorker(argv));
      },
    )
    .command('demo', 'Audit two built-in servers: one conformant, one broken', {}, async () => {
      const { runDemo } = await import('./commands/demo.ts');
      exit(await runDemo());
    })
    .command(
      'serve [fixture]',
      'Run a built-in server to audit: conformant, or with one fault',
      (command) =>
        command
          .positional('fixture', { type: 'string', default: 'conformant', describe: 'Name of the server' })
          .options(serveOptions),
      async (argv) => {
        const { runServe } = await import('./commands/serve.ts');
        exit(await runServe(argv));
      },
    )
    .command(
      'list [what]',
      'List the probes or cases, the kinds of finding or the clauses',
      (command) =>
        command
          .positional('what', { choices: listSubjects, default: 'probes' as const, describe: 'What to list' })
          .options(listOptions),
      async (argv) => {
        const { runList } = await import('./commands/list.ts');
        exit(runList(argv.what, argv));
      },
    )
    .command(
      'explain <word>',
      'Explain a probe, a case, a family, a finding, a criterion, a check or a clause: what is sent, what a server must do, why, how to fix it',
      (command) =>
        command.positional('word', {
          type: 'string',
          demandOption: true,
          describe:
            'Id of a probe or its name alone (hex), a case of client, a family, a finding, a criterion, a check, a clause, or where a clause stands (RFC 6455 §4.2.1)',
        }),
      async (argv) => {
        const { runExplain } = await import('./commands/explain.ts');
        exit(runExplain(argv.word));
      },
    )
    .command(
      'completion [shell]',
      'Print a completion script for bash, zsh or fish',
      (command) =>
        command.positional('shell', {
          choices: completionShells,
          describe: 'The shell; by default that of the environment variable SHELL',
        }),
      (argv) => printCompletionScript(argv.shell),
    )
    .options(generalOptions)
    .epilogue(
      'Exit codes: 0 conformant; 1 findings; 2 usage error; 3 inconclusive; 70 internal error; 129, 130, 143 interrupted.',
    )
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'populate--': true,
      'strip-aliased': true,
      'duplicate-arguments-array': true,
    })
    .strict()
    .help()
    .alias('help', 'h')
    .version('version', 'Show the version', tool.version)
    .showHelpOnFail(false)
    .exitProcess(false)
    .fail((message, error) => {
      throw error instanceof Error && !(error.name === 'YError')
        ? error
        : new UsageError(explainMistake(message, args));
    });
  return program.wrap(Math.min(process.stdout.columns ?? 80, 110));
}

/** The error message of yargs as one line that says how to fix it. */
function explainMistake(message: string, args: readonly string[]): string {
  const word = args.find((arg) => !arg.startsWith('-'));
  const command = commandNames.find((name) => name === word);
  const help = `see handshake13 ${command === undefined ? '' : `${command} `}--help`;
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(', ')[0];
  if (unknown !== undefined) {
    const isOption = args.some(
      (arg) => arg === `--${unknown}` || arg.startsWith(`--${unknown}=`) || arg.startsWith(`-${unknown}`),
    );
    if (!isOption && command === 'client')
      return `unexpected argument ${unknown}; the command of the client comes behind --: handshake13 client -- ${unknown}`;
    if (!isOption) return `unexpected argument ${displayUrl(unknown)}; ${help}`;
    // Only of this command: another one may have an option of that name.
    const names = [
      ...Object.keys(optionsOfCommand[command ?? 'audit']),
      ...Object.keys(generalOptions),
      'help',
      'version',
    ];
    const known = names.map((name) => `--${name}`);
    const written = `${unknown.length === 1 ? '-' : '--'}${unknown}`;
    const problem =
      command === undefined ? `unknown option ${written}` : `${command} has no option ${written}`;
    return `${problem}; ${didYouMean(written, known, help)}`;
  }
  const [, option, given, choices] = /Argument: (.+), Given: (.+), Choices: (.+)/.exec(message) ?? [];
  if (option !== undefined) {
    const allowed = `must be one of ${choices?.replaceAll('"', '')}`;
    const isOption = args.some((arg) => arg === `--${option}` || arg.startsWith(`--${option}=`));
    return isOption
      ? `--${option} is ${given} but ${allowed}`
      : `unexpected argument ${given}: it ${allowed}`;
  }
  if (message.startsWith('Not enough non-option arguments')) return `an argument is missing; ${help}`;
  const optionWithoutValue = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (optionWithoutValue !== undefined)
    return `${optionWithoutValue.length === 1 ? '-' : '--'}${optionWithoutValue} needs a value`;
  return `${message.replaceAll(/\s*\n\s*/g, '; ')}; see handshake13 --help`;
}

/** Words after "--" are targets, or the command of a client, whatever they look like. */
function afterDoubleDash(argv: Readonly<Record<string, unknown>>): string[] {
  return ((argv['--'] ?? []) as unknown[]).map(String);
}
