import * as vscode from 'vscode';
import type { Place } from '../../testing/model.ts';
import { cellsOf, NOTEBOOK_SUFFIX } from '../../testing/notebook.ts';
import { serializeNotebook } from '../notebook/format.ts';

/** A file of tests, or a script or notebook that they test, as it stands in its editor, and where its offsets lie there. */
export interface TestSource {
  readonly text: string;
  /** The disk has something else. */
  readonly isUnsaved: boolean;
  /** In the file, or in the notebook's cell. */
  location(place: Place): vscode.Location;
}

/** Reads a file; what is open is meant as it stands in its editor. */
export async function sourceOf(uri: vscode.Uri): Promise<TestSource> {
  const key = uri.toString();
  if (uri.path.endsWith(NOTEBOOK_SUFFIX)) {
    const notebook = vscode.workspace.notebookDocuments.find((open) => open.uri.toString() === key);
    if (notebook) return notebookSource(notebook);
  }
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
  if (open) return documentSource(open);
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  const at = positions(text);
  const location = ({ start, end }: Place) => new vscode.Location(uri, new vscode.Range(at(start), at(end)));
  return { text, isUnsaved: false, location };
}

export function documentSource(document: vscode.TextDocument): TestSource {
  return {
    text: document.getText(),
    isUnsaved: document.isDirty,
    location: ({ start, end }) =>
      new vscode.Location(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end))),
  };
}

/** A notebook that is open: places are those of its cells. */
export function notebookSource(notebook: vscode.NotebookDocument): TestSource {
  const text = serializeNotebook({
    cells: notebook.getCells().map((cell) => ({
      kind: cell.kind === vscode.NotebookCellKind.Code ? 'code' : 'markdown',
      value: cell.document.getText(),
      metadata: cell.metadata,
    })),
    metadata: notebook.metadata,
  });
  const cells = cellsOf(text);
  const at = positions(text);
  return {
    text,
    isUnsaved: notebook.isDirty,
    location: ({ start, end }) => {
      const index = cells.findIndex((cell) => start >= cell.start && start <= cell.end);
      const cell = cells[index];
      if (!cell || index >= notebook.cellCount) {
        return new vscode.Location(notebook.uri, new vscode.Range(at(start), at(end)));
      }
      // Lines are the same in the cell, whatever ends them.
      const first = at(cell.start).line;
      const inCell = (offset: number): vscode.Position => at(offset).translate(-first);
      return new vscode.Location(
        notebook.cellAt(index).document.uri,
        new vscode.Range(inCell(start), inCell(Math.min(end, cell.end))),
      );
    },
  };
}

/** Positions in a text that no editor has open. */
export function positions(text: string): (offset: number) => vscode.Position {
  return (offset) => {
    const before = text.slice(0, offset).split('\n');
    return new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
  };
}
