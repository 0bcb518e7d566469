/** This machine has no local ports left: nothing of that is held against the server. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Report } from '../../index.ts';
import { program } from '../support/process.ts';

const execute = promisify(execFile);

/** Runs a script in a network of its own, in which it may use this many local ports, each once within a minute. */
function withPorts(count: number, script: string): Promise<{ stdout: string; stderr: string }> {
  const settings = '/proc/sys/net/ipv4';
  const setUp = [
    'ip link set lo up',
    `echo '40000 ${40000 + count - 1}' > ${settings}/ip_local_port_range`,
    // A connection in TIME-WAIT keeps its port.
    `echo 0 > ${settings}/tcp_tw_reuse`,
  ].join(' && ');
  return execute('unshare', ['--user', '--map-root-user', '--net', 'sh', '-c', `${setUp} && ${script}`]);
}

const server = fileURLToPath(new URL('../support/far-server.js', import.meta.url));
const probes = "--probe 'missing/*' --probe 'malformed/*'";

/** Of a server that closes no connection: the ports are ours to hold. */
function auditedWithPorts(count: number): Promise<{ stdout: string; stderr: string }> {
  const run = (name: string, more: string): string => `'${process.execPath}' '${name}' ${more}`;
  return withPorts(
    count,
    `{ ${run(server, 'stays-open 127.0.0.1 8080')} & pid=$!; ${run(program, `ws://127.0.0.1:8080/ --wait 10s --close-timeout 100 -r json ${probes}`)}; code=$?; kill $pid; [ $code -le 3 ]; }`,
  );
}

describe('a machine without a local port left', function () {
  this.timeout(60_000);

  before(async function () {
    try {
      await withPorts(2, 'true');
    } catch {
      this.skip();
    }
  });

  it('says so, and does not say that the server was gone', async () => {
    const { stdout, stderr } = await auditedWithPorts(12);
    const [target] = (JSON.parse(stdout) as Report).targets;
    expect(target?.verdict).to.equal('inconclusive');
    expect(target?.findings).to.deep.equal([]);
    expect(target?.reason).to.match(/ this machine has no local port left for it \(EADDRNOTAVAIL\);/);
    expect(stderr).to.match(
      /^handshake13: some connections could not be opened on this machine \(EADDRNOTAVAIL\): /m,
    );
  });

  it('is one of enough ports where nothing of it is said', async () => {
    const { stdout, stderr } = await auditedWithPorts(2000);
    expect((JSON.parse(stdout) as Report).targets[0]?.reason).to.equal(null);
    expect(stderr).to.not.include('this machine');
  });
});
