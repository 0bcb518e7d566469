/** `handshake13 demo`: audits two servers of our own, one conformant and one faulty. */

import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { exitCodes } from '../exit-codes.ts';
import { standardOutputFailure } from '../output/stdout-guard.ts';
import { runAudit } from '../run-audit.ts';

const names = ['conformant', 'number-conversion'] as const;

/** @returns 0 where the demo shows what it is to show: that finding faults is no failure of the demo */
export async function runDemo(): Promise<number> {
  const servers = await Promise.all(
    names.map((name) => {
      const fixture = findFixture(name);
      if (fixture === undefined) throw new Error(`there is no fixture ${name}`);
      return startFixture(fixture);
    }),
  );
  const [, faulty] = names;
  process.stdout.write(
    `Two servers of our own on free loopback ports: a conformant one, and one with a fault (${faulty}).\n\n`,
  );
  try {
    const code = await runAudit(
      servers.map(({ url }) => url),
      { concurrency: 8 },
      {
        destinations: [{ name: 'terminal', sink: { kind: 'stdout' } }],
        verbosity: 'normal',
        color: 'auto',
        reproduceCommand: ({ url }, probe) => `handshake13 ${url} --probe ${probe} -v`,
      },
    );
    process.stdout.write(
      `\nNow your own: handshake13 ws://localhost:8080/ (from a clone: npm start -- ws://localhost:8080/)\n`,
    );
    if (code !== exitCodes.findings) return code;
    // That its report could not be written was complained about; by the exit code the findings go first.
    return (await standardOutputFailure()) === null ? exitCodes.conformant : exitCodes.usage;
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}
