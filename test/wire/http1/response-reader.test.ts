/** How responses are read, entry by entry of the corpus, however they are split; and in what bounds. */

import { expect } from 'chai';
import { ResponseReader } from '../../../wire/http1/response-reader.ts';
import { describeReading, responseCorpus } from '../../support/recorded-responses.ts';

/** Bytes of head that the corpus is read with. */
const maxHeadBytes = 1000;

const read = (...chunks: Uint8Array[]) => describeReading(new ResponseReader(maxHeadBytes), chunks);

/** One byte at a time, in a chunk that is used again. */
function* byteByByte(bytes: Buffer): Generator<Uint8Array> {
  const chunk = Buffer.alloc(1);
  for (const byte of bytes) {
    chunk[0] = byte;
    yield chunk;
  }
}

describe('ResponseReader', () => {
  for (const [file, entries] of responseCorpus()) {
    describe(file, () => {
      for (const { title, bytes, reading } of entries) {
        it(title, () => {
          expect(read(bytes)).to.equal(reading);
          expect(describeReading(new ResponseReader(maxHeadBytes), byteByByte(bytes))).to.equal(
            reading,
            'byte by byte',
          );
          for (let at = 0; at <= bytes.length; at += 1) {
            const split = read(bytes.subarray(0, at), bytes.subarray(at));
            if (split !== reading) expect(split).to.equal(reading, `split at byte ${at}`);
          }
        });
      }
    });
  }

  it('has a response as soon as the head ends, and completes it with its last byte', () => {
    const reader = new ResponseReader(maxHeadBytes);
    const push = (text: string) => {
      reader.push(Buffer.from(text, 'latin1'));
      return [reader.hasHead, reader.isComplete, reader.response?.bodyBytes ?? null];
    };
    expect(push('HTTP/1.1 103 Early Hints\r\n\r\n')).to.deep.equal([false, false, null]);
    expect(push('HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r')).to.deep.equal([false, false, null]);
    expect(push('\n')).to.deep.equal([true, false, 0]);
    expect(push('Ba')).to.deep.equal([true, false, 2]);
    expect(push('d')).to.deep.equal([true, true, 3]);
  });

  it('never completes a body that runs until the close by itself', () => {
    const reader = new ResponseReader(maxHeadBytes);
    reader.push(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\nBad Request'));
    expect(reader.isComplete).to.equal(false);
    reader.end();
    expect(reader.isComplete).to.equal(true);
    expect(reader.response?.oddities).to.deep.equal([]);
  });

  it('fails as soon as the first line is none, and stays failed', () => {
    const reader = new ResponseReader(maxHeadBytes);
    reader.push(Buffer.from('Bad Request\n'));
    const { failure } = reader;
    expect(failure).to.be.a('string');
    reader.push(Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'));
    reader.end();
    expect([reader.failure, reader.response, reader.hasHead, reader.isComplete]).to.deep.equal([
      failure,
      null,
      false,
      false,
    ]);
  });

  it('reads nothing from no bytes at all', () => {
    const reader = new ResponseReader(maxHeadBytes);
    reader.push(Buffer.alloc(0));
    reader.end();
    expect([reader.failure, reader.response]).to.deep.equal([null, null]);
  });

  it('ends a response to HEAD with its head, and notices a body behind it', () => {
    const reader = new ResponseReader(maxHeadBytes, 'HEAD');
    reader.push(Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\n'));
    expect(reader.isComplete).to.equal(true);
    expect(reader.response).to.deep.include({ framing: 'none', bodyBytes: 0, oddities: [] });
    reader.push(Buffer.from('Bad'));
    expect(reader.response).to.deep.include({ framing: 'none', bodyBytes: 0, oddities: ['body-on-head'] });
  });

  it('takes 1000 fields, and no more', () => {
    const failures = [1000, 1001].map((count) => {
      const reader = new ResponseReader(65536);
      reader.push(Buffer.from(`HTTP/1.1 400 Bad Request\r\n${'A: a\r\n'.repeat(count)}\r\n`));
      return reader.failure;
    });
    expect(failures).to.deep.equal([null, 'the head has more than 1000 fields']);
  });

  it('may be ended twice', () => {
    const reader = new ResponseReader(maxHeadBytes);
    reader.push(Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\n'));
    reader.end();
    reader.end();
    expect(reader.response?.oddities).to.deep.equal(['body-short']);
    expect(reader.isComplete).to.equal(true);
  });

  describe('of hostile size', () => {
    const head = 'HTTP/1.1 400 Bad Request\r\n';
    const spaces = ' '.repeat(256 * 1024);
    const hostile: [title: string, text: string, fields: number][] = [
      ['a value of 256 KiB of spaces', `${head}A:${spaces}\r\nContent-Length: 0\r\n\r\n`, 2],
      [
        'a value of 256 KiB of spaces and one letter',
        `${head}A:${spaces}a${spaces}\r\nContent-Length: 0\r\n\r\n`,
        2,
      ],
      ['a name of 256 KiB of spaces', `${head}${spaces}: a\r\nContent-Length: 0\r\n\r\n`, 1],
      [
        'a name of 256 KiB, then spaces',
        `${head}${'a'.repeat(262144)}${spaces}: a\r\nContent-Length: 0\r\n\r\n`,
        2,
      ],
      ['256 KiB of commas', `${head}Content-Length:${','.repeat(262144)}0\r\n\r\n`, 1],
      ['80,000 folded lines', `${head}A: a\r\n${' a\r\n'.repeat(80_000)}Content-Length: 0\r\n\r\n`, 2],
      ['1,000 field lines', `${head}${'A: a\r\n'.repeat(999)}Content-Length: 0\r\n\r\n`, 1000],
      ['1,000 Content-Length lines', `${head}${'Content-Length: 0\r\n'.repeat(1000)}\r\n`, 1000],
      [
        '10,000 interim responses',
        `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(10_000)}${head}Content-Length: 0\r\n\r\n`,
        1,
      ],
      [
        'a status line with 256 KiB of spaces',
        `HTTP/1.1${spaces}400${spaces}\r\nContent-Length: 0\r\n\r\n`,
        1,
      ],
      [
        'a version of 256 KiB of digits',
        `HTTP/${'1'.repeat(262144)}.1 400 Bad\r\nContent-Length: 0\r\n\r\n`,
        1,
      ],
      [
        '100,000 chunks',
        `${head}Transfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(100_000)}0\r\n\r\n`,
        1,
      ],
    ];
    for (const [title, text, fields] of hostile) {
      it(`reads ${title} in time`, function () {
        this.timeout(4000);
        const bytes = Buffer.from(text, 'latin1');
        for (const size of [bytes.length, 1460]) {
          const reader = new ResponseReader(2 * 1024 * 1024);
          for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
          expect(reader.failure).to.equal(null);
          expect(reader.response?.fields).to.have.lengthOf(fields);
          expect(reader.isComplete).to.equal(true);
        }
      });
    }

    for (const [title, text] of [
      ['1,001 field lines', `${head}${'A: a\r\n'.repeat(1001)}\r\n`],
      ['300,000 field lines', `${head}${'A: a\r\n'.repeat(300_000)}\r\n`],
      ['a status line that is none', `HTTP/1.1${spaces}\r\n`],
      ['digits without an end', `HTTP/${'1'.repeat(262144)}\r\n`],
    ] as const) {
      it(`refuses ${title} in time`, function () {
        this.timeout(4000);
        const reader = new ResponseReader(2 * 1024 * 1024);
        reader.push(Buffer.from(text));
        expect(reader.failure).to.be.a('string');
      });
    }

    it('reads no more of a head than the limit', () => {
      const reader = new ResponseReader(maxHeadBytes);
      const chunk = Buffer.alloc(100, 'a');
      let pushed = 0;
      while (reader.failure === null) {
        reader.push(chunk);
        pushed += chunk.length;
      }
      expect(pushed).to.equal(maxHeadBytes + chunk.length);
    });
  });
});
