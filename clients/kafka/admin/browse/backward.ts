import type { BrowseQuery, BrowseStep, RecordPage } from '../record-types.ts';
import { compact } from '../records.ts';
import { chooseByTime, Lane } from './choose.ts';
import { type FetchedBytes, type FetchSource, fetchRound, MOST_BYTES, shareOf } from './fetch.ts';
import { countOf, filtered } from './forward.ts';
import { openPages } from './pages.ts';
import { Account } from './progress.ts';
import type { Range } from './range.ts';

/** Offsets of the first step back, and of any. */
const FIRST_STEP = 64;
const MOST_STEP = 1 << 20;
/** Bytes that a step should bring of a partition. */
const STEP_BYTES = 1 << 20;
const EMPTY_ANSWERS = 3;

interface Place {
  readonly partition: number;
  readonly start: bigint;
  /** Everything from here to the end has been read. */
  low: bigint;
  step: number;
}

/** A step back in a partition: from `from` (which moves down to the beginning of its batch) up to `low`. */
interface Stretch {
  readonly place: Place;
  readonly low: bigint;
  from: bigint;
  next: bigint;
  bytes: number;
  empties: number;
}

/** Reads ranges from their ends back to their starts, by stretches of offsets that grow where there are gaps. */
export class BackwardReading {
  private readonly source: FetchSource;
  private readonly query: BrowseQuery;
  private readonly account: Account;
  private readonly places: Place[];
  private readonly patienceMs: number;

  constructor(source: FetchSource, query: BrowseQuery, ranges: readonly Range[], patienceMs: number) {
    this.source = source;
    this.query = query;
    this.patienceMs = patienceMs;
    this.account = new Account(ranges, true);
    // Of many partitions each has only a part of what is newest.
    const each = Math.ceil((2 * (query.limit ?? MOST_STEP)) / Math.max(1, ranges.length));
    const step = query.filter ? 4096 : Math.max(FIRST_STEP, Math.min(4096, each));
    this.places = ranges.map(({ partition, start, end }) => ({ partition, start, low: end, step }));
  }

  steps(wait: <T>(work: Promise<T>) => Promise<T>): AsyncGenerator<BrowseStep> {
    const { limit, filter } = this.query;
    return limit !== undefined && !filter ? this.newest(limit, wait) : this.rounds(wait);
  }

  private open(): Place[] {
    return this.places.filter((p) => p.low > p.start);
  }

  private lows(): Map<number, bigint> {
    return new Map(this.places.map((p) => [p.partition, p.low]));
  }

  /** The newest records by time over all partitions: one step back at a time, and only where it is needed to know. */
  private async *newest(limit: number, wait: <T>(work: Promise<T>) => Promise<T>): AsyncGenerator<BrowseStep> {
    const { account } = this;
    const lanes = new Map(this.places.map((p) => [p.partition, new Lane(p.partition, [], true)]));
    const lane = (p: { partition: number }) => lanes.get(p.partition) as Lane;
    let left = limit;
    while (left > 0) {
      const wanting = this.open().filter((p) => lane(p).isEmpty);
      if (wanting.length > 0) {
        for (const [partition, pages] of await wait(this.back(wanting))) lane({ partition }).extend(pages);
        continue;
      }
      let best: Lane | undefined;
      for (const one of lanes.values()) if (!one.isEmpty && (!best || one.isBefore(best))) best = one;
      if (!best) break;
      best.take();
      left--;
    }
    const pages = [...lanes.values()].flatMap((one) => one.chosen()).map(compact);
    account.kept = countOf(pages);
    const positions = new Map<number, bigint>();
    for (const p of this.places) {
      // All of a lane taken means that everything down to its low has been seen.
      const reached = lane(p).isEmpty ? p.low : lane(p).lastTaken;
      if (reached !== undefined) positions.set(p.partition, reached);
    }
    const read = this.lows();
    yield { pages, progress: account.at(positions, true, { read }) };
  }

  private async *rounds(wait: <T>(work: Promise<T>) => Promise<T>): AsyncGenerator<BrowseStep> {
    const { query, account } = this;
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    if (this.open().length === 0) yield { pages: [], progress: account.at(this.lows(), true) };
    while (left > 0 && this.open().length > 0) {
      const found = await wait(this.back(this.open()));
      const matching = await wait(filtered([...found.values()].flat(), query));
      const positions = this.lows();
      let pages = matching;
      if (countOf(matching) > left) {
        const choice = chooseByTime(matching, left, true);
        pages = choice.pages.map(compact);
        for (const [partition, last] of choice.cut) positions.set(partition, last ?? after(matching, partition));
      }
      const kept = countOf(pages);
      left -= kept;
      account.kept += kept;
      yield { pages, progress: account.at(positions, left <= 0 || this.open().length === 0, { read: this.lows() }) };
    }
  }

  /** One step back in each of these partitions; their pages, ascending. */
  private async back(places: readonly Place[]): Promise<Map<number, RecordPage[]>> {
    const found = new Map<number, RecordPage[]>(places.map((p) => [p.partition, []]));
    const stretches = places.map((place): Stretch => {
      const stepped = place.low - BigInt(place.step);
      const from = greater(stepped, place.start);
      return { place, from, next: from, low: place.low, bytes: 0, empties: 0 };
    });
    let open = stretches;
    while (open.length > 0) {
      const answers = await fetchRound(this.source, {
        topic: this.query.topic,
        positions: open.map((s) => ({ partition: s.place.partition, offset: s.next, isAlone: s.empties > 0 })),
        isolation: this.query.isolation ?? 'read_uncommitted',
        maxWaitMs: 100,
        partitionBytes: shareOf(open.length, MOST_BYTES),
        patienceMs: this.patienceMs,
      });
      for (const answer of answers) {
        const stretch = open.find((s) => s.place.partition === answer.partition);
        if (stretch) found.get(answer.partition)?.push(...this.take(answer, stretch));
      }
      open = open.filter((s) => s.next < s.low);
    }
    for (const { place, from, low, bytes } of stretches) {
      const records = countOf(found.get(place.partition) ?? []);
      place.step = nextStep(Number(low - from), bytes, records);
      place.low = from;
    }
    return found;
  }

  private take(answer: FetchedBytes, stretch: Stretch): RecordPage[] {
    const { query, account } = this;
    const { place, next, low } = stretch;
    if (answer.isOutOfRange) {
      // Deleted meanwhile: what is left begins at the log's start, if before the end at all.
      const first = answer.logStartOffset > next ? answer.logStartOffset : low;
      account.lose(place.partition, next, first);
      stretch.next = lesser(first, low);
      return [];
    }
    // A batch is sent as a whole: what it holds before this step is taken too, so that nobody decompresses it twice.
    const isFirst = next === stretch.from && answer.end - answer.start >= 8;
    const base = isFirst ? answer.bytes.readBigInt64BE(answer.start) : next;
    const from = base < next ? greater(base, place.start) : next;
    if (from < stretch.from) stretch.from = from;
    const opened = openPages({
      ...answer,
      aborted: query.isolation === 'read_committed' ? answer.aborted : [],
      from,
      topic: query.topic,
      stop: low,
      withControlRecords: query.withControlRecords === true,
    });
    const bytes = answer.end - answer.start;
    stretch.bytes += bytes;
    account.bytes += bytes;
    account.scanned += countOf(opened.pages);
    if (opened.nextOffset <= next) {
      // Nothing between here and the end of the step is left by compaction.
      if (++stretch.empties >= EMPTY_ANSWERS) stretch.next = low;
    } else stretch.next = opened.nextOffset;
    return opened.pages;
  }
}

const greater = (a: bigint, b: bigint) => (a > b ? a : b);
const lesser = (a: bigint, b: bigint) => (a < b ? a : b);

/** Wider where a step brought little, narrower where it brought much. */
function nextStep(offsets: number, bytes: number, records: number): number {
  if (records === 0) return Math.min(MOST_STEP, offsets * 8);
  const perOffset = Math.max(1, bytes / offsets);
  const wanted = Math.floor(STEP_BYTES / perOffset);
  return Math.max(FIRST_STEP, Math.min(MOST_STEP, offsets * 8, wanted));
}

/** Of a partition of which nothing was chosen: where to go on is after all that was found. */
function after(pages: readonly RecordPage[], partition: number): bigint {
  const last = pages.filter((p) => p.partition === partition).at(-1) as RecordPage;
  return last.baseOffset + BigInt(last.offsetDeltas[last.count - 1] as number) + 1n;
}
