import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SinkWriter } from '../connectors/connector.ts';
import { FlinkFault } from '../errors.ts';
import type { Graph, SinkTask } from '../job/graph.ts';
import { restoreState } from '../job/restore.ts';
import { SourceDriver } from '../job/source-driver.ts';
import { encodeState } from '../job/state-codec.ts';
import { ProcessingTimers } from '../job/timers.ts';
import type { Vertex } from '../job/vertex.ts';
import { collectYoungBuffers } from '../job/young-buffers.ts';
import { addressKey, Inbound, Outbound, type Send } from './channels.ts';
import type { Placement } from './group.ts';
import { type ChannelMessage, COLLECTOR, type RestoredSlot, type SlotSnapshot } from './messages.ts';
import { vertexKeys } from './vertex-keys.ts';

const MAX_ROWS = 4096;
const LINGER = 100;
/** How long a thread waits for sources to say that they have nothing to read, ms. */
const GRACE = 10;
/** Work between turns of the event loop, ms, in which messages of other threads come. */
const SLICE = 4;

/** What gives rows on this thread: a source of a table or a channel from another thread. */
interface Feed {
  readonly vertex: Vertex;
  /** Channels to other threads that its rows may get to. */
  readonly reaches: readonly Outbound[];
}

interface SourceFeed extends Feed {
  readonly driver: SourceDriver;
}

interface ChannelFeed extends Feed {
  readonly channel: Inbound;
}

/**
 * The part of a job that runs on one thread: pulls its sources, takes what other threads send, pushes rows through its subtasks. A
 * feed waits while a channel that its rows may get to is full; as channels form no circle and the last ones lead to sinks, some feed
 * can always go on.
 */
export class Slot {
  readonly graph: Graph;
  private readonly abort = new AbortController();
  private readonly aborted: Promise<void>;
  private readonly timers: ProcessingTimers;
  private readonly outbound = new Map<string, Outbound>();
  private readonly inbound = new Map<string, ChannelFeed>();
  private readonly channels: readonly ChannelFeed[];
  private readonly sources: readonly SourceFeed[];
  private readonly waiting: readonly Vertex[];
  private readonly writers = new Map<SinkTask, SinkWriter>();
  private readonly keys: ReadonlyMap<Vertex, string>;
  private wake: () => void = () => undefined;
  private isPaused = false;
  private isDrained = false;
  private isFinished = false;
  /** Called once, when there is nothing to do, while the job holds still. */
  private whenStill: ((sent: number, taken: number) => void) | undefined;
  private timerFailure: { readonly error: unknown } | undefined;
  private turnStart = performance.now();

  /** `send` gives a message to the thread that its address leads to. Throws what cannot run. */
  constructor(
    slot: number,
    slots: number,
    now: () => number,
    build: (register: (time: number, vertex: Vertex) => void, placement: Placement) => Graph,
    send: (subtask: number) => Send,
  ) {
    this.aborted = new Promise((resolve) => {
      this.abort.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.timers = new ProcessingTimers(now, (vertex, time) => this.fire(vertex, time));
    const senders = new Map<Outbound, Vertex>();
    const receivers: { channel: Inbound; vertex: Vertex }[] = [];
    const out = (exchange: number, from: number, to: number, sender: Vertex): Outbound => {
      const made = new Outbound({ exchange, from, to }, send(to));
      this.outbound.set(addressKey(made.address), made);
      senders.set(made, sender);
      return made;
    };
    const placement: Placement = {
      hosts: (subtask) => subtask % slots === slot,
      outbound: out,
      inbound: (exchange, from, to, vertex) => {
        receivers.push({ channel: new Inbound({ exchange, from, to }, vertex, send(from)), vertex });
      },
      collector: (from, sender) => out(COLLECTOR, from, COLLECTOR, sender),
    };
    this.graph = build((time, vertex) => this.timers.register(time, vertex), placement);
    this.keys = vertexKeys(this.graph.vertices);
    this.waiting = this.graph.vertices.filter((vertex) => vertex.operator?.settle !== undefined);
    const upstream = new Map([...senders].map(([channel, vertex]) => [channel, upstreamOf(vertex)]));
    const reaches = (vertex: Vertex): Outbound[] =>
      [...upstream].filter(([, above]) => above.has(vertex)).map(([channel]) => channel);
    for (const { channel, vertex } of receivers) {
      this.inbound.set(addressKey(channel.address), { channel, vertex, reaches: reaches(vertex) });
    }
    // Those nearest to the end first, so that what is under way gets out before more comes in.
    this.channels = [...this.inbound.values()].sort((a, b) => b.channel.address.exchange - a.channel.address.exchange);
    this.sources = this.graph.sources.map((task) => ({
      driver: new SourceDriver(task, now),
      vertex: task.vertex,
      reaches: reaches(task.vertex),
    }));
  }

  /** A message of another thread. */
  accept(message: ChannelMessage): void {
    const key = addressKey(message);
    if (message.kind === 'credit') this.outbound.get(key)?.credit();
    else this.inbound.get(key)?.channel.push(message);
    this.wake();
  }

  cancel(): void {
    this.abort.abort();
    this.wake();
  }

  /** Opens sinks, then sources; those that have nothing to read end at once, so that they hold nobody's watermark back. */
  async open(restored: SlotSnapshot | undefined): Promise<void> {
    const prepared = new Map(restored?.sinks);
    const progress = new Map(restored?.sources);
    const timers = new Map(restored?.timers);
    for (const sink of this.graph.sinks) {
      const writer = await this.opened(sink.open(prepared.get(this.key(sink.vertex))));
      if (writer === undefined) return;
      this.writers.set(sink, writer);
    }
    for (const { driver, vertex } of this.sources) {
      const kept = progress.get(this.key(vertex));
      if (kept?.done) continue;
      const reader = await this.opened(driver.task.open(kept?.position));
      if (reader === undefined) return;
      driver.start(reader, kept);
    }
    for (const [vertex, key] of this.keys) {
      const time = timers.get(key);
      if (time !== undefined) this.timers.register(time, vertex);
    }
    for (const source of this.sources) this.ask(source);
    const asked = Promise.all(this.sources.map(({ driver }) => driver.outstanding));
    await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, GRACE))]);
    for (const { driver } of this.sources) {
      if (!driver.takeUnused()) continue;
      driver.finish();
      await this.settle();
    }
  }

  private key(vertex: Vertex): string {
    return this.keys.get(vertex) as string;
  }

  /** Gives operators their state back; to be called before `open`. */
  restore({ vertices, ended }: RestoredSlot): void {
    const states = new Map(vertices.map((each) => [each.key, each]));
    for (const [vertex, key] of this.keys) {
      const kept = states.get(key);
      if (!kept) continue;
      vertex.resume(kept.progress);
      if (kept.state) restoreState(vertex, Buffer.concat(kept.state));
    }
    for (const { channel, vertex } of this.channels) {
      const own = this.key(vertex);
      channel.ended = ended.some(([key, input]) => key === own && input === channel.address.from);
    }
  }

  /** Runs until `finish` or `cancel`. Calls `complete` when all that feeds this thread has ended and the sinks are flushed. */
  async run(complete: () => void): Promise<void> {
    let isComplete = false;
    while (!this.isFinished && !this.abort.signal.aborted) {
      // A thread whose feeds had all ended in the snapshot that it starts from has nothing to wait for.
      if (isComplete || !this.isDone) await this.round();
      if (isComplete || !this.isDone || this.abort.signal.aborted) continue;
      for (const writer of this.writers.values()) await writer.flush();
      isComplete = true;
      complete();
    }
    this.timers.stop();
    if (this.timerFailure) throw this.timerFailure.error;
  }

  finish(): void {
    this.isFinished = true;
    this.wake();
  }

  /** Stops sources and timers; `still` is called when nothing is left to do, with the messages sent to other threads and taken. */
  pause(drain: boolean, still: (sent: number, taken: number) => void): void {
    this.isPaused = true;
    this.isDrained ||= drain;
    this.timers.hold();
    this.whenStill = still;
    this.wake();
  }

  resume(): void {
    this.isPaused = false;
    this.timers.release();
    this.wake();
  }

  /** The state of this thread's part; to be called while all threads hold still. */
  async snapshot(): Promise<SlotSnapshot> {
    const sinks = await this.prepare();
    return {
      vertices: [...this.keys].map(([vertex, key]) => ({ key, progress: vertex.progress(), state: stateOf(vertex) })),
      sources: this.sources.map(({ driver, vertex }) => [this.key(vertex), driver.progress()]),
      sinks,
      timers: [...this.timers.waiting()].map(([vertex, time]) => [this.key(vertex), time]),
    };
  }

  /** First half of the sinks' commits: what each will do. */
  async prepare(): Promise<(readonly [key: string, prepared: unknown])[]> {
    const out: (readonly [string, unknown])[] = [];
    for (const [sink, writer] of this.writers) {
      await writer.flush();
      out.push([this.key(sink.vertex), await writer.prepare?.()]);
    }
    return out;
  }

  async commit(): Promise<void> {
    for (const writer of this.writers.values()) await writer.commit();
  }

  async close(): Promise<void> {
    this.timers.stop();
    await Promise.allSettled([...this.sources.map(({ driver }) => driver.close()), ...this.writersClosing()]);
    await Promise.all(this.graph.vertices.map((vertex) => vertex.close()));
  }

  private writersClosing(): Promise<void>[] {
    return [...this.writers.values()].map((writer) => writer.close());
  }

  private get isDone(): boolean {
    return this.sources.every(({ driver }) => driver.done) && this.channels.every(({ channel }) => channel.ended);
  }

  /** Undefined when the job is cancelled first; what opens then is closed. */
  private async opened<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T | undefined> {
    const first = await Promise.race([opening, this.aborted]);
    if (!this.abort.signal.aborted) return first as T;
    // Nobody waits for it any more, nor for why it failed.
    opening.then((late) => late.close()).catch(() => undefined);
    return undefined;
  }

  private ask({ driver, reaches }: SourceFeed): void {
    if (driver.done || driver.outstanding !== undefined || isBlocked(reaches)) return;
    driver.ask(MAX_ROWS, LINGER, this.abort.signal);
    void (driver.outstanding as Promise<void> | undefined)?.then(() => this.wake());
  }

  /** Takes what has come, or waits for something to come. */
  private async round(): Promise<void> {
    if (this.isDrained && this.isPaused && this.sources.some(({ driver }) => !driver.done)) {
      for (const { driver } of this.sources) driver.finishEarly();
      await this.settle();
    }
    if (!this.isPaused) for (const source of this.sources) this.ask(source);
    let any = false;
    for (const { channel, reaches } of this.channels) {
      while (!channel.isEmpty && !isBlocked(reaches) && !this.abort.signal.aborted) {
        any = true;
        channel.deliver();
        await this.settle();
      }
    }
    for (const { driver, vertex, reaches } of this.sources) {
      if (isBlocked(reaches) || this.abort.signal.aborted || this.isPaused) continue;
      const event = driver.take();
      if (event === undefined) continue;
      any = true;
      if (event.kind === 'batch') {
        for (const { batch } of driver.pieces(event.batch, Number.POSITIVE_INFINITY)) vertex.emit(batch);
      } else if (event.kind === 'end') driver.finish();
      await this.settle();
    }
    if (!any) {
      this.flush();
      this.tellStill();
    }
    if (!any && !this.abort.signal.aborted && !this.isFinished) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = () => undefined;
    }
  }

  /** What channels have collected goes to the other threads. */
  private flush(): void {
    for (const channel of this.outbound.values()) channel.flush();
  }

  /** Answers `pause` when there is nothing to do. */
  private tellStill(): void {
    const { whenStill } = this;
    if (!this.isPaused || !whenStill || this.channels.some(({ channel }) => !channel.isEmpty)) return;
    this.whenStill = undefined;
    let sent = 0;
    let taken = 0;
    for (const channel of this.outbound.values()) if (channel.address.to !== COLLECTOR) sent += channel.sent;
    for (const { channel } of this.channels) taken += channel.taken;
    whenStill(sent, taken);
  }

  /** Between two batches: what waits for something outside goes on, sinks take their rows, messages come in. */
  private async settle(): Promise<void> {
    collectYoungBuffers();
    for (const vertex of this.waiting) await vertex.settle(this.abort.signal);
    while (this.graph.sinks.some((sink) => sink.pending.length > 0)) {
      for (const sink of this.graph.sinks) {
        for (const batch of sink.pending.splice(0)) await (this.writers.get(sink) as SinkWriter).write(batch);
      }
    }
    if (performance.now() - this.turnStart < SLICE) return;
    this.flush();
    await nextTurn();
    this.turnStart = performance.now();
  }

  private fire(vertex: Vertex, now: number): void {
    if (this.abort.signal.aborted) return;
    try {
      vertex.onProcessingTime(now);
    } catch (error) {
      this.timerFailure = { error };
      this.cancel();
    }
  }
}

function stateOf({ name, operator }: Vertex): Uint8Array[] | undefined {
  if (operator?.stateBytes && !operator.snapshot) {
    throw new FlinkFault('CheckpointException', `The local runtime cannot take a checkpoint of ${name} yet.`);
  }
  const kept = operator?.snapshot?.();
  return kept === undefined ? undefined : encodeState(kept);
}

function isBlocked(reaches: readonly Outbound[]): boolean {
  for (const channel of reaches) if (channel.isFull) return true;
  return false;
}

/** A vertex and all that feed it on this thread. */
function upstreamOf(vertex: Vertex): Set<Vertex> {
  const found = new Set([vertex]);
  for (const each of found) for (const input of each.inputs) found.add(input);
  return found;
}
