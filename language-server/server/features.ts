import {
  type Connection,
  DocumentHighlightKind,
  type DocumentSymbol,
  type FoldingRange,
  FoldingRangeKind,
  InlayHintKind,
  type CodeAction as LspCodeAction,
  type Location as LspLocation,
  type TextEdit as LspTextEdit,
  type SelectionRange,
  type ServerCapabilities,
  SymbolKind,
} from 'vscode-languageserver/node';
import type { TextEdit } from '../ide/format.ts';
import { inlayHints } from '../ide/inlay-hints.ts';
import type { Location } from '../ide/navigation.ts';
import { namesakes, referencesOf, renameEdits, renameRange } from '../ide/navigation.ts';
import { quickFixes } from '../ide/quick-fixes.ts';
import { definitionAcross, referencesAcross } from '../ide/references.ts';
import { signatureHelp } from '../ide/signature-help.ts';
import { foldingRanges, type OutlineEntry, outline, selectionRanges } from '../ide/structure.ts';
import { CATALOG, type Programs } from './programs.ts';
import { rangeOf } from './ranges.ts';
import type { SettingsKeeper } from './settings.ts';

export const featureCapabilities: ServerCapabilities = {
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  signatureHelpProvider: { triggerCharacters: ['(', ','] },
  codeActionProvider: { codeActionKinds: ['quickfix', 'refactor'] },
  inlayHintProvider: true,
};

const SYMBOLS: Record<OutlineEntry['kind'], SymbolKind> = {
  table: SymbolKind.Struct,
  view: SymbolKind.Interface,
  function: SymbolKind.Function,
  database: SymbolKind.Namespace,
  catalog: SymbolKind.Package,
  query: SymbolKind.Event,
  insert: SymbolKind.Method,
  column: SymbolKind.Field,
  cte: SymbolKind.Interface,
  statement: SymbolKind.Event,
};

/** Registers the features beside completion, hover and formatting. Settings are those of the section `millrace`. */
export function registerFeatures(connection: Connection, documents: Programs, settings: SettingsKeeper): void {
  registerNavigation(connection, documents);
  registerStructure(connection, documents);
  connection.onSignatureHelp(({ textDocument, position }) => {
    const found = documents.find(textDocument.uri);
    const help = found && signatureHelp(found.text, found.document.offsetAt(position));
    if (!help) return null;
    return {
      signatures: help.signatures.map((s) => ({ ...s, parameters: s.parameters.map((label) => ({ label })) })),
      activeSignature: help.active,
      activeParameter: help.parameter,
    };
  });
  connection.onCodeAction(({ textDocument, range, context }): LspCodeAction[] => {
    const found = documents.find(textDocument.uri);
    if (!found) return [];
    const { document, text } = found;
    const program = documents.analyzedWithSources(document.uri);
    return quickFixes(text, document.offsetAt(range.start), document.offsetAt(range.end), program).map(
      ({ title, kind, edits, also = [], diagnostic }) => {
        const mended =
          diagnostic &&
          context.diagnostics.filter((d) => d.code === diagnostic.code && d.message === diagnostic.message);
        return {
          title,
          kind,
          edit: { changes: changesOf(documents, [{ id: document.uri, edits }, ...also]) },
          ...(mended && mended.length > 0 ? { diagnostics: mended } : {}),
        };
      },
    );
  });
  connection.languages.inlayHint.on(({ textDocument, range }) => {
    const found = documents.find(textDocument.uri);
    if (!found) return [];
    const { document, text } = found;
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    return inlayHints(text, settings.current.inlayHints)
      .filter((h) => start <= h.offset && h.offset <= end)
      .map((h) => ({
        position: document.positionAt(h.offset),
        label: h.label,
        tooltip: h.tooltip,
        kind: InlayHintKind.Type,
        paddingLeft: true,
      }));
  });
}

/** Edits by document; a document without an edit has no entry. */
function changesOf(
  programs: Programs,
  list: readonly { readonly id: string; readonly edits: readonly TextEdit[] }[],
): Record<string, LspTextEdit[]> {
  const changes: Record<string, LspTextEdit[]> = {};
  for (const { id, edits } of list) {
    const document = programs.documentOrFile(id);
    if (document && edits.length > 0)
      changes[id] = edits.map((e) => ({ range: rangeOf(document, e), newText: e.text }));
  }
  return changes;
}

function registerNavigation(connection: Connection, programs: Programs): void {
  const locate = (l: Location): LspLocation[] => {
    const document = programs.documentOrFile(l.id);
    return document ? [{ uri: document.uri, range: rangeOf(document, l) }] : [];
  };
  const offset = (uri: string, position: { line: number; character: number }): number =>
    programs.document(uri)?.offsetAt(position) ?? -1;
  const analysis = (id: string) => programs.analyzedProgram(id);
  const references = (uri: string, at: number): Location[] => {
    const program = programs.programOf(uri);
    return program ? referencesAcross(program.id, uri, at, analysis, programs.index) : [];
  };
  connection.onDefinition(({ textDocument: { uri }, position }) => {
    const program = programs.programOf(uri);
    const found = program && definitionAcross(program.id, uri, offset(uri, position), analysis, programs.index);
    return found ? locate(found) : [];
  });
  connection.onReferences(({ textDocument: { uri }, position, context }) =>
    references(uri, offset(uri, position))
      .filter((l) => context.includeDeclaration || !l.isDefinition)
      .flatMap(locate),
  );
  connection.onDocumentHighlight(({ textDocument: { uri }, position }) =>
    referencesOf(programs.analyzed(uri), uri, offset(uri, position))
      .filter((l) => l.id === uri)
      .flatMap((l) =>
        locate(l).map(({ range }) => ({
          range,
          kind: l.isDefinition ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
        })),
      ),
  );
  connection.onPrepareRename(({ textDocument: { uri }, position }) => {
    const at = offset(uri, position);
    const found = renameRange(programs.analyzed(uri), uri, at);
    const program = programs.programOf(uri);
    const made = program && definitionAcross(program.id, uri, at, analysis, programs.index);
    // What a server has, a text cannot rename.
    if (made?.id === CATALOG) return null;
    return found ? (locate(found)[0]?.range ?? null) : null;
  });
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) => {
    const names = namesakes(programs.analyzed(uri), uri, offset(uri, position));
    const places = names.flatMap(({ id, start }) => references(id, start));
    const edits = renameEdits(places, newName);
    return {
      changes: changesOf(
        programs,
        [...edits].map(([id, list]) => ({ id, edits: list })),
      ),
    };
  });
}

function registerStructure(connection: Connection, documents: Programs): void {
  connection.onDocumentSymbol(({ textDocument }) => {
    const found = documents.find(textDocument.uri);
    if (!found) return [];
    const symbol = (e: OutlineEntry): DocumentSymbol => ({
      name: e.name,
      detail: e.detail,
      kind: SYMBOLS[e.kind],
      range: rangeOf(found.document, e),
      selectionRange: rangeOf(found.document, e.selection),
      children: e.children.map(symbol),
    });
    return outline(found.text).map(symbol);
  });
  connection.onFoldingRanges(({ textDocument }) => {
    const found = documents.find(textDocument.uri);
    if (!found) return [];
    return foldingRanges(found.text).map((r): FoldingRange => {
      const { start, end } = rangeOf(found.document, r);
      return { startLine: start.line, endLine: end.line, ...(r.comment ? { kind: FoldingRangeKind.Comment } : {}) };
    });
  });
  connection.onSelectionRanges(({ textDocument, positions }) => {
    const found = documents.find(textDocument.uri);
    if (!found) return [];
    const { document, text } = found;
    return positions.map((position): SelectionRange => {
      let chain: SelectionRange | undefined;
      for (const r of selectionRanges(text, document.offsetAt(position)).reverse())
        chain = { range: rangeOf(document, r), ...(chain ? { parent: chain } : {}) };
      return chain ?? { range: { start: position, end: position } };
    });
  });
}
