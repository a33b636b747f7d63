import { ALL_VARIABLES, type MatchSpec, variablesOf } from '../../flink-sql/plan/match.ts';
import type { Match } from '../../flink-sql/plan/physical.ts';
import type { Value } from '../../flink-sql/plan/rex.ts';
import { type LogicalType, type RowField, types as sqlTypes } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT } from '../batch/batch.ts';
import { type Column, type TimestampColumn, valueAt } from '../batch/column.ts';
import { compileRowsCondition, compileRowsValue, type OverRows } from '../codegen/compile-pattern.ts';
import type { CompiledCalc, ExprEnv } from '../codegen/index.ts';
import { compileCalc } from '../codegen/index.ts';
import { asFault, FlinkFault } from '../errors.ts';
import type { ColumnWriter } from '../state/column-writer.ts';
import { KeyTable, PairTable } from '../state/key-table.ts';
import { RowWriter } from '../state/row-writer.ts';
import { TimerHeap } from '../time/timer-heap.ts';
import { PatternEvaluator } from './match/evaluator.ts';
import { type PatternExpression, RowLayout } from './match/layout.ts';
import { Nfa, type NfaState } from './match/nfa.ts';
import { type Partial, partialQueue, pathOf, type Taken } from './match/partial-matches.ts';
import { RowArena } from './match/row-arena.ts';
import { automaton } from './match/states.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { compareKeys, type SortField } from './rank/top-n.ts';
import { type StateTable, stateTable } from './state-table.ts';

interface Waiting {
  readonly row: number;
  /** ORDER BY fields after the time. */
  readonly key: readonly Value[];
}

interface MatchKey {
  readonly nfa: NfaState;
  readonly waiting: Map<number, Waiting[]>;
  timers: number;
}

interface Condition {
  readonly expression: PatternExpression;
  readonly evaluator: PatternEvaluator;
  readonly test: OverRows<boolean>;
  /** Looks at the row at hand alone: answered once a row. */
  readonly local: boolean;
}

interface Measure {
  readonly evaluator: PatternEvaluator;
  readonly value: OverRows<Value>;
}

/**
 * MATCH_RECOGNIZE, insert-only. Keeps by key the partial matches with their rows (only the fields that DEFINE and MEASURES read), and,
 * in event time, the rows above the watermark by time. A watermark feeds the rows that it passes to the automaton, in order of time and
 * then of the other ORDER BY columns, and lets go what WITHIN ends; a row at or below it is late and dropped. In processing time a row
 * is fed as it comes, or, with more ORDER BY columns, a millisecond later. Follows CepOperator with StreamExecMatch's pattern.
 */
export class MatchRecognizeOperator implements Operator {
  private readonly spec: MatchSpec;
  private readonly input: readonly RowField[];
  private readonly variables: readonly string[];
  /** What is kept of a row. */
  private readonly keptFields: readonly RowField[];
  private readonly context: OperatorContext;
  private readonly rowtime: boolean;
  private readonly timeIndex: number;
  private readonly rest: readonly SortField[];
  private readonly window: number;
  private readonly keys: KeyTable;
  private states: (MatchKey | undefined)[] = [];
  private readonly rows: RowArena;
  private readonly stored: CompiledCalc;
  private readonly nfa: Nfa;
  private readonly conditions: readonly (Condition | undefined)[];
  private readonly measures: readonly Measure[];
  /** Answers of local conditions about the row at hand: 0 unknown, 1 no, 2 yes. */
  private readonly known: Uint8Array;
  private readonly timers = new TimerHeap<{ key: number; time: number; entry: number }>();
  private readonly timerTable = new PairTable();
  private watermark = Number.NEGATIVE_INFINITY;
  private readonly out: RowWriter;

  constructor(node: Match, inputTypes: readonly LogicalType[], context: OperatorContext) {
    const { spec } = node;
    this.spec = spec;
    this.input = node.input.fields;
    this.context = context;
    const [time, ...rest] = spec.order;
    this.timeIndex = time?.index ?? -1;
    const timeType = inputTypes[this.timeIndex];
    this.rowtime = !(timeType && 'attribute' in timeType && timeType.attribute === 'PROCTIME');
    this.rest = rest;
    this.window = spec.within?.value ?? 0;
    this.keys = new KeyTable(spec.partition.map((p) => inputTypes[p] as LogicalType));
    const variables = variablesOf(spec.pattern);
    this.variables = variables;
    const env: ExprEnv = { zone: context.zone, options: context.options, clock: context.clock };
    const layout = new RowLayout();
    for (const { condition } of spec.defines) layout.collect(condition);
    for (const { expr } of spec.measures) layout.collect(expr);
    const types = layout.fields.map(({ type }) => type);
    this.keptFields = layout.fields.map((rex, f) => ({
      name: (rex.kind === 'InputRef' ? this.input[rex.index]?.name : undefined) ?? `expression ${f + 1}`,
      type: rex.type,
    }));
    this.rows = new RowArena(types);
    this.stored = compileCalc(layout.fields, null, inputTypes, env);
    const evaluatorOf = (expression: PatternExpression) =>
      new PatternEvaluator(expression, this.rows, variables, types, context);
    this.conditions = variables.map((variable) => {
      const define = spec.defines.find((other) => other.variable === variable);
      if (!define) return undefined;
      const expression = layout.take(define.condition);
      const { rex, accesses, extra } = expression;
      const test = compileRowsCondition(rex, accesses.length, types, extra, env);
      const isLocal = accesses.every(
        (access) =>
          !access.first && access.offset === 0 && (access.variable === variable || access.variable === ALL_VARIABLES),
      );
      const local = isLocal && extra.length === 0;
      return { expression, evaluator: evaluatorOf(expression), test, local };
    });
    this.known = new Uint8Array(variables.length);
    this.measures = spec.measures.map(({ expr }) => {
      const expression = layout.take(expr);
      const value = compileRowsValue(expression.rex, expression.accesses.length, types, expression.extra, env);
      return { evaluator: evaluatorOf(expression), value };
    });
    this.nfa = new Nfa(
      automaton(spec.pattern, variables),
      variables,
      spec.after,
      this.window,
      (variable, before, row, at) => this.defines(variable, before, row, at),
      this.rows,
    );
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch): void {
    const { columns } = batch;
    const stored = this.stored.run({ ...batch, marks: undefined }).columns;
    this.keys.encode(
      this.spec.partition.map((p) => columns[p] as Column),
      0,
      batch.length,
    );
    const times = this.rowtime && batch.length > 0 ? (columns[this.timeIndex] as TimestampColumn) : undefined;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          if (times) this.rowtimeRow(columns, stored, i, times.ms[i] as number);
          else this.proctimeRow(columns, stored, i);
        }
      },
      (watermark) => {
        if (this.rowtime && watermark > this.watermark) this.advance(watermark);
        this.out.mark(watermark);
      },
    );
    this.out.flush();
    this.keys.sweep();
  }

  private keyOf(i: number): number {
    const key = this.keys.findOrAdd(i);
    if (this.keys.added) this.states[key] = { nfa: this.nfa.open(), waiting: new Map(), timers: 0 };
    return key;
  }

  private rowtimeRow(columns: readonly Column[], stored: readonly Column[], i: number, time: number): void {
    if (time <= this.watermark) {
      this.context.count('numLateRecordsDropped', 1);
      return;
    }
    this.wait(this.keyOf(i), columns, stored, i, time);
  }

  private proctimeRow(columns: readonly Column[], stored: readonly Column[], i: number): void {
    const now = this.context.clock.now();
    const key = this.keyOf(i);
    if (this.rest.length > 0) {
      this.wait(key, columns, stored, i, now);
      return;
    }
    const state = this.states[key] as MatchKey;
    this.expire(key, state, now);
    this.feed(key, state, this.rows.add(stored, i), now);
    this.dropIdle(key, state);
    this.out.flushIfFull();
  }

  private wait(key: number, columns: readonly Column[], stored: readonly Column[], i: number, time: number): void {
    const state = this.states[key] as MatchKey;
    const entry = {
      row: this.rows.add(stored, i),
      key: this.rest.map(({ index }) => valueAt(columns[index] as Column, i)),
    };
    const list = state.waiting.get(time);
    if (list) {
      list.push(entry);
      return;
    }
    state.waiting.set(time, [entry]);
    this.timer(key, state, time);
  }

  private timer(key: number, state: MatchKey, at: number): void {
    const time = this.rowtime ? at : at + 1;
    const entry = this.timerTable.findOrAdd(key, time);
    if (!this.timerTable.added) return;
    this.timers.add(time, { key, time, entry });
    state.timers++;
    if (!this.rowtime) this.context.registerProcessingTimer(time);
  }

  private advance(progress: number): void {
    if (this.rowtime) this.watermark = progress;
    while (!this.timers.isEmpty && this.timers.nextTime <= progress) {
      const { key, entry } = this.timers.poll();
      this.timerTable.remove(entry);
      const state = this.states[key] as MatchKey;
      state.timers--;
      this.fire(key, state, progress);
      this.dropIdle(key, state);
      this.out.flushIfFull();
    }
  }

  /** CepOperator.onEventTime: all rows that wait for this key up to `progress`, not only those of the timer. */
  private fire(key: number, state: MatchKey, progress: number): void {
    const due = [...state.waiting.keys()].filter((time) => time <= progress).sort((a, b) => a - b);
    for (const time of due) {
      const list = state.waiting.get(time) as Waiting[];
      state.waiting.delete(time);
      this.expire(key, state, time);
      if (this.rest.length > 0) list.sort((a, b) => compareKeys(a.key, b.key, this.rest));
      for (const { row } of list) this.feed(key, state, row, time);
    }
    this.expire(key, state, progress);
  }

  private expire(key: number, state: MatchKey, time: number): void {
    this.nfa.advanceTime(state.nfa, time, (match) => this.emit(key, match, time));
  }

  private feed(key: number, state: MatchKey, row: number, time: number): void {
    this.known.fill(0);
    this.nfa.process(state.nfa, row, time, (match) => this.emit(key, match, time));
    this.rows.release(row);
    if (this.window > 0 && this.nfa.began) this.timer(key, state, time + this.window);
  }

  private defines(variable: number, before: Taken | null, row: number, time: number): boolean {
    const condition = this.conditions[variable];
    if (!condition) return true;
    if (condition.local && this.known[variable] !== 0) return this.known[variable] === 2;
    const { evaluator } = condition;
    let holds: boolean;
    try {
      evaluator.prepare(before, row, variable, time);
      holds = condition.test(this.rows.columns, evaluator.rows, evaluator.extra);
    } catch (error) {
      throw new FlinkFault('FlinkRuntimeException', 'Failure happened in filter function.', asFault(error));
    }
    if (condition.local) this.known[variable] = holds ? 2 : 1;
    return holds;
  }

  private emit(key: number, match: readonly Taken[], time: number): void {
    const writers = this.out.columns;
    const width = this.spec.partition.length;
    for (let p = 0; p < width; p++) this.keys.rows.write(key, p, writers[p] as ColumnWriter);
    const last = match.at(-1) as Taken;
    this.measures.forEach(({ evaluator, value }, m) => {
      evaluator.prepare(last, 0, -1, time);
      (writers[width + m] as ColumnWriter).append(value(this.rows.columns, evaluator.rows, evaluator.extra));
    });
    this.out.end(INSERT);
  }

  private dropIdle(key: number, state: MatchKey): void {
    if (state.timers > 0 || state.waiting.size > 0 || !this.nfa.isIdle(state.nfa)) return;
    this.keys.remove(key);
    this.states[key] = undefined;
  }

  onProcessingTime(now: number): void {
    this.advance(now);
    this.out.flush();
    this.keys.sweep();
    if (!this.timers.isEmpty) this.context.registerProcessingTimer(this.timers.nextTime);
  }

  end(): void {
    // The last watermark has fed what waited.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.rows.byteLength + this.timers.byteLength;
  }

  describeState(): readonly StateTable[] {
    const keyFields = this.spec.partition.map((p) => this.input[p] as RowField);
    const text = sqlTypes.string(false);
    const began = this.rowtime ? (this.input[this.timeIndex]?.type ?? text) : sqlTypes.timestampLtz(3, false);
    const matchFields = [
      ...keyFields,
      { name: 'began', type: began },
      { name: 'rows taken by', type: text },
      { name: 'match', type: text },
    ];
    const matches = stateTable('matches that have begun', matchFields, (columns, end) => {
      for (const key of this.keys.ids()) {
        const { nfa } = this.states[key] as MatchKey;
        for (const [queue, said] of [[nfa.partial, 'partial'] as const, [nfa.completed, 'complete'] as const]) {
          for (const { start, last } of queue.items) {
            // Each key has a partial match that has taken nothing yet.
            if (!start) continue;
            this.keys.rows.writeRow(key, columns, 0);
            columns[keyFields.length]?.append({ ms: start.time, nanos: 0 });
            const taken = pathOf(last).map(({ variable }) => this.variables[variable]);
            columns[keyFields.length + 1]?.append(taken.join(' '));
            columns[keyFields.length + 2]?.append(said);
            end();
          }
        }
      }
    });
    const waiting = stateTable('rows that wait for their time', [...keyFields, ...this.keptFields], (columns, end) => {
      for (const key of this.keys.ids()) {
        const byTime = [...(this.states[key] as MatchKey).waiting].sort(([a], [b]) => a - b);
        for (const { row } of byTime.flatMap(([, rows]) => rows)) {
          this.keys.rows.writeRow(key, columns, 0);
          for (const [f, column] of this.rows.columns.entries()) columns[keyFields.length + f]?.appendFrom(column, row);
          end();
        }
      }
    });
    return [matches, waiting];
  }

  snapshot() {
    return {
      keys: this.keys.snapshot(),
      rows: this.rows.snapshot(),
      timers: this.timers.snapshot(),
      timerTable: this.timerTable.snapshot(),
      watermark: this.watermark,
      states: this.states.map(
        (state) =>
          state && {
            partial: state.nfa.partial.items,
            completed: state.nfa.completed.items,
            lastTime: state.nfa.lastTime,
            lastNumber: state.nfa.lastNumber,
            waiting: state.waiting,
            timers: state.timers,
          },
      ),
    };
  }

  restore(state: ReturnType<MatchRecognizeOperator['snapshot']>): void {
    this.keys.restore(state.keys);
    this.rows.restore(state.rows);
    this.timers.restore(state.timers);
    this.timerTable.restore(state.timerTable);
    this.watermark = state.watermark;
    this.states = state.states.map((kept) => {
      if (!kept) return undefined;
      const { partial, completed, lastTime, lastNumber, waiting, timers } = kept;
      const nfa = { partial: queueOf(partial), completed: queueOf(completed), lastTime, lastNumber };
      return { nfa, waiting, timers };
    });
  }
}

function queueOf(items: Partial[]) {
  const queue = partialQueue();
  queue.items = items;
  return queue;
}
