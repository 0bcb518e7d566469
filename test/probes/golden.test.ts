import { expect } from 'chai';
import { catalogue } from '../../probes/catalogue.ts';
import { families } from '../../probes/probe.ts';
import { goldenRequests, render } from '../support/golden-requests.ts';
import { sent } from '../support/sent-requests.ts';

describe('the request of each probe, byte for byte', () => {
  for (const family of families) {
    describe(family, () => {
      const golden = goldenRequests(family);
      const probes = catalogue.filter((probe) => probe.family === family);

      it('has one golden request for each probe, in the same order', () => {
        expect([...golden.keys()]).to.deep.equal(probes.map((probe) => probe.id));
      });

      for (const probe of probes) {
        it(probe.id, () => {
          expect(render(sent(probe))).to.equal(golden.get(probe.id));
        });
      }
    });
  }
});

describe('golden form', () => {
  it('shows line ends, tabs and bytes that cannot be printed', () => {
    expect(render('a\t\x00\x0B\xA0\x7F\r\n\r\n')).to.equal('a\\t\\x00\\x0B\\xA0\\x7F\\r\\n\n\\r\\n');
  });

  it('shows a lone CR or LF and a missing line end', () => {
    expect(render('a\rb\nc')).to.equal('a\\rb\\nc');
  });

  it('keeps apart what is escaped and what looks escaped', () => {
    expect(render('\\r\\n\r\n')).to.equal('\\\\r\\\\n\\r\\n');
    expect(render('1{40 times}\r\n')).to.equal('1\\x7B40 times}\\r\\n');
  });

  it('abbreviates only runs longer than 32 characters or 4 lines, and keeps their length', () => {
    expect(render('1'.repeat(32))).to.equal('1'.repeat(32));
    expect(render('1'.repeat(33))).to.equal('1{33 times}');
    expect(render('a\r\n'.repeat(4))).to.equal('a\\r\\n\na\\r\\n\na\\r\\n\na\\r\\n');
    expect(render('a\r\n'.repeat(5))).to.equal('a\\r\\n {5 times}');
  });
});
