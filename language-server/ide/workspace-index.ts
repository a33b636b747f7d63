import type { Identifier, SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { type ParseResult, parse, T } from '../../flink-sql/syntax/index.ts';
import { withPlaceholders } from '../../flink-sql/syntax/variables.ts';
import type { SourceText } from './program.ts';

/** A CREATE statement of a file of the workspace, or of a connected catalog. */
export interface Definition {
  readonly kind: 'table' | 'view' | 'function' | 'database' | 'catalog';
  /** Last part of the name; `parts` are all that are written. */
  readonly name: string;
  readonly parts: readonly string[];
  /** The text that holds it: a file, a cell. */
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** The statement. */
  readonly text: string;
  /** Behind a USE: what its name means depends on more than itself, so that other files do not see it. */
  readonly scoped: boolean;
}

/** What one file (or notebook) gives to others. */
export interface IndexedProgram {
  /** Address of the file or notebook. */
  readonly id: string;
  readonly sources: readonly SourceText[];
  readonly definitions: readonly Definition[];
  /** Names that are written in it; function names in lower case, too. */
  readonly words: ReadonlySet<string>;
}

/** Reads what a program makes and mentions; `trees` are those of an analysis, where there is one. */
export function indexProgram(
  id: string,
  sources: readonly SourceText[],
  parseText: (source: SourceText) => ParseResult = ({ text }) => parse(withPlaceholders(text)),
): IndexedProgram {
  const definitions: Definition[] = [];
  const words = new Set<string>();
  let scoped = false;
  for (const source of sources) {
    const parsed = parseText(source);
    addWords(parsed, words);
    for (const { node, start, end } of parsed.statements) {
      if (node?.kind === 'Use') scoped = true;
      const made = node && madeBy(node as SyntaxNode);
      if (!made) continue;
      const parts = made.parts.map((p) => p.name);
      const last = made.parts.at(-1) as Identifier;
      definitions.push({
        kind: made.kind,
        name: last.name,
        parts,
        id: source.id,
        start,
        end,
        nameStart: last.start,
        nameEnd: last.end,
        text: source.text.slice(start, end),
        scoped,
      });
    }
  }
  return { id, sources, definitions, words };
}

function madeBy(node: SyntaxNode): { kind: Definition['kind']; parts: readonly Identifier[] } | undefined {
  switch (node.kind) {
    case 'CreateTable':
      return { kind: 'table', parts: node.name.parts };
    case 'CreateView':
      return { kind: 'view', parts: node.name.parts };
    case 'CreateFunction':
      return { kind: 'function', parts: node.name.parts };
    case 'CreateDatabase':
      return { kind: 'database', parts: node.name.parts };
    case 'CreateCatalog':
      return { kind: 'catalog', parts: [node.name] };
    default:
      return undefined;
  }
}

function addWords({ tokens, source }: ParseResult, into: Set<string>): void {
  const { count, kinds, starts } = tokens;
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number;
    if (kinds[i] === T.BACK_QUOTED_IDENTIFIER)
      into.add(source.slice(start + 1, (starts[i + 1] as number) - 1).replaceAll('``', '`'));
    else if (isLetter(source.charCodeAt(start))) into.add(source.slice(start, starts[i + 1]));
  }
}

const isLetter = (code: number): boolean =>
  (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code > 127;

/** The CREATE statements of all files of a workspace by name, and which of them a program sees that does not make them itself. */
export class WorkspaceIndex {
  readonly #programs = new Map<string, IndexedProgram>();
  /** By name, then by program. */
  readonly #byName = new Map<string, Map<string, Definition[]>>();
  #version = 0;

  /** Grows with each change of a definition. */
  get version(): number {
    return this.#version;
  }

  get programs(): Iterable<IndexedProgram> {
    return this.#programs.values();
  }

  get(id: string): IndexedProgram | undefined {
    return this.#programs.get(id);
  }

  /** Puts a program in, in the place of what it was before; names whose definitions have changed. */
  put(program: IndexedProgram): readonly string[] {
    const before = this.#programs.get(program.id)?.definitions ?? [];
    this.#programs.set(program.id, program);
    return this.#changed(program.id, before, program.definitions);
  }

  delete(id: string): readonly string[] {
    const before = this.#programs.get(id)?.definitions ?? [];
    this.#programs.delete(id);
    return this.#changed(id, before, []);
  }

  /** All definitions, those of files before those of catalogs. */
  get definitions(): readonly Definition[] {
    return [...this.#programs.values()].flatMap((p) => p.definitions);
  }

  /** Tables and views that a program can read without making them. */
  visibleTo(program: string): (Definition & { readonly kind: 'table' | 'view' })[] {
    return this.definitions.filter(
      (d): d is Definition & { readonly kind: 'table' | 'view' } =>
        (d.kind === 'table' || d.kind === 'view') && !d.scoped && d.parts.length === 1 && !isOwn(d, program),
    );
  }

  /** What a name means to a program that does not make it: the definition of the nearest file, one for each way it is qualified. */
  lookup(name: string, from: string): Definition[] {
    const nearest = new Map<string, Definition>();
    for (const d of [...(this.#byName.get(name)?.values() ?? [])].flat()) {
      if (d.scoped || isOwn(d, from)) continue;
      const path = d.parts.join('.');
      const known = nearest.get(path);
      const nearer = known && (distance(d.id, from) - distance(known.id, from) || (d.id < known.id ? -1 : 1));
      if (nearer === undefined || nearer < 0) nearest.set(path, d);
    }
    return [...nearest.values()];
  }

  /** The statements of others that a program needs, in an order in which they can be carried out. */
  prelude(program: IndexedProgram): Definition[] {
    if (this.#byName.size === 0) return [];
    const own = new Set(program.definitions.map((d) => d.name));
    const found = new Set<string>();
    const order: Definition[] = [];
    const need = (name: string): void => {
      if (own.has(name) || found.has(name)) return;
      found.add(name);
      for (const definition of this.lookup(name, program.id)) {
        for (const word of wordsOf(definition)) if (word !== name && this.#byName.has(word)) need(word);
        order.push(definition);
      }
    };
    for (const name of this.#byName.keys()) if (program.words.has(name)) need(name);
    return order;
  }

  #changed(id: string, before: readonly Definition[], after: readonly Definition[]): readonly string[] {
    for (const { name } of before) {
      const same = this.#byName.get(name);
      same?.delete(id);
      if (same?.size === 0) this.#byName.delete(name);
    }
    for (const d of after) {
      let same = this.#byName.get(d.name);
      if (!same) {
        same = new Map();
        this.#byName.set(d.name, same);
      }
      const own = same.get(id);
      if (own) own.push(d);
      else same.set(id, [d]);
    }
    const texts = (list: readonly Definition[]): Map<string, string> =>
      new Map(list.map((d) => [d.name, `${d.scoped} ${d.text}`]));
    const [old, now] = [texts(before), texts(after)];
    const changed = [...new Set([...old.keys(), ...now.keys()])].filter((n) => old.get(n) !== now.get(n));
    if (changed.length > 0) this.#version++;
    return changed;
  }
}

/** A cell's id begins with its notebook's path behind another scheme, so that only the definition's program is compared. */
const isOwn = (definition: Definition, program: string): boolean => pathOf(definition.id) === pathOf(program);

/** The path of an address without its scheme and fragment. */
export const pathOf = (id: string): string => id.replace(/^[\w-]+:(\/\/[^/]*)?/, '').replace(/#.*$/, '');

/** How many folders lie between two files; what comes from no file is farthest. */
function distance(a: string, b: string): number {
  if (!/^(file|vscode-notebook-cell|untitled|vscode-remote|vscode-vfs)/.test(a)) return 1000;
  const [x, y] = [pathOf(a).split('/').slice(0, -1), pathOf(b).split('/').slice(0, -1)];
  let shared = 0;
  while (shared < x.length && shared < y.length && x[shared] === y[shared]) shared++;
  return x.length + y.length - 2 * shared;
}

const words = new WeakMap<Definition, ReadonlySet<string>>();

function wordsOf(definition: Definition): ReadonlySet<string> {
  let known = words.get(definition);
  if (!known) {
    const found = new Set<string>();
    addWords(parse(withPlaceholders(definition.text)), found);
    known = found;
    words.set(definition, known);
  }
  return known;
}
