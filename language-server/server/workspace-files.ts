import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Connection } from 'vscode-languageserver/node';
import { indexProgram, type WorkspaceIndex } from '../ide/workspace-index.ts';

/** Files of Flink SQL by their names; a plain `.sql` file is one where its text says so. */
const OURS = /\.(flink\.sql|fsql|flinknb)$/i;
const PERHAPS = /(?<!\.test)\.sql$/i;
/** The file that says which environments there are. */
const PROJECT = 'millrace.json';
const SKIPPED = new Set(['node_modules', 'dist', 'target', 'build', 'out']);
const MOST_FILES = 5000;
const MOST_BYTES = 2_000_000;

/** Words that no other SQL has. */
const FLINK = /'connector'\s*=|\bWATERMARK\s+FOR\b|\bNOT\s+ENFORCED\b|\bDESCRIPTOR\s*\(/i;

/** Reads the workspace's files of Flink SQL into the index, and again those that change. What is open comes from the editor instead. */
export class WorkspaceFiles {
  /** A folder has a project file, which may have environments. */
  hasProject = false;
  readonly #connection: Connection;
  readonly #index: WorkspaceIndex;
  readonly #isOpen: (uri: string) => boolean;
  readonly #changed: (names: readonly string[], program: string) => void;

  constructor(
    connection: Connection,
    index: WorkspaceIndex,
    isOpen: (uri: string) => boolean,
    changed: (names: readonly string[], program: string) => void,
  ) {
    this.#connection = connection;
    this.#index = index;
    this.#isOpen = isOpen;
    this.#changed = changed;
  }

  /** Reads all files below the folders; each folder's files as they are found, so that the server answers meanwhile. */
  async readAll(folders: readonly string[]): Promise<void> {
    let left = MOST_FILES;
    const pending = folders.filter((uri) => uri.startsWith('file:')).map((uri) => fileURLToPath(uri));
    for (let folder = pending.pop(); folder !== undefined && left > 0; folder = pending.pop()) {
      for (const entry of await entriesOf(folder)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (!entry.name.startsWith('.') && !SKIPPED.has(entry.name)) pending.push(path);
        } else if (entry.name === PROJECT) this.hasProject = true;
        else if ((OURS.test(entry.name) || PERHAPS.test(entry.name)) && left-- > 0)
          await this.read(pathToFileURL(path).href);
      }
    }
    if (left <= 0) this.#connection.console.warn(`Only the first ${MOST_FILES} files of the workspace are known.`);
  }

  /** Reads a file, or forgets it where it is gone. */
  async read(uri: string): Promise<void> {
    if (this.#isOpen(uri)) return;
    const text = uri.startsWith('file:') ? await textOf(uri) : undefined;
    // It may have been opened while it was read.
    if (this.#isOpen(uri)) return;
    const ours = text !== undefined && (OURS.test(uri) || FLINK.test(text));
    const names = ours ? this.#index.put(indexProgram(uri, [{ id: uri, text }])) : this.#index.delete(uri);
    if (names.length > 0) this.#changed(names, uri);
  }
}

/** Files that cannot be read (links that lead nowhere, folders without rights) are none of the workspace. */
async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function textOf(uri: string): Promise<string | undefined> {
  const path = fileURLToPath(uri);
  try {
    if ((await stat(path)).size > MOST_BYTES) return undefined;
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
