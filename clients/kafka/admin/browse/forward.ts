import type { BrowseQuery, BrowseStep, RecordPage } from '../record-types.ts';
import { compact, narrow } from '../records.ts';
import { chooseByTime } from './choose.ts';
import {
  FEW_BYTES,
  type FetchedBytes,
  type FetchPlan,
  type FetchSource,
  fetchRound,
  MOST_BYTES,
  shareOf,
} from './fetch.ts';
import { openPages } from './pages.ts';
import { Account } from './progress.ts';
import type { Range } from './range.ts';

/** How long a live tail waits at the brokers; and a reading that knows that there is more. */
const TAIL_WAIT_MS = 500;
const WAIT_MS = 100;
/** So many empty answers before the end, one after the other: compaction has left nothing up to it. */
const EMPTY_ANSWERS = 3;

/** Pages, narrowed by the filter of the query. */
export async function filtered(pages: readonly RecordPage[], query: BrowseQuery): Promise<RecordPage[]> {
  const out: RecordPage[] = [];
  for (const page of pages) {
    const chosen = await query.filter?.(page);
    const kept = chosen ? compact(narrow(page, chosen)) : page;
    if (kept.count > 0) out.push(kept);
  }
  return out;
}

export const countOf = (pages: readonly RecordPage[]): number => pages.reduce((sum, p) => sum + p.count, 0);

interface Round {
  readonly pages: RecordPage[];
  readonly scanned: number;
  readonly bytes: number;
}

/** Reads ranges from their starts to their ends, or on and on where the query follows. */
export class ForwardReading {
  private readonly source: FetchSource;
  private readonly query: BrowseQuery;
  private readonly account: Account;
  private readonly positions: Map<number, bigint>;
  private readonly ends: Map<number, bigint>;
  private readonly empties = new Map<number, number>();
  private readonly patienceMs: number;
  private partitionBytes: number;

  constructor(source: FetchSource, query: BrowseQuery, ranges: readonly Range[], patienceMs: number) {
    this.source = source;
    this.query = query;
    this.account = new Account(ranges, false);
    this.positions = new Map(ranges.map((r) => [r.partition, r.start]));
    this.ends = new Map(ranges.map((r) => [r.partition, r.end]));
    this.patienceMs = patienceMs;
    this.partitionBytes = query.limit === undefined || query.filter ? MOST_BYTES : FEW_BYTES;
  }

  /** `wait` ends with the reading's signal: what it wraps may go on for a while. */
  async *steps(wait: <T>(work: Promise<T>) => Promise<T>): AsyncGenerator<BrowseStep> {
    const { query, account, positions } = this;
    // The next round is on its way while this one is looked at; not where one round will do, nor at the tail.
    const isAhead = !query.isFollowing && (query.limit === undefined || query.filter !== undefined);
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    let ahead: Promise<FetchedBytes[]> | undefined;
    // Nothing to read is told, too.
    if (this.active().length === 0) yield { pages: [], progress: account.at(positions, true) };
    while (this.active().length > 0 && left > 0) {
      const round = this.open(await wait(ahead ?? this.fetch()));
      ahead = isAhead && this.active().length > 0 ? this.fetch() : undefined;
      // Its failure is met where it is awaited.
      ahead?.catch(() => undefined);
      const matching = await wait(filtered(round.pages, query));
      account.scanned += round.scanned;
      account.bytes += round.bytes;
      const { pages, cut } = chooseByLimit(matching, left);
      for (const [partition, last] of cut) positions.set(partition, this.afterCut(partition, last, matching));
      const kept = countOf(pages);
      left -= kept;
      account.kept += kept;
      const isFinished = left <= 0 || this.active().length === 0;
      yield { pages, progress: account.at(positions, isFinished, query.isFollowing ? { ends: this.ends } : {}) };
    }
  }

  /** Where to go on in a partition that was cut: after the last record taken, or before its first. */
  private afterCut(partition: number, last: bigint | undefined, pages: readonly RecordPage[]): bigint {
    if (last !== undefined) return last + 1n;
    const first = pages.find((p) => p.partition === partition) as RecordPage;
    return first.baseOffset + BigInt(first.offsetDeltas[0] as number);
  }

  private active(): number[] {
    const all = [...this.positions.keys()];
    if (this.query.isFollowing) return all;
    return all.filter((p) => (this.positions.get(p) as bigint) < (this.ends.get(p) as bigint));
  }

  private fetch(): Promise<FetchedBytes[]> {
    const active = this.active();
    const plan: FetchPlan = {
      topic: this.query.topic,
      positions: active.map((partition) => ({
        partition,
        offset: this.positions.get(partition) as bigint,
        isAlone: this.empties.has(partition),
      })),
      isolation: this.query.isolation ?? 'read_uncommitted',
      maxWaitMs: this.query.isFollowing ? TAIL_WAIT_MS : WAIT_MS,
      partitionBytes: shareOf(active.length, this.partitionBytes),
      patienceMs: this.patienceMs,
    };
    this.partitionBytes = Math.min(MOST_BYTES, this.partitionBytes * 4);
    return fetchRound(this.source, plan);
  }

  /** Opens what came, and moves the positions. */
  private open(answers: readonly FetchedBytes[]): Round {
    const { query, positions, ends } = this;
    const pages: RecordPage[] = [];
    let [scanned, bytes] = [0, 0];
    for (const answer of answers) {
      const { partition, offset, logStartOffset } = answer;
      const tail = query.isolation === 'read_committed' ? answer.lastStableOffset : answer.highWatermark;
      if (query.isFollowing && tail >= 0n) ends.set(partition, tail);
      if (answer.isOutOfRange) {
        this.goOnAfterLoss(partition, offset, logStartOffset);
        continue;
      }
      const stop = query.isFollowing ? FAR : (ends.get(partition) as bigint);
      const opened = openPages({
        ...answer,
        aborted: query.isolation === 'read_committed' ? answer.aborted : [],
        from: offset,
        topic: query.topic,
        stop,
        withControlRecords: query.withControlRecords === true,
      });
      pages.push(...opened.pages);
      scanned += countOf(opened.pages);
      bytes += answer.end - answer.start;
      positions.set(partition, opened.nextOffset > stop ? stop : opened.nextOffset);
      if (opened.nextOffset === offset) this.countEmpty(partition);
      else this.empties.delete(partition);
    }
    return { pages, scanned, bytes };
  }

  private goOnAfterLoss(partition: number, from: bigint, first: bigint): void {
    const { query, positions, ends, account } = this;
    const end = ends.get(partition) as bigint;
    // A tail goes on with what is there, also of a topic that was made anew. Else what was to be read may be gone as a whole.
    const to = query.isFollowing || (first > from && first < end) ? first : end;
    account.lose(partition, from, to);
    positions.set(partition, to);
  }

  private countEmpty(partition: number): void {
    if (this.query.isFollowing && this.positions.get(partition) === this.ends.get(partition)) return;
    const empties = (this.empties.get(partition) ?? 0) + 1;
    this.empties.set(partition, empties);
    if (empties >= EMPTY_ANSWERS) this.positions.set(partition, this.ends.get(partition) as bigint);
  }
}

/** After all offsets. */
const FAR = 2n ** 63n - 1n;

function chooseByLimit(pages: RecordPage[], left: number) {
  if (countOf(pages) <= left) return { pages, cut: new Map<number, bigint | undefined>() };
  const { pages: chosen, cut } = chooseByTime(pages, left, false);
  return { pages: chosen.map(compact), cut };
}
