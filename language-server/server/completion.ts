import {
  CompletionItemKind,
  type Connection,
  InsertTextFormat,
  type CompletionItem as LspCompletionItem,
  MarkupKind,
} from 'vscode-languageserver/node';
import { type CompletionItem, complete, isSnippet } from '../ide/completion/index.ts';
import { hover } from '../ide/hover.ts';
import type { Programs } from './programs.ts';
import { rangeOf } from './ranges.ts';

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

/** Completion and hover. */
export function registerCompletion(connection: Connection, programs: Programs): void {
  connection.onCompletion(({ textDocument, position }): LspCompletionItem[] => {
    const found = programs.find(textDocument.uri);
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
    const found = programs.find(textDocument.uri);
    const shown = found && hover(found.text, found.document.offsetAt(position));
    if (!found || !shown) return null;
    return {
      contents: { kind: MarkupKind.Markdown, value: shown.markdown },
      range: rangeOf(found.document, shown),
    };
  });
}
