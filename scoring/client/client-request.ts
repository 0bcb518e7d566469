/** The opening handshake of a client (rfc6455 §4.1), judged by the fields that arrived. */

import type { ClientClauseId } from '../../spec/client-clauses.ts';
import type { Field } from '../../wire/request.ts';
import { fieldValues, listElements } from '../../wire/response.ts';

/** The head of a request as it arrived, values without the white space around them. */
export interface ClientRequest {
  readonly method: string;
  /** Such as `HTTP/1.1`. */
  readonly httpVersion: string;
  readonly fields: readonly Field[];
  /** How many bytes arrived behind the head before the answer began. */
  readonly bytesBehind: number;
}

/** The rules in the order in which they are judged. */
export const requestRuleNames = [
  'requestLine',
  'host',
  'upgrade',
  'connection',
  'version',
  'key',
  'subprotocols',
  'earlyBytes',
] as const;

export type RequestRuleName = (typeof requestRuleNames)[number];

/** What a request breaks. All of these rules are a MUST. */
export interface RequestFault {
  readonly rule: RequestRuleName;
  readonly expected: string;
  readonly actual: string;
  readonly clauses: readonly ClientClauseId[];
}

/** Base64 of 16 bytes, and of no other bytes: the last digit has only two bits to say. */
const keyGrammar = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
/** rfc9110 §5.6.2. */
const tokenGrammar = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** rfc6455 §4.3: 0 to 255, without a leading zero. */
const versionGrammar = /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/;

type Broken = Omit<RequestFault, 'rule'>;

type Rule = (request: ClientRequest) => Broken | null;

const rules: Readonly<Record<RequestRuleName, Rule>> = {
  requestLine: ({ method, httpVersion }) =>
    judge(`${method} ${httpVersion}`, method === 'GET' && httpVersion === 'HTTP/1.1', {
      expected: 'GET over HTTP/1.1',
      clauses: ['client-request'],
    }),
  host: ({ fields }) => {
    const values = fieldValues(fields, 'Host');
    return judge(shown(values), values.length === 1 && values[0] !== '', {
      expected: 'one Host',
      clauses: ['client-request'],
    });
  },
  upgrade: holdsToken('Upgrade', 'websocket'),
  connection: holdsToken('Connection', 'upgrade'),
  version: ({ fields }) => {
    const values = fieldValues(fields, 'Sec-WebSocket-Version');
    return judge(shown(values), values.length === 1 && values[0] === '13', {
      expected: 'Sec-WebSocket-Version once, with the value 13',
      clauses: versionClauses(values),
    });
  },
  key: ({ fields }) => {
    const values = fieldValues(fields, 'Sec-WebSocket-Key');
    return judge(shown(values), values.length === 1 && keyGrammar.test(values[0] ?? ''), {
      expected: 'Sec-WebSocket-Key once, the base64 of 16 bytes',
      clauses: values.length > 1 ? ['key-once'] : ['client-key'],
    });
  },
  subprotocols: ({ fields }) => {
    const values = fieldValues(fields, 'Sec-WebSocket-Protocol');
    const names = values.flatMap((value) => value.split(',').map((name) => name.trim()));
    const isValid = names.every((name) => tokenGrammar.test(name)) && new Set(names).size === names.length;
    return judge(shown(values), isValid, {
      expected: 'subprotocols that are tokens, each of them once',
      clauses: ['client-subprotocols'],
    });
  },
  earlyBytes: ({ bytesBehind }) =>
    judge(`${bytesBehind} bytes behind the head`, bytesBehind === 0, {
      expected: 'nothing behind the head before the answer',
      clauses: ['client-waits'],
    }),
};

/** What this request breaks, in the order of the rules; empty if it is valid. */
export function requestFaults(request: ClientRequest): RequestFault[] {
  return requestRuleNames.flatMap((rule) => {
    const broken = rules[rule](request);
    return broken === null ? [] : [{ rule, ...broken }];
  });
}

/** The keys that came on more than one of the connections, each once: a key is chosen anew for each connection. */
export function repeatedKeys(keys: readonly string[]): string[] {
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))];
}

function judge(
  actual: string,
  isValid: boolean,
  { expected, clauses }: Pick<RequestFault, 'expected' | 'clauses'>,
): Broken | null {
  return isValid ? null : { expected, actual, clauses };
}

function holdsToken(name: string, token: string): Rule {
  return ({ fields }) => {
    const values = fieldValues(fields, name);
    return judge(
      shown(values),
      listElements(values).some((one) => one.toLowerCase() === token),
      {
        expected: `${name} with the token ${token}`,
        clauses: ['client-request'],
      },
    );
  };
}

/** Two lines break another clause than one line with a list in it, and a 12 is only the wrong number. */
function versionClauses(values: readonly string[]): readonly ClientClauseId[] {
  if (values.length > 1) return ['client-version', 'once-in-request'];
  const breaksGrammar = values.some((value) => !versionGrammar.test(value));
  return breaksGrammar ? ['client-version', 'version-grammar'] : ['client-version'];
}

function shown(values: readonly string[]): string {
  return values.length === 0 ? 'absent' : values.map((value) => JSON.stringify(value)).join(' and ');
}
