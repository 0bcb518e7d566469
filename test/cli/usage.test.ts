/** Wrong command lines: each is answered in one line that says how to fix it, with exit code 2, and nothing is sent. */

import { expect } from 'chai';
import { variedFields } from '../../probes/catalogue.ts';
import { type Outcome, run } from '../support/command.ts';
import { pemFile, withFolder, withRecorder } from '../support/servers.ts';

interface Mistake {
  readonly args: (target: string, folder: string) => readonly string[];
  /** What the line has to say. */
  readonly says: RegExp;
}

/** A mistake in the options, beside a target that is right. */
const beside = (...args: string[]): Mistake['args'] => {
  return (target) => [target, ...args];
};
const only = (...args: string[]): Mistake['args'] => {
  return () => args;
};

/** Longer than the name of a file or a glob can be. */
const long = 'a'.repeat(70_000);

const notFound = '/nonexistent/folder/file';

const mistakes: Record<string, Mistake> = {
  // Targets.
  'no URL': { args: only(), says: /no targets: give at least one URL, such as ws:/ },
  'an empty URL': { args: only(''), says: /"" is not a target/ },
  'a bad URL': { args: only('ws://[bad/'), says: /"ws:\/\/\[bad\/" is not a valid URL/ },
  'another scheme': { args: only('ftp://localhost/'), says: /scheme is ftp: but must be ws:, wss:/ },
  'a fragment': { args: (target) => [`${target}#part`], says: /no fragment .*remove "#"/ },
  'a bad URL behind a good one': { args: (target) => [target, 'ws://[bad/'], says: /not a valid URL/ },
  'port 0': { args: only('ws://127.0.0.1:0/'), says: /port 0 is not between 1 and 65535/ },
  'port 70000': { args: only('127.0.0.1:70000'), says: /port 70000 is not between 1 and 65535/ },
  'a percent sign in the user info': {
    args: only('ws://user:s%zz@127.0.0.1:1/'),
    says: /\*\*\*@127\.0\.0\.1.* write it as %25/,
  },
  'a word behind --': { args: (target) => [target, '--', '--quiet'], says: /"--quiet" is not a target/ },

  // Commands.
  'a mistyped command': { args: only('explian', 'valid/13'), says: /"explian" .* did you mean explain\?/ },
  'a word for the command of which it is an option': {
    args: only('version'),
    says: /"version" is an option: --version/,
  },
  'a mistyped command that could be a host': {
    args: only('aduit', 'localhost:1'),
    says: /"aduit" is not a command or a label; did you mean audit\? to audit the host of that name, write ws:\/\/aduit\/\n/,
  },
  'a host with the name of a command almost': { args: only('lst'), says: /"lst" .*did you mean list\?/ },
  'a file that is no target': {
    args: only('package.json'),
    says: /"package\.json" is a file: --targets package\.json .* score package\.json/,
  },
  'a port without its colon': { args: only('8080'), says: /"8080" is not a target: .* write :8080/ },
  'a command behind a target': { args: beside('list'), says: /"list" is a command; it comes first/ },
  'an argument too many': {
    args: only('list', 'more'),
    says: /unexpected argument "more": it must be one of probes, findings, clauses\n/,
  },
  'too many arguments': { args: only('list', 'probes', 'more'), says: /unexpected argument "more"; see/ },
  'an option of another command': {
    args: only('list', '--profile', 'rfc'),
    says: /: list has no option --profile; see handshake13 list --help/,
  },
  'explain without a word': { args: only('explain'), says: /argument is missing; see .* explain --help/ },
  'an unknown probe in explain': {
    args: only('explain', 'duplicate/13-9'),
    says: /no probe, case, family, finding, .* section of an RFC "duplicate\/13-9"; did you mean duplicate\/13-8\?/,
  },
  'a word that every object knows, in explain': {
    args: only('explain', 'toString'),
    says: /"toString"; "handshake13 list" lists/,
  },
  'an unknown fixture': { args: only('serve', 'conformnt'), says: /"conformnt"; did you mean conformant\?/ },
  'a port to serve that is too high': { args: only('serve', '--port', '70000'), says: /--port is 70000 but/ },
  'an address to serve on that is not ours': {
    args: only('serve', '--host', '192.0.2.1'),
    says: /cannot listen on 192\.0\.2\.1/,
  },

  // Options as such.
  'an unknown option': { args: beside('--prob', 'x'), says: /unknown option --prob; did you mean --probe\?/ },
  'an unknown option that is like none': { args: beside('--frobnicate=1'), says: /see handshake13 --help/ },
  'an unknown option of a command': { args: only('list', '--jsn'), says: /--jsn; did you mean --json\?/ },
  'an option with a dot in it': { args: beside('--header.name=1'), says: /unknown option --header\.name/ },
  'an option given twice': {
    args: beside('--profile', 'mdn', '--profile', 'rfc'),
    says: /--profile .* once/,
  },
  'a number given twice': { args: beside('--delay', '1', '--delay', '2'), says: /--delay .* more than once/ },
  'an option of score that is negated': {
    args: only('score', 'report.json', '--no-reporter'),
    says: /: --no-reporter is not an option; leave --reporter out/,
  },
  'an output that is negated': {
    args: only('merge', 'report.json', '--no-output', 'report.html'),
    says: /: --no-output is not an option; leave --output out/,
  },
  'an option of serve that is negated': {
    args: only('serve', '--no-host'),
    says: /: --no-host is not an option; leave --host out/,
  },
  'a value that is missing': { args: beside('--ca'), says: /--ca needs a value/ },
  'an empty value': { args: beside('--origin', ''), says: /--origin needs a value/ },
  'an empty glob': { args: beside('--probe', ''), says: /--probe needs a value/ },
  'a wrong choice of profile': {
    args: beside('--profile', 'w3c'),
    says: /"w3c" but must be one of mdn, rfc/,
  },
  'a wrong choice of colour': { args: beside('--color', 'red'), says: /one of auto, always, never/ },
  'verbose and quiet': { args: beside('-v', '-q'), says: /--verbose and --quiet contradict/ },

  // Probes.
  'a glob that chooses only stress probes': {
    args: beside('--probe', 'stress/*'),
    says: /--stress is needed for stress\/\*: it matches only stress probes, which may bring/,
  },
  'a glob that chooses none of the core': {
    args: beside('--quick', '--probe', 'malformed/hex', '--probe', 'valid/content-length-0'),
    says: /--tier is core, and valid\/content-length-0 matches only other probes; leave one of them out/,
  },
  'two tiers': { args: beside('--quick', '--tier', 'all'), says: /--tier and --quick contradict each other/ },
  'the slug of a probe alone': {
    args: beside('--probe', 'hex'),
    says: /hex matches no probe; did you mean malformed\/hex\?/,
  },
  'a glob that chooses nothing': {
    args: beside('--probe', 'duplcate/*'),
    says: /--probe duplcate\/\* matches no probe; did you mean duplicate\/\*\?/,
  },
  'a glob to skip that chooses nothing': {
    args: beside('--skip', 'xyzzy'),
    says: /--skip xyzzy matches no probe; "handshake13 list"/,
  },
  'a glob that is too long': {
    args: beside('--probe', long),
    says: /--probe a{100} \[\.\.\.\] a{40} \(70000 characters\) is longer than 10000 characters/,
  },
  'globs that leave nothing': {
    args: beside('--probe', 'draft', '--skip', '*/*'),
    says: /--skip leaves no probe to send/,
  },

  // Fields.
  'a line break in a header': { args: beside('-H', 'X-A: b\r\nX-C: d'), says: /X-A holds a line break/ },
  'a line break in the origin': { args: beside('--origin', 'http://a\nX: y'), says: /Origin holds a line/ },
  'a header without a colon': {
    args: beside('-H', 'X-A'),
    says: /--header is not a field, .*'Name: value'/,
  },
  'a credential without a colon': {
    args: beside('-H', 'Authorization Bearer s3cr3t'),
    says: /--header is not a field/,
  },
  'a header without a name': { args: beside('-H', ': value'), says: /is not a field/ },
  'a space in the name of a header': { args: beside('-H', 'X A: b'), says: /"X \*\*\*" is not a field name/ },
  'a header that makes a body': { args: beside('-H', 'content-length: 3'), says: /has no body/ },

  // Files and TLS.
  'a CA file that is not there': { args: beside('--ca', notFound), says: /--ca .* cannot be read: ENOENT/ },
  'a CA file that is a directory': { args: beside('--ca', '/'), says: /--ca \/ cannot be read: EISDIR/ },
  'a CA file that is no PEM': { args: beside('--ca', 'package.json'), says: /holds nothing in PEM form/ },
  'a CA file without a certificate': {
    args: (target) => [target.replace('ws:', 'wss:'), '--ca', pemFile('client.key')],
    says: /TLS certificates or key cannot be used/,
  },
  'a file name with a line break': { args: beside('--ca', '/no\nfile'), says: /--ca \/no\\nfile cannot/ },
  'a certificate without a key': { args: beside('--cert', pemFile('client.pem')), says: /both or neither/ },
  'a key of another certificate': {
    args: (target) => [
      target.replace('ws:', 'wss:'),
      ...['--cert', pemFile('client.pem'), '--key', pemFile('server.key')],
    ],
    says: /TLS certificates or key cannot be used/,
  },
  'no warning about --insecure before the error': {
    args: only('--insecure', 'wss://127.0.0.1:0/'),
    says: /port 0/,
  },
  'a resolve rule without a port': { args: beside('--resolve', 'a:127.0.0.1'), says: /HOST:PORT:ADDRESS/ },
  'a resolve rule with a name': { args: beside('--resolve', 'a:80:b.example'), says: /HOST:PORT:ADDRESS/ },

  // The baseline.
  'a baseline to be written that is not named': {
    args: beside('--update-baseline'),
    says: /--update-baseline needs the file to write: add --baseline FILE/,
  },

  // Numbers.
  'a number that is none': {
    args: beside('--concurrency', 'many'),
    says: /--concurrency .* whole number of at least 1\n/,
  },
  'no connection at once': { args: beside('--concurrency', '0'), says: /--concurrency .* not 0/ },
  'no time to respond': { args: beside('--response-timeout', '0'), says: /--response-timeout .* not 0/ },
  'a number that is left empty': { args: beside('--delay='), says: /--delay needs a value/ },
  'a number of spaces': { args: beside('--retries', ' '), says: /--retries needs a value/ },
  'a time limit that is left empty': { args: beside('--max-time', ''), says: /--max-time needs a value/ },
  'a port that is left empty': { args: only('serve', '--port='), says: /--port needs a value/ },
  'a time with an unknown unit': {
    args: beside('--close-timeout', '5x'),
    says: /^handshake13: --close-timeout: "5x" is not a duration; write 500ms, 5s or 2m\n$/,
  },
  'a time before now': { args: beside('--delay=-1s'), says: /--delay: "-1s" is not a duration/ },
  'a fraction of a millisecond': {
    args: beside('--delay', '1.5'),
    says: /--delay .* whole number .* not 1\.5/,
  },
  'a time that no timer can wait': {
    args: beside('--max-time', '1000h'),
    says: /--max-time must be a whole number of at most 2147483647, not 3600000000/,
  },

  // Reporters.
  'an unknown reporter': { args: beside('-r', 'jsn'), says: /no reporter "jsn"; did you mean json\?/ },
  'two reporters on standard output': {
    args: beside('-r', 'terminal', '-r', 'json'),
    says: /two reporters cannot both write to standard output; .* -r json=FILE/,
  },
  'two reporters on standard output by two names': {
    args: beside('-r', 'terminal', '-r', 'json=/dev/stdout'),
    says: /two reporters cannot both write to standard output/,
  },
  'two reporters in one file': {
    args: (target, folder) => [target, '-r', `json=${folder}/a`, '-r', `terminal=${folder}/./a`],
    says: /two reporters cannot both write to .*\/a; /,
  },
  'a reporter without its file': { args: beside('-r', 'json='), says: /json= lacks a file name after "="/ },
  'a report in a folder below a file': {
    args: beside('-r', 'json=package.json/a/b'),
    says: /report file .* cannot be written: .*not a directory/,
  },
  'a report that is a directory': {
    args: (target, folder) => [target, '-r', `json=${folder}`],
    says: /cannot be written: it is a directory/,
  },
  'a report with the name of a directory': {
    args: (target, folder) => [target, '-r', `json=${folder}/new/`],
    says: /cannot be written: it is a directory/,
  },
  'a report whose name leaves no room for a temporary one': {
    args: (target, folder) => [target, '-r', `json=${folder}/${'n'.repeat(250)}`],
    says: /cannot be written: ENAMETOOLONG/,
  },
  'a report below a file': { args: beside('-r', 'json=package.json/a'), says: /cannot be written/ },
  'a sarif report that has nowhere to point': {
    args: beside('-r', 'sarif'),
    says: /sarif report has to point at a file .* --sarif-location README\.md/,
  },
  'a sarif location that is not there': {
    args: beside('-r', 'sarif', '--sarif-location', 'REDME.md'),
    says: /--sarif-location REDME\.md is not a file; name one of the repository/,
  },
  'a sarif location that is a directory': {
    args: beside('-r', 'sarif', '--sarif-location', 'docs'),
    says: /--sarif-location docs is not a file/,
  },
  'a sarif location elsewhere': {
    args: beside('-r', 'sarif', '--sarif-location', 'docs/../../README.md'),
    says: /--sarif-location .* is not below the working directory/,
  },
  'a sarif location that is longer than a name can be': {
    args: beside('-r', 'sarif', '--sarif-location', long),
    says: /--sarif-location a{100} \[\.\.\.\] .* cannot be read: ENAMETOOLONG/,
  },
  'a sarif location that is a URL': {
    args: beside('-r', 'sarif', '--sarif-location', 'https://a.example/README.md'),
    says: /--sarif-location https:.* is not a file/,
  },
};

// Each is reported before the options are read.
const misplaced: Readonly<Record<string, readonly [args: readonly string[], says: RegExp]>> = {
  'a secret where an argument is missing': [
    ['diff', 'a.json', '--header', 'Authorization: Bearer s3cr3t'],
    /an argument is missing; see handshake13 diff --help/,
  ],
  'a URL with user info that is no subject of a list': [
    ['list', 'https://user:s3cr3t@host/'],
    /unexpected argument "https:\/\/\*\*\*@host\/"/,
  ],
  'a URL with a token in place of a client': [
    ['client', 'ws://host/?token=s3cr3t'],
    /handshake13 client -- ws:\/\/host\/\?token=\*{6}\n/,
  ],
  'a URL with user info to be explained': [['explain', 'user:s3cr3t@host'], /"\*\*\*@host"/],
  'a URL with user info in an option': [
    [':1', '--resolve', 'http://user:s3cr3t@host'],
    /--resolve http:\/\/\*\*\*@host is not/,
  ],
  'a secret in another option': [
    [':1', '--tier', 's3cr3t', '--secret', 's3cr3t'],
    /--tier is "\*{6}" but must be one of/,
  ],
  'a field without its option': [
    [':1', 'Authorization: Bearer s3cr3t'],
    /"Authorization: \*\*\*" is not a target/,
  ],
};
for (const [name, [args, says]] of Object.entries(misplaced)) mistakes[name] = { args: only(...args), says };

const [first, ...others] = ['Sec-WebSocket-Version', ...variedFields];
for (const field of [first, first?.toUpperCase(), ...others]) {
  mistakes[`the header ${field}, which the probes vary`] = {
    args: beside('-H', `${field}: 8`),
    says: new RegExp(`: ${field} cannot be set: the probes vary it`),
  };
}

describe('a wrong command line', function () {
  this.timeout(60_000);

  const results = new Map<string, Promise<Outcome & { readonly connections: number }>>();

  before(() => {
    for (const [name, { args }] of Object.entries(mistakes)) {
      const result = withFolder((folder) =>
        withRecorder(async ({ port, received }) => {
          const outcome = await run(args(`ws://127.0.0.1:${port}/`, folder));
          return { ...outcome, connections: received.length };
        }),
      );
      // The test of that name gets the error.
      result.catch(() => {});
      results.set(name, result);
    }
  });

  after(() => Promise.allSettled(results.values()));

  for (const [name, { says }] of Object.entries(mistakes)) {
    it(`${name}: one line and exit code 2`, async () => {
      const result = await results.get(name);
      expect(result?.stderr).to.match(/^handshake13: [^\n]+\n$/);
      expect(result?.stderr).to.match(says);
      expect(result?.stderr).to.not.match(/\n\s+at |TypeError|node:internal|s3cr3t|s%zz/);
      expect(result?.stderr.length).to.be.below(700);
      expect(result).to.include({ code: 2, signal: null, stdout: '', connections: 0 });
    });
  }

  it('knows at least the fields of a handshake among those that the probes vary', () => {
    expect([...variedFields]).to.include.members([
      'host',
      'upgrade',
      'connection',
      'sec-websocket-key',
      'sec-websocket-version',
    ]);
  });
});
