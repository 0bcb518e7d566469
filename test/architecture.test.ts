/**
 * Who may import whom. The rules are in the table; the imports are read from the sources. A type import counts like
 * any other: what a file needs to compile is what it knows.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import picomatch from 'picomatch';

/** The sources, seen from dist/test. */
const root = fileURLToPath(new URL('../../', import.meta.url));

interface Rule {
  /** Globs of the files that may be imported, besides those under the same rule. */
  readonly files: readonly string[];
  /** Packages and built-in modules. */
  readonly modules: readonly string[];
}

const anything: Rule = { files: ['**'], modules: ['**'] };
const noSockets = '!(undici|node:{net,tls,http,https,http2,dgram,dns,child_process})';
/** What was sent and what came back, for those that only read it. */
const exchange = 'wire/{exchange,request,response,client-connection}.ts';

/**
 * The folders from the lowest floor to the highest: each may import from those above it in this table, never from
 * those below. A folder without a rule of its own is under that of its parent.
 */
const rules: Readonly<Record<string, Rule>> = {
  // An independent reading of the RFCs.
  fixtures: { files: [], modules: ['node:*'] },
  // What the RFCs and MDN say.
  spec: { files: [], modules: [] },
  // The vocabulary of an exchange, in which nothing depends on an HTTP version. What is probed is not known here.
  wire: { files: [], modules: ['node:crypto'] },
  'wire/redaction': { files: ['wire/*.ts'], modules: [] },
  'wire/endpoint': { files: ['wire/{*,redaction/*}.ts'], modules: [] },
  'wire/connect': {
    files: ['wire/{*,endpoint/*}.ts'],
    modules: ['node:{crypto,dns,http,net,tls}', 'undici', 'undici/**'],
  },
  'wire/http1': { files: ['wire/**'], modules: ['node:{crypto,net}'] },
  // Our side of an audit of clients: it listens, answers by a script, and keeps what comes.
  'wire/server': {
    files: ['wire/{*,http1/read-request}.ts'],
    modules: ['node:{crypto,events,net,timers/promises,tls}'],
  },
  // Data only.
  probes: { files: ['spec/**', 'wire/request.ts'], modules: [] },
  // Data only: what a client is answered.
  cases: { files: ['spec/**', 'wire/client-connection.ts'], modules: [] },
  // No I/O: the system only computes a digest.
  scoring: { files: ['spec/**', exchange, 'probes/**', 'cases/**'], modules: ['node:crypto'] },
  // The document: what it holds, and how it is read back.
  report: {
    files: [
      'spec/**',
      'wire/*.ts',
      'wire/{http1/{read-request,response-reader},endpoint/{target,unix-socket}}.ts',
      'wire/redaction/{open-fields,secret-names,secret-places}.ts',
      'probes/**',
      'cases/**',
      'scoring/**',
    ],
    modules: ['node:{crypto,fs,os,path,zlib}'],
  },
  'audit/plan': {
    files: ['spec/**', 'wire/{*,endpoint/*,redaction/*}.ts', 'probes/**', 'scoring/**', 'report/**'],
    modules: ['picomatch', 'leven'],
  },
  // Processes that a user names.
  'audit/process': { files: [], modules: ['node:{child_process,events,timers/promises}', 'signal-exit'] },
  // The run of an audit of a client.
  'audit/client': {
    files: [
      'spec/**',
      'cases/**',
      'wire/{*,server/*,redaction/received-secrets}.ts',
      'scoring/**',
      'report/**',
      'audit/{event-run.ts,plan/{baseline-entry,glob,did-you-mean}.ts,process/**}',
    ],
    modules: [
      'node:{crypto,events,fs/promises,net,os,path,timers/promises}',
      'p-limit',
      '@peculiar/x509',
      'reflect-metadata',
    ],
  },
  audit: {
    files: ['spec/**', 'wire/**', 'probes/**', 'scoring/**', 'report/**', 'audit/plan/**'],
    modules: ['node:{events,timers/promises}', 'p-limit'],
  },
  // An audit over several processes: Redis holds what one hands to another.
  queue: {
    files: ['wire/{usage-error,endpoint/target,redaction/redactor}.ts', 'report/**', 'audit/**'],
    modules: ['node:{crypto,events,timers/promises,zlib}', 'bullmq', 'ioredis'],
  },
  // The events and the report, never a socket.
  reporters: {
    files: ['spec/**', exchange, 'probes/**', 'cases/**', 'scoring/**', 'report/**'],
    modules: [noSockets, '@discoveryjs/json-ext'],
  },
  // Two reports and what they differ in, shown as the reporters show it.
  compare: {
    files: [
      'scoring/**',
      'report/**',
      'reporters/{ci-commands,escape,probe-list,reporter}.ts',
      'reporters/{terminal/style,markdown/nodes,html/elements,html/page}.ts',
    ],
    modules: ['hast', 'mdast'],
  },
  'index.ts': {
    files: ['wire/{*,endpoint/target}.ts', 'scoring/**', 'report/**', 'audit/**'],
    modules: [],
  },
  // Audits as tests of somebody's own suite, in the words of the reporters.
  runners: {
    files: [
      'wire/{*,endpoint/target}.ts',
      'probes/**',
      'scoring/**',
      'report/**',
      'audit/**',
      'reporters/{escape,finding-evidence,known-failure-text,request-difference,target-name,test-case,test-cases}.ts',
    ],
    modules: ['node:test', 'vitest'],
  },
  cli: anything,
  docs: anything,
  bench: anything,
};

/** Where a command line is unknown: an error carries the option, and the command words it. */
const withoutFlags = ['wire', 'scoring', 'report', 'audit', 'queue'];

/** What is written there are the command lines of other programs. */
const otherCommands = /^report\/reproduce\//;

interface Import {
  /** The importing file, from the root. */
  readonly from: string;
  /** A file from the root, or a package or built-in module. */
  readonly to: string;
  readonly isFile: boolean;
}

/** The .ts files of a folder or the file itself, from the root. */
function sourcesOf(path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(path, file))
    .sort();
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function importsOf(from: string, text = read(from)): Import[] {
  const patterns = [
    /^(?:import|export)\s+[^;'"]*?\sfrom\s+'([^']+)'/gm,
    /^import\s+'([^']+)'/gm,
    /\b(?:import|getBuiltinModule|require)\(\s*['"`]([^'"`]+)['"`]\s*\)/g,
  ];
  return patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map(([, to = '']) => {
      const isFile = to.startsWith('.');
      return { from, to: isFile ? normalize(join(dirname(from), to)) : to, isFile };
    });
}

/** The file or folder at the top that a file is in. */
function topOf(file: string): string {
  return file.split('/')[0] ?? file;
}

/** The key of the rule that a file is under; undefined where there is none. */
function ruleOf(file: string): string | undefined {
  return Object.keys(rules)
    .filter((key) => file === key || file.startsWith(`${key}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function matchesAny(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => picomatch(glob)(name));
}

/** What is wrong with an import, in words; null if nothing is. */
function fault({ from, to, isFile }: Import): string | null {
  const key = ruleOf(from);
  const rule = key === undefined ? undefined : rules[key];
  if (rule === undefined) return `${from}: its folder has no rule`;
  if (isFile && topOf(to) === 'test') return `${from} imports the test ${to}`;
  if (isFile && ruleOf(to) === key) return null;
  return matchesAny(isFile ? rule.files : rule.modules, to) ? null : `${from} imports ${to}`;
}

/** Whether an import leads to a higher floor. */
function leadsUp({ from, to }: Import): boolean {
  const floors = Object.keys(rules).map(topOf);
  return floors.indexOf(topOf(from)) < floors.indexOf(topOf(to));
}

/** The command-line flags in a text. */
function flagsIn(text: string): string[] {
  return [...text.matchAll(/(?<![-\w])--[a-z][a-z-]+/g)].map(([flag]) => flag);
}

/** The first circle that is found, as a path; null if there is none. */
function findCircle(edges: readonly (readonly [from: string, to: string])[]): string | null {
  const graph = new Map<string, string[]>();
  for (const [from, to] of edges) graph.set(from, [...(graph.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node].join(' → ');
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...path, node]);
      if (circle !== null) return circle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle !== null) return circle;
  }
  return null;
}

/** The imports between the files and subfolders of a folder, which is empty for the root. */
function edgesWithin(folder: string, imports: readonly Import[]): [from: string, to: string][] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const childOf = (file: string): string => `${prefix}${topOf(file.slice(prefix.length))}`;
  return imports
    .filter(({ from, to, isFile }) => isFile && from.startsWith(prefix) && to.startsWith(prefix))
    .map(({ from, to }): [string, string] => [childOf(from), childOf(to)])
    .filter(([from, to]) => from !== to);
}

/** A folder and those that it is in, without the root. */
function withParents(folder: string): string[] {
  return folder === '.' ? [] : [folder, ...withParents(dirname(folder))];
}

describe('the architecture', () => {
  const sources = [...new Set(Object.keys(rules).flatMap(sourcesOf))];
  const imports = sources.flatMap((file) => importsOf(file));

  it('has a rule for every folder with sources in it', () => {
    const folders = readdirSync(root).filter(
      (name) =>
        !/^(?:\.|node_modules$|dist$|test$)/.test(name) &&
        (name.endsWith('.ts') || statSync(join(root, name)).isDirectory()) &&
        sourcesOf(name).length > 0,
    );
    expect(folders.sort()).to.deep.equal([...new Set(Object.keys(rules).map(topOf))].sort());
  });

  for (const key of Object.keys(rules)) {
    it(`lets ${key} import what it may, and nothing else`, () => {
      const own = imports.filter(({ from }) => ruleOf(from) === key);
      expect(own.map(fault).filter((one) => one !== null)).to.deep.equal([]);
    });
  }

  it('has no import from a lower floor to a higher one', () => {
    const up = imports.filter((one) => one.isFile && leadsUp(one));
    expect(up.map(({ from, to }) => `${from} imports ${to}`)).to.deep.equal([]);
  });

  it('names its own files with their extension, and only those that there are', () => {
    const missing = imports.filter(({ to, isFile }) => isFile && !sources.includes(to));
    expect(missing.map(({ from, to }) => `${from} imports ${to}`)).to.deep.equal([]);
  });

  it('has no circle of files', () => {
    const edges = imports.filter(({ isFile }) => isFile).map(({ from, to }) => [from, to] as const);
    expect(findCircle(edges)).to.equal(null);
  });

  for (const folder of ['', ...new Set(sources.flatMap((file) => withParents(dirname(file))))]) {
    it(`has no circle among the files and folders of ${folder === '' ? 'the root' : folder}`, () => {
      expect(findCircle(edgesWithin(folder, imports))).to.equal(null);
    });
  }

  for (const folder of withoutFlags) {
    it(`has no command-line flag in ${folder}`, () => {
      const own = sourcesOf(folder).filter((file) => !otherCommands.test(file));
      const found = own.flatMap((file) => flagsIn(read(file)).map((flag) => `${file} names ${flag}`));
      expect(found).to.deep.equal([]);
    });
  }
});

describe('the reading of the sources', () => {
  it('finds every kind of import', () => {
    const text = [
      "import type { A } from './a.ts';",
      "import { type B, b } from './b.ts';",
      "import c, { type C } from './c.ts';",
      "import * as d from 'node:fs';",
      "export type { E } from '../e.ts';",
      "export { f } from '../f.ts';",
      "import {\n  type G,\n  type H,\n} from './g.ts';",
      "import './i.ts';",
      "const j = await import('./j.ts');",
      "type K = import('./k.ts').K;",
      "process.getBuiltinModule('node:tls');",
      'const text = "import from";',
    ].join('\n');
    expect(importsOf('audit/x.ts', text).map(({ to }) => to)).to.have.members([
      'audit/a.ts',
      'audit/b.ts',
      'audit/c.ts',
      'node:fs',
      'e.ts',
      'f.ts',
      'audit/g.ts',
      'audit/i.ts',
      'audit/j.ts',
      'audit/k.ts',
      'node:tls',
    ]);
  });

  it('finds what breaks a rule', () => {
    const faultOf = (from: string, to: string): string | null =>
      fault({ from, to, isFile: to.endsWith('.ts') });
    expect(faultOf('scoring/a.ts', 'node:net')).to.equal('scoring/a.ts imports node:net');
    expect(faultOf('scoring/a.ts', 'audit/a.ts')).to.equal('scoring/a.ts imports audit/a.ts');
    expect(faultOf('scoring/a.ts', 'wire/exchange.ts')).to.equal(null);
    expect(faultOf('scoring/a.ts', 'wire/http1/response-reader.ts')).not.to.equal(null);
    expect(faultOf('reporters/terminal/a.ts', 'wire/connect/connector.ts')).not.to.equal(null);
    expect(faultOf('reporters/terminal/a.ts', 'reporters/escape.ts')).to.equal(null);
    expect(faultOf('reporters/a.ts', 'node:tls')).not.to.equal(null);
    expect(faultOf('reporters/a.ts', 'undici/lib/core/connect.js')).not.to.equal(null);
    expect(faultOf('reporters/a.ts', 'chalk')).to.equal(null);
    expect(faultOf('fixtures/faults/a.ts', 'probes/probe.ts')).not.to.equal(null);
    expect(faultOf('fixtures/faults/a.ts', 'fixtures/answer.ts')).to.equal(null);
    expect(faultOf('wire/a.ts', 'wire/http1/a.ts')).not.to.equal(null);
    expect(faultOf('wire/endpoint/a.ts', 'wire/connect/a.ts')).not.to.equal(null);
    expect(faultOf('wire/connect/a.ts', 'wire/endpoint/a.ts')).to.equal(null);
    expect(faultOf('audit/a.ts', 'audit/plan/a.ts')).to.equal(null);
    expect(faultOf('audit/plan/a.ts', 'audit/a.ts')).not.to.equal(null);
    expect(faultOf('audit/a.ts', 'cli/main.ts')).not.to.equal(null);
    expect(faultOf('cli/a.ts', 'test/b.ts')).not.to.equal(null);
  });

  it('knows which way is up', () => {
    const isUp = (from: string, to: string): boolean => leadsUp({ from, to, isFile: true });
    expect(isUp('report/a.ts', 'audit/plan/a.ts')).to.equal(true);
    expect(isUp('audit/plan/a.ts', 'report/a.ts')).to.equal(false);
    expect(isUp('audit/a.ts', 'audit/plan/a.ts')).to.equal(false);
  });

  it('finds a circle', () => {
    expect(
      findCircle([
        ['a', 'b'],
        ['b', 'c'],
        ['b', 'd'],
        ['d', 'b'],
      ]),
    ).to.equal('b → d → b');
    expect(
      findCircle([
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'c'],
      ]),
    ).to.equal(null);
  });

  it('finds a circle of folders where there is none of files', () => {
    const imports = [
      { from: 'x/a/one.ts', to: 'x/b/two.ts', isFile: true },
      { from: 'x/b/other.ts', to: 'x/a/last.ts', isFile: true },
    ];
    expect(findCircle(edgesWithin('x', imports))).to.equal('x/a → x/b → x/a');
    expect(findCircle(edgesWithin('x/a', imports))).to.equal(null);
    expect(findCircle(edgesWithin('', imports))).to.equal(null);
  });

  it('finds flags, and takes neither a decrement nor a rule of dashes for one', () => {
    expect(flagsIn("use '--max-head'; left--; ---- --x --no-close")).to.deep.equal([
      '--max-head',
      '--no-close',
    ]);
  });
});
