import type { Join } from '../../../flink-sql/plan/physical.ts';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { WatermarkCombiner } from '../../time/watermark-combiner.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import type { StateTable } from '../state-table.ts';

/** A part of a join's state. */
interface Kept {
  readonly byteLength: number;
  describe?(title: string, fields: readonly RowField[]): StateTable;
  snapshot(): unknown;
  // Each part takes what its own `snapshot` gave.
  restore(state: never): void;
}

/**
 * What regular joins have in common. Keeps the keys, and rows of both sides under them. A watermark goes on as the
 * lesser of the inputs'; all output comes with its input. Follows AbstractStreamingJoinOperator.
 */
export abstract class RegularJoin<K extends Kept, S extends Kept> implements Operator {
  protected abstract readonly keys: K;
  protected abstract readonly sides: readonly [left: S, right: S];
  protected readonly watermarks = new WatermarkCombiner(2);
  protected readonly context: OperatorContext;

  private readonly inputs: readonly [left: readonly RowField[], right: readonly RowField[]];

  constructor(context: OperatorContext, node: Pick<Join, 'left' | 'right'>) {
    this.context = context;
    this.inputs = [node.left.fields, node.right.fields];
  }

  abstract process(batch: Batch, input: number): void;

  onIdle(input: number, idle: boolean): void {
    const moved = this.watermarks.setIdle(input, idle);
    if (moved !== undefined) this.context.emitWatermark(moved);
    this.context.setIdle(this.watermarks.allIdle);
  }

  end(): void {
    // All output was given with its input.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.sides[0].byteLength + this.sides[1].byteLength;
  }

  describeState(): readonly StateTable[] {
    const [left, right] = this.sides;
    return [
      left.describe?.('rows of the left side', this.inputs[0]),
      right.describe?.('rows of the right side', this.inputs[1]),
    ].filter((table) => table !== undefined);
  }

  snapshot() {
    return {
      keys: this.keys.snapshot() as ReturnType<K['snapshot']>,
      left: this.sides[0].snapshot() as ReturnType<S['snapshot']>,
      right: this.sides[1].snapshot() as ReturnType<S['snapshot']>,
      watermarks: this.watermarks.snapshot(),
    };
  }

  restore(state: ReturnType<RegularJoin<K, S>['snapshot']>): void {
    this.keys.restore(state.keys as never);
    this.sides[0].restore(state.left as never);
    this.sides[1].restore(state.right as never);
    this.watermarks.restore(state.watermarks);
  }
}
