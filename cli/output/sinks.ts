/** Where reports go: the standard streams, files that are written whole or not at all, files that are added to. */

import { createWriteStream, statSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Output, Page } from '../../reporters/reporter.ts';
import { isBrokenPipe } from './stdout-guard.ts';
import { abilitiesOf, type ColorChoice } from './terminal-capabilities.ts';

export type Sink =
  | { readonly kind: 'stdout' | 'stderr' }
  /** The report takes the place of what the file holds. */
  | { readonly kind: 'file'; readonly file: string }
  /** The report is added to what the file holds, which may have `limit` octets in all. */
  | { readonly kind: 'end-of-file'; readonly file: string; readonly limit: number };

/** A sink that a report is written to. */
export interface OpenSink {
  readonly output: Output;
  /** Ends the report: only now it takes the place of an older one. @throws Error where not all of it could be written */
  readonly finish: () => Promise<void>;
  /** Gives the report up: an older one stays what it was. */
  readonly discard: () => Promise<void>;
}

/** What is written to a file is laid out as on a plain page. */
const plainPage: Page = { columns: 100, colorLevel: 0, unicode: true };

export function openSink(sink: Sink, color: ColorChoice): OpenSink {
  switch (sink.kind) {
    case 'stdout':
    case 'stderr':
      return openStandardStream(process[sink.kind], color);
    case 'file':
      return openFile(sink.file);
    case 'end-of-file':
      return openEndOfFile(sink.file, sink.limit);
  }
}

function openStandardStream(stream: NodeJS.WriteStream, color: ColorChoice): OpenSink {
  const { write, drained, failure } = writeTo(stream);
  return {
    output: { ...abilitiesOf(stream, color), write, drained },
    finish: async () => {
      await drained();
      const error = failure();
      if (error !== null && !isBrokenPipe(error)) throw error;
    },
    discard: async () => {},
  };
}

function openFile(file: string): OpenSink {
  const text = new PassThrough();
  const { write, drained } = writeTo(text);
  let written: Promise<void> | null = null;
  // Not before there is something to write: nothing is to be left behind of a run that does not begin.
  const start = (): Promise<void> => {
    written ??= isReplaceable(file)
      ? replaceFile(file, text)
      : pipeline(text, createWriteStream(file, { flags: 'a' }));
    // It is told of when the report is finished.
    written.catch(() => {});
    return written;
  };
  return {
    output: {
      ...plainPage,
      write: (part) => {
        start();
        write(part);
      },
      // Where the writing has failed nobody takes what is left.
      drained: () => Promise.race([drained(), start().catch(() => {})]),
    },
    finish: async () => {
      text.end();
      await start();
    },
    discard: async () => {
      text.destroy();
      await written?.catch(() => {});
    },
  };
}

function openEndOfFile(file: string, limit: number): OpenSink {
  const held = sizeOf(file);
  // What stands there already may lack its line end, and Markdown wants an empty line between blocks.
  const separator = held === 0 ? '' : '\n\n';
  const parts: string[] = [];
  return {
    output: {
      ...plainPage,
      room: limit - held - separator.length,
      write: (part) => void parts.push(part),
      drained: async () => {},
    },
    finish: async () => {
      if (parts.length > 0) await appendFile(file, `${separator}${parts.join('')}`);
    },
    discard: async () => {},
  };
}

/** Writes to a stream and keeps the first failure for later. */
function writeTo(stream: Writable): Pick<Output, 'write' | 'drained'> & {
  readonly failure: () => NodeJS.ErrnoException | null;
} {
  let failure: NodeJS.ErrnoException | null = null;
  let last = Promise.resolve();
  return {
    write: (text) => {
      last = new Promise((taken) => {
        stream.write(text, (error) => {
          failure ??= error ?? null;
          taken();
        });
      });
    },
    drained: () => last,
    failure: () => failure,
  };
}

/** A device or a pipe is written to, and so is what /dev/fd/3 stands for; only a regular file is replaced. */
export function isReplaceable(file: string): boolean {
  if (/^\/(dev\/(fd\/|std)|proc\/)/.test(resolve(file))) return false;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** Octets; what cannot be looked at is found out when it is written to. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** Writes a file whole or not at all: to a temporary name first, then renamed. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const { output, finish } = openFile(file);
  output.write(text);
  await finish();
}

async function replaceFile(file: string, text: PassThrough): Promise<void> {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  // What it writes by itself it writes once, and does not look how much of it a disk that is nearly full has taken.
  await writeFileAtomic(file, '', {
    tmpfileCreated: (temporary) => pipeline(text, createWriteStream(temporary)),
  });
}
