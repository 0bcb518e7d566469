/** The reporters as a set, and the one for programs. */

import { expect } from 'chai';
import { reporterNames, reporters } from '../../reporters/registry.ts';
import { fewProbes, hostileServers } from './hostile.ts';
import { auditFixture, tellInTime } from './telling.ts';

describe('the registry of reporters', () => {
  it('loads every reporter, and each of them tells of an audit', async () => {
    const audited = await auditFixture('number-conversion', { probe: ['malformed/*'] });
    for (const name of reporterNames) {
      const create = await reporters[name].load();
      // A badge has room for the result alone.
      const says = name === 'badge' ? /Sec-WebSocket-Version/ : /malformed.*hex/s;
      expect(await tellInTime(create, audited), name)
        .to.match(says)
        .and.to.match(/\n$/);
      expect(reporters[name].title).to.match(/\S/);
    }
  });
});

describe('the reporter for programs', () => {
  it('writes the report, and nothing before the end of the run', async () => {
    const audited = await auditFixture('number-conversion', { probe: ['malformed/*'] });
    const create = await reporters.json.load();
    expect(JSON.parse(await tellInTime(create, audited))).to.deep.equal(
      JSON.parse(JSON.stringify(audited.report)),
    );
    const unfinished = audited.events.filter(({ type }) => type !== 'run-end');
    expect(await tellInTime(create, { ...audited, events: unfinished })).to.equal('');
  });

  it('holds no command for a CI job that shows it in its log', async () => {
    for (const hooks of Object.values(hostileServers)) {
      const audited = await auditFixture('conformant', { probe: fewProbes }, hooks);
      const text = await tellInTime(await reporters.json.load(), audited);
      expect(text).to.not.match(/^\s*::|##(vso)?\[/m);
      expect(JSON.parse(text)).to.deep.equal(JSON.parse(JSON.stringify(audited.report)));
    }
  });
});
