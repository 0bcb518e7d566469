/** The commands of the findings of all fixtures are run, and show what the findings say. */

import { expect } from 'chai';
import { findFixture, fixtures } from '../../../fixtures/catalogue.ts';
import { startFixture } from '../../../fixtures/server.ts';
import type { Finding, TargetReport } from '../../../index.ts';
import type { ExchangeRecord } from '../../../report/exchange-record.ts';
import { reproduce } from '../../../report/reproduce/reproduce.ts';
import { auditInEachProfile, onlyTarget, startSlowOnes } from '../../support/fixture-audits.ts';
import { runInShell, shells, startWitness } from '../../support/posix-shell.ts';

/** What these do depends on what was sent before, so that a single exchange shows nothing. */
const withHistory: readonly string[] = [];

/** Lines of the head of a response that are the same each time. */
function steadyLines(head: string): string[] {
  return head
    .split(/\r?\n/)
    .filter((line) => /^(?:HTTP\/|sec-websocket-version|upgrade|connection)/i.test(line));
}

function receivedIn({ response }: ExchangeRecord): string {
  return Buffer.from(response?.base64 ?? '', 'base64').toString('latin1');
}

/** The commands with another port, and what stands in the comment behind each. */
function commandsOf(
  finding: Finding,
  target: TargetReport,
  port: number,
): { command: string; look: string }[] {
  const { port: recorded } = new URL(target.url);
  return reproduce(finding, target).map((text) => {
    const [command = '', look = ''] = text.split('\n# ');
    return {
      command: command
        .replaceAll(`127.0.0.1:${recorded}`, `127.0.0.1:${port}`)
        .replace(` 127.0.0.1 ${recorded}`, ` 127.0.0.1 ${port}`),
      look,
    };
  });
}

async function expectShown(name: string, finding: Finding, target: TargetReport, nth: number): Promise<void> {
  const fixture = findFixture(name);
  if (fixture === undefined) throw new Error(`no fixture is called ${name}`);
  const server = await startFixture(fixture);
  const witness = await startWitness(server.port);
  try {
    const commands = commandsOf(finding, target, witness.port);
    expect(commands, 'there are commands').not.to.have.length(0);
    const [failure] = finding.failures;
    for (const [i, { command, look }] of commands.entries()) {
      const shell = shells[(nth + i) % shells.length] ?? 'dash';
      const output = (await runInShell(shell, command)).toString('latin1');
      const context = `${shell}: ${command}\n# ${look}\n${output}`;
      const got = /^got (?:a list of )?(.*?)(?:, expected| to version|$)/.exec(look)?.[1] ?? '';
      if (failure?.probe === null) {
        if (/^\d{3}$/.test(got)) expect(output, context).to.match(new RegExp(`^HTTP/1\\.[01] ${got}`));
        else expect(output.toLowerCase(), context).to.include('sec-websocket-version: ');
        continue;
      }
      const exchange = target.probes.find(({ id }) => id === failure?.probe)?.exchange;
      if (exchange === undefined) throw new Error('a finding of a probe that was not sent');
      const recorded = receivedIn(exchange);
      expect(output === '', context).to.equal(recorded === '');
      expect(steadyLines(output), context).to.deep.equal(steadyLines(recorded));
      const kind = exchange.close?.kind;
      if (
        failure?.criterion === 'socketClosed' ||
        failure?.criterion === 'announcedClose' ||
        failure?.criterion === 'keepsConnection'
      ) {
        expect(witness.endedBy.at(-1), context).to.equal(kind === 'open' ? 'client' : 'server');
      }
    }
  } finally {
    await witness.close();
    await server.close();
  }
}

describe('the commands of a finding show what it says', function () {
  this.timeout(120_000);

  before(startSlowOnes);

  for (const { name } of fixtures.filter(
    (fixture) => !fixture.conformant && !withHistory.includes(fixture.name),
  )) {
    it(name, async () => {
      const target = onlyTarget((await auditInEachProfile(name)).mdn);
      await Promise.all(target.findings.map((finding, i) => expectShown(name, finding, target, i)));
    });
  }
});
