import * as vscode from 'vscode';
import type { Session } from '../../clients/sql-gateway/session.ts';
import { splitStatements } from '../../flink-sql/syntax/splitter.ts';
import { isTestCell } from '../../testing/notebook.ts';
import { RESULT_MIME } from '../../webviews/messages.ts';
import type { Connection } from '../connections/connection.ts';
import { type KeptSession, SessionKeeper } from '../connections/session-keeper.ts';
import { digestOf, type SessionMemory } from '../connections/session-memory.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { ActiveEnvironment, Surroundings } from '../environments/active-environment.ts';
import type { Log } from '../log.ts';
import { notebookText } from '../parameters/notebook-text.ts';
import type { ParameterStore } from '../parameters/parameter-store.ts';
import { plainText } from '../results/plain-text.ts';
import type { ResultStore } from '../results/result-store.ts';
import { revealer } from '../results/reveal.ts';
import type { RowFilters } from '../results/row-filters.ts';
import { chartWriter } from '../results/write-chart.ts';
import { CellQueue, type QueuedCell } from './cell-queue.ts';
import { type Outcome, runCell } from './cell-run.ts';
import type { CellStatus } from './cell-status.ts';
import type { Places } from './places.ts';
import type { ResultHub } from './result-hub.ts';
import { LANGUAGE, NOTEBOOK_TYPE } from './serializer.ts';
import { sessionBegin } from './session-begin.ts';

/** A query that streams longer than this does not hold up the cells after it. */
const PATIENCE_MS = 2000;

/** The local runtime's option for statements that are to touch no sink. */
export const PREVIEW = { 'millrace.preview.sinks': 'true' };

export interface KernelServices {
  readonly log: Log;
  readonly hub: ResultHub<vscode.NotebookEditor>;
  readonly places: Places;
  readonly filters: RowFilters;
  readonly environment: ActiveEnvironment;
  readonly parameters: ParameterStore;
  readonly cellStatus: CellStatus;
  /** Told when a kernel was selected or its work began or ended. */
  readonly changed: () => void;
  /** What a notebook's session leaves behind for the next window. */
  readonly memory: (notebook: vscode.NotebookDocument) => SessionMemory;
  /** Asks whether a lost session's statements are to be run again. */
  readonly confirmRebuild: (statements: readonly string[], why: string) => Promise<boolean>;
  /** Runs the tests of a test cell. */
  readonly runTests: (
    cell: vscode.NotebookCell,
    execution: vscode.NotebookCellExecution,
    signal: AbortSignal,
  ) => Promise<Outcome>;
  /** Told when a statement has changed what a notebook's session knows. */
  readonly shaped: (notebook: vscode.NotebookDocument) => void;
}

/** What one notebook has on one kernel. */
interface Attached {
  readonly keeper: SessionKeeper;
  readonly queue: CellQueue;
}

/** A statement that ran on while the window was closed. */
interface Resumed {
  readonly source: string;
  readonly session: KeptSession;
}

/** One connection as a notebook kernel: a controller, and a session and a queue for each notebook that runs on it. */
export class Kernel implements Disposable {
  readonly connection: Connection;
  readonly controller: vscode.NotebookController;
  readonly #services: KernelServices;
  readonly #attached = new Map<string, Attached>();
  readonly #selected = new Set<vscode.NotebookDocument>();
  readonly #disposables = new DisposableList();
  /** Ids of the results that a cell's outputs show. */
  readonly #resultsOf = new WeakMap<vscode.NotebookCell, string[]>();
  readonly #runningCells = new Set<vscode.NotebookCell>();
  #order = 0;
  static #ids = 0;
  /** Tells this run of the editor from earlier ones, whose outputs may still be on the screen. */
  static readonly #epoch = Date.now().toString(36);

  constructor(connection: Connection, services: KernelServices) {
    this.connection = connection;
    this.#services = services;
    const controller = vscode.notebooks.createNotebookController(
      `millrace-${connection.id}`,
      NOTEBOOK_TYPE,
      connection.label,
    );
    this.controller = this.#disposables.add(controller);
    controller.description = connection.description;
    controller.supportedLanguages = [LANGUAGE];
    controller.supportsExecutionOrder = true;
    controller.executeHandler = (cells, notebook) => this.#run(cells, notebook, {});
    controller.interruptHandler = (notebook) => this.#attached.get(notebook.uri.toString())?.queue.interrupt();
    this.#disposables.add(
      controller.onDidChangeSelectedNotebooks(({ notebook, selected }) => {
        if (selected) {
          this.#selected.add(notebook);
          this.#resume(notebook).catch((error: unknown) => {
            const message = error instanceof Error ? error.message : String(error);
            services.log.warn(`taking up the session of ${notebook.uri.path}: ${message}`);
          });
        } else {
          this.#selected.delete(notebook);
          void this.close(notebook);
        }
        services.changed();
      }),
    );
  }

  isSelectedFor(notebook: vscode.NotebookDocument): boolean {
    return this.#selected.has(notebook);
  }

  /** The notebook's session, opened if need be. */
  session(notebook: vscode.NotebookDocument, signal?: AbortSignal): Promise<Session> {
    return this.#attach(notebook).keeper.session(signal);
  }

  /** Whether the notebook has a session, or had one that is to be taken up. */
  hasSession(notebook: vscode.NotebookDocument): boolean {
    return this.#attached.has(notebook.uri.toString());
  }

  /** The window closes: sessions that outlive it stay in their server. */
  leave(): void {
    for (const { keeper } of this.#attached.values()) keeper.leave();
  }

  /** Statements running in a notebook. */
  runningIn(notebook: vscode.NotebookDocument): number {
    return this.#attached.get(notebook.uri.toString())?.queue.running ?? 0;
  }

  /** Stops the notebook's cells and closes its session; its next statement begins a new one. */
  async close(notebook: vscode.NotebookDocument): Promise<void> {
    const key = notebook.uri.toString();
    const attached = this.#attached.get(key);
    this.#attached.delete(key);
    attached?.queue.interrupt();
    await attached?.keeper.close();
    this.#services.changed();
  }

  /** As `close`, and ends the local runtime when no other notebook is using it. */
  async restart(notebook: vscode.NotebookDocument): Promise<void> {
    await this.close(notebook);
    if (this.#attached.size === 0) await this.connection.restart();
    this.connection.warm();
  }

  /** Lets go of the results that a cell's outputs showed. */
  forget(cell: vscode.NotebookCell): void {
    for (const id of this.#resultsOf.get(cell) ?? []) this.#services.hub.remove(id);
    this.#resultsOf.delete(cell);
  }

  /** As `forget`, but not for a cell that is running: its outputs were emptied to begin anew. */
  forgetShown(cell: vscode.NotebookCell): void {
    if (!this.#runningCells.has(cell)) this.forget(cell);
  }

  /**
   * Runs cells so that their INSERTs touch no sink and show the rows as they would be written. A cluster knows no such thing: it would
   * write them.
   */
  async preview(cells: readonly vscode.NotebookCell[], notebook: vscode.NotebookDocument): Promise<void> {
    if (!this.connection.canPreview)
      throw new Error(vscode.l10n.t('INSERTs are previewed on the local runtime: select it as kernel'));
    await this.#run(cells, notebook, PREVIEW);
  }

  dispose(): void {
    for (const { queue, keeper } of this.#attached.values()) {
      queue.interrupt();
      void keeper.close();
    }
    this.#attached.clear();
    this.#disposables.dispose();
  }

  async #run(
    cells: readonly vscode.NotebookCell[],
    notebook: vscode.NotebookDocument,
    config: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { keeper, queue } = this.#attach(notebook);
    await queue.add(cells.map((cell) => this.#queued(cell, keeper, config)));
  }

  #attach(notebook: vscode.NotebookDocument): Attached {
    const key = notebook.uri.toString();
    let attached = this.#attached.get(key);
    if (!attached) {
      const name = notebook.uri.path.split('/').at(-1) ?? 'notebook';
      const { log, memory, confirmRebuild, shaped, changed } = this.#services;
      const keeper = new SessionKeeper(this.connection, name, log, {
        begin: () => sessionBegin(this.#services.environment),
        memory: memory(notebook),
        confirmRebuild,
        shaped: () => shaped(notebook),
      });
      attached = { keeper, queue: new CellQueue(PATIENCE_MS, changed) };
      this.#attached.set(key, attached);
    }
    return attached;
  }

  /** Reads on what was running in the notebook when the window was closed. Rows that came before are not there any more. */
  async #resume(notebook: vscode.NotebookDocument): Promise<void> {
    if (!this.connection.outlivesWindow || !this.#services.memory(notebook).read()?.operations.length) return;
    const { keeper, queue } = this.#attach(notebook);
    const { expand } = await this.#surroundings(notebook);
    for (const { place, digest, session } of await keeper.resume()) {
      const cell = place.cell < notebook.cellCount ? notebook.cellAt(place.cell) : undefined;
      const range = cell && splitStatements(cell.document.getText())[place.ordinal];
      const text = range && cell?.document.getText().slice(range.start, range.end);
      if (!cell || text === undefined || digestOf(expand(text).text) !== digest) {
        this.#services.log.warn(`${notebook.uri.path}: a statement that still runs stands there no more; it is closed`);
        await (await session.execute('')).close();
        continue;
      }
      void queue.add([this.#queued(cell, keeper, {}, { source: text, session })]);
    }
  }

  #queued(
    cell: vscode.NotebookCell,
    keeper: SessionKeeper,
    config: Readonly<Record<string, string>>,
    resumed?: Resumed,
  ): QueuedCell {
    const execution = this.controller.createNotebookCellExecution(cell);
    const stop = new AbortController();
    const cancelled = execution.token.onCancellationRequested(() => stop.abort(new Error('interrupted')));
    return {
      stop,
      skip: () => {
        cancelled.dispose();
        execution.start();
        execution.end(undefined);
      },
      run: async (streaming) => {
        execution.executionOrder = ++this.#order;
        execution.start(Date.now());
        let outcome: Outcome = 'failed';
        this.#runningCells.add(cell);
        try {
          outcome = await this.#execute(cell, execution, keeper, config, stop.signal, streaming, resumed);
        } catch (error) {
          this.#services.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
          const item = vscode.NotebookCellOutputItem.error(error instanceof Error ? error : new Error(String(error)));
          await execution.appendOutput(new vscode.NotebookCellOutput([item]));
        }
        this.#runningCells.delete(cell);
        if (outcome === 'finished') this.#services.cellStatus.ran(cell);
        cancelled.dispose();
        execution.end(outcome === 'stopped' ? undefined : outcome === 'finished', Date.now());
        return outcome;
      },
    };
  }

  /** The environment with the notebook's parameters. */
  async #surroundings(notebook: vscode.NotebookDocument): Promise<Surroundings> {
    const { environment, parameters } = this.#services;
    return environment.surroundings(parameters.values(notebook.uri.toString(), notebookText(notebook)));
  }

  async #execute(
    cell: vscode.NotebookCell,
    execution: vscode.NotebookCellExecution,
    keeper: SessionKeeper,
    statementConfig: Readonly<Record<string, string>>,
    signal: AbortSignal,
    streaming: () => void,
    resumed?: Resumed,
  ): Promise<Outcome> {
    const { hub, places, log } = this.#services;
    this.forget(cell);
    places.clear(cell.document);
    // Not awaited: output calls keep their order, and the statement need not wait for the screen.
    void execution.clearOutput();
    const results: string[] = [];
    this.#resultsOf.set(cell, results);
    if (!resumed && isTestCell(cell.document.getText())) {
      return this.#services.runTests(cell, execution, signal);
    }
    const outputs = new Map<ResultStore, vscode.NotebookCellOutput>();
    const config = vscode.workspace.getConfiguration('millrace');
    const surroundings = await this.#surroundings(cell.notebook);
    let ordinal = 0;
    return runCell({
      surroundings,
      filters: this.#services.filters,
      config: statementConfig,
      source: resumed?.source ?? cell.document.getText(),
      session: (s) =>
        resumed ? Promise.resolve(resumed.session) : keeper.statements({ cell: cell.index, ordinal: ordinal++ }, s),
      aside: (s) => keeper.session(s),
      limit: config.get<number>('results.maxRows', 100_000),
      signal,
      newId: () => `${Kernel.#epoch}-${++Kernel.#ids}`,
      judge: (error) => {
        keeper.judge(error);
        return this.connection.explain(error);
      },
      warn: (message) => log.warn(message),
      listener: {
        started: (store, { text, stop, explain }) => {
          const { connection } = this;
          const keepChart = chartWriter(cell.document, text);
          const reveal = revealer(cell.document, text);
          hub.add(store, { stop, keepChart, connection, statement: text, explain, reveal });
          results.push(store.id);
          const output = new vscode.NotebookCellOutput([itemOf(store)]);
          outputs.set(store, output);
          void execution.appendOutput(output);
        },
        streaming,
        ended: async (store) => {
          const state = store.state();
          if (state.error) places.mark(cell.document, state.error);
          const output = outputs.get(store);
          // The last word stays with the output, for a renderer that finds no host to ask, and for the clipboard.
          const text = vscode.NotebookCellOutputItem.text(plainText(store));
          if (output) await execution.replaceOutputItems([itemOf(store), text], output);
        },
      },
    });
  }
}

function itemOf(store: ResultStore): vscode.NotebookCellOutputItem {
  return vscode.NotebookCellOutputItem.json(store.state(), RESULT_MIME);
}
