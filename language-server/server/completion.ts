import {
  CompletionItemKind,
  type Connection,
  InsertTextFormat,
  type CompletionItem as LspCompletionItem,
  MarkupKind,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type Around, type CompletionItem, complete, isSnippet } from '../ide/completion/index.ts';
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
export function registerCompletion(
  connection: Connection,
  programs: Programs,
  around: (program: string) => Around,
): void {
  // Documents of hundreds of items are not sent: the one that is looked at is asked for.
  let last: readonly CompletionItem[] = [];
  let turn = 0;
  connection.onCompletion(({ textDocument, position }): LspCompletionItem[] => {
    const found = programs.find(textDocument.uri);
    if (!found) return [];
    const { document, text } = found;
    last = complete(text, document.offsetAt(position), around(programs.programOf(document.uri)?.id ?? document.uri));
    turn++;
    return last.map((item, i) => itemOf(item, i, turn, document));
  });
  connection.onCompletionResolve((item: LspCompletionItem): LspCompletionItem => {
    const [of, index] = (item.data ?? []) as [number?, number?];
    const documentation = of === turn && index !== undefined ? last[index]?.documentation : undefined;
    return documentation ? { ...item, documentation: { kind: MarkupKind.Markdown, value: documentation } } : item;
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

function itemOf(item: CompletionItem, index: number, turn: number, document: TextDocument): LspCompletionItem {
  return {
    label: item.label,
    kind: KINDS[item.kind],
    sortText: String(index).padStart(5, '0'),
    ...(item.detail ? { detail: item.detail } : {}),
    ...(item.documentation ? { data: [turn, index] } : {}),
    ...(item.insert && !item.replace ? { insertText: item.insert } : {}),
    ...(item.replace
      ? {
          filterText: item.label,
          textEdit: { range: rangeOf(document, item.replace), newText: item.insert ?? item.label },
        }
      : {}),
    ...(item.insert && isSnippet(item.insert) ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
  };
}
