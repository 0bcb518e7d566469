#!/usr/bin/env node
/** Where the command starts. `--version` needs nothing but this file; all else is loaded when it is needed. */

if (process.argv.length === 3 && process.argv[2] === '--version') {
  const { tool } = await import('../audit/tool.ts');
  console.log(tool.version);
} else {
  const { main } = await import('./program.ts');
  process.exitCode = await main(process.argv.slice(2));
}
