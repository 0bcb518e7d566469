/** Configuration files: every format, where they are found, and what is said about one that is wrong. */

import { chmod, chown, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { profileNames } from '../../scoring/profiles.ts';
import { run } from '../support/command.ts';
import { announcement, errorLine, type Files, printed, withFiles } from '../support/config-folder.ts';
import { runInShell, runProcess } from '../support/process.ts';
import { pem, withFixture, withRecorder } from '../support/servers.ts';

const formats: Record<string, string> = {
  'handshake13.config.json': '{\n  # comments are allowed\n  "delay": 5, "profile": "rfc"\n}',
  'handshake13.config.yaml': 'delay: 5\nprofile: rfc\n',
  'handshake13.config.yml': 'delay: 5\nprofile: rfc\n',
  'handshake13.config.mjs': "export default { delay: 5, profile: 'rfc' };",
  'handshake13.config.js': "module.exports = { delay: 5, profile: 'rfc' };",
  'package.json': '{\n  "name": "x",\n  "handshake13": {\n    "delay": 5,\n    "profile": "rfc"\n  }\n}',
};

describe('a configuration file', function () {
  this.timeout(60_000);

  for (const [name, text] of Object.entries(formats)) {
    it(`is read: ${name}`, async () => {
      await withFiles({ [name]: text }, async (folder) => {
        const { values, placeOf } = await printed(folder);
        expect(values).to.include({ delay: '5ms', profile: 'rfc', 'fail-on': 'should' });
        const line = text.split('\n').findIndex((one) => one.includes('delay')) + 1;
        expect(placeOf('delay')).to.equal(`${name}:${line}`);
      });
    });
  }

  const exported: Record<string, string> = {
    'a promise': "export default Promise.resolve({ profile: 'rfc' });",
    'a function': "export default () => ({ profile: 'rfc' });",
    'an async function': "export default async () => ({ profile: 'rfc' });",
  };
  for (const [what, text] of Object.entries(exported)) {
    it(`may export ${what}`, async () => {
      await withFiles({ 'handshake13.config.mjs': text }, async (folder) => {
        expect((await printed(folder)).values).to.include({ profile: 'rfc' });
      });
    });
  }

  it('is found upwards, and the nearest one counts', async () => {
    const files = {
      'handshake13.config.yaml': 'delay: 1\n',
      'a/package.json': '{ "name": "without-the-key" }',
      'b/handshake13.config.json': '{ "delay": 2 }',
      '.git/HEAD': '',
    };
    await withFiles(files, async (folder) => {
      await mkdir(path.join(folder, 'a/deep/er'), { recursive: true });
      const [above, nearest] = await Promise.all([
        printed(path.join(folder, 'a/deep/er')),
        printed(path.join(folder, 'b')),
      ]);
      expect(above.placeOf('delay')).to.equal('../../../handshake13.config.yaml:1');
      expect(nearest.placeOf('delay')).to.equal('handshake13.config.json:1');
    });
  });

  it('is not found above the repository, nor above the home folder, nor outside of a repository', async () => {
    const files = {
      'handshake13.config.yaml': 'delay: 1\n',
      'repository/.git': 'gitdir: elsewhere\n',
      'repository/in/it/x': '',
      'home/.git/HEAD': '',
      'home/in/it/x': '',
      'outside/x': '',
      '.git/HEAD': '',
    };
    await withFiles(files, async (folder) => {
      const found = async (cwd: string, env = {}): Promise<string | undefined> => {
        const args = ['--print-config'];
        const { stdout } = await runProcess(args, { cwd: path.join(folder, cwd), env });
        return /^# configuration file: (.*)$/m.exec(stdout)?.[1];
      };
      expect(await found('repository/in/it')).to.equal('none found');
      expect(await found('outside')).to.equal('../handshake13.config.yaml');
      expect(await found('outside', { HOME: path.join(folder, 'outside') })).to.equal('none found');
      await rm(path.join(folder, '.git'), { recursive: true });
      expect(await found('outside')).to.equal('none found');
      expect(await found('.')).to.equal('handshake13.config.yaml');
    });
  });

  it('that everybody can write is not read unless it is named', async () => {
    const module = "console.log('run');\nexport default { delay: 5 };";
    await withFiles({ 'handshake13.config.mjs': module }, async (folder) => {
      const file = path.join(folder, 'handshake13.config.mjs');
      await chmod(file, 0o646);
      expect(await errorLine(folder)).to.equal(
        'the configuration file handshake13.config.mjs can be written by others, so it is not read automatically; use chmod go-w handshake13.config.mjs, name it with --config, or use --no-config',
      );
      expect((await run(['--config', file, '--print-config'])).stdout).to.match(/^delay: 5ms #/m);
      await chmod(file, 0o644);
      expect((await printed(folder)).values).to.include({ delay: '5ms' });
    });
  });

  it('that another user could have put there is not read unless it is named', async function () {
    // Only root can give a file away.
    if (process.getuid?.() !== 0) this.skip();
    await withFiles({ 'handshake13.config.mjs': 'export default {};', 'elsewhere/x': '' }, async (folder) => {
      const file = path.join(folder, 'handshake13.config.mjs');
      await chmod(file, 0o664);
      await chown(file, process.getuid?.() ?? 0, 12_345);
      expect(await errorLine(folder)).to.include('can be written by others');
      await chmod(file, 0o644);
      await chown(file, 12_345, 12_345);
      expect(await errorLine(folder)).to.include('handshake13.config.mjs belongs to another user');
      await symlink(file, path.join(folder, 'elsewhere', 'handshake13.config.mjs'));
      expect(await errorLine(path.join(folder, 'elsewhere'))).to.include('belongs to another user');
    });
  });

  it('that is no regular file is left alone', () =>
    withFiles({ 'x/y': '' }, async (folder) => {
      await runInShell('mkfifo handshake13.config.json package.json', { cwd: folder });
      expect((await printed(folder)).text).to.include('# configuration file: none found\n');
      // No package reads one either, where the command is a process of its own.
      const { code, stderr } = await runProcess(['list'], { cwd: path.join(folder, 'x') });
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    }));

  it('that is no regular file is not waited for where it is named', () =>
    withFiles({ 'x/y': '' }, async (folder) => {
      await runInShell('mkfifo named.yaml named.mjs x/package.json', { cwd: folder });
      for (const name of ['named.yaml', 'named.mjs', 'x/package.json']) {
        const { code, stderr } = await runProcess([':1', '--config', name], { cwd: folder });
        expect({ code, stderr: stderr.replace(/^.* it is /, '') }).to.deep.equal({
          code: 2,
          stderr: 'not a regular file\n',
        });
      }
    }));

  it('that leads to itself is reported', () =>
    withFiles({}, async (folder) => {
      await symlink('handshake13.config.json', path.join(folder, 'handshake13.config.json'));
      expect(await errorLine(folder)).to.match(
        /^the configuration file handshake13\.config\.json cannot be read: ELOOP.*; use --no-config$/,
      );
    }));

  it('is searched for by a user without a home folder as well', async function () {
    // Only root can run a process as a user whom the system does not know.
    if (process.getuid?.() !== 0) this.skip();
    const line =
      'cd /; unset HOME; setpriv --reuid 54321 --clear-groups "$NODE" "$PROGRAM" :1 --print-config';
    const { code, stderr } = await runInShell(line);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
  });

  it('that is found is named on standard error, and one that is named is not', async () => {
    const files = { 'handshake13.config.yaml': 'probe: malformed/word\n', 'other.yaml': '{}' };
    await withFiles(files, (cwd) =>
      withFixture('conformant', async ({ url }) => {
        expect((await run([url, '-q'], { cwd })).stderr).to.equal(announcement('handshake13.config.yaml'));
        expect((await run([url, '-q', '--config', 'other.yaml'], { cwd })).stderr).to.equal('');
        expect((await run([url, '-q', '--no-config'], { cwd })).stderr).to.equal('');
      }),
    );
  });

  it('can be named, and can be left out', async () => {
    const files = { 'handshake13.config.yaml': 'delay: 1\n', 'other/ci.yaml': 'delay: 2\n' };
    await withFiles(files, async (folder) => {
      const delay = async (args: string[], env = {}): Promise<unknown> =>
        (await printed(folder, args, env)).values.delay;
      expect(
        await Promise.all([
          delay(['--config', 'other/ci.yaml']),
          delay([], { HANDSHAKE13_CONFIG: 'other/ci.yaml' }),
          delay(['--no-config']),
          delay(['--config', 'none']),
          delay([], { HANDSHAKE13_CONFIG: 'none' }),
        ]),
      ).to.deep.equal(['2ms', '2ms', 0, 0, 0]);
    });
  });

  it('is not looked at by --help and --version, nor by other commands', async () => {
    await withFiles({ 'handshake13.config.yaml': 'what: ever\n' }, async (folder) => {
      for (const args of [['--help'], ['--version'], ['list'], ['explain', 'valid/13']])
        expect((await run(args, { cwd: folder })).code, args.join()).to.equal(0);
      expect(await errorLine(folder, ['localhost:1'])).to.include('there is no option "what"');
    });
  });

  it('names files from its own folder', async () => {
    const files = {
      'conf/handshake13.config.yaml':
        'ca: tls/ca.pem\nreporter: [json=report.json, terminal]\nprobe: malformed/word\n',
      'conf/tls/ca.pem': pem('ca.pem'),
      'conf/here/nothing': '',
      'conf/.git/HEAD': '',
    };
    await withFiles(files, (folder) =>
      withFixture(
        'conformant',
        async (server) => {
          const cwd = path.join(folder, 'conf/here');
          const { code, stderr } = await run([server.url], { cwd });
          expect({ code, stderr }).to.deep.equal({
            code: 0,
            stderr: announcement('../handshake13.config.yaml'),
          });
          const report = JSON.parse(await readFile(path.join(folder, 'conf/report.json'), 'utf8'));
          expect(report.summary.passed).to.equal(1);
        },
        { tls: { key: pem('server.key'), cert: pem('server.pem') } },
      ),
    );
  });

  it('sends what it says', async () => {
    const config = `header:\n  X-One: "1"\n  X-Two: two\norigin: https://a.example\nprobe:\n  - malformed/word\n`;
    await withFiles({ 'handshake13.config.yaml': config }, (folder) =>
      withRecorder(async ({ port, received }) => {
        await run([`127.0.0.1:${port}`], { cwd: folder });
        expect(received[0]).to.include('\r\nX-One: 1\r\nX-Two: two\r\nOrigin: https://a.example\r\n');
      }),
    );
  });
});

describe('a wrong configuration file', function () {
  this.timeout(60_000);

  const yaml = (text: string): Files => ({ 'handshake13.config.yaml': text });
  const module = (text: string): Files => ({ 'handshake13.config.mjs': text });
  const at = (line: number): string => `handshake13\\.config\\.yaml:${line}: `;

  const mistakes: Record<string, [files: Files, says: RegExp]> = {
    'an unknown key': [
      yaml('profile: rfc\n# two\nheadr: []\n'),
      new RegExp(`^${at(3)}there is no option "headr"; did you mean header\\?$`),
    ],
    'the other spelling of a key': [
      yaml('failOn: must\n'),
      new RegExp(`^${at(1)}there is no option "failOn"; did you mean fail-on\\?$`),
    ],
    'a key that every object has': [
      yaml('delay: 1\ntoString: 1\n'),
      new RegExp(`^${at(2)}there is no option "toString"`),
    ],
    'a key of the command line alone': [yaml('print-config: true\n'), /there is no option "print-config"/],
    'an unknown key of a target': [
      yaml('targets:\n  - ws://127.0.0.1:1/\n  - url: ws://127.0.0.1:1/\n    lable: x\n'),
      new RegExp(`^${at(4)}there is no option "lable" in targets\\[1\\]; did you mean label\\?$`),
    ],
    'a key that only all targets can have': [
      yaml('targets:\n  - url: ws://127.0.0.1:1/\n    delay: 5\n'),
      new RegExp(`^${at(3)}there is no option "delay" in targets\\[0\\]`),
    ],
    'a target without a URL': [
      yaml('targets:\n  - label: x\n'),
      new RegExp(`^${at(2)}targets\\[0\\] lacks "url"$`),
    ],
    'text for a number': [
      yaml('\nconcurrency: many\n'),
      new RegExp(`^${at(2)}concurrency must be a number, not text$`),
    ],
    'text for a time': [
      yaml('\nmax-time: 5 minutes\n'),
      new RegExp(`^${at(2)}max-time: "5 minutes" is not a duration; write 500ms, 5s or 2m$`),
    ],
    'a number for text': [
      yaml('header:\n  X-A: a\n  X-B: 5\n'),
      new RegExp(`^${at(3)}header\\.X-B must be text, not a number$`),
    ],
    'text for a boolean': [
      yaml('insecure: "yes"\n'),
      new RegExp(`^${at(1)}insecure must be true or false, not text$`),
    ],
    'nothing for text': [yaml('origin:\n'), new RegExp(`^${at(1)}origin must be text, not nothing$`)],
    'an item of a wrong type': [
      yaml('probe:\n  - valid/*\n  - 13\n'),
      new RegExp(`^${at(3)}probe\\[1\\] must be text, not a number$`),
    ],
    'a list for one value': [
      yaml('profile: [mdn]\n'),
      new RegExp(`^${at(1)}profile must be one of ${profileNames.join(', ')}$`),
    ],
    'an empty value': [yaml('origin: ""\n'), new RegExp(`^${at(1)}origin must not be empty$`)],
    'no keys at all': [
      yaml('- a\n'),
      new RegExp(`^${at(1)}the configuration must be keys with values, not a list$`),
    ],
    'a number out of range': [
      yaml('targets: [ws://127.0.0.1:1/]\ndelay: -1\n'),
      new RegExp(`^${at(2)}--delay must be a whole number of at least 0, not -1$`),
    ],
    'a file that is not there': [
      yaml('\nca: no.pem\n'),
      new RegExp(`^${at(2)}--ca no\\.pem cannot be read: ENOENT`),
    ],
    'a reporter that there is not': [
      yaml('reporter: jsn\n'),
      new RegExp(`^${at(1)}there is no reporter "jsn"`),
    ],
    'a glob that matches nothing': [
      yaml('targets: [ws://127.0.0.1:1/]\nprobe:\n  - nothing/here\n'),
      new RegExp(`^${at(2)}--probe nothing/here matches no probe`),
    ],
    'a target that is none': [
      yaml('targets:\n  - url: ws://127.0.0.1:1/\n  - ftp://127.0.0.1/\n'),
      new RegExp(`^${at(3)}"ftp://127\\.0\\.0\\.1/": the scheme is ftp:`),
    ],
    'a target with a certificate and no key': [
      { ...yaml('targets:\n  - url: wss://127.0.0.1:1/\n    cert: c.pem\n') },
      new RegExp(`^${at(3)}--cert and --key belong together`),
    ],
    'a field that the probes vary': [
      yaml('targets:\n  - url: ws://127.0.0.1:1/\n    header: ["Upgrade: x"]\n'),
      new RegExp(`^${at(2)}Upgrade cannot be set`),
    ],
    'a variable that is not set': [
      yaml(`# one\nheader:\n  X-A: "a \${NOT_SET} b"\n`),
      new RegExp(`^${at(3)}the environment variable NOT_SET is not set or is empty`),
    ],
    'a variable that has no name': [
      yaml(`origin: \${a b}\n`),
      new RegExp(`^${at(1)}"\\$\\{" is not followed by the name`),
    ],
    'a variable without an end': [
      yaml(`origin: \${AB\n`),
      new RegExp(`^${at(1)}"\\$\\{" is not followed by the name`),
    ],
    'broken YAML': [yaml('delay: 1\nprobe: [a\ndelay: 2\n'), new RegExp(`^${at(3)}this is not valid YAML: `)],
    'a key that is there twice': [
      yaml('delay: 1\nprofile: rfc\ndelay: 2\n'),
      new RegExp(`^${at(3)}.*unique`),
    ],
    'an alias without an anchor': [yaml('delay: *none\n'), new RegExp(`^${at(1)}this is not valid YAML: `)],
    'an alias in what it stands for': [
      yaml('probe: &all [*all]\n'),
      new RegExp(`^${at(1)}this is not valid YAML: probe\\.0 contains itself$`),
    ],
    'more anchors and aliases than anyone needs': [
      yaml(`probe:\n  - &one a\n${'  - *one\n'.repeat(1000)}`),
      new RegExp(`^${at(1)}this is not valid YAML: more than 1000 anchors and aliases$`),
    ],
    'more keys in one place than can be compared': [
      yaml(Array.from({ length: 10_000 }, (_, i) => `k${i}: 1\n`).join('')),
      new RegExp(`^${at(1)}this is not valid YAML: too many keys$`),
    ],
    'broken JSON': [
      { 'handshake13.config.json': '{\n  "delay": 1,\n  "probe": [\n}\n' },
      /^handshake13\.config\.json:4: this is not valid JSON: /,
    ],
    'a broken package.json': [{ 'package.json': '{ "handshake13": ' }, /package\.json is not valid JSON: /],
    'a wrong key in package.json': [
      { 'package.json': '{\n "name": "x",\n "handshake13": {\n  "delay": 1,\n  "dely": 2\n }\n}' },
      /^package\.json:5: there is no option "dely"; did you mean delay\?$/,
    ],
    'a module that throws': [
      module('\nthrow new Error("what a\\npity");'),
      /^handshake13\.config\.mjs:2: the configuration cannot be loaded: what a\\npity$/,
    ],
    'a function that throws': [
      module('export default async () => {\n  throw new Error("no luck");\n};'),
      /^handshake13\.config\.mjs:2: the configuration cannot be loaded: no luck$/,
    ],
    'a module that is no JavaScript': [
      module('export default {'),
      /^handshake13\.config\.mjs(:1)?: the configuration cannot be loaded: /,
    ],
    'a module without a default export': [module('export const a = 1;'), /loaded: it has no default export/],
    'a Map': [
      module('export default new Map([["delay", 5]]);'),
      /loaded: the configuration is not a plain object but a Map$/,
    ],
    'a Map inside': [
      module('export default { header: new Map() };'),
      /loaded: header is not a plain object but a Map$/,
    ],
    'a Map by a tag of YAML 1.1': [
      yaml('%YAML 1.1\n---\nheader: !!omap [ X-A: b ]\n'),
      new RegExp(`^${at(1)}.*header is not a plain object but a Map$`),
    ],
    'a number that is none': [
      module('export default { delay: 0 / 0 };'),
      /loaded: delay is NaN, which is not/,
    ],
    'a value that contains itself': [
      module('const all = {};\nall.targets = [all];\nexport default all;'),
      /loaded: targets\.0 contains itself$/,
    ],
    'a list that is nested without end': [
      yaml(`probe: ${'['.repeat(200)}${']'.repeat(200)}\n`),
      /100 levels deep$/,
    ],
    'brackets that are nested deeper than the stack': [yaml('['.repeat(60_000)), /100 levels deep$/],
    'lists on one line that are nested deeper than the stack': [
      yaml('- '.repeat(30_000)),
      /100 levels deep$/,
    ],
    'a promise that is rejected': [
      module('export default Promise.reject(new Error("no luck"));'),
      /^handshake13\.config\.mjs:1: the configuration cannot be loaded: no luck$/,
    ],
    'a promise that is rejected without a reason': [
      module('export default Promise.reject();'),
      /the configuration cannot be loaded: undefined$/,
    ],
    'a variable with the name of a method': [
      yaml(`origin: \${toString}\n`),
      new RegExp(`^${at(1)}the environment variable toString is not set or is empty`),
    ],
    'a function inside': [module('export default { probe: () => [] };'), /loaded: probe is a function/],
    'a module with a wrong key': [
      module('export default { prob: [] };'),
      /^handshake13\.config\.mjs:1: there is no option "prob"; did you mean probe\?$/,
    ],
  };
  for (const [what, [files, says]] of Object.entries(mistakes)) {
    it(`is reported in one line, also with --print-config: ${what}`, async () => {
      await withFiles(files, async (folder) => {
        expect(await errorLine(folder, ['--print-config'])).to.match(says);
      });
    });
  }

  const endless: Record<string, string> = {
    'a promise that never settles': 'export default new Promise(() => {});',
    'a function that never ends': 'setInterval(() => {}, 1000);\nexport default () => new Promise(() => {});',
    'a module that never ends': 'await new Promise(() => {});\nexport default {};',
  };
  it('is reported in one line where it does not come to an end', () =>
    Promise.all(
      Object.entries(endless).map(([what, text]) =>
        withFiles(module(text), async (cwd) => {
          expect(await runProcess([], { cwd }), what).to.deep.equal({
            code: 2,
            signal: null,
            stdout: '',
            stderr:
              'handshake13: handshake13.config.mjs: the configuration cannot be loaded: it was not there after 10 seconds\n',
          });
        }),
      ),
    ));

  it('keeps the audit from sending anything', async () => {
    await withFiles({ 'handshake13.config.yaml': 'prob: []\n' }, (folder) =>
      withRecorder(async ({ port, received }) => {
        expect(await errorLine(folder, [`127.0.0.1:${port}`])).to.include('did you mean probe?');
        expect(received).to.deep.equal([]);
      }),
    );
  });

  it('is one that was named and is not there, or is of no known kind', async () => {
    await withFiles({ 'a.toml': '', 'package.json': '{}' }, async (folder) => {
      expect(await errorLine(folder, ['--config', 'no.yaml'])).to.match(
        /^--config no\.yaml cannot be read: ENOENT/,
      );
      expect(await errorLine(folder, ['--config', '.'])).to.match(/^--config \. is of an unknown type/);
      expect(await errorLine(folder, ['--config', 'a.toml'])).to.match(/must end with one of \.json, \.yaml/);
      expect(await errorLine(folder, ['--config', 'package.json'])).to.match(/has no key "handshake13"$/);
    });
  });
});
