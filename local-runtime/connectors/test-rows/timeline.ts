import { INSERT, UPDATE_AFTER } from '../../batch/batch.ts';

/** One thing that happens to the tables of a SQL test. */
export type TimelineItem =
  /** `json`: the row as an object of the JSON format; `rowKind` as in a batch. */
  | { readonly kind: 'row'; readonly table: string; readonly rowKind: number; readonly json: string }
  /** The table's watermark is set by hand, in epoch ms; its own definition makes none then. */
  | { readonly kind: 'watermark'; readonly table: string; readonly time: number }
  /** Processing time goes on to this moment, in epoch ms. */
  | { readonly kind: 'now'; readonly time: number };

/** Processing time that stands still until it is moved. */
export class TestClock {
  #time: number;
  readonly #listeners = new Set<() => void>();

  constructor(start: number) {
    this.#time = start;
  }

  readonly now = (): number => this.#time;

  /** Moves on, then lets the timers that are due fire. */
  advance(time: number): void {
    this.#time = Math.max(this.#time, time);
    for (const listener of this.#listeners) listener();
  }

  /** Tells a job of each move; the answer ends that. */
  onAdvance(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** What a reader may do now: give the items up to `until`, wait, or end. */
export type Turn = { readonly kind: 'items'; readonly until: number } | { readonly kind: 'wait' | 'over' };

/** A reader of one table's items. `at`: the place of its next one in the timeline, its length when there is none. */
export interface TimelineReader {
  readonly at: number;
}

/**
 * The inputs of one run of a SQL test: the readers of all tables together give their rows in the order of the test, whatever the order in
 * which a job asks them. The job asks each of its sources again only when what they gave before has gone through it, so that processing
 * time moves between the right rows.
 */
export class Timeline {
  readonly items: readonly TimelineItem[];
  /** Where the inputs stop without an end: at this watermark, in epoch ms; undefined: they end. */
  readonly stopsAt: number | undefined;
  readonly clock: TestClock | undefined;
  /** All that was given has gone through a job that does not end. */
  readonly settled: Promise<void>;
  isSettled = false;
  #settle: () => void = () => undefined;
  readonly #marks: readonly number[];
  #marksDone = 0;
  /** The items before this one have been given. */
  #given = 0;
  readonly #readers = new Set<TimelineReader>();
  /** Whoever first met the clock's next move; it comes when that reader is asked again. */
  #mover: TimelineReader | undefined;
  readonly #over = new Map<TimelineReader, number>();

  constructor(items: readonly TimelineItem[], stopsAt?: number) {
    this.items = items;
    this.stopsAt = stopsAt;
    this.#marks = items.flatMap((item, i) => (item.kind === 'now' ? [i] : []));
    const first = items[this.#marks[0] ?? -1];
    this.clock = first?.kind === 'now' ? new TestClock(first.time) : undefined;
    this.settled = new Promise((resolve) => {
      this.#settle = () => {
        this.isSettled = true;
        resolve();
      };
    });
  }

  join(reader: TimelineReader): void {
    this.#readers.add(reader);
  }

  leave(reader: TimelineReader): void {
    this.#readers.delete(reader);
  }

  /** The rows that a table has, after all that was given so far. */
  rowsOf(table: string): string[] {
    const rows: string[] = [];
    for (const item of this.items.slice(0, this.#given)) {
      if (item.kind !== 'row' || item.table !== table) continue;
      if (item.rowKind === INSERT || item.rowKind === UPDATE_AFTER) rows.push(item.json);
      else if (rows.includes(item.json)) rows.splice(rows.indexOf(item.json), 1);
    }
    return rows;
  }

  turn(reader: TimelineReader): Turn {
    let others = this.items.length;
    for (const each of this.#readers) if (each !== reader) others = Math.min(others, each.at);
    const mark = this.#marks[this.#marksDone] ?? this.items.length;
    if (mark < Math.min(others, reader.at)) return this.#move(reader, mark);
    if (reader.at >= this.items.length) {
      if (others < this.items.length) return { kind: 'wait' };
      return this.#finish(reader);
    }
    if (reader.at > others) return { kind: 'wait' };
    // Two readers of one table give the same item.
    const until = Math.min(mark, Math.max(others, reader.at + 1), this.#runEnd(reader.at));
    this.#given = Math.max(this.#given, until);
    return { kind: 'items', until };
  }

  /** The items from `at` on that are of one table; others may be of tables that are looked up and have no reader. */
  #runEnd(at: number): number {
    const tableOf = (item: TimelineItem | undefined) => (item && item.kind !== 'now' ? item.table : undefined);
    const table = tableOf(this.items[at]);
    let end = at + 1;
    while (end < this.items.length && tableOf(this.items[end]) === table) end++;
    return end;
  }

  #move(reader: TimelineReader, mark: number): Turn {
    if (this.#mover === undefined) this.#mover = reader;
    else if (this.#mover === reader) {
      this.#mover = undefined;
      this.#marksDone++;
      this.clock?.advance((this.items[mark] as { time: number }).time);
      return this.turn(reader);
    }
    return { kind: 'wait' };
  }

  /** Once each reader has been asked twice after the last item, everything has gone through. */
  #finish(reader: TimelineReader): Turn {
    const asked = (this.#over.get(reader) ?? 0) + 1;
    this.#over.set(reader, asked);
    if ([...this.#readers].every((each) => (this.#over.get(each) ?? 0) > 2)) this.#settle();
    return { kind: 'over' };
  }
}
