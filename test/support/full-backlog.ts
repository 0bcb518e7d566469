/** An address whose connections are not taken: packets to it are dropped, as behind a firewall. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

/** Listens with the shortest of backlogs, and then does nothing ever again. */
const script = `
  const [host, port] = process.argv.slice(1);
  const server = require('node:net').createServer().listen(Number(port), host, 1, () => {
    require('node:fs').writeSync(1, server.address().port + '\\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** @param port 0 for any, which `use` gets */
export async function withFullBacklog<T>(
  host: string,
  port: number,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, ['-e', script, host, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = await once(child.stdout, 'data');
  const fillers = Array.from({ length: 8 }, () => connect(Number(line), host).on('error', () => {}));
  try {
    await once(fillers[0] ?? child, 'connect');
    return await use(Number(line));
  } finally {
    for (const filler of fillers) filler.destroy();
    child.kill('SIGKILL');
    await exited;
  }
}
