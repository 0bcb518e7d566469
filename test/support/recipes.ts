/** The recipes of docs/recipes.md, and how those are run that can run here: as they stand there, but on a free port. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { audit, type TargetReport } from '../../index.ts';
import { isInstalled, unpackPackages } from './debian-packages.ts';
import { closedPort, withFixture, withFolder } from './servers.ts';

export interface RecipeSection {
  readonly title: string;
  /** The fragment by which the section is linked. */
  readonly anchor: string;
  readonly text: string;
  /** The first code block. */
  readonly snippet: string;
}

/** What stands before the first recipe. */
export function recipesIntroduction(): string {
  return parts()[0] ?? '';
}

/** Every section that is a recipe. */
export function recipeSections(): RecipeSection[] {
  return parts()
    .slice(1)
    .map((text) => {
      const [title = ''] = text.split('\n');
      const [, snippet = ''] = /```\w+\n(.*?)```/s.exec(text) ?? [];
      return { title, anchor: anchorOf(title), text, snippet };
    });
}

function parts(): string[] {
  return readFileSync('docs/recipes.md', 'utf8').split(/^## /m);
}

/** As GitHub makes it of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

/** A stack that runs here. */
export interface RunnableStack {
  /** The file that the snippet is, or is put into. */
  readonly file: string;
  /** What is run in the folder of the file: the program, and its arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  /** The same server without the guard. */
  readonly without: string;
  /** The file that has the snippet in it; the snippet alone if absent. */
  readonly around?: (snippet: string) => string;
  readonly otherFiles?: Readonly<Record<string, string>>;
  /** Of the URL. */
  readonly path?: string;
  /** What has to be installed, if it is not the first word of the command. */
  readonly program?: string;
  /** Debian packages to be fetched where the program is not installed, or, for Python, in any case. */
  readonly packages?: readonly string[];
}

/** The server behind the proxies. */
export const behindProxies = 'accepts-any-version';

let environment: Promise<NodeJS.ProcessEnv> | undefined;

/** Audits the server with this text as its file. */
export async function auditStack(
  { file, command, path: urlPath = '/', otherFiles = {} }: RunnableStack,
  text: string,
  env: NodeJS.ProcessEnv,
): Promise<TargetReport> {
  const port = await closedPort();
  return withFixture(behindProxies, (backend) =>
    withFolder(async (folder) => {
      const files = { ...otherFiles, [file]: text };
      for (const [name, content] of Object.entries(files)) {
        await writeFile(path.join(folder, name), onPort(content, port, new URL(backend.url).host, folder));
      }
      // For what imports packages of this project.
      await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'));
      const [program, ...args] = command.map((word) => onPort(word, port, '', folder));
      // A group of its own, since some of them have worker processes.
      const child = spawn(program ?? '', args, {
        cwd: folder,
        env: { ...env, HOME: folder },
        detached: true,
      });
      const exited = once(child, 'exit');
      try {
        return await auditOf(child, `ws://127.0.0.1:${port}${urlPath}`);
      } finally {
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
        await exited;
      }
    }),
  );
}

async function auditOf(child: ChildProcess, url: string): Promise<TargetReport> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk));
  const run = audit(url, { closeTimeout: 400, responseTimeout: 5000, wait: 20_000 });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the server ended: ${output}`)));
  });
  const { targets } = await Promise.race([run.report(), ended]);
  const [target] = targets;
  if (target === undefined) throw new Error(`no report: ${output}`);
  return target;
}

/** The snippets listen on port 8080 of every address, and their proxies connect to port 3000. */
function onPort(text: string, port: number, backend: string, folder: string): string {
  const local = `127.0.0.1:${port}`;
  return text
    .replaceAll('$FOLDER', folder)
    .replace('listen(8080)', `listen(${port}, '127.0.0.1')`)
    .replace(/^:8080 \{/m, `http://${local} {`)
    .replace('listen 8080', `listen ${local}`)
    .replace(/(?:\*|(?<=bind )|(?<=")):8080/, local)
    .replaceAll('8080', String(port))
    .replaceAll('127.0.0.1:3000', backend);
}

/** Where all the programs are found, fetched where they are not installed. */
export function environmentFor(stacks: readonly RunnableStack[]): Promise<NodeJS.ProcessEnv> {
  environment ??= prepare(stacks);
  return environment;
}

async function prepare(stacks: readonly RunnableStack[]): Promise<NodeJS.ProcessEnv> {
  const missing = await Promise.all(
    stacks.map(async ({ command, program = command[0], packages = [] }) =>
      program !== 'python3' && (await isInstalled(program)) ? [] : packages,
    ),
  );
  const { env } = await unpackPackages(...new Set(missing.flat()));
  return env;
}
