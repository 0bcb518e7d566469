/** The fields whose values may be shown. Every other field that is added to a handshake is masked. */

import { isSecretName } from './secret-names.ts';

/** Fields that hold no secret; `*` stands for any rest of a name. */
export const openFields = [
  'Accept',
  'Accept-*',
  'Cache-Control',
  'Date',
  'DNT',
  'Forwarded',
  'Max-Forwards',
  'Origin',
  'Pragma',
  'Priority',
  'Save-Data',
  'Sec-CH-*',
  'Sec-Fetch-*',
  'Sec-GPC',
  'Sec-WebSocket-Extensions',
  'Sec-WebSocket-Protocol',
  'TE',
  'Traceparent',
  'Tracestate',
  'Upgrade-Insecure-Requests',
  'User-Agent',
  'Via',
  'X-Correlation-Id',
  'X-Forwarded-*',
  'X-Real-IP',
  'X-Request-Id',
  'X-Requested-With',
] as const;

/** The fields whose values a server repeats and is judged by. */
export function isNegotiated(name: string): boolean {
  return /^sec-websocket-(?:extensions|protocol)$/i.test(name);
}

/** Whether the value of a field with this name holds no secret. */
export function isOpenField(name: string): boolean {
  const isListed = openFields.some((open) =>
    open.endsWith('*')
      ? name.toLowerCase().startsWith(open.slice(0, -1).toLowerCase())
      : name.toLowerCase() === open.toLowerCase(),
  );
  // Such as X-Forwarded-Access-Token.
  return isListed && !isSecretName(name);
}
