import type { Join } from '../../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, watermarkBatch } from '../../batch/batch.ts';
import type { Operator } from '../operator.ts';
import type { StateTable } from '../state-table.ts';
import { CountTrigger } from './count-trigger.ts';
import { JoinBundle } from './join-bundle.ts';

/**
 * Regular join with mini-batch. Keeps the rows of both sides that wait beside what the join inside keeps. A full bundle, and one
 * that a watermark or an end reaches, goes to the join inside: the right side first, of a right outer join the left one. Its delta
 * rule is the join's, on what is left of the bundle after rows have cancelled out. A watermark follows the bundle. Follows
 * MiniBatchStreamingJoinOperator.
 */
export class MiniBatchJoinOperator implements Operator {
  private readonly node: Join;
  private readonly inner: Operator;
  private readonly bundles: readonly [JoinBundle, JoinBundle];
  private readonly order: readonly (0 | 1)[];
  private readonly trigger: CountTrigger;

  /** `inner` is the join without bundles; `size`: rows of both sides in a bundle. */
  constructor(
    node: Join,
    size: number,
    inputTypes: readonly [readonly LogicalType[], readonly LogicalType[]],
    inner: Operator,
  ) {
    this.node = node;
    this.inner = inner;
    this.bundles = [
      new JoinBundle(node.leftUnique, node.leftKeys, inputTypes[0]),
      new JoinBundle(node.rightUnique, node.rightKeys, inputTypes[1]),
    ];
    this.order = node.joinType === 'RIGHT' ? [0, 1] : [1, 0];
    this.trigger = new CountTrigger(size);
  }

  process(batch: Batch, input: number): void {
    const bundle = this.bundles[input === 0 ? 0 : 1];
    bundle.bind(batch);
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          bundle.add(batch, i);
          if (this.trigger.element()) this.finish();
        }
      },
      (watermark) => {
        this.finish();
        this.inner.process(watermarkBatch(batch.columns, watermark), input);
      },
    );
  }

  private finish(): void {
    this.trigger.reset();
    for (const side of this.order) {
      const rows = this.bundles[side].take();
      if (rows) this.inner.process(rows, side);
    }
  }

  onIdle(input: number, idle: boolean): void {
    this.inner.onIdle?.(input, idle);
  }

  end(input: number): void {
    this.finish();
    this.inner.end(input);
  }

  stateBytes(): number {
    return this.bundles[0].byteLength + this.bundles[1].byteLength + (this.inner.stateBytes?.() ?? 0);
  }

  describeState(): readonly StateTable[] {
    return [
      this.bundles[0].describe('bundle of the left side', this.node.left.fields),
      this.bundles[1].describe('bundle of the right side', this.node.right.fields),
      ...(this.inner.describeState?.() ?? []),
    ];
  }

  snapshot() {
    return {
      inner: this.inner.snapshot?.(),
      left: this.bundles[0].snapshot(),
      right: this.bundles[1].snapshot(),
      count: this.trigger.snapshot(),
    };
  }

  restore(state: ReturnType<MiniBatchJoinOperator['snapshot']>): void {
    this.inner.restore?.(state.inner);
    this.bundles[0].restore(state.left);
    this.bundles[1].restore(state.right);
    this.trigger.restore(state.count);
  }
}
