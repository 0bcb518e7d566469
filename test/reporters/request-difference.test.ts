/** What a finding shows as "sent": the lines in which a request differs from the control. */

import { expect } from 'chai';
import { catalogue, findProbe } from '../../probes/catalogue.ts';
import { requestDifference } from '../../reporters/request-difference.ts';
import { type RequestHead, readRequestHead } from '../../wire/http1/read-request.ts';
import { serialiseRequest } from '../../wire/http1/serialise-request.ts';
import type { RequestContext } from '../../wire/request.ts';

const context: RequestContext = {
  requestTarget: '/chat',
  scheme: 'http',
  host: 'server.example',
  addedFields: [['Origin', 'https://app.example']],
};

function requestOf(id: string): RequestHead {
  const probe = findProbe(id);
  if (probe === undefined) throw new Error(`no probe is called ${id}`);
  return readRequestHead(serialiseRequest(probe.request, context).bytes);
}

const differenceOf = (id: string): string[] => requestDifference(requestOf(id), requestOf('valid/13'));

const key = /^Sec-WebSocket-Key: [A-Za-z0-9+/]{22}==$/;

const expected: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  'valid/13': ['Sec-WebSocket-Version: 13'],
  'valid/lowercase-name': ['sec-websocket-version: 13'],
  'valid/padded-value': ['Sec-WebSocket-Version: \t 13 \t '],
  'valid/absolute-form': ['GET http://server.example/chat HTTP/1.1'],
  'valid/leading-empty-line': ['an empty line, then GET /chat HTTP/1.1'],
  'valid/connection-list': ['Connection: keep-alive, Upgrade'],
  'missing/absent': ['no Sec-WebSocket-Version field'],
  'missing/empty': ['Sec-WebSocket-Version:'],
  'missing/other-name': ['no Sec-WebSocket-Version field', 'WebSocket-Version: 13'],
  'duplicate/13-13': ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 13'],
  'duplicate/13-8': ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 8'],
  'duplicate/mixed-case-names': ['Sec-WebSocket-Version: 13', 'sec-websocket-version: 99'],
  'duplicate/many': ['Sec-WebSocket-Version: 13 (100 times)'],
  'unsupported/25': ['Sec-WebSocket-Version: 25'],
  'draft/0': ['Sec-WebSocket-Version: 0'],
  'comma-listed/13-8': ['Sec-WebSocket-Version: 13, 8'],
  'malformed/hex': ['Sec-WebSocket-Version: 0xd'],
  'malformed/nul-inside': ['Sec-WebSocket-Version: 1\x003'],
  'malformed/oversized': [/^Sec-WebSocket-Version: 1{65536}$/],
  'disguised/space-before-colon': ['Sec-WebSocket-Version : 13'],
  'disguised/obs-fold': [/^Sec-WebSocket-Version:\s*\r\n[ \t]+13$/],
  'handshake/key-missing': ['no Sec-WebSocket-Key field'],
  'handshake/key-short': [/^Sec-WebSocket-Key: [A-Za-z0-9+/]{20}$/],
  'handshake/key-duplicate': [key, key],
  'handshake/upgrade-other': ['Upgrade: h2c'],
  'handshake/method-post': ['POST /chat HTTP/1.1'],
  'handshake/http-1.0': ['GET /chat HTTP/1.0'],
  'handshake/host-missing': ['no Host field'],
  'handshake/host-duplicate': ['Host: server.example', 'Host: server.example'],
};

describe('what makes a request differ from the control', () => {
  for (const [id, lines] of Object.entries(expected)) {
    it(`is shown for ${id}`, () => {
      const difference = differenceOf(id);
      expect(difference).to.have.lengthOf(lines.length);
      lines.forEach((line, i) => {
        if (typeof line === 'string') expect(difference[i]).to.equal(line);
        else expect(difference[i]).to.match(line);
      });
    });
  }

  it('is there for every probe, and never names what does not differ', () => {
    for (const { id } of catalogue) {
      const difference = differenceOf(id);
      expect(difference, id).to.not.have.lengthOf(0);
      expect(difference.join('\n'), id).to.not.match(/^(Origin|Accept)/m);
    }
  });

  it('is the same however often the keys are drawn', () => {
    for (let i = 0; i < 50; i += 1) expect(differenceOf('malformed/hex')).to.have.lengthOf(1);
  });
});
