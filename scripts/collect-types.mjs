/** Copies the declarations that the entries of the package reach into dist/types: those of everything else are private. */

import { cpSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const from = 'dist';
const to = join(from, 'types');
const specifiers = /\b(?:from|import)\s*\(?\s*'(\.[^']+)\.[jt]s'/g;

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const reached = new Set(
  Object.values(exports).flatMap(({ types }) =>
    types === undefined ? [] : [join(from, relative(to, types))],
  ),
);
// Grows while it is iterated over.
for (const file of reached)
  for (const [, path] of readFileSync(file, 'utf8').matchAll(specifiers))
    reached.add(join(dirname(file), `${path}.d.ts`));

rmSync(to, { recursive: true, force: true });
for (const file of reached) cpSync(file, join(to, relative(from, file)));
