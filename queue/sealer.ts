/** What stands in Redis: JSON, compressed, and encrypted where there is a key. */

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { UsageError } from '../wire/usage-error.ts';

/** The environment variable that holds the key. */
export const queueKeyVariable = 'HANDSHAKE13_QUEUE_KEY';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
/** What one value may take in memory. */
const maxValueBytes = 256 * 1024 * 1024;

export class Sealer {
  /** Names the key without revealing it; `plain` without a key. */
  readonly keyName: string;
  readonly #key: Buffer | null;

  /**
   * @param key 64 hexadecimal digits; undefined or empty: nothing is encrypted
   * @throws UsageError for anything else
   */
  constructor(key: string | undefined) {
    if (key !== undefined && key !== '' && !/^[0-9a-f]{64}$/i.test(key))
      throw new UsageError('must be 64 hexadecimal digits; openssl rand -hex 32 makes some', {
        place: queueKeyVariable,
      });
    this.#key = key === undefined || key === '' ? null : Buffer.from(key, 'hex');
    this.keyName =
      this.#key === null
        ? 'plain'
        : createHash('sha256').update('handshake13 queue\0').update(this.#key).digest('hex').slice(0, 16);
  }

  get isEncrypting(): boolean {
    return this.#key !== null;
  }

  /** @param purpose what the value is; it cannot be opened as anything else */
  seal(value: unknown, purpose: string): Buffer {
    const packed = deflateRawSync(JSON.stringify(value));
    if (this.#key === null) return packed;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(Buffer.from(purpose));
    return Buffer.concat([nonce, cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws Error for what this key has not sealed for this purpose */
  open(sealed: Buffer, purpose: string): unknown {
    const packed = this.#key === null ? sealed : decrypt(this.#key, sealed, purpose);
    return JSON.parse(inflateRawSync(packed, { maxOutputLength: maxValueBytes }).toString('utf8'));
  }
}

function decrypt(key: Buffer, sealed: Buffer, purpose: string): Buffer {
  const nonce = sealed.subarray(0, nonceBytes);
  const tag = sealed.subarray(-tagBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
    .setAAD(Buffer.from(purpose))
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}
