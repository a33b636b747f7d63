import * as vscode from 'vscode';
import type { ActiveEnvironment } from '../environments/active-environment.ts';
import type { Log } from '../log.ts';
import type { QueuedCell } from '../notebook/cell-queue.ts';
import { runCell } from '../notebook/cell-run.ts';
import { PREVIEW } from '../notebook/kernel.ts';
import type { Places } from '../notebook/places.ts';
import type { ResultHub } from '../notebook/result-hub.ts';
import type { ParameterStore } from '../parameters/parameter-store.ts';
import { revealer } from '../results/reveal.ts';
import type { RowFilters } from '../results/row-filters.ts';
import { chartWriter } from '../results/write-chart.ts';
import type { FileSession } from './file-sessions.ts';
import type { Runs } from './runs.ts';
import { alone, explained, type StatementRange } from './statement-text.ts';

/** `preview`: INSERTs touch no sink and show their rows. */
export type RunMode = 'run' | 'preview' | 'explain';

export interface FileRunServices {
  readonly log: Log;
  readonly hub: ResultHub<vscode.Webview>;
  readonly runs: Runs;
  readonly environment: ActiveEnvironment;
  readonly parameters: ParameterStore;
  readonly places: Places;
  readonly filters: RowFilters;
}

export interface StatementsToRun {
  readonly document: vscode.TextDocument;
  readonly ranges: readonly StatementRange[];
  readonly mode: RunMode;
}

let lastId = 0;

/** Runs statements of a file one after the other; the first that fails ends it. Each result is a run of the panel. */
export async function runStatements(
  services: FileRunServices,
  session: FileSession,
  { document, ranges, mode }: StatementsToRun,
): Promise<void> {
  if (mode === 'preview' && !session.connection.canPreview) {
    throw new Error(
      vscode.l10n.t('INSERTs are previewed on the local runtime: select it as the connection of the file'),
    );
  }
  services.places.clear(document);
  const text = document.getText();
  const cells = ranges.map((range) => queued(services, session, document, range, sourceOf(text, range, mode), mode));
  await session.queue.add(cells);
}

interface Source {
  readonly source: string;
  /** Characters on the statement's first line that the file has not. */
  readonly moved: number;
}

function sourceOf(text: string, range: StatementRange, mode: RunMode): Source {
  return mode === 'explain' ? explained(text, range) : { source: alone(text, range), moved: 0 };
}

function queued(
  services: FileRunServices,
  session: FileSession,
  document: vscode.TextDocument,
  range: StatementRange,
  { source, moved }: Source,
  mode: RunMode,
): QueuedCell {
  const { hub, runs, places, environment, parameters, filters, log } = services;
  const stop = new AbortController();
  const at = document.positionAt(range.start);
  const reveal = (): void => {
    const selection = new vscode.Range(at, document.positionAt(range.end));
    void vscode.window.showTextDocument(document, { selection });
  };
  const first = at.line + 1;
  const back = (line: number, column: number): number => (line === first ? column - moved : column);
  return {
    stop,
    skip: () => undefined,
    run: async (streaming) =>
      runCell({
        source,
        filters,
        surroundings: await environment.surroundings(parameters.values(document.uri.toString(), document.getText())),
        ...(mode === 'preview' && { config: PREVIEW }),
        session: (signal) => session.keeper.statements({ cell: 0, ordinal: 0 }, signal),
        aside: (signal) => session.keeper.session(signal),
        limit: vscode.workspace.getConfiguration('millrace').get<number>('results.maxRows', 100_000),
        adjust: (place) => ({
          ...place,
          column: back(place.line, place.column),
          endColumn: back(place.endLine, place.endColumn),
        }),
        signal: stop.signal,
        newId: () => `file-${++lastId}`,
        judge: (error) => {
          session.keeper.judge(error);
          return session.connection.explain(error);
        },
        warn: (message) => log.warn(message),
        listener: {
          started: (store, { text, stop: stopAlone, explain }) => {
            const { connection } = session;
            const keepChart = chartWriter(document, text);
            const show = revealer(
              document,
              document.getText(new vscode.Range(at, document.positionAt(range.end))),
              -moved,
            );
            hub.add(store, { stop: stopAlone, keepChart, connection, statement: text, explain, reveal: show });
            const file = document.uri.path.split('/').at(-1) ?? document.uri.path;
            runs.add({ store, file, connection: session.connection.label, stop: stopAlone, reveal });
          },
          streaming,
          ended: (store) => {
            const { error } = store.state();
            if (error) places.mark(document, error);
          },
        },
      }),
  };
}
