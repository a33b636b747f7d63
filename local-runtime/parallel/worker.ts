import { setImmediate as nextTurn } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { asFault } from '../errors.ts';
import { buildGraph } from '../planner/build-graph.ts';
import type { Send } from './channels.ts';
import { type ChannelMessage, COLLECTOR, type Command, type Report, type SlotTask } from './messages.ts';
import { Slot } from './slot.ts';
import { vertexCounters } from './vertex-keys.ts';

/** What a thread of a job gets: its task, and for each other thread the port to it. */
interface WorkerData {
  readonly task: SlotTask;
  readonly ports: readonly (MessagePort | undefined)[];
}

/** How often counters are reported, ms. */
const COUNTERS = 250;

const { task, ports } = workerData as WorkerData;
const job = parentPort as MessagePort;
const report = (message: Report, transfer: readonly ArrayBuffer[] = []): void => job.postMessage(message, transfer);

/** The way to a thread from this one. */
function sendTo(subtask: number): Send {
  if (subtask === COLLECTOR) return report;
  const port = ports[subtask % task.slots] as MessagePort;
  return (message, transfer) => port.postMessage(message, transfer);
}

async function main(): Promise<void> {
  let slot: Slot;
  try {
    slot = make();
  } catch (error) {
    fail(error);
    return;
  }
  for (const port of ports) port?.on('message', (message: ChannelMessage) => slot.accept(message));
  const started = Promise.withResolvers<void>();
  job.on('message', (command: Command) => {
    switch (command.kind) {
      case 'start':
        started.resolve();
        break;
      case 'pause':
        slot.pause(command.drain, (sent, taken) => report({ kind: 'paused', sent, taken }));
        break;
      case 'snapshot':
        slot.snapshot().then((snapshot) => report({ kind: 'snapshot', snapshot }), fail);
        break;
      case 'prepare':
        slot.prepare().then(() => report({ kind: 'prepared' }), fail);
        break;
      case 'commit':
        slot.commit().then(() => report({ kind: 'committed' }), fail);
        break;
      case 'resume':
        slot.resume();
        break;
      case 'finish':
        slot.finish();
        break;
      case 'cancel':
        slot.cancel();
        started.resolve();
        break;
      default:
        slot.accept(command);
    }
  });
  const counters = (): void => report({ kind: 'counters', vertices: vertexCounters(slot.graph.vertices) });
  const timer = setInterval(counters, COUNTERS);
  try {
    if (task.restored) slot.restore(task.restored);
    await slot.open(task.restored);
    report({ kind: 'open' });
    await started.promise;
    // What other threads sent before is here after a turn.
    await nextTurn();
    await slot.run(() => {
      counters();
      report({ kind: 'complete' });
    });
  } catch (error) {
    fail(error);
  }
  clearInterval(timer);
  await slot.close();
  report({ kind: 'closed' });
  for (const port of ports) port?.close();
  job.close();
}

function make(): Slot {
  const { plan, name, options, workingDirectory, slot, slots } = task;
  const print = (line: string): void => report({ kind: 'print', line });
  const notice = (text: string): void => report({ kind: 'notice', text });
  const jobOptions = { name, options, workingDirectory, print, notice };
  return new Slot(
    slot,
    slots,
    Date.now,
    (register, placement) => buildGraph(plan, jobOptions, Date.now, register, placement),
    sendTo,
  );
}

function fail(error: unknown): void {
  report({ kind: 'failed', causes: asFault(error).chain() });
}

void main();
