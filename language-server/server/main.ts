import {
  CompletionItemKind,
  createConnection,
  DiagnosticSeverity,
  InsertTextFormat,
  type CompletionItem as LspCompletionItem,
  MarkupKind,
  NotebookDocuments,
  ProposedFeatures,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import { type CompletionItem, complete, isSnippet } from '../ide/completion/index.ts';
import { formatEdit } from '../ide/format.ts';
import { hover } from '../ide/hover.ts';
import { AnalysisMemory } from '../ide/memory.ts';
import { type AnalyzedText, analyzeProgram } from '../ide/program.ts';
import { reviews } from '../ide/reviews.ts';
import { featureCapabilities, rangeOf, registerFeatures } from './features.ts';

const NOTEBOOK = 'millrace-notebook';
const LANGUAGE = 'flink-sql';
/** Typing is left to finish before diagnostics are sent. */
const DEBOUNCE_MS = 120;

const connection = createConnection(ProposedFeatures.all);
const files = new TextDocuments(TextDocument);
const notebooks = new NotebookDocuments(TextDocument);
/** Analyses by program (a file, a notebook), valid for the versions of their texts. */
const analyses = new Map<string, Analysis>();

interface Analysis {
  readonly key: string;
  readonly texts: readonly AnalyzedText[];
  readonly memory: AnalysisMemory;
}
const timers = new Map<string, NodeJS.Timeout>();

connection.onInitialize(() => ({
  capabilities: {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    notebookDocumentSync: {
      notebookSelector: [{ notebook: { notebookType: NOTEBOOK }, cells: [{ language: LANGUAGE }] }],
    },
    completionProvider: { triggerCharacters: ['.', "'", '('] },
    hoverProvider: true,
    documentFormattingProvider: true,
    ...featureCapabilities,
  },
}));

/** The documents of the program a document belongs to, in order, and the program's name. */
function programOf(uri: string): { id: string; documents: TextDocument[] } | undefined {
  const cell = notebooks.getNotebookCell(uri);
  const notebook = cell && notebooks.findNotebookDocumentForCell(cell);
  if (notebook) {
    const documents = notebook.cells
      .map((c) => notebooks.getCellTextDocument(c))
      .filter((d) => d?.languageId === LANGUAGE);
    return { id: notebook.uri, documents: documents as TextDocument[] };
  }
  const file = files.get(uri);
  return file && { id: uri, documents: [file] };
}

function analyzed(uri: string): readonly AnalyzedText[] {
  const program = programOf(uri);
  if (!program) return [];
  const key = program.documents.map((d) => `${d.uri}@${d.version}`).join('\n');
  const known = analyses.get(program.id);
  if (known?.key === key) return known.texts;
  const memory = known?.memory ?? new AnalysisMemory(logInternalError);
  const texts = analyzeProgram(
    program.documents.map((d) => ({ id: d.uri, text: d.getText() })),
    memory,
  );
  analyses.set(program.id, { key, texts, memory });
  return texts;
}

function logInternalError(error: unknown, statement: string): void {
  const stack = error instanceof Error ? error.stack : String(error);
  connection.console.error(`Internal error in the analysis of a statement:\n${statement}\n${stack}`);
}

function find(uri: string): { document: TextDocument; text: AnalyzedText } | undefined {
  const document = files.get(uri) ?? notebooks.cellTextDocuments.get(uri);
  const text = analyzed(uri).find((t) => t.source.id === uri);
  return document && text && { document, text };
}

function publishSoon(uri: string): void {
  const program = programOf(uri);
  if (!program) return;
  clearTimeout(timers.get(program.id));
  timers.set(
    program.id,
    setTimeout(() => publish(uri), DEBOUNCE_MS),
  );
}

function publish(uri: string): void {
  for (const text of analyzed(uri)) {
    const document = files.get(text.source.id) ?? notebooks.cellTextDocuments.get(text.source.id);
    if (!document) continue;
    void connection.sendDiagnostics({
      uri: document.uri,
      version: document.version,
      diagnostics: [...text.diagnostics, ...reviews(text)].map((d) => ({
        range: { start: document.positionAt(d.start), end: document.positionAt(d.end) },
        severity: SEVERITIES[d.severity],
        code: d.code,
        source: 'Flink SQL',
        message: d.message,
      })),
    });
  }
}

const SEVERITIES: Record<Diagnostic['severity'], DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

files.onDidChangeContent(({ document }) => publishSoon(document.uri));
files.onDidClose(({ document }) => {
  clearTimeout(timers.get(document.uri));
  analyses.delete(document.uri);
  void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
});
notebooks.onDidOpen((notebook) => {
  const first = notebook.cells[0];
  if (first) publishSoon(first.document);
});
notebooks.onDidChange(({ notebookDocument, cells }) => {
  for (const closed of cells?.removed ?? []) void connection.sendDiagnostics({ uri: closed.document, diagnostics: [] });
  const first = notebookDocument.cells[0];
  if (first) publishSoon(first.document);
});
notebooks.onDidClose((notebook) => {
  clearTimeout(timers.get(notebook.uri));
  analyses.delete(notebook.uri);
  for (const cell of notebook.cells) void connection.sendDiagnostics({ uri: cell.document, diagnostics: [] });
});

const KINDS: Record<CompletionItem['kind'], CompletionItemKind> = {
  keyword: CompletionItemKind.Keyword,
  table: CompletionItemKind.Struct,
  view: CompletionItemKind.Interface,
  cte: CompletionItemKind.Interface,
  column: CompletionItemKind.Field,
  function: CompletionItemKind.Function,
  option: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  snippet: CompletionItemKind.Snippet,
  catalog: CompletionItemKind.Module,
  database: CompletionItemKind.Folder,
  condition: CompletionItemKind.Operator,
  hint: CompletionItemKind.Event,
  type: CompletionItemKind.TypeParameter,
};

connection.onCompletion(({ textDocument, position }): LspCompletionItem[] => {
  const found = find(textDocument.uri);
  if (!found) return [];
  const { document, text } = found;
  return complete(text, document.offsetAt(position)).map(
    (item, i): LspCompletionItem => ({
      label: item.label,
      kind: KINDS[item.kind],
      sortText: String(i).padStart(5, '0'),
      ...(item.detail ? { detail: item.detail } : {}),
      ...(item.documentation ? { documentation: { kind: MarkupKind.Markdown, value: item.documentation } } : {}),
      ...(item.insert && !item.replace ? { insertText: item.insert } : {}),
      ...(item.replace
        ? {
            filterText: item.label,
            textEdit: { range: rangeOf(document, item.replace), newText: item.insert ?? item.label },
          }
        : {}),
      ...(item.insert && isSnippet(item.insert) ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
    }),
  );
});

connection.onHover(({ textDocument, position }) => {
  const found = find(textDocument.uri);
  const shown = found && hover(found.text, found.document.offsetAt(position));
  if (!found || !shown) return null;
  return {
    contents: { kind: MarkupKind.Markdown, value: shown.markdown },
    range: { start: found.document.positionAt(shown.start), end: found.document.positionAt(shown.end) },
  };
});

connection.onDocumentFormatting(({ textDocument }) => {
  const cell = notebooks.cellTextDocuments.get(textDocument.uri);
  const document = files.get(textDocument.uri) ?? cell;
  const edit = document && formatEdit(document.getText(), cell !== undefined);
  if (!document || !edit) return [];
  const range = { start: document.positionAt(edit.start), end: document.positionAt(edit.end) };
  return [{ range, newText: edit.text }];
});

registerFeatures(connection, {
  find,
  program: analyzed,
  document: (uri) => files.get(uri) ?? notebooks.cellTextDocuments.get(uri),
});

files.listen(connection);
notebooks.listen(connection);
connection.listen();
