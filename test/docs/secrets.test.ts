/** docs/secrets.md: its lists are those of the code, and its commands do what it says. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { openFields } from '../../wire/redaction/open-fields.ts';
import { secretNames } from '../../wire/redaction/secret-names.ts';
import { run } from '../support/command.ts';
import { withFixture } from '../support/servers.ts';

const page = readFileSync('docs/secrets.md', 'utf8');

describe('the page about secrets', () => {
  const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  const text = page.replace(/\s+/g, ' ');

  it('lists the fields that are not masked, and the names of secrets', () => {
    expect(text).to.include(`hold no secret: ${listed(openFields)} Even`);
    expect(text).to.include(`\`X-Amz-Signature\`: ${listed(secretNames)} - **Subprotocols**`);
  });

  it('shows the command that reproduces a finding', () =>
    withFixture('number-conversion', async ({ port }) => {
      const { stdout } = await run([
        `ws://localhost:${port}/?token=abcdef`,
        ...['--resolve', `localhost:${port}:127.0.0.1`, '--probe', 'malformed/hex'],
        ...['-H', 'X-Api-Key: abcdef', '--subprotocol', 'bearer, ghijkl'],
      ]);
      const [command = ''] = /^ {2}recheck {3}.*$/m.exec(stdout) ?? [];
      expect(page).to.include(command.replace(String(port), '8080').replace(/ --resolve \S+/, ''));
      expect(command).to.not.equal('');
    }));
});
