/** What standard error says while an audit runs: the line on a terminal, and the notes in a log. */

import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { createProgress } from '../../cli/output/progress.ts';
import { type AuditEvent, audit } from '../../index.ts';
import { withFixture } from '../support/servers.ts';

interface Watched {
  readonly stream: NodeJS.WriteStream;
  readonly text: () => string;
  /** Settles when the text matches. */
  readonly shows: (wanted: RegExp) => Promise<void>;
}

function watched(isTTY: boolean): Watched {
  let text = '';
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200, rows: 24 });
  stream.on('data', (chunk: Buffer) => {
    text += stripVTControlCharacters(chunk.toString('utf8'));
  });
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    text: () => text,
    shows: (wanted) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (wanted.test(text)) resolve();
        };
        stream.on('data', check);
        check();
      }),
  };
}

const atOnce = { patience: 0, redraw: 0, note: 1 };

/** The events of an audit of several targets, one of which is not there. */
async function eventsOf(targets: readonly string[]): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for await (const event of audit(targets, { probe: ['draft', 'missing'] })) events.push(event);
  return events;
}

const start = (url: string, label: string | null = null): AuditEvent => ({
  type: 'target-start',
  target: 0,
  url,
  label,
  location: null,
  proxy: null,
  warnings: [],
  probes: ['valid/13', 'missing/absent', 'missing/empty', 'missing/blank', 'malformed/hex'],
});

const refused: AuditEvent = { type: 'waiting', target: 0, reason: 'answered "502 Bad\nGateway"' };

describe('progress', () => {
  it('counts on a terminal what is planned, from the beginning, and ends with all of it', async () => {
    await withFixture('conformant', async ({ url }) => {
      const events = await eventsOf([url, 'ws://127.0.0.1:1/', `${url}b`]);
      const { stream, text, shows } = watched(true);
      const progress = createProgress(stream, atOnce);
      const [first, second, ...others] = events as [AuditEvent, AuditEvent, ...AuditEvent[]];
      progress.show(first);
      progress.show(second);
      await shows(/0 of 27 probes, 0 of 3 targets/);
      for (const event of others) {
        progress.pause(event);
        progress.show(event);
      }
      progress.end();
      const counts = [...text().matchAll(/(\d+) of (\d+) probes, (\d+) of (\d+) targets/g)].map((match) =>
        match.slice(1).map(Number),
      );
      expect(new Set(counts.map(([, probes, , targets]) => `${probes}/${targets}`))).to.deep.equal(
        new Set(['27/3']),
      );
      const done = counts.map(([probes]) => probes ?? 0);
      expect(done).to.deep.equal(done.toSorted((a, b) => a - b));
      expect(counts.at(-1)).to.deep.equal([27, 27, 3, 3]);
    });
  });

  it('names on a terminal the probes that it waits for, when they are few', async () => {
    await withFixture('conformant', async ({ url }) => {
      const [run, begin, ...others] = await eventsOf([url]);
      const { stream, shows } = watched(true);
      const progress = createProgress(stream, atOnce);
      for (const event of [run, begin]) if (event !== undefined) progress.show(event);
      await shows(/0 of 9 probes/);
      // Only the first event of each: a probe that was sent again has several.
      const probes = others.flatMap((event) => (event.type === 'probe' ? [event] : []));
      const firsts = [...new Map(probes.toReversed().map((event) => [event.probe.id, event])).values()];
      const last = firsts.pop();
      if (last === undefined) throw new Error('no probe was sent');
      for (const event of firsts) progress.show(event);
      await shows(new RegExp(`8 of 9 probes, waiting for ${last.probe.id}`));
      progress.show(last);
      await shows(/9 of 9 probes, confirming, then the control again/);
      progress.end();
    });
  });

  it('says in a log again and again what --wait waits for, and what the last answer was', async () => {
    const { stream, shows, text } = watched(false);
    const progress = createProgress(stream, atOnce);
    progress.show(start('ws://localhost:8080/', 'chat'));
    progress.show(refused);
    await shows(
      /^(handshake13: after \d+ s still waiting for chat \(ws:\/\/localhost:8080\/\): answered "502 Bad\\nGateway"\n){2}/,
    );
    progress.show({ type: 'waiting', target: 0, reason: 'another' });
    await shows(/\): another\n$/);
    progress.end();
    expect(text()).to.match(/^(handshake13: after [^\n]+\n)+$/);
  });

  it('says nothing in a log about a target that is ready', async () => {
    const { stream, text } = watched(false);
    const progress = createProgress(stream, atOnce);
    progress.show(start('ws://localhost:8080/'));
    await withFixture('conformant', async ({ url }) => {
      for (const event of await eventsOf([url])) progress.show(event);
    });
    progress.end();
    expect(text()).to.equal('');
  });
});
