import * as vscode from 'vscode';
import type { JobAction, JobViewMessage, JobViewRequest } from '../../webviews/job/messages.ts';
import { report } from '../commands.ts';
import type { Log } from '../log.ts';
import { openPanel, type Panel } from '../webviews/panel.ts';
import {
  cancelJob,
  type Ended,
  type JobReference,
  openFlinkUi,
  showText,
  stopJob,
  takeSavepoint,
} from './job-actions.ts';
import { JobClient } from './job-client.ts';
import { JobWatch } from './job-watch.ts';

const BUSY: Readonly<Record<Exclude<JobAction, 'openUi'>, string>> = {
  cancel: vscode.l10n.t('Cancelling…'),
  savepoint: vscode.l10n.t('Taking a savepoint…'),
  stop: vscode.l10n.t('Stopping with a savepoint…'),
};

/** The views of jobs, one panel a job. */
export class JobPanels {
  readonly #extension: vscode.Uri;
  readonly #log: Log;
  readonly #acted: () => void;
  readonly #ended: Ended;
  readonly #open = new Map<string, Panel<JobViewMessage>>();

  /** @param acted told when something was done to a job */
  constructor(extension: vscode.Uri, log: Log, acted: () => void, ended: Ended) {
    this.#ended = ended;
    this.#extension = extension;
    this.#log = log;
    this.#acted = acted;
  }

  open(job: JobReference): void {
    const key = `${job.connection.id} ${job.id}`;
    const opened = this.#open.get(key);
    if (opened) {
      opened.reveal();
      return;
    }
    const panel: Panel<JobViewMessage> = openPanel<JobViewRequest, JobViewMessage>(this.#extension, {
      viewType: 'millrace.job',
      title: job.name,
      script: 'job',
      receive: (request) => {
        this.#receive(job, watch, panel, request).catch((error: unknown) => report(this.#log, error, 'job'));
      },
      visible: (visible) => (visible ? watch.start() : watch.stop()),
      closed: () => {
        watch.dispose();
        this.#open.delete(key);
      },
    });
    const hasUi = job.connection.id !== 'local';
    const watch = new JobWatch(new JobClient(job.connection), job.id, (message) => panel.send(message), hasUi);
    this.#open.set(key, panel);
  }

  dispose(): void {
    for (const panel of [...this.#open.values()]) panel.dispose();
  }

  async #receive(
    job: JobReference,
    watch: JobWatch,
    panel: Panel<JobViewMessage>,
    request: JobViewRequest,
  ): Promise<void> {
    switch (request.type) {
      case 'ready':
        watch.start();
        return;
      case 'topic':
        await vscode.commands.executeCommand('millrace.showTopic', { metric: request.topic });
        return;
      case 'tab':
        watch.show(request.tab);
        return;
      case 'log':
        await watch.log(request.server, request.name);
        return;
      case 'trace': {
        const found = watch.state?.exceptions.find(({ time }) => time === request.time);
        if (found) await showText(found.trace);
        return;
      }
      case 'copy':
        await vscode.env.clipboard.writeText(request.text);
        return;
      case 'action':
        await this.#act(job, request.action, watch, panel);
    }
  }

  async #act(job: JobReference, action: JobAction, watch: JobWatch, panel: Panel<JobViewMessage>): Promise<void> {
    if (action === 'openUi') return openFlinkUi(job);
    panel.send({ type: 'busy', what: BUSY[action] });
    try {
      if (action === 'cancel') await cancelJob(job, this.#ended);
      else if (action === 'stop') await stopJob(job, this.#ended);
      else await takeSavepoint(job);
    } finally {
      panel.send({ type: 'busy', what: null });
      watch.look();
      this.#acted();
    }
  }
}
