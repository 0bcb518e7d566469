/** `client`: a command is started for each case, with a URL of its own, and judged. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { ClientAuditEvent } from '../../report/client/client-events.ts';
import type { ClientReport } from '../../report/client/client-report.ts';
import { run } from '../support/command.ts';
import { secretsFound } from '../support/decoded.ts';
import { runProcess, start } from '../support/process.ts';
import { expectNoneOf, textsOf } from '../support/secrets.ts';
import { pemFile, withFolder } from '../support/servers.ts';

const ws = fileURLToPath(new URL('../support/ws-client.js', import.meta.url));
const client = [process.execPath, ws];
const few = ['--case', 'accept-wrong', '--case', '403', '--jobs', '2'];

describe('client', function () {
  this.timeout(60_000);

  it('audits a command, to which it gives a URL as its last argument', async () => {
    const { code, stdout, stderr } = await run(['client', ...few, '--', ...client]);
    expect(stderr).to.equal('');
    expect(stdout).to.match(/^✓ passed \(3 of 78 cases\) {2}/);
    expect(stdout).to.match(/ {2}✓ reject 1\/1\n {2}· refuse 1 observed\n/);
    expect(stdout).to.match(/\n✓ passed \(3 of 78 cases\) · gate: pass · .* s · -v: all cases\n$/);
    expect(code).to.equal(0);
  });

  it('fills the placeholders of the command, and sets HANDSHAKE13_URL', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'said');
      const script = `echo "$HANDSHAKE13_URL {host} {port} {path}" >> '${file}'; exec '${process.execPath}' '${ws}' "$HANDSHAKE13_URL"`;
      const { code } = await run(['client', ...few, '--', 'sh', '-c', script]);
      expect(code).to.equal(0);
      const lines = (await readFile(file, 'utf8')).trim().split('\n');
      expect(lines).to.have.lengthOf(4);
      for (const line of lines) {
        const [, url, host, port, pathname] = /^(\S+) (\S+) (\S+) (\S+)$/.exec(line) ?? [];
        expect(url).to.equal(`ws://${host}:${port}${pathname}`);
      }
    }));

  it('masks what the requests of the client name as secrets, and where it repeats them', () =>
    withFolder(async (folder) => {
      const script = path.join(folder, 'client.mjs');
      const secrets = ['s3cr3t-bearer', 's3cr3t-cookie', 's3cr3t-protocol', 's3cr3t-token'];
      const [bearer, cookie, protocol, token] = secrets;
      await writeFile(
        script,
        `import WebSocket from ${JSON.stringify(import.meta.resolve('ws'))};
        const headers = { Authorization: 'Bearer ${bearer}', Cookie: 'a=b; sid=${cookie}', Referer: 'http://a/?token=${token}' };
        const socket = new WebSocket(process.argv[2], ['bearer', '${protocol}'], { headers });
        console.log('sends', JSON.stringify(headers), Buffer.from('${protocol}').toString('base64'));
        socket.on('open', () => { socket.send('I am ${bearer}'); setTimeout(() => socket.close(1000, '${cookie}'), 500); });
        socket.on('error', () => {});`,
      );
      const command = ['--', process.execPath, script];
      const reports = ['-r', 'json', '-r', `html=${path.join(folder, 'page.html')}`];
      const json = await run(['client', ...few, ...reports, ...command]);
      const terminal = await run(['client', ...few, '-vv', ...command]);
      expect(json.code).to.equal(terminal.code);
      expectNoneOf(secrets, terminal.stdout, await readFile(path.join(folder, 'page.html'), 'utf8'));
      for (const text of textsOf(JSON.parse(json.stdout)))
        expect(secretsFound(text, secrets)).to.deep.equal([]);
      expect(terminal.stdout).to.match(/< Authorization: \*{20}\\r\\n/);
      expect(terminal.stdout).to.match(/< Sec-WebSocket-Protocol: bearer,\*{15}\\r\\n/);
      expect(terminal.stdout).to.match(/\?token=\*{12}/);
      const report: ClientReport = JSON.parse(json.stdout);
      expect(JSON.stringify(report.clients[0]?.cases[0]?.connections)).to.match(/\["Cookie","\*+"\]/);
    }));

  it('in a workflow of GitHub Actions, adds annotations and the summary of the step', () =>
    withFolder(async (folder) => {
      const script = path.join(path.dirname(ws), 'careless-ws-client.js');
      const summary = path.join(folder, 'summary.md');
      const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, NO_COLOR: '1' };
      const audit = ['client', ...few, '--name', 'mine', '-q', '--', process.execPath, script];
      const { code, stderr } = await run(audit, { env });
      expect(stderr).to.match(
        /^::error title=\[MUST\] Opens although Sec-WebSocket-Accept is wrong::mine%0A[^\n]+%0Arecheck:%0Ahandshake13 client --case accept-wrong [^\n]+\n$/,
      );
      expect(await readFile(summary, 'utf8')).to.match(/^## handshake13: nonconformant\n/);
      expect(code).to.equal(1);
    }));

  it('points the sarif report at a file of the repository, which has to be named', async () => {
    const audit = ['client', ...few, '-r', 'sarif'];
    const unplaced = await run([...audit, '--', ...client]);
    expect(unplaced).to.include({ code: 2, stdout: '' });
    expect(unplaced.stderr).to.match(
      /^handshake13: the sarif report has to point at .* --sarif-location README\.md\n$/,
    );
    const script = path.join(path.dirname(ws), 'careless-ws-client.js');
    const { code, stdout } = await run([
      ...audit,
      '--sarif-location',
      'package.json',
      '--',
      process.execPath,
      script,
    ]);
    const [sarif] = JSON.parse(stdout).runs;
    expect(sarif.results).to.have.lengthOf(1);
    expect(sarif.results[0]).to.have.nested.property(
      'locations[0].physicalLocation.artifactLocation.uri',
      'package.json',
    );
    expect(code).to.equal(1);
  });

  it('reports findings with exit code 1, and how to see them again', async () => {
    const script = path.join(path.dirname(ws), 'careless-ws-client.js');
    const { code, stdout } = await run([
      'client',
      ...few,
      '--profile',
      'browser',
      '-v',
      '--',
      process.execPath,
      script,
    ]);
    expect(stdout).to.match(/^1 \[MUST\] Opens although Sec-WebSocket-Accept is wrong +takes-any-accept$/m);
    expect(stdout).to.match(/^ {2}client {4}opened: sent a Pong/m);
    expect(stdout).to.match(
      /^ {2}recheck {3}handshake13 client --case accept-wrong --profile browser -vv -- \S*node \S*careless-ws-client\.js$/m,
    );
    expect(stdout).to.match(
      /\n✗ nonconformant · 1 finding \(1 MUST\) · gate: fail \(1 finding at MUST or SHOULD\)/,
    );
    expect(code).to.equal(1);
    const never = await run(['client', ...few, '--fail-on', 'never', '-q', '--', process.execPath, script]);
    expect(never.stdout).to.match(/^✗ nonconformant · 1 finding \(1 MUST\) · gate: pass \(1 finding below/);
    expect(never.code).to.equal(0);
  });

  it('speaks TLS, by an authority that the client finds in its environment', async () => {
    const { code, stdout } = await run(['client', '--tls', ...few, '-vv', '--', ...client]);
    expect(code, stdout).to.equal(0);
    expect(stdout).to.match(/^✓ passed \(3 of 78 cases\)/);
    const script = `test -s {ca} && exec env -u NODE_EXTRA_CA_CERTS '${process.execPath}' '${ws}' {url}`;
    const distrustful = await run(['client', '--tls', ...few, '--', 'sh', '-c', script]);
    expect(distrustful.code).to.equal(3);
    expect(distrustful.stdout.replaceAll(/\s+/g, ' ')).to.match(
      /; check the command, and that it connects to the URL that it is given and trusts the authority in NODE_EXTRA_CA_CERTS, SSL_CERT_FILE or \{ca\}/,
    );
  });

  it('speaks TLS with a certificate that it is given, on the host that it is given', async () => {
    const pair = ['--cert', pemFile('server.pem'), '--key', pemFile('server.key')];
    const env = { NODE_EXTRA_CA_CERTS: pemFile('ca.pem') };
    const { code, stdout } = await run(['client', ...pair, '--host', 'localhost', ...few, '--', ...client], {
      env,
    });
    expect(code, stdout).to.equal(0);
  });

  it('listens on an address of IPv6', async () => {
    const { code, stdout } = await run([
      'client',
      '--host',
      '::1',
      '--tls',
      '--case',
      '302-ws',
      '--',
      ...client,
    ]);
    expect(code, stdout).to.equal(0);
    expect(stdout).to.match(/^✓ passed \(2 of 78 cases\)/);
  });

  it('is inconclusive where nothing shows that the client can open a connection', async () => {
    const { code, stdout } = await run(['client', '--', 'sh', '-c', 'echo hopeless; exit 4']);
    expect(stdout).to.match(
      /^\? inconclusive {2}sh -c echo hopeless; exit 4 .*\n {2}\? nothing shows that the client/,
    );
    expect(stdout).to.include('hopeless');
    expect(code).to.equal(3);
  });

  it('writes JSON and NDJSON, with every byte of the request', () =>
    withFolder(async (folder) => {
      const [json, ndjson] = [path.join(folder, 'a.json'), path.join(folder, 'a.ndjson')];
      const { code, stdout } = await run([
        'client',
        ...few,
        '-o',
        json,
        '-o',
        ndjson,
        '--name',
        'ws 8',
        '--',
        ...client,
      ]);
      expect(code).to.equal(0);
      expect(stdout).to.match(/^✓ passed \(3 of 78 cases\) · gate: pass · .* s\n$/);
      const report: ClientReport = JSON.parse(await readFile(json, 'utf8'));
      expect(report.direction).to.equal('client');
      expect(report.schemaVersion).to.equal(2);
      expect(report.clients.map(({ name }) => name)).to.deep.equal(['ws 8']);
      const [one] = report.clients[0]?.cases ?? [];
      expect(Buffer.from(one?.connections[0]?.received ?? '', 'base64').toString('latin1')).to.match(
        /^GET \/\w+ HTTP\/1\.1\r\n/,
      );
      const events: ClientAuditEvent[] = (await readFile(ndjson, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(events.map(({ type }) => type)).to.deep.equal([
        ...['run-start', 'client-start', 'case', 'case', 'case', 'client-end', 'run-end'],
      ]);
    }));

  it('shows every byte and frame with -vv', async () => {
    const { stdout } = await run(['client', '--case', 'accept-wrong', '-vv', '--', ...client]);
    expect(stdout).to.match(/^ {6}< GET \/\w+ HTTP\/1\.1\\r\\n$/m);
    expect(stdout).to.match(/^ {6}> HTTP\/1\.1 101 Switching Protocols\\r\\n$/m);
    expect(stdout).to.match(/^ {6}= Pong "handshake13" after \d+ ms$/m);
    expect(stdout).to.match(/^ {6}= the client ended by itself after \d+ ms, exit code 0$/m);
  });

  it('ends the clients when it is interrupted, and reports what was finished', async () => {
    const { child, ended } = start(['client', '--case', 'silence', '-r', 'ndjson', '--', ...client]);
    child.stdout.on('data', (text: string) => {
      if (text.includes('"type":"case"')) child.kill('SIGINT');
    });
    const { code, stdout } = await ended;
    expect(code).to.equal(130);
    expect(stdout).to.match(/"type":"run-end".*"partial":true/);
  });

  it('ends what a client has started, which ignores that it is asked to end', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'pid');
      const script = path.join(folder, 'stubborn.sh');
      await writeFile(
        script,
        `trap '' TERM; (sleep 300 & echo $! >> '${file}'; wait) & '${process.execPath}' '${ws}' "$1"; sleep 300`,
      );
      const { code } = await runProcess(['client', '--case', '403', '--', 'sh', script]);
      expect(code).to.equal(0);
      const pids = (await readFile(file, 'utf8')).trim().split('\n');
      expect(pids.length).to.equal(3);
      const states = await Promise.all(
        pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
      );
      expect(states.filter((state) => state !== '' && !/\) Z /.test(state))).to.deep.equal([]);
    }));

  const mistakes: Record<string, readonly [args: readonly string[], says: RegExp]> = {
    'no command': [[], /there is no command to start; put the client behind "--"/],
    'a command without --': [['node', 'x.js'], /unexpected argument node; the command .* client -- node\n/],
    'an unknown case': [
      ['--case', 'accept-wrnog', '--', 'x'],
      /--case accept-wrnog matches no case; did you mean accept-wrong\?/,
    ],
    'an unknown reporter': [['-r', 'nosuch', '--', 'x'], /there is no reporter "nosuch"/],
    'a time that is none': [
      ['--case-timeout', 'soon', '--', 'x'],
      /--case-timeout: "soon" is not a duration/,
    ],
    'no jobs': [['--jobs', '0', '--', 'x'], /--jobs is 0 but must be a whole number from 1 to 64/],
    'a certificate without a key': [['--cert', 'a.pem', '--', 'x'], /--cert and --key belong together/],
    'an address that is not ours': [
      ['--host', '192.0.2.1', '--', 'x'],
      /cannot listen on 192\.0\.2\.1, port 0/,
    ],
    'a wrong profile': [
      ['--profile', 'mdn', '--', 'x'],
      /--profile is "mdn" but must be one of rfc, browser/,
    ],
  };
  for (const [name, [args, says]] of Object.entries(mistakes)) {
    it(`refuses ${name}`, async () => {
      const { code, stderr, stdout } = await run(['client', ...args]);
      expect(stderr).to.match(says);
      expect(stderr.trim().split('\n')).to.have.lengthOf(1);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    });
  }
});
