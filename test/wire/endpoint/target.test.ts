/** What is dialled and asked for, from what the caller typed. */

import { expect } from 'chai';
import { type ConnectionOptions, createTarget } from '../../../wire/endpoint/target.ts';
import { UsageError } from '../../../wire/usage-error.ts';

/** The message of the UsageError that the input is answered with. */
function refusal(input: string, options?: ConnectionOptions): string {
  try {
    createTarget(input, options);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`${JSON.stringify(input)} was taken`);
}

function fieldsOf(options: ConnectionOptions, input = 'ws://localhost/'): (readonly [string, string])[] {
  return [...createTarget(input, options).addedFields];
}

describe('a target URL', () => {
  const cases: [
    input: string,
    url: string,
    address: string,
    host: string,
    requestTarget: string,
    tls: boolean,
  ][] = [
    ['ws://localhost/', 'ws://localhost/', 'localhost:80', 'localhost', '/', false],
    ['wss://localhost/', 'wss://localhost/', 'localhost:443', 'localhost', '/', true],
    ['http://localhost/', 'http://localhost/', 'localhost:80', 'localhost', '/', false],
    ['https://localhost/', 'https://localhost/', 'localhost:443', 'localhost', '/', true],
    ['WS://LocalHost/Chat', 'ws://localhost/Chat', 'localhost:80', 'localhost', '/Chat', false],
    ['  ws://localhost/ ', 'ws://localhost/', 'localhost:80', 'localhost', '/', false],
    // Ports.
    ['ws://localhost:80/', 'ws://localhost/', 'localhost:80', 'localhost', '/', false],
    ['wss://localhost:443/', 'wss://localhost/', 'localhost:443', 'localhost', '/', true],
    ['ws://localhost:443/', 'ws://localhost:443/', 'localhost:443', 'localhost:443', '/', false],
    ['wss://localhost:80/', 'wss://localhost:80/', 'localhost:80', 'localhost:80', '/', true],
    ['ws://localhost:1/', 'ws://localhost:1/', 'localhost:1', 'localhost:1', '/', false],
    ['ws://localhost:65535/', 'ws://localhost:65535/', 'localhost:65535', 'localhost:65535', '/', false],
    // Without a scheme.
    ['localhost:8080', 'ws://localhost:8080/', 'localhost:8080', 'localhost:8080', '/', false],
    ['localhost:80', 'ws://localhost/', 'localhost:80', 'localhost', '/', false],
    [
      '127.0.0.1:8080/chat?a=b',
      'ws://127.0.0.1:8080/chat?a=b',
      '127.0.0.1:8080',
      '127.0.0.1:8080',
      '/chat?a=b',
      false,
    ],
    ['localhost:8080?a', 'ws://localhost:8080/?a', 'localhost:8080', 'localhost:8080', '/?a', false],
    ['localhost', 'ws://localhost/', 'localhost:80', 'localhost', '/', false],
    ['example.com', 'ws://example.com/', 'example.com:80', 'example.com', '/', false],
    ['example.com/chat', 'ws://example.com/chat', 'example.com:80', 'example.com', '/chat', false],
    ['example.com?a:1', 'ws://example.com/?a:1', 'example.com:80', 'example.com', '/?a:1', false],
    ['127.0.0.1', 'ws://127.0.0.1/', '127.0.0.1:80', '127.0.0.1', '/', false],
    ['example.com:443', 'wss://example.com/', 'example.com:443', 'example.com', '/', true],
    ['http://example.com:443', 'http://example.com:443/', 'example.com:443', 'example.com:443', '/', false],
    [':8080', 'ws://localhost:8080/', 'localhost:8080', 'localhost:8080', '/', false],
    [':8080/chat', 'ws://localhost:8080/chat', 'localhost:8080', 'localhost:8080', '/chat', false],
    [':443', 'wss://localhost/', 'localhost:443', 'localhost', '/', true],
    // IPv6.
    ['[::1]', 'ws://[::1]/', '::1:80', '[::1]', '/', false],
    ['ws://[::1]/', 'ws://[::1]/', '::1:80', '[::1]', '/', false],
    ['ws://[::1]:8080/chat', 'ws://[::1]:8080/chat', '::1:8080', '[::1]:8080', '/chat', false],
    ['[::1]:8080', 'ws://[::1]:8080/', '::1:8080', '[::1]:8080', '/', false],
    ['[::1]:8080/chat', 'ws://[::1]:8080/chat', '::1:8080', '[::1]:8080', '/chat', false],
    // Path and query.
    ['ws://localhost', 'ws://localhost/', 'localhost:80', 'localhost', '/', false],
    ['ws://localhost?a=b', 'ws://localhost/?a=b', 'localhost:80', 'localhost', '/?a=b', false],
    [
      'ws://localhost/a?b=c&d=%20',
      'ws://localhost/a?b=c&d=%20',
      'localhost:80',
      'localhost',
      '/a?b=c&d=%20',
      false,
    ],
    ['ws://localhost/%41%2f', 'ws://localhost/%41%2f', 'localhost:80', 'localhost', '/%41%2f', false],
    ['ws://localhost/ä b', 'ws://localhost/%C3%A4%20b', 'localhost:80', 'localhost', '/%C3%A4%20b', false],
    [
      'ws://localhost/a:70000@b',
      'ws://localhost/a:70000@b',
      'localhost:80',
      'localhost',
      '/a:70000@b',
      false,
    ],
    // Names that are not ASCII, as DNS has them.
    [
      'ws://bücher.example/',
      'ws://xn--bcher-kva.example/',
      'xn--bcher-kva.example:80',
      'xn--bcher-kva.example',
      '/',
      false,
    ],
  ];
  for (const [input, url, address, host, requestTarget, tls] of cases) {
    it(`reads ${JSON.stringify(input)}`, () => {
      const target = createTarget(input);
      expect(target.url).to.equal(url);
      expect(`${target.hostname}:${target.port}`).to.equal(address);
      expect(target.address).to.equal(target.hostname);
      expect(target.host).to.equal(host);
      expect(target.requestTarget).to.equal(requestTarget);
      expect(target.tls !== null).to.equal(tls);
      expect(target.addedFields).to.deep.equal([]);
    });
  }

  it('cannot put a line of its own into the request', () => {
    const { requestTarget, host } = createTarget('ws://localhost/a\r\nX: y\r\n\r\n');
    expect(requestTarget + host).to.match(/^[\x21-\x7e]+$/);
  });

  it('carries the TLS options only where the scheme has TLS', () => {
    const tls = { insecure: true };
    expect(createTarget('wss://localhost/', { tls }).tls).to.deep.equal(tls);
    expect(createTarget('wss://localhost/').tls).to.deep.equal({});
    expect(createTarget('ws://localhost/', { tls }).tls).to.equal(null);
  });
});

describe('a target URL that is none', () => {
  const cases: [input: string, says: RegExp][] = [
    ['ws://localhost/#top', /no fragment.*remove "#"/],
    ['ws://localhost/#', /no fragment.*remove "#"/],
    ['localhost:80#top', /no fragment.*remove "#"/],
    ['ws://localhost:0/', /port 0 is not between 1 and 65535/],
    ['ws://localhost:70000/', /port 70000 is not between 1 and 65535/],
    ['localhost:0', /port 0 is not between 1 and 65535/],
    ['localhost:70000/chat', /port 70000 is not between 1 and 65535/],
    ['[::1]:70000', /port 70000 is not between 1 and 65535/],
    ['ws://[::1]:0/', /port 0 is not between 1 and 65535/],
    ['ws://localhost:99999999999999999999/', /port 99999999999999999999 is not between 1 and 65535/],
    ['::1', /give a URL .*, host:port or :port/],
    ['', /give a URL .*, host:port or :port/],
    ['user@localhost', /give a URL \(ws:\/\/host\/path/],
    ['ws:/localhost', /give a URL .*, host:port or :port/],
    [':', /give a URL .*, host:port or :port/],
    [':8080x', /give a URL .*, host:port or :port/],
    ['.', /give a URL .*, host:port or :port/],
    ['8080', /for a port of this machine write :8080/],
    [':0', /port 0 is not between 1 and 65535/],
    ['/chat', /give a URL .*, host:port or :port/],
    ['--verbose', /give a URL .*, host:port or :port/],
    ['ftp://localhost/', /ftp: but must be ws:, wss:, http: or https:/],
    ['file:///etc/hosts', /file: but must be ws:, wss:, http: or https:/],
    ['ws://', /looks like ws:\/\/host:port\/path/],
    ['ws://local host/', /looks like ws:\/\/host:port\/path/],
    ['ws://localhost:port/', /looks like ws:\/\/host:port\/path/],
    ['ws://localhost:-1/', /looks like ws:\/\/host:port\/path/],
    ['ws://[::1/', /looks like ws:\/\/host:port\/path/],
    ['ws://256.0.0.1/', /looks like ws:\/\/host:port\/path/],
    ['ws://a:b%@localhost/', /%25/],
  ];
  for (const [input, says] of cases) {
    it(`is refused, with a way out: ${JSON.stringify(input)}`, () => {
      const message = refusal(input);
      expect(message).to.match(says);
      if (!input.includes('@')) expect(message).to.contain(JSON.stringify(input));
    });
  }

  it('is shown on one line, its control characters made visible', () => {
    const message = refusal('ws://local\nhost\x1b[31m:70000/');
    expect(message).to.match(/^[\x20-\x7e]+$/);
    expect(message).to.contain('local\\nhost');
  });

  for (const input of [
    'ws://user:sesame@localhost/#top',
    'ws://user:sesame@localhost:70000/',
    'ws://user:sesame@localhost:port/',
    'user:sesame@localhost:70000',
    'user:sesame@localhost',
    'ftp://user:sesame@localhost/',
    'ws://user:sesame%@localhost/',
    'ws://user:%ffsesame@localhost/',
    'ws://user:se#sesame@localhost/',
    'ws://user:x/sesame@localhost/#',
    'ws://user:x@sesame@local host/',
    'ws://user:x\nsesame@local host/',
  ]) {
    it(`is shown without the password: ${JSON.stringify(input)}`, () => {
      const message = refusal(input);
      expect(message).not.to.contain('sesame');
      expect(message).to.match(/\*\*\*@local ?host/);
    });
  }
});

describe('user info', () => {
  const authorization = (input: string) => {
    const target = createTarget(input);
    expect(target.url).not.to.contain('@');
    expect(target.host).not.to.contain('@');
    const [field, ...others] = target.addedFields;
    expect(others).to.deep.equal([]);
    expect(field?.[0]).to.equal('Authorization');
    const [scheme, credentials = ''] = field?.[1].split(' ') ?? [];
    expect(scheme).to.equal('Basic');
    return Buffer.from(credentials, 'base64').toString('utf8');
  };

  it('becomes an Authorization field, and is gone from the URL', () => {
    expect(createTarget('ws://Aladdin:open%20sesame@localhost/').addedFields).to.deep.equal([
      ['Authorization', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ]);
    expect(createTarget('ws://Aladdin:open%20sesame@localhost/').url).to.equal('ws://localhost/');
  });

  it('is decoded, then encoded as UTF-8', () => {
    expect(authorization('ws://us%C3%A9r:p%40ss%3Aw%2Frd@localhost/')).to.equal('usér:p@ss:w/rd');
    expect(authorization('ws://usér:pä@localhost/')).to.equal('usér:pä');
    expect(authorization('ws://a:100%25@localhost/')).to.equal('a:100%');
  });

  it('may lack the password or the name', () => {
    expect(authorization('ws://user@localhost/')).to.equal('user:');
    expect(authorization('ws://:password@localhost/')).to.equal(':password');
  });

  it('is read without a scheme too', () => {
    expect(authorization('user:password@localhost:8080/chat')).to.equal('user:password');
    expect(authorization('user:70000@localhost:8080')).to.equal('user:70000');
  });

  it('is kept out of the error when the Authorization field is given as well', () => {
    const message = refusal('ws://user:sesame@localhost/', { headers: [['authorization', 'Bearer xyz']] });
    expect(message).to.match(
      /^the user info of the URL sets Authorization, which is also among the added fields; keep/,
    );
    expect(message).not.to.match(/sesame|xyz/);
  });
});

describe('added fields', () => {
  it('stand in the order given, the shorthands after them', () => {
    expect(
      fieldsOf(
        {
          headers: [
            ['B', '1'],
            ['a', '2'],
            ['B', '3'],
          ],
          origin: 'https://x.example',
          subprotocol: 'chat, mqtt',
        },
        'ws://u:p@localhost/',
      ),
    ).to.deep.equal([
      ['B', '1'],
      ['a', '2'],
      ['B', '3'],
      ['Authorization', 'Basic dTpw'],
      ['Origin', 'https://x.example'],
      ['Sec-WebSocket-Protocol', 'chat, mqtt'],
    ]);
  });

  it('have their values trimmed of SP and HTAB, and of nothing else', () => {
    expect(fieldsOf({ headers: [['A', ' \t x \ty\t ']] })).to.deep.equal([['A', 'x \ty']]);
    expect(fieldsOf({ headers: [['A', '\u00a0x\u2003']] })).to.deep.equal([['A', '\xc2\xa0x\xe2\x80\x83']]);
    expect(fieldsOf({ headers: [['A', '']] })).to.deep.equal([['A', '']]);
  });

  it('are bytes: what is not ASCII becomes UTF-8', () => {
    expect(fieldsOf({ headers: [['A', 'é€']], origin: 'https://é' })).to.deep.equal([
      ['A', '\xc3\xa9\xe2\x82\xac'],
      ['Origin', 'https://\xc3\xa9'],
    ]);
  });

  const notNames = [
    ...['', 'a:', ' a', 'é', 'a\0', '"a"', 'a(b)'].map((name) => [name, name] as const),
    ...['a b', 'a\r\nb', 'a Bearer b'].map((name) => [name, 'a ***'] as const),
  ];
  for (const [name, shown] of notNames) {
    it(`cannot be named ${JSON.stringify(name)}`, () => {
      const message = refusal('ws://localhost/', { headers: [[name, 'x']] });
      expect(message).to.contain(JSON.stringify(shown));
      expect(message).to.match(/^[^\r\n\0]+'Name: value'$/);
    });
  }

  it('may have any token for a name', () => {
    const name = "aZ09!#$%&'*+-.^_`|~";
    expect(fieldsOf({ headers: [[name, 'x']] })).to.deep.equal([[name, 'x']]);
  });

  for (const value of ['a\rb', 'a\nb', 'a\r\nX: y', 'a\0b', '\x01', '\x7f', 'a\n', '\x0bsesame']) {
    it(`cannot have the value ${JSON.stringify(value)}`, () => {
      for (const options of [
        { headers: [['A-Name', value]] as const },
        { origin: value },
        { subprotocol: value },
      ]) {
        const message = refusal('ws://localhost/', options);
        expect(message).to.match(
          /^the value of (?:A-Name|Origin|Sec-WebSocket-Protocol) holds a line break.*; remove it$/,
        );
        expect(message).not.to.contain('sesame');
      }
    });
  }

  it('cannot say twice what a shorthand says', () => {
    expect(refusal('ws://localhost/', { headers: [['ORIGIN', 'a']], origin: 'b' })).to.match(
      /^origin sets Origin, which is also among the added fields; keep one/,
    );
    expect(
      refusal('ws://localhost/', { headers: [['sec-websocket-protocol', 'a']], subprotocol: 'b' }),
    ).to.match(/^subprotocol sets Sec-WebSocket-Protocol, which is also/);
  });
});

describe('a resolve rule', () => {
  const addressOf = (input: string, ...resolve: [host: string, port: number, address: string][]) =>
    createTarget(input, {
      resolve: resolve.map(([host, port, address]) => ({ host, port, address })),
    }).address;

  it('changes what is dialled, and nothing of what is asked for', () => {
    const plain = createTarget('wss://a.example/chat');
    const ruled = createTarget('wss://a.example/chat', {
      resolve: [{ host: 'a.example', port: 443, address: '127.0.0.1' }],
    });
    expect(ruled.address).to.equal('127.0.0.1');
    expect({ ...ruled, address: null, secrets: null }).to.deep.equal({
      ...plain,
      address: null,
      secrets: null,
    });
  });

  it('matches the host in any case', () => {
    expect(addressOf('ws://A.Example/', ['a.EXAMPLE', 80, '127.0.0.1'])).to.equal('127.0.0.1');
  });

  it('matches this host and this port only', () => {
    expect(addressOf('ws://a.example/', ['a.example', 443, '127.0.0.1'])).to.equal('a.example');
    expect(addressOf('wss://a.example/', ['a.example', 443, '127.0.0.1'])).to.equal('127.0.0.1');
    expect(addressOf('ws://a.example:81/', ['a.example', 80, '127.0.0.1'])).to.equal('a.example');
    expect(addressOf('ws://b.a.example/', ['a.example', 80, '127.0.0.1'])).to.equal('b.a.example');
  });

  it('counts when it is the first that matches', () => {
    expect(
      addressOf(
        'ws://a.example/',
        ['b.example', 80, '127.0.0.2'],
        ['a.example', 80, '127.0.0.3'],
        ['a.example', 80, '127.0.0.4'],
      ),
    ).to.equal('127.0.0.3');
  });

  it('takes IPv6 with and without brackets, on both sides', () => {
    expect(addressOf('ws://[::1]/', ['::1', 80, '127.0.0.1'])).to.equal('127.0.0.1');
    expect(addressOf('ws://[::1]/', ['[::1]', 80, '127.0.0.1'])).to.equal('127.0.0.1');
    expect(addressOf('ws://a.example/', ['a.example', 80, '::1'])).to.equal('::1');
    expect(addressOf('ws://a.example/', ['a.example', 80, '[::1]'])).to.equal('::1');
  });
});
