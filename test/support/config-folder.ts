/** A folder with configuration files in it, and what the command makes of them. */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { run } from './command.ts';
import { withFolder } from './servers.ts';

export type Files = Readonly<Record<string, string>>;

/** Writes files, by their paths in a folder of its own, while `use` lasts. */
export async function withFiles<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    return use(folder);
  });
}

export interface Printed {
  readonly text: string;
  /** What holds, as YAML has it. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The comment with an option: where it was given. */
  readonly placeOf: (option: string) => string | undefined;
}

/** What `--print-config` says. @throws Error where it does not end with exit code 0, or says anything else */
export async function printed(
  cwd: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Printed> {
  const { code, stdout, stderr } = await run([...args, '--print-config'], { cwd, env });
  if (code !== 0 || stderr !== '') throw new Error(`exit code ${code}: ${stderr}`);
  return {
    text: stdout,
    values: parse(stdout),
    placeOf: (option) => new RegExp(`^${option}:(?: [^\\n]*?#|\\n +#) (.*)$`, 'm').exec(stdout)?.[1],
  };
}

/** What the command says on standard error of a configuration file that it found. */
export function announcement(file: string): string {
  return `handshake13: options from ${file}; --no-config leaves them out\n`;
}

/** The one line that the command prints as an error. @throws Error where it does anything else */
export async function errorLine(
  cwd: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(args, { cwd, env });
  const [, line] = /^handshake13: ([^\n]*)\n$/.exec(stderr) ?? [];
  if (code !== 2 || stdout !== '' || line === undefined)
    throw new Error(`exit code ${code}, ${JSON.stringify({ stdout, stderr })}`);
  return line;
}
