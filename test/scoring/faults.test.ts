/** What findings about a 101 and about broken messages say: the mistake that was made, and the fix for just that. */

import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { acceptFaults } from '../../scoring/accept-fault.ts';
import { type Finding, findFaults } from '../../scoring/findings.ts';
import type { Response } from '../../wire/response.ts';
import { exampleAccept, head, probe, received, request, score, switching } from '../support/exchanges.ts';

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const key = 'AbCdEfGhIjKlMnOpQrStUv==';
const digest = (text: string | Buffer): Buffer => createHash('sha1').update(text).digest();
const accept = (text: string): string => digest(text + guid).toString('base64');

/** What is said of this Sec-WebSocket-Accept in answer to a key, written as it stands behind the colon. */
function detailOf(value: string, sentKey = ` ${key}`): string {
  const sent = Buffer.from(head('GET / HTTP/1.1', `Sec-WebSocket-Key:${sentKey}`), 'latin1');
  const exchange = received(
    head('HTTP/1.1 101 Switching Protocols', `Sec-WebSocket-Accept: ${value}`),
    'client',
    sent,
  );
  const faults = acceptFaults(exchange, exchange.response as Response);
  return faults.map(({ detail }) => detail).join();
}

/** The one finding about 101s that were answered to these probes. */
function findingOf(answers: Readonly<Record<string, string>>, sent = request()): Finding {
  const scored = Object.entries(answers).map(([id, bytes]) => {
    const exchange = received(bytes, undefined, sent);
    return { probe: probe(id), exchange, scorecard: score(id, exchange) };
  });
  const honesty = { verdict: { verdict: 'n/a' }, faults: [] } as unknown as Parameters<typeof findFaults>[1];
  const [finding, ...more] = findFaults(scored, honesty);
  if (finding === undefined || more.length > 0) throw new Error('not one finding');
  return finding;
}

describe('a wrong Sec-WebSocket-Accept', () => {
  const mistakes: readonly (readonly [value: string, says: RegExp, sentKey?: string])[] = [
    [accept(`${key}  `), /white space still around it/, ` ${key}  `],
    [accept(` ${key}`), /white space still around it/, ` ${key}`],
    [accept(`${key}\t`), /white space still around it/, ` \t${key}\t`],
    [accept(key.toLowerCase()), /its case changed/],
    [accept(''), /empty key/],
    [accept(key.slice(0, 22)), /end cut off/],
    [accept(key.slice(0, -1)), /end cut off/],
    [accept(`${key}\0`), /the end of its line or of its buffer/],
    [accept(`${key}\r`), /the end of its line or of its buffer/],
    [
      digest(Buffer.concat([Buffer.from(key, 'base64'), Buffer.from(guid)])).toString('base64'),
      /decoded key/,
    ],
    [digest(key).toString('base64'), /without the GUID/],
    [digest(key + guid.toLowerCase()).toString('base64'), /GUID in lower case/],
    [digest(key + guid).toString('hex'), /in hexadecimal/],
    [Buffer.from(digest(key + guid).toString('hex')).toString('base64'), /in hexadecimal/],
    [accept(key).replace('=', ''), /without its padding/],
    [accept(key).toLowerCase(), /the correct one with its case changed/],
    [key, /the key itself/],
    [exampleAccept, /the example in RFC 6455/],
    [accept('AAAAAAAAAAAAAAAAAAAAAA=='), /may be made of another key/],
    ['nonsense', /not a SHA-1 digest in base64/],
    ['', /The field is empty/],
  ];

  it('is named by the usual mistake that leads to it', () => {
    for (const [value, says, sentKey] of mistakes) expect(detailOf(value, sentKey), value).to.match(says);
  });

  it('is no mistake where it is right, whatever white space stands around the key', () => {
    for (const sentKey of [key, ` ${key}`, `\t${key} `]) expect(detailOf(accept(key), sentKey)).to.equal('');
  });
});

describe('a finding about a 101', () => {
  it('says of Sec-WebSocket-Accept whether it is missing, wrong or repeated', () => {
    const line = `Sec-WebSocket-Accept: ${exampleAccept}`;
    const without = switching().replace(`${line}\r\n`, '');
    expect(findingOf({ 'valid/13': without })).to.deep.include({
      id: 'accept-key',
      title: 'Sends a 101 without Sec-WebSocket-Accept',
    });
    const repeated = findingOf({ 'valid/13': switching(line) });
    expect(repeated).to.include({ id: 'accept-key', title: 'Sends Sec-WebSocket-Accept more than once' });
    expect(repeated.fix).to.match(/^Send Sec-WebSocket-Accept once\./);
    expect(repeated.clauses).to.deep.equal(['server-handshake', 'once-in-response']);
    const wrong = findingOf({ 'valid/13': switching().replace(exampleAccept, 'nonsense') });
    expect(wrong).to.include({ id: 'accept-key', title: 'Sends a wrong Sec-WebSocket-Accept' });
  });

  it('says what stands twice, and to send it once', () => {
    const finding = findingOf({ 'valid/13': switching('Upgrade: websocket') });
    expect(finding).to.include({
      id: 'switching-fields',
      level: 'MUST',
      title: 'Sends Upgrade twice with the 101',
      actual: 'Upgrade stands twice: websocket, websocket',
    });
    expect(finding.impact).to.match(
      /Known to fail on such a 101: browsers \(Chromium [\d.]+\), Node\.js \(undici /,
    );
    expect(finding.fix).to.match(/^Upgrade stands twice; send it once\./);
    expect(finding.fix).not.to.contain('Upgrade: websocket');
  });

  it('names each of several mistakes once, under the title of the kind', () => {
    const finding = findingOf({
      'valid/13': switching('Content-Length: 0'),
      'valid/no-space': switching('Content-Length: 0'),
      'valid/padded-value': switching('Transfer-Encoding: chunked'),
    });
    expect(finding).to.include({
      id: 'body-on-101',
      title: 'Sends a 101 with a field that announces a body',
      fix: 'Leave Content-Length out of the 101. Leave Transfer-Encoding out of the 101.',
    });
  });

  it('says that close beside upgrade contradicts it', () => {
    const finding = findingOf({ 'valid/13': switching('Connection: close') });
    expect(finding).to.include({ id: 'switching-fields', level: 'MUST' });
    expect(finding.impact).to.match(/contradicts itself/);
    expect(finding.fix).to.match(/^Leave close out of Connection/);
  });

  it('says that a subprotocol stands twice, or that two were chosen', () => {
    const sent = request('Sec-WebSocket-Protocol: chat, superchat');
    const twice = switching('Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Protocol: chat');
    expect(findingOf({ 'valid/13': twice }, sent)).to.include({
      id: 'repeated-on-101',
      level: 'MUST',
      fix: 'Sec-WebSocket-Protocol stands twice; send it once.',
    });
    const otherCase = findingOf({ 'valid/13': switching('Sec-WebSocket-Protocol: Chat') }, sent);
    expect(otherCase.fix).to.match(/in the case in which the client offered it/);
  });
});

describe('a finding about a broken message', () => {
  const fixOf = (bytes: string): string => findingOf({ 'valid/13': bytes }).fix;

  it('names its fix, and nothing else', () => {
    expect(fixOf(switching().replaceAll('\r\n', '\n'))).to.match(/^End every line of the head in CRLF/);
    expect(fixOf(switching().replace(' Switching Protocols', ''))).to.match(
      /^Send the space after the status code, even if no reason phrase follows/,
    );
    expect(fixOf(switching('X-Folded: a', ' b'))).to.equal(
      'Write each field value on one line, without folding.',
    );
  });

  it('is on a MUST, by the clause that says so', () => {
    const finding = findingOf({ 'valid/13': switching().replaceAll('\r\n', '\n') });
    expect(finding).to.deep.include({ id: 'response-framing', level: 'MUST', clauses: ['line-ends'] });
  });
});
