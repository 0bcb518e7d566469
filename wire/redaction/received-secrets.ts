/** Keeps the secrets of an audited client out of what is recorded of it: what its requests name as one. Text is latin1. */

import type { Field } from '../request.ts';
import { Redactor } from './redactor.ts';
import { isSecretName } from './secret-names.ts';
import { maskPlaces, secretsInText } from './secret-places.ts';

/** A field with the lines that continue it (rfc9112 §5.2), whatever else is wrong with the request. */
const fieldLine = /^([\w-]+)([ \t]*:[ \t]*)((?:[^\r\n]|\r?\n[ \t])*)/gm;

export class ReceivedSecrets {
  readonly #redactor: Redactor;

  /** @param received all that came from a client */
  constructor(received: readonly string[]) {
    const fields = received.flatMap((text) =>
      [...text.matchAll(fieldLine)].map(([, name = '', , value = '']): Field => [name, value]),
    );
    const others = received.flatMap((text) =>
      secretsInText(text).map(({ start, end }) => text.slice(start, end)),
    );
    this.#redactor = new Redactor([
      ...fields.filter(([name]) => isSecretField(name) || isOffer(name)),
      ...others.map((value): Field => ['', value]),
    ]);
  }

  /** What came, without the secrets where they stand. */
  maskReceived(bytes: Buffer): Buffer {
    const text = bytes
      .toString('latin1')
      .replace(
        fieldLine,
        (_, name: string, colon: string, value: string) => `${name}${colon}${this.#maskValue(name, value)}`,
      );
    return Buffer.from(maskPlaces(text, secretsInText(text)), 'latin1');
  }

  maskLine(requestLine: string): string {
    return maskPlaces(requestLine, secretsInText(requestLine));
  }

  maskField([name, value]: Field): Field {
    return [name, this.#maskValue(name, value)];
  }

  /** What may repeat a secret in any form. */
  maskEchoes(bytes: Buffer): Buffer {
    return this.#redactor.redactResponse(Buffer.from(bytes));
  }

  /** As `maskEchoes`, for text in any script. */
  maskText(text: string): string {
    return this.#redactor.redactForeign(text);
  }

  #maskValue(name: string, value: string): string {
    if (isSecretField(name)) return value.replace(/[^\r\n]/g, '*');
    return isOffer(name) ? this.#redactor.redactText(value) : maskPlaces(value, secretsInText(value));
  }
}

/** The key of the handshake is none. */
function isSecretField(name: string): boolean {
  return isSecretName(name) && !/^sec-websocket-/i.test(name);
}

function isOffer(name: string): boolean {
  return name.toLowerCase() === 'sec-websocket-protocol';
}
