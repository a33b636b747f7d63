import * as vscode from 'vscode';
import { isEnded } from '../../clients/job-manager/types.ts';
import type { CatalogSnapshot } from '../catalog/catalog-source.ts';
import { registerCommand } from '../commands.ts';
import type { Connection } from '../connections/connection.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { ListedJob } from '../jobs/job-list.ts';
import type { Log } from '../log.ts';
import { NOTEBOOK_TYPE } from '../notebook/serializer.ts';
import { catalogData } from './catalog-data.ts';
import { type LanguageService, startLanguageClient } from './client.ts';
import { watchSqlFiles } from './sql-files.ts';

/** A session that has just changed may change again at once: a cell has more than one statement. */
const SETTLE_MS = 800;
const MOST_MS = 20_000;

export interface LanguageServices {
  /** Path of the language server's bundle. */
  readonly server: string;
  readonly log: Log;
  /** Fires when a statement has changed what a notebook's session knows. */
  readonly shaped: vscode.Event<vscode.NotebookDocument>;
  /** What the session of a notebook knows; undefined while it has none. */
  describe(notebook: vscode.NotebookDocument, signal?: AbortSignal): Promise<CatalogSnapshot | undefined>;
  /** Where a notebook's statements run. */
  connectionOf(notebook: vscode.NotebookDocument): Connection;
  /** Jobs of the connection in use, as they were listed last. */
  readonly jobs: {
    listed(): readonly ListedJob[];
    readonly onDidList: vscode.Event<unknown>;
    show(job: ListedJob): void;
  };
  /** Topics and subjects of the connections to Kafka, as they were listed last. */
  readonly kafka: {
    names(): { readonly topics: readonly string[]; readonly subjects: readonly string[] };
    onNames(listener: () => void): Disposable;
  };
}

/** Starts the language server and keeps it told of what the session of the notebook in front knows. Resolves when the server answers. */
export async function registerLanguage(
  services: LanguageServices,
): Promise<Disposable & { readonly service: LanguageService }> {
  const { log, shaped, describe } = services;
  const disposables = new DisposableList();
  disposables.add(watchSqlFiles(log));
  const service = disposables.add(await startLanguageClient(services.server));
  let timer: NodeJS.Timeout | undefined;
  let asking: AbortController | undefined;
  const tell = async (notebook: vscode.NotebookDocument): Promise<void> => {
    asking?.abort();
    asking = new AbortController();
    const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(MOST_MS)]);
    const snapshot = await describe(notebook, signal);
    if (!snapshot || signal.aborted) return;
    const connection = services.connectionOf(notebook);
    const version = await versionOf(connection, signal);
    if (!signal.aborted) service.tellCatalog({ ...catalogData(connection.label, snapshot), flinkVersion: version });
  };
  const soon = (notebook: vscode.NotebookDocument | undefined): void => {
    if (notebook?.notebookType !== NOTEBOOK_TYPE) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      tell(notebook).catch((error: unknown) => log.info(`the catalog for completion: ${String(error)}`));
    }, SETTLE_MS);
  };
  disposables.add(shaped(soon));
  disposables.add(vscode.window.onDidChangeActiveNotebookEditor((editor) => soon(editor?.notebook)));
  soon(vscode.window.activeNotebookEditor?.notebook);
  disposables.add(followJobs(services, service));
  disposables.add(followKafka(services, service));
  disposables.add({
    dispose: () => {
      clearTimeout(timer);
      asking?.abort();
    },
  });
  return { service, dispose: () => disposables.dispose() };
}

/** Flink's version, as the connection's server tells it. */
async function versionOf(connection: Connection, signal: AbortSignal): Promise<string> {
  const client = await connection.connect(signal);
  try {
    return (await client.info(signal)).version;
  } finally {
    client.dispose();
  }
}

/** Tells the server which topics and subjects there are, so that it completes them in options of tables. */
function followKafka({ kafka }: LanguageServices, service: LanguageService): Disposable {
  let told = '';
  const tell = (): void => {
    const names = kafka.names();
    const text = JSON.stringify(names);
    if (text === told) return;
    told = text;
    service.tellCatalog(names);
  };
  tell();
  return kafka.onNames(tell);
}

/** Tells the server which jobs run, so that a lens stands over the INSERT that a job is of, and opens the job that a lens names. */
function followJobs({ log, jobs }: LanguageServices, service: LanguageService): Disposable {
  const disposables = new DisposableList();
  let told = '[]';
  const tell = (): void => {
    const live = jobs.listed().filter(({ state }) => !isEnded(state));
    const data = live.map(({ id, name, state }) => ({ id, name, state }));
    const text = JSON.stringify(data);
    if (text === told) return;
    told = text;
    service.tellCatalog({ jobs: data });
  };
  disposables.add(jobs.onDidList(tell));
  tell();
  disposables.add(
    registerCommand(log, 'millrace.openJob', (id: unknown) => {
      const job = jobs.listed().find((one) => one.id === id);
      if (!job) throw new Error(vscode.l10n.t('The job is no longer listed'));
      jobs.show(job);
    }),
  );
  return disposables;
}
