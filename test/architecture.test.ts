/**
 * Who may import whom. The rules are in the table; the imports are read from the sources.
 *
 * A type import leaves nothing behind at run time, and so may reach further than the import of a value.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import picomatch from 'picomatch';

/** The sources, seen from dist/test. */
const root = fileURLToPath(new URL('../../', import.meta.url));

interface Rule {
  /** Files of other folders, by globs, of which anything may be imported. */
  readonly files: readonly string[];
  /** Files of which types may be imported. */
  readonly types: readonly string[];
  /** Packages and built-in modules. */
  readonly modules: readonly string[];
}

const anything = ['**'];
const noSockets = ['!(undici|node:{net,tls,http,https,http2,dgram,dns,child_process})'];
const topRule: Rule = { files: anything, types: anything, modules: anything };

const rules: Readonly<Record<string, Rule>> = {
  // An independent reading of the RFCs.
  fixtures: { files: [], types: [], modules: ['node:*'] },
  // What the RFCs and MDN say: the ground floor.
  spec: { files: [], types: [], modules: [] },
  // Bytes go out and come in; what they are about is not known here.
  wire: { files: [], types: [], modules: ['node:*', 'undici', 'undici/**'] },
  // Data that the wire can serialise.
  probes: { files: ['wire/request.ts', 'spec/**'], types: [], modules: [] },
  // No I/O: a digest is all that is asked of the system.
  scoring: {
    files: ['spec/**', 'probes/**', 'wire/{exchange,request,response}.ts'],
    types: [],
    modules: ['node:crypto'],
  },
  // The document: what it holds, and how it is read back.
  report: {
    files: ['spec/**', 'probes/**', 'scoring/**', 'wire/**'],
    types: [],
    modules: ['node:fs'],
  },
  audit: {
    files: ['spec/**', 'probes/**', 'wire/**', 'scoring/**', 'report/**'],
    types: [],
    modules: ['node:{events,timers/promises}', 'p-limit', 'picomatch', 'leven'],
  },
  // The events and the report, never a socket.
  reporters: {
    files: ['spec/**', 'scoring/**', 'probes/**', 'report/**', 'wire/{exchange,request,response}.ts'],
    types: [],
    modules: [...noSockets, '@discoveryjs/json-ext'],
  },
  // Two reports and what they differ in, and how that is told.
  compare: {
    files: [
      'scoring/**',
      'report/report.ts',
      'reporters/{escape,probe-list,reporter}.ts',
      'reporters/{terminal/style,markdown/nodes}.ts',
    ],
    types: [],
    modules: ['mdast'],
  },
  'index.ts': {
    files: ['audit/**', 'report/**', 'scoring/**', 'wire/usage-error.ts'],
    types: ['wire/**'],
    modules: [],
  },
  cli: topRule,
  docs: topRule,
  bench: topRule,
};

interface Import {
  /** The importing file, from the root. */
  readonly from: string;
  /** A file from the root, or a package or built-in module. */
  readonly to: string;
  readonly isFile: boolean;
  readonly isType: boolean;
}

/** The .ts files of a folder or the file itself, from the root. */
function sourcesOf(path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(path, file))
    .sort();
}

function importsOf(from: string, text = readFileSync(join(root, from), 'utf8')): Import[] {
  const found: { to: string; isType: boolean }[] = [];
  for (const [, names = '', to = ''] of text.matchAll(
    /^(?:import|export)\s+([^;'"]*?)\sfrom\s+'([^']+)'/gm,
  )) {
    const named = /^\{([^}]*)\}$/.exec(names)?.[1]?.split(',') ?? [];
    const isType =
      names.startsWith('type ') ||
      named.filter((name) => name.trim() !== '').every((name) => /^\s*type\s/.test(name));
    found.push({ to, isType: isType && (named.length > 0 || names.startsWith('type ')) });
  }
  for (const pattern of [
    /^import\s+'([^']+)'/gm,
    /\b(?:import|getBuiltinModule|require)\(\s*['"`]([^'"`]+)['"`]\s*\)/g,
  ]) {
    for (const [, to = ''] of text.matchAll(pattern)) found.push({ to, isType: false });
  }
  return found.map(({ to, isType }) => {
    const isFile = to.startsWith('.');
    return { from, to: isFile ? normalize(join(dirname(from), to)) : to, isFile, isType };
  });
}

function folderOf(file: string): string {
  return file.split('/')[0] ?? file;
}

function matchesAny(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => picomatch(glob)(name));
}

/** What is wrong with an import, in words; null if nothing is. */
function fault({ from, to, isFile, isType }: Import): string | null {
  const rule = rules[folderOf(from)];
  if (rule === undefined) return `${from}: its folder has no rule`;
  if (isFile && folderOf(to) === folderOf(from)) return null;
  if (isFile && folderOf(to) === 'test') return `${from} imports the test ${to}`;
  const allowed = isFile ? [...rule.files, ...(isType ? rule.types : [])] : rule.modules;
  return matchesAny(allowed, to) ? null : `${from} imports ${isType ? 'a type of ' : ''}${to}`;
}

/** The first circle of imports found from here, as a path; null if there is none. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): string | null {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' → ');
    if (done.has(file)) return null;
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next, [...path, file]);
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const circle = visit(file, []);
    if (circle !== null) return circle;
  }
  return null;
}

describe('the architecture', () => {
  const sources = Object.keys(rules).flatMap(sourcesOf);
  const imports = sources.flatMap((file) => importsOf(file));

  it('has a rule for every folder with sources in it', () => {
    const folders = readdirSync(root).filter(
      (name) =>
        !/^(?:\.|node_modules$|dist$|test$)/.test(name) &&
        (name.endsWith('.ts') || statSync(join(root, name)).isDirectory()) &&
        sourcesOf(name).length > 0,
    );
    expect(folders.sort()).to.deep.equal(Object.keys(rules).sort());
  });

  for (const folder of Object.keys(rules)) {
    it(`lets ${folder} import what it may, and nothing else`, () => {
      const own = imports.filter(({ from }) => folderOf(from) === folder);
      expect(own.map(fault).filter((one) => one !== null)).to.deep.equal([]);
    });
  }

  it('names its own files with their extension, and only those that there are', () => {
    const missing = imports.filter(({ to, isFile }) => isFile && !sources.includes(to));
    expect(missing.map(({ from, to }) => `${from} imports ${to}`)).to.deep.equal([]);
  });

  it('names no option of the command line where the library is', () => {
    const library = sources.filter((file) => ['wire', 'scoring', 'report', 'audit'].includes(folderOf(file)));
    const flags = library.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(
        ([flag]) => `${file} names ${flag}`,
      ),
    );
    expect(flags).to.deep.equal([]);
  });

  it('has no circular imports', () => {
    const graph = new Map(
      sources.map((file) => [
        file,
        imports.filter(({ from, isFile, isType }) => from === file && isFile && !isType).map(({ to }) => to),
      ]),
    );
    expect(findCircle(graph)).to.equal(null);
  });
});

describe('the reading of imports', () => {
  const read = (text: string): [string, boolean][] =>
    importsOf('audit/x.ts', text).map(({ to, isType }) => [to, isType]);

  it('tells types from values', () => {
    expect(
      read(
        [
          "import type { A } from './a.ts';",
          "import { type B, type C } from './b.ts';",
          "import { type D, d } from './d.ts';",
          "import e, { type E } from './e.ts';",
          "import * as f from 'node:fs';",
          "export type { G } from '../g.ts';",
          "export { h } from '../h.ts';",
          "import {\n  type I,\n  type J,\n} from './i.ts';",
          "import './k.ts';",
          "const l = await import('./l.ts');",
          "process.getBuiltinModule('node:tls');",
          'const text = "import from";',
        ].join('\n'),
      ),
    ).to.have.deep.members([
      ['audit/a.ts', true],
      ['audit/b.ts', true],
      ['audit/d.ts', false],
      ['audit/e.ts', false],
      ['node:fs', false],
      ['g.ts', true],
      ['h.ts', false],
      ['audit/i.ts', true],
      ['audit/k.ts', false],
      ['audit/l.ts', false],
      ['node:tls', false],
    ]);
  });

  it('finds what breaks a rule', () => {
    const faultOf = (from: string, to: string, isType = false): string | null =>
      fault({ from, to, isFile: to.includes('.ts'), isType });
    expect(faultOf('scoring/a.ts', 'node:net')).to.equal('scoring/a.ts imports node:net');
    expect(faultOf('scoring/a.ts', 'audit/a.ts', true)).to.equal('scoring/a.ts imports a type of audit/a.ts');
    expect(faultOf('scoring/a.ts', 'wire/exchange.ts', true)).to.equal(null);
    expect(faultOf('reporters/terminal/a.ts', 'wire/connect/connector.ts')).not.to.equal(null);
    expect(faultOf('reporters/a.ts', 'node:tls')).not.to.equal(null);
    expect(faultOf('reporters/a.ts', 'chalk')).to.equal(null);
    expect(faultOf('fixtures/faults/a.ts', 'probes/probe.ts', true)).not.to.equal(null);
    expect(faultOf('fixtures/faults/a.ts', 'fixtures/answer.ts')).to.equal(null);
    expect(faultOf('wire/a.ts', 'probes/probe.ts', true)).not.to.equal(null);
    expect(faultOf('audit/a.ts', 'cli/main.ts')).not.to.equal(null);
    expect(faultOf('cli/a.ts', 'test/b.ts')).not.to.equal(null);
  });

  it('finds a circle', () => {
    const circle = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', []],
      ['d', ['b']],
    ]);
    expect(findCircle(circle)).to.equal('b → d → b');
    expect(
      findCircle(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
          ['c', []],
        ]),
      ),
    ).to.equal(null);
  });
});
