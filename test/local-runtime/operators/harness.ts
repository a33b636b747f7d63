import type { ChangelogMode, Traits } from '../../../flink-sql/plan/physical.ts';
import type { AggregateCall, Rex, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, ROW_KIND_SHORT } from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import type { Operator, OperatorContext } from '../../../local-runtime/operators/operator.ts';

export type Change = readonly [kind: '+I' | '-U' | '+U' | '-D', ...values: Value[]];
export type Mark = readonly [kind: 'W', watermark: number];
/** A step of a program: a row or watermark of an input (0 unless said), or processing time moving on. */
export type Step =
  | Change
  | Mark
  | { readonly input: number; readonly step: Change | Mark }
  | { readonly clock: number }
  | { readonly cut: true };

/** The same steps with a snapshot after each, from which a new operator goes on. */
export const withCuts = (steps: readonly Step[]): Step[] => steps.flatMap((step) => [step, { cut: true }]);

export const BATCH_SIZES = [1, 7, 4096];

/** An operator under test with a clock driven by hand; collects what it emits as text. */
export class Harness {
  readonly emitted: string[] = [];
  readonly counters = new Map<string, number>();
  private readonly inputs: readonly (readonly LogicalType[])[];
  private operator: Operator;
  private readonly make: () => Operator;
  private time = 0;
  private timers: number[] = [];

  constructor(
    inputs: readonly (readonly LogicalType[])[],
    make: (context: OperatorContext) => Operator,
    options: Readonly<Record<string, string>> = {},
    zone = 'UTC',
  ) {
    this.inputs = inputs;
    const context: OperatorContext = {
      output: { emit: (batch) => this.take(batch) },
      zone,
      options,
      clock: { now: () => this.time },
      registerProcessingTimer: (time) => this.timers.push(time),
      emitWatermark: (watermark) => this.emitted.push(`W ${watermark}`),
      setIdle: (idle) => this.emitted.push(idle ? 'IDLE' : 'ACTIVE'),
      count: (metric, by) => this.counters.set(metric, (this.counters.get(metric) ?? 0) + by),
    };
    this.make = () => make(context);
    this.operator = this.make();
  }

  private take(batch: Batch): void {
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const kind = ROW_KIND_SHORT[batch.kinds?.[i] ?? 0] as string;
          this.emitted.push(`${kind} ${batch.columns.map((c) => show(valueAt(c, i))).join(' ')}`);
        }
      },
      (watermark) => this.emitted.push(`W ${watermark}`),
    );
  }

  /** Runs the steps, at most `size` rows and watermarks a batch. */
  run(steps: readonly Step[], size: number): readonly string[] {
    let builder: BatchBuilder | undefined;
    let at = 0;
    let n = 0;
    const flush = () => {
      if (builder && !builder.isEmpty) this.operator.process(builder.take(), at);
      builder = undefined;
      n = 0;
    };
    for (const entry of steps) {
      if ('clock' in entry) {
        flush();
        this.advance(entry.clock);
        continue;
      }
      if ('cut' in entry) {
        flush();
        const kept = structuredClone(this.operator.snapshot?.());
        this.operator = this.make();
        this.operator.restore?.(kept);
        continue;
      }
      const input = 'input' in entry ? entry.input : 0;
      const step = 'input' in entry ? entry.step : entry;
      if (input !== at || n >= size) flush();
      at = input;
      builder ??= new BatchBuilder(this.inputs[input] as readonly LogicalType[]);
      if (step[0] === 'W') builder.mark(step[1]);
      else builder.values(step.slice(1) as Value[], ROW_KIND_SHORT.indexOf(step[0]));
      n++;
    }
    flush();
    for (let i = 0; i < this.inputs.length; i++) this.operator.end(i);
    return this.emitted;
  }

  private advance(to: number): void {
    for (;;) {
      const due = this.timers.filter((t) => t <= to).sort((a, b) => a - b)[0];
      if (due === undefined) break;
      this.timers = this.timers.filter((t) => t !== due);
      this.time = Math.max(this.time, due);
      this.operator.onProcessingTime?.(this.time);
    }
    this.time = to;
  }
}

export function show(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
  if (typeof value === 'object') {
    if ('ms' in value) return `@${value.ms}${value.nanos ? `+${value.nanos}` : ''}`;
    if ('keys' in value && typeof value.keys === 'object') {
      const values = value.values as readonly Value[];
      return `{${value.keys.map((k, i) => `${show(k)}=${show(values[i] as Value)}`).join(' ')}}`;
    }
  }
  return Object.is(value, -0) ? '-0' : String(value);
}

const mode: ChangelogMode = { insert: true, updateBefore: true, updateAfter: true, delete: true };
const traits: Traits = { changelogMode: mode, upsertKeys: [] };

export const ref = (index: number, type: LogicalType): Rex => ({ kind: 'InputRef', index, type });

export function fieldsOf(...fieldTypes: LogicalType[]): RowField[] {
  return fieldTypes.map((type, i) => ({ name: `f${i}`, type }));
}

/** A node of a plan that only carries a row type. */
export function nodeBase(...fieldTypes: LogicalType[]): { id: number; fields: RowField[]; traits: Traits } {
  return { id: 1, fields: fieldsOf(...fieldTypes), traits };
}

export function inputNode(...fieldTypes: LogicalType[]) {
  return { kind: 'Values' as const, ...nodeBase(...fieldTypes), rows: [] };
}

export function call(fn: string, type: LogicalType, args: Rex[], more: Partial<AggregateCall> = {}): AggregateCall {
  return {
    fn,
    args,
    distinct: false,
    filter: null,
    withinGroup: [],
    ignoreNulls: false,
    type,
    name: fn,
    ...more,
  };
}

export const COUNT_STAR = call('COUNT', types.bigint(false), []);
