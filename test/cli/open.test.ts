/** `--open`: the page is given to the program of the platform that opens files. */

import { readFileSync, watch } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { run } from '../support/command.ts';
import { withFixture, withFolder } from '../support/servers.ts';

const few = ['--probe', 'malformed/{hex,word}'];

describe('--open', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('gives the finished page to the program that opens files', () =>
    withFolder((folder) =>
      withFixture('conformant', async ({ url }) => {
        const page = path.join(folder, 'report.html');
        const opened = path.join(folder, 'opened');
        const opener = path.join(folder, 'xdg-open');
        await writeFile(opener, `#!/bin/sh\ncp "$1" '${opened}.part' && mv '${opened}.part' '${opened}'\n`);
        await chmod(opener, 0o755);
        const watcher = watch(folder);
        const isOpened = new Promise<void>((resolve) => {
          watcher.on('change', (_, file) => {
            if (file === 'opened') resolve();
          });
        });
        try {
          const env = { PATH: `${folder}:${process.env.PATH}` };
          const { code, stderr } = await run([url, ...few, '-r', `html=${page}`, '--open'], { env });
          expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
          await isOpened;
          expect(readFileSync(opened, 'utf8')).to.equal(readFileSync(page, 'utf8'));
        } finally {
          watcher.close();
        }
      }),
    ));

  it('says so where there is no such program, and the result stays what it is', () =>
    withFolder((folder) =>
      withFixture('conformant', async ({ url }) => {
        const page = path.join(folder, 'report.html');
        const { code, stdout, stderr } = await run([url, ...few, '-r', `html=${page}`, '--open'], {
          env: { PATH: folder },
        });
        expect(code).to.equal(0);
        expect(stdout).to.match(/✓ passed/);
        expect(stderr).to.match(
          /^handshake13: .*report\.html could not be opened with xdg-open \(.*ENOENT\); open it in a browser\n$/,
        );
        expect(readFileSync(page, 'utf8')).to.match(/^<!doctype html>/);
      }),
    ));

  it('asks for a page among the reports', async () => {
    const { code, stderr } = await run(['ws://127.0.0.1:1/', '--open']);
    expect({ code, stderr }).to.deep.equal({
      code: 2,
      stderr: 'handshake13: --open opens a page, and no report is one; add -r html=FILE\n',
    });
  });
});
