/** Name and version of this tool, as package.json has them. */

import { readFileSync } from 'node:fs';

const manifest: { readonly name: string; readonly version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

export const tool = { name: manifest.name, version: manifest.version } as const;
