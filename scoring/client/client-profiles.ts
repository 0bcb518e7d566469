/** The profiles by which clients are judged. */

export const clientProfileNames = ['rfc', 'browser'] as const;

export type ClientProfileName = (typeof clientProfileNames)[number];

export const clientProfiles: Readonly<Record<ClientProfileName, string>> = {
  rfc: 'what RFC 6455 and HTTP ask of every client',
  browser:
    'what WHATWG asks of browsers as well: no redirect is followed, and a subprotocol has to be acknowledged',
};
