/** Where a host is: its name is looked up once, and all connections go to the address that the first one reached. */

import type { LookupAddress } from 'node:dns';
import { isIP, type Socket, type TcpNetConnectOpts } from 'node:net';

/** What `net.connect` needs to reach a host. */
export type Route = Pick<
  TcpNetConnectOpts,
  'host' | 'lookup' | 'autoSelectFamily' | 'autoSelectFamilyAttemptTimeout'
>;

/** `net.connect` takes no shorter time for an attempt. */
const minAttemptMs = 10;

export class Host {
  readonly #name: string;
  readonly #timeoutMs: number;
  /** Shared by the connections that wait for it. */
  #lookup: Promise<readonly LookupAddress[]> | null = null;
  #address: string | null = null;

  /**
   * @param name or an address, which needs no lookup
   * @param timeoutMs for the lookup, and once more for the attempts to reach one of the addresses
   */
  constructor(name: string, timeoutMs: number) {
    this.#name = name;
    this.#timeoutMs = timeoutMs;
  }

  /** The address that connections go to; null before one was reached. */
  get address(): string | null {
    return this.#address;
  }

  /** Lets all further connections go where this socket is connected to. */
  reached({ remoteAddress }: Socket): void {
    this.#address ??= remoteAddress ?? null;
  }

  /**
   * The way to the address that was reached. Before that, to all addresses of the name, which are looked up each time:
   * a server that is still starting may not have its name yet, or move.
   *
   * @throws the error of the lookup
   */
  async route(): Promise<Route> {
    if (this.#address !== null) return { host: this.#address };
    if (isIP(this.#name) !== 0) return { host: this.#name };
    this.#lookup ??= lookUp(this.#name, this.#timeoutMs).finally(() => {
      this.#lookup = null;
    });
    const addresses = [...(await this.#lookup)];
    return {
      host: this.#name,
      lookup: (_name, _options, found) => found(null, addresses),
      // One after the other. By default an attempt lasts 250 ms, which is too short for slow lines.
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: Math.max(minAttemptMs, Math.floor(this.#timeoutMs / addresses.length)),
    };
  }
}

function lookUp(name: string, timeoutMs: number): Promise<readonly LookupAddress[]> {
  // Loaded on demand: many targets are given by address.
  const { lookup, ADDRCONFIG, TIMEOUT } = process.getBuiltinModule('node:dns');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(Object.assign(new Error(`the name ${name} was not looked up in time`), { code: TIMEOUT }));
    }, timeoutMs);
    // As net.connect does it.
    const hints = process.platform === 'win32' ? 0 : ADDRCONFIG;
    lookup(name, { all: true, hints }, (error, addresses) => {
      clearTimeout(timer);
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });
}
