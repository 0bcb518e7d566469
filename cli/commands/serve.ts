/** `handshake13 serve [fixture]`: runs a fixture server until it is interrupted. */

import { once } from 'node:events';
import { didYouMean } from '../../audit/plan/did-you-mean.ts';
import { findFixture, fixtures, hostileFixtures } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkValues } from '../options/audit-options.ts';
import { serveOptions } from '../options/command-options.ts';
import { standardOutputFailure } from '../output/stdout-guard.ts';
import { endingSignals } from '../signals.ts';

export interface ServeArguments {
  readonly fixture: string;
  readonly port: number;
  readonly host: string;
  readonly list: boolean;
}

/** @returns the exit code, when it was interrupted */
export async function runServe(args: ServeArguments): Promise<number> {
  checkValues({ ...args }, serveOptions);
  const { fixture: name, port, host, list } = args;
  const all = [...fixtures, ...hostileFixtures];
  if (list) {
    const width = Math.max(...all.map((fixture) => fixture.name.length));
    for (const fixture of all) process.stdout.write(`${fixture.name.padEnd(width)}  ${fixture.title}\n`);
    return exitCodes.conformant;
  }
  const fixture = findFixture(name);
  if (fixture === undefined) {
    const hint = didYouMean(
      name,
      all.map((one) => one.name),
      '"handshake13 serve --list" lists them',
    );
    throw new UsageError(`there is no fixture "${name}"; ${hint}`);
  }
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new UsageError(`is ${port} but must be a whole number from 0 (any) to 65535`, { option: 'port' });
  }
  const server = await startFixture(fixture, { port, host }).catch((error: Error) => {
    throw new UsageError(`cannot listen on ${host}, port ${port}: ${error.message}`);
  });
  process.stdout.write(`${server.url}\n`);
  const unwritten = await standardOutputFailure();
  if (unwritten !== null) {
    await server.close();
    throw new UsageError(`the URL could not be written: ${unwritten.message}`);
  }
  process.stderr.write(`${fixture.name}: ${fixture.title}; Ctrl-C stops it\n`);
  const signal = await Promise.race(endingSignals.map((name) => once(process, name).then(() => name)));
  await server.close();
  return exitCodes[signal];
}
