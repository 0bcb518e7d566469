import { expect } from 'chai';
import type { CheckName } from '../../scoring/checks.ts';
import { type ProfileName, profileNames } from '../../scoring/profiles.ts';
import type { Verdict } from '../../scoring/verdict.ts';
import type { ClauseId } from '../../spec/clauses.ts';
import type { CloseKind, ReleaseKind } from '../../wire/exchange.ts';
import {
  brief,
  exampleAccept,
  head,
  received,
  refusal,
  request,
  right400,
  score,
  switching,
} from '../support/exchanges.ts';

function check(
  name: CheckName,
  octets: string,
  id = 'valid/13',
  close?: CloseKind,
  sent = request(),
): string {
  return brief(score(id, received(octets, close, sent)).checks[name]);
}

describe('the check acceptKey', () => {
  const answering = (...fields: string[]): string =>
    head('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', ...fields);

  it('passes with the value of the example in RFC 6455 §1.3', () => {
    expect(exampleAccept).to.equal('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(check('acceptKey', answering(`Sec-WebSocket-Accept: ${exampleAccept}`))).to.equal('pass');
    expect(check('acceptKey', answering(`sec-websocket-accept:\t${exampleAccept} `))).to.equal('pass');
  });

  it('fails with another value, with none and with two', () => {
    const wrong: readonly (readonly [string[], string])[] = [
      [
        [`Sec-WebSocket-Accept: ${exampleAccept.toLowerCase()}`],
        'Sec-WebSocket-Accept: s3pplmbitxaq9kygzzhzrbk+xoo=',
      ],
      [
        ['Sec-WebSocket-Accept: Kfh9QIsMVZcl6xEPYxPHzW8SZ8w='],
        'Sec-WebSocket-Accept: Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=',
      ],
      [['Sec-WebSocket-Accept:'], 'Sec-WebSocket-Accept: '],
      [[], 'no Sec-WebSocket-Accept'],
      [Array(2).fill(`Sec-WebSocket-Accept: ${exampleAccept}`), 'Sec-WebSocket-Accept 2 times'],
    ];
    for (const [fields, actual] of wrong) {
      const { acceptKey } = score('valid/13', received(answering(...fields))).checks;
      expect(brief(acceptKey)).to.equal('fail MUST accept-key');
      expect(acceptKey).to.include({ actual, expected: `Sec-WebSocket-Accept: ${exampleAccept}` });
    }
  });

  it('does not apply without a 101, or to one that should not have come', () => {
    expect(check('acceptKey', right400)).to.equal('not applied');
    expect(check('acceptKey', answering(), 'missing/absent')).to.equal('not applied');
  });

  it('applies where the answer was the server’s to choose', () => {
    expect(check('acceptKey', switching(), 'disguised/obs-fold')).to.equal('pass');
    expect(check('acceptKey', answering(), 'disguised/obs-fold')).to.equal('fail MUST accept-key');
  });
});

describe('the check switchingFields', () => {
  const answering = (...fields: string[]): string =>
    head('HTTP/1.1 101 Switching Protocols', `Sec-WebSocket-Accept: ${exampleAccept}`, ...fields);

  it('passes with websocket and upgrade in any letter case', () => {
    for (const fields of [
      ['Upgrade: websocket', 'Connection: Upgrade'],
      ['upgrade: WebSocket', 'connection: keep-alive, UPGRADE'],
      ['Upgrade: websocket', 'Connection: keep-alive', 'Connection: Upgrade'],
    ]) {
      expect(check('switchingFields', answering(...fields))).to.equal('pass');
    }
  });

  it('fails where either is missing or says something else', () => {
    const wrong: readonly (readonly [fields: string[], actual: string])[] = [
      [['Connection: Upgrade'], 'no Upgrade field'],
      [['Upgrade: websocket'], 'no Connection field'],
      [['Upgrade: h2c', 'Connection: Upgrade'], 'Upgrade: h2c'],
      [['Upgrade: websocket, h2c', 'Connection: Upgrade'], 'Upgrade: websocket, h2c'],
      [['Upgrade: web', 'Upgrade: socket', 'Connection: Upgrade'], 'Upgrade: web, socket'],
      [
        ['Upgrade: websocket', 'Upgrade: WebSocket', 'Connection: Upgrade'],
        'Upgrade stands twice: websocket, WebSocket',
      ],
      [
        ['Upgrade: websocket, websocket', 'Connection: Upgrade'],
        'Upgrade stands twice: websocket, websocket',
      ],
      [['Upgrade: websocket', 'Upgrade: h2c', 'Connection: Upgrade'], 'Upgrade: websocket, h2c'],
      [
        ['Upgrade: websocket', 'Connection: upgrade, Close'],
        'close stands beside upgrade: Connection: upgrade, Close',
      ],
      [
        ['Upgrade: websocket', 'Connection: close', 'Connection: upgrade'],
        'close stands beside upgrade: Connection: close, upgrade',
      ],
      [['Upgrade: h2c'], 'Upgrade: h2c; no Connection field'],
      [['Upgrade: websocket', 'Connection: close'], 'Connection: close'],
      [['Upgrade: websocket', 'Connection: upgrades'], 'Connection: upgrades'],
      [['Upgrade: websocket', 'Connection: a', 'Connection: b'], 'Connection: a, b'],
    ];
    for (const [fields, actual] of wrong) {
      const { switchingFields } = score('valid/13', received(answering(...fields))).checks;
      expect(brief(switchingFields), fields.join()).to.equal('fail MUST switching-fields');
      expect(switchingFields).to.include({ actual });
    }
  });
});

describe('the check switchingFields of a repeated option', () => {
  it('fails on a SHOULD: the list holds what it has to', () => {
    for (const fields of [['Connection: Upgrade', 'Connection: upgrade'], ['Connection: upgrade,Upgrade']]) {
      const octets = head(
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        `Sec-WebSocket-Accept: ${exampleAccept}`,
        ...fields,
      );
      const { switchingFields } = score('valid/13', received(octets)).checks;
      expect(brief(switchingFields)).to.equal('fail SHOULD switching-fields');
      expect((switchingFields as { actual: string }).actual).to.match(/^Connection names upgrade twice: /);
    }
  });
});

describe('the check switchingVersion', () => {
  it('passes on HTTP/1.1 and fails as SHOULD on HTTP/1.0', () => {
    expect(check('switchingVersion', switching())).to.equal('pass');
    const old = switching().replace('HTTP/1.1', 'HTTP/1.0');
    expect(check('switchingVersion', old)).to.equal('fail SHOULD old-version-on-101');
    expect(check('switchingVersion', right400, 'missing/absent')).to.equal('not applied');
  });
});

describe('the check firstFrame', () => {
  const behind = (bytes: string, id?: string): string => check('firstFrame', `${switching()}${bytes}`, id);

  it('passes with a frame of a server, and with the beginning of a long one', () => {
    for (const bytes of ['\x81\x02hi', '\x82\x7e', '\x01\x00', '\x88\x02\x03\xe8', '\x89\x7d']) {
      expect(behind(bytes), JSON.stringify(bytes)).to.equal('pass');
    }
  });

  it('fails with what only a client sends, and with what is no frame', () => {
    const wrong: readonly (readonly [bytes: string, actual: string])[] = [
      ['\x81\x82\0\0\0\0hi', 'a masked frame: 81 82'],
      ['\xc1\x02hi', 'reserved bits or an unknown opcode in the bytes C1 02'],
      ['\x83\x02hi', 'reserved bits or an unknown opcode in the bytes 83 02'],
      ['\r\nhello', 'reserved bits or an unknown opcode in the bytes 0D 0A'],
      ['\x08\x00', 'a control frame that is fragmented or longer than 125 bytes: 08 00'],
      ['\x89\x7e\0\x7e', 'a control frame that is fragmented or longer than 125 bytes: 89 7E'],
    ];
    for (const [bytes, actual] of wrong) {
      expect(behind(bytes), actual).to.equal('fail MUST first-frame');
      const { firstFrame } = score('valid/13', received(`${switching()}${bytes}`)).checks;
      expect(firstFrame).to.deep.include({ actual, clauses: ['server-frames'] });
    }
  });

  it('leaves reserved bits and opcodes to an extension', () => {
    const extended = `${switching('Sec-WebSocket-Extensions: permessage-deflate')}\xc1\x02hi`;
    expect(check('firstFrame', extended)).to.equal('pass');
  });

  it('passes where nothing came, or too little to tell, and is not made where no 101 was due', () => {
    expect(behind('')).to.equal('pass');
    expect(behind('\x81')).to.equal('pass');
    expect(behind('\x81\x82', 'missing/absent')).to.equal('not applied');
  });
});

describe('the check keepsConnection', () => {
  const kept = (bytes: string, close: 'fin' | 'reset' | 'client', idleMs = 4): Verdict | undefined =>
    score('valid/13', { ...received(`${switching()}${bytes}`, close), idleMs }).checks.keepsConnection;

  it('passes where the connection was still there', () => {
    expect(kept('', 'client', 30)).to.include({ verdict: 'pass', actual: 'still open' });
  });

  it('fails where the server ended it without a Close frame', () => {
    for (const [close, actual] of [
      ['fin', 'ended (FIN) immediately after the 101, without a Close frame'],
      ['reset', 'ended (RST) immediately after the 101, without a Close frame'],
    ] as const) {
      for (const bytes of ['', '\x81\x02hi']) {
        expect(kept(bytes, close)).to.include({ verdict: 'fail', level: 'SHOULD', actual });
      }
    }
  });

  it('notes the code and the reason of a Close frame, which is no fault', () => {
    for (const [frame, actual] of [
      ['\x88\x00', 'a Close frame without a status code'],
      ['\x88\x02\x03\xf0', 'a Close frame with 1008'],
      ['\x81\x02hi\x88\x05\x0f\xa1who', 'a Close frame with 4001 "who"'],
    ] as const) {
      for (const close of ['fin', 'reset', 'client'] as const) {
        const verdict = kept(frame, close);
        expect(verdict).to.include({ verdict: 'pass' });
        expect(verdict)
          .to.have.property('actual')
          .that.match(new RegExp(`^${actual}; the server may ask for`));
      }
    }
  });

  it('is not made where the client said goodbye at once', () => {
    expect(score('valid/13', received(switching())).checks).to.not.have.property('keepsConnection');
  });
});

describe('the check noBody', () => {
  it('passes without a field that announces a body, and applies to a 101 that was due alone', () => {
    expect(check('noBody', switching())).to.equal('pass');
    expect(check('noBody', right400, 'missing/absent')).to.equal('not applied');
    expect(check('noBody', switching('Content-Length: 0'), 'missing/absent')).to.equal('not applied');
  });

  it('fails with Content-Length, with Transfer-Encoding and with both', () => {
    const wrong: readonly (readonly [fields: string[], actual: string])[] = [
      [['Content-Length: 0'], 'Content-Length: 0'],
      [['transfer-encoding: chunked'], 'Transfer-Encoding: chunked'],
      [['Content-Length: 5', 'Transfer-Encoding: chunked'], 'Content-Length: 5; Transfer-Encoding: chunked'],
    ];
    for (const [fields, actual] of wrong) {
      for (const profile of profileNames) {
        const { noBody } = score('valid/13', received(switching(...fields)), { profile }).checks;
        expect(brief(noBody)).to.equal('fail MUST body-on-101');
        expect(noBody).to.deep.include({ actual, clauses: ['no-body-on-101'] });
      }
    }
  });
});

describe('the check onceOnly', () => {
  const sent = request('Sec-WebSocket-Protocol: chat, superchat', 'Sec-WebSocket-Extensions: x-a');

  it('passes with each field once', () => {
    const once = switching('Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Extensions: x-a');
    expect(check('onceOnly', once, 'valid/13', undefined, sent)).to.equal('pass');
  });

  it('fails where one stands more than once, with the same value or another', () => {
    const wrong: readonly (readonly [fields: string[], actual: string])[] = [
      [Array(2).fill('Sec-WebSocket-Protocol: chat'), 'Sec-WebSocket-Protocol stands twice: chat, chat'],
      [
        Array(3).fill('Sec-WebSocket-Extensions: x-a'),
        'Sec-WebSocket-Extensions stands 3 times: x-a, x-a, x-a',
      ],
    ];
    for (const [fields, actual] of wrong) {
      const { onceOnly, offeredOnly } = score(
        'valid/13',
        received(switching(...fields), undefined, sent),
      ).checks;
      expect(brief(onceOnly)).to.equal('fail MUST repeated-on-101');
      expect(onceOnly).to.deep.include({ actual, clauses: ['once-in-response'] });
      expect(brief(offeredOnly), 'one finding, and not two').to.equal('pass');
    }
  });
});

describe('the check offeredOnly', () => {
  it('fails where several subprotocols are chosen, or an empty one', () => {
    const sent = request('Sec-WebSocket-Protocol: chat, superchat');
    const wrong: readonly (readonly [fields: string[], actual: string])[] = [
      [['Sec-WebSocket-Protocol: chat, superchat'], 'several subprotocols: chat, superchat'],
      [
        ['Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Protocol: superchat'],
        'several subprotocols: chat, superchat',
      ],
      [['Sec-WebSocket-Protocol:'], 'Sec-WebSocket-Protocol: '],
      [['Sec-WebSocket-Protocol: chat, other'], 'Sec-WebSocket-Protocol: chat, other'],
    ];
    for (const [fields, actual] of wrong) {
      const { offeredOnly } = score('valid/13', received(switching(...fields), undefined, sent)).checks;
      expect(brief(offeredOnly)).to.equal('fail MUST not-offered');
      expect(offeredOnly).to.include({ actual });
    }
  });

  it('notes an offer that is left unanswered, and passes', () => {
    const sent = request('Sec-WebSocket-Protocol: chat');
    const { offeredOnly } = score('valid/13', received(switching(), undefined, sent)).checks;
    expect(offeredOnly).to.deep.include({ verdict: 'pass', clauses: ['server-handshake', 'offer-answered'] });
    expect(offeredOnly)
      .to.have.property('actual')
      .that.matches(
        /^none; no subprotocol was chosen of those offered, on which these clients fail: browsers \(Chromium /,
      );
  });

  it('knows the parameters of permessage-deflate', () => {
    const answered = (offer: string, answer: string): string => {
      const sent = request(`Sec-WebSocket-Extensions: ${offer}`);
      const octets = switching(`Sec-WebSocket-Extensions: ${answer}`);
      const { offeredOnly } = score('valid/13', received(octets, undefined, sent)).checks;
      return offeredOnly?.verdict === 'fail' ? offeredOnly.actual : 'pass';
    };
    const name = 'permessage-deflate';
    const wrong = (what: string): string => `permessage-deflate with a parameter that is ${what}`;
    for (const answer of [
      name,
      `${name}; server_no_context_takeover; client_no_context_takeover`,
      `${name}; server_max_window_bits=8`,
      `${name};server_max_window_bits="15"`,
    ]) {
      expect(answered(name, answer), answer).to.equal('pass');
    }
    expect(answered(`${name}; client_max_window_bits`, `${name}; client_max_window_bits=12`)).to.equal(
      'pass',
    );
    expect(answered(`x-a, ${name}; client_max_window_bits`, 'x-a; y=1')).to.equal('pass');
    expect(answered(name, `${name}; client_max_window_bits=12`)).to.equal(
      wrong('not offered: client_max_window_bits=12'),
    );
    expect(answered(name, `${name}; threshold=1024`)).to.equal(
      wrong('not defined for an answer: threshold=1024'),
    );
    expect(answered(name, `${name}; server_no_context_takeover; server_no_context_takeover`)).to.equal(
      wrong('repeated: server_no_context_takeover'),
    );
    for (const value of [
      'server_max_window_bits',
      'server_max_window_bits=16',
      'server_max_window_bits=08',
    ]) {
      expect(answered(name, `${name}; ${value}`)).to.equal(wrong(`without a valid value: ${value}`));
    }
    expect(answered(name, `${name}; client_no_context_takeover=1`)).to.equal(
      wrong('without a valid value: client_no_context_takeover=1'),
    );
  });

  it('passes where nothing was chosen, or something that was offered', () => {
    expect(check('offeredOnly', switching())).to.equal('pass');
    const sent = request(
      'Sec-WebSocket-Protocol: chat, superchat',
      'Sec-WebSocket-Extensions: x-a; p=1, x-b',
    );
    for (const extension of ['x-b; q=2', 'x-b ;q=2']) {
      const chosen = switching('Sec-WebSocket-Protocol: superchat', `Sec-WebSocket-Extensions: ${extension}`);
      expect(check('offeredOnly', chosen, 'valid/13', undefined, sent)).to.equal('pass');
    }
  });

  it('fails where a subprotocol or an extension was chosen that was not offered', () => {
    const sent = request('Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Extensions: x-a');
    const wrong: readonly (readonly [field: string, actual: string])[] = [
      ['Sec-WebSocket-Protocol: superchat', 'Sec-WebSocket-Protocol: superchat'],
      ['Sec-WebSocket-Protocol: Chat', 'Sec-WebSocket-Protocol: Chat'],
      ['Sec-WebSocket-Extensions: x-a, x-c; p', 'Sec-WebSocket-Extensions: x-c'],
      ['Sec-WebSocket-Extensions: permessage-deflate', 'Sec-WebSocket-Extensions: permessage-deflate'],
    ];
    for (const [field, actual] of wrong) {
      const { offeredOnly } = score('valid/13', received(switching(field), undefined, sent)).checks;
      expect(brief(offeredOnly)).to.equal('fail MUST not-offered');
      expect(offeredOnly).to.include({ actual });
    }
    expect(check('offeredOnly', switching('Sec-WebSocket-Protocol: chat'))).to.equal('fail MUST not-offered');
  });
});

describe('the check upgradeField', () => {
  const answering = (...fields: string[]): string =>
    check('upgradeField', refusal('426 Upgrade Required', ...fields), 'unsupported/99');

  it('passes on a 426 with Upgrade, and upgrade in Connection', () => {
    expect(answering('Upgrade: websocket', 'Connection: Upgrade')).to.equal('pass');
    expect(answering('Upgrade: websocket', 'Connection: close, upgrade')).to.equal('pass');
  });

  it('fails on a 426 without either of them', () => {
    expect(answering()).to.equal('fail MUST upgrade-field');
    expect(answering('Connection: Upgrade')).to.equal('fail MUST upgrade-field');
    expect(answering('Upgrade: websocket')).to.equal('fail MUST upgrade-field');
    expect(answering('Upgrade: websocket', 'Connection: close')).to.equal('fail MUST upgrade-field');
  });

  it('does not apply to another status', () => {
    expect(check('upgradeField', right400, 'unsupported/99')).to.equal('not applied');
  });
});

describe('the check announcedClose', () => {
  const announcing = (close: CloseKind, ...fields: string[]): string =>
    check('announcedClose', refusal('400 Bad Request', ...fields), 'missing/absent', close);

  it('passes where the close that was announced came, as FIN or as RST', () => {
    expect(announcing('fin', 'Connection: close')).to.equal('pass');
    expect(announcing('reset', 'Connection: Close')).to.equal('pass');
  });

  it('fails where it did not come in time, as a SHOULD', () => {
    expect(announcing('open', 'Connection: close')).to.equal('fail SHOULD late-close');
  });

  it('fails as a MUST where a connection that was alone was watched for five seconds, and stayed open', () => {
    const answer = received(refusal('400 Bad Request', 'Connection: close'), 'open');
    const watched = (
      afterMs: number,
      openConnections: number,
      kind: CloseKind = 'open',
      isLate = false,
    ): string =>
      brief(
        score('missing/absent', { ...answer, close: { kind, afterMs, isLate }, openConnections }).checks
          .announcedClose,
      );
    expect(watched(5000, 0)).to.equal('fail MUST announced-close');
    expect(watched(4999, 0)).to.equal('fail SHOULD late-close');
    expect(watched(5000, 1)).to.equal('fail SHOULD late-close');
    expect(watched(3000, 0, 'fin', true)).to.equal('fail SHOULD late-close');
    expect(watched(3000, 0, 'fin')).to.equal('pass');
  });

  it('does not apply where none was announced, nor to a 101', () => {
    expect(announcing('open')).to.equal('not applied');
    expect(announcing('open', 'Connection: keep-alive')).to.equal('not applied');
    expect(check('announcedClose', switching('Connection: close'))).to.equal('not applied');
  });
});

describe('the check endsWithRefusal', () => {
  const behind = (first: string, second: string, profile: ProfileName): string => {
    const exchange = received(`${first}${second}`, second === '' ? 'fin' : 'client', request(), true);
    return brief(score('after-refusal/pipelined', exchange, { profile }).checks.endsWithRefusal);
  };
  const unannounced = refusal('400 Bad Request');
  const announced = refusal('400 Bad Request', 'Connection: close');

  it('passes where nothing came behind the refusal', () => {
    expect(behind(announced, '', 'mdn')).to.equal('pass');
    expect(behind(announced, '', 'rfc')).to.equal('pass');
    expect(behind(unannounced, '', 'mdn')).to.equal('pass');
  });

  it('fails with any response behind an announced close', () => {
    for (const second of [switching(), refusal('400 Bad Request')]) {
      expect(behind(announced, second, 'mdn')).to.equal('fail MUST answers-behind-refusal');
      expect(behind(announced, second, 'rfc')).to.equal('fail MUST answers-behind-refusal');
    }
  });

  it('fails with a 101 behind another refusal where the profile asks for the close', () => {
    expect(behind(unannounced, switching(), 'mdn')).to.equal('fail SHOULD answers-behind-refusal');
    expect(behind(unannounced, switching(), 'rfc')).to.equal('not applied');
    expect(behind(unannounced, refusal('400 Bad Request'), 'mdn')).to.equal('pass');
  });

  it('sees a 101 in place of a body that has no declared length', () => {
    const endless = head('HTTP/1.1 400 Bad Request');
    expect(behind(endless, switching(), 'mdn')).to.equal('fail SHOULD answers-behind-refusal');
    expect(behind(endless, 'HTTP is spoken here', 'mdn')).to.equal('pass');
  });

  it('does not apply to an accepted version, nor where no second handshake was sent', () => {
    expect(behind(switching(), switching(), 'mdn')).to.equal('not applied');
    expect(check('endsWithRefusal', announced, 'after-refusal/pipelined')).to.equal('not applied');
  });

  it('is the only verdict on the probe', () => {
    const exchange = received(`${announced}${switching()}`, 'client', request(), true);
    const { criteria, checks } = score('after-refusal/pipelined', exchange);
    expect(Object.values(criteria).map(brief)).to.deep.equal(['n/a', 'n/a', 'n/a', 'n/a']);
    expect(checks).to.have.all.keys('endsWithRefusal', 'responseFraming');
    expect(brief(checks.responseFraming)).to.equal('pass');
  });
});

describe('the check releasesSocket', () => {
  const released = (kind: ReleaseKind | null, profile: ProfileName): string => {
    const exchange = received(refusal('400 Bad Request'), 'open');
    const release = kind === null ? {} : { release: { kind, afterMs: 1 } };
    return brief(
      score('after-refusal/release', { ...exchange, ...release }, { profile }).checks.releasesSocket,
    );
  };

  for (const profile of profileNames) {
    it(`asks for the end of the connection, whatever kind of end, in profile ${profile}`, () => {
      expect(released('fin', profile)).to.equal('pass');
      expect(released('reset', profile)).to.equal('pass');
      expect(released('open', profile)).to.equal('fail SHOULD socket-not-released');
      expect(released(null, profile)).to.equal('not applied');
    });
  }
});

describe('the check responseFraming', () => {
  const framing = (octets: string, close?: CloseKind): string =>
    check('responseFraming', octets, 'missing/absent', close);

  it('passes with whole responses, whatever delimits their body', () => {
    expect(framing(right400)).to.equal('pass');
    expect(framing(`${head('HTTP/1.1 400 Bad Request')}until the close`)).to.equal('pass');
    expect(
      framing(`${head('HTTP/1.1 400 Bad Request', 'Transfer-Encoding: chunked')}2\r\nno\r\n0\r\n\r\n`),
    ).to.equal('pass');
    expect(framing(head('HTTP/1.1 400 ', 'Content-Length: 0'))).to.equal('pass');
    expect(check('responseFraming', switching())).to.equal('pass');
  });

  it('fails where the body is shorter than declared, unless a reset may have cut it off', () => {
    const short = `${head('HTTP/1.1 400 Bad Request', 'Content-Length: 9')}cut`;
    expect(framing(short, 'fin')).to.equal('fail MUST response-framing');
    expect(framing(short, 'open')).to.equal('fail SHOULD response-framing');
    const open = received(short, 'open');
    const watched = (afterMs: number): string => {
      const close = { kind: 'open', afterMs, isLate: false } as const;
      return brief(score('missing/absent', { ...open, close }).checks.responseFraming);
    };
    expect(watched(4999)).to.equal('fail SHOULD response-framing');
    expect(watched(5000)).to.equal('fail MUST response-framing');
    expect(framing(short, 'reset')).to.equal('pass');
    expect(framing(short.replace('cut', 'longer than it'), 'reset')).to.equal('fail MUST response-framing');
  });

  it('fails where a chunked body is cut short, unless a reset may have done it', () => {
    const begun = `${head('HTTP/1.1 400 Bad Request', 'Transfer-Encoding: chunked')}2\r\nno\r\n`;
    expect(framing(begun, 'fin')).to.equal('fail MUST response-framing');
    expect(framing(begun, 'reset')).to.equal('pass');
    expect(score('missing/absent', received(begun, 'fin')).checks.responseFraming).to.include({
      actual: 'the connection ended before the last chunk, which has the length 0',
    });
  });

  it('fails as a SHOULD where the end of a refusal does not come, in both profiles; anything else may be a stream', () => {
    const fields = [[], ['Transfer-Encoding: chunked'], ['Transfer-Encoding: gzip']];
    for (const more of fields) {
      const answered = (status: string, profile: ProfileName): string => {
        const exchange = received(head(`HTTP/1.1 ${status}`, ...more), 'open');
        return brief(score('handshake/http-2.0', exchange, { profile }).checks.responseFraming);
      };
      for (const profile of profileNames) {
        expect(answered('400 Bad Request', profile), more[0]).to.equal('fail SHOULD response-framing');
        expect(answered('200 OK', profile), more[0]).to.equal('pass');
      }
    }
    expect(framing(head('HTTP/1.1 400 Bad Request', 'Content-Length: 0'), 'open')).to.equal('pass');
    expect(framing(head('HTTP/1.1 400 Bad Request'), 'fin')).to.equal('pass');
  });

  it('fails on a MUST where recipients disagree about what the response is', () => {
    const wrong: readonly (readonly [octets: string, actual: RegExp])[] = [
      [
        `${head('HTTP/1.1 400 Bad Request', 'Content-Length: 9')}short`,
        /before the body had its declared length/,
      ],
      [`${head('HTTP/1.1 400 Bad Request', 'Content-Length: 2')}longer`, /more bytes follow/],
      [head('HTTP/1.1 400 Bad Request', 'Content-Length: many'), /not one decimal number/],
      [`${head('HTTP/1.1 400 Bad Request', 'Transfer-Encoding: chunked')}x\r\n`, /chunked body is malformed/],
      [refusal('400 Bad Request', 'no colon'), /no colon/],
      [refusal('400 Bad Request', 'X-Space : a'), /between a field name and its colon/],
      [refusal('400 Bad Request', 'X(Y): a'), /not a token/],
      [refusal('400 Bad Request', 'X: a\0b'), /control character/],
      [
        head('HTTP/1.1 400 Bad Request', 'Content-Length: 0', 'Transfer-Encoding: chunked'),
        /beside Transfer-Encoding/,
      ],
    ];
    for (const [octets, actual] of wrong) {
      const { responseFraming } = score('missing/absent', received(octets)).checks;
      expect(brief(responseFraming), octets).to.equal('fail MUST response-framing');
      expect((responseFraming as { actual: string }).actual).to.match(actual);
    }
  });

  it('fails on a MUST where the sender is told not to, although recipients read past it', () => {
    const wrong: readonly (readonly [octets: string, actual: string, clause: ClauseId])[] = [
      [right400.replaceAll('\r\n', '\n'), 'a line of the head ends in LF alone instead of CRLF', 'line-ends'],
      [head('HTTP/1.1 400', 'Content-Length: 0'), 'no space after the status code', 'status-line'],
      [
        head('HTTP/1.1\t400\tNo', 'Content-Length: 0'),
        'the status line does not follow HTTP-version SP status-code SP [reason-phrase]',
        'status-line',
      ],
      [refusal('400 Bad Request', 'X: a', ' b'), 'a field value is folded over several lines', 'line-ends'],
    ];
    for (const [octets, actual, clause] of wrong) {
      for (const profile of profileNames) {
        const { responseFraming } = score('missing/absent', received(octets), { profile }).checks;
        expect(brief(responseFraming), octets).to.equal('fail MUST response-framing');
        expect(responseFraming).to.deep.include({ actual, clauses: [clause] });
      }
    }
  });

  it('fails on a SHOULD where recipients read past it', () => {
    for (const octets of [`\r\n${right400}`, head('HTTP/2.0 400 Bad Request', 'Content-Length: 0')]) {
      expect(framing(octets), octets).to.equal('fail SHOULD response-framing');
    }
  });

  it('fails on the stricter level where several things are wrong, and names each', () => {
    const { responseFraming } = score('missing/absent', received(`\r\n${right400}more`)).checks;
    expect(responseFraming).to.include({
      level: 'MUST',
      actual: 'an empty line stands before the status line; more bytes follow the end of the response',
    });
  });

  it('does not apply where there is no response', () => {
    expect(framing('')).to.equal('not applied');
    expect(framing('nonsense\n')).to.equal('not applied');
  });
});

describe('every check', () => {
  it('says on which level, against what and on which clauses its verdict was given', () => {
    const { checks } = score('valid/13', received(switching()));
    const accept = `Sec-WebSocket-Accept: ${exampleAccept}`;
    const clauses = ['server-handshake'];
    expect(checks).to.deep.equal({
      acceptKey: { verdict: 'pass', level: 'MUST', expected: accept, actual: accept, clauses },
      switchingFields: {
        verdict: 'pass',
        level: 'MUST',
        expected: 'Upgrade: websocket, Connection: Upgrade',
        actual: 'both present',
        clauses,
      },
      switchingVersion: {
        verdict: 'pass',
        level: 'SHOULD',
        expected: 'HTTP/1.1',
        actual: 'not HTTP/1.0',
        clauses,
      },
      noBody: {
        verdict: 'pass',
        level: 'MUST',
        expected: 'neither Content-Length nor Transfer-Encoding',
        actual: 'neither',
        clauses: ['no-body-on-101'],
      },
      onceOnly: {
        verdict: 'pass',
        level: 'MUST',
        expected: 'Sec-WebSocket-Protocol and Sec-WebSocket-Extensions at most once',
        actual: 'none repeated',
        clauses: ['once-in-response'],
      },
      offeredOnly: {
        verdict: 'pass',
        level: 'MUST',
        expected: 'no subprotocol and no extension except those offered',
        actual: 'none',
        clauses,
      },
      firstFrame: {
        verdict: 'pass',
        level: 'MUST',
        expected: 'only a server frame together with the 101',
        actual: 'nothing else',
        clauses: ['server-frames'],
      },
      responseFraming: {
        verdict: 'pass',
        level: 'MUST',
        expected: 'a response that follows the grammar of HTTP/1.1',
        actual: 'well-formed',
        clauses: ['message-syntax', 'message-framing'],
      },
    });
    const answer = refusal('426 Upgrade Required', 'Upgrade: websocket', 'Connection: Upgrade, close');
    const { upgradeField, announcedClose } = score('unsupported/99', received(answer)).checks;
    expect({ upgradeField, announcedClose }).to.deep.equal({
      upgradeField: {
        verdict: 'pass',
        level: 'MUST',
        expected: 'Upgrade, and upgrade in Connection',
        actual: 'both present',
        clauses: ['upgrade-on-426'],
      },
      announcedClose: {
        verdict: 'pass',
        level: 'MUST',
        expected: 'the close that Connection: close announced',
        actual: 'closed',
        clauses: ['close-means-close'],
      },
    });
  });
});

describe('a scorecard', () => {
  it('fails where a criterion or a check does, and passes where none does', () => {
    expect(score('missing/absent', received(right400)).verdict).to.equal('pass');
    expect(score('missing/absent', received(refusal('400 Bad Request'))).verdict).to.equal('fail');
    expect(score('missing/absent', received(right400, 'open')).checks.announcedClose?.verdict).to.equal(
      'fail',
    );
    const onlyCheck = received(`${right400}more`);
    const { criteria, verdict } = score('missing/absent', onlyCheck);
    expect(Object.values(criteria).map(brief)).to.deep.equal(['pass', 'pass', 'n/a', 'pass']);
    expect(verdict).to.equal('fail');
  });
});
