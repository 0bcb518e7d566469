/** The option `--exec`: the command with its port, and what starts it when the audit begins. */

import type { AuditOptions } from '../../audit/plan/options.ts';
import { planAudit } from '../../audit/plan/plan.ts';
import type { TargetInput } from '../../audit/plan/targets.ts';
import { redactQuoted } from '../../wire/redaction/redactor.ts';
import { notify } from '../notify.ts';
import type { ResolvedTarget, Settings } from '../settings/resolve.ts';
import { findFreePort, type ServerUnderTest, startServer } from './server-under-test.ts';

/** Stands for a free port, in the command and in the URLs of targets. */
const placeholder = '{port}';

export interface Exec {
  /** With the port in place of its placeholder. */
  readonly targets: readonly ResolvedTarget[];
  /** What starts the command for these targets, waits until they accept connections, and shows why they do not. */
  starter(
    inputs: readonly TargetInput[],
    options: AuditOptions,
  ): (signal: AbortSignal) => Promise<ServerUnderTest>;
}

/** @returns null without the option */
export async function readExec({ args, targets }: Settings): Promise<Exec | null> {
  const { exec, 'exec-timeout': timeoutMs } = args;
  if (exec === undefined) return null;
  const isPortAsked = [exec, ...targets.map(({ url }) => url)].some((text) => text.includes(placeholder));
  const port = isPortAsked ? String(await findFreePort()) : null;
  const withPort = (text: string): string => (port === null ? text : text.replaceAll(placeholder, port));
  return {
    targets: targets.map((target) => ({ ...target, url: withPort(target.url) })),
    starter: (inputs, options) => async (signal) => {
      // Mistakes are reported before anything is started.
      const { targets: planned } = planAudit(inputs, options);
      const endpoints = inputs.map((input) => planned.plan(input).target);
      const show = (lines: readonly string[]): void => {
        for (const line of lines) notify(redactQuoted(line, options.secrets ?? []));
      };
      const env = port === null ? process.env : { ...process.env, PORT: port };
      return startServer({ command: withPort(exec), endpoints, env, timeoutMs, show }, signal);
    },
  };
}
