import * as vscode from 'vscode';
import { DeploymentStore } from '../../deployment/record.ts';
import { registerCommand } from '../commands.ts';
import type { ConnectionBook } from '../connections/connection-book.ts';
import { defaultConnection } from '../connections/register.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { ActiveEnvironment } from '../environments/active-environment.ts';
import type { JobReference } from '../jobs/job-actions.ts';
import type { Log } from '../log.ts';
import type { Kernels } from '../notebook/kernels.ts';
import { LANGUAGE, NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import type { DeployPanel, DeploySource } from './deploy-panel.ts';

export interface DeployParts {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly book: ConnectionBook;
  readonly kernels: Kernels;
  readonly environment: ActiveEnvironment;
  readonly showJob: (job: JobReference) => void;
  readonly changed: () => void;
}

/** `Millrace: Deploy…` for the notebook or script in front. */
export function registerDeploy({
  context,
  log,
  book,
  kernels,
  environment,
  showJob,
  changed,
}: DeployParts): Disposable {
  const disposables = new DisposableList();
  const open = new Map<string, DeployPanel>();
  disposables.add({ dispose: () => [...open.values()].map((panel) => panel.dispose()) });
  disposables.add(
    registerCommand(log, 'millrace.deploy', async () => {
      const source = await sourceInFront(kernels);
      const folder = vscode.workspace.getWorkspaceFolder(source.file) ?? vscode.workspace.workspaceFolders?.[0];
      if (!folder) throw new Error('Open the folder of the file first: what runs where is recorded in its .millrace');
      const key = source.file.toString();
      // The text may have changed since: a form that is open is opened anew.
      open.get(key)?.dispose();
      const { DeployPanel: Panel } = await import('./deploy-panel.ts');
      const root = folder.uri.fsPath;
      const services = { extension: context.extensionUri, log, book, environment, root, showJob, changed };
      const panel: DeployPanel = new Panel({ ...services, store: new DeploymentStore(root) }, source, () => {
        if (open.get(key) === panel) open.delete(key);
      });
      open.set(key, panel);
    }),
  );
  return disposables;
}

async function sourceInFront(kernels: Kernels): Promise<DeploySource> {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  if (notebook?.notebookType === NOTEBOOK_TYPE) {
    if (notebook.isUntitled || (notebook.isDirty && !(await notebook.save())))
      throw new Error('Save the notebook first');
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(notebook.uri)).replace(/^\ufeff/, '');
    const cells = notebook.getCells().map(({ document }) => document);
    const mistakes = cells.flatMap((cell) => errorsOf(cell).map((message) => ({ line: lineIn(text, cell), message })));
    return { file: notebook.uri, text, mistakes, connection: kernels.of(notebook).connection.label };
  }
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== LANGUAGE)
    throw new Error('Open the notebook or the Flink SQL file that is to be deployed');
  if (document.isUntitled || (document.isDirty && !(await document.save()))) throw new Error('Save the file first');
  const mistakes = vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ severity, source }) => severity === vscode.DiagnosticSeverity.Error && source !== 'Flink')
    .map(({ range, message }) => ({ line: range.start.line + 1, message }));
  return { file: document.uri, text: document.getText(), mistakes, connection: defaultConnection() };
}

/** What the language server says of a cell; what Flink said of its last run may be about another session. */
function errorsOf(cell: vscode.TextDocument): string[] {
  return vscode.languages
    .getDiagnostics(cell.uri)
    .filter(({ severity, source }) => severity === vscode.DiagnosticSeverity.Error && source !== 'Flink')
    .map(({ message }) => message);
}

/** The line of the notebook's file on which a cell begins. */
function lineIn(text: string, cell: vscode.TextDocument): number {
  const at = text.indexOf(cell.getText().replaceAll('\r\n', '\n'));
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}
