/** Credentials of the caller: masked in everything that is recorded, at equal length, and nothing else is. */

import { expect } from 'chai';
import { type ConnectionOptions, createTarget } from '../../../wire/endpoint/target.ts';
import { serialiseRequest } from '../../../wire/http1/serialise-request.ts';
import { Redactor } from '../../../wire/redaction/redactor.ts';
import type { Field, RequestTemplate } from '../../../wire/request.ts';
import { UsageError } from '../../../wire/usage-error.ts';
import { exchangeWith, handshake, type Peer, type StartOptions } from '../../support/wire-server.ts';

const masked = (fields: readonly Field[], text: string) =>
  new Redactor(fields).redactResponse(Buffer.from(text, 'latin1')).toString('latin1');

const stars = (text: string) => '*'.repeat(text.length);

const basic = (pair: string) => `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;

describe('a request', () => {
  const mask = (fields: readonly Field[], request: string) =>
    new Redactor(fields).redactRequest(Buffer.from(request, 'latin1')).toString('latin1');
  const requestWith = (...fields: Field[]) =>
    `GET / HTTP/1.1\r\nHost: localhost\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;

  for (const name of ['Authorization', 'Proxy-Authorization', 'Cookie', 'COOKIE', 'authorization']) {
    for (const value of ['Bearer abcdefgh', 'a', '', 'a=b; c=d', 'Basic dTpw', '\xff\xfe', '****']) {
      it(`has ${name} masked: ${JSON.stringify(value)}`, () => {
        const request = requestWith(['A', '1'], [name, value], ['B', '2']);
        expect(mask([[name, value]], request)).to.equal(
          `GET / HTTP/1.1\r\nHost: localhost\r\nA: 1\r\n${name}: ${stars(value)}\r\nB: 2\r\n\r\n`,
        );
      });
    }
  }

  it('has several credentials masked, side by side and equal ones too', () => {
    const fields: Field[] = [
      ['Cookie', 'a=b'],
      ['Cookie', 'a=b'],
      ['Cookie', 'c=d'],
      ['Authorization', 'x'],
    ];
    expect(mask(fields, requestWith(...fields))).to.equal(
      'GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ***\r\nCookie: ***\r\nCookie: ***\r\nAuthorization: *\r\n\r\n',
    );
  });

  it('has nothing else masked, and is itself left as it is', () => {
    const fields: Field[] = [
      ['Cookie', 'localhost'],
      ['User-Agent', 'GET / HTTP/1.1'],
    ];
    const request = Buffer.from(requestWith(...fields), 'latin1');
    const before = request.toString('latin1');
    expect(new Redactor(fields).redactRequest(request).toString('latin1')).to.equal(
      before.replace('Cookie: localhost', 'Cookie: *********'),
    );
    expect(request.toString('latin1')).to.equal(before);
  });

  it('has the user info of the URL masked, and shows where it was', () => {
    const target = createTarget('ws://Aladdin:open%20sesame@localhost/', {
      headers: [['Cookie', 'id=12345678']],
    });
    const request = serialiseRequest(handshake, target).bytes;
    const copy = target.redactor.redactRequest(request);
    expect(copy).to.have.lengthOf(request.length);
    expect(copy.toString('latin1')).to.contain('\r\nAuthorization: **********************************\r\n');
    expect(copy.toString('latin1')).to.match(/\r\nCookie: \*{11}\r\n/);
  });
});

describe('an echo', () => {
  const cases: [title: string, field: Field, echoes: string[]][] = [
    ['a bearer token', ['Authorization', 'Bearer abc.DEF-ghi'], ['Bearer abc.DEF-ghi', 'abc.DEF-ghi']],
    ['a token without a scheme', ['Authorization', 'abcdefgh'], ['abcdefgh']],
    [
      'a basic pair, encoded and decoded',
      ['Authorization', basic('Aladdin:open sesame')],
      [basic('Aladdin:open sesame'), 'QWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'Aladdin:open sesame', 'open sesame'],
    ],
    [
      'a basic pair in UTF-8',
      ['authorization', `basic  ${Buffer.from('usér:pässword').toString('base64')}`],
      ['us\xc3\xa9r:p\xc3\xa4ssword', 'p\xc3\xa4ssword'],
    ],
    [
      'a user name that is a token, without a password',
      ['Authorization', basic('ghp_token:')],
      ['ghp_token'],
    ],
    ['a password that holds a colon', ['Authorization', basic('user:pass:word')], ['pass:word']],
    [
      'a basic pair for a proxy',
      ['Proxy-Authorization', basic('user:password')],
      ['user:password', 'password'],
    ],
    [
      'cookies',
      ['Cookie', 'id=12345678; theme="abcdefgh" ;token=a=b=c'],
      ['id=12345678; theme="abcdefgh" ;token=a=b=c', '12345678', '"abcdefgh"', 'a=b=c'],
    ],
    ['a cookie without a name', ['Cookie', 'abcdefgh'], ['abcdefgh']],
  ];
  for (const [title, field, echoes] of cases) {
    for (const echo of echoes) {
      it(`of ${title} is masked: ${JSON.stringify(echo)}`, () => {
        expect(masked([field], `a ${echo} b ${echo}${echo}`)).to.equal(
          `a ${stars(echo)} b ${stars(echo)}${stars(echo)}`,
        );
      });
    }
  }

  it('is masked in texts and in bytes alike, in place', () => {
    const secrets = new Redactor([['Authorization', 'Bearer abcdefgh']]);
    expect(secrets.redactText('HTTP/1.1 400 abcdefgh')).to.equal('HTTP/1.1 400 ********');
    const bytes = Buffer.from('\xff abcdefgh \xff', 'latin1');
    expect(secrets.redactResponse(bytes)).to.equal(bytes);
    expect(bytes.toString('latin1')).to.equal('\xff ******** \xff');
  });

  it('of the whole is masked as a whole, though a part of it is a credential too', () => {
    expect(masked([['Cookie', 'a=bcde; f=bcdefgh']], 'a=bcde; f=bcdefgh|bcdefgh|bcde')).to.equal(
      '*****************|*******|****',
    );
  });

  describe('in another form', () => {
    const secret = 'aB3$/+ "<é>&=\\tail';
    const utf8 = Buffer.from(secret, 'utf8');
    const hex = utf8.toString('hex');
    const bytes = [...utf8].map((byte) => byte.toString(16).padStart(2, '0'));
    const characters = [...secret].map((character) => character.codePointAt(0) ?? 0);
    const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
    const forms: Record<string, string> = {
      'in capitals': secret.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
      'in capitals, beyond ASCII too': secret.toUpperCase(),
      'percent-encoded': encodeURIComponent(secret),
      'percent-encoded, every byte': bytes.map((byte) => `%${byte}`).join(''),
      'percent-encoded twice': encodeURIComponent(encodeURIComponent(secret)),
      'percent-encoded as a form': new URLSearchParams({ a: secret }).toString().slice(2),
      'by escape() of JavaScript': characters
        .map((code) => `%u${code.toString(16).padStart(4, '0')}`)
        .join(''),
      'as JSON': JSON.stringify(secret).slice(1, -1),
      'as JSON, every character': characters
        .map((code) => `\\u${code.toString(16).padStart(4, '0')}`)
        .join(''),
      'as JSON within JSON': JSON.stringify(JSON.stringify(secret)).slice(3, -3),
      'as JavaScript': characters.map((code) => `\\u{${code.toString(16)}}`).join(''),
      'as bytes in Python': bytes.map((byte) => `\\x${byte}`).join(''),
      'as HTML': 'aB3$/+ &quot;&lt;é&gt;&amp;=\\tail',
      'as HTML, named': 'aB3&dollar;&sol;&plus; &quot;&lt;é&gt;&amp;&equals;&bsol;tail',
      'as HTML, decimal': characters.map((code) => `&#${code};`).join(''),
      'as HTML, hexadecimal': characters.map((code) => `&#x${code.toString(16).toUpperCase()};`).join(''),
      'as HTML of JSON': JSON.stringify(secret).slice(1, -1).replaceAll('"', '&quot;'),
      'in hexadecimal': hex,
      'in hexadecimal, in capitals': hex.toUpperCase(),
      'in base64': base64(secret),
      'in base64, one byte later': base64(`.${secret}`),
      'in base64, two bytes later': base64(`..${secret}`),
      'in base64 for URLs': Buffer.from(`${secret}??>>`, 'utf8').toString('base64url').slice(0, -5),
      'in base64 in capitals': base64(secret.toUpperCase()),
      'in base64 of JSON': base64(JSON.stringify(secret)),
      'in base64, percent-encoded': encodeURIComponent(base64(secret)),
    };
    for (const [title, form] of Object.entries(forms)) {
      it(`is masked, and only that: ${title}`, () => {
        const echo = Buffer.from(form, 'utf8').toString('latin1');
        const field: Field = ['Authorization', `Bearer ${utf8.toString('latin1')}`];
        const shown = masked([field], `open (${echo}) open`);
        expect(shown)
          .to.match(/^open \(.*\) open$/s)
          .and.to.have.lengthOf(echo.length + 12);
        expect(shown.slice(6, -6)).to.match(/^\w{0,2}\*+\w{0,2}=*(?:%3D)*$/);
      });
    }

    it('is not looked for where it is a list of versions, by which a server is judged', () => {
      const text = 'Sec-WebSocket-Version: 13, 8';
      expect(masked([['X-Supported', '13, 8']], text)).to.equal(text);
      expect(masked([['X-Code', '130, 1234']], 'a 130, 1234')).to.equal('a *********');
    });

    it('is masked in base64 that is wrapped, and the line breaks stay', () => {
      const text = base64(`${'.'.repeat(30)}opensesame-opensesame${'.'.repeat(30)}`).replace(
        /.{20}/g,
        '$&\r\n',
      );
      const shown = masked([['Authorization', 'Bearer opensesame-opensesame']], text);
      expect(shown)
        .to.match(/^(?:[\w=*]{20}\r\n)+[\w=*]*$/)
        .and.to.include('****');
      expect(Buffer.from(shown, 'base64').toString()).to.not.include('sesame');
      for (const [write, read] of [
        [JSON.stringify, JSON.parse],
        [encodeURIComponent, decodeURIComponent],
      ] as const) {
        const escaped = masked([['Authorization', 'Bearer opensesame-opensesame']], write(text));
        expect(Buffer.from(read(escaped), 'base64').toString()).to.not.include('sesame');
      }
    });

    it('is found wherever chunks divide it, and their sizes stay', () => {
      const token = 'abcdef0123456789';
      const text = `{"token":"${token}"}`;
      const chunk = (part: string): string => `${part.length.toString(16)};a=b\r\n${part}\r\n`;
      const body = (parts: readonly string[]): string =>
        `HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n${parts.map(chunk).join('')}0\r\n\r\n`;
      const cuts = Array.from({ length: text.length - 1 }, (_, i) => [
        text.slice(0, i + 1),
        text.slice(i + 1),
      ]);
      for (const parts of [...cuts, text.split('')]) {
        const [first = ''] = parts;
        const shown = text.replace(token, stars(token));
        const shownParts =
          parts.length === 2 ? [shown.slice(0, first.length), shown.slice(first.length)] : shown.split('');
        expect(masked([['Authorization', `Bearer ${token}`]], body(parts))).to.equal(body(shownParts));
      }
    });

    it('is found in chunks whose sizes are wrong', () => {
      const head = 'HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n';
      expect(
        masked([['Authorization', 'Bearer abcdef0123456789']], `${head}5\r\nabcdef01\r\n9\r\n23456789\r\n`),
      ).to.equal(`${head}5\r\n********\r\n9\r\n********\r\n`);
    });
  });

  it('that a value computed from the key contains by chance stays readable', () => {
    const accept = 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n';
    expect(masked([['Cookie', 'a=BITX']], accept)).to.equal(accept);
    const value = accept.slice('Sec-WebSocket-Accept: '.length, -2);
    expect(
      new Redactor([['Cookie', 'a=BITX']]).redactReceivedField(['sec-websocket-accept', value]),
    ).to.deep.equal(['sec-websocket-accept', value]);
    const token = 's3pPLMBiTxaQ9kYGzzhZ';
    expect(masked([['Cookie', `a=${token}`]], accept)).to.equal(accept.replace(token, stars(token)));
  });

  it('of less than four bytes stays readable', () => {
    expect(masked([['Authorization', 'Bearer abc']], 'abc')).to.equal('abc');
    expect(masked([['Cookie', 'a=13']], 'Sec-WebSocket-Version: 13')).to.equal('Sec-WebSocket-Version: 13');
    expect(masked([['Cookie', 'a=400; b=']], 'HTTP/1.1 400 Bad Request')).to.equal(
      'HTTP/1.1 400 Bad Request',
    );
  });

  for (const word of [
    'websocket',
    'Upgrade',
    'UPGRADE',
    'HTTP/1.1',
    'sec-websocket-accept',
    'close',
    'chunked',
    'HTTP',
  ]) {
    it(`that is a word of the handshake stays readable: ${word}`, () => {
      const response = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: close\r\n${word}\r\n`;
      for (const field of [
        ['Cookie', `a=${word}`],
        ['Authorization', `Bearer ${word}`],
        ['Authorization', basic(`user:${word}`)],
      ] as const) {
        expect(masked([field], response)).to.equal(response);
      }
    });
  }

  it('that stands in an open field as well stays readable', () => {
    expect(
      masked(
        [
          ['Cookie', 'a=chat.v2'],
          ['Sec-WebSocket-Protocol', 'chat.v2'],
        ],
        'Sec-WebSocket-Protocol: chat.v2',
      ),
    ).to.equal('Sec-WebSocket-Protocol: chat.v2');
  });

  it('of an open field stays readable, and of any other field is masked', () => {
    for (const name of ['User-Agent', 'accept-language', 'X-Forwarded-For', 'Via', 'Sec-Fetch-Site'])
      expect(masked([[name, 'abcdefgh']], 'abcdefgh'), name).to.equal('abcdefgh');
    for (const name of [
      'X-Api-Key',
      'X-Anything',
      'X-Forwarded-Access-Token',
      'Referer',
      'Sec-WebSocket-Ticket',
    ])
      expect(masked([[name, 'abcdefgh']], 'abcdefgh'), name).to.equal('********');
  });
});

describe('a secret that is recognised by its place', () => {
  const token = 's3cr3t-t0k3n/+=';
  const webToken = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
  const shownOf = (input: string, options: ConnectionOptions = {}) => {
    const target = createTarget(input, options);
    const bytes = target.redactor.redactRequest(serialiseRequest(handshake, target).bytes);
    return { target, url: target.url, lines: bytes.toString('latin1').split('\r\n') };
  };

  for (const name of [
    ...['token', 'access_token', 'accessToken', 'api_key', 'apikey', 'X-Amz-Signature', 'sig', 'jwt', 'auth'],
    ...['session', 'PASSWORD', 'tok%65n'],
  ]) {
    it(`is masked in a parameter: ${name}`, () => {
      const { url, lines, target } = shownOf(`ws://h.example/a?room=hall&${name}=${token}&x=y`);
      const query = `/a?room=hall&${name}=${stars(token)}&x=y`;
      expect(url).to.equal(`ws://h.example${query}`);
      expect(lines[0]).to.equal(`GET ${query} HTTP/1.1`);
      expect(target.redactor.redactText(`<${token} hall>`)).to.equal(`<${stars(token)} hall>`);
    });
  }

  it('is masked in the last parameter, in one behind a semicolon, and where it is a JSON Web Token', () => {
    expect(shownOf('ws://h.example/?a=b&key=abc;def').url).to.equal('ws://h.example/?a=b&key=*******');
    expect(shownOf('ws://h.example/?a=b&key=a b c').url).to.equal('ws://h.example/?a=b&key=*********');
    expect(shownOf('ws://h.example/?a=b;key=abc;def=g').url).to.equal('ws://h.example/?a=b;key=***;def=g');
    expect(shownOf(`ws://h.example/?${webToken}`).url).to.equal(`ws://h.example/?${stars(webToken)}`);
    expect(shownOf(`ws+unix:/a.sock:/?token=abc`).url).to.equal('ws+unix:/a.sock:/?token=***');
  });

  it('is not masked in a parameter of another name', () => {
    const url = 'ws://h.example/?room=hall&author=a&keyboard=b&tokens=2&EIO=4&transport=websocket';
    expect(shownOf(url).url).to.equal(url);
  });

  const lists: [list: string, shown: string][] = [
    ['bearer, abcdefgh', 'bearer, ********'],
    ['chat.v2, Bearer, abcdefgh, chat.v3', 'chat.v2, Bearer, ********, chat.v3'],
    ['access_token,abcdefgh', 'access_token,********'],
    [
      'base64url.bearer.authorization.k8s.io.abcdefgh',
      `base64url.bearer.${stars('authorization.k8s.io.abcdefgh')}`,
    ],
    ['chat.v2, token.abcdefgh', 'chat.v2, token.********'],
    [`chat.v2, ${webToken}`, `chat.v2, ${stars(webToken)}`],
    ['graphql-ws, auth.v1, chat', 'graphql-ws, auth.v1, chat'],
    ['bearer, chat', 'bearer, chat'],
  ];
  for (const [list, shown] of lists) {
    it(`is masked in subprotocols, alike in the request and in the response: ${list}`, () => {
      const { lines, target } = shownOf('ws://h.example/', { subprotocol: list });
      expect(lines).to.include(`Sec-WebSocket-Protocol: ${shown}`);
      expect(target.redactor.redactText(list)).to.equal(shown);
    });
  }

  it('is masked in a list of subprotocols over two lines', () => {
    const headers: Field[] = [
      ['Sec-WebSocket-Protocol', 'chat.v2, bearer'],
      ['sec-websocket-protocol', 'abcdefgh'],
    ];
    expect(shownOf('ws://h.example/', { headers }).lines).to.include('sec-websocket-protocol: ********');
  });

  it('is masked in an open field that holds a URL', () => {
    const { lines, target } = shownOf('ws://h.example/', { origin: 'https://abcd:efgh@o.example' });
    expect(lines).to.include('Origin: https://*********@o.example');
    expect(target.redactor.redactText('abcd:efgh')).to.equal('*********');
  });

  it('is in no error message about the target', () => {
    for (const input of [
      `ws://h/#access_token=${token}`,
      `ws://h/?token=a ${token}#`,
      `ftp://h/?token=${token}`,
      `ws://h/?token=${token}#a`,
      `ws://h:99999/?token=${token}`,
    ])
      expect(() => createTarget(input))
        .to.throw(UsageError)
        .with.property('message')
        .that.does.not.include('s3cr3t');
  });
});

describe('a text that is said to be secret', () => {
  const redacted = (input: string, secrets: readonly string[], options: ConnectionOptions = {}) => {
    const target = createTarget(input, { ...options, secrets });
    const request = target.redactor
      .redactRequest(serialiseRequest(handshake, target).bytes)
      .toString('latin1');
    return { url: target.url, head: request.split('\r\n'), target };
  };

  const urls: [title: string, input: string, secrets: readonly string[], url: string][] = [
    ['in the query', 'ws://h.example/a?t=abcdef', ['abcdef'], 'ws://h.example/a?t=******'],
    ['in the path', 'ws://h.example/abcdef/b', ['abcdef'], 'ws://h.example/******/b'],
    ['in the host', 'wss://abcdef.example/', ['abcdef'], 'wss://******.example/'],
    ['in the host, in capitals', 'wss://ABCdef.example/', ['ABCdef'], 'wss://******.example/'],
    ['that is the host', 'wss://H.Example:443/a', ['H.Example:443'], 'wss://*********/a'],
    ['that is an address in a long form', 'ws://[0:0:0:0:0:0:0:1]/', ['[0:0:0:0:0:0:0:1]'], 'ws://[***]/'],
    ['that is the port', 'ws://h.example:8443/', ['8443'], 'ws://h.example:****/'],
    ['that is all of it', 'ws://H.example:81/a?b', ['ws://H.example:81/a?b'], 'ws://*********:**/*?*'],
    ['that reaches over parts', 'ws://h.example/ab/cd?ef=gh', ['cd?ef'], 'ws://h.example/ab/*****=gh'],
    ['that the URL encodes', 'ws://h.example/a?t=ü "x', ['ü "x'], 'ws://h.example/a?t=*************'],
    ['that the caller has encoded', 'ws://h.example/a?t=a%20bcd', ['a%20bcd'], 'ws://h.example/a?t=*******'],
    ['that stands there more than once', 'ws://h.example/abcd?abcd', ['abcd'], 'ws://h.example/****?****'],
    ['that overlaps another', 'ws://h.example/abcdefgh', ['abcdef', 'defgh'], 'ws://h.example/********'],
    ['that is short and alone', 'ws://h.example/a/xy?b', ['xy'], 'ws://h.example/a/**?b'],
    ['that is short, in a word', 'ws://h.example/axyz', ['xy'], 'ws://h.example/axyz'],
    [
      'that is a word of the handshake',
      'ws://h.example/websocket',
      ['websocket'],
      'ws://h.example/*********',
    ],
    ['that is empty', 'ws://h.example/a', [''], 'ws://h.example/a'],
  ];
  for (const [title, input, secrets, url] of urls) {
    it(`is masked in the URL and in the request: ${title}`, () => {
      const { head, target, ...shown } = redacted(input, secrets);
      expect(shown.url).to.equal(url);
      const [, host = '', path = ''] = /^wss?:\/\/([^/]*)(.*)$/.exec(url) ?? [];
      expect(head[0]).to.equal(`GET ${path} HTTP/1.1`);
      expect(head).to.include(`Host: ${host}`);
      expect(head, 'the handshake itself is as it is').to.include('Upgrade: websocket');
      expect(serialiseRequest(handshake, target).bytes.toString('latin1')).to.include(
        ` ${target.requestTarget} HTTP/1.1`,
      );
      const requestLine = (template: RequestTemplate): string | undefined =>
        target.redactor
          .redactRequest(serialiseRequest(template, target).bytes)
          .toString('latin1')
          .split('\r\n')[0];
      expect(requestLine({ ...handshake, httpVersion: '' })).to.equal(`GET ${path}`);
      expect(requestLine({ ...handshake, targetForm: 'absolute' })).to.equal(
        `GET ${target.scheme}://${host}${path} HTTP/1.1`,
      );
    });
  }

  it('is masked in fields of any name, and nothing beside it is', () => {
    const { head } = redacted('ws://h.example/', ['abcdef', 'ü', ' trimmed '], {
      headers: [
        ['Accept-Language', 'id=abcdef; b'],
        ['X-U', 'ü'],
        ['X-T', ' trimmed '],
      ],
      origin: 'https://abcdef',
      subprotocol: 'chat, abcdef',
    });
    expect(head).to.include.members([
      'Accept-Language: id=******; b',
      'X-U: **',
      'X-T: *******',
      'Origin: https://******',
      'Sec-WebSocket-Protocol: chat, ******',
    ]);
  });

  it('stays readable in what the server is judged by, where it would be in the response', () => {
    const { head, target } = redacted('ws://h.example/', ['v1', 'websocket'], {
      headers: [['X-A', 'v1']],
      subprotocol: 'v1, websocket',
    });
    expect(head).to.include.members(['X-A: **', 'Sec-WebSocket-Protocol: v1, websocket']);
    expect(target.redactor.redactText('v1, websocket')).to.equal('v1, websocket');
  });

  it('is masked where the server repeats it, in every form in which it was sent', () => {
    const { target } = redacted('ws://us er:a%20b%2Fc@h.example/?t=é&uvw', ['us er', 'a%20b%2Fc', 'é&uvw']);
    for (const form of [
      'us er',
      'us%20er',
      'a b/c',
      'a%20b%2Fc',
      '%C3%A9&uvw',
      '%C3%A9%26uvw',
      '\xc3\xa9&uvw',
    ])
      expect(target.redactor.redactText(`open ${form} open`), form).to.equal(`open ${stars(form)} open`);
  });

  it('is in no error message about the target', () => {
    for (const input of [
      'ws://abc"def:x/',
      'ftp://h/abc"def',
      'ws://h/#abc"def',
      'ws://h:99999/?x@abc"def',
    ]) {
      expect(() => createTarget(input, { secrets: ['abc"def'] }), input)
        .to.throw(UsageError)
        .with.property('message')
        .that.does.not.match(/abc|def/);
    }
  });
});

describe('an exchange with a server that echoes', () => {
  const options: StartOptions = {
    headers: [
      ['Authorization', basic('Aladdin:open sesame')],
      ['Cookie', 'session=0123456789abcdef; theme=dark-blue'],
      ['Proxy-Authorization', 'Bearer token-for-proxy'],
    ],
  };
  const secrets = [
    'QWxhZGRpbjpvcGVuIHNlc2FtZQ',
    'Aladdin',
    'open sesame',
    '0123456789abcdef',
    'dark-blue',
    'token-for-proxy',
  ];

  /** Everything that is recorded of an exchange, bytes as text. */
  const everything = (value: unknown): string =>
    JSON.stringify(value, (_, part: unknown) =>
      part !== null && typeof part === 'object' && 'type' in part && part.type === 'Buffer' && 'data' in part
        ? Buffer.from(part.data as number[]).toString('latin1')
        : part,
    );

  const echo = (render: (request: string) => string) => async (peer: Peer) => {
    await peer.request();
    await peer.send(render(peer.received));
    peer.socket.end();
  };
  const lines = (request: string) => request.split('\r\n').slice(1, -2);

  const servers: [where: string, serve: (peer: Peer) => Promise<void>][] = [
    ['in the body', echo((request) => `HTTP/1.1 400 Bad Request\r\n\r\n${request}Aladdin:open sesame`)],
    ['in the status line', echo((request) => `HTTP/1.1 400 ${lines(request).join('; ')}\r\n\r\n`)],
    [
      'in the fields',
      echo(
        (request) => `HTTP/1.1 400 Bad Request\r\n${lines(request).join('\r\n')}\r\nX: open sesame\r\n\r\n`,
      ),
    ],
    [
      'in the names of fields',
      echo(() => 'HTTP/1.1 400 Bad Request\r\n0123456789abcdef: 1\r\ndark-blue: 2\r\n\r\n'),
    ],
    ['in bytes that are no response', echo((request) => request)],
    [
      'in an interim response',
      echo((request) => `HTTP/1.1 103 Early Hints\r\n${lines(request).join('\r\n')}\r\n\r\n`),
    ],
    ['after a 101', echo((request) => `HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x7e${request}`)],
  ];
  for (const [where, serve] of servers) {
    it(`records none of it ${where}`, async () => {
      const { exchange, peer } = await exchangeWith(serve, options);
      // The server did get them.
      expect(peer.received).to.contain('QWxhZGRpbjpvcGVuIHNlc2FtZQ');
      expect(peer.received).to.contain('0123456789abcdef');
      const recorded = everything(exchange);
      for (const secret of secrets) expect(recorded).not.to.contain(secret);
      expect(exchange.request).to.have.lengthOf(peer.received.indexOf('\r\n\r\n') + 4);
      expect(exchange.received.includes('****')).to.equal(true);
    });
  }

  it('records as many bytes as came, and the same verdict on them', async () => {
    const response =
      'HTTP/1.1 400 Bad Request\r\nSec-WebSocket-Version: 13\r\nX: dark-blue\r\nContent-Length: 9\r\n\r\n';
    const { exchange } = await exchangeWith(
      echo(() => `${response}dark-blue`),
      options,
    );
    expect(exchange.received.toString()).to.equal(
      `${response}dark-blue`.replaceAll('dark-blue', '*********'),
    );
    expect(exchange.response?.fields).to.deep.equal([
      ['Sec-WebSocket-Version', '13'],
      ['X', '*********'],
      ['Content-Length', '9'],
    ]);
    expect([exchange.response?.status, exchange.response?.bodyBytes]).to.deep.equal([400, 9]);
  });

  it('records none of it where the limit of the evidence cuts it in two', async () => {
    const head = 'HTTP/1.1 400 Bad Request\r\n\r\n';
    const secret = '0123456789abcdef';
    for (let cut = 1; cut <= secret.length; cut += 1) {
      const { exchange } = await exchangeWith(
        echo(() => `${head}${secret}${'.'.repeat(100)}`),
        { ...options, limits: { maxKeptBytes: head.length + cut } },
      );
      expect(exchange.received.toString()).to.equal(head + '*'.repeat(cut));
      expect(exchange.truncated).to.equal(true);
    }
  });
});
