/** The four layers of settings: what rules what, and how --print-config shows it. */

import { expect } from 'chai';
import {
  type AuditOption,
  asWritten,
  auditOptions,
  commandOptions,
} from '../../cli/options/audit-options.ts';
import { run } from '../support/command.ts';
import { errorLine, printed, withFiles } from '../support/config-folder.ts';
import { withFolder, withRecorder } from '../support/servers.ts';

const file = 'handshake13.config.yaml';

describe('settings', function () {
  this.timeout(60_000);

  /** Each layer added to the ones below it. */
  const layers: Record<
    string,
    { file: string; env: Record<string, string>; args: string[]; values: unknown[] }
  > = {
    'close-timeout': {
      file: 'close-timeout: 300\n',
      env: { HANDSHAKE13_CLOSE_TIMEOUT: '200' },
      args: ['--close-timeout', '100'],
      values: ['1s', '300ms', '200ms', '100ms'],
    },
    // Times with a unit.
    'max-time': {
      file: 'max-time: 1.5h\n',
      env: { HANDSHAKE13_MAX_TIME: '2m' },
      args: ['--max-time', '1.1s'],
      values: ['30m', '90m', '2m', '1100ms'],
    },
    wait: {
      file: 'wait: "120000"\n',
      env: { HANDSHAKE13_WAIT: '7000' },
      args: ['--wait=500ms'],
      values: [0, '2m', '7s', '500ms'],
    },
    probe: {
      file: 'probe: [valid/*, draft/*]\n',
      env: { HANDSHAKE13_PROBE: 'malformed/hex\n\nmalformed/word\n' },
      args: ['--probe', 'draft/7'],
      values: [undefined, ['valid/*', 'draft/*'], ['malformed/hex', 'malformed/word'], ['draft/7']],
    },
    insecure: {
      file: 'insecure: true\n',
      env: { HANDSHAKE13_INSECURE: '0' },
      args: ['--insecure'],
      values: [false, true, false, true],
    },
    quiet: {
      file: 'quiet: true\n',
      env: { HANDSHAKE13_QUIET: 'true' },
      args: ['--no-quiet'],
      values: [false, true, true, false],
    },
    'fail-on': {
      file: 'fail-on: never\n',
      env: { HANDSHAKE13_FAIL_ON: 'must' },
      args: ['--fail-on=should'],
      values: ['should', 'never', 'must', 'should'],
    },
  };
  for (const [option, { file: text, env, args, values }] of Object.entries(layers)) {
    it(`come from the command line, the environment, the file, the default, in this order: ${option}`, async () => {
      const printedOnes = await withFiles({ [file]: text, 'empty/handshake13.config.json': '{}' }, (folder) =>
        Promise.all([
          printed(`${folder}/empty`),
          printed(folder),
          printed(folder, [], env),
          printed(folder, args, env),
        ]),
      );
      expect(printedOnes.map((one) => one.values[option])).to.deep.equal(values);
      expect(printedOnes.map(({ placeOf }) => placeOf(option))).to.deep.equal([
        values[0] === undefined ? undefined : 'default',
        `${file}:1`,
        `environment variable ${Object.keys(env)[0]}`,
        'command line',
      ]);
    });
  }

  it('replace a repeatable option whole: what is sent is what the uppermost layer says', async () => {
    await withFiles({ [file]: 'header: { X-File: f, X-Both: f }\n' }, (folder) =>
      withRecorder(async ({ port, received }) => {
        const env = { HANDSHAKE13_HEADER: 'X-Env: e\nX-Both: e' };
        await run([`127.0.0.1:${port}`], { cwd: folder });
        await run([`127.0.0.1:${port}`], { cwd: folder, env });
        await run([`127.0.0.1:${port}`, '-H', 'X-Line: l'], { cwd: folder, env });
        const added = received.map((head) => head.split('\r\n').filter((line) => line.startsWith('X-')));
        expect(added).to.deep.equal([['X-File: f', 'X-Both: f'], ['X-Env: e', 'X-Both: e'], ['X-Line: l']]);
      }),
    );
  });

  it('of an upper layer rule over what they exclude in a lower one', async () => {
    await withFiles({ [file]: 'verbose: true\n' }, async (folder) => {
      expect((await printed(folder, ['-q'])).values).to.include({ quiet: true, verbose: false });
      expect(await errorLine(folder, ['-q', '-v'])).to.match(/^--verbose and --quiet contradict/);
    });
    await withFiles({ [file]: 'verbose: true\nquiet: true\n' }, async (folder) => {
      expect(await errorLine(folder)).to.match(
        /^handshake13\.config\.yaml:1: --verbose and --quiet contradict/,
      );
    });
  });

  it('may be given by the environment for every option', async () => {
    const value = (option: AuditOption): string => {
      if (option.choices !== undefined) return String(option.choices[0]);
      if (option.duration === true) return '5s';
      const values: Readonly<Record<string, string>> = { number: '5', boolean: 'false' };
      return values[option.type ?? ''] ?? 'x';
    };
    // These name files, which have to be there, or are checked in another way.
    const others = {
      probe: 'valid/*',
      skip: 'draft/*',
      header: 'A: b',
      resolve: 'a:1:127.0.0.1',
      reporter: 'json',
      proxy: 'none',
      'update-baseline': 'false',
    };
    const given = Object.entries(auditOptions)
      .filter(([, option]) => !('file' in option && option.file === 'whole'))
      .map(([name, option]) => [name, others[name as keyof typeof others] ?? value(option)] as const);
    const env = Object.fromEntries(
      given.map(([name, text]) => [`HANDSHAKE13_${name.toUpperCase().replaceAll('-', '_')}`, text]),
    );
    const { placeOf } = await withFiles({}, (folder) => printed(folder, [], env));
    for (const [name] of given) expect(placeOf(name), name).to.match(/^environment variable HANDSHAKE13_/);
  });

  const wrong: Record<string, [env: Record<string, string>, says: RegExp]> = {
    'a number that is none': [
      { HANDSHAKE13_RETRIES: '5s' },
      /^HANDSHAKE13_RETRIES is "5s" but must be a number$/,
    ],
    'a time that is none': [
      { HANDSHAKE13_DELAY: '5x' },
      /^HANDSHAKE13_DELAY: "5x" is not a duration; write 500ms, 5s or 2m$/,
    ],
    'a boolean that is none': [
      { HANDSHAKE13_INSECURE: 'yes' },
      /^HANDSHAKE13_INSECURE is "yes" but must be true, false, 1 or 0$/,
    ],
    'a choice that is none': [
      { HANDSHAKE13_PROFILE: 'w3c' },
      /^HANDSHAKE13_PROFILE is "w3c" but must be one of mdn/,
    ],
    'a number out of range': [
      { HANDSHAKE13_RETRIES: '-1' },
      /^HANDSHAKE13_RETRIES: --retries must be a whole number/,
    ],
    'a file that is not there': [{ HANDSHAKE13_CA: '/no' }, /^HANDSHAKE13_CA: --ca \/no cannot be read/],
    'a list that is not there': [
      { HANDSHAKE13_TARGETS: '/no' },
      /^HANDSHAKE13_TARGETS: --targets \/no cannot be/,
    ],
    'a variable that is no option': [
      { HANDSHAKE13_FAILON: 'must' },
      /^the environment variable HANDSHAKE13_FAILON is not an option; did you mean HANDSHAKE13_FAIL_ON\?$/,
    ],
  };
  for (const [what, [env, says]] of Object.entries(wrong)) {
    it(`from the environment can be wrong: ${what}`, async () => {
      await withFiles({}, async (folder) => {
        expect(await errorLine(folder, ['--print-config'], env)).to.match(says);
      });
    });
  }

  it('are not asked for by a variable that is empty, nor by one that the file uses', async () => {
    await withFiles({ [file]: `header: ["X: \${HANDSHAKE13_TOKEN}"]\n` }, async (folder) => {
      const env = { HANDSHAKE13_PROFILE: '', HANDSHAKE13_TOKEN: 'abcdef' };
      expect((await printed(folder, [], env)).values).to.include({ profile: 'mdn' });
    });
  });

  it('cannot be taken back on the command line where they are no booleans', async () => {
    await withFiles({}, async (folder) => {
      expect(await errorLine(folder, ['--no-ca', 'localhost:1'])).to.equal(
        '--no-ca is not an option; leave --ca out',
      );
    });
  });

  it('are shown by --help with their defaults, as they are filled in', async () => {
    const { stdout } = await run(['--help']);
    for (const [name, option] of Object.entries(commandOptions)) {
      if (!('default' in option)) continue;
      const value = JSON.stringify(asWritten(option, option.default)).replace(/[[\]]/g, '\\$&');
      expect(stdout).to.match(new RegExp(`--${name}\\b[^]*?\\[default: ${value}\\]`));
    }
  });
});

describe('--print-config', function () {
  this.timeout(60_000);

  it('sends nothing, and names every source', async () => {
    await withRecorder(async ({ port, received }) => {
      const config = [
        'profile: rfc',
        'probe:',
        '  - valid/*',
        'targets:',
        `  - url: ws://127.0.0.1:${port}/`,
        '    label: here',
        '    origin: https://a.example',
      ].join('\n');
      const text = await withFiles(
        { [file]: config },
        async (folder) => (await printed(folder, ['--delay', '7'], { HANDSHAKE13_FAIL_ON: 'must' })).text,
      );
      expect(text.split('\n').slice(1).join('\n')).to.equal(
        [
          `# configuration file: ${file}`,
          '',
          'targets:',
          `  - url: ws://127.0.0.1:${port}/ # ${file}:5`,
          '    label: here',
          `    origin: https://a.example # ${file}:7`,
          'probe:',
          `  # ${file}:2`,
          '  - valid/*',
          'tier: all # default',
          'stress: false # default',
          'sweep: false # default',
          'profile: rfc # handshake13.config.yaml:1',
          'fail-on: must # environment variable HANDSHAKE13_FAIL_ON',
          'update-baseline: false # default',
          'allow-unexpected-pass: false # default',
          'insecure: false # default',
          'all-addresses: false # default',
          'exec-timeout: 30s # default',
          'connect-timeout: 5s # default',
          'response-timeout: 5s # default',
          'close-timeout: 1s # default',
          'concurrency: 8 # default',
          'delay: 7ms # command line',
          'rate: 0 # default',
          'wait: 0 # default',
          'retries: 0 # default',
          'max-time: 30m # default',
          'max-connections: 256 # default',
          'max-head: 65536 # default',
          'max-kept: 8192 # default',
          'reporter:',
          '  # default',
          '  - terminal',
          'open: false # default',
          'watch: false # default',
          'verbose: false # default',
          'bytes: false # default',
          'quiet: false # default',
          'color: auto # default',
          '',
        ].join('\n'),
      );
      expect(received).to.deep.equal([]);
    });
  });

  it('shows the proxy that the environment has for a target, without its password', async () => {
    const env = {
      http_proxy: 'http://user:sesame@proxy.example:3128',
      HTTP_PROXY: 'http://overruled.example:1',
      ALL_PROXY: 'user:sesame@other.example:8080',
      NO_PROXY: 'c.example',
    };
    const targets = ['ws://a.example/', 'wss://b.example/', 'ws://c.example/', 'ws+unix:/run/app.sock:/'];
    const text = await withFolder(async (folder) => (await printed(folder, targets, env)).text);
    expect(text).to.include(
      [
        'targets:',
        '  - url: ws://a.example/ # command line',
        '    proxy: http://***@proxy.example:3128 # environment variable http_proxy',
        '  - url: wss://b.example/ # command line',
        '    proxy: "***@other.example:8080" # environment variable ALL_PROXY',
        '  - url: ws://c.example/ # command line',
        '    proxy: none # environment variable NO_PROXY',
        '  - url: ws+unix:/run/app.sock:/ # command line',
        'tier: all # default',
        'stress: false # default',
        'sweep: false # default',
        'profile: mdn # default',
      ].join('\n'),
    );
    expect(text).to.not.include('sesame');
  });

  it('shows no proxy of the environment where another one is given, or none', async () => {
    const env = { HTTP_PROXY: 'http://proxy.example:3128' };
    for (const proxy of ['none', 'http://mine.example:1']) {
      const { text, placeOf } = await withFolder((folder) =>
        printed(folder, ['ws://a.example/', '--proxy', proxy], env),
      );
      expect(text).to.not.include('proxy.example');
      expect(placeOf('proxy')).to.equal('command line');
    }
  });

  it('prints what a configuration file could hold', async () => {
    await withFiles(
      { [file]: `header: ["X: \${A}", "Y: $\${A}"]\ntargets: [ws://127.0.0.1:1/]\n` },
      async (folder) => {
        const first = await printed(folder, [], { A: 'abc' });
        await withFiles({ [file]: first.text }, async (other) => {
          expect((await printed(other, [], { A: 'abc' })).values).to.deep.equal(first.values);
        });
      },
    );
  });
});
