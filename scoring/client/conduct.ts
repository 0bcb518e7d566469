/** What a client made of an answer, told from the wire alone. */

import {
  type Answer,
  type ClientConnection,
  isPongTo,
  pingPayload,
  provesOpen,
} from '../../wire/client-connection.ts';
import type { CaseObservation } from './observation.ts';

/**
 * - `absent`: no handshake came.
 * - `opened`: there is proof that the client opened the connection.
 * - `failed`: it ended every connection, without such a proof.
 * - `waiting`: it neither opened nor ended a connection while it was watched.
 */
export type ConductKind = 'absent' | 'opened' | 'failed' | 'waiting';

export interface Conduct {
  readonly kind: ConductKind;
  /** Whether it answered our Ping, and so reads frames. */
  readonly isReading: boolean;
  /** In words. */
  readonly words: string;
  readonly notes: readonly string[];
}

/** Milliseconds: an end so shortly before that of the process cannot be told from one by that. */
const togetherMs = 10;
/** Milliseconds after the answer in which a client that fails the connection has closed it itself. */
const promptMs = 300;

/** Milliseconds after which an answered connection that is still open is one that the client has left so. */
const leftOpenMs = 1_000;

/** @param one the case: whether our side holds the connection at its end */
export function conductOf({ afterwards }: Pick<Answer, 'afterwards'>, observation: CaseObservation): Conduct {
  const { connections } = observation;
  const opening = connections.filter(({ frames }) => frames.some(provesOpen));
  const isReading = opening.some((one) => hasPong(one, pingPayload));
  if (opening.length > 0) return { kind: 'opened', isReading, words: describeProof(opening), notes: [] };
  if (!connections.some(({ requests }) => requests.length > 0))
    return { kind: 'absent', isReading, words: describeAbsence(observation), notes: [] };
  const open = connections.filter(
    ({ clientEnd, serverEnd }) => clientEnd === null && serverEnd?.how !== 'reset',
  );
  const isEndingOthers = connections.some(({ answeredMs, clientEnd }) => answeredMs !== null && clientEnd);
  // A client that ends each connection, and opens another, has one open whenever the case is over.
  const left = isEndingOthers ? open.filter((one) => isLeft(one, observation.watchedMs)) : open;
  if (left.length > 0)
    return {
      kind: 'waiting',
      isReading,
      words: `neither opened nor ended the connection within ${seconds(observation.watchedMs)}`,
      notes: [],
    };
  if (afterwards === 'hold' && connections.every(isEndedByUs))
    return {
      kind: 'waiting',
      isReading,
      words: `waited for ${seconds(observation.watchedMs)}, until our side ended the connection`,
      notes: [],
    };
  return { kind: 'failed', isReading, words: describeEnd(observation), notes: endNotes(observation) };
}

function isLeft({ openedMs, requests, answeredMs }: ClientConnection, watchedMs: number): boolean {
  return watchedMs - (answeredMs ?? requests.at(-1)?.atMs ?? openedMs) >= leftOpenMs;
}

/** Whether a Ping with this payload was answered. */
export function hasPong({ frames }: ClientConnection, payload: string): boolean {
  return frames.some((frame) => isPongTo(frame, payload));
}

function isEndedByUs({ clientEnd, serverEnd }: ClientConnection): boolean {
  return serverEnd !== null && (clientEnd === null || clientEnd.atMs >= serverEnd.atMs);
}

function describeProof(opening: readonly ClientConnection[]): string {
  const frames = opening.flatMap((one) => one.frames).filter(provesOpen);
  const names = new Set(
    frames.map((frame) => {
      if (frame.opcode === 0xa) return 'a Pong';
      return frame.opcode === 0x8 ? `a Close with ${frame.payload.readUInt16BE(0)}` : 'data';
    }),
  );
  return `opened: sent ${[...names].join(', ')}`;
}

function describeAbsence({ connections, connectionCount, process, watchedMs }: CaseObservation): string {
  const malformed = connections.find((one) => one.malformed !== null)?.malformed;
  if (malformed !== undefined && malformed !== null) return `no handshake came: ${malformed}`;
  if (process?.problem != null) return `no handshake came: ${process.problem}`;
  if (process?.exitCode != null)
    return `no handshake came: the client ended with exit code ${process.exitCode}`;
  if (process?.signal != null) return `no handshake came: the client was ended by ${process.signal}`;
  const connected = connectionCount > 0 ? ', though it connected' : '';
  return `no handshake came within ${seconds(watchedMs)}${connected}`;
}

function describeEnd({ connections }: CaseObservation): string {
  const resets = connections.filter(({ clientEnd }) => clientEnd?.how === 'reset').length;
  if (connections.some(({ clientEnd }) => clientEnd !== null))
    return resets === connections.length ? 'reset the connection' : 'ended the connection';
  return 'the connection was reset by our side';
}

function endNotes({ connections, process }: CaseObservation): string[] {
  const endedMs = process?.endedMs ?? null;
  const isTogether = connections.some(({ clientEnd, pingedMs, serverEnd }) => {
    const answeredMs = pingedMs ?? serverEnd?.atMs ?? null;
    if (clientEnd === null || endedMs === null || answeredMs === null) return false;
    return clientEnd.atMs >= endedMs - togetherMs && clientEnd.atMs - answeredMs > promptMs;
  });
  return isTogether ? ['the connection ended together with the process, which may have left it open'] : [];
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
