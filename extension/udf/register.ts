import { dirname, join, relative } from 'node:path';
import * as vscode from 'vscode';
import { registerCommand } from '../commands.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import { NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import { type CliResult, runCli } from './cli-process.ts';
import { insertCell, insertSql } from './insert-sql.ts';
import { functionItems, type ListedFunction, registrations } from './listed-functions.ts';
import { chooseProject } from './projects.ts';
import { FunctionLenses, SampleRows } from './run-with-rows.ts';
import { type ToolMessage, toolMessages } from './tool-messages.ts';

export interface UdfParts {
  /** The CLI's bundle. */
  readonly script: string;
  readonly log: Log;
}

/** Commands for user-defined functions: each is a command of the CLI in a process of its own. */
export function registerUdf({ script, log }: UdfParts): Disposable {
  const disposables = new DisposableList();
  const problems = disposables.add(vscode.languages.createDiagnosticCollection('millrace-udf'));

  /** Runs with a notice that can be cancelled; undefined when it was. */
  const run = async (title: string, cwd: string, args: readonly string[]): Promise<CliResult | undefined> => {
    const location = vscode.ProgressLocation.Notification;
    return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
      const abort = new AbortController();
      const cancelling = token.onCancellationRequested(() => abort.abort());
      try {
        return await runCli({ script, cwd, args, signal: abort.signal });
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      } finally {
        cancelling.dispose();
      }
    });
  };

  /** Builds or tests; mistakes go to the Problems panel, and stay there until the next build. Undefined: not done. */
  const work = async (verb: 'build' | 'test', folder: string): Promise<string | undefined> => {
    await vscode.workspace.saveAll(false);
    const title = `${verb === 'build' ? 'Building' : 'Testing'} ${vscode.workspace.asRelativePath(folder)}`;
    const result = await run(title, folder, ['udf', verb, folder]);
    if (!result) return undefined;
    problems.clear();
    const { messages, rest } = toolMessages(result.stderr, folder);
    show(problems, messages);
    if (rest) log.info(rest);
    if (result.status === 0) return result.stdout;
    if (messages.length === 0) throw new Error(lastLine(rest) || `the ${verb} has failed`);
    await vscode.commands.executeCommand('workbench.actions.view.problems');
    return undefined;
  };

  const listed = async (path: string): Promise<readonly ListedFunction[]> => {
    const result = await run('Looking for functions', dirname(path), ['udf', 'list', path, '--json']);
    if (!result) return [];
    // Jars that could not be read are told; what was found in others is offered.
    if (result.stderr.trim()) log.warn(result.stderr.trim());
    if (!result.stdout.trim()) throw new Error(lastLine(result.stderr) || 'no functions could be listed');
    const functions = JSON.parse(result.stdout) as ListedFunction[];
    if (functions.length === 0) throw new Error(`There are no functions in ${path}.`);
    return functions;
  };

  const choose = async (path: string, title: string): Promise<string | undefined> => {
    const items = functionItems(await listed(path));
    if (items.length === 0) return undefined;
    const chosen = await vscode.window.showQuickPick(items, { title, canPickMany: true, matchOnDescription: true });
    if (!chosen || chosen.length === 0) return undefined;
    const refused = chosen.find(({ fn }) => fn.obstacle)?.fn;
    if (refused) throw new Error(`${refused.className} cannot be registered: ${refused.obstacle}`);
    return registrations(chosen.map(({ fn }) => fn));
  };

  disposables.add(
    registerCommand(log, 'millrace.udfNew', async () => {
      const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
      if (!root) throw new Error('Open a folder first: the project goes into it.');
      const { askForProject } = await import('./new-project.ts');
      const project = await askForProject(root);
      if (!project) return;
      const result = await run('Making the project', root, project.args);
      if (!result) return;
      if (result.status !== 0) throw new Error(lastLine(result.stderr));
      const [source = ''] = result.stdout.split(/\r?\n/);
      await vscode.window.showTextDocument(vscode.Uri.file(source.startsWith(root) ? source : join(root, source)));
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.udfBuild', async (given) => {
      const folder = await chooseProject(given);
      const made = folder && (await work('build', folder));
      if (!folder || made === undefined) return;
      const files = made.trim().split(/\r?\n/).filter(Boolean);
      const names = files.map((file) => relative(folder, join(folder, file))).join(', ');
      const use = 'Register Functions';
      if ((await vscode.window.showInformationMessage(`Built ${names}.`, use)) !== use) return;
      await vscode.commands.executeCommand('millrace.udfRegister', vscode.Uri.file(folder));
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.udfTest', async (given) => {
      const folder = await chooseProject(given);
      const told = folder && (await work('test', folder));
      if (told) void vscode.window.showInformationMessage(told.trim());
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.udfList', async (given) => {
      const path = given instanceof vscode.Uri ? given.fsPath : await chooseJar();
      const sql = path && (await choose(path, 'Functions to register'));
      if (sql) await insertSql(sql);
    }),
  );
  disposables.add(
    registerCommand(log, 'millrace.udfRegister', async (given) => {
      const editor = vscode.window.activeNotebookEditor ?? vscode.window.visibleNotebookEditors[0];
      if (editor?.notebook.notebookType !== NOTEBOOK_TYPE) {
        throw new Error('Open a Flink SQL notebook: the functions are registered on its connection.');
      }
      const path = await chooseProject(given);
      const sql = path && (await choose(path, `Functions to register on the connection of ${nameOf(editor)}`));
      if (!sql) return;
      const at = await insertCell(editor, sql);
      const ranges = [{ start: at, end: at + 1 }];
      await vscode.commands.executeCommand('notebook.cell.execute', { ranges, document: editor.notebook.uri });
    }),
  );
  const samples = new SampleRows();
  let output: vscode.OutputChannel | undefined;
  disposables.add({ dispose: () => output?.dispose() });
  disposables.add(
    registerCommand(log, 'millrace.udfRun', async (uri?: unknown, className?: unknown) => {
      if (!(uri instanceof vscode.Uri) || typeof className !== 'string') return;
      const rows = await samples.ask(className);
      const folder = rows && (await chooseProject(uri));
      if (!rows || !folder) return;
      // What is run is what was built of the text as it stands.
      if ((await work('build', folder)) === undefined) return;
      const path = uri.path.endsWith('.py') ? uri.fsPath : folder;
      const args = ['udf', 'run', path, '--class', className, ...rows.flatMap((row) => ['--row', row])];
      const result = await run(`Running ${className}`, folder, args);
      if (!result) return;
      output ??= vscode.window.createOutputChannel('Flink SQL Functions');
      output.appendLine(`${className} ${rows.join(' ')}`);
      output.appendLine(`${result.stdout}${result.stderr}`);
      output.show(true);
    }),
  );
  const lenses = new FunctionLenses();
  for (const language of ['java', 'python']) {
    disposables.add(vscode.languages.registerCodeLensProvider({ language, scheme: 'file' }, lenses));
  }
  return disposables;
}

function show(problems: vscode.DiagnosticCollection, messages: readonly ToolMessage[]): void {
  for (const [file, found] of Map.groupBy(messages, (each) => each.file)) {
    const diagnostics = found.map(({ line, column, message }) => {
      const start = new vscode.Position(line - 1, column - 1);
      const diagnostic = new vscode.Diagnostic(new vscode.Range(start, start), message);
      diagnostic.source = 'millrace udf';
      return diagnostic;
    });
    problems.set(vscode.Uri.file(file), diagnostics);
  }
}

async function chooseJar(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Jar or Python module with functions',
    filters: { 'Jars and Python modules': ['jar', 'py'] },
  });
  return chosen?.[0]?.fsPath;
}

const nameOf = ({ notebook }: vscode.NotebookEditor): string => notebook.uri.path.split('/').at(-1) ?? 'the notebook';

const lastLine = (text: string): string => text.trim().split(/\r?\n/).at(-1) ?? '';
