/** `--baseline`: known failures across runs of the command, and what becomes of the file. */

import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { parse } from 'yaml';
import type { Report } from '../../index.ts';
import { isDay } from '../../scoring/baseline.ts';
import { type Outcome, run } from '../support/command.ts';
import { start } from '../support/process.ts';
import { closedPort, withFixture, withFolder, withRecorder } from '../support/servers.ts';

const few = ['--probe', 'malformed/{hex,binary,word}'];

/** Ports are drawn anew for every server. */
const anyPort = 'ws://127.0.0.1:*/';

interface Audit {
  readonly fixture: string;
  readonly options?: readonly string[];
}

/** Audits a fixture with a baseline file of this text, and returns the text of the file afterwards. */
function auditWith(
  text: string,
  { fixture, options = few }: Audit,
  name = 'known.yaml',
): Promise<Outcome & { readonly text: string; readonly url: string }> {
  return withFolder((folder) =>
    withFixture(fixture, async ({ url }) => {
      const file = path.join(folder, name);
      await writeFile(file, text);
      const outcome = await run([url, '--baseline', name, ...options], { cwd: folder });
      expect(await readdir(folder), 'no temporary file is left').to.deep.equal([name]);
      return { ...outcome, text: await readFile(file, 'utf8'), url };
    }),
  );
}

/** The baseline that a first run of a fixture makes, for whatever port. */
function firstBaseline(fixture: string, name = 'known.yaml', options = few): Promise<string> {
  return withFolder((folder) =>
    withFixture(fixture, async ({ url }) => {
      const args = [url, '--baseline', name, '--update-baseline', ...options];
      const { code, stderr } = await run(args, { cwd: folder });
      expect(code).to.equal(0);
      expect(stderr).to.match(
        new RegExp(`^handshake13: ${name}: [1-9]\\d* added, 0 removed, 0 kept; gate with it: pass\\n$`),
      );
      return (await readFile(path.join(folder, name), 'utf8')).replaceAll(url, anyPort);
    }),
  );
}

function lastLine({ stdout }: Outcome): string {
  return stdout.trimEnd().split('\n').at(-1) ?? '';
}

const yaml = `failures:
  - target: ws://127.0.0.1:*/
    probe: malformed/{hex,binary}
    criterion: status
    reason: the parser converts numbers
    owner: edge team
`;

describe('a baseline', function () {
  this.timeout(60_000);

  for (const name of ['known.yaml', 'known.json']) {
    it(`made by a first run lets the second one pass: ${name}`, async () => {
      const text = await firstBaseline('number-conversion', name);
      const { code, stderr, ...outcome } = await auditWith(text, { fixture: 'number-conversion' }, name);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(lastLine({ code, stderr, ...outcome })).to.match(
        /^✗ nonconformant · 6 known failures · gate: pass \(.*known findings? in the baseline\) · /,
      );
      expect(outcome.text).to.equal(text);
    });
  }

  it('shows what is known as such, and in short', async () => {
    const { stdout } = await auditWith(yaml, { fixture: 'number-conversion' });
    expect(stdout).to.match(/^ {2}~ malformed 1\/3 {2}known \(101\): all except word$/m);
    expect(stdout).to.include(
      [
        '~ 6 known failures (in baseline, not counted)',
        '   [MUST] Accepts other spellings of the number 13',
        '     probes 2: malformed/* except word',
        '     known  the parser converts numbers (edge team)',
        '',
      ].join('\n'),
    );
    expect(stdout).not.to.match(/^1 \[/m);
  });

  it('fails where the server gets worse: with what is new, and only with that', async () => {
    const outcome = await auditWith(yaml, { fixture: 'accepts-any-version' });
    expect(outcome.code).to.equal(1);
    expect(outcome.stdout).to.match(
      /^1 \[MUST\] [^\n]*\n(?: {2}\S+\n)? {2}sent {6}Sec-WebSocket-Version: thirteen$/m,
    );
    expect(outcome.stdout).to.match(/^ {2}probes {4}malformed\/word$/m);
    expect(outcome.stdout).to.not.match(/^2 \[/m);
    expect(lastLine(outcome)).to.match(
      /✗ nonconformant · 1 finding \(1 MUST\) · 6 known failures · gate: fail /,
    );
  });

  it('fails where the server gets better, in one line that says how to fix it', async () => {
    const outcome = await auditWith(yaml, { fixture: 'conformant' });
    expect(outcome).to.include({ code: 1, stderr: '' });
    expect(outcome.stdout).to.match(
      /^known\.yaml:2: malformed\/\{hex,binary\} \(status\) no longer fails; run again with --update-baseline \(known: the parser converts numbers \(edge team\)\)$/m,
    );
    expect(lastLine(outcome)).to.match(
      /^✗ passed \(.*\) · 1 unexpected pass · gate: fail \(known\.yaml:2 no longer fails\) · /,
    );
  });

  it('names file and line of what no longer fails in every report that people read', () =>
    withFolder((folder) =>
      withFixture('conformant', async ({ url }) => {
        const entries = ['hex', 'binary', 'word', 'decimal', 'exponent'].map(
          (slug) => `  - { probe: malformed/${slug}, criterion: '*', reason: old }\n`,
        );
        await mkdir(path.join(folder, 'ci'));
        await writeFile(path.join(folder, 'ci', 'known.yaml'), `# ours\nfailures:\n${entries.join('')}`);
        const names = ['terminal', 'markdown', 'github', 'junit', 'junit-probes', 'sarif', 'tap'] as const;
        const args = names.flatMap((name) => ['-r', `${name}=${name}.out`]);
        const options = ['--baseline', 'ci/known.yaml', '--sarif-location', 'ci/known.yaml'];
        const both = [url, `${url}again`, '--probe', 'malformed', ...args, ...options];
        expect((await run(both, { cwd: folder })).code).to.equal(1);
        for (const name of names) {
          const text = await readFile(path.join(folder, `${name}.out`), 'utf8');
          expect(text, name).to.match(
            /ci\/known\.yaml:3: malformed\/hex no longer fails'?(?:; |%0Afix: )run again with --update-baseline/,
          );
          expect(text, name).to.not.include('failures[');
          if (name === 'terminal' || name === 'markdown') {
            expect(text).to.include(
              'gate: fail (ci/known.yaml:3, ci/known.yaml:4, ci/known.yaml:5 and 2 more entries no longer fail)',
            );
          }
          if (name === 'github') {
            expect(text).to.match(/^::error title=Unexpected pass[^\n]*,file=ci\/known\.yaml,line=3::/m);
          }
        }
      }),
    ));

  it('names the line of an entry of JSON', async () => {
    const text =
      '{\n  "failures": [\n    {"probe": "malformed/hex", "criterion": "*", "reason": "old"}\n  ]\n}\n';
    const { code, stdout } = await auditWith(text, { fixture: 'conformant' }, 'known.json');
    expect(code).to.equal(1);
    expect(stdout).to.match(/^known\.json:3: malformed\/hex no longer fails; run again with /m);
  });

  it('says in the line of -q what to do', async () => {
    const { stdout } = await auditWith(yaml, { fixture: 'conformant', options: [...few, '-q'] });
    expect(stdout).to.match(
      /^✗ passed [^\n]* 1 unexpected pass, run again with --update-baseline · gate: fail\n$/,
    );
  });

  it('does not fail over that where it is allowed, or where nothing is to count', async () => {
    for (const option of [['--allow-unexpected-pass'], ['--fail-on', 'never']]) {
      const options = [...few, '-q', ...option];
      const outcome = await auditWith(yaml, { fixture: 'conformant', options });
      expect(outcome.code).to.equal(0);
      expect(outcome.stdout).to.match(/^✓ passed [^\n]* 1 unexpected pass · gate: pass\n$/);
    }
  });

  it('says nothing of what was not sent', async () => {
    const outcome = await auditWith(yaml, { fixture: 'conformant', options: ['--probe', 'malformed/hex'] });
    expect(outcome.code).to.equal(0);
    expect(outcome.stdout).to.not.include('unexpected');
  });

  it('fails where an entry has run out, and says what was said of it', async () => {
    const outcome = await auditWith(`${yaml}    until: 2020-01-31\n`, { fixture: 'number-conversion' });
    expect(outcome.code).to.equal(1);
    expect(outcome.stdout.replace(/\n {12}/g, ' ')).to.include(
      '  expired   known until 2020-01-31, which has passed: the parser converts numbers (edge team)\n',
    );
    expect(outcome.stdout).to.match(/^ {2}✗ malformed 1\/3 {2}101: all except word$/m);
    const valid = await auditWith(`${yaml}    until: 2999-01-31\n`, { fixture: 'number-conversion' });
    expect(valid.code).to.equal(0);
    expect(valid.stdout).to.include('(edge team, until 2999-01-31)\n');
  });

  it('is in the JSON report, which fits its schema', async () => {
    const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
      JSON.parse(readFileSync('docs/report.schema.json', 'utf8')),
    );
    const options = [...few, '-r', 'json'];
    const reports: Report[] = [];
    for (const fixture of ['number-conversion', 'conformant']) {
      const { stdout } = await auditWith(yaml, { fixture, options });
      const report = JSON.parse(stdout);
      expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
      reports.push(report);
    }
    const [known] = reports[0]?.targets ?? [];
    const said = { reason: 'the parser converts numbers', owner: 'edge team' };
    expect([known?.verdict, known?.gate]).to.deep.equal(['nonconformant', 'pass']);
    expect(known?.findings.map((finding) => finding.known)).to.deep.equal([[said]]);
    expect(known?.probes.find(({ id }) => id === 'malformed/hex')?.criteria.status).to.deep.include({
      verdict: 'fail',
      known: said,
    });
    expect(reports[1]?.targets[0]?.unexpectedPasses).to.deep.equal([
      {
        index: 0,
        probe: 'malformed/{hex,binary}',
        criterion: 'status',
        location: { file: 'known.yaml', line: 2 },
        ...said,
      },
    ]);
  });

  it('names no repeat command with itself in it', async () => {
    const { stdout } = await auditWith(yaml, { fixture: 'accepts-any-version' });
    expect(stdout).to.match(/^ {2}recheck {3}.* -vv$/m);
    expect(stdout).to.not.match(/recheck .*baseline/);
  });

  it('that is about none of the targets says so', async () => {
    const other = yaml.replace(anyPort, 'ws://staging.example/*');
    const { code, stderr } = await auditWith(other, { fixture: 'conformant' });
    expect({ code, stderr }).to.deep.equal({
      code: 0,
      stderr: 'handshake13: known.yaml: no entry matches a target of this run\n',
    });
  });

  it('shows what its entries say on one line, and escaped', async () => {
    const hostile = yaml.replace(
      'reason: the parser converts numbers',
      'reason: "für\\nuns \\x1b[31m\\u202e"',
    );
    const { stdout } = await auditWith(hostile, { fixture: 'number-conversion' });
    expect(stdout).to.include('     known  für uns \\x1b[31m\\u{202e} (edge team)\n');
  });
});

describe('--update-baseline', function () {
  this.timeout(60_000);

  const update = [...few, '-q', '--update-baseline'];

  const before = `# Reviewed every quarter.
failures:
  # The old parser, see ticket 42.
  - target: ws://127.0.0.1:*/
    probe: malformed/hex # only this
    criterion: status
    reason: >-
      it converts numbers
    owner: edge team
    until: 2999-12-31

  # Fixed since.
  - { probe: malformed/word, criterion: status, reason: words were fine }
  # Not audited here.
  - target: ws://elsewhere.example/*
    probe: malformed
    criterion: '*'
    reason: of another server
  # Not sent.
  - probe: draft/*
    criterion: status
    reason: drafts were fine
version: 1 # of the format
`;

  it('keeps what still fails with all that is said of it, and every comment', async () => {
    const outcome = await auditWith(before, { fixture: 'number-conversion', options: update });
    expect(outcome.code).to.equal(0);
    expect(outcome.stderr).to.equal(
      'handshake13: known.yaml: 1 added, 1 removed, 3 kept; gate with it: pass\n',
    );
    const removed =
      '  # Fixed since.\n  - { probe: malformed/word, criterion: status, reason: words were fine }\n';
    const added = `  - target: ${outcome.url}
    probe: malformed/binary
    criterion: status
    reason: Accepts other spellings of the number 13
`;
    expect(outcome.text).to.equal(
      before.replace(removed, '').replace('version: 1 #', `${added}version: 1 #`).replace('31\n\n', '31\n'),
    );
  });

  it('moves an anchor out of an entry that goes', async () => {
    const text = `failures:
  - { probe: malformed/word, criterion: status, reason: &why numbers }
  - { probe: malformed/hex, criterion: status, reason: *why }
  - { probe: malformed/binary, criterion: status, reason: *why }
`;
    const outcome = await auditWith(text, { fixture: 'number-conversion', options: update });
    expect(outcome.code).to.equal(0);
    expect(outcome.text).to.equal(`failures:
  - { probe: malformed/hex, criterion: status, reason: &why numbers }
  - { probe: malformed/binary, criterion: status, reason: *why }
`);
  });

  it('can empty a file, and fill it again', async () => {
    const emptied = await auditWith(yaml, { fixture: 'conformant', options: update });
    expect(emptied).to.include({ code: 0, text: 'failures: []\n' });
    const filled = await auditWith(emptied.text, { fixture: 'number-conversion', options: update });
    expect(filled).to.include({ code: 0 });
    expect(filled.text.replace(filled.url, anyPort)).to.equal(
      yaml
        .replace('the parser converts numbers', 'Accepts other spellings of the number 13')
        .replace('    owner: edge team\n', ''),
    );
  });

  it('leaves a file alone of which nothing changes, however it is written', async () => {
    const odd = 'failures:\n- {probe: "malformed/*",   criterion: status, reason: "x"}   # odd\n\n\n';
    const outcome = await auditWith(odd, { fixture: 'number-conversion', options: update });
    // malformed/* was not sent whole, and so is not known to have passed.
    expect(outcome).to.include({ code: 0, text: odd });
    expect(outcome.stderr).to.equal(
      'handshake13: known.yaml: 0 added, 0 removed, 1 kept; gate with it: pass\n',
    );
  });

  it('keeps the other keys and the indentation of JSON', async () => {
    const json = {
      $schema: './baseline.schema.json',
      version: 1,
      failures: [
        { reason: 'words were fine', criterion: 'status', probe: 'malformed/word' },
        { criterion: 'status', probe: 'malformed/{hex,binary}', reason: 'numbers', owner: 'edge' },
      ],
    };
    const text = `${JSON.stringify(json, null, '\t')}\n`;
    const outcome = await auditWith(text, { fixture: 'number-conversion', options: update }, 'known.json');
    expect(outcome.code).to.equal(0);
    expect(outcome.text).to.equal(
      `${JSON.stringify({ ...json, failures: json.failures.slice(1) }, null, '\t')}\n`,
    );
  });

  it('makes a baseline that fits its schema, in every format', async () => {
    const ajv = new Ajv();
    ajv.addFormat('date', isDay);
    const validate = ajv.compile(JSON.parse(readFileSync('docs/baseline.schema.json', 'utf8')));
    for (const name of ['known.yaml', 'known.yml', 'known.json']) {
      const baseline = parse(await firstBaseline('draft-8-unadvertised', name, ['--probe', 'draft/*']));
      expect(validate(baseline), JSON.stringify(validate.errors)).to.equal(true);
      expect(baseline.failures).to.deep.include({
        target: anyPort,
        criterion: 'listHonesty',
        reason: 'Accepts a version that it does not advertise',
      });
      validate({ failures: [{ ...baseline.failures[0], reason: '' }] });
      expect(validate.errors).to.have.lengthOf(1);
    }
  });

  it('names a family by its glob only where every probe of it fails', async () => {
    const all = parse(await firstBaseline('no-list', 'known.yaml', ['--probe', 'malformed']));
    expect(all.failures).to.deep.equal([
      {
        target: anyPort,
        probe: 'malformed/*',
        criterion: 'versionList',
        reason: 'Sends no version list with a refusal',
      },
    ]);
    const some = parse(await firstBaseline('no-list'));
    expect(some.failures).to.deep.include({ ...all.failures[0], probe: 'malformed/{hex,binary,word}' });
  });

  it('does not renew what has run out, which then fails all the same', async () => {
    const old = `${yaml}    until: 2020-01-31\n`;
    const outcome = await auditWith(old, { fixture: 'number-conversion', options: update });
    expect(outcome).to.include({ code: 1, text: old });
    expect(outcome.stderr).to.match(
      /0 added, 0 removed, 1 kept; expired entries are not renewed; gate with it: fail\n$/,
    );
  });

  it('narrows an entry to the targets that still fail', () =>
    withFolder((folder) =>
      withFixture('number-conversion', ({ url: faulty }) =>
        withFixture('conformant', async ({ url: right }) => {
          const file = path.join(folder, 'known.yaml');
          await writeFile(file, yaml);
          const args = [faulty, right, '--baseline', file, ...few, '-q'];
          expect((await run(args)).code).to.equal(1);
          const { code, stderr } = await run([...args, '--update-baseline']);
          expect(code).to.equal(0);
          expect(stderr).to.match(
            /: 0 added, 0 removed, 1 narrowed to the targets that still fail, 0 kept; gate with it: pass\n/,
          );
          expect(await readFile(file, 'utf8')).to.equal(yaml.replace(anyPort, faulty));
          expect((await run(args)).code).to.equal(0);
        }),
      ),
    ));

  it('removes nothing where a target could not be judged', () =>
    withFolder((folder) =>
      withFixture('conformant', async ({ url }) => {
        const file = path.join(folder, 'known.yaml');
        await writeFile(file, yaml);
        const closed = `ws://127.0.0.1:${await closedPort()}/`;
        const { code, stderr } = await run([url, closed, '--baseline', file, ...update]);
        expect(code, 'the entry is still there').to.equal(1);
        expect(stderr).to.match(
          /1 kept; the run was inconclusive, so nothing was removed; gate with it: fail\n$/,
        );
        expect(await readFile(file, 'utf8')).to.equal(yaml);
        const only = await run([closed, '--baseline', file, ...update]);
        expect(only.code).to.equal(3);
      }),
    ));

  it('removes nothing where the run was interrupted', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'known.yaml');
      const text = yaml.replace('malformed/{hex,binary}', 'valid/lowercase-name');
      await writeFile(file, text);
      let isStuck = (): void => {};
      const reached = new Promise<void>((resolve) => {
        isStuck = resolve;
      });
      await withFixture(
        'never-responds',
        async ({ url }) => {
          const options = ['--response-timeout', '100000', '-q', '--baseline', file, '--update-baseline'];
          const { child, ended } = start([url, ...options]);
          await Promise.race([reached, ended]);
          child.kill('SIGINT');
          const { code, stderr } = await ended;
          expect(code).to.equal(130);
          expect(stderr).to.match(
            /1 kept; the run was inconclusive, so nothing was removed; gate with it: fail\n$/,
          );
          expect(await readFile(file, 'utf8')).to.equal(text);
        },
        { onHandshake: (nth) => nth === 12 && isStuck() },
      );
    }));
});

interface WrongFile {
  /** Of a file of this name: `known.yaml` by default. */
  readonly name?: string;
  /** Left out: there is no such file. */
  readonly text?: string;
  readonly says: RegExp;
  readonly options?: readonly string[];
}

/** One entry in YAML, with these lines in place of its own. */
const withLines = (...lines: string[]): string => `failures:\n  - ${lines.join('\n    ')}\n`;
const [probe, criterion, reason] = ['probe: malformed/*', 'criterion: status', 'reason: it is so'];

const wrongFiles: Readonly<Record<string, WrongFile>> = {
  'not there': { says: /known\.yaml cannot be read: ENOENT.*--update-baseline creates it/ },
  'a directory': { name: 'folder.yaml', says: /folder\.yaml cannot be read: EISDIR/ },
  'of no format that is known': { name: 'known.toml', text: '', says: /must end in \.json, \.yaml or \.yml/ },
  'not YAML': { text: 'failures: [1\n', says: /known\.yaml:\d+: Flow sequence/ },
  'YAML with a star that is not quoted': {
    text: withLines(probe, 'criterion: *', reason),
    says: /known\.yaml:3: .*in quotes: '\*'/,
  },
  'YAML with a key that is there twice': {
    text: withLines(probe, criterion, reason, reason),
    says: /known\.yaml:5: Map keys must be unique/,
  },
  'YAML with aliases that expand too far': {
    text: `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(10)}]\nfailures: [${'*b,'.repeat(10)}]\n`,
    says: /known\.yaml:1: Excessive alias count/,
  },
  'YAML with an alias in what it stands for': {
    text: 'failures: &all [*all]\n',
    says: /known\.yaml:1: failures\.0 contains itself/,
  },
  'about a target with so many wildcards that matching does not end': {
    name: 'known.json',
    text: JSON.stringify({ failures: [{ criterion: '*', reason: 'x', target: '*a'.repeat(12) }] }),
    says: /target (?:\*a){12} has more than 5 wildcards/,
  },
  'about a target that is longer than a glob can be': {
    name: 'known.json',
    text: JSON.stringify({ failures: [{ criterion: '*', reason: 'x', target: 'a'.repeat(70_000) }] }),
    says: /target a{100} \[\.\.\.\] a{40} \(70000 characters\) is longer than/,
  },
  'not JSON': { name: 'known.json', text: '{"failures": [}', says: /known\.json is not JSON: / },
  'JSON with a comment': { name: 'known.json', text: '// x\n{}', says: /known\.json is not JSON: / },
  empty: { text: '', says: /known\.yaml:1: the baseline must be an object/ },
  'a list': { text: '- a\n', says: /known\.yaml:1: the baseline must be an object/ },
  'of another version': { text: 'version: 2\nfailures: []\n', says: /known\.yaml:1: version must be 1/ },
  'without failures': { text: 'version: 1\n', says: /the baseline lacks "failures"/ },
  'misspelt at its top': {
    text: '\nfailurs: []\n',
    says: /known\.yaml:2: .*"failurs"; did you mean failures\?/,
  },
  'misspelt in an entry': {
    text: withLines(probe, 'criterium: status', reason),
    says: /known\.yaml:3: the entry has an unknown key "criterium"; did you mean criterion\?/,
  },
  'about an unknown criterion': {
    text: withLines(probe, 'criterion: versionlist', reason),
    says: /known\.yaml:3: criterion is "versionlist".* did you mean versionList\?/,
  },
  'without a criterion': { text: withLines(probe, reason), says: /:2: the entry lacks "criterion"/ },
  'without a probe': { text: withLines(criterion, reason), says: /:2: the entry lacks "probe"/ },
  'without a reason': { text: withLines(probe, criterion), says: /:2: the entry lacks "reason"/ },
  'with an empty reason': {
    text: withLines(probe, criterion, 'reason: " "'),
    says: /known\.yaml:4: reason is empty/,
  },
  'with an owner that is no text': {
    text: withLines(probe, criterion, reason, 'owner: 7'),
    says: /known\.yaml:5: owner must be a string/,
  },
  'with a day that is none': {
    text: withLines(probe, criterion, reason, 'until: 2026-02-30'),
    says: /known\.yaml:5: until is "2026-02-30".* as 2026-12-31/,
  },
  'with a day written otherwise, in JSON': {
    name: 'known.json',
    text: '{"failures": [\n{"probe": "valid", "criterion": "*", "reason": "x",\n"until": "31.12.2026"}]}',
    says: /known\.json:3: until is "31\.12\.2026"/,
  },
  'about probes that are none': {
    text: withLines('probe: malformd/*', criterion, reason),
    says: /probe malformd\/\* matches no probe; did you mean malformed\/\*\?/,
  },
};

describe('a baseline file that is wrong', function () {
  this.timeout(60_000);

  for (const [what, { name = 'known.yaml', text, says, options = [] }] of Object.entries(wrongFiles)) {
    it(`is reported in one line before anything is sent: ${what}`, () =>
      withFolder((folder) =>
        withRecorder(async ({ port, received }) => {
          if (text !== undefined) await writeFile(path.join(folder, name), text);
          if (name.startsWith('folder')) await mkdir(path.join(folder, name));
          const target = `ws://127.0.0.1:${port}/`;
          const outcome = await run([target, '--baseline', name, ...options], { cwd: folder });
          expect(outcome).to.include({ code: 2, stdout: '' });
          expect(outcome.stderr).to.match(/^handshake13: [^\n]+\n$/);
          expect(outcome.stderr).to.match(says);
          expect(received).to.deep.equal([]);
        }),
      ));
  }
});
