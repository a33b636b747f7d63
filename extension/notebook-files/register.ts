import * as vscode from 'vscode';
import { RESULT_MIME, type ResultState } from '../../webviews/messages.ts';
import { readWindow } from '../../webviews/results/row-window.ts';
import { registerCommand } from '../commands.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import type { ResultHub } from '../notebook/result-hub.ts';
import { LANGUAGE, NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import { asHtml, asMarkdown, asScript, type ExportedCell, type ExportedResult } from './export-text.ts';
import { importCells } from './import-cells.ts';

/** Rows of a result that a page shows. */
const MOST_ROWS = 500;

/** Notebooks of other tools as ours, and ours as scripts and pages. */
export function registerNotebookFiles(log: Log, hub: ResultHub<vscode.NotebookEditor>): Disposable {
  const disposables = new DisposableList();
  disposables.add(
    registerCommand(log, 'millrace.importNotebook', async (given?: unknown) => {
      const source = given instanceof vscode.Uri ? given : await chosenSource();
      if (!source) return;
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(source));
      const cells = importCells(source.path, text).map(({ kind, value }) =>
        kind === 'code'
          ? new vscode.NotebookCellData(vscode.NotebookCellKind.Code, value, LANGUAGE)
          : new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, value, 'markdown'),
      );
      if (cells.length === 0) throw new Error(vscode.l10n.t('There is nothing in it to import'));
      const notebook = await vscode.workspace.openNotebookDocument(NOTEBOOK_TYPE, new vscode.NotebookData(cells));
      await vscode.window.showNotebookDocument(notebook);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.exportNotebook', async () => {
      const notebook = vscode.window.activeNotebookEditor?.notebook;
      if (notebook?.notebookType !== NOTEBOOK_TYPE) throw new Error(vscode.l10n.t('No Flink SQL notebook is open'));
      const name =
        notebook.uri.path
          .split('/')
          .at(-1)
          ?.replace(/\.flinknb$/, '') ?? 'notebook';
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
      const forms = [
        { label: vscode.l10n.t('SQL script'), ending: 'sql' },
        { label: vscode.l10n.t('Markdown with results'), ending: 'md' },
        { label: vscode.l10n.t('HTML page with results'), ending: 'html' },
      ];
      const form = await vscode.window.showQuickPick(forms, { title: vscode.l10n.t('Export notebook') });
      if (!form) return;
      const target = await vscode.window.showSaveDialog({
        defaultUri: vscode.Uri.joinPath(folder, `${name}.${form.ending}`),
        filters: { [form.label]: [form.ending] },
      });
      if (!target) return;
      const cells = notebook.getCells().map((cell) => exported(cell, hub));
      const text = { sql: asScript, md: asMarkdown, html: (all: ExportedCell[]) => asHtml(name, all) }[
        form.ending as 'sql' | 'md' | 'html'
      ](cells);
      await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
      vscode.window.setStatusBarMessage(
        `Millrace: ${vscode.l10n.t('{0} exported', target.path.split('/').at(-1) ?? '')}`,
        5000,
      );
    }),
  );
  return disposables;
}

async function chosenSource(): Promise<vscode.Uri | undefined> {
  const [source] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Import as Flink SQL notebook'),
      filters: { [vscode.l10n.t('Notebooks and scripts')]: ['zpln', 'ipynb', 'sql', 'fsql'] },
    })) ?? [];
  return source;
}

function exported(cell: vscode.NotebookCell, hub: ResultHub<vscode.NotebookEditor>): ExportedCell {
  const kind = cell.kind === vscode.NotebookCellKind.Code ? 'code' : 'markdown';
  const states = cell.outputs.flatMap(({ items }) =>
    items
      .filter(({ mime }) => mime === RESULT_MIME)
      .map(({ data }) => JSON.parse(new TextDecoder().decode(data)) as ResultState),
  );
  return { kind, value: cell.document.getText(), results: states.map((state) => resultOf(state, hub)) };
}

function resultOf(known: ResultState, hub: ResultHub<vscode.NotebookEditor>): ExportedResult {
  const store = hub.store(known.id);
  // Of a result that is gone with its window, only what the output itself says is left.
  const state = store?.state() ?? known;
  const found = store?.rows('table', 0, MOST_ROWS);
  const window = found && readWindow(0, found.ipc);
  const rows = Array.from({ length: window?.length ?? 0 }, (_, i) => (window?.cells ?? []).map((cell) => cell(i)));
  const words = state.error
    ? state.error.message
    : state.kind === 'ok'
      ? 'OK'
      : state.kind === 'job'
        ? vscode.l10n.t('Job {0} submitted', state.jobId ?? '')
        : undefined;
  return { columns: state.columns, rows, total: state.tableRows, words, failed: state.error !== undefined };
}
