/** Keeps secrets out of error messages that quote the command line: some mistakes are found before its options are read. */

import { maskUrl } from '../wire/endpoint/user-info.ts';
import { redactQuery, redactTexts } from '../wire/redaction/redactor.ts';
import { isSecretName } from '../wire/redaction/secret-names.ts';
import { quotableTexts, quotedForms } from './quoted-arguments.ts';
import { fromVariable } from './settings/declared-secrets.ts';
import { isUrlLike, nameOfField } from './settings/redact-settings.ts';

/** The message with every argument in it as it may be quoted, and without the values of `--secret`. */
export function maskQuotes(message: string, args: readonly string[]): string {
  let masked = message;
  for (const text of quotableTexts(args)) {
    const [plain, json] = quotedForms(maskArgument(text));
    const [secretPlain, secretJson] = quotedForms(text);
    if (plain !== text)
      masked = masked.replaceAll(secretPlain, () => plain).replaceAll(secretJson, () => json);
  }
  return redactTexts(masked, declaredIn(args));
}

/** An argument as a message may quote it: without user info, parameters that are secrets, and the value of a secret field. */
function maskArgument(arg: string): string {
  const name = nameOfField(arg);
  if (isSecretName(name) && /^\s/.test(arg.slice(name.length + 1))) return `${name}: ***`;
  return isUrlLike(arg) ? maskUrl(arg) : redactQuery(arg);
}

function declaredIn(args: readonly string[]): string[] {
  const given = args.flatMap((arg, i) => {
    if (arg.startsWith('--secret=')) return arg.slice(arg.indexOf('=') + 1);
    return arg === '--secret' ? (args[i + 1] ?? []) : [];
  });
  return given.map((text) =>
    text.startsWith(fromVariable) ? (process.env[text.slice(fromVariable.length)] ?? '') : text,
  );
}
