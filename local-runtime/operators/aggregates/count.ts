import type { Column, Nulls } from '../../batch/column.ts';
import type { LongWriter } from '../../state/column-writer.ts';
import type { Aggregate } from './aggregate.ts';
import type { Cell, Cells } from './cells.ts';
import type { AggregateCode } from './update-loop.ts';
import type { Skips } from './updates.ts';

const CODE: AggregateCode = {
  arrays: ['counts'],
  kind: 'i64',
  cells: true,
  reset: 'counts[g] = 0n;',
  add: 'counts[g] = BigInt.asIntN(64, counts[g] + 1n);',
  subtract: 'counts[g] = BigInt.asIntN(64, counts[g] - 1n);',
  merge: 'counts[g] = BigInt.asIntN(64, counts[g] + counts[f]);',
  isNull: 'false',
  value: 'counts[g]',
};

/** COUNT(*) and COUNT(a, …): rows in which no argument is NULL (CountAggFunction, Count1AggFunction). */
export class Count implements Aggregate {
  private readonly args: readonly number[];
  private nulls: readonly Nulls[] = [];
  private readonly counts: Cell<BigInt64Array>;
  readonly code = CODE;

  constructor(args: readonly number[], cells: Cells) {
    this.args = args;
    this.counts = cells.long();
  }

  bind(columns: readonly Column[]): void {
    this.nulls = this.args.map((a) => (columns[a] as Column).nulls).filter((n) => n !== undefined);
  }

  /** COUNT(*): every row counts. */
  get countsAll(): boolean {
    return this.args.length === 0;
  }

  codeArrays(): readonly unknown[] {
    return [this.counts.values];
  }

  /** Rows in which an argument is NULL. */
  absent(): Skips {
    const [first, ...others] = this.nulls as Uint8Array[];
    if (first === undefined || others.length === 0) return first;
    const any = first.slice();
    for (const nulls of others) for (let i = 0; i < any.length; i++) any[i] = (any[i] as number) | (nulls[i] as number);
    return any;
  }

  grow(): void {
    // The cells grow for all aggregates.
  }

  reset(group: number): void {
    const { values, step } = this.counts;
    values[group * step] = 0n;
  }

  private skips(row: number): boolean {
    for (const nulls of this.nulls) if ((nulls as Uint8Array)[row] === 1) return true;
    return false;
  }

  accumulate(group: number, row: number): void {
    if (this.nulls.length !== 0 && this.skips(row)) return;
    const { values, step } = this.counts;
    values[group * step] = (values[group * step] as bigint) + 1n;
  }

  retract(group: number, row: number): void {
    if (this.nulls.length !== 0 && this.skips(row)) return;
    const { values, step } = this.counts;
    values[group * step] = (values[group * step] as bigint) - 1n;
  }

  merge(into: number, from: number): void {
    const { values, step } = this.counts;
    values[into * step] = (values[into * step] as bigint) + (values[from * step] as bigint);
  }

  write(group: number, out: LongWriter): void {
    out.appendAt(this.counts.values, group * this.counts.step);
  }

  get byteLength(): number {
    return 0;
  }

  snapshot(): undefined {
    return undefined;
  }

  restore(): void {
    // The cells are restored for all aggregates.
  }
}
