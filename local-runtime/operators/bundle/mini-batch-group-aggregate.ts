import type { GroupAggregate } from '../../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, forEachRun, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import { KeyTable } from '../../state/key-table.ts';
import { RowWriter } from '../../state/row-writer.ts';
import { StateTtl, sideTtl } from '../../state/state-ttl.ts';
import { AggregateSet } from '../aggregates/aggregate-set.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { rowsTable, type StateTable, stateTable } from '../state-table.ts';
import { BinaryRowHash } from './binary-row-hash.ts';
import { BufferedRows } from './buffered-rows.ts';
import { GroupBundle } from './group-bundle.ts';

/** Accumulators of a key: of the state, of the global bundle and of the local bundle. */
const STATE = 0;
const GLOBAL = 1;
const LOCAL = 2;
const PARTS = 3;

/**
 * Updating GROUP BY with mini-batch. Keeps what GroupAggregateOperator keeps, and a bundle of keys whose rows wait; in two phases a
 * local bundle, whose partial results go into a global one. Delta rule: a full bundle, and one that a watermark or the end reaches,
 * gives for each key, in the order of Java's HashMap, +I, -U and +U, or -D for what the bundle did as a whole. A watermark empties
 * the bundles and passes. Without retractions partial results are merged, so that sums of DOUBLE round as Flink's do; with them the
 * waiting rows are applied one by one. Follows MiniBatchLocalGroupAggFunction with MiniBatchGlobalGroupAggFunction, and
 * MiniBatchGroupAggFunction.
 */
export class MiniBatchGroupAggregateOperator implements Operator {
  private readonly node: GroupAggregate;
  private readonly context: OperatorContext;
  private readonly twoPhase: boolean;
  /** Rows wait for the bundle's end; else they are in partial accumulators. */
  private readonly replays: boolean;
  private readonly keys: KeyTable;
  private readonly hash: BinaryRowHash;
  private hashes: number[] = [];
  /** Keys that have state. */
  private alive: boolean[] = [];
  private rowCounts: number[] = [];
  private readonly aggregates: AggregateSet;
  private readonly buffer: BufferedRows;
  private readonly local: GroupBundle;
  private readonly global: GroupBundle;
  private readonly ttl: StateTtl | undefined;
  private readonly out: RowWriter;

  /** `size`: rows in a bundle (table.exec.mini-batch.size). */
  constructor(
    node: GroupAggregate,
    bundle: { readonly size: number; readonly twoPhase: boolean },
    inputTypes: readonly LogicalType[],
    context: OperatorContext,
  ) {
    this.node = node;
    this.context = context;
    this.twoPhase = bundle.twoPhase;
    this.replays = node.retracting || !bundle.twoPhase;
    const ttl = sideTtl(node.hints ?? [], 'ONE', context.options);
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    const keyTypes = node.group.map((g) => inputTypes[g] as LogicalType);
    this.keys = new KeyTable(keyTypes);
    this.hash = new BinaryRowHash(keyTypes);
    this.aggregates = new AggregateSet(node.calls, inputTypes, node.retracting, context.zone, ttl);
    this.buffer = new BufferedRows(this.replays ? inputTypes : []);
    this.local = new GroupBundle(bundle.size);
    this.global = new GroupBundle(bundle.size);
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch): void {
    if (this.ttl) {
      const now = this.context.clock.now();
      this.ttl.bind(now);
      this.aggregates.bindClock(now);
    }
    const columns = this.node.group.map((g) => batch.columns[g] as Column);
    this.keys.encode(columns, 0, batch.length);
    if (this.replays) this.buffer.bind(batch);
    else this.aggregates.bind(batch.columns);
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) this.row(batch, columns, i);
      },
      (watermark) => {
        this.finish();
        this.out.mark(watermark);
      },
    );
    this.out.flush();
    this.ttl?.clean(batch.length + 1, (key) => this.expire(key));
    this.keys.sweep();
    this.buffer.sweep();
  }

  private row(batch: Batch, columns: readonly Column[], i: number): void {
    const key = this.keys.findOrAdd(i);
    if (this.keys.added) {
      this.hashes[key] = this.hash.of(columns, i);
      this.alive[key] = false;
      this.aggregates.grow((key + 1) * PARTS);
    }
    const hash = this.hashes[key] as number;
    if (this.replays) {
      const row = this.buffer.add(batch, i);
      const bundle = this.twoPhase ? this.local : this.global;
      bundle.add(key, hash, [row]);
    } else {
      const part = key * PARTS + LOCAL;
      if (this.local.add(key, hash, [])) this.aggregates.reset(part);
      this.aggregates.accumulate(part, i);
    }
    if (this.local.isFull) this.finishLocal();
    if (this.global.isFull) this.finishGlobal();
    this.out.flushIfFull();
  }

  private finish(): void {
    this.finishLocal();
    this.finishGlobal();
  }

  private finishLocal(): void {
    for (const [key, rows] of this.local.drain()) {
      const isFirst = this.global.add(key, this.hashes[key] as number, rows);
      if (!this.replays) {
        const part = key * PARTS + GLOBAL;
        if (isFirst) this.aggregates.reset(part);
        this.aggregates.merge(part, key * PARTS + LOCAL);
        this.aggregates.reset(key * PARTS + LOCAL);
      }
      if (this.global.isFull) this.finishGlobal();
    }
  }

  private finishGlobal(): void {
    for (const [key, rows] of this.global.drain()) {
      this.group(key, rows);
      for (const row of rows) this.buffer.remove(row);
      if (!this.alive[key] && !this.local.has(key)) this.keys.remove(key);
    }
  }

  /** Brings a key's state up to date and tells what became of it. */
  private group(key: number, rows: readonly number[]): void {
    const { aggregates, out } = this;
    const group = key * PARTS + STATE;
    const first = !this.alive[key] || this.ttl?.expired(key) === true;
    // In one phase a retraction does not open a group.
    const skipped = first && !this.twoPhase ? rows.findIndex((row) => isAccumulate(this.buffer.kind(row))) : 0;
    if (skipped < 0) {
      if (this.alive[key]) this.expire(key, true);
      return;
    }
    if (first) {
      aggregates.reset(group);
      this.rowCounts[key] = 0;
    }
    const start = out.n;
    if (!first) this.write(key, UPDATE_BEFORE);
    const hidden = aggregates.hidden(group);
    if (this.replays) {
      this.apply(key, rows.slice(skipped));
      if (this.node.retracting && this.rowCounts[key] === 0) {
        if (first) out.truncate(start);
        else out.setKind(start, DELETE);
        this.expire(key, true);
        return;
      }
    } else {
      aggregates.merge(group, key * PARTS + GLOBAL);
      aggregates.reset(key * PARTS + GLOBAL);
    }
    this.alive[key] = true;
    this.ttl?.touch(key);
    this.write(key, first ? INSERT : UPDATE_AFTER);
    if (first) return;
    if (!this.ttl && aggregates.hidden(group) === hidden && this.unchanged(start)) {
      out.truncate(start);
    } else if (!this.node.generateUpdateBefore) {
      out.truncate(start);
      this.write(key, UPDATE_AFTER);
    }
  }

  private apply(key: number, rows: readonly number[]): void {
    const batch = this.buffer.toBatch(rows);
    this.aggregates.bind(batch.columns);
    for (let i = 0; i < rows.length; i++) {
      const accumulate = isAccumulate(batch.kinds?.[i] ?? INSERT);
      if (accumulate) this.aggregates.accumulate(key * PARTS, i);
      else this.aggregates.retract(key * PARTS, i);
      this.rowCounts[key] = (this.rowCounts[key] as number) + (accumulate ? 1 : -1);
    }
  }

  /** Forgets a key's state; the key itself too, if no bundle has it. */
  private expire(key: number, keepsKey = false): void {
    this.ttl?.forget(key);
    this.aggregates.reset(key * PARTS);
    this.alive[key] = false;
    if (!keepsKey && !this.local.has(key) && !this.global.has(key)) this.keys.remove(key);
  }

  private write(key: number, kind: number): void {
    const writers = this.out.columns;
    this.keys.rows.writeRow(key, writers, 0);
    this.aggregates.write(key * PARTS, writers, this.node.group.length);
    this.out.end(kind);
  }

  private unchanged(start: number): boolean {
    const writers = this.out.columns;
    for (let c = this.node.group.length; c < writers.length; c++) {
      if (!writers[c]?.same(start, start + 1)) return false;
    }
    return true;
  }

  end(): void {
    this.ttl?.bind(this.context.clock.now());
    this.finish();
    this.out.flush();
  }

  stateBytes(): number {
    return this.keys.byteLength + this.aggregates.byteLength + this.buffer.byteLength + this.hashes.length * 24;
  }

  describeState(): readonly StateTable[] {
    const { fields, group, input } = this.node;
    const described = (title: string, keys: Iterable<number>, part: number) =>
      stateTable(title, fields, (columns, end) => {
        for (const key of keys) {
          this.keys.rows.writeRow(key, columns, 0);
          this.aggregates.write(key * PARTS + part, columns, group.length);
          end();
        }
      });
    const alive = this.keys.ids().filter((key) => this.alive[key]);
    const groups = described('groups', alive, STATE);
    if (this.replays) {
      const waiting = [this.local, this.global].flatMap((bundle) => [...bundle.waiting.values()].flat());
      return [rowsTable('rows of the bundle', input.fields, this.buffer.store, waiting), groups];
    }
    return [
      described('groups of the local bundle', this.local.waiting.keys(), LOCAL),
      described('groups of the global bundle', this.global.waiting.keys(), GLOBAL),
      groups,
    ];
  }

  snapshot() {
    return {
      ttl: this.ttl?.snapshot(),
      keys: this.keys.snapshot(),
      hashes: this.hashes,
      alive: this.alive,
      rowCounts: this.rowCounts,
      aggregates: this.aggregates.snapshot(),
      buffer: this.buffer.snapshot(),
      local: this.local.snapshot(),
      global: this.global.snapshot(),
    };
  }

  restore(state: ReturnType<MiniBatchGroupAggregateOperator['snapshot']>): void {
    if (state.ttl) this.ttl?.restore(state.ttl);
    this.keys.restore(state.keys);
    this.hashes = state.hashes;
    this.alive = state.alive;
    this.rowCounts = state.rowCounts;
    this.aggregates.restore(state.aggregates);
    this.buffer.restore(state.buffer);
    this.local.restore(state.local);
    this.global.restore(state.global);
  }
}

function isAccumulate(kind: number): boolean {
  return kind === INSERT || kind === UPDATE_AFTER;
}
