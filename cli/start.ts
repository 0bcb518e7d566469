/** `npm start`: the demo, or an audit where targets are given. */

import { runAsProcess } from './run-command.ts';

const args = process.argv.slice(2);
await runAsProcess(args.length === 0 ? ['demo'] : args);
