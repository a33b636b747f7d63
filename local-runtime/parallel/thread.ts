import type { MessagePort, Worker } from 'node:worker_threads';
import { asFault, FlinkFault } from '../errors.ts';
import type { Cause, ChannelMessage, Command, Report, SlotTask } from './messages.ts';
import { giveBack, takeWorker } from './worker-pool.ts';

/** What a thread tells without being asked. */
export interface ThreadListener {
  onReport(thread: Thread, report: Exclude<Report, Answer | ChannelMessage>): void;
  onRows(thread: Thread, message: ChannelMessage): void;
  onFailure(failure: FlinkFault): void;
}

type AnswerKind = 'open' | 'paused' | 'snapshot' | 'prepared' | 'committed';
type Answer = Extract<Report, { kind: AnswerKind }>;

/** A thread that carries a part of a job, as the job sees it. */
export class Thread {
  /** All that fed it has ended and its sinks are flushed. */
  isComplete = false;
  readonly closed: Promise<void>;
  private readonly worker: Worker;
  private readonly answers = new Map<AnswerKind, (answer: Answer) => void>();
  private readonly listener: ThreadListener;
  private readonly name: string;
  private isEnding = false;
  /** It has closed all that it opened: the worker may carry another job. */
  private isClosed = false;
  private readonly closing = Promise.withResolvers<void>();

  constructor(task: SlotTask, ports: readonly (MessagePort | undefined)[], listener: ThreadListener) {
    this.listener = listener;
    this.closed = this.closing.promise;
    this.name = `Thread ${task.slot + 1} of ${task.slots}`;
    this.worker = takeWorker();
    this.worker.on('message', this.onMessage).on('error', this.onError).on('exit', this.onExit);
    this.worker.postMessage(
      { task, ports },
      ports.filter((port) => port !== undefined),
    );
  }

  private readonly onMessage = (report: Report): void => {
    const { listener } = this;
    switch (report.kind) {
      case 'open':
      case 'paused':
      case 'snapshot':
      case 'prepared':
      case 'committed':
        this.answers.get(report.kind)?.(report);
        break;
      case 'failed':
        listener.onFailure(faultOf(report.causes));
        break;
      case 'closed':
        this.isClosed = true;
        this.closing.resolve();
        break;
      case 'batch':
      case 'idle':
      case 'end':
      case 'credit':
        listener.onRows(this, report);
        break;
      default:
        if (report.kind === 'complete') this.isComplete = true;
        listener.onReport(this, report);
    }
  };

  private readonly onError = (error: unknown): void => {
    this.listener.onFailure(asFault(error));
  };

  private readonly onExit = (): void => {
    this.closing.resolve();
    if (this.isEnding) return;
    this.listener.onFailure(new FlinkFault('RuntimeException', `${this.name} of the job ended unexpectedly.`));
  };

  send(command: Command): void {
    if (command.kind === 'finish' || command.kind === 'cancel') this.isEnding = true;
    this.worker.postMessage(command);
  }

  /** The next answer of a kind, to a command if one is given. */
  answer<K extends AnswerKind>(kind: K, command?: Command): Promise<Extract<Answer, { kind: K }>> {
    const answered = new Promise<Extract<Answer, { kind: K }>>((resolve) => {
      this.answers.set(kind, (answer) => resolve(answer as Extract<Answer, { kind: K }>));
    });
    if (command) this.send(command);
    return answered;
  }

  /** Lets go of the thread: one that has closed all of a job that did not fail is kept for another, others are ended whatever they do. */
  async terminate(jobFailed: boolean): Promise<void> {
    this.isEnding = true;
    if (!this.isClosed || jobFailed) {
      await this.worker.terminate();
      return;
    }
    this.worker.off('message', this.onMessage).off('error', this.onError).off('exit', this.onExit);
    giveBack(this.worker);
  }
}

function faultOf(causes: readonly Cause[]): FlinkFault {
  let fault: FlinkFault | undefined;
  for (const { exception, message } of [...causes].reverse()) fault = new FlinkFault(exception, message, fault);
  return fault ?? new FlinkFault('RuntimeException', 'A thread of the job failed.');
}
