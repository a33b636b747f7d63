import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { PairTable } from '../state/key-table.ts';
import type { OperatorContext } from './operator.ts';
import { WindowAccumulators } from './windows/accumulators.ts';
import { AggregateEmitter } from './windows/aggregate-emitter.ts';
import type { WindowSettings } from './windows/settings.ts';
import { windowStart } from './windows/slice-assigner.ts';
import { WindowOperator, type WindowRow } from './windows/window-operator.ts';

interface WindowTimer {
  readonly key: number;
  readonly end: number;
  readonly entry: number;
  readonly cleanup: boolean;
}

/**
 * Legacy TUMBLE and HOP in GROUP BY, insert-only. Keeps an accumulator by (key, window) and a timer for each. A row goes into
 * every window of its time that is not late; it is dropped and counted when all are. A watermark fires windows in timer order and
 * forgets them. Follows WindowOperator with TumblingWindowAssigner and SlidingWindowAssigner (here a window is an accumulator;
 * Flink's panes give the same rows).
 */
export class GroupWindowAggregateOperator extends WindowOperator<WindowTimer> {
  private readonly windows = new PairTable();
  private accumulatorOf = new Int32Array(128);
  private readonly emitter: AggregateEmitter;

  constructor(settings: WindowSettings, inputTypes: readonly LogicalType[], context: OperatorContext) {
    const accumulators = new WindowAccumulators(settings.calls, inputTypes, settings.retracting, context.zone);
    super(settings, inputTypes, context, accumulators);
    this.emitter = new AggregateEmitter(settings, accumulators, this.keys, this.zone, context.clock, this.out);
  }

  protected emitWindow(key: number, start: number, end: number, contents: number): void {
    this.emitter.emit(key, start, end, contents);
  }

  protected add({ row, key, time, accumulate }: WindowRow): boolean {
    const { size, slide, offset } = this.settings;
    let kept = false;
    // From the latest window to the earliest, as SlidingWindowAssigner.assignWindows.
    for (let start = windowStart(time, offset, slide); start > time - size; start -= slide) {
      const end = start + size;
      if (this.isLate(end)) continue;
      kept = true;
      this.contents.add(this.window(key, end), row, accumulate);
    }
    return kept;
  }

  private window(key: number, end: number): number {
    const entry = this.windows.findOrAdd(key, end);
    if (this.windows.added) {
      if (entry >= this.accumulatorOf.length) {
        const wider = new Int32Array(this.accumulatorOf.length * 2);
        wider.set(this.accumulatorOf);
        this.accumulatorOf = wider;
      }
      this.accumulatorOf[entry] = this.contents.create();
      this.keys.retain(key);
      const fire = this.fireTime(end);
      const clean = this.cleanupTime(end);
      this.addTimer(fire, { key, end, entry, cleanup: fire === clean });
      if (fire !== clean) this.addTimer(clean, { key, end, entry, cleanup: true });
    }
    return this.accumulatorOf[entry] as number;
  }

  protected fireTimer({ key, end, entry, cleanup }: WindowTimer, time: number): void {
    const accumulator = this.accumulatorOf[entry] as number;
    if (time === this.fireTime(end)) this.emitWindow(key, end - this.settings.size, end, accumulator);
    if (!cleanup) return;
    this.windows.remove(entry);
    this.contents.release(accumulator);
    this.keys.release(key);
  }

  override stateBytes(): number {
    return super.stateBytes() + this.windows.byteLength;
  }

  protected windowsSnapshot() {
    return { windows: this.windows.snapshot(), accumulatorOf: this.accumulatorOf };
  }

  protected restoreWindows(state: ReturnType<GroupWindowAggregateOperator['windowsSnapshot']>): void {
    this.windows.restore(state.windows);
    this.accumulatorOf = state.accumulatorOf;
  }
}
