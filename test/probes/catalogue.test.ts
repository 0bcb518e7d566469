import { expect } from 'chai';
import { catalogue, findProbe, type ProbeId, variedFields } from '../../probes/catalogue.ts';
import { control } from '../../probes/control.ts';
import { families } from '../../probes/probe.ts';
import { clauses } from '../../spec/clauses.ts';
import { keys } from '../support/sent-requests.ts';

/** Ids are part of what this tool promises: scripts and baselines name them. */
const slugs = {
  valid:
    '13 lowercase-name uppercase-name padded-value no-space first-field connection-list upgrade-mixed-case upgrade-uppercase upgrade-list connection-lowercase connection-two-fields connection-no-space connection-empty-elements names-lowercase key-padded no-space-anywhere long-head content-length-0 two-segments absolute-form leading-empty-line',
  missing: 'absent empty blank other-name underscores',
  duplicate: '13-13 13-8 8-13 13-99 99-13 13-empty mixed-case-names apart many',
  unsupported: '9 12 14 25 99 255',
  draft: '0 7 8',
  'comma-listed': '13-8 8-13 13-13 13-99 99-13 no-space trailing-comma leading-comma',
  malformed:
    'leading-zero plus-sign minus-sign decimal exponent hex binary out-of-range wraps-8-bit wraps-32-bit huge trailing-semicolon parameter trailing-text leading-text inner-space two-words word quoted fullwidth-digits non-breaking-space vertical-tab nul-inside oversized',
  disguised: 'space-before-colon obs-fold',
  handshake:
    'key-missing key-empty key-short key-long key-not-base64 key-duplicate upgrade-missing upgrade-other connection-missing connection-other method-post http-1.0 host-missing host-duplicate connection-substring upgrade-substring upgrade-with-version method-head method-options http-2.0 http-missing host-invalid host-two-different key-inner-space key-trailing-text field-name-empty nul-in-another-field',
  'after-refusal': 'pipelined release',
  stress: 'key-huge many-fields body content-length-invalid',
};

describe('the catalogue', () => {
  it('holds exactly the ids that are promised, in their order', () => {
    const promised = Object.entries(slugs).flatMap(([family, list]) =>
      list.split(' ').map((slug) => `${family}/${slug}`),
    );
    expect(catalogue.map((probe) => probe.id)).to.deep.equal(promised);
  });

  it('marks as extended what is seldom met, and nothing else', () => {
    const extended = catalogue.filter(({ tier }) => tier === 'extended').map(({ id }) => id);
    expect(extended).to.deep.equal([
      'valid/upgrade-uppercase',
      'valid/upgrade-list',
      'valid/connection-empty-elements',
      'valid/no-space-anywhere',
      'valid/content-length-0',
      'valid/absolute-form',
      'valid/leading-empty-line',
      'handshake/upgrade-with-version',
      'handshake/method-head',
      'handshake/method-options',
      'handshake/http-2.0',
      'handshake/http-missing',
      'handshake/host-invalid',
      'handshake/key-inner-space',
      'handshake/key-trailing-text',
      'handshake/field-name-empty',
      'handshake/nul-in-another-field',
    ]);
  });

  it('marks as stress what may bring a server down, and nothing else', () => {
    const stress = catalogue.filter(({ tier }) => tier === 'stress').map(({ id }) => id);
    expect(stress).to.deep.equal([
      'malformed/oversized',
      'stress/key-huge',
      'stress/many-fields',
      'stress/body',
      'stress/content-length-invalid',
    ]);
  });

  it('recommends, rather than demands, only where no clause demands it', () => {
    expect(catalogue.filter(({ level }) => level === 'SHOULD').map(({ id }) => id)).to.deep.equal([
      'valid/long-head',
      'valid/leading-empty-line',
      'handshake/key-short',
      'handshake/key-long',
      'handshake/key-not-base64',
      'handshake/key-inner-space',
      'handshake/key-trailing-text',
      'handshake/nul-in-another-field',
    ]);
  });

  it('has every id once', () => {
    expect(new Set(catalogue.map((probe) => probe.id)).size).to.equal(catalogue.length);
  });

  it('has all families, each in one piece, in the order of `families`', () => {
    const order = catalogue.map((probe) => probe.family).filter((family, i, all) => family !== all[i - 1]);
    expect(order).to.deep.equal([...families]);
  });

  it('finds a probe by its id, and none by another', () => {
    for (const probe of catalogue) expect(findProbe(probe.id)).to.equal(probe);
    expect(findProbe('valid/14')).to.equal(undefined);
    expect(findProbe('13')).to.equal(undefined);
  });

  it('has ids that do not compile where they are misspelt', () => {
    const id: ProbeId = 'malformed/hex';
    // @ts-expect-error: no probe has this id
    const misspelt: ProbeId = 'malformed/hexadecimal';
    expect(findProbe(id)).to.include({ id });
    expect(findProbe(misspelt)).to.equal(undefined);
  });

  it('has the control as its first probe', () => {
    expect(findProbe('valid/13')?.request).to.equal(control);
    expect(catalogue[0]?.id).to.equal('valid/13');
  });

  it('is data only: it survives JSON', () => {
    expect(JSON.parse(JSON.stringify(catalogue))).to.deep.equal(catalogue);
  });
});

describe('each probe', () => {
  for (const probe of catalogue) {
    it(`${probe.id} is well described`, () => {
      expect(probe.id.startsWith(`${probe.family}/`), 'the id begins with the family').to.equal(true);
      expect(probe.id).to.match(/^[a-z-]+\/[a-z0-9.-]+$/);
      expect(probe.title).to.match(/^.{1,60}$/);
      expect(probe.title).to.match(/[^.\s]$/);
      for (const text of [probe.title, probe.varies, probe.why, probe.fix]) {
        expect(text).to.match(/^[\x20-\x7E]+$/);
        expect(text).to.equal(text.trim());
        expect((text.match(/`/g) ?? []).length % 2, 'backticks come in pairs').to.equal(0);
      }
      for (const text of [probe.varies, probe.why, probe.fix]) expect(text).to.match(/\.$/);
      expect(probe.clauses.length).to.be.greaterThan(0);
      expect(new Set(probe.clauses).size).to.equal(probe.clauses.length);
      for (const id of probe.clauses) expect(clauses).to.have.property(id);
    });

    it(`${probe.id} can be sent: one byte for each character, and no line end but its own`, () => {
      for (const line of probe.request.lines) {
        if (!('name' in line)) continue;
        const text = `${line.name}${line.separator ?? ': '}${typeof line.value === 'string' ? line.value : ''}`;
        const expected = probe.id === 'disguised/obs-fold' ? text.replace(':\r\n 13', ': 13') : text;
        // biome-ignore lint/suspicious/noControlCharactersInRegex: every byte but CR and LF may occur.
        expect(expected).to.match(/^[\x00-\x09\x0B\x0C\x0E-\xFF]*$/);
      }
    });
  }

  it('has a title and a description of its own', () => {
    for (const key of ['title', 'varies'] as const) {
      const texts = catalogue.map((probe) => probe[key]);
      const repeated = texts.filter((text, i) => texts.indexOf(text) !== i);
      expect(repeated, key).to.deep.equal([]);
    }
  });

  it('has a reason of its own', () => {
    const texts = catalogue.map((probe) => probe.why);
    expect(texts.filter((text, i) => texts.indexOf(text) !== i)).to.deep.equal([]);
  });
});

describe('variedFields', () => {
  it('holds every field that some probe varies, in lower case, and none that it only adds', () => {
    expect([...variedFields].sort()).to.deep.equal([
      'connection',
      'host',
      'sec-websocket-key',
      'sec-websocket-version',
      'sec_websocket_version',
      'upgrade',
      'websocket-version',
    ]);
  });
});

describe('keys', () => {
  const keysOf: Readonly<Record<string, number>> = {
    'handshake/key-duplicate': 2,
    'after-refusal/pipelined': 2,
  };
  const keyless = ['handshake/key-missing', 'handshake/key-empty', 'handshake/key-not-base64'];

  for (const probe of catalogue.filter(({ id }) => !keyless.includes(id))) {
    it(`${probe.id} draws fresh ones for every connection`, () => {
      const drawn = [...keys(probe), ...keys(probe)];
      expect(drawn).to.have.lengthOf(2 * (keysOf[probe.id] ?? 1));
      expect(new Set(drawn).size).to.equal(drawn.length);
    });
  }
});
