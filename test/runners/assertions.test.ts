/** What the assertions for Chai, Vitest and Jest say of servers. The real test runners run them in examples.test.ts. */

import * as chai from 'chai';
import { handshake13Chai } from '../../runners/chai.ts';
import { handshakeMatchers } from '../../runners/expect.ts';
import { closedPort, withFixture, withRecorder } from '../support/servers.ts';

const { expect } = chai.use(handshake13Chai);

async function errorOf(assertion: Promise<void>): Promise<Error & { expected?: unknown; actual?: unknown }> {
  return assertion.then(
    () => new Error('the assertion did not fail'),
    (error) => error,
  );
}

describe('assertions about a server', () => {
  it('accept: holds for a 101 with the correct key only', async () => {
    await withFixture('conformant', async ({ url }) => {
      await expect(url).to.accept('valid/lowercase-name');
      await expect(url).not.to.accept('malformed/hex');
      const error = await errorOf(expect(url).to.accept('malformed/hex'));
      expect(error.message).to.equal(
        `expected ${url} to accept malformed/hex, but the answer was 400\n\nsent      Sec-WebSocket-Version: 0xd`,
      );
      expect(error).to.include({ name: 'AssertionError', expected: '101', actual: '400' });
    });
    await withFixture('wrong-accept', async ({ url }) => {
      const { message } = await errorOf(expect({ url, label: 'chat' }).to.accept('valid/13'));
      expect(message).to.match(
        /^expected chat \(ws:.*\) to accept valid\/13, but the answer was 101 without the correct Sec-WebSocket-Accept\n/,
      );
      expect(message).to.include('[MUST] Sends a wrong Sec-WebSocket-Accept');
      await expect(url).not.to.refuse('valid/13');
    });
  });

  it('refuse: holds for whatever refuses, and fails with the finding', async () => {
    await withFixture('number-conversion', async ({ url }) => {
      await expect(url).to.refuse('malformed/word');
      await expect(url).not.to.refuse('malformed/hex');
      const error = await errorOf(expect(url).to.refuse('malformed/hex'));
      expect(error.message).to.match(
        /to refuse malformed\/hex, but the answer was 101\n\n\[MUST\] Accepts other/,
      );
      expect(error.message).to.include('sent      Sec-WebSocket-Version: 0xd');
      expect(error).to.include({ expected: 'a refusal', actual: '101' });
      expect((await errorOf(expect(url).not.to.refuse('malformed/word'))).message).to.match(
        /not to refuse malformed\/word, but the answer was 400/,
      );
    });
    await withFixture('answers-500', ({ url }) => expect(url).to.refuse('malformed/hex'));
  });

  it('accept and refuse can tell of the control alone, even where it is refused', () =>
    withRecorder(
      async ({ port }) => {
        await expect(`:${port}`).to.refuse('valid/13');
        await expect(`:${port}`).not.to.accept('valid/13');
        const { message } = await errorOf(expect(`:${port}`).to.refuse('malformed/hex'));
        expect(message).to.match(/^could not tell anything about ws:.*401/);
      },
      () => 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n',
    ));

  it('advertise: compares the lists in any order', async () => {
    await withFixture('drafts-honest', async ({ url }) => {
      await expect(url).to.advertise([13, 8]);
      await expect(url).not.to.advertise([13]);
      const error = await errorOf(expect(url).to.advertise([13]));
      expect(error.message).to.equal(`expected ${url} to advertise 13, but it advertises 8, 13`);
      expect(error).to.deep.include({ expected: [13], actual: [8, 13] });
    });
    await withFixture('no-list', async ({ url }) => {
      await expect(url).to.advertise([]);
      const { message } = await errorOf(expect(url).to.advertise([13]));
      expect(message).to.equal(`expected ${url} to advertise 13, but it advertises no version`);
    });
  });

  it('conformTo: judges by the profile', () =>
    withFixture('answers-426', async ({ url }) => {
      await expect(url).to.conformTo('rfc');
      await expect(url).not.to.conformTo('mdn');
      const { message, actual } = await errorOf(expect(url).to.conformTo('mdn'));
      expect(message).to.match(
        /to conform to the profile mdn, but it has 1 finding\n\n\[SHOULD\] Refuses with 426/,
      );
      expect(actual).to.have.lengthOf(1);
      expect((await errorOf(expect(url).not.to.conformTo('rfc'))).message).to.equal(
        `expected ${url} not to conform to the profile rfc, but no probe failed`,
      );
    }));

  it('fail, negated or not, where nothing can be told', async () => {
    const url = `ws://127.0.0.1:${await closedPort()}/`;
    for (const assertion of [
      expect(url).to.accept('valid/13'),
      expect(url).not.to.accept('valid/13'),
      expect(url).to.refuse('valid/13'),
      expect(url).not.to.advertise([13]),
      expect(url).not.to.conformTo('rfc'),
      handshakeMatchers.toRefuse(url, 'valid/13').then(() => {}),
    ]) {
      const error = await errorOf(assertion);
      expect(error).to.include({ name: 'HandshakeFailure' });
      expect(error.message).to.match(/^could not tell anything about ws:\/\/127\.0\.0\.1:\d+\/: /);
    }
  });

  it('point at the line that asserted, and keep its words', () =>
    withFixture('conformant', async ({ url }) => {
      const error = await errorOf(expect(url, 'the chat').to.refuse('valid/13'));
      expect(error.message).to.match(/^the chat: expected /);
      const [frame] = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line));
      expect(frame).to.include('assertions.test.js');
    }));

  it('refuse what is not a probe', async () => {
    const unknown = expect('ws://127.0.0.1:1/').to.accept('malformed/hexx' as 'malformed/hex');
    expect((await errorOf(unknown)).message).to.include('did you mean malformed/hex?');
    const several = expect('ws://127.0.0.1:1/').to.accept('malformed/*' as 'malformed/hex');
    expect((await errorOf(several)).message).to.include('malformed/* is not the id of one probe');
  });

  it('as matchers: return what Vitest and Jest ask for', () =>
    withFixture('number-conversion', async ({ url }) => {
      const passed = await handshakeMatchers.toAccept(url, 'malformed/hex');
      expect(passed).to.include({ pass: true, expected: '101', actual: '101' });
      expect(passed.message()).to.match(/ not to accept malformed\/hex, but the answer was 101\n/);
      const failed = await handshakeMatchers.toRefuse(url, 'malformed/hex');
      expect(failed.pass).to.equal(false);
      expect(failed.message()).to.match(/ to refuse malformed\/hex, but the answer was 101\n/);
      expect((await handshakeMatchers.toAdvertise(url, [13])).pass).to.equal(true);
      expect((await handshakeMatchers.toConformTo(url, 'rfc')).pass).to.equal(false);
    }));
});
