/** What the user of the command can do about a target that cannot be judged. */

import type { Hints } from '../audit/plan/hints.ts';

export const commandHints: Hints = {
  addCredentials: "give them with --header 'Authorization: ...' or in the URL",
  addCredentialsOrOrigin: 'give them with --header, --origin or in the URL',
  addSubprotocolOrOrigin: 'it may need --subprotocol or --origin, or not be a WebSocket server',
  addSubprotocol: 'the server may need --subprotocol, or a proxy in front may drop Upgrade',
  shortenField: 'shorten it, or leave it out of --header',
  addDelay: 'try again later, or with --delay',
  raiseResponseTimeout: 'if it is slow, raise --response-timeout',
  raiseConnectTimeout: 'raise --connect-timeout',
  resolveHost: 'give an address with --resolve',
  bypassProxy: '--proxy none connects directly',
  trustProxy: '--ca and --insecure apply to it too',
  addProxyCredentials: 'give them with --proxy http://USER:PASSWORD@HOST:PORT',
  skipTlsCheck: 'audit with --insecure',
  setServername: 'give the name with --servername',
  trustCa: 'give its authority with --ca FILE',
  trustCertificate: 'give it with --ca FILE',
  addClientCertificate: 'it may ask for a client certificate (--cert FILE --key FILE), or for another one',
  timeLimit: '--max-time',
  insecure: '--insecure',
};
