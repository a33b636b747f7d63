import type { Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** A range of offsets as the protocol has it. */
export const rangeOf = (
  document: TextDocument,
  { start, end }: { readonly start: number; readonly end: number },
): Range => ({
  start: document.positionAt(start),
  end: document.positionAt(end),
});
