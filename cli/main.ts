#!/usr/bin/env node
/** Where the command starts: with next to nothing, since even opening its modules may fail. */

import { exitCodes, problemOfSurroundings } from './exit-codes.ts';

try {
  const { runAsProcess } = await import('./run-command.ts');
  await runAsProcess(process.argv.slice(2));
} catch (error) {
  const problem = problemOfSurroundings(error);
  if (problem === null) throw error;
  process.stderr.write(`handshake13: ${problem}\n`);
  process.exitCode = exitCodes.usage;
}
