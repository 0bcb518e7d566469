/** Runs what a pipeline would: scripts from action.yml and the pages, in a folder of their own. */

import { chmod, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Outcome } from './command.ts';
import { program, runInShell } from './process.ts';
import { withFixture, withFolder } from './servers.ts';

/** @returns what GitHub's runner makes of the script of a step for bash */
export function asStep(script: string): string {
  return `cat >.step.sh <<'END OF THE STEP'\n${script}END OF THE STEP\nbash --noprofile --norc -eo pipefail .step.sh`;
}

/**
 * Runs a script of a job, with the command on its path, and a configuration file for the fixture, whose URL it also has
 * as `STAGING_URL` and `TARGET`.
 *
 * @param files by name, beside it
 */
export async function runJob(
  script: string,
  fixture: string,
  check: (outcome: Outcome, folder: string) => Promise<void> | void,
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  await withFixture(fixture, ({ url }) =>
    withFolder(async (folder) => {
      await chmod(program, 0o755);
      await symlink(program, path.join(folder, 'handshake13'));
      await writeFile(path.join(folder, 'handshake13.config.yaml'), `targets: ['${url}']\n`);
      for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
      const all = { PATH: `${folder}:${process.env.PATH}`, STAGING_URL: url, TARGET: url, ...env };
      await check(await runInShell(script, { cwd: folder, env: all }), folder);
    }),
  );
}
