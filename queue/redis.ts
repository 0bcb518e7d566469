/** The connection to Redis, with the packages that it takes. */

import type { Redis } from 'ioredis';
import { redactQuoted } from '../wire/redaction/redactor.ts';
import { UsageError } from '../wire/usage-error.ts';

type BullMq = typeof import('bullmq');

export interface RedisLink {
  readonly redis: Redis;
  /** Host and port. */
  readonly name: string;
  readonly bullmq: BullMq;
  /** Gets a line about the connection, never with a credential. */
  readonly notify: (line: string) => void;
}

/** Milliseconds. */
const connectTimeout = 5000;
const reconnectDelay = 1000;

/**
 * Connects, and from then on connects again whenever the connection is lost.
 *
 * @param url `redis:` or `rediss:`
 * @param notify gets a line when the connection is lost, and one when it is back
 * @throws UsageError without the packages, or without Redis
 */
export async function connectRedis(url: string, notify: (line: string) => void): Promise<RedisLink> {
  const { name, secrets } = readUrl(url);
  const { bullmq, Redis } = await loadPackages();
  let isReady = false;
  let isLost = false;
  let lastError: Error | null = null;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout,
    maxRetriesPerRequest: null,
    retryStrategy: () => (isReady ? reconnectDelay : null),
  });
  const say = (line: string): void => notify(redactQuoted(line, secrets));
  redis.on('error', (error: Error) => {
    lastError ??= error;
  });
  redis.on('close', () => {
    if (!isReady || isLost) return;
    isLost = true;
    say(`the connection to Redis at ${name} was lost; trying again every second`);
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    const cause = lastError ?? error;
    throw new UsageError(
      redactQuoted(
        `cannot connect to Redis at ${name}: ${cause instanceof Error ? describe(cause) : cause}; start Redis there, or correct the URL`,
        secrets,
      ),
      { option: 'queue' },
    );
  }
  isReady = true;
  redis.on('ready', () => {
    isLost = false;
    say(`connected to Redis at ${name} again`);
  });
  return { redis, name, bullmq, notify: say };
}

function describe(error: Error): string {
  // Of several addresses that were tried.
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first.message : error.message;
}

function readUrl(text: string): { readonly name: string; readonly secrets: readonly string[] } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '')
    throw new UsageError(
      'is not the URL of a Redis server; write redis://HOST:PORT, or rediss://HOST:PORT for TLS',
      { option: 'queue' },
    );
  const { username, password, hostname, port } = url;
  const secrets = [username, password].flatMap((text) => [text, decodePart(text)]);
  return {
    name: `${hostname}:${port === '' ? '6379' : port}`,
    secrets: [...new Set(secrets)].filter((text) => text !== ''),
  };
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UsageError('has a % in its user or password that does not begin a code; write it as %25', {
      option: 'queue',
    });
  }
}

async function loadPackages(): Promise<{ bullmq: BullMq; Redis: typeof Redis }> {
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bullmq, Redis: ioredis.Redis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UsageError(
      'needs the packages bullmq and ioredis, which are not installed; run npm install bullmq ioredis',
      { option: 'queue' },
    );
  }
}
