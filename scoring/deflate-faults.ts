/** What is wrong with the parameters of permessage-deflate in a 101 (rfc7692 §7.1). Of other extensions nothing is known. */

import type { Fault } from './fault.ts';

/** The parameters of an answer, each with whether its value is right. */
const parameters: Readonly<Record<string, (value: string | undefined) => boolean>> = {
  server_no_context_takeover: (value) => value === undefined,
  client_no_context_takeover: (value) => value === undefined,
  server_max_window_bits: isWindowSize,
  client_max_window_bits: isWindowSize,
};

export function deflateFaults(extensions: readonly string[], offered: readonly string[]): Fault[] {
  const offers = offered.map(parametersOf).filter((offer) => offer !== null);
  // What was not offered at all is another fault.
  if (offers.length === 0) return [];
  const answer = extensions.map(parametersOf).find((one) => one !== null) ?? [];
  const offersWindow = offers.flat().some(({ name }) => name === 'client_max_window_bits');
  const names = answer.map(({ name }) => name);
  return answer.flatMap(({ name, value }, index): Fault[] => {
    const isRight = parameters[name];
    const seen = value === undefined ? name : `${name}=${value}`;
    if (isRight === undefined) return [fault(seen, 'not defined for an answer', `Leave ${name} out.`)];
    if (names.indexOf(name) < index) return [fault(seen, 'repeated', `Send ${name} once.`)];
    // The only one that the client has to offer first: §7.1.2.2.
    if (name === 'client_max_window_bits' && !offersWindow) {
      return [fault(seen, 'not offered', `Leave ${name} out where the client did not offer it.`)];
    }
    if (isRight(value)) return [];
    const fix = name.endsWith('bits')
      ? `Send ${name} with a number from 8 to 15.`
      : `Send ${name} without a value.`;
    return [fault(seen, 'without a valid value', fix)];
  });
}

function fault(seen: string, wrong: string, fix: string): Fault {
  return {
    level: 'MUST',
    clauses: ['extension-parameters'],
    actual: `permessage-deflate with a parameter that is ${wrong}: ${seen}`,
    title: `Answers permessage-deflate with a parameter that is ${wrong}`,
    detail: 'A client has to fail the connection where the answer holds such a parameter.',
    fix: `In the answer to permessage-deflate: ${fix}`,
  };
}

/** The parameters of an element that is permessage-deflate; null for another extension. */
function parametersOf(element: string): { name: string; value: string | undefined }[] | null {
  const [extension, ...parts] = element.split(';').map((part) => part.trim());
  if (extension?.toLowerCase() !== 'permessage-deflate') return null;
  return parts.map((part) => {
    const [name = '', value] = part.split('=').map((one) => one.trim());
    return { name: name.toLowerCase(), value: value?.replace(/^"(.*)"$/, '$1') };
  });
}

function isWindowSize(value: string | undefined): boolean {
  return value !== undefined && /^(?:[89]|1[0-5])$/.test(value);
}
