import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { splitStatements } from '../../flink-sql/syntax/splitter.ts';
import type { ReplayMessage, ReplayRequest, StepTrace } from '../../webviews/step-replay/trace.ts';
import { registerCommand, report } from '../commands.ts';
import type { Disposable } from '../disposables.ts';
import type { ActiveEnvironment } from '../environments/active-environment.ts';
import type { Log } from '../log.ts';
import { LANGUAGE } from '../notebook/serializer.ts';
import { sessionBegin } from '../notebook/session-begin.ts';
import { notebookText } from '../parameters/notebook-text.ts';
import type { ParameterStore } from '../parameters/parameter-store.ts';
import { statementAt } from '../results-panel/statement-text.ts';
import { openPanel, type Panel } from '../webviews/panel.ts';
import { replayPage } from './replay-page.ts';
import { lastFlow, shapingStatements } from './setup-statements.ts';
import { stepThrough } from './step-thread.ts';

/** Steps that are recorded at most, rows shown of each state, and how long inputs are waited for. */
const LIMITS = { steps: 1000, stateRows: 200, ms: 15_000 };

export interface StepReplayParts {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly environment: ActiveEnvironment;
  readonly parameters: ParameterStore;
}

/** What is stepped through: read anew for each run, so that it is what the person has written by then. */
interface Chosen {
  readonly statement: string;
  readonly setup: readonly string[];
  /** The notebook or file, and all its text, which may name parameters. */
  readonly document: string;
  readonly text: string;
}

/** "Step Through Statement": a query of the local runtime, row by row, in a view of its own. */
export function registerStepReplay({ context, log, environment, parameters }: StepReplayParts): Disposable {
  const script = join(context.extensionPath, 'dist', 'step-replay.cjs');
  const view = join(context.extensionPath, 'dist', 'webviews', 'step-replay.js');
  return registerCommand(log, 'millrace.stepThrough', async (given?: unknown) => {
    const choose = await chosen(given);
    choose();
    open();

    function open(): void {
      let stop = new AbortController();
      let last: StepTrace | undefined;
      const run = async (): Promise<void> => {
        stop.abort(new Error(vscode.l10n.t('another run began')));
        stop = new AbortController();
        const { signal } = stop;
        try {
          const what = choose();
          panel.send({ type: 'running', statement: what.statement });
          const task = await taskOf(what);
          last = await stepThrough(script, task, signal);
          panel.send({ type: 'trace', trace: last });
        } catch (error) {
          if (signal.aborted) return;
          const message = error instanceof Error ? error.message : String(error);
          log.warn(`stepping through: ${message}`);
          panel.send({ type: 'problem', message: environment.masker.message(message) });
        }
      };
      const panel: Panel<ReplayMessage> = openPanel<ReplayRequest, ReplayMessage>(context.extensionUri, {
        viewType: 'millrace.stepReplay',
        title: vscode.l10n.t('Step Through'),
        script: 'step-replay',
        column: vscode.ViewColumn.Active,
        receive: ({ type }) => {
          if (type === 'export') {
            exported(last, view).catch((error: unknown) => report(log, error, 'export'));
            return;
          }
          void run();
        },
        closed: () => stop.abort(new Error(vscode.l10n.t('the view was closed'))),
      });
    }
  });

  async function taskOf({ statement, setup, document, text: all }: Chosen) {
    const [surroundings, begin] = await Promise.all([
      environment.surroundings(parameters.values(document, all)),
      sessionBegin(environment),
    ]);
    const sent = (text: string): string => {
      const expansion = surroundings.expand(text);
      const [missing] = expansion.unresolved;
      if (missing) throw new Error(surroundings.missing(missing.name));
      return expansion.text;
    };
    return {
      setup: [...(begin.statements ?? []), ...setup.map(sent)],
      options: begin.properties ?? {},
      statement: sent(statement),
      shown: statement,
      workingDirectory: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? context.extensionPath,
      limits: LIMITS,
    };
  }
}

async function exported(trace: StepTrace | undefined, view: string): Promise<void> {
  if (!trace) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, 'steps.html'),
    filters: { HTML: ['html'] },
  });
  if (!target) return;
  const page = replayPage(trace, await readFile(view, 'utf8'));
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(page));
  const name = target.path.split('/').at(-1) ?? '';
  vscode.window.setStatusBarMessage(`Millrace: ${vscode.l10n.t('{0} saved', name)}`, 6000);
}

/** The statement that a cell's toolbar, or the cursor, means. Throws where there is none. */
async function chosen(given: unknown): Promise<() => Chosen> {
  const notebook = vscode.window.activeNotebookEditor;
  const index = (given as { index?: unknown } | undefined)?.index;
  if (notebook && typeof index === 'number') return inCell(notebook.notebook, index, undefined);
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== LANGUAGE) {
    const at = notebook?.selection.start;
    if (notebook && at !== undefined) return inCell(notebook.notebook, at, undefined);
    throw new Error(vscode.l10n.t('Open the Flink SQL whose statement is to be stepped through'));
  }
  const { document } = editor;
  const cursor = document.offsetAt(editor.selection.active);
  const cells = vscode.workspace.notebookDocuments.flatMap((each) => each.getCells());
  const cell = cells.find((each) => each.document === document);
  if (cell) return inCell(cell.notebook, cell.index, cursor);
  return () => {
    const text = document.getText();
    const range = statementAt(text, cursor);
    if (!range) throw new Error(vscode.l10n.t('The file has no statement'));
    const setup = shapingStatements(text.slice(0, range.start));
    return { statement: text.slice(range.start, range.end), setup, document: document.uri.toString(), text };
  };
}

/** A statement of a cell: that at the cursor, else the last with rows. What the cells above make is there. */
function inCell(notebook: vscode.NotebookDocument, index: number, cursor: number | undefined): () => Chosen {
  const cell = notebook.cellAt(index);
  return () => {
    const text = cell.document.getText();
    const flow = lastFlow(text);
    const range = cursor !== undefined && splitStatements(text).length > 1 ? statementAt(text, cursor) : flow;
    if (!range) throw new Error(vscode.l10n.t('The cell has no query and no INSERT'));
    const above = notebook
      .getCells(new vscode.NotebookRange(0, cell.index))
      .filter(({ kind }) => kind === vscode.NotebookCellKind.Code)
      .map(({ document }) => document.getText());
    const setup = [...above, text.slice(0, range.start)].flatMap(shapingStatements);
    const statement = text.slice(range.start, range.end);
    return { statement, setup, document: notebook.uri.toString(), text: notebookText(notebook) };
  };
}
