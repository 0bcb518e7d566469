/** Advice about a target that cannot be judged. A caller with other option names supplies its own wording. */

/** The words for users of the library, by key. Each is the end of a sentence. */
export const hints = {
  addCredentials: 'give them in an Authorization field among headers, or in the URL',
  addCredentialsOrOrigin: 'give them in headers, origin or the URL',
  addSubprotocolOrOrigin: 'it may need a subprotocol or an origin, or not be a WebSocket server',
  addSubprotocol: 'the server may need a subprotocol, or a proxy in front may drop Upgrade',
  shortenField: 'shorten it, or leave it out of headers',
  addDelay: 'try again later, or with a longer delay',
  raiseResponseTimeout: 'if it is slow, raise responseTimeout',
  raiseConnectTimeout: 'raise connectTimeout',
  resolveHost: 'give an address with resolve',
  bypassProxy: 'set proxy to null to connect directly',
  trustProxy: 'tls.ca and tls.insecure apply to it too',
  addProxyCredentials: 'give them in proxy: http://USER:PASSWORD@HOST:PORT',
  skipTlsCheck: 'audit with tls.insecure',
  setServername: 'give the name in tls.servername',
  trustCa: 'give its authority in tls.ca',
  trustCertificate: 'give it in tls.ca',
  addClientCertificate: 'it may ask for a client certificate (tls.cert and tls.key), or for another one',
  timeLimit: 'maxTime',
  insecure: 'tls.insecure',
} as const;

export type Hints = Readonly<Record<keyof typeof hints, string>>;
