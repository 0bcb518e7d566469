#!/usr/bin/env node
/** Where the command starts. */

import { runAsProcess } from './run-command.ts';

await runAsProcess(process.argv.slice(2));
