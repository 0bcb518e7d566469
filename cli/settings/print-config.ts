/** `--print-config`: the effective configuration and where each value comes from, as YAML for a configuration file. */

import { Document, isScalar, type Pair, Scalar, visit, type YAMLMap } from 'yaml';
import { tool } from '../../report/tool.ts';
import { escapeInJson } from '../../reporters/ci-commands.ts';
import { escapeUnicode } from '../../reporters/escape.ts';
import { type AuditOption, asWritten, auditOptions } from '../options/audit-options.ts';
import type { SecretText } from './placeholders.ts';
import {
  type Piece,
  piecesOf,
  piecesOfField,
  piecesOfUrl,
  piecesOfValue,
  secretsOverLines,
} from './redact-settings.ts';
import type { ResolvedTarget, Settings } from './resolve.ts';
import type { Layer, Setting } from './setting.ts';

const options: Readonly<Record<string, AuditOption>> = auditOptions;

export function printConfig({ layer, targets, secrets, configFile }: Settings): string {
  const document = new Document({});
  const file = escapeUnicode(configFile ?? 'none found');
  document.commentBefore = ` ${tool.name} ${tool.version}: effective configuration and where each value comes from\n configuration file: ${file}`;
  const root = document.contents as unknown as YAMLMap;
  root.add(
    pairOf(
      document,
      'targets',
      targets.map((target) => targetNode(document, target, secrets)),
    ),
  );
  for (const pair of pairsOf(document, layer, secrets)) root.add(pair);
  visit(document, {
    Scalar: (_, node) => {
      if (
        typeof node.value === 'string' &&
        (node.value.includes('\n') || escapeInJson(node.value) !== node.value)
      )
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // A text in double quotes is written as in JSON.
  return escapeInJson(
    document.toString({
      lineWidth: 0,
      flowCollectionPadding: false,
      doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    }),
  );
}

function targetNode(
  document: Document,
  { url, label, location, own }: ResolvedTarget,
  secrets: readonly SecretText[],
): YAMLMap {
  const node = document.createNode({}) as unknown as YAMLMap;
  const where = location === undefined ? 'command line' : `${location.file}:${location.line}`;
  node.add(pairOf(document, 'url', textOf(piecesOfUrl(url, secrets)), where));
  if (label !== undefined) node.add(pairOf(document, 'label', textOf(piecesOf(label, secrets))));
  for (const pair of pairsOf(document, own, secrets)) node.add(pair);
  return node;
}

function pairsOf(document: Document, layer: Layer, secrets: readonly SecretText[]): Pair[] {
  return Object.keys(options).flatMap((name) => {
    const setting = layer.get(name);
    return setting === undefined
      ? []
      : pairOf(document, name, shownValue(name, setting, secrets), placeOf(setting));
  });
}

/** The comment follows a single value, and precedes a list. */
function pairOf(document: Document, key: string, value: unknown, comment?: string): Pair {
  const pair = document.createPair(key, value);
  const node = pair.value as Scalar | YAMLMap;
  if (comment === undefined) return pair;
  // A file name may contain anything.
  const line = ` ${escapeUnicode(comment)}`;
  if (isScalar(node)) node.comment = line;
  else node.commentBefore = line;
  return pair;
}

function placeOf({ layer, where }: Setting): string {
  return layer === 'environment' ? `environment variable ${where}` : where;
}

function shownValue(name: string, { value }: Setting, secrets: readonly SecretText[]): unknown {
  if (typeof value === 'number') return asWritten(options[name] ?? {}, value);
  if (typeof value === 'boolean') return value;
  const all = name === 'header' ? [...secrets, ...secretsOverLines([value].flat())] : secrets;
  const shown = (text: string): string =>
    textOf(name === 'header' ? piecesOfField(text, all) : piecesOfValue(name, text, all));
  return typeof value === 'string' ? shown(value) : value.map(shown);
}

/** As a configuration file would have it; secrets that are written out become asterisks. */
function textOf(pieces: readonly (Piece | null)[]): string {
  return pieces
    .map((piece) => {
      if (piece === null) return '***@';
      if ('literal' in piece) return '***';
      return 'variable' in piece ? `\${${piece.variable}}` : piece.text.replaceAll('${', () => '$${');
    })
    .join('');
}
