/** The events as they happen, one a line. */

import { expect } from 'chai';
import type { AuditEvent } from '../../index.ts';
import { createNdjsonReporter } from '../../reporters/ndjson.ts';
import { fewProbes, hostileServers } from '../support/hostile-texts.ts';
import { start } from '../support/process.ts';
import { auditFixture, render } from '../support/render-report.ts';
import { withFixture } from '../support/servers.ts';

const readLines = (text: string): AuditEvent[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the events, one a line', function () {
  this.timeout(30_000);

  for (const name of ['conformant', 'prefix-parse', 'not-http', 'control-301', 'falls-over']) {
    it(`are each just what the audit reports: ${name}`, async () => {
      const audited = await auditFixture(name, { probe: fewProbes });
      // Nothing is lost: no undefined, no number that JSON does not know.
      expect(readLines(render(createNdjsonReporter, audited))).to.deep.equal(audited.events);
    });
  }

  for (const [where, hooks] of Object.entries(hostileServers)) {
    it(`are one a line, and no command in a log, with hostile text ${where}`, async () => {
      const audited = await auditFixture('conformant', { probe: fewProbes }, hooks);
      const text = render(createNdjsonReporter, audited);
      expect(readLines(text)).to.deep.equal(audited.events);
      expect(text).to.not.match(/##(vso)?\[|[^\x20-\u{10ffff}\n]/u);
    });
  }

  it('come while the run goes on', () =>
    withFixture('stays-open', async ({ url }) => {
      // The connections of refusals are watched for longer than this test may take.
      const running = start([url, '-r', 'ndjson', '--close-timeout', '600000', '--probe', 'malformed/hex']);
      let text = '';
      const control = new Promise<void>((resolve) => {
        running.child.stdout.on('data', (part: string) => {
          text += part;
          if (/"type":"probe".*\n/.test(text)) resolve();
        });
      });
      await Promise.race([control, running.ended]);
      expect(running.child.exitCode, 'the run is over').to.equal(null);
      running.child.kill('SIGKILL');
      await running.ended;
      const events = readLines(text);
      expect(events.map(({ type }) => type)).to.deep.equal(['run-start', 'target-start', 'probe']);
      expect(events[2]).to.have.nested.property('probe.id', 'valid/13');
    }));
});
