import * as vscode from 'vscode';
import { isEnded, type JobManagerClient, JobManagerError } from '../../clients/job-manager/index.ts';
import type { Connection } from '../connections/connection.ts';
import { assertWritable } from '../connections/read-only.ts';
import { JobClient } from './job-client.ts';

/** A job as commands name it. */
export interface JobReference {
  readonly connection: Connection;
  readonly id: string;
  readonly name: string;
}

/** Told when a job was ended from here; `savepoint` is what it left. */
export type Ended = (job: JobReference, savepoint: string | undefined) => void;

const NO_DIRECTORY = /savepoint-dir|savepoint directory|target directory/i;
const CANCEL_LIMIT_MS = 30_000;

/** Asks, then ends a job at once. Gives whether it was asked to end. */
export async function cancelJob(job: JobReference, ended: Ended): Promise<boolean> {
  assertWritable(job.connection, vscode.l10n.t('Cancelling a job'));
  const detail = vscode.l10n.t('It ends at once, without a savepoint: what it has in its state is lost.');
  const yes = vscode.l10n.t('Cancel Job');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Cancel job {0}?', job.name),
    { modal: true, detail },
    yes,
  );
  if (answer !== yes) return false;
  await withClient(job, (client) => cancelNow(client, job));
  ended(job, undefined);
  return true;
}

/** Takes a savepoint while the job goes on, and tells its place. */
export async function takeSavepoint(job: JobReference): Promise<string | undefined> {
  assertWritable(job.connection, vscode.l10n.t('Taking a savepoint'));
  const place = await withClient(job, (client) =>
    withDirectory((directory) =>
      withProgress(vscode.l10n.t('Savepoint of {0}', job.name), (signal) =>
        client.savepoint(job.id, { directory, signal }),
      ),
    ),
  );
  if (place !== undefined) tellPlace(vscode.l10n.t('Savepoint of {0}', job.name), place);
  return place;
}

/** Ends a job with a savepoint; where that fails, cancels it only when told so. Gives the savepoint's place. */
export async function stopJob(job: JobReference, ended: Ended): Promise<string | undefined> {
  assertWritable(job.connection, vscode.l10n.t('Stopping a job'));
  return withClient(job, async (client) => {
    try {
      const place = await withDirectory((directory) =>
        // Not to be given up half-way: the job may be ending already.
        withProgress(
          vscode.l10n.t('Stopping {0} with a savepoint', job.name),
          () => client.stop(job.id, { directory }),
          false,
        ),
      );
      if (place === undefined) return undefined;
      ended(job, place);
      tellPlace(vscode.l10n.t('{0} has stopped; its savepoint', job.name), place);
      return place;
    } catch (error) {
      if (!(error instanceof JobManagerError) || (error.kind !== 'savepoint-failed' && error.kind !== 'refused'))
        throw error;
      if (isEnded((await client.job(job.id)).state)) throw error;
      const cancel = vscode.l10n.t('Cancel Without Savepoint');
      const trace = vscode.l10n.t('Show Trace');
      const detail = vscode.l10n.t('{0}\n\nThe job goes on running.', error.message);
      const message = vscode.l10n.t('The savepoint of {0} failed.', job.name);
      const options = error.trace === undefined ? [cancel] : [cancel, trace];
      const answer = await vscode.window.showErrorMessage(message, { modal: true, detail }, ...options);
      if (answer === cancel) {
        await cancelNow(client, job);
        ended(job, undefined);
      }
      if (answer === trace && error.trace !== undefined) await showText(error.trace);
      return undefined;
    }
  });
}

/** Opens the job in Flink's own web page. */
export async function openFlinkUi(job: JobReference): Promise<void> {
  const access = await job.connection.jobManager();
  if (!access) throw new Error(vscode.l10n.t('The connection {0} names no JobManager', job.connection.label));
  const url = new URL(access.url);
  // Credentials do not belong into a browser's history.
  url.username = '';
  url.password = '';
  url.hash = `/job/running/${job.id}/overview`;
  await vscode.env.openExternal(vscode.Uri.parse(url.toString()));
}

/** A text in an editor that is not a file. */
export async function showText(content: string, language = 'log'): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ content, language });
  await vscode.window.showTextDocument(document, { preview: true });
}

async function cancelNow(client: JobManagerClient, { id, name }: JobReference): Promise<void> {
  await withProgress(vscode.l10n.t('Cancelling {0}', name), async (signal) => {
    await client.cancel(id, signal);
    const end = Date.now() + CANCEL_LIMIT_MS;
    while (!isEnded((await client.job(id, signal)).state)) {
      if (Date.now() > end)
        throw new Error(
          vscode.l10n.t('Job {0} was asked to end and still runs after {1} s', name, CANCEL_LIMIT_MS / 1000),
        );
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  });
}

/** Where the cluster has no folder for savepoints, the person is asked for one. */
async function withDirectory(take: (directory: string | undefined) => Promise<string>): Promise<string | undefined> {
  try {
    return await take(undefined);
  } catch (error) {
    if (!(error instanceof JobManagerError) || !NO_DIRECTORY.test(error.message)) throw error;
    const directory = await vscode.window.showInputBox({
      title: vscode.l10n.t('Folder for the savepoint'),
      prompt: vscode.l10n.t(
        'The cluster has none configured (execution.checkpointing.savepoint-dir). A path or URI that its servers reach.',
      ),
      ignoreFocusOut: true,
    });
    return directory ? take(directory) : undefined;
  }
}

async function withClient<T>(job: JobReference, work: (client: JobManagerClient) => Promise<T>): Promise<T> {
  const source = new JobClient(job.connection);
  try {
    return await work(await source.client());
  } finally {
    source.reset();
  }
}

async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
  cancellable = true,
): Promise<T> {
  const location = vscode.ProgressLocation.Notification;
  return await vscode.window.withProgress({ location, title, cancellable }, (_, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() =>
      abort.abort(new Error(vscode.l10n.t('{0}: given up; it may still be taken', title))),
    );
    return work(abort.signal);
  });
}

function tellPlace(what: string, place: string): void {
  void vscode.window.showInformationMessage(`${what}: ${place}`, vscode.l10n.t('Copy Path')).then((choice) => {
    if (choice) void vscode.env.clipboard.writeText(place);
  });
}
