/** Servers that answer an offer of subprotocols wrongly, over real connections and in each profile. */

import { expect } from 'chai';
import { audit } from '../../index.ts';
import { profileNames } from '../../scoring/profiles.ts';
import { withFixture } from '../support/servers.ts';

describe('an audit that offers subprotocols', () => {
  const says = {
    'subprotocol-twice': ['repeated-on-101', 'Sec-WebSocket-Protocol stands twice; send it once.'],
    'two-subprotocols': ['not-offered', 'Send exactly one of the subprotocols that the client offered.'],
  };
  for (const [name, [id, fix]] of Object.entries(says)) {
    it(`finds what is wrong with ${name}`, () =>
      withFixture(name, async ({ url }) => {
        for (const profile of profileNames) {
          const { targets } = await audit(url, {
            profile,
            probe: ['valid/13', 'missing/absent'],
            subprotocol: 'chat, superchat',
          }).report();
          expect(targets[0]?.findings).to.have.length(1);
          expect(targets[0]?.findings[0]).to.include({ id, level: 'MUST', fix });
        }
      }));
  }
});
