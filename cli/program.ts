/** The command line as a whole: its commands, its help, and how its errors are told. */

import yargs, { type Argv } from 'yargs';
import { suggest } from '../audit/suggest.ts';
import { UsageError } from '../wire/usage-error.ts';
import { exitCodes } from './exit-codes.ts';
import { auditOptions } from './options.ts';

/** Set by the command that ran. */
let exitCode: number = exitCodes.conformant;

/** Runs a command line. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  ignoreBrokenPipe(process.stdout);
  ignoreBrokenPipe(process.stderr);
  try {
    await createProgram(args).parseAsync();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`handshake13: ${error.message}\n`);
    return exitCodes.usage;
  }
  return exitCode;
}

function createProgram(args: readonly string[]): Argv {
  const program: Argv = yargs([...args])
    .scriptName('handshake13')
    .detectLocale(false)
    .usage(
      'handshake13 <url...>\n\nAudits how a WebSocket server handles Sec-WebSocket-Version in the opening handshake.',
    )
    .command(
      ['$0 [url..]', 'audit [url..]'],
      'Audit targets: ws://, wss://, http://, https:// URLs, or host:port',
      (command) =>
        command
          .positional('url', { type: 'string', array: true, describe: 'Targets' })
          .options(auditOptions)
          .example('$0 ws://localhost:8080/chat', 'audit one server')
          .example("$0 localhost:8080 --probe 'duplicate/*' -v", 'one family, every byte shown')
          .example('$0 wss://a.example wss://b.example -r json=report.json', 'two servers, one report')
          .example("$0 wss://a.example -H 'Authorization: Bearer ...'", 'with credentials'),
      async (argv) => {
        const { runAuditCommand } = await import('./commands/audit.ts');
        exitCode = await runAuditCommand(argv.url ?? [], argv);
      },
    )
    .command('demo', 'Audit two servers of our own, one right and one wrong', {}, async () => {
      const { runDemo } = await import('./commands/demo.ts');
      exitCode = await runDemo();
    })
    .command(
      'serve [fixture]',
      'Run a server to audit: conformant, or with one fault',
      (command) =>
        command
          .positional('fixture', { type: 'string', default: 'conformant', describe: 'Its name' })
          .option('port', {
            type: 'number',
            default: 0,
            requiresArg: true,
            describe: 'Port; 0: any that is free',
          })
          .option('host', {
            type: 'string',
            default: '127.0.0.1',
            requiresArg: true,
            describe: 'Address to listen on',
          })
          .option('list', { type: 'boolean', default: false, describe: 'Name the fixtures' }),
      async (argv) => {
        const { runServe } = await import('./commands/serve.ts');
        exitCode = await runServe(argv);
      },
    )
    .command(
      'list',
      'List the probes',
      (command) => command.option('json', { type: 'boolean', default: false, describe: 'As JSON' }),
      async (argv) => {
        const { runList } = await import('./commands/list.ts');
        exitCode = runList(argv.json);
      },
    )
    .command(
      'explain <probe|clause>',
      'Explain a probe or a clause: what is sent, what a server must do, why, and how to mend it',
      (command) =>
        command.positional('probe', {
          type: 'string',
          demandOption: true,
          describe: 'Id of a probe or a clause',
        }),
      async (argv) => {
        const { runExplain } = await import('./commands/explain.ts');
        exitCode = runExplain(argv.probe);
      },
    )
    .completion('completion', 'Print a completion script for the shell', complete)
    .epilogue(
      'Exit codes: 0 conformant; 1 findings; 2 the command is wrong; 3 inconclusive; 130, 143 interrupted.',
    )
    .parserConfiguration({
      'camel-case-expansion': false,
      'strip-aliased': true,
      'duplicate-arguments-array': true,
    })
    .strict()
    .help()
    .alias('help', 'h')
    .version(false)
    .option('version', { type: 'boolean', describe: 'Show the version' })
    .showHelpOnFail(false)
    .exitProcess(false)
    .fail((message, error) => {
      throw error instanceof Error && !(error.name === 'YError')
        ? error
        : new UsageError(explainMistake(message, args));
    });
  return program.wrap(Math.min(process.stdout.columns ?? 80, 110));
}

/** yargs' complaint as one line that says how to mend it. */
function explainMistake(message: string, args: readonly string[]): string {
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(', ')[0];
  if (unknown !== undefined) {
    const isOption = args.some(
      (arg) => arg === `--${unknown}` || arg.startsWith(`--${unknown}=`) || arg.startsWith(`-${unknown}`),
    );
    const names = [...Object.keys(auditOptions), 'help', 'version', 'port', 'host', 'list', 'json'];
    const written = `${unknown.length === 1 ? '-' : '--'}${unknown}`;
    const known = names.map((name) => `--${name}`);
    if (isOption) return `unknown option ${written}; ${suggest(written, known, 'see handshake13 --help')}`;
    return `unexpected argument "${unknown}"; see handshake13 --help`;
  }
  const [, option, given, choices] = /Argument: (.+), Given: (.+), Choices: (.+)/.exec(message) ?? [];
  if (option !== undefined)
    return `--${option} is ${given} but must be one of ${choices?.replaceAll('"', '')}`;
  const lacking = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (lacking !== undefined) return `${lacking.length === 1 ? '-' : '--'}${lacking} needs a value`;
  return `${message.replaceAll(/\s*\n\s*/g, '; ')}; see handshake13 --help`;
}

/** Values for the word that is being typed: probe ids where one is wanted, else what yargs knows. */
async function complete(
  current: string,
  _argv: unknown,
  defaults: (onDone?: (error: Error | null, completions: string[] | undefined) => void) => void,
  done: (completions: string[]) => void,
): Promise<void> {
  const previous = process.argv.at(-2) ?? '';
  const wantsProbe = ['--probe', '--skip', 'explain'].includes(previous);
  if (!wantsProbe) return defaults();
  const { catalogue } = await import('../probes/catalogue.ts');
  done(catalogue.map(({ id }) => id).filter((id) => id.startsWith(current)));
}

/** `| head` ends reading early: then there is nobody left to tell. */
function ignoreBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
