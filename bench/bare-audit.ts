/** The bare script: sends the requests of a file (JSON, base64) to a port and prints what it saw. */

import { readFileSync } from 'node:fs';
import { runBare } from './bare-exchanges.ts';

const [port, file, places, closeWindowMs] = process.argv.slice(2);
const requests = JSON.parse(readFileSync(String(file), 'utf8')) as string[];
const tally = await runBare(
  requests.map((request) => ({ port: Number(port), request: Buffer.from(request, 'base64') })),
  Number(places),
  Number(closeWindowMs),
);
console.log(JSON.stringify(tally));
