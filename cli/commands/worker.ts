/** `handshake13 worker`: audits the targets of a queue until it is interrupted. */

import { connectRedis } from '../../queue/redis.ts';
import { queueKeyVariable, Sealer } from '../../queue/sealer.ts';
import { QueueWorker } from '../../queue/worker.ts';
import { UsageError } from '../../wire/usage-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { notify } from '../notify.ts';
import { checkValues } from '../options/audit-options.ts';
import { workerOptions } from '../options/command-options.ts';
import { listenForSignals } from '../signals.ts';

/** @returns the exit code, when it was interrupted */
export async function runWorker(args: { readonly queue: string | undefined }): Promise<number> {
  checkValues(args, workerOptions);
  const url = args.queue ?? process.env.HANDSHAKE13_QUEUE ?? '';
  if (url === '') throw new UsageError('is missing; give the Redis server of the audit', { option: 'queue' });
  const sealer = new Sealer(process.env[queueKeyVariable]);
  const link = await connectRedis(url, notify);
  const interruption = new AbortController();
  const signals = listenForSignals(interruption);
  try {
    notify(`waits for targets at ${link.name}; Ctrl-C ends it when those under way are done`);
    await new QueueWorker(link, sealer).run(interruption.signal);
    return signals.received === null ? exitCodes.conformant : exitCodes[signals.received];
  } finally {
    signals.stop();
  }
}
