/** Names of parameters, fields and subprotocols that say of a value that it is a secret. */

/** Each is the last word of such a name: `access_token`, `sessionKey`, `X-Amz-Signature`. */
export const secretNames = [
  'assertion',
  'auth',
  'authorization',
  'bearer',
  'code',
  'cookie',
  'credential',
  'credentials',
  'csrf',
  'hmac',
  'jwt',
  'key',
  'otp',
  'pass',
  'passcode',
  'passphrase',
  'passwd',
  'password',
  'pin',
  'pwd',
  'secret',
  'session',
  'sessionid',
  'sid',
  'sig',
  'signature',
  'ticket',
  'token',
  'xsrf',
] as const;

/** Written in one word with what stands before it: `apikey`, `accesstoken`. */
const compound = /(?:key|token|secret|password|signature|session)$/;

const words: ReadonlySet<string> = new Set(secretNames);

/** Whether the value behind this name is a secret. */
export function isSecretName(name: string): boolean {
  const last = name
    .split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/)
    .filter((word) => word !== '')
    .at(-1)
    ?.toLowerCase();
  return last !== undefined && (words.has(last) || compound.test(last));
}

/** The name of an environment variable for the secret that has this name. */
export function variableName(name: string): string {
  return name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^(?=\d)|^$/, '_');
}
