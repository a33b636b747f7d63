import {
  type CodeLens,
  type Connection,
  type DocumentLink,
  type TextEdit as LspTextEdit,
  SemanticTokensBuilder,
  type ServerCapabilities,
  SymbolKind,
  type WorkspaceSymbol,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CatalogJob } from '../ide/catalog-source.ts';
import { codeLenses } from '../ide/code-lenses.ts';
import { formatEdit, formatRangeEdits, formatTyped, type TextEdit } from '../ide/format.ts';
import { documentLinks } from '../ide/links.ts';
import { type SemanticToken, semanticTokens, TOKEN_MODIFIERS, TOKEN_TYPES } from '../ide/semantic-tokens.ts';
import type { Definition } from '../ide/workspace-index.ts';
import { fileUri } from './file-uri.ts';
import type { Programs } from './programs.ts';
import { rangeOf } from './ranges.ts';
import type { SettingsKeeper } from './settings.ts';

export const moreCapabilities: ServerCapabilities = {
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: { firstTriggerCharacter: ';' },
  semanticTokensProvider: {
    legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
    full: true,
    range: true,
  },
  codeLensProvider: {},
  documentLinkProvider: {},
  workspaceSymbolProvider: true,
};

/** What the server knows beside the texts. */
export interface Surroundings {
  /** Folders of the workspace, as addresses. */
  folders(): readonly string[];
  jobs(): readonly CatalogJob[];
}

/** Formatting, semantic tokens, code lenses, links and the workspace's symbols. */
export function registerMoreFeatures(
  connection: Connection,
  programs: Programs,
  settings: SettingsKeeper,
  around: Surroundings,
): void {
  registerFormatting(connection, programs);
  const tokens = (uri: string, range?: { start: number; end: number }) => {
    const found = programs.find(uri);
    return found ? encoded(found.document, semanticTokens(found.text, range)) : { data: [] };
  };
  connection.languages.semanticTokens.on(({ textDocument }) => tokens(textDocument.uri));
  connection.languages.semanticTokens.onRange(({ textDocument: { uri }, range }) => {
    const document = programs.document(uri);
    if (!document) return { data: [] };
    return tokens(uri, { start: document.offsetAt(range.start), end: document.offsetAt(range.end) });
  });
  connection.onCodeLens(({ textDocument: { uri } }): CodeLens[] => {
    const found = settings.current.codeLens ? programs.find(uri) : undefined;
    // A cell has a toolbar of its own.
    if (!found || programs.isCell(uri)) return [];
    return codeLenses(found.text, around.jobs()).map((lens) => ({
      range: rangeOf(found.document, lens),
      command: {
        title: lens.title,
        command: lens.command,
        // With the text: what stands above an edit may be pressed before the lenses are asked for again.
        arguments:
          lens.job === undefined
            ? [uri, lens.start, lens.end, found.document.getText().slice(lens.start, lens.end)]
            : [lens.job],
      },
    }));
  });
  connection.onDocumentLinks(({ textDocument: { uri } }): DocumentLink[] => {
    const found = programs.find(uri);
    if (!found) return [];
    return documentLinks(found.text).flatMap((link) => {
      const target = link.isFile ? fileUri(link.target, around.folders()) : link.target;
      return target === undefined ? [] : [{ range: rangeOf(found.document, link), target }];
    });
  });
  connection.onWorkspaceSymbol(({ query }): WorkspaceSymbol[] => {
    for (const program of programs.open) programs.analyze(program);
    const wanted = query.toLowerCase();
    return programs.index.definitions
      .filter((d) => d.name.toLowerCase().includes(wanted))
      .flatMap((d) => {
        const document = programs.documentOrFile(d.id);
        if (!document) return [];
        const range = rangeOf(document, { start: d.nameStart, end: d.nameEnd });
        return [{ name: d.parts.join('.'), kind: SYMBOLS[d.kind], location: { uri: document.uri, range } }];
      });
  });
}

const SYMBOLS: Record<Definition['kind'], SymbolKind> = {
  table: SymbolKind.Struct,
  view: SymbolKind.Interface,
  function: SymbolKind.Function,
  database: SymbolKind.Namespace,
  catalog: SymbolKind.Package,
};

function registerFormatting(connection: Connection, programs: Programs): void {
  const edits = (document: TextDocument, found: readonly TextEdit[]): LspTextEdit[] =>
    found.map((e) => ({ range: rangeOf(document, e), newText: e.text }));
  connection.onDocumentFormatting(({ textDocument: { uri } }) => {
    const document = programs.document(uri);
    const edit = document && formatEdit(document.getText(), programs.isCell(uri));
    return document && edit ? edits(document, [edit]) : [];
  });
  connection.onDocumentRangeFormatting(({ textDocument: { uri }, range }) => {
    const document = programs.document(uri);
    if (!document) return [];
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    return edits(document, formatRangeEdits(document.getText(), start, end));
  });
  connection.onDocumentOnTypeFormatting(({ textDocument: { uri }, position, ch }) => {
    const document = programs.document(uri);
    return document ? edits(document, formatTyped(document.getText(), document.offsetAt(position), ch)) : [];
  });
}

function encoded(document: TextDocument, tokens: readonly SemanticToken[]) {
  const builder = new SemanticTokensBuilder();
  for (const { start, end, type, modifiers } of tokens) {
    const at = document.positionAt(start);
    const bits = modifiers.reduce((sum, m) => sum | (1 << TOKEN_MODIFIERS.indexOf(m)), 0);
    builder.push(at.line, at.character, end - start, TOKEN_TYPES.indexOf(type), bits);
  }
  return builder.build();
}
