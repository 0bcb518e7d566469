/** Where reports go: standard streams, files that are replaced atomically, files that are appended to. */

import { createWriteStream, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, truncate } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Output, Page } from '../../reporters/reporter.ts';
import type { ColorChoice } from './color-choice.ts';
import { isBrokenPipe } from './stdout-guard.ts';
import { abilitiesOf } from './terminal-capabilities.ts';

export type Sink =
  | { readonly kind: 'stdout' | 'stderr' }
  /** The report replaces the content of the file. */
  | { readonly kind: 'file'; readonly file: string }
  /** The report replaces the file as soon as it begins, and grows in it: what is written is there however the run ends. */
  | { readonly kind: 'live-file'; readonly file: string }
  /** The report is `index.html` in the folder, with what else it needs beside it. */
  | { readonly kind: 'folder'; readonly file: string; readonly folder: string }
  /** The report is appended to the file, which may have `limit` bytes in all. */
  | { readonly kind: 'end-of-file'; readonly file: string; readonly limit: number };

/** A sink that a report is written to. */
export interface OpenSink {
  readonly output: Output;
  /** Ends the report: only now it replaces an older one. @throws Error if not all of it could be written */
  readonly finish: () => Promise<void>;
  /** Discards the report; an older one stays as it was. */
  readonly discard: () => Promise<void>;
}

/** The layout of files. */
const plainPage: Page = { columns: 100, colorLevel: 0, unicode: true };

/** @param replaced settles when a growing report may replace an older file, of which it holds everything by then */
export function openSink(
  sink: Sink,
  color: ColorChoice,
  replaced: Promise<void> = Promise.resolve(),
): OpenSink {
  switch (sink.kind) {
    case 'stdout':
    case 'stderr':
      return openStandardStream(process[sink.kind], color);
    case 'file':
      return openFile(sink.file);
    case 'live-file':
      return openLiveFile(sink.file, replaced);
    case 'folder':
      return openFolder(sink.file, sink.folder);
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
  // Not before there is something to write, so that a run that does not start leaves nothing behind.
  const start = (): Promise<void> => {
    written ??= isReplaceable(file)
      ? replaceFile(file, text)
      : pipeline(text, createWriteStream(file, { flags: 'a' }));
    // `finish` reports the error.
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
      // After a failure nothing drains the rest.
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

function openLiveFile(file: string, replaced: Promise<void>): OpenSink {
  // Beside the file, and beside the link where it is one only if the link leads nowhere.
  const place = existsSync(file) ? realpathSync(file) : resolve(file);
  const temporary = `${place}.${process.pid}`;
  let opened:
    | (ReturnType<typeof writeTo> & { readonly stream: Writable; readonly placed: Promise<void> })
    | null = null;
  const open = (): NonNullable<typeof opened> => {
    if (opened !== null) return opened;
    mkdirSync(dirname(place), { recursive: true });
    const stream = createWriteStream(temporary);
    const written = writeTo(stream);
    // The process may be killed from here on.
    const placed = replaced.then(written.drained).then(() => rename(temporary, place));
    // `finish` reports the error.
    placed.catch(() => {});
    stream.on('error', () => {});
    opened = { ...written, stream, placed };
    return opened;
  };
  return {
    output: {
      ...plainPage,
      write: (part) => open().write(part),
      drained: () => opened?.drained() ?? Promise.resolve(),
    },
    finish: async () => {
      const { stream, drained, failure, placed } = open();
      await drained();
      const error = failure();
      if (error !== null) throw error;
      await placed;
      await new Promise<void>((ended) => void stream.end(ended));
    },
    discard: async () => {
      opened?.stream.destroy();
      await rm(temporary, { force: true });
    },
  };
}

function openFolder(file: string, folder: string): OpenSink {
  const { output, finish, discard } = openFile(file);
  const others = new Map<string, string>();
  return {
    output: { ...output, writeBeside: (name, text) => void others.set(join(folder, name), text) },
    finish: async () => {
      // First what the page needs, so that it is never there without.
      for (const [name, text] of others) await writeWhole(name, text);
      await finish();
    },
    discard,
  };
}

function openEndOfFile(file: string, limit: number): OpenSink {
  const held = sizeOf(file);
  // The existing content may lack its last line break, and Markdown needs an empty line between blocks.
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
      if (parts.length === 0) return;
      try {
        await appendFile(file, `${separator}${parts.join('')}`);
      } catch (error) {
        // A part of it may have been taken.
        await truncate(file, held).catch(() => {});
        throw error;
      }
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

/** Only a regular file is replaced; a device or a pipe, also behind /dev/fd/3, is written to. */
export function isReplaceable(file: string): boolean {
  if (/^\/(dev\/(fd\/|std)|proc\/)/.test(resolve(file))) return false;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** In bytes; 0 if it cannot be read: writing will report that. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** Writes a file atomically: under a temporary name, then renamed. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const { output, finish } = openFile(file);
  output.write(text);
  await finish();
}

async function replaceFile(file: string, text: PassThrough): Promise<void> {
  await mkdir(dirname(resolve(file)), { recursive: true });
  const { default: writeFileAtomic } = await import('write-file-atomic');
  // It would write content in one call and ignore a short write, such as on a full disk.
  await writeFileAtomic(file, '', {
    tmpfileCreated: (temporary) => pipeline(text, createWriteStream(temporary)),
  });
}
