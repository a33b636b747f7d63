import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { ObjectAggregate } from './list.ts';

interface Values {
  /** How often each value is there. */
  readonly counts: Map<number, number>;
  total: number;
  fractions: readonly number[];
}

/** PERCENTILE (PercentileAggFunction): interpolated between the two nearest of all values; one fraction or an array of them. */
export class Percentile extends ObjectAggregate<Values> {
  private readonly types: readonly LogicalType[];

  constructor(args: readonly number[], types: readonly LogicalType[]) {
    super(args);
    this.types = types;
  }
  protected create(): Values {
    return { counts: new Map(), total: 0, fractions: [] };
  }
  private number(n: number, value: Value): number {
    const type = this.types[n];
    return type?.root === 'DECIMAL' ? Number(value as bigint) / 10 ** type.scale : Number(value);
  }
  private change(acc: Values, row: number, sign: 1 | -1): void {
    const value = this.arg(0, row);
    const fraction = this.arg(1, row);
    acc.fractions = Array.isArray(fraction)
      ? (fraction as readonly Value[]).map((f) => this.fraction(f))
      : [this.number(1, fraction)];
    const frequency = this.args.length > 2 ? this.arg(2, row) : 1;
    if (value === null || frequency === null || Number(frequency) <= 0) return;
    const key = this.number(0, value);
    const count = (acc.counts.get(key) ?? 0) + sign * Number(frequency);
    if (count === 0) acc.counts.delete(key);
    else acc.counts.set(key, count);
    acc.total += sign * Number(frequency);
  }
  private fraction(value: Value): number {
    const type = this.types[1];
    const element = type && 'element' in type ? type.element : undefined;
    return element?.root === 'DECIMAL' ? Number(value as bigint) / 10 ** element.scale : Number(value);
  }
  protected add(acc: Values, row: number): void {
    this.change(acc, row, 1);
  }
  protected remove(acc: Values, row: number): void {
    this.change(acc, row, -1);
  }
  protected mergeInto(into: Values, from: Values): void {
    if (from.fractions.length) into.fractions = from.fractions;
    for (const [value, count] of from.counts) into.counts.set(value, (into.counts.get(value) ?? 0) + count);
    into.total += from.total;
  }
  protected value(acc: Values): Value {
    if (acc.total === 0) return null;
    const sorted = [...acc.counts].sort(([a], [b]) => a - b);
    const at = (rank: number): number => {
      let seen = 0;
      for (const [value, count] of sorted) {
        seen += count;
        if (seen > rank) return value;
      }
      return sorted[sorted.length - 1]?.[0] ?? Number.NaN;
    };
    const results = acc.fractions.map((fraction) => {
      const position = (acc.total - 1) * fraction;
      const lower = Math.floor(position);
      const upper = Math.ceil(position);
      if (lower === upper || at(lower) === at(upper)) return at(lower);
      return (upper - position) * at(lower) + (position - lower) * at(upper);
    });
    return this.types[1]?.root === 'ARRAY' ? results : (results[0] as number);
  }
  protected size(acc: Values): number {
    return acc.counts.size;
  }
}
