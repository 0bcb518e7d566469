/** The forms that a secret takes on its way into a request: a URL encodes, trims and splits its parts. */

import { trimOws } from '../response.ts';

/**
 * Secrets in every form in which they are sent or shown: unchanged, trimmed like field values, percent-encoded by the
 * URL, and decoded from it. A secret that spans several parts of the URL is split into those parts.
 */
export function secretForms(secrets: readonly string[], input: string, url: URL): string[] {
  const forms = secrets.flatMap((secret) => [
    secret,
    trimOws(secret),
    orItself(encodeURIComponent, secret),
    orItself(decodeURIComponent, secret),
    ...inUrl(secret),
  ]);
  return [...new Set([...forms, ...partsInUrl(secrets, input, url)])].filter((form) => form !== '');
}

/** The parts of the secrets in the host, the path and the query of the normalised URL. */
function partsInUrl(secrets: readonly string[], input: string, url: URL): string[] {
  if (secrets.length === 0) return [];
  const pattern =
    /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?]*@)?(?<host>\[[^\]]*\]|[^:/?]*):?(?<port>\d*)(?<path>[^?]*)(?<query>.*)$/dis;
  const { host, port, path, query } = pattern.exec(input)?.indices?.groups ?? {};
  return secrets.flatMap((secret) => {
    const parts: string[] = [];
    for (let at = input.indexOf(secret); secret !== '' && at !== -1; at = input.indexOf(secret, at + 1)) {
      const end = at + secret.length;
      const add = (
        place: [number, number] | undefined,
        whole: string,
        write: (part: string) => string[],
      ): void => {
        if (place === undefined) return;
        if (at <= place[0] && place[1] <= end) parts.push(whole);
        else parts.push(...write(input.slice(Math.max(place[0], at), Math.min(place[1], end))));
      };
      add(host, url.hostname.replace(/^\[|\]$/g, ''), (part) => [part.toLowerCase()]);
      add(port, url.port, (part) => [part]);
      add(path, url.pathname.slice(1), inUrl);
      add(query, url.search.slice(1), inUrl);
    }
    return parts;
  });
}

/** A text as a query and a path encode it. */
function inUrl(text: string): string[] {
  const scratch = new URL('ws://host/');
  scratch.search = `?${text}`;
  scratch.pathname = `/${text}`;
  return [scratch.search.slice(1), scratch.pathname.slice(1)];
}

/** The converted text; the text itself if it cannot be converted. */
function orItself(convert: (text: string) => string, text: string): string {
  try {
    return convert(text);
  } catch {
    return text;
  }
}
