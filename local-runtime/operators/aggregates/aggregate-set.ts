import type { AggregateCall, Rex, RexInputRef, RexLiteral } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { INSERT, UPDATE_AFTER } from '../../batch/batch.ts';
import type { BoolColumn, Column, Nulls } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import type { Aggregate } from './aggregate.ts';
import { avgOf } from './avg.ts';
import { isRemote, REMOTE } from './call-log.ts';
import { Cells } from './cells.ts';
import { Count } from './count.ts';
import { Distinct, type DistinctState } from './distinct.ts';
import { DistinctMarks, fits, MOST_MARKS } from './distinct-marks.ts';
import { DistinctValues } from './distinct-values.ts';
import { FirstLastValue, FirstLastValueWithRetract } from './first-last-value.ts';
import { GIVEN_VALUE, GivenValue } from './given-value.ts';
import { JsonArrayAgg, JsonObjectAgg } from './json.ts';
import { Lag } from './lag.ts';
import { ArrayAgg, Collect, ListAgg } from './list.ts';
import { extremeOf } from './min-max.ts';
import { Percentile } from './percentile.ts';
import { Remote } from './remote.ts';
import { SingleValue } from './single-value.ts';
import { sumOf } from './sum.ts';
import { updateByRow } from './update-by-row.ts';
import { columnOf, mergeLoop, newValues, runLoop, updateLoop, writeLoop } from './update-loop.ts';
import { notTrue, type Skips, type Updates } from './updates.ts';
import { Variance, type VarianceKind } from './variance.ts';

/** Bytes of records that are in a cache anyway. */
const NEAR = 1 << 19;
/** Rows that all calls work on in turn. */
const RUN = 512;

interface Call {
  readonly aggregate: Aggregate;
  readonly type: LogicalType;
  /** Column of the FILTER condition, -1 without one. */
  readonly filter: number;
  /** What is taken back does not matter to it. */
  readonly keeps: boolean;
}

/** All aggregate calls of one operator (AggsHandleFunction): rows go to every call whose FILTER is true. */
export class AggregateSet {
  private readonly calls: readonly Call[];
  private readonly cells = new Cells();
  /** FILTER columns of the batch at hand, one a call. */
  private filters: (BoolColumn | undefined)[] = [];
  private readonly filtered: boolean;
  private readonly hides: boolean;
  private readonly retracting: boolean;

  /**
   * `retracting`: the input has -U or -D, so functions that need more state to take values back are chosen. `ttl`: ms that DISTINCT
   * values live, 0 for ever; `bindClock` says what time it is. `lasting`: only `update` is called, nothing is retracted and no group
   * is forgotten.
   */
  constructor(
    calls: readonly AggregateCall[],
    inputTypes: readonly LogicalType[],
    retracting: boolean,
    zone: string,
    ttl = 0,
    lasting = false,
  ) {
    const shared = new Map<string, DistinctState>();
    const marks = lasting && calls.length <= MOST_MARKS;
    this.retracting = retracting;
    this.calls = calls.map((call) => ({
      type: call.type,
      aggregate: aggregateOf(call, inputTypes, retracting && !call.monotone, zone, ttl, shared, marks, this.cells),
      filter: call.filter ? inputIndex(call.filter as RexInputRef) : -1,
      keeps: call.monotone === true,
    }));
    this.hides = this.calls.some((call) => call.aggregate.hidden);
    this.filtered = this.calls.some((call) => call.filter >= 0);
  }

  bindClock(now: number): void {
    for (const { aggregate } of this.calls) if (aggregate instanceof Distinct) aggregate.bindClock(now);
  }

  bind(columns: readonly Column[]): void {
    for (const call of this.calls) call.aggregate.bind(columns);
    if (this.filtered) {
      this.filters = this.calls.map((c) => (c.filter < 0 ? undefined : (columns[c.filter] as BoolColumn)));
    }
  }

  grow(capacity: number): void {
    this.cells.grow(capacity);
    for (const call of this.calls) call.aggregate.grow(capacity);
  }

  reset(group: number): void {
    for (const call of this.calls) call.aggregate.reset(group);
  }

  private skips(call: number, row: number): boolean {
    const filter = this.filters[call];
    return (
      filter !== undefined && (filter.values[row] !== 1 || (filter.nulls !== undefined && filter.nulls[row] === 1))
    );
  }

  accumulate(group: number, row: number): void {
    const calls = this.calls;
    for (let c = 0; c < calls.length; c++) {
      if (this.filtered && this.skips(c, row)) continue;
      (calls[c] as Call).aggregate.accumulate(group, row);
    }
  }

  /** Rows `from` to `to` of the bound columns, each to its group by its kind; those of a group below 0 to none. */
  addRun(groups: Int32Array, from: number, to: number, kinds: Uint8Array | undefined): void {
    for (const [c, { aggregate, keeps }] of this.calls.entries()) {
      const filter = this.filtered ? this.filters[c] : undefined;
      const { code } = aggregate;
      if (code !== undefined) {
        const loop = runLoop(code, kinds !== undefined);
        const arrays = aggregate.codeArrays?.() ?? [];
        loop(groups, from, to, kinds, filter, aggregate.absent?.(), this.cells.stride, ...arrays);
        continue;
      }
      for (let i = from; i < to; i++) {
        const group = groups[i] as number;
        if (group < 0 || (filter !== undefined && this.skips(c, i))) continue;
        if (kinds === undefined || isAccumulate(kinds[i] as number)) aggregate.accumulate(group, i);
        else if (!keeps) aggregate.retract(group, i);
      }
    }
  }

  retract(group: number, row: number): void {
    const calls = this.calls;
    for (let c = 0; c < calls.length; c++) {
      if ((this.filtered && this.skips(c, row)) || (calls[c] as Call).keeps) continue;
      (calls[c] as Call).aggregate.retract(group, row);
    }
  }

  /** Whether a row always changes a value, so that nobody need look. */
  get alwaysChanges(): boolean {
    return this.calls.some(({ aggregate, filter }) => aggregate instanceof Count && aggregate.countsAll && filter < 0);
  }

  /** Takes a whole batch, whose columns are bound; gives the column of each call's values (see Updates). */
  update(updates: Updates): Column[] {
    const skips = this.skipsOf(updates);
    const { stride } = this.cells;
    const loops = this.calls.flatMap(({ aggregate }, c) => {
      const own = innerOf(aggregate);
      const { code } = own;
      if (code === undefined) return [];
      const loop = updateLoop(code, updates.changed !== undefined, this.retracting);
      const values = newValues(code.kind, updates.size);
      return [{ c, kind: code.kind, loop, values, nulls: undefined as Nulls, absent: own.absent?.(), own }];
    });
    const runs = loops.map((one) => ({ one, arrays: one.own.codeArrays?.() ?? [] }));
    // The records of a run stay in the nearest cache while each call has its turn.
    const run = this.cells.byteLength > NEAR ? RUN : updates.rows;
    for (let from = 0; from < updates.rows; from += run) {
      const to = Math.min(updates.rows, from + run);
      if (run === RUN) this.cells.touch(updates.groups, from, to);
      for (const { one, arrays } of runs) {
        one.nulls = one.loop(updates, from, to, one.values, one.nulls, skips[one.c], one.absent, stride, ...arrays);
      }
    }
    const columns = new Map(loops.map(({ c, kind, values, nulls }) => [c, columnOf(kind, values, nulls)]));
    return this.calls.map(
      ({ aggregate, keeps, type }, c) =>
        columns.get(c) ?? updateByRow(innerOf(aggregate), type, keeps, updates, skips[c]),
    );
  }

  /** The rows that each call passes over: their FILTER is not true, or their DISTINCT value neither comes nor goes. */
  private skipsOf(updates: Updates): Skips[] {
    const byFilter = new Map<BoolColumn, Uint8Array>();
    const skips = this.calls.map(({ aggregate }, c): Skips => {
      const filter = this.filtered ? this.filters[c] : undefined;
      if (aggregate instanceof Distinct) return new Uint8Array(updates.rows);
      if (filter === undefined) return undefined;
      const known = byFilter.get(filter);
      if (known) return known;
      const made = notTrue(filter, updates.rows);
      byFilter.set(filter, made);
      return made;
    });
    const shared = new Map<DistinctState, number[]>();
    for (const [c, { aggregate }] of this.calls.entries()) {
      if (!(aggregate instanceof Distinct)) continue;
      const calls = shared.get(aggregate.values);
      if (calls) calls.push(c);
      else shared.set(aggregate.values, [c]);
    }
    for (const [values, calls] of shared) {
      values.update(
        updates,
        calls.map((c) => (this.filtered ? this.filters[c] : undefined)),
        calls.map((c) => skips[c] as Uint8Array),
      );
    }
    return skips;
  }

  merge(into: number, from: number): void {
    for (const call of this.calls) call.aggregate.merge(into, from);
  }

  /** Adds the accumulators of the first `n` groups of `from` to those of `into`, in order. */
  mergeRun(into: Int32Array, from: Int32Array, n: number): void {
    for (const { aggregate } of this.calls) {
      const { code } = aggregate;
      if (code) mergeLoop(code)(into, from, n, this.cells.stride, ...(aggregate.codeArrays?.() ?? []));
      else for (let k = 0; k < n; k++) aggregate.merge(into[k] as number, from[k] as number);
    }
  }

  /** Appends the values of the first `n` groups of `groups` to `writers[offset]` on, one a call. */
  writeRun(groups: Int32Array, n: number, writers: readonly ColumnWriter[], offset: number): void {
    for (const [c, { aggregate }] of this.calls.entries()) {
      const to = writers[offset + c] as ColumnWriter;
      const { code } = aggregate;
      const room = code === undefined ? undefined : to.reserve(n);
      if (code && room) {
        const arrays = aggregate.codeArrays?.() ?? [];
        to.advance(n, writeLoop(code)(groups, n, room.values, room.nulls, to.n, this.cells.stride, ...arrays));
      } else {
        for (let k = 0; k < n; k++) aggregate.write(groups[k] as number, to);
      }
    }
  }

  /** Appends the group's values to `writers[offset]` on, one a call. */
  write(group: number, writers: readonly ColumnWriter[], offset: number): void {
    const calls = this.calls;
    for (let c = 0; c < calls.length; c++) {
      (calls[c] as Call).aggregate.write(group, writers[offset + c] as ColumnWriter);
    }
  }

  /** See Aggregate.hidden; the sum over all calls. */
  hidden(group: number): number {
    if (!this.hides) return 0;
    let n = 0;
    for (const { aggregate } of this.calls) n += aggregate.hidden?.(group) ?? 0;
    return n;
  }

  get byteLength(): number {
    let n = this.cells.byteLength;
    for (const call of this.calls) n += call.aggregate.byteLength;
    return n;
  }

  snapshot() {
    return { cells: this.cells.snapshot(), calls: this.calls.map((call) => call.aggregate.snapshot()) };
  }

  restore(state: ReturnType<AggregateSet['snapshot']>): void {
    this.cells.restore(state.cells);
    for (const [i, call] of this.calls.entries()) call.aggregate.restore(state.calls[i]);
  }
}

const innerOf = (aggregate: Aggregate): Aggregate => (aggregate instanceof Distinct ? aggregate.inner : aggregate);

const isAccumulate = (kind: number): boolean => kind === INSERT || kind === UPDATE_AFTER;

function inputIndex(ref: RexInputRef): number {
  if (ref.kind !== 'InputRef') throw new Error('aggregate arguments and filters must be input fields');
  return ref.index;
}

function aggregateOf(
  call: AggregateCall,
  inputTypes: readonly LogicalType[],
  retracting: boolean,
  zone: string,
  ttl: number,
  shared: Map<string, DistinctState>,
  marks: boolean,
  cells: Cells,
): Aggregate {
  if (call.fn === 'LAG') {
    const [value, offset, byDefault] = call.args;
    return new Lag([inputIndex(value as RexInputRef)], literal(offset), literal(byDefault), call.type);
  }
  const args = call.args.map((arg) => inputIndex(arg as RexInputRef));
  const types = args.map((arg) => inputTypes[arg] as LogicalType);
  // MIN and MAX do not care how often a value is there.
  if (call.distinct && args.length > 0 && call.fn !== 'MIN' && call.fn !== 'MAX') {
    const inner = functionOf(
      call,
      args.map((_, i) => i),
      types,
      retracting,
      zone,
      cells,
    );
    const type = types[0] as LogicalType;
    const marked = marks && args.length === 1 && inner.code !== undefined && fits(type);
    const key = `${args.join()} ${marked}`;
    const values = shared.get(key) ?? (marked ? new DistinctMarks(type) : new DistinctValues(types, retracting, ttl));
    shared.set(key, values);
    return new Distinct(inner, args, types, values);
  }
  return functionOf(call, args, types, retracting, zone, cells);
}

function literal(rex: Rex | undefined): RexLiteral | undefined {
  if (rex === undefined || rex.kind === 'Literal') return rex;
  throw new FlinkFault('TableException', 'LAG takes constants as its offset and default.');
}

const VARIANCES: Readonly<Record<string, VarianceKind>> = {
  STDDEV_POP: { root: true, sample: false },
  STDDEV_SAMP: { root: true, sample: true },
  STDDEV: { root: true, sample: true },
  VAR_POP: { root: false, sample: false },
  VAR_SAMP: { root: false, sample: true },
  VARIANCE: { root: false, sample: true },
};

function functionOf(
  call: AggregateCall,
  args: readonly number[],
  types: readonly LogicalType[],
  retracting: boolean,
  zone: string,
  cells: Cells,
): Aggregate {
  const arg = args[0] ?? 0;
  const type = types[0] ?? call.type;
  const variance = VARIANCES[call.fn];
  if (variance) return new Variance(arg, variance, type, call.type);
  switch (call.fn) {
    case 'COUNT':
      return new Count(args, cells);
    // In streaming these only count the rows of their frame.
    case 'ROW_NUMBER':
    case 'RANK':
    case 'DENSE_RANK':
      return new Count([], cells);
    case 'SUM':
      return sumOf(arg, type, retracting, false, cells);
    case '$SUM0':
    case 'SUM0':
      return sumOf(arg, type, retracting, true, cells);
    case 'AVG':
      return avgOf(arg, type, call.type, cells);
    case 'MIN':
      return extremeOf(arg, type, false, retracting, cells);
    case 'MAX':
      return extremeOf(arg, type, true, retracting, cells);
    case 'FIRST_VALUE':
    case 'LAST_VALUE': {
      const last = call.fn === 'LAST_VALUE';
      return retracting ? new FirstLastValueWithRetract(arg, last) : new FirstLastValue(arg, last);
    }
    case 'LISTAGG':
      return new ListAgg(args);
    case 'ARRAY_AGG':
      return new ArrayAgg(args, call.ignoreNulls);
    case 'COLLECT':
      return new Collect(args, type);
    case 'SINGLE_VALUE':
      return new SingleValue(args);
    case 'JSON_OBJECTAGG_NULL_ON_NULL':
    case 'JSON_OBJECTAGG_ABSENT_ON_NULL':
      return new JsonObjectAgg(args, call.fn === 'JSON_OBJECTAGG_ABSENT_ON_NULL', types, zone);
    case 'JSON_ARRAYAGG_NULL_ON_NULL':
    case 'JSON_ARRAYAGG_ABSENT_ON_NULL':
      return new JsonArrayAgg(args, call.fn === 'JSON_ARRAYAGG_ABSENT_ON_NULL', types, zone);
    case REMOTE:
      if (isRemote(call)) return new Remote(call.log, args);
      throw new Error('a call without its log');
    case GIVEN_VALUE:
      return new GivenValue(arg);
    case 'PERCENTILE':
      return new Percentile(args, types);
    default:
      throw new FlinkFault(
        'TableException',
        `Aggregate function ${call.fn} is not supported by the local runtime yet.`,
      );
  }
}
