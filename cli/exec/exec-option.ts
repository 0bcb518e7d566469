/** The option `--exec`: the command with its port, and what starts it when the audit begins. */

import type { AuditOptions } from '../../audit/plan/options.ts';
import { planAudit } from '../../audit/plan/plan.ts';
import type { TargetInput } from '../../audit/plan/targets.ts';
import { redactEchoes, redactQuoted } from '../../wire/redaction/redactor.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { notify } from '../notify.ts';
import type { ResolvedTarget, Settings } from '../settings/resolve.ts';
import type { ListedTarget } from '../settings/target-list.ts';
import { findFreePort, type ServerUnderTest, startServer } from './server-under-test.ts';

/** Stands for a free port, in the command and in the URLs of targets. */
const placeholder = '{port}';

export interface Exec {
  /** With the port in place of its placeholder. */
  readonly targets: readonly ResolvedTarget[];
  readonly listed: readonly ListedTarget[];
  /** What starts the command for these targets, waits until they accept connections, and shows why they do not. */
  starter(
    inputs: readonly TargetInput[],
    options: AuditOptions,
  ): (signal: AbortSignal) => Promise<ServerUnderTest>;
}

/**
 * @param findPort finds the port in place of the placeholder
 * @returns null without the option
 * @throws UsageError for targets that are not known yet
 */
export async function readExec(
  { args, targets, listed, stream }: Settings,
  findPort = findFreePort,
): Promise<Exec | null> {
  const { exec, 'exec-timeout': timeoutMs } = args;
  if (exec === undefined) return null;
  if (stream !== null)
    throw new UsageError('and --targets - exclude each other: give the targets of the server beforehand', {
      option: 'exec',
    });
  const isPortAsked = [exec, ...[...targets, ...listed].map(({ url }) => url)].some((text) =>
    text.includes(placeholder),
  );
  const port = isPortAsked ? String(await findPort()) : null;
  const withPort = (text: string): string => (port === null ? text : text.replaceAll(placeholder, port));
  const placed = <T extends ListedTarget>(target: T): T => ({ ...target, url: withPort(target.url) });
  return {
    targets: targets.map(placed),
    listed: listed.map(placed),
    starter: (inputs, options) => async (signal) => {
      // Mistakes are reported before anything is started.
      const { targets: planned } = planAudit(inputs, options);
      const endpoints = inputs.map((input) => planned.plan(input).target);
      const show = (lines: readonly string[]): void => {
        for (const line of lines) notify(line);
      };
      const redactors = endpoints.map(({ redactor }) => redactor);
      const redact = (output: string): string =>
        redactors.reduce(
          (text, redactor) => redactor.redactMessage(text),
          redactQuoted(redactEchoes(output, redactors), options.secrets ?? []),
        );
      const env = port === null ? process.env : { ...process.env, PORT: port };
      return startServer({ command: withPort(exec), endpoints, env, timeoutMs, show, redact }, signal);
    },
  };
}
