/** Secrets of every kind that a server repeats in every form and place: no output of any reporter holds one. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { reporterNames } from '../../reporters/registry.ts';
import { run } from '../support/command.ts';
import { secretsFound, utf8 } from '../support/decoded.ts';
import { withFolder, withRecorder } from '../support/servers.ts';

/** One for each place where a secret can stand. Most hold what each of the forms has to escape. */
const secrets = {
  user: 'kassandra-of-troy',
  password: 'p4ss/w&rd"<of>+it',
  token: 't0k3n+of/the=query',
  subprotocol: 'sub.protocol-t0k3n',
  originUser: 'origin-us3r-1nfo',
  apiKey: 'k3y"of\\any&field',
  cookie: 'c00kie/val+ue=',
  proxyAuthorization: 'pr0xy-credential',
  unicode: 'sécret-of-ünicode',
  path: 's3cret-in-the-path',
  agent: 's3cret-in-an-agent',
} as const;
const hidden = Object.values(secrets);
const basic = Buffer.from(`${secrets.user}:${secrets.password}`).toString('base64');

const env = { PATH_SECRET: secrets.path, AGENT: secrets.agent };

const argumentsFor = (port: number): string[] => [
  `ws://${secrets.user}:${encodeURIComponent(secrets.password)}@127.0.0.1:${port}/${secrets.path}/?a=b&token=${encodeURIComponent(secrets.token)}`,
  ...['-H', `X-Api-Key: ${secrets.apiKey}`, '-H', `Cookie: a=b; sid=${secrets.cookie}`],
  ...['-H', `Proxy-Authorization: Bearer ${secrets.proxyAuthorization}`, '-H', `X-Any: ${secrets.unicode}`],
  ...['-H', `User-Agent: agent \${AGENT}`, '--secret', 'env:PATH_SECRET'],
  ...['--subprotocol', `chat.v2, bearer, ${secrets.subprotocol}`],
  ...['--origin', `https://${secrets.originUser}@origin.example`],
];

const hexOf = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('hex');
const base64Of = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('base64');
const charactersOf = (text: string): number[] => [...text].map((character) => character.codePointAt(0) ?? 0);

/** The forms, each written in latin1, of what a server repeats. */
const forms: Readonly<Record<string, (text: string) => string>> = {
  'as it is': utf8,
  'in capitals': (text) => utf8(text.replace(/[a-z]/g, (letter) => letter.toUpperCase())),
  'percent-encoded': encodeURIComponent,
  'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'percent-encoded, every byte': (text) => hexOf(utf8(text)).replace(/../g, '%$&'),
  'as JSON': (text) => utf8(JSON.stringify(text)),
  'as JSON, in ASCII': (text) =>
    charactersOf(text)
      .map((code) => `\\u${code.toString(16).padStart(4, '0')}`)
      .join(''),
  'as HTML': (text) =>
    utf8(
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;'),
    ),
  'as HTML, every character': (text) =>
    charactersOf(text)
      .map((code) => `&#x${code.toString(16)};`)
      .join(''),
  'in base64': (text) => base64Of(utf8(text)),
  'in base64 within a text': (text) => base64Of(utf8(`it is ${text}.`)),
  'in base64 for URLs': (text) => Buffer.from(text, 'utf8').toString('base64url'),
  'in base64 of JSON': (text) => base64Of(utf8(JSON.stringify({ value: text }))),
  'in hexadecimal': (text) => hexOf(utf8(text)),
  'in hexadecimal, in capitals': (text) => hexOf(utf8(text)).toUpperCase(),
};

const all = (separator: string): string =>
  Object.values(forms)
    .flatMap((write) => hidden.map(write))
    .join(separator);
const inTokens = hidden.flatMap((text) => [
  hexOf(utf8(text)),
  Buffer.from(text, 'utf8').toString('base64url'),
]);

const chunk = (part: string): string => `${part.length.toString(16)}\r\n${part}\r\n`;
const chunked = (parts: readonly string[]): string =>
  `HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n${parts.map(chunk).join('')}0\r\n\r\n`;
const plain = (body: string, fields = ''): string =>
  `HTTP/1.1 400 Bad Request\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;

/** The places; the head that was sent is repeated as well. */
const places: Readonly<Record<string, (head: string) => string>> = {
  'the body': (head) => plain(`${head}\n${all('\n')}`),
  'the reason phrase': () => `HTTP/1.1 400 ${all(' ')}\r\nContent-Length: 0\r\n\r\n`,
  'the values of fields': (head) =>
    plain(
      '',
      `${head
        .split('\r\n')
        .slice(1, -2)
        .map((line) => `X-${line}\r\n`)
        .join('')}X-All: ${all(' ')}\r\n`,
    ),
  'the names of fields': () => plain('', inTokens.map((name) => `${name}: 1\r\n`).join('')),
  'a body in chunks of one byte': () => chunked(all('\n').split('')),
  'a body in chunks of seven bytes': () => chunked(all('\n').match(/.{1,7}/gs) ?? []),
  'an interim response': () =>
    `HTTP/1.1 103 ${hidden.map(utf8).join(' ')}\r\nX: ${all(' ')}\r\n\r\n${plain('')}`,
  'bytes that are not a response': () => all('\n'),
  'a second response': () => `${plain('')}${plain(all('\n'))}`,
  'what follows a 101': () => `HTTP/1.1 101 Switching Protocols\r\n\r\n${all('\n')}`,
};

/** Accepts the control, and has a place for each version, always the same. */
function answers(): (head: string) => string {
  const versions: string[] = [];
  return (head) => {
    const version = /^Sec-WebSocket-Version:([^\r\n]*)/im.exec(head)?.[1] ?? '';
    if (version === ' 13')
      return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-All: ${all(' ')}\r\n\r\n`;
    if (!versions.includes(version)) versions.push(version);
    const respond = Object.values(places)[versions.indexOf(version) % Object.keys(places).length];
    return respond?.(head) ?? '';
  };
}

const files = reporterNames.filter((name) => name !== 'terminal');

interface Echoed {
  readonly code: number | null;
  /** By name: the standard streams and the file of every reporter. */
  readonly outputs: ReadonlyMap<string, string>;
  /** The first head that the server was sent. */
  readonly head: string;
}

/** Audits a server that repeats what it was sent, with every reporter, and looks for secrets in all that they write. */
async function auditEchoes(
  folder: string,
  respond: (head: string) => string,
  options: readonly string[],
  more: { readonly env?: Readonly<Record<string, string>>; readonly wanted?: readonly string[] } = {},
): Promise<Echoed> {
  return withRecorder(async ({ port, received }) => {
    const { code, stdout, stderr } = await run(
      [
        ...argumentsFor(port),
        ...['--concurrency', '1', '--close-timeout', '50', '--no-config', ...options],
        ...['-r', 'terminal', '--sarif-location', 'README.md'],
        ...files.flatMap((name) => ['-r', `${name}=${path.join(folder, name)}`]),
      ],
      { env: { ...env, ...more.env } },
    );
    const outputs = new Map([
      ['standard output', utf8(stdout)],
      ['standard error', utf8(stderr)],
      ...files.map((name) => [name, readFileSync(path.join(folder, name), 'latin1')] as const),
    ]);
    for (const [name, text] of outputs)
      expect(secretsFound(text, more.wanted ?? [...hidden, basic]), name).to.deep.equal([]);
    return { code, outputs, head: received[0] ?? '' };
  }, respond);
}

describe('secrets that a server repeats in every form and place', function () {
  this.timeout(120_000);

  const patient = ['--max-kept', '200000', '--probe', 'malformed/*'];

  it('are found by this test in every form and place', () => {
    for (const [title, write] of Object.entries(forms))
      for (const secret of hidden)
        expect(secretsFound(`(${write(secret)})`, [secret]), `${secret} ${title}`).to.deep.equal([secret]);
    for (const [title, respond] of Object.entries(places))
      expect(secretsFound(respond(''), hidden), title).to.deep.equal(hidden);
  });

  for (const verbosity of [[], ['-v'], ['-q']]) {
    it(`are in no output, and verdicts are scored alike from the report: ${verbosity[0] ?? 'by default'}`, () =>
      withFolder(async (folder) => {
        const { code, outputs, head } = await auditEchoes(folder, answers(), [...patient, ...verbosity]);
        expect(code).to.equal(1);
        for (const sent of [basic, secrets.path, secrets.agent, secrets.subprotocol, utf8(secrets.unicode)])
          expect(head).to.include(sent);
        for (const [name, text] of outputs)
          if (name !== 'standard error') expect(text, name).to.not.equal('');
        const file = path.join(folder, 'json');
        const scored = await run([
          'score',
          file,
          '-r',
          'json',
          '-r',
          `markdown=${path.join(folder, 'scored')}`,
        ]);
        expect(JSON.parse(scored.stdout).targets).to.deep.equal(
          JSON.parse(readFileSync(file, 'utf8')).targets,
        );
        expect(secretsFound(utf8(scored.stdout), [...hidden, basic])).to.deep.equal([]);
        const compared = await run(['diff', file, file, '-r', 'json']);
        expect(secretsFound(utf8(compared.stdout), [...hidden, basic])).to.deep.equal([]);
      }));
  }

  for (const [place, respond] of Object.entries(places)) {
    it(`are in no output where the control is refused: ${place}`, () =>
      withFolder(async (folder) => {
        const { outputs } = await auditEchoes(folder, respond, [...patient, '-v']);
        expect(outputs.get('json')).to.include('base64');
      }));
  }

  it('are in no annotation and no summary of a workflow of GitHub', () =>
    withFolder(async (folder) => {
      const summary = path.join(folder, 'summary');
      await auditEchoes(folder, answers(), patient, {
        env: { GITHUB_ACTIONS: 'true', NO_COLOR: '1', GITHUB_STEP_SUMMARY: summary },
      });
      expect(secretsFound(readFileSync(summary, 'latin1'), [...hidden, basic])).to.deep.equal([]);
    }));

  it('are in no output in part, where the limit of the evidence cuts them', () =>
    withFolder(async (folder) => {
      const beginnings = hidden.map((secret) => secret.slice(0, 9));
      let nth = 0;
      for (let limit = 60; limit < 220; limit += 5) {
        const respond = (): string => {
          nth += 1;
          const write = Object.values(forms)[nth % Object.keys(forms).length] ?? utf8;
          const secret = hidden[nth % hidden.length] ?? '';
          const text = `${write(secret)} `.repeat(8);
          return nth % 2 === 0 ? plain(text) : chunked(text.split(''));
        };
        await auditEchoes(folder, respond, ['--max-kept', String(limit), '--probe', 'malformed/word'], {
          wanted: beginnings,
        });
      }
    }));
});
