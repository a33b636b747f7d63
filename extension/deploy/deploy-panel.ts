import { basename, relative } from 'node:path';
import * as vscode from 'vscode';
import { isEnded, JobManagerError } from '../../clients/job-manager/index.ts';
import {
  DeployError,
  type DeploymentRecord,
  type DeploymentStore,
  deployRecorded,
  type JobOptions,
  optionProblems,
  planDeployment,
  type Replaced,
} from '../../deployment/index.ts';
import { parameterValues } from '../../environments/parameter-values.ts';
import type { DeployChoices, DeployFailure, FromDeploy, Remark, ToDeploy } from '../../webviews/deploy/messages.ts';
import { report } from '../commands.ts';
import type { Connection } from '../connections/connection.ts';
import type { ConnectionBook } from '../connections/connection-book.ts';
import { assertWritable } from '../connections/read-only.ts';
import type { ActiveEnvironment } from '../environments/active-environment.ts';
import { type JobReference, showText } from '../jobs/job-actions.ts';
import { JobClient } from '../jobs/job-client.ts';
import type { Log } from '../log.ts';
import { openPanel, type Panel } from '../webviews/panel.ts';
import { choicesOf, optionsOf } from './choices.ts';
import { askedParameters, chosenParameters, type Given, parameterRemarks, valuesForReading } from './parameters.ts';
import { Steps } from './steps.ts';

export interface DeployServices {
  readonly extension: vscode.Uri;
  readonly log: Log;
  readonly book: ConnectionBook;
  readonly environment: ActiveEnvironment;
  readonly store: DeploymentStore;
  /** The folder that has `.millrace`. */
  readonly root: string;
  readonly showJob: (job: JobReference) => void;
  /** Told when a deployment has begun or ended a job. */
  readonly changed: () => void;
}

/** A text to deploy, as it is in its file. */
export interface DeploySource {
  readonly file: vscode.Uri;
  readonly text: string;
  /** Mistakes that the editor has found, with lines of the text from 1. */
  readonly mistakes: readonly Remark[];
  /** Where it runs in the editor. */
  readonly connection: string;
  /** Values that people have chosen in the editor for the text's parameters. */
  readonly parameters?: Given;
  /** A deployment that is started again as it was, from the savepoint that it ended with. */
  readonly restart?: DeploymentRecord;
}

/** The form that deploys one text, and what happens then. */
export class DeployPanel {
  readonly #services: DeployServices;
  readonly #source: DeploySource;
  readonly #panel: Panel<ToDeploy>;
  #abort: AbortController | undefined;
  #trace: string | undefined;
  #job: JobReference | undefined;
  #name = '';

  constructor(services: DeployServices, source: DeploySource, closed: () => void) {
    this.#services = services;
    this.#source = source;
    this.#panel = openPanel<FromDeploy, ToDeploy>(services.extension, {
      viewType: 'millrace.deploy',
      title: vscode.l10n.t('Deploy {0}', basename(source.file.path)),
      script: 'deploy',
      receive: (message) => {
        this.#receive(message).catch((error: unknown) => {
          report(services.log, error, 'deploy');
          this.#panel.send({ type: 'problem', message: error instanceof Error ? error.message : String(error) });
        });
      },
      closed,
    });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Closes the form. A deployment at work goes on: nothing half-done is left behind. */
  dispose(): void {
    this.#panel.dispose();
  }

  async #receive(message: FromDeploy): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.#load();
      case 'deploy':
        return this.#deploy(message.choices);
      case 'rollback':
        return this.#rollback();
      case 'abort':
        this.#abort?.abort(new Error(vscode.l10n.t('Cancelled')));
        return;
      case 'goto':
        return this.#goto(message.line);
      case 'trace':
        return showText(this.#trace ?? '');
      case 'showJob':
        if (this.#job) this.#services.showJob(this.#job);
        return;
      case 'openRecord':
        await vscode.window.showTextDocument(vscode.Uri.file(this.#services.store.path(this.#name)));
        return;
      case 'close':
        this.dispose();
    }
  }

  async #load(): Promise<void> {
    const { book, environment, store } = this.#services;
    const { file, text, mistakes, connection } = this.#source;
    const records = store.list();
    const { restart } = this.#source;
    const name = basename(file.path).replace(/\.(flink\.sql|fsql|sql|flinknb)$/i, '');
    const before =
      restart ??
      records.find((record) => record.source === this.#path()) ??
      records.find((record) => record.name === name);
    // What was chosen in the editor is newer than what the last deployment had, unless that is started again.
    const parameters = restart ? (restart.parameters ?? {}) : { ...before?.parameters, ...this.#source.parameters };
    const reading = valuesForReading(text, parameters);
    const { environment: used, expand, missing } = await environment.surroundings(reading);
    const expansion = expand(text);
    const plan = planDeployment(expansion.text);
    const remark = ({ start, message }: { start: number; message: string }): Remark => ({
      line: lineOf(text, expansion.original(start)),
      message,
    });
    const unresolved = expansion.unresolved.map(({ name, start }) => ({
      line: lineOf(text, start),
      message: missing(name),
    }));
    // What the editor knows of the text is said better than that it does not parse.
    const unfilled = [...parameterRemarks(text), ...unresolved];
    const problems = unfilled.length > 0 ? unfilled : mistakes.length > 0 ? mistakes : plan.problems.map(remark);
    const writable = book.all.filter(({ readOnly }) => !readOnly).map(({ label }) => label);
    const wanted = before?.connection ?? connection;
    const chosen = writable.includes(wanted) ? wanted : (writable[0] ?? '');
    const savepoint = restart?.jobs[0]?.ended?.savepoint;
    const choices: DeployChoices = {
      ...choicesOf(before?.name ?? name, chosen, before?.options, parameters),
      ...(savepoint === undefined ? {} : { start: 'savepoint' as const, savepoint }),
    };
    this.#panel.send({
      type: 'load',
      source: basename(file.path),
      environment: used.name,
      connections: writable,
      choices,
      known: records.map((record) => ({
        name: record.name,
        connection: record.connection ?? record.gateway,
        jobId: record.jobs[0]?.id ?? '',
        open: record.jobs[0] !== undefined && record.jobs[0].ended === undefined,
        savepoint: record.jobs[0]?.ended?.savepoint ?? '',
      })),
      setup: plan.setup.length,
      inserts: plan.inserts.map((insert) => text.slice(expansion.original(insert.start)).split('\n', 1)[0] ?? ''),
      skipped: plan.skipped.map(remark),
      problems,
      parameters: askedParameters(text),
    });
  }

  async #deploy(choices: DeployChoices): Promise<void> {
    const { book, store } = this.#services;
    const { chosen: parameters, problems: faults } = chosenParameters(this.#source.text, choices.parameters);
    this.#panel.send({ type: 'parameters', problems: faults });
    if (Object.keys(faults).length > 0) return;
    const connection = book.find(choices.connection);
    if (!connection) throw new Error(vscode.l10n.t('There is no connection {0} any more', choices.connection));
    const before = store.get(choices.name.trim());
    if (!(await mayRunBeside(before, connection))) return;
    const replaces = await replacedBy(connection, before, choices.savepointDirectory);
    const options = optionsOf(choices, replaces !== undefined);
    const problems = optionProblems(options);
    if (problems.length > 0) throw new Error(problems.join('; '));
    const { text, restart } = this.#source;
    const older = restart !== undefined;
    await this.#run({ connection, options, text, parameters, source: this.#path(), replaces, before, older });
  }

  /** The version before, from the savepoint that it was stopped with. */
  async #rollback(): Promise<void> {
    const { store, book } = this.#services;
    const record = store.get(this.#name);
    const text = store.sql(this.#name);
    const savepoint = record?.jobs[0]?.ended?.savepoint;
    const connection = record && book.find(record.connection ?? '');
    if (!record || text === undefined || savepoint === undefined || !connection) {
      throw new Error(vscode.l10n.t('There is no version of {0} to go back to', this.#name));
    }
    const options: JobOptions = { ...record.options, name: record.name, startFrom: savepoint };
    await this.#run({
      connection,
      options,
      text,
      parameters: record.parameters ?? {},
      source: record.source,
      replaces: undefined,
      before: record,
      older: true,
    });
  }

  async #run(work: {
    readonly connection: Connection;
    readonly options: JobOptions;
    readonly text: string;
    /** Values that were chosen for the text's parameters. */
    readonly parameters: Given;
    readonly source: string;
    readonly replaces: Replaced | undefined;
    readonly before: DeploymentRecord | undefined;
    readonly older?: boolean;
  }): Promise<void> {
    const { environment, store, root, changed } = this.#services;
    const { connection, options, text, parameters, replaces, before } = work;
    assertWritable(connection, vscode.l10n.t('Deploying'));
    const steps = new Steps(replaces !== undefined);
    const tell = (): void => this.#panel.send({ type: 'steps', steps: steps.all });
    tell();
    this.#name = options.name;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const around = await environment.surroundings(parameterValues(text, parameters));
    const expansion = around.expand(text);
    const jobs = new JobClient(connection);
    const gateway = await connection.connect(signal);
    try {
      const { record, ...deployed } = await deployRecorded(
        { gateway, jobManager: await jobs.client() },
        {
          store,
          sql: text,
          source: work.source,
          root,
          environment: around.environment.name || undefined,
          parameters,
          connection: connection.label,
          ...(await addressesOf(connection)),
          plan: planDeployment(expansion.text),
          options,
          properties: around.environment.options,
          begin: beginning(around.environment),
          replaces,
          commit: work.older ? commitOfRecord(before) : undefined,
        },
        (phase, said) => {
          steps.enter(phase, around.masker.message(said));
          tell();
        },
        signal,
      );
      steps.end('done');
      tell();
      this.#job = { connection, id: deployed.jobId, name: record.name };
      this.#panel.send({
        type: 'done',
        text:
          deployed.checkpoint === undefined
            ? vscode.l10n.t('{0} is {1}', record.name, deployed.state)
            : vscode.l10n.t('{0} is {1}, its first checkpoint is complete', record.name, deployed.state),
        record: store.path(record.name),
      });
    } catch (error) {
      if (!(error instanceof DeployError)) throw error;
      steps.end('failed');
      tell();
      this.#trace = error.init.trace && around.masker.message(error.init.trace);
      this.#panel.send({ type: 'failed', failure: this.#failureOf(error, around.masker, expansion.original, text) });
    } finally {
      this.#abort = undefined;
      gateway.dispose();
      jobs.reset();
      changed();
    }
  }

  #failureOf(
    error: DeployError,
    masker: { message(text: string): string },
    original: (offset: number) => number,
    text: string,
  ): DeployFailure {
    const { range, jobId, ended, savepoint } = error.init;
    const left =
      jobId === undefined
        ? ''
        : ended
          ? vscode.l10n.t('The job {0} was ended.', jobId)
          : vscode.l10n.t('The job {0} may go on running: look at it.', jobId);
    const canReturn = savepoint !== undefined && this.#services.store.sql(this.#name) !== undefined;
    return {
      message: masker.message(error.message),
      line: range ? lineOf(text, original(range.start)) : null,
      hasTrace: error.init.trace !== undefined,
      left,
      rollback: canReturn ? savepoint : null,
    };
  }

  async #goto(line: number): Promise<void> {
    const { file } = this.#source;
    const notebook = vscode.workspace.notebookDocuments.find(({ uri }) => uri.toString() === file.toString());
    if (notebook) {
      await vscode.window.showNotebookDocument(notebook);
      return;
    }
    const at = new vscode.Position(line - 1, 0);
    await vscode.window.showTextDocument(file, { selection: new vscode.Range(at, at) });
  }

  #path(): string {
    return relative(this.#services.root, this.#source.file.fsPath).replaceAll('\\', '/');
  }
}

/** Where the record says that a job runs on another connection, the person decides. */
async function mayRunBeside(before: DeploymentRecord | undefined, { label }: Connection): Promise<boolean> {
  const newest = before?.jobs[0];
  if (!before || !newest || newest.ended || before.connection === label) return true;
  const where = before.connection ?? before.gateway;
  const anyway = vscode.l10n.t('Deploy Anyway');
  const message = vscode.l10n.t('{0} is recorded as running on {1}.', before.name, where);
  const detail = vscode.l10n.t(
    'Deployed on {0} too, it would run twice, and the record would tell of the new job alone. To move it, stop job {1} with a savepoint first.',
    label,
    newest.id,
  );
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, anyway)) === anyway;
}

/** The running job that is replaced; undefined where it has ended meanwhile. */
async function replacedBy(
  connection: Connection,
  before: DeploymentRecord | undefined,
  directory: string,
): Promise<Replaced | undefined> {
  const newest = before?.jobs[0];
  if (!before || !newest || newest.ended || before.connection !== connection.label) return undefined;
  const jobs = new JobClient(connection);
  try {
    const { state } = await (await jobs.client()).job(newest.id);
    return isEnded(state) ? undefined : { jobId: newest.id, savepointDirectory: directory.trim() || undefined };
  } catch (error) {
    if (error instanceof JobManagerError && error.kind === 'job-lost') return undefined;
    throw error;
  } finally {
    jobs.reset();
  }
}

async function addressesOf(connection: Connection): Promise<{ gatewayUrl: string; jobManagerUrl: string }> {
  const jobManagerUrl = (await connection.jobManager())?.url ?? '';
  const setting = 'setting' in connection ? (connection.setting as { readonly url: string }) : undefined;
  return { gatewayUrl: setting?.url ?? jobManagerUrl, jobManagerUrl };
}

function commitOfRecord(record: DeploymentRecord | undefined) {
  const { commit, dirty = false } = record?.jobs[0] ?? {};
  return commit === undefined ? undefined : { commit, dirty };
}

function beginning({
  catalog,
  database,
}: {
  readonly catalog: string | undefined;
  readonly database: string | undefined;
}): string[] {
  const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
  return [
    ...(catalog === undefined ? [] : [`USE CATALOG ${quoted(catalog)}`]),
    ...(database === undefined ? [] : [`USE ${quoted(database)}`]),
  ];
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
