#!/usr/bin/env node
/** Where the command starts. `--version` needs next to nothing; all else is loaded when it is needed. */

import { tool } from '../report/tool.ts';
import { exitCodes } from './exit-codes.ts';
import { guardStandardOutput } from './output/stdout-guard.ts';

process.exitCode = await guardStandardOutput(async () => {
  if (process.argv.length === 3 && process.argv[2] === '--version') {
    process.stdout.write(`${tool.version}\n`);
    return exitCodes.conformant;
  }
  const { main } = await import('./program.ts');
  return main(process.argv.slice(2));
});
