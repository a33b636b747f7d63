/** What one room (a folder, or a part of one) may import. The longest matching folder decides. */
export interface Room {
  readonly folder: string;
  /** Folders and files of ours; `types:` in front allows `import type` only. Its own room is always allowed. */
  readonly ours: readonly string[];
  /** Node's modules. */
  readonly node: boolean;
  /** Packages: `*` for any that no other rule reserves, or names, where a trailing `*` stands for any ending. */
  readonly packages: readonly string[];
}

/** The rooms of ARCHITECTURE.md. A file under none of these folders is an error. */
export const rooms: readonly Room[] = [
  { folder: 'flink-sql', ours: [], node: false, packages: [] },
  { folder: 'clients', ours: [], node: true, packages: ['*'] },
  { folder: 'local-runtime', ours: ['flink-sql', 'clients'], node: true, packages: ['*'] },
  { folder: 'language-server', ours: ['flink-sql'], node: true, packages: [] },
  { folder: 'language-server/ide', ours: ['flink-sql'], node: false, packages: [] },
  {
    folder: 'language-server/server',
    ours: ['flink-sql', 'language-server/ide'],
    node: true,
    packages: ['vscode-languageserver*', 'vscode-jsonrpc'],
  },
  // SQL unit tests as data: files of tests, comparison, reports. Who runs them is cli's affair.
  { folder: 'testing', ours: ['flink-sql/syntax'], node: false, packages: [] },
  // User-defined functions as data: new projects, classes of jars, what build tools say. Files and processes are cli's affair.
  { folder: 'udf', ours: [], node: false, packages: ['fflate'] },
  // What a text becomes in an environment, for all that send texts to a server.
  { folder: 'environments', ours: ['flink-sql/syntax'], node: true, packages: [] },
  // Texts as jobs on a cluster, for the command line and the editor.
  { folder: 'deployment', ours: ['clients', 'flink-sql/syntax'], node: true, packages: [] },
  // Flink session clusters of this machine: installed, started, ended.
  { folder: 'clusters', ours: [], node: true, packages: [] },
  // Messages of Kafka as people see them: decoded, filtered, made, and as tables. Its thread alone knows the runtime.
  {
    folder: 'topics',
    // Templates of messages are the faker connector's expressions.
    ours: [
      'clients',
      'flink-sql/syntax',
      'flink-sql/format',
      'local-runtime/connectors/faker',
      'local-runtime/connectors/random.ts',
      'types:topics/filter-thread',
    ],
    node: true,
    packages: ['*'],
  },
  {
    folder: 'topics/filter-thread',
    ours: ['topics', 'clients', 'flink-sql', 'local-runtime'],
    node: true,
    packages: ['*'],
  },
  {
    folder: 'extension',
    // The notebook splits cells into statements with the syntax's own splitter; the rest of flink-sql is types to it.
    // What it leaves as plain text beside a grid is printed by the grid's own printer, which is plain code over Arrow.
    ours: [
      'clients',
      'clusters',
      'deployment',
      'environments',
      'flink-sql/syntax',
      'types:flink-sql',
      // The thread that filters results is the runtime's; the editor knows its messages.
      'types:local-runtime/row-filter',
      // So is the one that steps through a query.
      'types:local-runtime/step-replay',
      'testing',
      'udf',
      'topics',
      'webviews/messages.ts',
      'webviews/connection-form/messages.ts',
      'webviews/deploy/messages.ts',
      'webviews/job/format.ts',
      'webviews/job/messages.ts',
      'webviews/kafka-form/messages.ts',
      'webviews/results-panel/messages.ts',
      // Texts in the editor's language, for files without the editor's API too.
      'webviews/shared/l10n.ts',
      'webviews/step-replay/trace.ts',
      'webviews/results/row-window.ts',
      'webviews/shared/form-styles.ts',
      'webviews/topics/messages.ts',
      'webviews/topics/topics-messages.ts',
    ],
    node: true,
    packages: ['*', 'vscode', 'vscode-languageclient*', 'vscode-languageserver*'],
  },
  { folder: 'webviews', ours: [], node: false, packages: ['*'] },
  {
    folder: 'cli',
    ours: [
      'clusters',
      'deployment',
      'environments',
      'flink-sql',
      'local-runtime',
      'language-server',
      'clients',
      'testing',
      'udf',
    ],
    node: true,
    packages: ['*'],
  },
  // npm test downloads what the tests' servers need.
  { folder: 'scripts', ours: ['test/harness'], node: true, packages: ['*'] },
  { folder: 'examples', ours: [], node: true, packages: ['*'] },
  { folder: 'test', ours: ['*'], node: true, packages: ['*', 'vscode*'] },
];

/** Packages that `*` does not stand for: only a room that names them has them. */
const reserved = ['vscode', 'vscode-*'];

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  /** 1-based. */
  readonly line: number;
}

/** The imports and re-exports of a TypeScript source, static and dynamic, with `require` and `new URL(…, import.meta.url)`. */
export function importsOf(source: string): Import[] {
  const code = withoutComments(source);
  const found: Import[] = [];
  const patterns = [
    /^[ \t]*(import|export)\b(\s+type\b(?!\s+from\b|\s*,))?[^'"`;()=]*?\bfrom\s*(['"])([^'"\n]+)\3/gm,
    /^[ \t]*(import)()\s*(['"])([^'"\n]+)\3/gm,
    /\b(import|require)()\s*\(\s*(['"`])([^'"`\n]+)\3/g,
    /\b(new URL)()\s*\(\s*(['"])(\.[^'"\n]*\.[cm]?[jt]sx?)\3\s*,\s*import\.meta\.url/g,
  ];
  for (const pattern of patterns) {
    for (const match of code.matchAll(pattern)) {
      const [text, , type, , specifier = ''] = match;
      const line = code.slice(0, match.index + text.length).split('\n').length;
      found.push({ specifier, typeOnly: type !== undefined && type !== '', line });
    }
  }
  return found.sort((a, b) => a.line - b.line);
}

/** Comments blanked out, strings left: a quoted specifier must stay, and `//` inside a string is no comment. */
function withoutComments(source: string): string {
  const pattern = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g;
  return source.replace(pattern, (text) => (text.startsWith('/') ? text.replace(/[^\n]/g, ' ') : text));
}

/**
 * Why `file` may not have this import, or undefined when it may.
 * @param file path from the root of the repository, with `/`
 */
export function objection(file: string, { specifier, typeOnly }: Import): string | undefined {
  const room = roomOf(file);
  if (!room) return `${file} is in no room: put it into ${rooms.map((r) => `${r.folder}/`).join(' ')}`;
  if (specifier.startsWith('node:')) {
    return room.node ? undefined : `${room.folder} may not use Node's API (${specifier})`;
  }
  if (!specifier.startsWith('.')) return packageObjection(room, specifier);
  if (!/\.[a-z]+$/.test(specifier)) return `write the extension: ${specifier}`;
  const target = resolve(file, specifier);
  if (target === 'package.json') return undefined;
  const targetRoom = roomOf(target);
  if (targetRoom === room) return undefined;
  for (const allowed of room.ours) {
    const types = allowed.startsWith('types:');
    const folder = types ? allowed.slice('types:'.length) : allowed;
    const within = folder === '*' || target === folder || target.startsWith(`${folder}/`);
    if (within && (!types || typeOnly)) return undefined;
  }
  const onlyTypes = room.ours.some(
    (allowed) => allowed.startsWith('types:') && target.startsWith(`${allowed.slice(6)}/`),
  );
  return onlyTypes
    ? `${room.folder} may import types only from ${target} (import type)`
    : `${room.folder} may not import ${target}`;
}

function packageObjection(room: Room, specifier: string): string | undefined {
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  const isReserved = reserved.some((pattern) => matches(pattern, name));
  const allowed = room.packages.some((pattern) => (pattern === '*' ? !isReserved : matches(pattern, name)));
  return allowed ? undefined : `${room.folder} may not import the package ${name}`;
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function roomOf(path: string): Room | undefined {
  const holding = rooms.filter((room) => path.startsWith(`${room.folder}/`));
  return holding.sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** Resolves a relative specifier against the file that has it; above the root it keeps its `..`. */
function resolve(file: string, specifier: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
