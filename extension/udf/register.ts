import { join, relative } from 'node:path';
import * as vscode from 'vscode';
import { registerCommand } from '../commands.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import { NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import { insertCell, insertSql } from './insert-sql.ts';
import { chooseProject } from './projects.ts';
import { FunctionLenses, SampleRows } from './run-with-rows.ts';
import { lastLine, UdfTools } from './udf-tools.ts';

export interface UdfParts {
  /** The CLI's bundle. */
  readonly script: string;
  readonly log: Log;
}

/** Commands for user-defined functions: each is a command of the CLI in a process of its own. */
export function registerUdf({ script, log }: UdfParts): Disposable {
  const disposables = new DisposableList();
  const tools = disposables.add(new UdfTools(script, log));

  disposables.add(
    registerCommand(log, 'millrace.udfNew', async () => {
      const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
      if (!root) throw new Error(vscode.l10n.t('Open a folder first: the project goes into it.'));
      const { askForProject } = await import('./new-project.ts');
      const project = await askForProject(root);
      if (!project) return;
      const result = await tools.run(vscode.l10n.t('Making the project'), root, project.args);
      if (!result) return;
      if (result.status !== 0) throw new Error(lastLine(result.stderr));
      const [source = ''] = result.stdout.split(/\r?\n/);
      await vscode.window.showTextDocument(vscode.Uri.file(source.startsWith(root) ? source : join(root, source)));
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.udfBuild', async (given) => {
      const folder = await chooseProject(given);
      const made = folder && (await tools.work('build', folder));
      if (!folder || made === undefined) return;
      const files = made.trim().split(/\r?\n/).filter(Boolean);
      const names = files.map((file) => relative(folder, join(folder, file))).join(', ');
      const use = vscode.l10n.t('Register Functions');
      if ((await vscode.window.showInformationMessage(vscode.l10n.t('Built {0}.', names), use)) !== use) return;
      await vscode.commands.executeCommand('millrace.udfRegister', vscode.Uri.file(folder));
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.udfTest', async (given) => {
      const folder = await chooseProject(given);
      const told = folder && (await tools.work('test', folder));
      if (told) void vscode.window.showInformationMessage(told.trim());
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.udfList', async (given) => {
      const { chooseJar } = await import('./choose-jar.ts');
      const path = given instanceof vscode.Uri ? given.fsPath : await chooseJar();
      const sql = path && (await tools.registration(path, vscode.l10n.t('Functions to register')));
      if (sql) await insertSql(sql);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.udfRegister', async (given) => {
      const editor = vscode.window.activeNotebookEditor ?? vscode.window.visibleNotebookEditors[0];
      if (editor?.notebook.notebookType !== NOTEBOOK_TYPE) {
        throw new Error(vscode.l10n.t('Open a Flink SQL notebook: the functions are registered on its connection.'));
      }
      const path = await chooseProject(given);
      const title = vscode.l10n.t('Functions to register on the connection of {0}', nameOf(editor));
      const sql = path && (await tools.registration(path, title));
      if (!sql) return;
      const at = await insertCell(editor, sql);
      const ranges = [{ start: at, end: at + 1 }];
      await vscode.commands.executeCommand('notebook.cell.execute', { ranges, document: editor.notebook.uri });
    }),
  );
  const samples = new SampleRows();
  const withRows = async (uri: unknown, className: unknown, isDebugged: boolean): Promise<void> => {
    const { runFunction } = await import('./run-function.ts');
    await runFunction(tools, samples, { uri, className, isDebugged });
  };
  disposables.add(
    registerCommand(log, 'millrace.udfRun', (uri?: unknown, className?: unknown) => withRows(uri, className, false)),
  );
  disposables.add(
    registerCommand(log, 'millrace.udfDebug', (uri?: unknown, className?: unknown) => withRows(uri, className, true)),
  );
  const lenses = new FunctionLenses();
  for (const language of ['java', 'python']) {
    disposables.add(vscode.languages.registerCodeLensProvider({ language, scheme: 'file' }, lenses));
  }
  return disposables;
}

const nameOf = ({ notebook }: vscode.NotebookEditor): string =>
  notebook.uri.path.split('/').at(-1) ?? notebook.uri.path;
