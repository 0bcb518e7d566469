/** What our side needs to speak TLS, and where a client finds the authority that it has to trust. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerCertificate } from '../../wire/server/case-server.ts';

export interface TlsSetup {
  /** Null: without TLS. */
  readonly certificate: ServerCertificate | null;
  /** The file of the authority that was made; null where none was. */
  readonly caFile: string | null;
  remove(): Promise<void>;
}

/** @param tls true: an authority is made for this audit alone */
export async function setUpTls(tls: boolean | ServerCertificate, host: string): Promise<TlsSetup> {
  if (tls === false) return { certificate: null, caFile: null, remove: async () => {} };
  if (tls !== true) return { certificate: tls, caFile: null, remove: async () => {} };
  // Not before it is needed: it takes as long to load as everything else together.
  const { createAuthority } = await import('./authority.ts');
  const { ca, ...certificate } = await createAuthority(host);
  const folder = await mkdtemp(join(tmpdir(), 'handshake13-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, ca);
  return { certificate, caFile, remove: () => rm(folder, { recursive: true, force: true }) };
}
