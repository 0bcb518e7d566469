/** Annotations for GitHub Actions. How they are escaped is judged by GitHub's own package. */

import { EOL } from 'node:os';
import { error, notice, warning } from '@actions/core';
import { expect } from 'chai';
import { workflowCommand } from '../../reporters/annotations.ts';
import { createGitHubReporter } from '../../reporters/github.ts';
import { expectGolden } from '../support/golden-text.ts';
import { fewProbes, hostile, hostileServers } from '../support/hostile-texts.ts';
import {
  type Audited,
  auditFixture,
  changed,
  render,
  together,
  withResult,
} from '../support/render-report.ts';

interface Annotation {
  readonly kind: 'error' | 'warning' | 'notice';
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

const writers = { error, warning, notice };

/** What GitHub's package writes; it knows no place to write to but standard output. */
function byCore({ kind, properties: { title, file, line }, message }: Annotation): string {
  const { write } = process.stdout;
  let text = '';
  process.stdout.write = (part: string | Uint8Array): boolean => {
    text += part;
    return true;
  };
  try {
    writers[kind](message, {
      ...(title !== undefined && { title }),
      ...(file !== undefined && { file }),
      ...(line !== undefined && { startLine: Number(line) }),
    });
  } finally {
    process.stdout.write = write;
  }
  return text.slice(0, -EOL.length);
}

/** Reads annotations as the runner does: each escape once, from the left. */
function read(text: string): Annotation[] {
  expect(text).to.match(/^(::.*\n)*$/);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [, kind = '', written = '', message = ''] = /^::([a-z]+) ?(.*?)::(.*)$/.exec(line) ?? [];
      if (kind !== 'error' && kind !== 'warning' && kind !== 'notice')
        throw new Error(`no annotation: ${line}`);
      const properties = written.split(',').map((pair) => {
        const equals = pair.indexOf('=');
        return [pair.slice(0, equals), unescaped(pair.slice(equals + 1))] as const;
      });
      return { kind, properties: Object.fromEntries(properties), message: unescaped(message) };
    });
}

const unescaped = (text: string): string =>
  text.replace(/%(25|0D|0A|3A|2C)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const annotate = (audited: Audited): string => render(createGitHubReporter, audited);

const severalFindings = (): Promise<Audited> =>
  auditFixture('answers-426-bare', { probe: ['malformed/*', 'unsupported/*'] });

describe('a workflow command', () => {
  const values = {
    nothing: '',
    'a command': '::error::a',
    'an escape': '%0A %25 %250A',
    'line ends': 'a\r\nb\nc\rd',
    'colons and commas': 'a:b,c=d::e,,',
    'ANSI escapes and NUL': '\x1b[31mred\0',
    'more than ASCII': 'Чат \u{1f600}\u202e',
    'all that is hostile': hostile,
  };

  for (const [name, value] of Object.entries(values)) {
    it(`is escaped byte for byte as GitHub's own package does: ${name}`, () => {
      for (const kind of ['error', 'warning', 'notice'] as const) {
        for (const properties of [{}, { title: value }, { title: value, file: value, line: '7' }]) {
          const own = workflowCommand(kind, properties, value);
          expect(own).to.equal(byCore({ kind, properties, message: value }));
          expect(own).to.not.match(/[\r\n]/);
        }
      }
    });
  }
});

describe('the annotations', function () {
  this.timeout(30_000);

  it('read as they are kept in golden/github.txt', async () => {
    const audited = together([
      await auditFixture('conformant', { probe: fewProbes }),
      await severalFindings(),
      await auditFixture('control-401', { probe: fewProbes }),
    ]);
    expectGolden('github.txt', annotate(audited));
  });

  it('say the cause, the fix and how to reproduce it, within what the runner keeps of a message', async () => {
    const audited = await auditFixture('number-conversion', { probe: ['malformed/*'] });
    const [finding] = audited.report.targets[0]?.findings ?? [];
    const [annotation] = read(annotate(audited));
    const lines = annotation?.message.split('\n') ?? [];
    expect(lines).to.include.members([`cause: ${finding?.cause}`, `fix: ${finding?.fix}`]);
    expect(lines.slice(lines.indexOf('reproduce:') + 1)).to.deep.equal([
      ...(finding?.reproduce.join('\n').split('\n') ?? []),
      `handshake13 ${audited.url} --probe malformed/leading-zero -vv`,
    ]);
    const long = withResult(audited, ({ findings }) => ({
      findings: findings.map((one) => ({ ...one, reproduce: [`curl ${'x'.repeat(4000)}\n# got 101`] })),
    }));
    const [cut] = read(annotate(long));
    expect(cut?.message).to.have.length.below(4000);
    expect(cut?.message).to.match(/\nreproduce:\nhandshake13 ws:\S+ --probe malformed\/leading-zero -vv$/);
  });

  it('are none where all is well', async () => {
    expect(annotate(await auditFixture('conformant', { probe: fewProbes }))).to.equal('');
  });

  it('are an error for a MUST, a warning for a SHOULD, a notice for what does not count', async () => {
    const kindsOf = async (failOn: 'must' | 'should' | 'never'): Promise<string[]> => {
      const probes = { probe: ['malformed/hex', 'unsupported/9'], closeTimeout: 50 };
      const must = await auditFixture('number-conversion', { ...probes, failOn });
      const should = await auditFixture('stays-open', { ...probes, failOn });
      return read(annotate(together([must, should]))).map(
        ({ kind, properties }) => `${kind} ${properties.title?.split(' ')[0]}`,
      );
    };
    expect(await kindsOf('should')).to.deep.equal(['error [MUST]', 'warning [SHOULD]']);
    expect(await kindsOf('must')).to.deep.equal(['error [MUST]', 'notice [SHOULD]']);
    expect(await kindsOf('never')).to.deep.equal(['notice [MUST]', 'notice [SHOULD]']);
  });

  it('say what was sent, expected and got, what to do, and how to reproduce it', async () => {
    const audited = await auditFixture('number-conversion', { probe: ['malformed/hex'] });
    const [annotation] = read(annotate(audited));
    expect(annotation?.properties.title).to.match(/^\[MUST\] Accepts /);
    expect(annotation?.message.split('\n')[0]).to.equal(audited.url);
    for (const line of ['sent: Sec-WebSocket-Version: 0xd', 'expected: 400', 'got: 101']) {
      expect(annotation?.message).to.include(`\n${line}\n`);
    }
    expect(annotation?.message).to.match(/\nfix: \S/);
    expect(annotation?.message).to.match(
      /\nreproduce:\ncurl .*\n# got .*\nhandshake13 ws:\S+ --probe malformed\/hex -vv$/,
    );
  });

  it('stand at the line that a target is written on, and nowhere where there is none', async () => {
    const audited = await auditFixture('number-conversion', { probe: ['malformed/hex'] });
    expect(read(annotate(audited))[0]?.properties).to.have.all.keys('title');
    const placed = changed(audited, (event) =>
      event.type === 'target-start'
        ? { ...event, label: 'chat, the: first\n::', location: { file: 'ci/a,b: c.yml', line: 12 } }
        : event,
    );
    const [annotation] = read(annotate(placed));
    expect(annotation?.properties).to.include({ file: 'ci/a,b: c.yml', line: '12' });
    expect(annotation?.message.split('\n')[0]).to.equal(`chat, the: first\\n:: (${audited.url})`);
  });

  it('are an error where a target could not be judged', async () => {
    const annotations = read(annotate(await auditFixture('control-401', { failOn: 'never' })));
    expect(annotations).to.have.lengthOf(1);
    expect(annotations[0]).to.include({ kind: 'error' });
    expect(annotations[0]?.message).to.include('401 Unauthorized');
  });

  it('leave out what is known, and are an error for what passes against expectation', async () => {
    const audited = await auditFixture('number-conversion', { probe: ['malformed/hex'] });
    const known = withResult(audited, ({ findings }) => ({
      findings: findings.map((finding) => ({ ...finding, known: [{ reason: 'an old client' }] })),
    }));
    expect(annotate(known)).to.equal('');
    const passing = withResult(known, () => ({
      unexpectedPasses: [
        { index: 0, probe: 'malformed/word', criterion: 'status', reason: 'a\n::error::b' },
        { index: 0, probe: null, criterion: 'listHonesty', reason: 'c' },
      ],
    }));
    const annotations = read(annotate(passing));
    expect(annotations.map(({ kind, properties }) => `${kind} ${properties.title}`)).to.deep.equal([
      'error Unexpected pass: malformed/word, status',
      'error Unexpected pass: the target as a whole, listHonesty',
    ]);
    expect(annotations[0]?.message).to.include('known failure: a\\n\\x3a:error::b');
    const putUpWith = changed(passing, (event) =>
      event.type === 'run-start' ? { ...event, allowUnexpectedPass: true } : event,
    );
    expect(read(annotate(putUpWith)).map(({ kind }) => kind)).to.deep.equal(['notice', 'notice']);
  });

  it('say how the target was reached, what was promised of it, and that not all could be judged', async () => {
    const audited = withResult(
      await auditFixture('number-conversion', { probe: ['malformed/hex'] }),
      ({ findings }) => ({
        reason: 'no verdict on malformed/word: unstable',
        findings: findings.map((finding) => ({
          ...finding,
          expired: [{ reason: 'old', owner: 'ops', until: '2020-01-31' }],
        })),
      }),
    );
    const [finding, gap] = read(
      annotate(
        changed(audited, (event) =>
          event.type === 'target-start'
            ? { ...event, proxy: 'http://proxy.example:3128', warnings: ['not checked'] }
            : event,
        ),
      ),
    );
    expect(finding?.message.split('\n')).to.include.members([
      'proxy: http://proxy.example:3128',
      'warning: not checked',
      'expired: known until 2020-01-31, which has passed: old (ops)',
    ]);
    expect(gap).to.include({ kind: 'warning' });
    expect(gap?.properties.title).to.equal('Not everything could be judged');
    expect(gap?.message).to.match(/\nno verdict on malformed\/word: unstable$/);
  });

  it('say that the run was interrupted', async () => {
    const audited = changed(await auditFixture('conformant', { probe: fewProbes }), (event) =>
      event.type === 'run-end' ? { ...event, partial: true } : event,
    );
    expect(annotate(audited)).to.match(/^::warning title=The audit was interrupted::[^\n]+\n$/);
  });

  it('are ten of a kind at most, the worst of each target first, and say how many more there are', async () => {
    const several = await severalFindings();
    const perTarget = several.report.targets[0]?.findings ?? [];
    expect(new Set(perTarget.map(({ level }) => level))).to.include('MUST');
    for (const targets of [10, 11, 30]) {
      const text = annotate(together(Array(targets).fill(several)));
      const annotations = read(text);
      for (const [kind, level] of [
        ['error', 'MUST'],
        ['warning', 'SHOULD'],
      ] as const) {
        const found = perTarget.filter((finding) => finding.level === level);
        const shown = annotations.filter((one) => one.kind === kind);
        const total = found.length * targets;
        expect(shown).to.have.lengthOf(Math.min(total, 10));
        if (total <= 10) continue;
        expect(shown.at(-1)?.properties.title).to.equal(`${total - 9} more like these`);
        const titles = shown.slice(0, -1).map(({ properties }) => properties.title);
        expect(new Set(titles)).to.deep.equal(new Set([`[${level}] ${found[0]?.title}`]));
      }
      expect(text.lastIndexOf('::error ')).to.be.lessThan(text.indexOf('::warning ') >>> 0);
    }
  });

  for (const [where, hooks] of Object.entries(hostileServers)) {
    it(`hold nothing raw, with hostile text ${where}`, async () => {
      const audited = await auditFixture('conformant', { probe: fewProbes }, hooks);
      const text = annotate(audited);
      expect(text).to.match(/^[\x20-\x7e\n§]+$/);
      for (const annotation of read(text)) {
        expect(annotation.message.split('\n').every((line) => !/^\s*::/.test(line))).to.equal(true);
      }
      // Every line is what GitHub's own package would have written.
      const own = read(text).map((annotation) => `${byCore(annotation)}\n`);
      expect(own.join('')).to.equal(text);
    });
  }
});
