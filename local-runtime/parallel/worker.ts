import { setImmediate as nextTurn } from 'node:timers/promises';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { asFault } from '../errors.ts';
import { collectEndedState } from '../job/young-buffers.ts';
import { buildGraph } from '../planner/build-graph.ts';
import type { Send } from './channels.ts';
import { type ChannelMessage, COLLECTOR, type Command, type Report, type SlotTask } from './messages.ts';
import { Slot } from './slot.ts';
import { vertexCounters } from './vertex-keys.ts';

/** What a thread gets for a job: its task, and for each other thread the port to it. */
interface Assignment {
  readonly task: SlotTask;
  readonly ports: readonly (MessagePort | undefined)[];
}

/** How often counters are reported, ms. */
const COUNTERS = 250;

const job = parentPort as MessagePort;
const report = (message: Report, transfer: readonly ArrayBuffer[] = []): void => job.postMessage(message, transfer);

/** Carries its part of one job. */
async function carry({ task, ports }: Assignment): Promise<void> {
  let slot: Slot;
  try {
    slot = make(task, ports);
  } catch (error) {
    fail(error);
    return;
  }
  for (const port of ports) port?.on('message', (message: ChannelMessage) => slot.accept(message));
  const started = Promise.withResolvers<void>();
  const obey = (command: Command): void => {
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
  };
  job.on('message', obey);
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
  job.off('message', obey);
  for (const port of ports) port?.close();
  collectEndedState();
  report({ kind: 'closed' });
}

function make({ plan, name, options, workingDirectory, slot, slots }: SlotTask, ports: Assignment['ports']): Slot {
  const print = (line: string): void => report({ kind: 'print', line });
  const notice = (text: string): void => report({ kind: 'notice', text });
  const jobOptions = { name, options, workingDirectory, print, notice };
  const sendTo = (subtask: number): Send => {
    if (subtask === COLLECTOR) return report;
    const port = ports[subtask % slots] as MessagePort;
    return (message, transfer) => port.postMessage(message, transfer);
  };
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

// One job after the other: the next comes when this one has closed.
job.on('message', (message: Command | Assignment) => {
  if ('task' in message) void carry(message);
});
