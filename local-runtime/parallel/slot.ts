import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SinkWriter } from '../connectors/connector.ts';
import type { Graph, SinkTask } from '../job/graph.ts';
import { SourceDriver } from '../job/source-driver.ts';
import { ProcessingTimers } from '../job/timers.ts';
import type { Vertex } from '../job/vertex.ts';
import { addressKey, Inbound, Outbound, type Send } from './channels.ts';
import type { Placement } from './group.ts';
import { type ChannelMessage, COLLECTOR } from './messages.ts';

const MAX_ROWS = 4096;
const LINGER = 100;
/** How long a thread waits for sources to say that they have nothing to read, ms. */
const GRACE = 10;
/** Work between turns of the event loop, ms, in which messages of other threads come. */
const SLICE = 2;

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
  private wake: () => void = () => undefined;
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
  async open(): Promise<void> {
    for (const sink of this.graph.sinks) {
      const writer = await this.opened(sink.open(undefined));
      if (writer === undefined) return;
      this.writers.set(sink, writer);
    }
    for (const { driver } of this.sources) {
      const reader = await this.opened(driver.task.open(undefined));
      if (reader === undefined) return;
      driver.start(reader, undefined);
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

  /** Runs until all that feeds this thread has ended and the sinks are flushed, or until `cancel`. */
  async run(): Promise<void> {
    while (!this.isDone && !this.abort.signal.aborted) await this.round();
    this.timers.stop();
    if (this.timerFailure) throw this.timerFailure.error;
    if (this.abort.signal.aborted) return;
    for (const writer of this.writers.values()) await writer.flush();
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
    for (const source of this.sources) this.ask(source);
    let any = false;
    for (const { channel, reaches } of this.channels) {
      while (!channel.isEmpty && !isBlocked(reaches) && !this.abort.signal.aborted) {
        any = true;
        channel.deliver();
        await this.settle();
      }
    }
    for (const { driver, vertex, reaches } of this.sources) {
      if (isBlocked(reaches) || this.abort.signal.aborted) continue;
      const event = driver.take();
      if (event === undefined) continue;
      any = true;
      if (event.kind === 'batch') {
        for (const { batch } of driver.pieces(event.batch, Number.POSITIVE_INFINITY)) vertex.emit(batch);
      } else if (event.kind === 'end') driver.finish();
      await this.settle();
    }
    if (!any && !this.abort.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = () => undefined;
    }
  }

  /** Between two batches: what waits for something outside goes on, sinks take their rows, messages come in. */
  private async settle(): Promise<void> {
    for (const vertex of this.waiting) await vertex.settle(this.abort.signal);
    while (this.graph.sinks.some((sink) => sink.pending.length > 0)) {
      for (const sink of this.graph.sinks) {
        for (const batch of sink.pending.splice(0)) await (this.writers.get(sink) as SinkWriter).write(batch);
      }
    }
    if (performance.now() - this.turnStart < SLICE) return;
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
