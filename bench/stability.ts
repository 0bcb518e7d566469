/**
 * `node dist/bench/stability.js [AUDITS] [AT-ONCE]`: audits the conformant fixture and the npm package ws again and
 * again, several at once, and fails unless every audit comes to the same verdicts.
 */

import { findFixture } from '../fixtures/catalogue.ts';
import { startFixture } from '../fixtures/server.ts';
import { startServer } from './processes.ts';
import { auditRepeatedly } from './repeated-audits.ts';

const [audits = 200, atOnce = 8] = process.argv.slice(2).map(Number);

async function check(name: string, url: string): Promise<void> {
  const { judgements, differences, durationMs } = await auditRepeatedly(url, audits, atOnce);
  const counts = [...judgements.values()].sort((a, b) => b - a).join(' + ');
  console.log(
    `${name}: ${audits} audits, ${atOnce} at once, in ${(durationMs / 1000).toFixed(1)} s: ${judgements.size === 1 ? 'all the same' : `${judgements.size} different judgements (${counts})`}`,
  );
  for (const line of differences.slice(0, 20)) console.log(`  ${line}`);
  if (judgements.size !== 1) process.exitCode = 1;
}

const fixture = findFixture('conformant');
if (fixture === undefined) throw new Error('there is no conformant fixture');
const conformant = await startFixture(fixture);
const ws = await startServer('./server.js');
try {
  await check('the conformant fixture', conformant.url);
  await check('ws', `ws://127.0.0.1:${Number(ws.line)}/`);
} finally {
  await Promise.all([conformant.close(), ws.stop()]);
}
