/** Audits over a slow and lossy line: TCP as the system does it, between two networks that lossy-line.py connects. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../index.ts';
import { program } from './process.ts';

/** A round trip of 600 ms, and one packet in twenty lost. */
const line = { delayMs: 300, loss: 0.05, seed: 13 };

const [host, port] = ['10.9.0.2', '8080'];

/** What a test may take at most, in milliseconds. */
export const patience = 60_000;

interface Ends {
  readonly far: readonly string[];
  readonly near: readonly string[];
}

/** Runs both commands until the near one ends. */
async function run({ far, near }: Ends): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const script = path.resolve('test/support/lossy-line.py');
  const parameters = JSON.stringify({ ...line, far, near });
  const command = ['--user', '--map-root-user', '--net', 'python3', script, parameters];
  const child = spawn('unshare', command, { stdio: ['ignore', 'pipe', 'pipe'], timeout: patience });
  const closed = once(child, 'close');
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const [code] = await closed;
  return { code, stdout: await stdout, stderr: await stderr };
}

/** Why there can be no such line on this machine; null if there can. */
export async function obstacleToLine(): Promise<string | null> {
  try {
    const { code, stderr } = await run({ far: ['true'], near: ['true'] });
    return code === 0 ? null : (stderr.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    return String(error);
  }
}

/** Audits a server of far-server.ts. */
export async function auditOverLine(server: string, options: readonly string[]): Promise<Report> {
  const node = process.execPath;
  const { stdout, stderr } = await run({
    far: [node, fileURLToPath(new URL('far-server.js', import.meta.url)), server, host, port],
    near: [node, program, `ws://${host}:${port}/`, '--wait', '30000', '--reporter', 'json', ...options],
  });
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  return JSON.parse(stdout);
}
