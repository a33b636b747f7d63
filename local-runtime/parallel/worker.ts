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
  const committed = Promise.withResolvers<boolean>();
  job.on('message', (command: Command) => {
    if (command.kind === 'start') started.resolve();
    else if (command.kind === 'commit') committed.resolve(true);
    else if (command.kind === 'cancel') {
      slot.cancel();
      started.resolve();
      committed.resolve(false);
    } else slot.accept(command);
  });
  const counters = (): void => report({ kind: 'counters', vertices: vertexCounters(slot.graph.vertices) });
  const timer = setInterval(counters, COUNTERS);
  try {
    await slot.open();
    report({ kind: 'open' });
    await started.promise;
    // What other threads sent before is here after a turn.
    await nextTurn();
    await slot.run();
    counters();
    report({ kind: 'complete' });
    if (await committed.promise) {
      await slot.commit();
      report({ kind: 'committed' });
    }
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
