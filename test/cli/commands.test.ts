/** The commands that audit nothing of the caller's: demo, list, explain, serve --list, help, version, completion. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { groups } from '../../cases/case.ts';
import { caseCatalogue } from '../../cases/catalogue.ts';
import { runExplain } from '../../cli/commands/explain.ts';
import { commandNames } from '../../cli/options/command-options.ts';
import { fixtures, hostileFixtures } from '../../fixtures/catalogue.ts';
import { catalogue } from '../../probes/catalogue.ts';
import { families } from '../../probes/probe.ts';
import { clientReporterNames } from '../../reporters/client/registry.ts';
import { checkNames } from '../../scoring/checks.ts';
import { clientFindingKinds } from '../../scoring/client/client-finding-kinds.ts';
import { criterionNames } from '../../scoring/criteria.ts';
import { findingKinds } from '../../scoring/finding-kinds.ts';
import { profileNames } from '../../scoring/profiles.ts';
import { clauses } from '../../spec/clauses.ts';
import { clientClauses } from '../../spec/client-clauses.ts';
import { run } from '../support/command.ts';
import { unpackPackages } from '../support/debian-packages.ts';
import { program, runInShell } from '../support/process.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

describe('demo', () => {
  it('shows a right server and a wrong one, and is content with that', async () => {
    const { code, stdout, stderr } = await run(['demo']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^✓ conformant {2}ws:/m);
    expect(stdout).to.match(/^✓ conformant · gate: pass · /m);
    expect(stdout).to.match(/^✗ nonconformant {2}ws:/m);
    expect(stdout).to.match(/^✗ nonconformant · 1 finding \(1 MUST\) · gate: fail · /m);
    expect(stdout.trimEnd().split('\n').at(-1)).to.match(/npm start -- ws:/);
  });
});

describe('list', () => {
  it('names every probe, by family', async () => {
    const { code, stdout, stderr } = await run(['list']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const listed = stdout
      .split('\n')
      .flatMap((line) => /^ {2}(\S+\/\S+) +(accept|reject|either) /.exec(line)?.[1] ?? []);
    expect(listed).to.deep.equal(catalogue.map(({ id }) => id));
  });

  it('names every kind of finding, and every clause', async () => {
    for (const [subject, ids] of [
      ['findings', findingKinds.map(({ id }) => id).sort()],
      ['clauses', Object.keys(clauses)],
    ] as const) {
      const { code, stdout, stderr } = await run(['list', subject]);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      const listed = stdout.split('\n').flatMap((line) => /^ {2}(\S+) {2,}\S/.exec(line)?.[1] ?? []);
      expect(listed).to.deep.equal(ids);
      expect(stdout).to.not.include('%s');
      const json: { id: string }[] = JSON.parse((await run(['list', subject, '--json'])).stdout);
      expect(json.map(({ id }) => id)).to.deep.equal(ids);
    }
  });

  it('gives programs the same as JSON', async () => {
    const { code, stdout } = await run(['list', '--json']);
    expect(code).to.equal(0);
    const listed: Record<string, unknown>[] = JSON.parse(stdout);
    expect(listed.map(({ id }) => id)).to.deep.equal(catalogue.map(({ id }) => id));
    for (const probe of listed) {
      expect(probe).to.include.all.keys(
        'id',
        'family',
        'title',
        'varies',
        'expects',
        'clauses',
        'why',
        'fix',
      );
    }
  });
});

describe('serve --list', () => {
  it('names every fixture', async () => {
    const { code, stdout } = await run(['serve', '--list']);
    expect(code).to.equal(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).to.deep.equal([...fixtures, ...hostileFixtures].map(({ name }) => name));
  });
});

describe('explain', () => {
  it('explains a probe: the bytes, the duty, the reason, the cure, the sources', async () => {
    const { code, stdout, stderr } = await run(['explain', 'duplicate/13-8']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.include('\n  Sec-WebSocket-Version: 13\\r\\n\n  Sec-WebSocket-Version: 8\\r\\n\n');
    for (const heading of ['What a server must do', 'Why it matters', 'How to fix it', 'Sources']) {
      expect(stdout).to.include(`\n\n${heading}\n  `);
    }
    expect(stdout).to.include('once-in-request: RFC 6455');
  });

  it('explains a case of client, a finding and a clause about clients, and what has the name of a probe too', async () => {
    const { code, stdout, stderr } = await run(['explain', 'accept-lower']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(
      /^accept-lower\n {2}the accept value in lower case\n\nWhat a client is answered\n {2}HTTP/,
    );
    expect(stdout).to.match(/\nWhat it must do\n {2}fail the connection/);
    expect((await run(['explain', 'takes-accept-case'])).stdout).to.match(
      /\nCases that show it\n {2}accept-lower\n/,
    );
    expect((await run(['explain', 'client-extension'])).stdout).to.match(
      /\nCases that test it\n {2}ext-unasked, /,
    );
    expect((await run(['explain', '4.1'])).stdout).to.match(/^client-version\n/m);
    const { stdout: both } = await run(['explain', 'upgrade-missing']);
    expect(both).to.match(/^handshake\/upgrade-missing\n(?:.|\n)*\nupgrade-missing\n {2}no Upgrade\n/);
  });

  it('lists the cases, findings and clauses of audits of clients', async () => {
    const { code, stdout } = await run(['list', '--client']);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^ {2}accept-lower +fail +core +the accept value in lower case$/m);
    expect(stdout).to.match(/\n78 cases; "handshake13 explain ID" describes one\n$/);
    expect(JSON.parse((await run(['list', '--client', '--json'])).stdout)).to.have.lengthOf(78);
    expect((await run(['list', 'findings', '--client'])).stdout).to.match(
      /^ {2}takes-any-accept +Opens although/m,
    );
    expect((await run(['list', 'clauses', '--client'])).stdout).to.match(
      /^ {2}client-fails +RFC 6455 §7\.1\.7$/m,
    );
  });

  it('explains a finding, a family, and a probe by its name alone', async () => {
    const { stdout: finding } = await run(['explain', 'number-conversion']);
    expect(finding).to.match(/^number-conversion\n {2}Accepts other spellings of the number 13\n/);
    expect(finding).to.match(/\nProbable cause\n {2}\S(?:.|\n)*\nHow to fix it\n {2}\S/);
    expect((await run(['explain', 'duplicate'])).stdout).to.match(
      /^duplicate\n(?:.|\n)* {2}duplicate\/13-8: /,
    );
    expect((await run(['explain', 'hex'])).stdout).to.match(/^malformed\/hex\n/);
    const several = await run(['explain', 'no-space']);
    expect(several).to.include({ code: 2, stdout: '' });
    expect(several.stderr).to.match(
      /"no-space" is the name of 2 probes: valid\/no-space, comma-listed\/no-space\n$/,
    );
  });

  it('explains a clause: its source, and the probes that rest on it', async () => {
    const { code, stdout, stderr } = await run(['explain', 'once-in-request']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^once-in-request\n {2}RFC 6455 [^\n]*https:/);
    expect(stdout.replaceAll(/\s+/g, ' ')).to.include('duplicate/13-13, duplicate/13-8, ');
  });
});

describe('explain, of what a report names besides', () => {
  const first = async (word: string): Promise<string> => {
    const { code, stdout, stderr } = await run(['explain', word]);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return stdout;
  };

  it('knows a criterion by its key and by the heading of its column', async () => {
    const text = await first('socketClosed');
    expect(text)
      .to.match(/^socketClosed\n {2}closed the socket; /)
      .and.to.include('--profile rfc: MUST, where');
    expect(await first('close')).to.equal(text);
  });

  it('knows every check, and that of the target as a whole', async () => {
    for (const name of [...checkNames, 'listHonesty']) {
      expect(await first(name), name).to.match(new RegExp(`^${name}\\n {2}\\S`));
    }
  });

  it('knows a clause by where it stands, however that is written', async () => {
    const text = await first('RFC 6455 §4.4');
    expect(text).to.match(/^several-versions\n/);
    for (const word of ['4.4', '§4.4', 'rfc6455#section-4.4', '6455 4.4', 'RFC6455, section 4.4']) {
      expect(await first(word), word).to.equal(text);
    }
    expect(await first('4.2'))
      .to.include('RFC 6455 §4.2.1')
      .and.to.include('RFC 6455 §4.2.2');
  });

  it('says of a section on which nothing rests that it knows none', async () => {
    const { code, stdout, stderr } = await run(['explain', 'RFC 6455 §10.99']);
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.include('or section of an RFC "RFC 6455 §10.99"; "handshake13 list');
  });
});

describe('explain, of everything there is', () => {
  const printed = (id: string): string => {
    const { write } = process.stdout;
    let text = '';
    process.stdout.write = (chunk: string | Uint8Array) => {
      text += chunk;
      return true;
    };
    try {
      expect(runExplain(id)).to.equal(0);
    } finally {
      process.stdout.write = write;
    }
    return text;
  };

  it('explains every probe in lines of a terminal', () => {
    for (const { id, title } of catalogue) {
      const text = printed(id);
      expect(text.startsWith(`${id}\n  ${title}\n\n`), id).to.equal(true);
      expect(text, id).to.match(/^ {2}(?:GET|HEAD|POST|OPTIONS) /m);
      expect(text, id).to.match(/^[\x20-\x7e§\n]+$/);
    }
  });

  it('explains every clause, and knows the probes of each that has any', () => {
    for (const [id, { source, says }] of Object.entries(clauses)) {
      const text = printed(id).replaceAll(/\s+/g, ' ');
      expect(text).to.include(`${id} ${source}, http`);
      expect(text, id).to.include(says.replaceAll(/\s+/g, ' '));
      const [first] = catalogue.filter((probe) => probe.clauses.some((clause) => clause === id));
      expect(text, id).to.include(first === undefined ? 'none: it is checked' : first.id);
    }
  });
});

describe('--help', () => {
  const commands = [
    [],
    ['audit'],
    ['score'],
    ['diff'],
    ['client'],
    ['listen'],
    ['demo'],
    ['serve'],
    ['list'],
    ['explain'],
    ['completion'],
  ];
  for (const command of commands) {
    it(`of ${command[0] ?? 'the whole'} fits into 80 columns`, async () => {
      const { code, stdout, stderr } = await run([...command, '--help']);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.match(/^handshake13 /);
      expect(stdout.split('\n').filter((line) => line.length > 80)).to.deep.equal([]);
    });
  }

  it('lists the commands, the options in groups, examples and exit codes', async () => {
    const { stdout } = await run(['-h']);
    for (const heading of [
      'Commands',
      'What is sent',
      'What counts',
      'Connecting',
      'Time and load',
      'Reporting',
    ]) {
      expect(stdout).to.include(`\n${heading}:\n`);
    }
    for (const word of ['Examples:', 'Exit codes: 0 ', 'demo', '--fail-on', '-r, --reporter']) {
      expect(stdout).to.include(word);
    }
  });
});

describe('--version', () => {
  it('is the version of the package, wherever it stands', async () => {
    const outcomes = await Promise.all([
      run(['--version']),
      run(['list', '--version']),
      run(['ws://127.0.0.1:1/', '--version']),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).to.deep.equal({ code: 0, signal: null, stdout: `${version}\n`, stderr: '' });
    }
  });
});

describe('completion', function () {
  this.timeout(30_000);

  const offers = async (...words: string[]): Promise<string[]> => {
    const { code, stdout, stderr } = await run(['--get-yargs-completions', 'handshake13', ...words]);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return stdout.split('\n').slice(0, -1);
  };

  it('prints a script for the shell and nothing else', async () => {
    const { code, stdout, stderr } = await run(['completion']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^###-begin-handshake13-completions-###\n/);
    expect(stdout).to.match(/handshake13 --get-yargs-completions "\$\{args\[@\]\}"/);
    expect(stdout).to.match(/\ncomplete .* handshake13\n###-end-handshake13-completions-###\n+$/);
  });

  it('offers what can stand at the place of the word', async () => {
    const ids = catalogue.map(({ id }) => id);
    const duplicates = ids.filter((id) => id.startsWith('dup'));
    const expected: [words: string[], offered: string[]][] = [
      [['--probe', 'dup'], duplicates],
      [['ws://localhost:8080/', '--skip', 'dup'], duplicates],
      [
        ['explain', ''],
        [
          ...new Set([
            ...ids,
            ...Object.keys(clauses),
            ...families,
            ...findingKinds.map(({ id }) => id),
            ...criterionNames,
            ...checkNames,
            'listHonesty',
            ...caseCatalogue.map(({ id }) => id),
            ...groups,
            ...clientFindingKinds.map(({ id }) => id),
            ...Object.keys(clientClauses).filter((id) => !(id in clauses)),
          ]),
        ],
      ],
      [
        ['explain', 'once'],
        ['once-in-request', 'once-in-response', 'onceOnly'],
      ],
      [
        ['list', ''],
        ['probes', 'findings', 'clauses'],
      ],
      [
        [''],
        [
          'audit',
          'score',
          'merge',
          'diff',
          'client',
          'listen',
          'worker',
          'demo',
          'serve',
          'list',
          'explain',
          'completion',
        ],
      ],
      [['expl'], ['explain']],
      [
        ['localhost:8080', '--pro'],
        ['--probe', '--profile', '--proxy'],
      ],
      [['localhost:8080', '--profile', ''], [...profileNames]],
      [['localhost:8080', '-r', 'js'], ['json']],
      [['localhost:8080', '--ca', ''], []],
      // Nothing, so that the shell completes file names.
      [['score', ''], []],
      [['diff', 'a.json', 'b'], []],
      [
        ['client', '--case', 'accept-dup'],
        ['accept-dup-same', 'accept-dup-first', 'accept-dup-last'],
      ],
      [['client', '-r', ''], [...clientReporterNames]],
      [['score', 'a.json', '--pro'], ['--profile']],
      [
        ['score', 'a.json', '--fail-on', ''],
        ['must', 'should', 'never'],
      ],
      [
        ['diff', 'a.json', 'b.json', '-r', ''],
        ['terminal', 'json', 'html', 'markdown'],
      ],
      [['serve', 'number'], ['number-conversion']],
      [
        ['serve', '--'],
        ['--port', '--host', '--list', '--debug', '--help', '--version'],
      ],
      [['list', '--j'], ['--json']],
    ];
    const offered = await Promise.all(expected.map(([words]) => offers(...words)));
    expect(offered).to.deep.equal(expected.map(([, right]) => right));
  });

  const scripts: Record<string, RegExp> = {
    bash: /\ncomplete -o bashdefault [^\n]+ handshake13\n/,
    zsh: /^#compdef handshake13\n/,
    fish: /\ncomplete --command handshake13 /,
  };
  for (const [shell, script] of Object.entries(scripts)) {
    it(`prints the script of the shell that is named, or in use: ${shell}`, async () => {
      const named = await run(['completion', shell], { env: { SHELL: '/bin/sh' } });
      expect(named).to.include({ code: 0, stderr: '' });
      expect(named.stdout).to.match(script);
      expect((await run(['completion'], { env: { SHELL: `/usr/bin/${shell}` } })).stdout).to.equal(
        named.stdout,
      );
    });
  }

  it('knows no other shell', async () => {
    expect((await run(['completion', 'tcsh'])).stderr).to.match(
      /"tcsh": it must be one of bash, zsh, fish\n$/,
    );
  });

  it('completes in a real fish', async () => {
    const { env, folder } = await unpackPackages('fish', 'fish-common', 'libpcre2-32-0');
    const script = [
      // Where Debian would have installed them it looks by itself.
      `set fish_function_path ${folder}/usr/share/fish/functions`,
      'function handshake13; $NODE $PROGRAM $argv; end',
      'handshake13 completion fish | source',
      `for line in 'handshake13 --probe draft/' 'handshake13 ' 'handshake13 score package.js' 'handshake13 list --j'`,
      '    complete --do-complete $line | sort',
      '    echo ===',
      'end',
    ].join('\n');
    const { stdout } = await promisify(execFile)('fish', ['--no-config', '--command', script], {
      env: { ...env, HOME: folder, NODE: process.execPath, PROGRAM: program },
    });
    expect(stdout.split('===\n').map((block) => block.trimEnd().split('\n'))).to.deep.equal([
      ['draft/0', 'draft/7', 'draft/8'],
      [...commandNames].sort(),
      ['package.json'],
      ['--json'],
      [''],
    ]);
  });

  it('completes in a real shell', async () => {
    const { stdout } = await runInShell(
      [
        'handshake13() { "$NODE" "$PROGRAM" "$@"; }',
        'source <(handshake13 completion)',
        'COMP_WORDS=(handshake13 --probe draft/) COMP_CWORD=2',
        '_handshake13_yargs_completions',
        'declare -p COMPREPLY',
      ].join('\n'),
    );
    expect(stdout).to.equal('declare -a COMPREPLY=([0]="draft/0" [1]="draft/7" [2]="draft/8")\n');
  });
});
