import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import { type CliResult, runCli } from './cli-process.ts';
import { functionItems, type ListedFunction, registrations } from './listed-functions.ts';
import { type ToolMessage, toolMessages } from './tool-messages.ts';

/** The commands of the CLI for functions, as the editor runs them: with a notice that can be cancelled, mistakes in the Problems panel. */
export class UdfTools implements Disposable {
  readonly #script: string;
  readonly #log: Log;
  readonly #disposables = new DisposableList();
  readonly #problems = this.#disposables.add(vscode.languages.createDiagnosticCollection('millrace-udf'));
  #output: vscode.OutputChannel | undefined;

  constructor(script: string, log: Log) {
    this.#script = script;
    this.#log = log;
  }

  /** Undefined when it was cancelled, or stopped by the signal. */
  async run(
    title: string,
    cwd: string,
    args: readonly string[],
    { onSaid, stop }: { readonly onSaid?: (line: string) => void; readonly stop?: AbortSignal } = {},
  ): Promise<CliResult | undefined> {
    const location = vscode.ProgressLocation.Notification;
    return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
      const abort = new AbortController();
      const signal = stop ? AbortSignal.any([abort.signal, stop]) : abort.signal;
      const cancelling = token.onCancellationRequested(() => abort.abort());
      try {
        return await runCli({ script: this.#script, cwd, args, signal, onSaid });
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      } finally {
        cancelling.dispose();
      }
    });
  }

  /** Builds or tests; mistakes go to the Problems panel, and stay there until the next build. Undefined: not done. */
  async work(verb: 'build' | 'test', folder: string): Promise<string | undefined> {
    await vscode.workspace.saveAll(false);
    const shown = vscode.workspace.asRelativePath(folder);
    const title = verb === 'build' ? vscode.l10n.t('Building {0}', shown) : vscode.l10n.t('Testing {0}', shown);
    const result = await this.run(title, folder, ['udf', verb, folder]);
    if (!result) return undefined;
    this.#problems.clear();
    const { messages, rest } = toolMessages(result.stderr, folder);
    this.#show(messages);
    if (rest) this.#log.info(rest);
    if (result.status === 0) return result.stdout;
    if (messages.length === 0) throw new Error(lastLine(rest) || vscode.l10n.t('{0} has failed.', title));
    await vscode.commands.executeCommand('workbench.actions.view.problems');
    return undefined;
  }

  /** Statements for the functions of a jar, a module or a project that are chosen; undefined: none was. */
  async registration(path: string, title: string): Promise<string | undefined> {
    const items = functionItems(await this.#listed(path));
    if (items.length === 0) return undefined;
    const chosen = await vscode.window.showQuickPick(items, { title, canPickMany: true, matchOnDescription: true });
    if (!chosen || chosen.length === 0) return undefined;
    const refused = chosen.find(({ fn }) => fn.obstacle)?.fn;
    if (refused) {
      throw new Error(vscode.l10n.t('{0} cannot be registered: {1}', refused.className, refused.obstacle ?? ''));
    }
    return registrations(chosen.map(({ fn }) => fn));
  }

  /** Shows what functions gave. */
  tell(text: string): void {
    this.#output ??= this.#disposables.add(vscode.window.createOutputChannel(vscode.l10n.t('Flink SQL Functions')));
    this.#output.appendLine(text);
    this.#output.show(true);
  }

  async #listed(path: string): Promise<readonly ListedFunction[]> {
    const title = vscode.l10n.t('Looking for functions');
    const result = await this.run(title, dirname(path), ['udf', 'list', path, '--json']);
    if (!result) return [];
    // Jars that could not be read are told; what was found in others is offered.
    if (result.stderr.trim()) this.#log.warn(result.stderr.trim());
    if (!result.stdout.trim()) {
      throw new Error(lastLine(result.stderr) || vscode.l10n.t('No functions could be listed.'));
    }
    const functions = JSON.parse(result.stdout) as ListedFunction[];
    if (functions.length === 0) throw new Error(vscode.l10n.t('There are no functions in {0}.', path));
    return functions;
  }

  #show(messages: readonly ToolMessage[]): void {
    for (const [file, found] of Map.groupBy(messages, (each) => each.file)) {
      const diagnostics = found.map(({ line, column, message }) => {
        const start = new vscode.Position(line - 1, column - 1);
        const diagnostic = new vscode.Diagnostic(new vscode.Range(start, start), message);
        diagnostic.source = 'millrace udf';
        return diagnostic;
      });
      this.#problems.set(vscode.Uri.file(file), diagnostics);
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

export const lastLine = (text: string): string => text.trim().split(/\r?\n/).at(-1) ?? '';
