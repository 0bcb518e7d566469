/** The bytes of a request, from a template and a target. */

import { expect } from 'chai';
import { createTarget } from '../../../wire/endpoint/target.ts';
import { readRequestHead } from '../../../wire/http1/read-request.ts';
import { serialiseRequest } from '../../../wire/http1/serialise-request.ts';
import { addedFields, type FieldLine, type RequestTemplate } from '../../../wire/request.ts';

const context = {
  requestTarget: '/chat?a=b',
  scheme: 'http' as const,
  host: 'localhost:8080',
  addedFields: [
    ['X-First', 'one'],
    ['X-Second', ''],
    ['X-First', '\xc3\xa9'],
  ] as const,
};

function template(...lines: RequestTemplate['lines']): RequestTemplate {
  return { method: 'GET', httpVersion: 'HTTP/1.1', lines };
}

function serialised(request: RequestTemplate): string {
  return serialiseRequest(request, context).bytes.toString('latin1');
}

const key = (bytes: number): FieldLine => ({ name: 'Key', value: { fill: 'key', bytes } });

describe('a request', () => {
  it('is its request line, its field lines in order, and an empty line', () => {
    expect(
      serialised(template({ name: 'B', value: '1' }, { name: 'a', value: '2' }, { name: 'B', value: '3' })),
    ).to.equal('GET /chat?a=b HTTP/1.1\r\nB: 1\r\na: 2\r\nB: 3\r\n\r\n');
  });

  it('has the method and the version of its template', () => {
    expect(serialised({ method: 'POST', httpVersion: 'HTTP/1.0', lines: [] })).to.equal(
      'POST /chat?a=b HTTP/1.0\r\n\r\n',
    );
  });

  it('has the prefix of its template, and is read back without it', () => {
    const { bytes } = serialiseRequest({ ...template({ name: 'A', value: '1' }), prefix: '\r\n' }, context);
    expect(bytes.toString('latin1')).to.equal('\r\nGET /chat?a=b HTTP/1.1\r\nA: 1\r\n\r\n');
    expect(readRequestHead(bytes)).to.deep.equal({
      startsWithEmptyLine: true,
      requestLine: 'GET /chat?a=b HTTP/1.1',
      fields: [['A', ' 1']],
    });
  });

  it('has the absolute form of the target where the template asks for it', () => {
    const targetForm = 'absolute';
    expect(serialised({ ...template(), targetForm })).to.equal(
      'GET http://localhost:8080/chat?a=b HTTP/1.1\r\n\r\n',
    );
    const target = createTarget('wss://a.example/b');
    expect(serialiseRequest({ ...template(), targetForm }, target).bytes.toString('latin1')).to.match(
      /^GET https:\/\/a\.example\/b HTTP\/1\.1\r\n/,
    );
  });

  it('is cut in the middle of the named field line, or nowhere', () => {
    const lines = [
      { name: 'A', value: '1' },
      { name: 'Bcde', value: '1234' },
      { name: 'C', value: '2' },
    ];
    const { bytes, cutAt } = serialiseRequest({ ...template(...lines), cutWithin: 'Bcde' }, context);
    expect(bytes.toString('latin1', 0, cutAt ?? 0)).to.equal('GET /chat?a=b HTTP/1.1\r\nA: 1\r\nBcde:');
    expect(serialiseRequest(template(...lines), context).cutAt).to.equal(null);
  });

  it('has the separator of a line as it is given, ": " where none is', () => {
    expect(
      serialised(
        template(
          { name: 'A', value: '1', separator: ':' },
          { name: 'B', value: '2', separator: ' :\t ' },
          { name: 'C', value: '', separator: ':' },
          { name: 'D', value: '' },
          { name: 'E', value: '13', separator: ':\r\n ' },
        ),
      ),
    ).to.equal('GET /chat?a=b HTTP/1.1\r\nA:1\r\nB :\t 2\r\nC:\r\nD: \r\nE:\r\n 13\r\n\r\n');
  });

  it('keeps every byte of a value, padding and control characters too', () => {
    const value = ` \t${Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('')}\t `;
    const { bytes } = serialiseRequest(template({ name: 'A', value }), context);
    expect(bytes.toString('latin1')).to.equal(`GET /chat?a=b HTTP/1.1\r\nA: ${value}\r\n\r\n`);
    expect(bytes).to.have.lengthOf('GET /chat?a=b HTTP/1.1\r\nA: \r\n\r\n'.length + value.length);
  });

  it('has the added fields where the slot is, in order', () => {
    expect(serialised(template({ name: 'A', value: '1' }, addedFields, { name: 'B', value: '2' }))).to.equal(
      'GET /chat?a=b HTTP/1.1\r\nA: 1\r\nX-First: one\r\nX-Second: \r\nX-First: \xc3\xa9\r\nB: 2\r\n\r\n',
    );
  });

  it('has no added fields where there is no slot', () => {
    expect(serialised(template({ name: 'A', value: '1' }))).not.to.contain('X-First');
  });

  it('has the host of the target filled in, as often as it is asked for', () => {
    const host: FieldLine = { name: 'Host', value: { fill: 'host' } };
    expect(serialised(template(host, { ...host, separator: ':' }))).to.equal(
      'GET /chat?a=b HTTP/1.1\r\nHost: localhost:8080\r\nHost:localhost:8080\r\n\r\n',
    );
  });

  for (const bytes of [16, 15, 17, 1]) {
    it(`has a key of ${bytes} bytes filled in, in base64`, () => {
      const value = /^Key: (.*)\r$/m.exec(serialised(template(key(bytes))))?.[1] ?? '';
      expect(Buffer.from(value, 'base64')).to.have.lengthOf(bytes);
      expect(Buffer.from(value, 'base64').toString('base64')).to.equal(value);
    });
  }

  it('has a fresh key each time, and each for itself', () => {
    const request = template(key(16), key(16));
    const keys = Array.from(
      { length: 100 },
      () => serialised(request).match(/(?<=Key: ).*(?=\r)/g) ?? [],
    ).flat();
    expect(new Set(keys).size).to.equal(200);
  });

  it('takes path, host and added fields from the target', () => {
    const target = createTarget('ws://u:p@[::1]:8080/chat?a=b', { origin: 'https://x.example' });
    expect(
      serialiseRequest(
        template({ name: 'Host', value: { fill: 'host' } }, addedFields),
        target,
      ).bytes.toString('latin1'),
    ).to.equal(
      'GET /chat?a=b HTTP/1.1\r\nHost: [::1]:8080\r\nAuthorization: Basic dTpw\r\nOrigin: https://x.example\r\n\r\n',
    );
  });

  it('keeps its fields as raw pairs: duplicates, letter case and white space', () => {
    const { bytes, fields } = serialiseRequest(
      template(
        { name: 'Upgrade', value: 'websocket' },
        { name: 'Version', value: '13', separator: ' : ' },
        { name: 'version', value: '13', separator: ':\r\n ' },
        { name: 'Version', value: 'a:b', separator: ':' },
        addedFields,
      ),
      context,
    );
    expect(fields).to.deep.equal([
      ['Upgrade', ' websocket'],
      ['Version ', ' 13'],
      ['version', '\r\n 13'],
      ['Version', 'a:b'],
      ['X-First', ' one'],
      ['X-Second', ' '],
      ['X-First', ' \xc3\xa9'],
    ]);
    expect(readRequestHead(bytes)).to.deep.equal({
      startsWithEmptyLine: false,
      requestLine: 'GET /chat?a=b HTTP/1.1',
      fields,
    });
  });
});
