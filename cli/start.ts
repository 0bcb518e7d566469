/** `npm start`: the demo, or an audit where targets are given. */

import { guardStandardOutput } from './output/stdout-guard.ts';
import { main } from './program.ts';

const args = process.argv.slice(2);
process.exitCode = await guardStandardOutput(() => main(args.length === 0 ? ['demo'] : args));
