import * as vscode from 'vscode';
import type { Arrangement, ExportFormat, View } from '../../webviews/messages.ts';
import { report } from '../commands.ts';
import type { Log } from '../log.ts';
import type { ResultActions } from '../notebook/result-hub.ts';
import { EXPORT_FORMATS, type ExportTask, exportRows, formatOf, recordRows } from './export-rows.ts';
import type { ResultStore } from './result-store.ts';
import type { RowFilters } from './row-filters.ts';
import type { RunningStatements } from './running.ts';

/** What results ask of the window: files are chosen, written with progress, and can be stopped. */
export function resultActions(
  log: Log,
  filters: RowFilters,
  openJob: ResultActions['openJob'],
  running: RunningStatements,
): ResultActions {
  const told = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => report(log, error, 'results'));
  };
  return {
    exportRows: (store, what) => told(exported(store, what, filters)),
    record: (store) => told(recorded(store, filters)),
    save: (name, bytes) => told(saved(name, bytes)),
    openJob,
    started: (store, { connection, stop }) => running.add(store, connection, stop),
  };
}

async function saved(name: string, bytes: Uint8Array): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
  const ending = name.split('.').at(-1) ?? '';
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, name),
    filters: { [ending.toUpperCase()]: [ending] },
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, bytes);
  said(vscode.l10n.t('{0} saved', target.path.split('/').at(-1) ?? name));
}

async function exported(
  store: ResultStore,
  what: { readonly view: View; readonly arrange: Arrangement },
  filters: RowFilters,
): Promise<void> {
  const target = await chosenFile(store, vscode.l10n.t('Export rows'));
  if (!target) return;
  await withProgress(vscode.l10n.t('Exporting to {0}', target.name), false, async (progress, signal) => {
    const count = await exportRows(store, what, { ...target, filters, signal, progress });
    said(vscode.l10n.t('{0} rows exported to {1}', count, target.name));
  });
}

async function recorded(store: ResultStore, filters: RowFilters): Promise<void> {
  const target = await chosenFile(store, vscode.l10n.t('Record changes from now on'));
  if (!target) return;
  await withProgress(vscode.l10n.t('Recording to {0}', target.name), true, async (progress, signal) => {
    const count = await recordRows(store, { ...target, filters, signal, progress });
    said(vscode.l10n.t('{0} changes recorded to {1}', count, target.name));
  });
}

async function withProgress(
  title: string,
  stays: boolean,
  work: (progress: ExportTask['progress'], signal: AbortSignal) => Promise<void>,
): Promise<void> {
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (shown, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort(new Error('stopped')));
      let last = 0;
      try {
        await work((rows, of) => {
          if (of !== undefined) shown.report({ increment: of === 0 ? 100 : ((rows - last) * 100) / of });
          shown.report({ message: of === undefined ? `${rows}` : `${rows} / ${of}` });
          last = rows;
        }, stop.signal);
      } catch (error) {
        // A record that is stopped is kept; an export that is stopped leaves nothing.
        if (!stop.signal.aborted || stays) throw error;
      }
    },
  );
}

async function chosenFile(
  store: ResultStore,
  title: string,
): Promise<{ readonly format: ExportFormat; readonly path: string; readonly name: string } | undefined> {
  const items = (Object.keys(EXPORT_FORMATS) as ExportFormat[]).map((format) => ({
    label: EXPORT_FORMATS[format].label,
    description: `.${EXPORT_FORMATS[format].ending}`,
    format,
  }));
  const picked = await vscode.window.showQuickPick(items, { title });
  if (!picked) return undefined;
  const { ending, label } = EXPORT_FORMATS[picked.format];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
  const base =
    store
      .state()
      .title.match(/\bFROM\s+([\w.`]+)/i)?.[1]
      ?.replace(/[^\w]+/g, '-') ?? 'result';
  const target = await vscode.window.showSaveDialog({
    title,
    defaultUri: vscode.Uri.joinPath(folder, `${base}.${ending}`),
    filters: { [label]: [ending] },
  });
  if (!target) return undefined;
  const format = formatOf(target.path) ?? picked.format;
  return { format, path: target.fsPath, name: target.path.split('/').at(-1) ?? target.path };
}

function said(words: string): void {
  vscode.window.setStatusBarMessage(`Millrace: ${words}`, 6000);
}
