/** Findings of a run that was cut off: nobody knows whether the server was still what it was. */

import { expect } from 'chai';
import { type ReporterName, reporters } from '../../reporters/registry.ts';
import { type Audited, auditFixture, render } from '../support/render-report.ts';

/** How each report says so: by each finding where that is read alone, else with the target. */
const tellings: Readonly<Partial<Record<ReporterName, RegExp>>> = {
  terminal: /^ {2}\? interrupted after \d+ of 107 probes, before the control was repeated$/m,
  markdown: /^\*\*nonconformant\*\*: interrupted after \d+ of 107 probes, before the control was repeated$/m,
  issue:
    /^\*\*Note\*\*: not confirmed: the run was cut off before the control was repeated\. Run the commands below first\.$/m,
  json: /"reason": ?"interrupted after \d+ of 107 probes, before the control was repeated"/,
  ndjson: /"reason": ?"interrupted after \d+ of 107 probes, before the control was repeated"/,
  github: /^::error title=\[MUST\] [^\n]*not confirmed: the run was cut off before the control was repeated/m,
  sarif: /"text": ?"[^"]*\. Not confirmed: the run was cut off before the control was repeated\. /,
  'junit-probes':
    /<failure message="[^"]*; not confirmed: the run was cut off before the control was repeated"/,
  junit: /<failure message="[^"]*; not confirmed: the run was cut off before the control was repeated"/,
  tap: /^ {2}caveat: "not confirmed: the run was cut off before the control was repeated"$/m,
};

/** An audit that finds something, and is interrupted by that handshake; null: it is not. */
function auditUntil(last: number | null): Promise<Audited> {
  const controller = new AbortController();
  const options = { concurrency: 1, closeTimeout: 200, signal: controller.signal };
  let handshakes = 0;
  const readVersion = (): number => {
    handshakes += 1;
    if (handshakes === last) controller.abort();
    return 13;
  };
  return auditFixture('conformant', options, { readVersion });
}

describe('the findings of a run that was cut off', function () {
  this.timeout(60_000);
  let cutOff: Audited;
  let whole: Audited;

  before(async () => {
    [cutOff, whole] = await Promise.all([auditUntil(40), auditUntil(null)]);
  });

  for (const [name, says] of Object.entries(tellings)) {
    it(`are not reported as certain: ${name}`, async () => {
      const create = await reporters[name as ReporterName].load();
      expect(cutOff.report.targets[0]?.findings).to.not.deep.equal([]);
      const options = { columns: 200, sarifLocation: 'README.md' };
      expect(render(create, cutOff, options)).to.match(says);
      expect(render(create, whole, options)).to.not.match(/cut off|before the control was repeated/);
    });
  }
});
