/**
 * Prints an SBOM of the bundle in CycloneDX: what npm knows of the packages that are in it, without those that only build
 * and test it.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
// The first line of each notice, as bundle.mjs writes them.
const notices = readFileSync('dist/bin/THIRD-PARTY-LICENSES.txt', 'utf8').split(`\n${'-'.repeat(80)}\n\n`);
const bundled = new Set(notices.map((notice) => notice.split(' ', 2).join('@')));

const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
const sbom = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 2 ** 26 }));
const own = `${name}@${version}`;
const components = sbom.components.filter((component) => bundled.has(component['bom-ref']));
const missing = [...bundled].find((one) => !components.some((component) => component['bom-ref'] === one));
if (missing !== undefined) throw new Error(`the lock file does not have ${missing}`);

// They are development dependencies of the package, which installs none; of the bundle they are parts.
sbom.components = components.map(({ properties, ...component }) => ({ ...component, scope: 'required' }));
// npm takes the name of the folder.
sbom.metadata.component.name = name;
sbom.dependencies = sbom.dependencies
  .filter(({ ref }) => ref === own || bundled.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => bundled.has(one)) }));
console.log(JSON.stringify(sbom, null, 2));
