/** The bare script: sends the requests of a recorded audit (JSON) to a port as the audit did, and prints what it saw. */

import { readFileSync } from 'node:fs';
import { type Places, runBare } from './bare-exchanges.ts';
import type { RecordedRequest } from './recorded-audit.ts';
import { sumOf } from './tally.ts';

const [port, file, places, closeWindowMs] = process.argv.slice(2);
const requests = JSON.parse(readFileSync(String(file), 'utf8')) as RecordedRequest[];

const send = (isAlone: boolean, at: Places) =>
  runBare(
    requests
      .filter((one) => one.isAlone === isAlone)
      .map(({ base64, isWatched }) => ({
        port: Number(port),
        request: Buffer.from(base64, 'base64'),
        isWatched,
      })),
    at,
    Number(closeWindowMs),
  );

const crowd = await send(false, { count: Number(places), freeAt: 'head' });
const alone = await send(true, { count: 1, freeAt: 'end' });
console.log(JSON.stringify(sumOf(crowd, alone)));
