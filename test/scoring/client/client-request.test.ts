import { expect } from 'chai';
import { type ClientRequest, repeatedKeys, requestFaults } from '../../../scoring/client/client-request.ts';

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const valid = [
  ['Host', '127.0.0.1:8080'],
  ['Upgrade', 'websocket'],
  ['Connection', 'keep-alive, Upgrade'],
  ['sec-websocket-key', key],
  ['Sec-Websocket-Version', '13'],
] as const;

/** The valid request, with the lines of one field replaced by these values. */
function request(
  name = '',
  values: readonly string[] = [],
  more: Partial<ClientRequest> = {},
): ClientRequest {
  const others = valid.filter(([one]) => one.toLowerCase() !== name.toLowerCase());
  const fields = [...others, ...values.map((value) => [name, value] as const)];
  return {
    method: 'GET',
    httpVersion: 'HTTP/1.1',
    fields,
    bytesBehind: 0,
    ...more,
  };
}

const clausesOf = (one: ClientRequest): string[][] => requestFaults(one).map(({ clauses }) => [...clauses]);

describe('the request of a client', () => {
  it('is valid in any case of the names, with further tokens in Connection, and without Origin', () => {
    expect(requestFaults(request())).to.deep.equal([]);
  });

  it('has the version 13 once', () => {
    const name = 'Sec-WebSocket-Version';
    expect(clausesOf(request(name, []))).to.deep.equal([['client-version']]);
    expect(clausesOf(request(name, ['12']))).to.deep.equal([['client-version']]);
    expect(clausesOf(request(name, ['8, 13']))).to.deep.equal([['client-version', 'version-grammar']]);
    expect(clausesOf(request(name, ['013']))).to.deep.equal([['client-version', 'version-grammar']]);
    expect(clausesOf(request(name, ['13', '13']))).to.deep.equal([['client-version', 'once-in-request']]);
    expect(requestFaults(request(name, ['13', '8']))[0]?.actual).to.equal('"13" and "8"');
  });

  it('has a key of 16 bytes once', () => {
    const name = 'Sec-WebSocket-Key';
    for (const values of [[], ['c2hvcnQ='], ['dGhlIHNhbXBsZSBub25jZR==']]) {
      expect(clausesOf(request(name, values)), values.join()).to.deep.equal([['client-key']]);
    }
    expect(clausesOf(request(name, [key, key]))).to.deep.equal([['key-once']]);
  });

  it('has Host, Upgrade and Connection', () => {
    for (const name of ['Host', 'Upgrade', 'Connection']) {
      expect(clausesOf(request(name, [])), name).to.deep.equal([['client-request']]);
    }
    expect(clausesOf(request('Connection', ['NotUpgrade']))).to.deep.equal([['client-request']]);
  });

  it('is a GET over HTTP/1.1', () => {
    expect(clausesOf(request('', [], { method: 'POST' }))).to.deep.equal([['client-request']]);
    expect(clausesOf(request('', [], { httpVersion: 'HTTP/1.0' }))).to.deep.equal([['client-request']]);
  });

  it('offers each subprotocol once, and none that is empty', () => {
    const name = 'Sec-WebSocket-Protocol';
    expect(clausesOf(request(name, ['chat, superchat']))).to.deep.equal([]);
    expect(clausesOf(request(name, ['chat', 'chat']))).to.deep.equal([['client-subprotocols']]);
    expect(clausesOf(request(name, ['chat,,superchat']))).to.deep.equal([['client-subprotocols']]);
  });

  it('has nothing behind it before the answer', () => {
    expect(clausesOf(request('', [], { bytesBehind: 6 }))).to.deep.equal([['client-waits']]);
  });
});

describe('the keys of a run', () => {
  it('are never the same twice', () => {
    expect(repeatedKeys(['a', 'b', 'c'])).to.deep.equal([]);
    expect(repeatedKeys(['a', 'b', 'a', 'a'])).to.deep.equal(['a']);
  });
});
