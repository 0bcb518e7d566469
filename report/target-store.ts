/** The targets of a run that have ended. Many are kept on disk, so that memory does not grow with their number. */

import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { TargetReport, TargetSequence } from './report.ts';

/** Targets that are kept in memory. */
const maxInMemory = 100;

/** Where a target stands in the file, in bytes. */
interface Stored {
  readonly position: number;
  readonly length: number;
}

export class TargetStore {
  readonly #maxInMemory: number;
  /** By the place of the target in the run. */
  readonly #targets = new Map<number, TargetReport | Stored>();
  #file: number | null = null;
  #end = 0;
  /** Why a target could not be stored. */
  #failure: Error | null = null;

  constructor(maxTargetsInMemory = maxInMemory) {
    this.#maxInMemory = maxTargetsInMemory;
  }

  /** @param place of the target in the run, from 0 */
  add(place: number, target: TargetReport): void {
    if (this.#failure !== null) return;
    try {
      this.#targets.set(place, this.#targets.size < this.#maxInMemory ? target : this.#write(target));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#failure = new Error(
        `a report of more than ${this.#maxInMemory} targets needs a temporary file: ${reason}; name a folder with room in TMPDIR`,
      );
    }
  }

  /**
   * What has been added so far, in the order of their places.
   *
   * @throws Error where not all of it could be stored
   */
  targets(): TargetSequence {
    if (this.#failure !== null) throw this.#failure;
    const stored = [...this.#targets].sort(([a], [b]) => a - b).map(([, target]) => target);
    const read = (target: TargetReport | Stored): TargetReport =>
      'position' in target ? this.#read(target) : target;
    return {
      length: stored.length,
      at(place) {
        const target = stored.at(place);
        return target && read(target);
      },
      *[Symbol.iterator]() {
        for (const target of stored) yield read(target);
      },
    };
  }

  /** Gives the room on disk back. Sequences cannot be read any more. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #write(target: TargetReport): Stored {
    this.#file ??= createUnnamedFile();
    const bytes = deflateRawSync(JSON.stringify(target), { level: 1 });
    const position = this.#end;
    for (let written = 0; written < bytes.length; )
      written += writeSync(this.#file, bytes, written, bytes.length - written, position + written);
    this.#end += bytes.length;
    return { position, length: bytes.length };
  }

  #read({ position, length }: Stored): TargetReport {
    if (this.#file === null) throw new Error('the targets of this report have been given up');
    const bytes = Buffer.allocUnsafe(length);
    for (let read = 0; read < length; ) {
      const count = readSync(this.#file, bytes, read, length - read, position + read);
      if (count === 0) throw new Error('a temporary file is shorter than what was written to it');
      read += count;
    }
    return JSON.parse(inflateRawSync(bytes).toString()) as TargetReport;
  }
}

/** Has no name any more, so that nothing is left behind however the process ends. */
function createUnnamedFile(): number {
  const path = join(tmpdir(), `handshake13-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}
