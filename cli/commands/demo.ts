/** `handshake13 demo`: audits two built-in servers, one conformant and one broken. */

import { findFixture } from '../../fixtures/catalogue.ts';
import { startFixture } from '../../fixtures/server.ts';
import { exitCodes } from '../exit-codes.ts';
import { standardOutputFailure } from '../output/stdout-guard.ts';
import { runAudit } from '../run-audit.ts';

const names = ['conformant', 'number-conversion'] as const;

/** @returns 0 if the audits ran: findings are the point of the demo */
export async function runDemo(): Promise<number> {
  const servers = await Promise.all(
    names.map((name) => {
      const fixture = findFixture(name);
      if (fixture === undefined) throw new Error(`there is no fixture ${name}`);
      return startFixture(fixture);
    }),
  );
  const [, broken] = servers;
  process.stdout.write(
    `Demo: two built-in servers on loopback: one conformant, one broken (${names[1]}).\n\n`,
  );
  try {
    let code: number = exitCodes.conformant;
    for (const { url } of servers) {
      code = await runAudit(
        [url],
        { concurrency: 8 },
        {
          destinations: [{ name: 'terminal', sink: { kind: 'stdout' } }],
          verbosity: 'normal',
          color: 'auto',
          reproduceCommand: ({ url }, probe) => `handshake13 ${url} --probe ${probe} -vv`,
        },
      );
      process.stdout.write('\n');
      if (code !== exitCodes.conformant && url !== broken?.url) return code;
    }
    process.stdout.write(
      `Next, try your server: handshake13 ws://localhost:8080/ (from a clone: npm start -- ws://localhost:8080/)\n`,
    );
    if (code !== exitCodes.findings) return code;
    // The write error was already reported, but findings take precedence in the exit code, so check again.
    return (await standardOutputFailure()) === null ? exitCodes.conformant : exitCodes.usage;
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}
