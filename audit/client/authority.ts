/** A certificate authority that is made for one audit, and a certificate of it for our side. */

import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
// tsyringe, on which the certificates are built, does not load without it.
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { ServerCertificate } from '../../wire/server/case-server.ts';

export interface Authority extends ServerCertificate {
  /** The certificate of the authority, in PEM form. */
  readonly ca: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** Milliseconds. */
const day = 86_400_000;

type Keys = webcrypto.CryptoKeyPair;

/** @param host the name or address by which our side is reached; localhost and the addresses of loopback are in it too */
export async function createAuthority(host: string): Promise<Authority> {
  const [authorityKeys, ownKeys] = await Promise.all([generateKeys(), generateKeys()]);
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    serialNumber: serialNumber(),
    name: 'CN=handshake13 audit',
    signingAlgorithm: algorithm,
    keys: authorityKeys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const certificate = await issue(authority, authorityKeys, ownKeys, host);
  const key = await webcrypto.subtle.exportKey('pkcs8', ownKeys.privateKey);
  return {
    ca: authority.toString('pem'),
    cert: `${certificate.toString('pem')}\n${authority.toString('pem')}\n`,
    key: toPem('PRIVATE KEY', Buffer.from(key)),
  };
}

async function issue(
  authority: X509Certificate,
  authorityKeys: Keys,
  ownKeys: Keys,
  host: string,
): Promise<X509Certificate> {
  const names = [...new Set([host, 'localhost', '127.0.0.1', '::1'])];
  return X509CertificateGenerator.create({
    ...validity(),
    serialNumber: serialNumber(),
    subject: 'CN=handshake13',
    issuer: authority.subject,
    signingAlgorithm: algorithm,
    signingKey: authorityKeys.privateKey,
    publicKey: ownKeys.publicKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })),
      ),
      await SubjectKeyIdentifierExtension.create(ownKeys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
}

function generateKeys(): Promise<Keys> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

/** From yesterday on, since clocks differ. */
function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - day), notAfter: new Date(now + 7 * day) };
}

/** Hexadecimal, and positive. */
function serialNumber(): string {
  return `40${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}`;
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
