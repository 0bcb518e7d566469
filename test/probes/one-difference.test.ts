import { expect } from 'chai';
import { catalogue } from '../../probes/catalogue.ts';
import { control, version, withField, withVersion, withVersionAround } from '../../probes/control.ts';
import { addedFields, type RequestTemplate } from '../../wire/request.ts';
import { differences, lineDifferences, replaced } from '../support/request-differences.ts';
import { head, sent, sentFirst } from '../support/sent-requests.ts';

const before = sent({ request: control });
const others = catalogue.filter((probe) => probe.id !== 'valid/13');

/** The probes that are about where in the head the field stands. */
const elsewhere = ['valid/first-field', 'duplicate/apart'];

/** The probes that are about how every line is written. */
const everyLine = ['valid/names-lowercase', 'valid/no-space-anywhere'];

/** How the slugs of the families `handshake` and `stress` begin, by what they vary. */
const slugStart: Record<string, string> = {
  'sec-websocket-key': 'key-',
  upgrade: 'upgrade-',
  connection: 'connection-',
  host: 'host-',
  method: 'method-',
  'HTTP version': 'http-',
  '': 'field-name-empty',
  'x-nul': 'nul-in-another-field',
  x: 'many-fields',
  'content-length': '(content-length|body)',
};

describe('one difference per probe', () => {
  it('the first probe is the control and differs from it in nothing', () => {
    expect(catalogue[0]).to.include({ id: 'valid/13', expects: 'accept' });
    expect(catalogue.slice(0, 1).map(sent)).to.deep.equal([before]);
  });

  for (const probe of others) {
    it(`${probe.id} differs from the control in one thing, the one that it is named after`, () => {
      const found = differences(before, sentFirst(probe));
      expect(found).to.have.lengthOf(1);
      const [what = ''] = found;
      if (probe.family === 'handshake' || probe.family === 'stress') {
        expect(probe.id.slice(probe.family.length + 1)).to.match(new RegExp(`^${slugStart[what]}`));
      } else if (probe.family !== 'valid') {
        expect(what).to.equal('sec-websocket-version');
      }
    });
  }

  for (const probe of others.filter(({ id }) => ![...elsewhere, ...everyLine].includes(id))) {
    it(`${probe.id} puts what it varies in the place that it has in the control`, () => {
      const { from, to } = replaced(before, sentFirst(probe));
      expect(from).to.have.lengthOf.at.most(1);
      if (from.length === 1 && to.length === 1) {
        expect(lineDifferences(from[0] ?? '', to[0] ?? '')).to.have.lengthOf(1);
      }
    });
  }

  it('only after-refusal/pipelined is followed by the control, and only stress/body by a body', () => {
    const behind = catalogue.flatMap((probe) => {
      const rest = sent(probe).slice(sentFirst(probe).length);
      return rest === '' ? [] : [[probe.id, rest]];
    });
    expect(behind).to.deep.equal([
      ['after-refusal/pipelined', before],
      ['stress/body', 'hello'],
    ]);
  });

  it('the probes of what follows a refusal have the same one refused', () => {
    const refused = sentBy('unsupported/99');
    const afterRefusal = catalogue.filter(({ family }) => family === 'after-refusal');
    expect(afterRefusal.map(sentFirst)).to.deep.equal([refused, refused]);
  });

  it('valid/first-field moves the line before Host and changes nothing in it', () => {
    const { lines } = head(sentBy('valid/first-field'));
    const rest = head(before).lines.filter((line) => line !== 'Sec-WebSocket-Version: 13');
    expect(lines).to.deep.equal(['Sec-WebSocket-Version: 13', ...rest]);
  });

  it('valid/names-lowercase and valid/no-space-anywhere change all lines of the handshake, and no others', () => {
    const added = (request: string) => head(request).lines.filter((line) => line.startsWith('Origin: '));
    for (const id of everyLine) {
      const request = sentBy(id);
      expect(added(request)).to.deep.equal(added(before)).and.to.have.lengthOf(1);
      expect(head(request).lines.filter((line) => head(before).lines.includes(line))).to.have.lengthOf(1);
    }
  });

  it('duplicate/apart has one line before Host and one after the added fields', () => {
    const { lines } = head(sentBy('duplicate/apart'));
    const rest = head(before).lines.filter((line) => line !== 'Sec-WebSocket-Version: 13');
    expect(lines).to.deep.equal(['Sec-WebSocket-Version: 13', ...rest, 'Sec-WebSocket-Version: 13']);
  });
});

describe('the check for one difference', () => {
  const found = (request: RequestTemplate) => differences(before, sent({ request }));
  const [host, upgrade, connection, key, ...rest] = control.lines;
  const all = (...lines: (typeof host)[]): RequestTemplate => ({
    ...control,
    lines: lines.filter((line) => line !== undefined),
  });

  it('finds a second field that is not the same', () => {
    expect(found({ ...withVersion(version('8')), method: 'POST' })).to.deep.equal([
      'method',
      'sec-websocket-version',
    ]);
    const both = withField('Host', { name: 'host', value: { fill: 'host' } }).lines.map((line) =>
      'name' in line && line.name === 'Sec-WebSocket-Version' ? version('8') : line,
    );
    expect(found({ ...control, lines: both })).to.deep.equal(['host', 'sec-websocket-version']);
  });

  it('finds a field that is not in the control', () => {
    expect(
      found(all(host, upgrade, connection, key, { name: 'Accept', value: '*/*' }, ...rest)),
    ).to.deep.equal(['accept']);
  });

  it('finds fields in another order', () => {
    expect(found(all(upgrade, host, connection, key, ...rest))).to.deep.equal(['position of host']);
    expect(found(all(connection, upgrade, host, key, ...rest))).to.deep.equal(['order']);
  });

  it('finds what was replaced, and where', () => {
    const at = (request: RequestTemplate) => replaced(before, sent({ request }));
    expect(at(withVersion())).to.deep.equal({ from: ['Sec-WebSocket-Version: 13'], to: [] });
    expect(at(withVersion(version('13'), version('8')))).to.deep.equal({
      from: [],
      to: ['Sec-WebSocket-Version: 8'],
    });
    expect(at(withVersionAround([version('13')], [])).from).to.have.lengthOf(5);
  });

  it('finds two changes in one line', () => {
    expect(lineDifferences('Name: 13', 'name: 8')).to.deep.equal(['name', 'value']);
    expect(lineDifferences('Name: 13', 'Name :13')).to.deep.equal(['spacing']);
    expect(lineDifferences('Name: 13', 'Name:8 ')).to.deep.equal(['value', 'spacing']);
    expect(lineDifferences('Name: 13', 'Name: 13\xA0')).to.deep.equal(['value']);
  });

  it('finds missing added fields', () => {
    expect(found(all(...control.lines.filter((line) => line !== addedFields)))).to.deep.equal(['origin']);
  });
});

function sentBy(id: string): string {
  const probe = catalogue.find((candidate) => candidate.id === id);
  if (!probe) throw new Error(`no probe ${id}`);
  return sent(probe);
}
