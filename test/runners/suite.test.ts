/** What a suite declares, and how its tests end. The real test runners run it in examples.test.ts. */

import { expect } from 'chai';
import { conformanceProbes } from '../../probes/catalogue.ts';
import { HandshakeFailure } from '../../runners/handshake-failure.ts';
import { closedPort, withFixture } from '../support/servers.ts';
import { declared, type TestEnd } from '../support/suite-runner.ts';

const nobody = 'ws://127.0.0.1:1/';

function messageOf(end: TestEnd): string {
  return end.result === 'failed' ? end.error.message : end.result;
}

describe('a suite of tests', () => {
  it('has a test for each probe in the group of its family, one for the version lists and one for the target', () => {
    const { groups, titles } = declared(nobody);
    expect(titles).to.have.lengthOf(conformanceProbes.length + 2);
    expect(titles[0]).to.equal('valid/13 is accepted: the control: version 13, fully valid');
    expect(titles).to.include('malformed/hex is refused: 0xd, in hexadecimal');
    expect(titles.slice(-2)).to.deep.equal([
      'listHonesty: one list, of exactly the versions that are accepted',
      'target: everything can be judged',
    ]);
    expect(groups.slice(0, 2)).to.deep.equal([
      'opening handshake of ws://127.0.0.1:1/',
      'valid: valid handshakes, written in different ways',
    ]);
  });

  it('chooses probes as an audit does, and always declares the control', () => {
    const { titles } = declared(() => nobody, { probe: ['duplicate'], skip: ['duplicate/13-*'] });
    expect(titles.map((title) => title.split(/[ :]/)[0])).to.deep.equal([
      'valid/13',
      'duplicate/8-13',
      'duplicate/99-13',
      'duplicate/mixed-case-names',
      'duplicate/apart',
      'duplicate/many',
      'listHonesty',
      'target',
    ]);
    const core = declared(nobody, { tier: 'core' }).titles;
    expect(core).to.have.lengthOf(conformanceProbes.filter(({ tier }) => tier === 'core').length + 2);
    expect(declared({ url: nobody, label: 'chat' }).groups[0]).to.equal('opening handshake of chat');
  });

  it('refuses unknown probes, and a URL that is not there yet', () => {
    expect(() => declared(nobody, { probe: ['malformed/hexx'] })).to.throw('did you mean malformed/hex?');
    expect(() => declared(undefined as unknown as string)).to.throw(
      'the target is undefined, not a URL; if the server is started in a hook, pass a function',
    );
  });

  it('passes for a conformant server, with one audit for all tests', () =>
    withFixture('conformant', async (server) => {
      let calls = 0;
      const suite = declared(() => {
        calls += 1;
        return server.url;
      });
      expect(calls).to.equal(0);
      await suite.start();
      const ends = [];
      for (const title of suite.titles) ends.push((await suite.run(title)).result);
      expect(new Set(ends)).to.deep.equal(new Set(['passed']));
      expect(calls).to.equal(1);
    }));

  it('fails with the finding as the message, and has no stack trace', () =>
    withFixture('number-conversion', async (server) => {
      const suite = declared(server.url, { probe: ['malformed/hex'], profile: 'rfc' });
      await suite.start();
      expect((await suite.run('valid/13')).result).to.equal('passed');
      const end = await suite.run('malformed/hex');
      if (end.result !== 'failed') throw new Error('it did not fail');
      expect(end.error).to.be.instanceOf(HandshakeFailure);
      expect(end.error).to.include({ expected: '4xx', actual: '101' });
      expect(end.error.message.split('\n')).to.include.members([
        'malformed/hex: [MUST] Accepts other spellings of the number 13',
        'sent      Sec-WebSocket-Version: 0xd',
        'finding   number-conversion',
      ]);
      expect(end.error.stack).to.equal(`HandshakeFailure: ${end.error.message}`);
    }));

  it('fails for version lists that are not honest', () =>
    withFixture('advertises-refused', async (server) => {
      const suite = declared(server.url, { probe: ['unsupported/*', 'draft/*'] });
      await suite.start();
      expect((await suite.run('unsupported/99')).result).to.equal('passed');
      const message = messageOf(await suite.run('listHonesty'));
      expect(message).to.match(/^listHonesty: \[MUST\] Advertises a version that it refuses\n/);
      expect(message).to.include('advertised but refused: 8');
    }));

  it('skips the test of the version lists where nothing lists a version', () =>
    withFixture('no-list', async (server) => {
      const suite = declared(server.url, { probe: ['unsupported/99'] });
      await suite.start();
      expect(await suite.run('listHonesty')).to.deep.equal({
        result: 'skipped',
        note: 'no refusal carried a version list',
      });
    }));

  it('audits a probe again when its test is retried, and only that probe', () =>
    withFixture('number-conversion', (bad) =>
      withFixture('conformant', async (good) => {
        const urls = [bad.url, good.url];
        const suite = declared(() => urls.shift() ?? '', { probe: ['malformed/*'] });
        await suite.start();
        expect((await suite.run('malformed/hex')).result).to.equal('failed');
        expect((await suite.run('malformed/binary')).result).to.equal('failed');
        expect(good.handshakes).to.equal(0);
        expect((await suite.run('malformed/hex')).result).to.equal('passed');
        expect(good.handshakes).to.be.within(3, 5);
      }),
    ));

  it('skips known failures with their reason, and fails where they no longer happen', () =>
    withFixture('number-conversion', async (server) => {
      const baseline = [
        { probe: 'malformed/hex', criterion: '*', reason: 'issue 7', owner: 'ann', until: '2999-12-31' },
        { probe: 'malformed/word', criterion: 'status', reason: 'issue 8' },
      ] as const;
      const suite = declared(server.url, { probe: ['malformed/{hex,binary,word}'], baseline });
      await suite.start();
      expect(await suite.run('malformed/hex')).to.deep.equal({
        result: 'skipped',
        note: 'known: issue 7 (ann, until 2999-12-31)',
      });
      expect((await suite.run('malformed/binary')).result).to.equal('failed');
      expect((await suite.run('malformed/word')).result).to.equal('passed');
      expect(messageOf(await suite.run('baseline'))).to.equal(
        'baseline: entry 2 of the baseline: malformed/word (status) no longer fails; known failure: issue 8\n' +
          'fix       Remove the entry from the baseline, or set allowUnexpectedPass.',
      );
      const tolerant = declared(server.url, { baseline, allowUnexpectedPass: true });
      expect(tolerant.titles.some((title) => title.startsWith('baseline'))).to.equal(false);
    }));

  it('skips failures below the level that counts', () =>
    withFixture('no-list', async (server) => {
      const suite = declared(server.url, { probe: ['malformed/hex'], failOn: 'must' });
      await suite.start();
      expect(await suite.run('malformed/hex')).to.deep.equal({
        result: 'skipped',
        note: 'fails, but not at a level that counts with failOn must',
      });
    }));

  it('fails a probe without a verdict, and says that it could not tell and why', () =>
    withFixture('answers-503', async (server) => {
      const suite = declared(server.url, { probe: ['malformed/hex'] });
      await suite.start();
      expect((await suite.run('valid/13')).result).to.equal('passed');
      expect(messageOf(await suite.run('malformed/hex'))).to.match(
        /^malformed\/hex: could not tell: 503: the server is rate-limiting/,
      );
    }));

  it('fails for a server that crashes, as a whole too', () =>
    withFixture('falls-over-on-duplicate', async (server) => {
      const suite = declared(server.url, { probe: ['duplicate/13-13'] });
      await suite.start();
      expect((await suite.run('valid/13')).result).to.equal('passed');
      expect(messageOf(await suite.run('duplicate/13-13'))).to.match(/^duplicate\/13-13: could not tell: /);
      expect(messageOf(await suite.run('target'))).to.match(/^target: could not tell: .*refused/);
      // Nothing listens there any more.
      expect(messageOf(await suite.run('valid/13'))).to.match(/^valid\/13: could not tell: .*refused/);
    }));

  it('says once that nothing could be told about a target that cannot be reached', async () => {
    const suite = declared(`ws://127.0.0.1:${await closedPort()}/`);
    const error = await suite.start().then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error).to.be.instanceOf(HandshakeFailure);
    expect(error?.message).to.match(/^could not tell anything about ws:\/\/127\.0\.0\.1:\d+\/: .*connection/);
  });

  it('says what is wrong with an option when the tests start', async () => {
    const error = await declared(() => nobody, { retries: -1 })
      .start()
      .then(
        () => null,
        (reason: Error) => reason,
      );
    expect(error?.stack).to.equal('UsageError: retries must be a whole number of at least 0, not -1');
  });
});
