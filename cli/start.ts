/** `npm start`: the demo, or an audit where targets are given. */

import { main } from './program.ts';
import { watchingStandardOutput } from './standard-output.ts';

const args = process.argv.slice(2);
process.exitCode = await watchingStandardOutput(() => main(args.length === 0 ? ['demo'] : args));
