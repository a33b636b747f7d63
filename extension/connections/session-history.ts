import { parse, type Statement } from '../../flink-sql/syntax/index.ts';

/** A statement that made the session what it is, with what tells it from others of its kind. */
interface Entry {
  readonly text: string;
  /** What it makes or changes, e.g. `table cat.db.t` or `set table.exec.state.ttl`. */
  readonly subject: string;
  readonly makes: boolean;
}

/**
 * The statements that make a lost session anew: what it was told by SET, USE, ADD JAR and DDL, without what was undone later.
 * Nothing is dropped by a replay: a DROP takes back the CREATE of this session, and says nothing of what others have made since.
 */
export class SessionHistory {
  #entries: Entry[] = [];
  #catalog = '';
  #database = '';

  constructor(statements: readonly string[] = []) {
    for (const text of statements) this.add(text);
  }

  /** In the order in which they are to be run. */
  get statements(): readonly string[] {
    return this.#entries.map(({ text }) => text);
  }

  /** Takes a statement that succeeded; whether it changed what the session knows. */
  add(text: string): boolean {
    const nodes = parse(text).statements.map(({ node }) => node);
    return nodes.filter((node) => node !== undefined && this.#take(node, text.trim())).length > 0;
  }

  clear(): void {
    this.#entries = [];
    this.#catalog = '';
    this.#database = '';
  }

  #take(node: Statement, text: string): boolean {
    switch (node.kind) {
      case 'Set':
        if (node.key === undefined) return false;
        return this.#keep(text, `set ${node.key.value}`, true);
      case 'Reset':
        // Options of the server's own that a replay would have are not touched by removing ours.
        this.#remove((subject) =>
          node.key === undefined ? subject.startsWith('set ') : subject === `set ${node.key.value}`,
        );
        return this.#push(text, `reset ${node.key?.value ?? ''}`, false);
      case 'Use': {
        const names = node.name.parts.map((part) => part.name);
        if (node.what === 'CATALOG') {
          this.#catalog = names[0] ?? '';
          this.#database = '';
        } else {
          if (names.length > 1) this.#catalog = names[0] ?? '';
          this.#database = names.at(-1) ?? '';
        }
        return this.#push(text, 'use', false);
      }
      case 'UseModules':
      case 'LoadModule':
      case 'UnloadModule':
      case 'AddJar':
      case 'RemoveJar':
        return this.#push(text, node.kind, false);
      case 'CreateCatalog':
        return this.#keep(text, `catalog ${node.name.name}`, true);
      case 'DropCatalog':
        return this.#undo(`catalog ${node.name.parts[0]?.name ?? ''}`);
      case 'CreateDatabase':
        return this.#keep(text, `database ${this.#full(node.name.parts, 2)}`, true);
      case 'DropDatabase':
        return this.#undo(`database ${this.#full(node.name.parts, 2)}`);
      case 'CreateTable':
        // The job of CREATE TABLE … AS is not for a replay to run again.
        if (node.asQuery !== undefined) return true;
        return this.#keep(text, this.#object(node.name.parts), true);
      case 'CreateView':
      case 'CreateModel':
      case 'CreateFunction':
        return this.#keep(text, this.#object(node.name.parts), true);
      case 'DropTable':
      case 'DropView':
      case 'DropModel':
      case 'DropFunction':
        return this.#undo(this.#object(node.name.parts));
      case 'AlterTable':
      case 'AlterView':
      case 'AlterModel':
      case 'AlterFunction': {
        const subject = this.#object(node.name.parts);
        if (!this.#entries.some((entry) => entry.makes && entry.subject === subject)) return true;
        this.#push(text, subject, false);
        if ('action' in node && node.action.kind === 'Rename') {
          const renamed = this.#object(node.action.to.parts);
          this.#entries = this.#entries.map((entry) =>
            entry.subject === subject ? { ...entry, subject: renamed } : entry,
          );
        }
        return true;
      }
      case 'AlterDatabase':
      case 'AlterCatalog':
      case 'CreateMaterializedTable':
      case 'AlterMaterializedTable':
      case 'DropMaterializedTable':
        // These live in catalogs that outlive sessions.
        return true;
      default:
        return false;
    }
  }

  #keep(text: string, subject: string, makes: boolean): boolean {
    this.#remove((known) => known === subject);
    return this.#push(text, subject, makes);
  }

  #push(text: string, subject: string, makes: boolean): boolean {
    this.#entries.push({ text, subject, makes });
    return true;
  }

  #undo(subject: string): boolean {
    this.#remove((known) => known === subject);
    return true;
  }

  #remove(which: (subject: string) => boolean): void {
    this.#entries = this.#entries.filter((entry) => !which(entry.subject));
  }

  #object(parts: readonly { readonly name: string }[]): string {
    return `object ${this.#full(parts, 3)}`;
  }

  #full(parts: readonly { readonly name: string }[], length: number): string {
    const names = parts.map((part) => part.name);
    const before = length === 2 ? [this.#catalog] : [this.#catalog, this.#database];
    return [...before.slice(0, Math.max(0, length - names.length)), ...names].join('\0');
  }
}
