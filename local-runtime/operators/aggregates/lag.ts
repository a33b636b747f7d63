import type { RexLiteral, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../../errors.ts';
import { defaultOf } from '../../functions/default-value.ts';
import { ObjectAggregate } from './list.ts';

/**
 * LAG over an OVER frame (LagAggFunction): the last values up to the offset. The default stands for a missing value; a NULL in a result
 * that the default makes NOT NULL is what generated code leaves there.
 */
export class Lag extends ObjectAggregate<Value[]> {
  private readonly offset: number;
  private readonly byDefault: Value;
  private readonly forNull: Value;

  constructor(
    args: readonly number[],
    offset: RexLiteral | undefined,
    byDefault: RexLiteral | undefined,
    type: LogicalType,
  ) {
    super(args);
    this.forNull = type.nullable ? null : defaultOf(type);
    this.offset = offset ? Number(offset.value) : 1;
    if (this.offset < 0) throw new FlinkFault('TableException', `Offset(${this.offset}) should be positive.`);
    this.byDefault = byDefault?.value ?? null;
  }
  protected create(): Value[] {
    return [];
  }
  protected add(acc: Value[], row: number): void {
    acc.push(this.arg(0, row));
    if (acc.length > this.offset + 1) acc.shift();
  }
  protected remove(): void {
    throw new Error('LAG cannot retract');
  }
  protected mergeInto(): void {
    throw new Error('LAG cannot merge');
  }
  protected value(acc: Value[]): Value {
    return acc.length > this.offset ? (acc[0] ?? this.forNull) : this.byDefault;
  }
  protected size(acc: Value[]): number {
    return acc.length;
  }
}
