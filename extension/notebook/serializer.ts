import * as vscode from 'vscode';
import { type CellMetadata, type CellText, type NotebookMetadata, parseNotebook, serializeNotebook } from './format.ts';

export const NOTEBOOK_TYPE = 'millrace-notebook';
export const LANGUAGE = 'flink-sql';

/** Reads and writes `*.flinknb`; see format.ts. A file that is not UTF-8 is refused: saving would destroy it. */
export class NotebookTextSerializer implements vscode.NotebookSerializer {
  deserializeNotebook(content: Uint8Array): vscode.NotebookData {
    const text = decode(content);
    const { cells, metadata } = parseNotebook(text);
    const data = new vscode.NotebookData(
      cells.map(({ kind, value, metadata: cellMetadata }) => {
        const code = kind === 'code';
        const cellKind = code ? vscode.NotebookCellKind.Code : vscode.NotebookCellKind.Markup;
        const cell = new vscode.NotebookCellData(cellKind, value, code ? LANGUAGE : 'markdown');
        cell.metadata = { ...cellMetadata };
        return cell;
      }),
    );
    data.metadata = { ...metadata };
    return data;
  }

  serializeNotebook(data: vscode.NotebookData): Uint8Array {
    const cells = data.cells.map(
      (cell): CellText => ({
        kind: cell.kind === vscode.NotebookCellKind.Code ? 'code' : 'markdown',
        value: cell.value,
        metadata: (cell.metadata ?? {}) as CellMetadata,
      }),
    );
    const metadata = (data.metadata ?? {}) as NotebookMetadata;
    return new TextEncoder().encode(serializeNotebook({ cells, metadata }));
  }
}

function decode(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch (cause) {
    throw new Error(vscode.l10n.t('The notebook is not UTF-8 text'), { cause });
  }
}
