/** What a terminal can show: its width, colours and character set, from the stream and the environment. */

import { fstatSync } from 'node:fs';
import { supportsColor } from 'chalk';
import type { Page } from '../../reporters/reporter.ts';
import type { ColorChoice } from './color-choice.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a stream can show: a terminal what it supports, a pipe or a file the least. */
export function abilitiesOf(
  stream: NodeJS.WriteStream,
  color: ColorChoice,
  env: Environment = process.env,
): Page {
  const fromEnvironment = Number(env.COLUMNS);
  const columns =
    stream.columns ?? (Number.isInteger(fromEnvironment) && fromEnvironment > 0 ? fromEnvironment : 80);
  return {
    columns: Math.max(60, columns),
    colorLevel: colorLevel(stream, color, env),
    unicode: isUtf8(env),
  };
}

/** `--color` takes precedence; then FORCE_COLOR (force-color.org), then NO_COLOR (no-color.org), then whether it is a terminal or the log of a CI job. */
function colorLevel(stream: NodeJS.WriteStream, color: ColorChoice, env: Environment): Page['colorLevel'] {
  const able = supportsColor === false ? 0 : supportsColor.level;
  if (color === 'never') return 0;
  if (color === 'always') return able === 0 ? 1 : able;
  const force = env.FORCE_COLOR;
  if (force !== undefined) {
    if (force === '0' || force === 'false') return 0;
    return force === '2' || force === '3' ? (Number(force) as 2 | 3) : 1;
  }
  if ((env.NO_COLOR ?? '') !== '') return 0;
  if (stream.isTTY === true) return able;
  return isCiLog(stream, env) ? 1 : 0;
}

/** Systems whose logs show colours, though what writes to them has no terminal. */
const ciVariables = ['GITHUB_ACTIONS', 'GITLAB_CI', 'CIRCLECI', 'BUILDKITE', 'TRAVIS', 'APPVEYOR', 'DRONE'];

/** Whether the stream is the log of a CI job, as far as that can be told: it is no file. */
function isCiLog({ fd }: NodeJS.WriteStream & { readonly fd?: number }, env: Environment): boolean {
  if (!ciVariables.some((name) => (env[name] ?? '') !== '')) return false;
  try {
    return fd === undefined || !fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

/** The locale's character set (POSIX, §8.2); UTF-8 where no locale is set, since few terminals are anything else. */
function isUtf8(env: Environment): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  return locale === undefined || /utf-?8/i.test(locale);
}
