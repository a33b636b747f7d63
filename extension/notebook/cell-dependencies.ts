import { parse, walk } from '../../flink-sql/syntax/index.ts';

/** What a cell made when it was run: tables, views and functions by their last names, each with the text that made it. */
interface Made {
  readonly text: string;
  /** Number of the run. */
  readonly run: number;
}

/**
 * Which cells have read tables that other cells have made anew since. A name that is made once more by the same text is the same; DROP
 * makes it another.
 */
export class CellDependencies<C extends object> {
  readonly #made = new Map<string, Made>();
  readonly #reads = new Map<C, { readonly names: ReadonlySet<string>; readonly run: number }>();
  #runs = 0;

  /** A cell has run to its end. */
  ran(cell: C, text: string): void {
    const run = ++this.#runs;
    const names = new Set<string>();
    for (const { node, start, end } of parse(text).statements) {
      if (!node) continue;
      const name = nameOf(node);
      if (name !== undefined) {
        const own = text.slice(start, end).trim();
        const known = this.#made.get(name);
        if (known?.text !== own) this.#made.set(name, { text: own, run });
      }
      walk(node, (each) => {
        if (each.kind === 'TableRef' || each.kind === 'TableQuery') names.add(each.name.parts.at(-1)?.name ?? '');
        if (each.kind === 'TableArgument' && each.source.kind === 'QualifiedName')
          names.add(each.source.parts.at(-1)?.name ?? '');
        if (each.kind === 'Insert') names.add(each.table.parts.at(-1)?.name ?? '');
      });
    }
    this.#reads.set(cell, { names, run });
  }

  /** The names that a cell has read and that were made anew after that. */
  stale(cell: C): string[] {
    const read = this.#reads.get(cell);
    if (!read) return [];
    return [...read.names].filter((name) => (this.#made.get(name)?.run ?? 0) > read.run);
  }

  forget(cell: C): void {
    this.#reads.delete(cell);
  }
}

type Node = NonNullable<ReturnType<typeof parse>['statements'][number]['node']>;

/** The last name of what a statement makes, changes or drops. */
function nameOf(node: Node): string | undefined {
  switch (node.kind) {
    case 'CreateTable':
    case 'CreateView':
    case 'CreateFunction':
    case 'AlterTable':
    case 'AlterView':
      return node.name.parts.at(-1)?.name;
    case 'DropTable':
    case 'DropView':
      return node.name.parts.at(-1)?.name;
    default:
      return undefined;
  }
}
