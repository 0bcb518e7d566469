/**
 * Bundles the command line and the library from what tsc has compiled into dist/bin. With a hundred small modules less to
 * find and open, the command starts in a fraction of the time; what the two share is there once; and nothing else has to
 * be installed. What the packages inside ask for, their licences, goes with them.
 */

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const outdir = 'dist/bin';

/** The entries for test runners and their assertions. */
const runners = ['mocha', 'vitest', 'node-test', 'jest', 'chai', 'expect'];

rmSync(outdir, { recursive: true, force: true });

/** Writes name and version into the bundle, so that `--version` reads no other file. */
const inlineTool = {
  name: 'inline-tool',
  setup: ({ onLoad }) => {
    const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const contents = `export const tool = ${JSON.stringify({ name, version })};`;
    onLoad({ filter: /[\\/]dist[\\/]report[\\/]tool\.js$/ }, () => ({ contents }));
  },
};

/** The source of a package with other words in some places. */
function readReplaced({ path }, replacements) {
  let contents = readFileSync(path, 'utf8');
  for (const [from, to] of replacements) {
    if (!contents.includes(from)) throw new Error(`${path} no longer contains ${from}`);
    contents = contents.replace(from, () => to);
  }
  return contents;
}

/** yargs would read any package.json above the working directory, for a version that it is given. */
const readNoPackage = {
  name: 'read-no-package',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]yargs[\\/]build[\\/]lib[\\/]yargs-factory\.js$/ }, (file) => ({
      contents: readReplaced(file, [['const obj = this[kPkgUp]();', 'const obj = {};']]),
    })),
};

/** Packages that measure text load Unicode tables when they are loaded, a fifth of the time of `--help`. */
const delayUnicodeTables = {
  name: 'delay-unicode-tables',
  setup: ({ onLoad }) => {
    const path = JSON.stringify(resolve('scripts/lazy-unicode.js'));
    const replace = (filter, replacements) =>
      onLoad({ filter }, (file) => ({
        contents: `import { LazyEmojiRegExp, LazySegmenter } from ${path};\n${readReplaced(file, replacements)}`,
      }));
    const segmenter = ['new Intl.Segmenter()', 'new LazySegmenter()'];
    replace(/[\\/]wrap-ansi[\\/]index\.js$/, [segmenter]);
    replace(/[\\/]string-width[\\/]index\.js$/, [
      segmenter,
      [String.raw`/^\p{RGI_Emoji}$/v`, 'new LazyEmojiRegExp()'],
    ]);
  },
};

const { metafile } = await build({
  entryPoints: {
    handshake13: 'dist/cli/main.js',
    index: 'dist/index.js',
    start: 'dist/cli/start.js',
    ...Object.fromEntries(runners.map((name) => [name, `dist/runners/${name}.js`])),
  },
  external: ['vitest', 'bullmq', 'ioredis'],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  plugins: [inlineTool, readNoPackage, delayUnicodeTables],
  logLevel: 'warning',
  // Packages in CommonJS call require for Node's own modules, and ask for the name of their file.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url), __filename = import.meta.filename;",
  },
});

const packages = new Set(
  Object.keys(metafile.inputs).flatMap(
    (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [],
  ),
);
const notices = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const title = `${name} ${version} (${license})\n`;
  // A waiver of all rights asks for no notice.
  if (file === undefined && license === 'CC0-1.0') return title;
  if (file === undefined) throw new Error(`${name} has no licence file to ship with the bundle`);
  return `${title}\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
});
writeFileSync(`${outdir}/THIRD-PARTY-LICENSES.txt`, notices.join(`\n${'-'.repeat(80)}\n\n`));
