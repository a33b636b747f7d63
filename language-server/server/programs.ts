import type { NotebookDocuments, TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { withPlaceholders } from '../../flink-sql/syntax/variables.ts';
import { AnalysisMemory, type InternalErrorListener } from '../ide/memory.ts';
import { type AnalysisSettings, type AnalyzedText, analyzeProgram, type SourceText } from '../ide/program.ts';
import { indexProgram, WorkspaceIndex } from '../ide/workspace-index.ts';

export const LANGUAGE = 'flink-sql';
/** The index's entry for what the connected catalog has: no file that could be opened. */
export const CATALOG = 'millrace-catalog:/';

/** A file, or the cells of a notebook that are Flink SQL: texts that share a session. */
export interface Program {
  readonly id: string;
  readonly documents: readonly TextDocument[];
}

interface Analysis {
  /** Versions of the documents and of what other files make. */
  readonly key: string;
  readonly texts: readonly AnalyzedText[];
  readonly memory: AnalysisMemory;
}

/** Trees of so many programs are kept; those that were asked for longest ago are analysed anew when they are asked for. */
const KEPT = 10;

/** What is open in the editor, with its analyses, and the workspace that it lies in. */
export class Programs {
  readonly index = new WorkspaceIndex();
  readonly #files: TextDocuments<TextDocument>;
  readonly #notebooks: NotebookDocuments<TextDocument>;
  readonly #analyses = new Map<string, Analysis>();
  readonly #onInternalError: InternalErrorListener;
  readonly #settings: () => AnalysisSettings;
  /** Told which names mean something else now, and the program that made them. */
  onDefinitionsChanged: (names: readonly string[], program: string) => void = () => undefined;

  constructor(
    files: TextDocuments<TextDocument>,
    notebooks: NotebookDocuments<TextDocument>,
    settings: () => AnalysisSettings,
    onInternalError: InternalErrorListener,
  ) {
    this.#files = files;
    this.#notebooks = notebooks;
    this.#settings = settings;
    this.#onInternalError = onInternalError;
  }

  /** The program a document belongs to; undefined for one that is not open. */
  programOf(uri: string): Program | undefined {
    const cell = this.#notebooks.getNotebookCell(uri);
    const notebook = cell && this.#notebooks.findNotebookDocumentForCell(cell);
    if (notebook) return this.#notebook(notebook.uri);
    const file = this.#files.get(uri);
    return file && { id: uri, documents: [file] };
  }

  /** An open file or notebook by its own address. */
  byId(id: string): Program | undefined {
    const file = this.#files.get(id);
    return file ? { id, documents: [file] } : this.#notebook(id);
  }

  get open(): Program[] {
    const notebooks = new Map<string, Program>();
    for (const cell of this.#notebooks.cellTextDocuments.all()) {
      const program = this.programOf(cell.uri);
      if (program) notebooks.set(program.id, program);
    }
    return [...this.#files.all().map((file): Program => ({ id: file.uri, documents: [file] })), ...notebooks.values()];
  }

  #notebook(uri: string): Program | undefined {
    const notebook = this.#notebooks.getNotebookDocument(uri);
    if (!notebook) return undefined;
    const documents = notebook.cells
      .map((c) => this.#notebooks.getCellTextDocument(c))
      .filter((d): d is TextDocument => d?.languageId === LANGUAGE);
    return { id: uri, documents };
  }

  document(uri: string): TextDocument | undefined {
    return this.#files.get(uri) ?? this.#notebooks.cellTextDocuments.get(uri);
  }

  isCell(uri: string): boolean {
    return this.#notebooks.cellTextDocuments.get(uri) !== undefined;
  }

  /** What an analysis is valid for. */
  keyOf({ documents }: Program): string {
    return `${documents.map((d) => `${d.uri}@${d.version}`).join('\n')}\n${this.index.version} ${JSON.stringify(this.#settings())}`;
  }

  /** The texts of the document's program, in order; none for a document that is not open. */
  analyzed(uri: string): readonly AnalyzedText[] {
    const program = this.programOf(uri);
    return program ? this.analyze(program) : [];
  }

  analyze(program: Program): readonly AnalyzedText[] {
    const { id } = program;
    const known = this.#analyses.get(id);
    if (known?.key === this.keyOf(program)) {
      // The one asked for last is forgotten last.
      this.#analyses.delete(id);
      this.#analyses.set(id, known);
      return known.texts;
    }
    const memory = known?.memory ?? new AnalysisMemory(this.#onInternalError);
    const sources = program.documents.map((d): SourceText => ({ id: d.uri, text: d.getText() }));
    const texts = this.#analyze(id, sources, memory);
    this.#analyses.delete(id);
    this.#analyses.set(id, { key: this.keyOf(program), texts, memory });
    for (const oldest of this.#analyses.keys()) {
      if (this.#analyses.size <= KEPT) break;
      this.#analyses.delete(oldest);
    }
    return texts;
  }

  #analyze(id: string, sources: readonly SourceText[], memory: AnalysisMemory): AnalyzedText[] {
    const settings = this.#settings();
    const own = indexProgram(id, sources, (s) => memory.parse(s.id, withPlaceholders(s.text), settings.target));
    const changed = this.index.put(own);
    const before = this.index.prelude(own).map((d): SourceText => ({ id: `${d.id} ${d.start}`, text: d.text }));
    const texts = analyzeProgram([...before, ...sources], memory, settings).slice(before.length);
    if (changed.length > 0) this.onDefinitionsChanged(changed, id);
    return texts;
  }

  /** The analysis of a program by its address, of a file that is not open, too: that one is not kept. */
  analyzedProgram(id: string): readonly AnalyzedText[] {
    const open = this.byId(id);
    if (open) return this.analyze(open);
    const indexed = this.index.get(id);
    return indexed ? this.#analyze(id, indexed.sources, new AnalysisMemory(this.#onInternalError)) : [];
  }

  /** The texts of the document's program behind those of the programs that make what it only uses. */
  analyzedWithSources(uri: string): readonly AnalyzedText[] {
    const id = this.programOf(uri)?.id;
    const texts = this.analyzed(uri);
    const own = id === undefined ? undefined : this.index.get(id);
    if (!own) return texts;
    const made = new Set(this.index.prelude(own).map((d) => d.id));
    const homes = [...this.index.programs].filter((p) => p.id !== CATALOG && p.sources.some((s) => made.has(s.id)));
    return [...homes.flatMap((p) => this.analyzedProgram(p.id)), ...texts];
  }

  /** A document as it is open, or as it was read from its file. */
  documentOrFile(uri: string): TextDocument | undefined {
    const open = this.document(uri);
    if (open) return open;
    if (uri === CATALOG) return undefined;
    const source = this.index.get(uri)?.sources[0];
    return source && TextDocument.create(uri, LANGUAGE, 0, source.text);
  }

  find(uri: string): { readonly document: TextDocument; readonly text: AnalyzedText } | undefined {
    const document = this.document(uri);
    const text = document && this.analyzed(uri).find((t) => t.source.id === uri);
    return text && { document, text };
  }

  /** Forgets the analysis of a program that was closed. */
  forget(id: string): void {
    this.#analyses.delete(id);
  }

  /** All analyses are of another version of Flink now. */
  forgetAll(): void {
    this.#analyses.clear();
  }
}
