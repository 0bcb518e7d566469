/** The list of versions in a refusal (rfc6455 §4.3, §4.4): reading it, and what can be wrong with it. */

import { fieldValues, listElements, type Response } from '../wire/response.ts';

/** `version` of rfc6455 §4.3: 0 to 255 in decimal, no leading zero. */
const versionGrammar = /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/;

export interface VersionList {
  /** The elements as they stand there; of several field lines all, in order. Empty ones mean nothing and are left out. */
  readonly elements: readonly string[];
  /** Those of them that are versions, without repeats. */
  readonly versions: readonly number[];
}

/** The version list of a response; null where it has no Sec-WebSocket-Version at all. */
export function readVersionList(response: Response): VersionList | null {
  const values = fieldValues(response.fields, 'Sec-WebSocket-Version');
  if (values.length === 0) return null;
  const elements = listElements(values);
  const versions = new Set(elements.filter((element) => versionGrammar.test(element)).map(Number));
  return { elements, versions: [...versions] };
}

/** Whether every element is a legal version, and there is at least one. */
export function isWellFormed(list: VersionList): boolean {
  return list.elements.length > 0 && list.elements.every((element) => versionGrammar.test(element));
}
