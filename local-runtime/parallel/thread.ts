import { extname } from 'node:path';
import { type MessagePort, Worker } from 'node:worker_threads';
import { asFault, FlinkFault } from '../errors.ts';
import type { Cause, ChannelMessage, Command, Report, SlotTask } from './messages.ts';

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
  private isEnding = false;

  constructor(task: SlotTask, ports: readonly (MessagePort | undefined)[], listener: ThreadListener) {
    const { name, slot, slots } = task;
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.worker = new Worker(entry(), {
      workerData: { task, ports },
      transferList: ports.filter((port) => port !== undefined),
      name: `${name.slice(0, 40)} ${slot + 1}/${slots}`,
    });
    this.worker.on('message', (report: Report) => {
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
          closed.resolve();
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
    });
    this.worker.on('error', (error) => listener.onFailure(asFault(error)));
    this.worker.on('exit', () => {
      closed.resolve();
      if (this.isEnding) return;
      listener.onFailure(
        new FlinkFault('RuntimeException', `Thread ${slot + 1} of ${slots} of the job ended unexpectedly.`),
      );
    });
  }

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

  /** Ends the thread whatever it does. */
  async terminate(): Promise<void> {
    this.isEnding = true;
    await this.worker.terminate();
  }
}

function faultOf(causes: readonly Cause[]): FlinkFault {
  let fault: FlinkFault | undefined;
  for (const { exception, message } of [...causes].reverse()) fault = new FlinkFault(exception, message, fault);
  return fault ?? new FlinkFault('RuntimeException', 'A thread of the job failed.');
}

/** From the sources the module beside this one; from a bundle the bundle beside it. */
function entry(): URL {
  const here = import.meta.url;
  return extname(new URL(here).pathname) === '.ts' ? new URL('./worker.ts', here) : new URL('./job-thread.cjs', here);
}
