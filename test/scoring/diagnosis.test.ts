/** Each rule on a pattern that it fits, and on a near miss that it does not. */

import { expect } from 'chai';
import fc from 'fast-check';
import { catalogue } from '../../probes/catalogue.ts';
import { diagnoseAcceptance, diagnoseRefusal } from '../../scoring/diagnosis.ts';
import {
  type AnswerPattern,
  acceptanceRules,
  contradictions,
  type Diagnosis,
  refusalRules,
} from '../../scoring/diagnosis-rules.ts';
import { idsMatching } from '../support/failures.ts';

interface Pattern {
  /** Wrongly answered 101, as globs. */
  readonly accepts?: string | readonly string[];
  /** Those of them without a right Sec-WebSocket-Accept. */
  readonly withoutKey?: string | readonly string[];
  /** Right, and refused all the same. */
  readonly refuses?: string | readonly string[];
  /** All that was sent, where that is not the whole catalogue. */
  readonly sent?: string | readonly string[];
}

function answersOf({ accepts = [], withoutKey = [], refuses = [], sent = '*/*' }: Pattern): AnswerPattern {
  return {
    sent: new Set(idsMatching(sent)),
    accepted: new Set(idsMatching(accepts)),
    acceptedWithoutKey: new Set(idsMatching(withoutKey)),
    acceptedWithKey: new Set(idsMatching(accepts).filter((id) => !idsMatching(withoutKey).includes(id))),
    refused: new Set(idsMatching(refuses)),
  };
}

/** What claims which probes; `none` claims those that no rule explains. */
function diagnose(pattern: Pattern): Record<string, string[]> {
  const answers = answersOf(pattern);
  const named = (diagnosed: Map<Diagnosis | null, string[]>): [string, string[]][] =>
    [...diagnosed].map(([diagnosis, ids]) => [diagnosis?.id ?? 'none', ids]);
  const all = [...named(diagnoseAcceptance(answers)), ...named(diagnoseRefusal(answers))];
  expect(all.length, 'each diagnosis once').to.equal(new Set(all.map(([id]) => id)).size);
  return Object.fromEntries(all);
}

/** Ids by globs, as `diagnose` gives them. */
function claims(expected: Readonly<Record<string, string | readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(expected).map(([id, globs]) => [id, idsMatching(globs)]));
}

/** Patterns in which one of these alone is accepted, and speaks for the rule. */
function eachAlone(rule: string, globs: string): [Pattern, object][] {
  return idsMatching(globs).map((id) => [{ accepts: id }, claims({ [rule]: id })]);
}

const versionProbes = '{missing,duplicate,unsupported,draft,comma-listed,malformed}/*';
const prefixes = [
  'comma-listed/{13-*,no-space,trailing-comma}',
  'malformed/{leading-zero,plus-sign,decimal,trailing-*,parameter,two-words}',
];

/** Values in which the digits 13 occur. */
const containing =
  'malformed/{leading-zero,plus-sign,minus-sign,decimal,trailing-*,parameter,leading-text,two-words,quoted,non-breaking-space,vertical-tab}';

const rules: Readonly<
  Record<
    string,
    { readonly fits: readonly [Pattern, object][]; readonly misses: readonly [Pattern, object][] }
  >
> = {
  'hixie-76': {
    fits: [
      [
        { accepts: 'missing/{absent,other-name}', withoutKey: 'missing/{absent,other-name}' },
        claims({ 'hixie-76': 'missing/{absent,other-name}' }),
      ],
    ],
    misses: [
      [{ accepts: 'missing/absent' }, claims({ 'absent-counts-as-13': 'missing/absent' })],
      // A wrong accept elsewhere is something else.
      [
        { accepts: ['missing/absent', 'malformed/word'], withoutKey: 'malformed/word' },
        claims({ 'absent-counts-as-13': 'missing/absent', none: 'malformed/word' }),
      ],
    ],
  },
  'version-never-read': {
    fits: [
      [{ accepts: versionProbes }, claims({ 'version-never-read': versionProbes })],
      // Of a few probes too.
      [
        {
          sent: ['missing/absent', 'unsupported/{9,99}'],
          accepts: ['missing/absent', 'unsupported/{9,99}'],
        },
        claims({ 'version-never-read': ['missing/absent', 'unsupported/{9,99}'] }),
      ],
    ],
    misses: [
      // A bound below 13 that NaN passes too lets these in as well.
      [
        { sent: ['missing/absent', 'unsupported/99'], accepts: ['missing/absent', 'unsupported/99'] },
        claims({ 'absent-counts-as-13': 'missing/absent', none: 'unsupported/99' }),
      ],
      [
        { accepts: [`{duplicate,unsupported,draft,comma-listed,malformed}/*`] },
        claims({ 'value-never-compared': '{duplicate,unsupported,draft,comma-listed,malformed}/*' }),
      ],
      [
        { accepts: 'unsupported/*', sent: 'unsupported/*' },
        claims({ 'value-never-compared': 'unsupported/*' }),
      ],
    ],
  },
  'value-never-compared': {
    fits: [
      [
        { accepts: ['unsupported/*', 'malformed/word', 'draft/*'] },
        claims({ 'value-never-compared': ['unsupported/*', 'malformed/word', 'draft/*'] }),
      ],
    ],
    misses: [[{ sent: 'unsupported/14', accepts: 'unsupported/14' }, claims({ none: 'unsupported/14' })]],
  },
  'version-range': {
    fits: [
      [{ accepts: 'unsupported/{9,12}' }, claims({ 'version-range': 'unsupported/{9,12}' })],
      [{ accepts: 'unsupported/{14,25,99,255}' }, claims({ 'version-range': 'unsupported/{14,25,99,255}' })],
      [
        { accepts: ['unsupported/{9,12,14}', 'draft/{7,8}'] },
        claims({ 'version-range': ['unsupported/{9,12,14}', 'draft/{7,8}'] }),
      ],
      [{ accepts: ['unsupported/*', 'draft/8'] }, claims({ 'version-range': ['unsupported/*', 'draft/8'] })],
      // What was not sent is no gap.
      [
        { sent: ['unsupported/{9,14,99}'], accepts: 'unsupported/{9,14}' },
        claims({ 'version-range': 'unsupported/{9,14}' }),
      ],
    ],
    misses: [
      [{ accepts: 'unsupported/14' }, claims({ none: 'unsupported/14' })],
      [{ accepts: ['unsupported/12', 'draft/8'] }, claims({ none: ['unsupported/12', 'draft/8'] })],
      // A gap.
      [{ accepts: 'unsupported/{12,14,99}' }, claims({ none: 'unsupported/{12,14,99}' })],
      [{ accepts: ['unsupported/{12,14}', 'draft/8'] }, claims({ none: ['unsupported/{12,14}', 'draft/8'] })],
      // No bound, but for a 0 that may count as none.
      [{ accepts: ['unsupported/*', 'draft/{7,8}'] }, claims({ none: ['unsupported/*', 'draft/{7,8}'] })],
      // Without a right Sec-WebSocket-Accept no version is accepted.
      [
        { accepts: 'unsupported/{9,12,14}', withoutKey: 'unsupported/{9,12,14}' },
        claims({ none: 'unsupported/{9,12,14}' }),
      ],
    ],
  },
  substring: {
    fits: [
      [
        {
          sent: ['comma-listed/*', 'malformed/{leading,trailing}-text', 'unsupported/*'],
          accepts: ['comma-listed/*', 'malformed/{leading,trailing}-text'],
        },
        claims({ substring: ['comma-listed/*', 'malformed/{leading,trailing}-text'] }),
      ],
      // Lists and text, but of several fields only the first: two things, and not one.
      [
        {
          accepts: ['comma-listed/*', containing, 'duplicate/{13-*,apart}'],
        },
        claims({
          substring: ['comma-listed/*', containing],
          'first-field-wins': 'duplicate/{13-*,apart}',
        }),
      ],
      [{ accepts: ['comma-listed/*', containing] }, claims({ substring: ['comma-listed/*', containing] })],
    ],
    misses: [
      [{ accepts: 'comma-listed/*' }, claims({ 'list-reading': 'comma-listed/*' })],
      [
        { accepts: ['malformed/leading-text', 'unsupported/99'] },
        claims({ none: ['unsupported/99', 'malformed/leading-text'] }),
      ],
      // All but the digits is dropped: "13, 8" becomes 138.
      [
        { accepts: 'malformed/{leading-text,trailing-text,minus-sign,quoted,inner-space}' },
        claims({ none: 'malformed/{leading-text,trailing-text,minus-sign,quoted,inner-space}' }),
      ],
    ],
  },
  'list-reading': {
    fits: [
      [{ accepts: 'comma-listed/*' }, claims({ 'list-reading': 'comma-listed/*' })],
      // Repeated fields that are joined with a comma are a list as well.
      [
        { accepts: ['comma-listed/*', 'duplicate/*'] },
        claims({ 'list-reading': ['comma-listed/*', 'duplicate/*'] }),
      ],
      [
        { sent: 'comma-listed/8-13', accepts: 'comma-listed/8-13' },
        claims({ 'list-reading': 'comma-listed/8-13' }),
      ],
      [
        { sent: 'comma-listed/99-13', accepts: 'comma-listed/99-13' },
        claims({ 'list-reading': 'comma-listed/99-13' }),
      ],
      // What is no list has another reason.
      [
        { accepts: ['comma-listed/*', 'malformed/two-words'] },
        claims({ 'list-reading': 'comma-listed/*', none: 'malformed/two-words' }),
      ],
      // Of several fields the last one wins: that is no list.
      [
        { accepts: ['comma-listed/*', 'duplicate/{13-13,8-13,99-13,apart}'] },
        claims({ 'list-reading': 'comma-listed/*', 'last-field-wins': 'duplicate/{13-13,8-13,99-13,apart}' }),
      ],
    ],
    misses: [
      // Text before the 13 is no element of a list.
      [
        { accepts: ['comma-listed/{8-13,99-13}', 'malformed/leading-text'] },
        claims({ none: ['comma-listed/{8-13,99-13}', 'malformed/leading-text'] }),
      ],
      [{ accepts: 'comma-listed/13-8' }, claims({ none: 'comma-listed/13-8' })],
      // "99, 13" begins with a version that is let in by itself.
      [
        { accepts: ['comma-listed/{13-99,99-13}', 'unsupported/{14,99}'] },
        claims({ none: ['comma-listed/{13-99,99-13}', 'unsupported/{14,99}'] }),
      ],
      // A prefix parse of a server that speaks 8 too lets "8, 13" in, and "99, 13" not.
      [
        { accepts: [...prefixes, 'comma-listed/8-13', 'draft/8'] },
        claims({ 'prefix-parse': [...prefixes, 'comma-listed/8-13'], none: 'draft/8' }),
      ],
    ],
  },
  'prefix-parse': {
    fits: [
      [{ accepts: prefixes }, claims({ 'prefix-parse': prefixes })],
      // Where repeated fields are joined with a comma it hides them as well.
      [
        { accepts: [...prefixes, 'duplicate/{13-*,mixed-case-names,apart,many}'] },
        claims({ 'prefix-parse': [...prefixes, 'duplicate/{13-*,mixed-case-names,apart,many}'] }),
      ],
      // Any field wins, the last one too.
      [
        { accepts: [...prefixes, 'duplicate/*'] },
        claims({ 'prefix-parse': prefixes, 'any-field-wins': 'duplicate/*' }),
      ],
      // Other spellings of 13 that some such parse reads.
      [
        { accepts: [...prefixes, 'malformed/{hex,non-breaking-space,vertical-tab}'] },
        claims({ 'prefix-parse': [...prefixes, 'malformed/{hex,non-breaking-space,vertical-tab}'] }),
      ],
    ],
    misses: [
      [{ accepts: 'malformed/two-words' }, claims({ none: 'malformed/two-words' })],
      // Every such parse reads 013 and +13.
      ...['leading-zero', 'plus-sign', 'decimal'].map((refused): [Pattern, object] => {
        const accepts = idsMatching(prefixes).filter((id) => id !== `malformed/${refused}`);
        return [{ accepts }, claims({ 'unanchored-search': accepts })];
      }),
    ],
  },
  'unanchored-search': {
    fits: [
      ...eachAlone('unanchored-search', 'malformed/{trailing-text,trailing-semicolon,parameter}'),
      [
        { accepts: ['comma-listed/13-*', 'malformed/{trailing-*,decimal,leading-text}'] },
        claims({ 'unanchored-search': ['comma-listed/13-*', 'malformed/{trailing-*,decimal,leading-text}'] }),
      ],
    ],
    misses: [
      [{ accepts: 'malformed/leading-text' }, claims({ none: 'malformed/leading-text' })],
      ...['malformed/word', 'malformed/inner-space', 'unsupported/99'].map((id): [Pattern, object] => {
        const accepts = idsMatching(['malformed/trailing-text', id]);
        return [{ accepts }, claims({ none: accepts })];
      }),
    ],
  },
  'number-conversion': {
    fits: [
      [
        { accepts: 'malformed/{leading-zero,plus-sign,decimal,exponent,hex,binary,non-breaking-space}' },
        claims({
          'number-conversion':
            'malformed/{leading-zero,plus-sign,decimal,exponent,hex,binary,non-breaking-space}',
        }),
      ],
      [
        { accepts: 'malformed/{hex,vertical-tab}' },
        claims({ 'number-conversion': 'malformed/{hex,vertical-tab}' }),
      ],
      ...eachAlone('number-conversion', 'malformed/{exponent,binary,hex,decimal}'),
    ],
    misses: [
      [
        { accepts: 'malformed/{exponent,trailing-text}' },
        claims({ 'unanchored-search': 'malformed/trailing-text', none: 'malformed/exponent' }),
      ],
      [
        { accepts: 'malformed/{leading-zero,plus-sign}' },
        claims({ 'integer-conversion': 'malformed/{leading-zero,plus-sign}' }),
      ],
      [
        { accepts: 'malformed/{decimal,trailing-text}' },
        claims({ 'unanchored-search': 'malformed/{decimal,trailing-text}' }),
      ],
    ],
  },
  'integer-conversion': {
    fits: [
      [
        { accepts: 'malformed/{leading-zero,plus-sign,vertical-tab,fullwidth-digits}' },
        claims({ 'integer-conversion': 'malformed/{leading-zero,plus-sign,vertical-tab,fullwidth-digits}' }),
      ],
      [
        { accepts: 'malformed/{leading-zero,non-breaking-space}' },
        claims({ 'integer-conversion': 'malformed/{leading-zero,non-breaking-space}' }),
      ],
      ...eachAlone('integer-conversion', 'malformed/{leading-zero,plus-sign}'),
    ],
    misses: [
      [{ accepts: 'malformed/{leading-zero,word}' }, claims({ none: 'malformed/{leading-zero,word}' })],
      [
        { accepts: 'malformed/{leading-zero,trailing-text,fullwidth-digits}' },
        claims({
          'unanchored-search': 'malformed/{leading-zero,trailing-text}',
          none: 'malformed/fullwidth-digits',
        }),
      ],
      [{ accepts: 'malformed/vertical-tab' }, claims({ 'unicode-trim': 'malformed/vertical-tab' })],
      // What is no number passes as well.
      [
        { accepts: 'malformed/{leading-zero,vertical-tab,trailing-text,leading-text,word}' },
        claims({ none: 'malformed/{leading-zero,vertical-tab,trailing-text,leading-text,word}' }),
      ],
    ],
  },
  'truncates-8-bit': {
    fits: [
      [{ accepts: 'malformed/wraps-*' }, claims({ 'truncates-8-bit': 'malformed/wraps-*' })],
      [{ accepts: 'malformed/wraps-8-bit' }, claims({ 'truncates-8-bit': 'malformed/wraps-8-bit' })],
    ],
    misses: [
      // Whatever is not below 13.
      [
        { accepts: ['malformed/wraps-*', 'unsupported/14'] },
        claims({ none: ['malformed/wraps-*', 'unsupported/14'] }),
      ],
    ],
  },
  'truncates-32-bit': {
    fits: [[{ accepts: 'malformed/wraps-32-bit' }, claims({ 'truncates-32-bit': 'malformed/wraps-32-bit' })]],
    misses: [
      [
        { accepts: ['malformed/wraps-32-bit', 'unsupported/255'] },
        claims({ none: ['malformed/wraps-32-bit', 'unsupported/255'] }),
      ],
    ],
  },
  'unicode-trim': {
    fits: [
      [
        { accepts: 'malformed/{non-breaking-space,vertical-tab}' },
        claims({ 'unicode-trim': 'malformed/{non-breaking-space,vertical-tab}' }),
      ],
      ...eachAlone('unicode-trim', 'malformed/{non-breaking-space,vertical-tab}'),
    ],
    misses: [
      // JavaScript's Number() trims as well.
      [
        { accepts: 'malformed/{hex,non-breaking-space}' },
        claims({ 'number-conversion': 'malformed/{hex,non-breaking-space}' }),
      ],
    ],
  },
  'absent-counts-as-13': {
    fits: [[{ accepts: 'missing/*' }, claims({ 'absent-counts-as-13': 'missing/*' })]],
    // Where a missing field is refused, another name was found by a part of it.
    misses: [[{ accepts: 'missing/other-name' }, claims({ none: 'missing/other-name' })]],
  },
  'empty-counts-as-13': {
    fits: [[{ accepts: 'missing/{empty,blank}' }, claims({ 'empty-counts-as-13': 'missing/{empty,blank}' })]],
    misses: [
      [
        { accepts: 'missing/{absent,empty,blank}' },
        claims({ 'absent-counts-as-13': 'missing/{absent,empty,blank}' }),
      ],
    ],
  },
  underscores: {
    fits: [[{ accepts: 'missing/underscores' }, claims({ underscores: 'missing/underscores' })]],
    misses: [
      [
        { accepts: 'missing/{absent,underscores}' },
        claims({ 'absent-counts-as-13': 'missing/{absent,underscores}' }),
      ],
    ],
  },
  'case-sensitive-names': {
    fits: [[{ refuses: 'valid/uppercase-name' }, claims({ 'case-sensitive-names': 'valid/uppercase-name' })]],
    misses: [[{ accepts: 'duplicate/mixed-case-names' }, claims({ none: 'duplicate/mixed-case-names' })]],
  },
  'first-field-wins': {
    fits: [
      [
        { accepts: 'duplicate/{13-*,mixed-case-names,apart,many}' },
        claims({ 'first-field-wins': 'duplicate/{13-*,mixed-case-names,apart,many}' }),
      ],
      [
        { sent: 'duplicate/{13-8,99-13}', accepts: 'duplicate/13-8' },
        claims({ 'first-field-wins': 'duplicate/13-8' }),
      ],
    ],
    misses: [
      [{ accepts: 'duplicate/{13-99,99-13}' }, claims({ none: 'duplicate/{13-99,99-13}' })],
      [{ accepts: 'duplicate/13-99' }, claims({ none: 'duplicate/13-99' })],
      // Whether the last one would have won was not asked.
      [{ accepts: 'duplicate/13-99', sent: 'duplicate/13-99' }, claims({ none: 'duplicate/13-99' })],
      // One value with a comma in it fares just so.
      [{ accepts: '{duplicate,comma-listed}/13-99' }, claims({ none: '{duplicate,comma-listed}/13-99' })],
    ],
  },
  'last-field-wins': {
    fits: [
      [
        { accepts: 'duplicate/{13-13,8-13,99-13,apart,many}' },
        claims({ 'last-field-wins': 'duplicate/{13-13,8-13,99-13,apart,many}' }),
      ],
      [
        { sent: 'duplicate/{8-13,13-99}', accepts: 'duplicate/8-13' },
        claims({ 'last-field-wins': 'duplicate/8-13' }),
      ],
    ],
    misses: [
      [{ accepts: 'duplicate/99-13', sent: 'duplicate/99-13' }, claims({ none: 'duplicate/99-13' })],
      // One value with a comma in it fares just so.
      [{ accepts: '{duplicate,comma-listed}/99-13' }, claims({ none: '{duplicate,comma-listed}/99-13' })],
    ],
  },
  'any-field-wins': {
    fits: [
      [{ accepts: 'duplicate/*' }, claims({ 'any-field-wins': 'duplicate/*' })],
      // Of a few probes too.
      [
        { sent: 'duplicate/{13-8,8-13}', accepts: 'duplicate/{13-8,8-13}' },
        claims({ 'any-field-wins': 'duplicate/{13-8,8-13}' }),
      ],
    ],
    misses: [
      [{ accepts: 'duplicate/{13-13,apart}' }, claims({ 'same-field-twice': 'duplicate/{13-13,apart}' })],
      // Where 99 is let in by itself, nobody looked for the 13.
      [
        { accepts: ['duplicate/*', 'unsupported/{14,25,99,255}'] },
        claims({ none: 'duplicate/*', 'version-range': 'unsupported/{14,25,99,255}' }),
      ],
    ],
  },
  'same-field-twice': {
    fits: [
      [
        { accepts: 'duplicate/{13-13,apart,many}' },
        claims({ 'same-field-twice': 'duplicate/{13-13,apart,many}' }),
      ],
    ],
    misses: [
      [{ accepts: 'duplicate/13-empty' }, claims({ none: 'duplicate/13-empty' })],
      [{ accepts: 'duplicate/{13-13,many}' }, claims({ none: 'duplicate/{13-13,many}' })],
      // Whether the values have to agree was not asked.
      [{ accepts: 'duplicate/13-13', sent: 'duplicate/13-13' }, claims({ none: 'duplicate/13-13' })],
      [{ accepts: 'duplicate/13-13', sent: 'duplicate/13-{13,99}' }, claims({ none: 'duplicate/13-13' })],
    ],
  },
  'key-not-checked': {
    fits: [[{ accepts: 'handshake/key-*' }, claims({ 'key-not-checked': 'handshake/key-*' })]],
    misses: [
      [{ accepts: 'handshake/method-post' }, claims({ none: 'handshake/method-post' })],
      [
        { accepts: 'handshake/key-{missing,empty,short}' },
        claims({
          'key-missing-accepted': 'handshake/key-{missing,empty}',
          'key-form-not-checked': 'handshake/key-short',
        }),
      ],
    ],
  },
  'key-missing-accepted': {
    fits: [
      [
        { accepts: 'handshake/key-{missing,empty}' },
        claims({ 'key-missing-accepted': 'handshake/key-{missing,empty}' }),
      ],
    ],
    misses: [[{ accepts: 'handshake/key-empty' }, claims({ none: 'handshake/key-empty' })]],
  },
  'key-form-not-checked': {
    fits: [...eachAlone('key-form-not-checked', 'handshake/key-{short,long,not-base64}')],
    misses: [[{ accepts: 'handshake/key-empty' }, claims({ none: 'handshake/key-empty' })]],
  },
  'first-key-wins': {
    fits: [...eachAlone('first-key-wins', 'handshake/key-duplicate')],
    misses: [
      [
        { accepts: 'handshake/key-duplicate', withoutKey: 'handshake/key-duplicate' },
        claims({ none: 'handshake/key-duplicate' }),
      ],
    ],
  },
  'upgrade-not-checked': {
    fits: [
      [
        { accepts: 'handshake/{upgrade,connection}-*' },
        claims({ 'upgrade-not-checked': 'handshake/{upgrade,connection}-*' }),
      ],
    ],
    misses: [[{ accepts: 'handshake/http-1.0' }, claims({ none: 'handshake/http-1.0' })]],
  },
  'same-host-twice': {
    fits: [
      [{ accepts: 'handshake/host-duplicate' }, claims({ 'same-host-twice': 'handshake/host-duplicate' })],
    ],
    misses: [
      [
        { accepts: 'handshake/host-{duplicate,missing}' },
        claims({ 'host-not-checked': 'handshake/host-{missing,duplicate}' }),
      ],
      [
        { accepts: 'handshake/host-{duplicate,two-different}' },
        claims({ 'host-not-checked': 'handshake/host-{duplicate,two-different}' }),
      ],
    ],
  },
  'host-not-checked': {
    fits: [[{ accepts: 'handshake/host-*' }, claims({ 'host-not-checked': 'handshake/host-*' })]],
    misses: [
      [{ accepts: 'disguised/space-before-colon' }, claims({ none: 'disguised/space-before-colon' })],
      [{ accepts: 'handshake/host-invalid' }, claims({ none: 'handshake/host-invalid' })],
    ],
  },
  'compares-untrimmed': {
    fits: [
      [
        { refuses: 'valid/{padded-value,no-space}' },
        claims({ 'compares-untrimmed': 'valid/{padded-value,no-space}' }),
      ],
      [{ refuses: 'valid/padded-value' }, claims({ 'compares-untrimmed': 'valid/padded-value' })],
    ],
    misses: [[{ refuses: 'valid/first-field' }, claims({ none: 'valid/first-field' })]],
  },
  'space-after-colon-expected': {
    fits: [[{ refuses: 'valid/no-space' }, claims({ 'space-after-colon-expected': 'valid/no-space' })]],
    misses: [
      [
        { refuses: 'valid/{padded-value,no-space}' },
        claims({ 'compares-untrimmed': 'valid/{padded-value,no-space}' }),
      ],
    ],
  },
  'connection-as-a-whole': {
    fits: [
      [{ refuses: 'valid/connection-list' }, claims({ 'connection-as-a-whole': 'valid/connection-list' })],
    ],
    misses: [[{ refuses: 'valid/first-field' }, claims({ none: 'valid/first-field' })]],
  },
  'case-sensitive-upgrade': {
    fits: [
      [
        { refuses: 'valid/upgrade-mixed-case' },
        claims({ 'case-sensitive-upgrade': 'valid/upgrade-mixed-case' }),
      ],
    ],
    misses: [
      [{ refuses: 'valid/lowercase-name' }, claims({ 'case-sensitive-names': 'valid/lowercase-name' })],
    ],
  },
};

describe('the diagnosis', () => {
  for (const [id, { fits, misses }] of Object.entries(rules)) {
    for (const [i, [pattern, expected]] of fits.entries()) {
      it(`${id} fits${i === 0 ? '' : `, also (${i + 1})`}`, () => {
        expect(Object.keys(expected)).to.include(id);
        expect(diagnose(pattern)).to.deep.equal(expected);
      });
    }
    for (const [i, [pattern, expected]] of misses.entries()) {
      it(`${id} does not fit a near miss${i === 0 ? '' : ` (${i + 1})`}`, () => {
        expect(Object.keys(expected)).not.to.include(id);
        expect(diagnose(pattern)).to.deep.equal(expected);
      });
    }
  }

  it('takes no bound for a version that is never compared, wherever it lies', () => {
    const versions = idsMatching('{unsupported,draft}/*');
    for (const refused of idsMatching(['unsupported/{9,14,25,99,255}', 'draft/{0,7}'])) {
      const accepted = versions.filter((id) => id !== refused);
      // With the highest one refused, all others are a range.
      const claim = refused === 'unsupported/255' ? 'version-range' : 'none';
      expect(diagnose({ accepts: accepted }), refused).to.deep.equal({ [claim]: accepted });
    }
    for (const above of idsMatching('unsupported/{14,25,99,255}')) {
      const accepts = idsMatching(['unsupported/9', above]);
      expect(diagnose({ sent: accepts, accepts })).to.deep.equal({ 'value-never-compared': accepts });
    }
  });

  it('says that the version is never read where nothing else is refused, and something else is accepted', () => {
    for (const id of idsMatching(['malformed/{word,leading-text}', 'missing/absent'])) {
      const others = idsMatching(versionProbes).filter((other) => other !== id);
      expect(diagnose({ accepts: others }), id).to.deep.equal({ 'value-never-compared': others });
      const few = idsMatching(['unsupported/{9,99}', id]);
      expect(diagnose({ sent: few, accepts: few }), id).to.deep.equal({ 'version-never-read': few });
    }
  });

  it('takes no value for one in which 13 is searched where another such value is refused', () => {
    const searched = idsMatching(['comma-listed/*', containing]);
    for (const refused of ['malformed/trailing-text', 'comma-listed/13-8', 'comma-listed/99-13']) {
      const accepts = searched.filter((id) => id !== refused);
      expect(diagnose({ accepts }), refused).not.to.have.property('substring');
    }
  });

  it('takes no number for one that is cut, nor text for one that is searched, where another version is accepted', () => {
    for (const stranger of idsMatching('unsupported/{9,14,25,99,255}')) {
      for (const id of ['malformed/wraps-8-bit', 'malformed/wraps-32-bit', 'malformed/leading-text']) {
        const accepts = idsMatching([stranger, id]);
        expect(diagnose({ accepts }), `${stranger} and ${id}`).to.deep.equal({ none: accepts });
      }
    }
  });

  it('explains a second field under a lower-case name by names that are compared with regard to case', () => {
    const pattern = {
      accepts: 'duplicate/mixed-case-names',
      refuses: 'valid/{lowercase,uppercase}-name',
    };
    const claimed = [...diagnoseAcceptance(answersOf(pattern)), ...diagnoseRefusal(answersOf(pattern))];
    expect(claimed.map(([diagnosis, ids]) => [diagnosis?.id, ids])).to.deep.equal([
      ['case-sensitive-names', ['duplicate/mixed-case-names']],
      ['case-sensitive-names', ['valid/lowercase-name', 'valid/uppercase-name']],
    ]);
  });

  it('does not explain it so where lower case is known', () => {
    const pattern = { accepts: 'duplicate/mixed-case-names', refuses: 'valid/uppercase-name' };
    expect(diagnose(pattern)).to.deep.equal(
      claims({ none: 'duplicate/mixed-case-names', 'case-sensitive-names': 'valid/uppercase-name' }),
    );
  });

  it('claims nothing where nothing was wrong', () => {
    expect(diagnose({})).to.deep.equal({});
  });

  it('contradicts no answer, whatever the pattern', () => {
    const ids = catalogue.map(({ id }) => id as string);
    const pattern = fc.array(fc.constantFrom('sent', 'other', 'unsent'), {
      minLength: ids.length,
      maxLength: ids.length,
    });
    fc.assert(
      fc.property(pattern, (states) => {
        const those = (...wanted: string[]): string[] =>
          ids.filter((_, index) => wanted.includes(states[index] ?? ''));
        const wrong = those('other');
        const answers: AnswerPattern = {
          sent: new Set(those('sent', 'other')),
          accepted: new Set(wrong.filter((id) => !id.startsWith('valid/'))),
          acceptedWithoutKey: new Set(),
          acceptedWithKey: new Set(wrong.filter((id) => !id.startsWith('valid/'))),
          refused: new Set(wrong.filter((id) => id.startsWith('valid/'))),
        };
        const claimed = [...diagnoseAcceptance(answers).keys(), ...diagnoseRefusal(answers).keys()];
        for (const rule of [...acceptanceRules, ...refusalRules]) {
          if (claimed.includes(rule)) expect(contradictions(rule, answers), rule.id).to.deep.equal([]);
        }
        const named = new Set(claimed.map((diagnosis) => diagnosis?.id));
        const refused = (...few: string[]): boolean =>
          few.some((id) => answers.sent.has(id) && !answers.accepted.has(id));
        // What the texts say, read once more apart from the rules.
        if (named.has('prefix-parse'))
          expect(
            refused('malformed/leading-zero', 'malformed/plus-sign', 'malformed/trailing-text'),
          ).to.equal(false);
        if (named.has('key-not-checked'))
          expect(
            refused(...idsMatching('handshake/key-{missing,empty,short,long,not-base64,duplicate}')),
          ).to.equal(false);
        if (named.has('version-never-read'))
          expect(refused(...idsMatching('{unsupported,draft}/*'))).to.equal(false);
        if (named.has('any-field-wins'))
          expect(refused('duplicate/13-99', 'duplicate/99-13')).to.equal(false);
      }),
      { numRuns: 3000 },
    );
  });

  it('claims every wrong answer once, whatever the pattern', () => {
    // Every one by itself, and all of them but one.
    const rejects = catalogue.filter(({ expects }) => expects === 'reject').map(({ id }) => id as string);
    const patterns = rejects.flatMap((id) => [[id], rejects.filter((other) => other !== id)]);
    for (const accepted of patterns) {
      const answers: AnswerPattern = {
        sent: new Set(catalogue.map(({ id }) => id)),
        accepted: new Set(accepted),
        acceptedWithoutKey: new Set(),
        acceptedWithKey: new Set(accepted),
        refused: new Set(),
      };
      const claimed = [...diagnoseAcceptance(answers).values()].flat();
      expect(claimed.toSorted()).to.deep.equal(accepted.toSorted());
    }
  });
});
