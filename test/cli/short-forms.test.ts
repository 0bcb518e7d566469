/** Short forms of options: what each stands for, and what it must not be mixed with. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { run } from '../support/command.ts';
import { errorLine, withFiles } from '../support/config-folder.ts';
import { pem, withFixture, withFolder } from '../support/servers.ts';

const few = ['--probe', 'malformed/hex'];

describe('a short form', function () {
  this.timeout(60_000);

  it('-k accepts any certificate', async () => {
    const tls = { cert: pem('self-signed.pem'), key: pem('server.key') };
    await withFixture(
      'conformant',
      async ({ url }) => {
        expect((await run([url, ...few])).code).to.equal(3);
        expect((await run([url, ...few, '-k'])).code).to.equal(0);
      },
      { tls },
    );
  });

  it('--json is the JSON report on standard output, also of score and diff', async () => {
    await withFixture('number-conversion', ({ url }) =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'a.json');
        const audited = await run([url, ...few, '--json', '-o', file]);
        expect(JSON.parse(audited.stdout)).to.deep.equal(JSON.parse(await readFile(file, 'utf8')));
        expect((await run(['score', file, '--json'])).stdout).to.equal(audited.stdout);
        expect(JSON.parse((await run(['diff', file, file, '--json'])).stdout)).to.include({ kind: 'same' });
      }),
    );
  });

  const endings: Record<string, RegExp> = {
    'a.json': /^\{\n? *"schemaVersion": ?2/,
    'a.ndjson': /^\{"type":"run-start"/,
    'a.xml': /^<\?xml .*\n<testsuites/,
    'a.sarif': /"version": ?"2\.1\.0"/,
    'A.MD': /^#/,
    'a.tap': /^TAP version 14/,
    'a.svg': /^<svg/,
    'a.txt': /malformed\/hex/,
  };
  it('-o takes the format from the ending', async () => {
    await withFixture('number-conversion', ({ url }) =>
      withFiles({ 'README.md': '#\n' }, async (cwd) => {
        const outputs = Object.keys(endings).flatMap((name) => ['-o', name]);
        expect(
          (await run([url, ...few, ...outputs, '--sarif-location', 'README.md'], { cwd })).code,
        ).to.equal(1);
        for (const [name, looks] of Object.entries(endings))
          expect(await readFile(path.join(cwd, name), 'utf8'), name).to.match(looks);
      }),
    );
  });

  it('--no-color has no colours, whatever the environment says', async () => {
    await withFixture('conformant', async ({ url }) => {
      const env = { FORCE_COLOR: '1' };
      expect((await run([url, ...few], { env })).stdout).to.include('\u001b[');
      expect((await run([url, ...few, '--no-color'], { env })).stdout).to.not.include('\u001b[');
    });
  });

  const mistakes: Record<string, [args: readonly string[], says: RegExp]> = {
    'an ending that no report has': [
      ['-o', 'a.pdf'],
      /^--output a\.pdf ends with none of \.txt, \.html, \.json, \.ndjson, \.md, .*; use one of these, or name the format: --reporter NAME=FILE$/,
    ],
    'an ending that no comparison has': [
      ['diff', 'a', 'b', '-o', 'a.sarif'],
      /^--output a\.sarif ends with none of \.txt, \.html, \.json, \.md;/,
    ],
    'two reports on standard output': [
      ['--json', '-r', 'tap'],
      /two reporters cannot both write to standard/,
    ],
    'two colours': [['--color', 'always', '--no-color'], /^--color is given more than once/],
    'another option with --no- before it': [['--no-reporter'], /^--no-reporter is not an option; leave/],
    'no file': [['-o', ''], /^--output needs a value/],
  };
  for (const [what, [args, says]] of Object.entries(mistakes)) {
    it(`can be wrong: ${what}`, async () => {
      await withFiles({}, async (folder) => {
        const words = args[0] === 'diff' ? args : ['ws://127.0.0.1:1/', ...args];
        expect(await errorLine(folder, words)).to.match(says);
      });
    });
  }

  it('is no option of the environment or of a configuration file', async () => {
    await withFiles({ 'handshake13.config.yaml': 'json: true\n' }, async (folder) => {
      expect(await errorLine(folder)).to.include('there is no option "json"');
      expect(await errorLine(folder, ['--no-config'], { HANDSHAKE13_JSON: '1' })).to.include(
        'HANDSHAKE13_JSON is not an option',
      );
    });
  });
});
