import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import { BatchBuilder } from '../../batch/builder.ts';
import { validation } from '../../errors.ts';
import type { Connector, SourceEvent, SourceReader, SourceRequest, Subtask } from '../connector.ts';
import { checkUnknown, integerOption, type Options } from '../options.ts';
import { type ColumnReader, columnReader, eventAt } from './columns.ts';
import { NEXMARK_DEFAULTS, NexmarkEvents, type NexmarkSettings } from './events.ts';

/** Options that are numbers of the generator, as the benchmark's own connector names them. */
const NUMBERS: Readonly<Record<string, keyof NexmarkSettings>> = {
  'person.proportion': 'personProportion',
  'auction.proportion': 'auctionProportion',
  'bid.proportion': 'bidProportion',
  'bid.hot-ratio.auctions': 'hotAuctionRatio',
  'bid.hot-ratio.bidders': 'hotBidderRatio',
  'auction.hot-ratio.sellers': 'hotSellerRatio',
  'person.avg-size': 'personSize',
  'auction.avg-size': 'auctionSize',
  'bid.avg-size': 'bidSize',
  seed: 'seed',
};
const SPEC = {
  required: [],
  optional: ['events.num', 'next-event.rate', 'base-time', 'scan.parallelism', ...Object.keys(NUMBERS)],
};

/**
 * `connector = 'nexmark'`: the events of the Nexmark benchmark with the columns of its Flink connector (event_type, person, auction,
 * bid). `events.num` bounds it; `next-event.rate` events a second, both of event time and as they come (0: event time as at 10,000 a
 * second, and as fast as they can be made). The same `seed` and `base-time` (epoch ms) give the same events.
 */
export const nexmark: Connector = {
  identifier: 'nexmark',
  sourceTraits(options, table) {
    checkUnknown('nexmark', options, SPEC);
    settingsOf(options);
    readers(table);
    return {
      changelog: 'insert-only',
      bounded: (integerOption(options, 'events.num') ?? 0) > 0,
      watermarkPushDown: false,
      projectionPushDown: true,
      metadata: {},
      sourceClass: 'com.github.nexmark.flink.source.NexmarkTableSource',
    };
  },
  partsSource: () => true,
  async openSource(request) {
    return new NexmarkSource(request);
  },
};

function settingsOf(options: Options): Partial<NexmarkSettings> {
  const settings: { -readonly [key in keyof NexmarkSettings]?: number } = {};
  for (const [key, name] of Object.entries(NUMBERS)) {
    const value = integerOption(options, key);
    if (value === undefined) continue;
    // At least one person and auction must exist for a bid to name; ratios divide.
    const least = name === 'seed' || name === 'bidProportion' || name.endsWith('Size') ? 0 : 1;
    if (value < least) throw validation(`Option '${key}' must be at least ${least}, but is ${value}.`);
    settings[name] = value;
  }
  const rate = integerOption(options, 'next-event.rate') ?? NEXMARK_DEFAULTS.rate;
  if (rate < 0) throw validation(`Option 'next-event.rate' must not be negative, but is ${rate}.`);
  if (rate > 0) settings.rate = rate;
  const base = integerOption(options, 'base-time');
  if (base !== undefined) settings.baseTime = base;
  return settings;
}

function readers(table: ResolvedTable): Map<string, ColumnReader> {
  const physical = table.columns.filter((column) => column.kind === 'physical');
  return new Map(physical.map(({ name, type }) => [name, columnReader(table, name, type)]));
}

/** Subtasks take the events in turn. */
class NexmarkSource implements SourceReader {
  private readonly request: SourceRequest;
  private readonly events: NexmarkEvents;
  private readonly columns: readonly ColumnReader[];
  private readonly subtask: Subtask;
  /** Events a second of this reader; endless without a limit. */
  private readonly rate: number;
  private readonly total: number;
  private readonly started: number;
  private produced = 0;

  constructor(request: SourceRequest) {
    this.request = request;
    const { options, table, env } = request;
    this.subtask = request.subtask ?? { index: 0, of: 1 };
    // Without a base the events happen from now on, as those of a live system do; the base is part of the position.
    const restored = request.position as { produced: number; base: number } | undefined;
    const settings = settingsOf(options);
    this.events = new NexmarkEvents({ ...settings, baseTime: restored?.base ?? settings.baseTime ?? env.now() });
    const all = readers(table);
    this.columns = request.projected.map((p) => all.get(table.columns[p]?.name ?? '') as ColumnReader);
    const { index, of } = this.subtask;
    const rate = integerOption(options, 'next-event.rate') ?? NEXMARK_DEFAULTS.rate;
    this.rate = rate === 0 ? Number.POSITIVE_INFINITY : rate / of;
    const number = integerOption(options, 'events.num') ?? 0;
    this.total = number > 0 ? Math.ceil((number - index) / of) : Number.POSITIVE_INFINITY;
    this.produced = restored?.produced ?? 0;
    this.started = Date.now() - (this.produced * 1000) / this.rate;
  }

  async next(maxRows: number, lingerMs: number, signal: AbortSignal): Promise<SourceEvent> {
    const deadline = Date.now() + lingerMs;
    for (;;) {
      signal.throwIfAborted();
      if (this.produced >= this.total) return { kind: 'end' };
      const now = Date.now();
      const due = this.rate === Number.POSITIVE_INFINITY ? this.total : ((now - this.started) * this.rate) / 1000 + 1;
      const n = Math.min(Math.floor(due) - this.produced, maxRows, this.total - this.produced);
      if (n > 0) return this.make(n);
      if (now >= deadline) return { kind: 'idle' };
      const wait = Math.min(deadline - now, this.started + (this.produced * 1000) / this.rate - now);
      await new Promise((done) => setTimeout(done, Math.max(1, wait)));
    }
  }

  private make(n: number): SourceEvent {
    const out = new BatchBuilder(this.request.fields.map((field) => field.type));
    const { index, of } = this.subtask;
    for (let i = 0; i < n; i++) {
      const event = eventAt(this.events, (this.produced + i) * of + index);
      out.values(this.columns.map((column) => column(event)));
    }
    this.produced += n;
    return { kind: 'batch', batch: out.take() };
  }

  position(): unknown {
    return { produced: this.produced, base: this.events.settings.baseTime };
  }

  async close(): Promise<void> {
    // Nothing is held.
  }
}
