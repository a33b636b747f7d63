import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { PairTable } from '../state/key-table.ts';
import type { OperatorContext } from './operator.ts';
import type { StateTable } from './state-table.ts';
import { WindowAccumulators } from './windows/accumulators.ts';
import { AggregateEmitter } from './windows/aggregate-emitter.ts';
import { windowsTable } from './windows/describe-windows.ts';
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
 * Legacy TUMBLE and HOP in GROUP BY, insert-only. Keeps an accumulator by (key, pane), where a pane is what two windows may share, and a
 * timer for each (key, window). A row goes into its pane unless all its windows are late; then it is dropped and counted. A watermark fires
 * windows in timer order: the panes of one are merged, oldest first, and those that no later window has are forgotten. Follows
 * WindowOperator with PanedWindowProcessFunction and SlidingWindowAssigner; a tumbling window is one pane.
 */
export class GroupWindowAggregateOperator extends WindowOperator<WindowTimer> {
  private readonly windows = new PairTable();
  private readonly panes = new PairTable();
  /** Accumulators of the panes. */
  private accumulatorOf = new Int32Array(128);
  private readonly paneSize: number;
  private readonly accumulators: WindowAccumulators;
  private readonly emitter: AggregateEmitter;

  constructor(settings: WindowSettings, inputTypes: readonly LogicalType[], context: OperatorContext) {
    const accumulators = new WindowAccumulators(settings.calls, inputTypes, settings.retracting, context.zone);
    super(settings, inputTypes, context, accumulators);
    this.accumulators = accumulators;
    this.paneSize = greatestDivisor(settings.size, settings.slide);
    this.emitter = new AggregateEmitter(settings, accumulators, this.keys, this.zone, context.clock, this.out);
  }

  describeState(): readonly StateTable[] {
    const { panes, paneSize } = this;
    const open = panes.ids().map((pane) => {
      const start = panes.seconds[pane] as number;
      const contents = this.accumulatorOf[pane] as number;
      return { key: panes.firsts[pane] as number, start, end: start + paneSize, contents };
    });
    const title = paneSize === this.settings.size ? 'open windows' : 'panes of open windows';
    const byTime = open.sort((a, b) => a.start - b.start || a.key - b.key);
    return [windowsTable(title, this.settings, this.keys, this.accumulators, byTime)];
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
      this.register(key, end);
    }
    if (kept) this.contents.add(this.pane(key, windowStart(time, offset, this.paneSize)), row, accumulate);
    return kept;
  }

  private register(key: number, end: number): void {
    const entry = this.windows.findOrAdd(key, end);
    if (!this.windows.added) return;
    this.keys.retain(key);
    const fire = this.fireTime(end);
    const clean = this.cleanupTime(end);
    this.addTimer(fire, { key, end, entry, cleanup: fire === clean });
    if (fire !== clean) this.addTimer(clean, { key, end, entry, cleanup: true });
  }

  private pane(key: number, start: number): number {
    const entry = this.panes.findOrAdd(key, start);
    if (this.panes.added) {
      if (entry >= this.accumulatorOf.length) {
        const wider = new Int32Array(this.accumulatorOf.length * 2);
        wider.set(this.accumulatorOf);
        this.accumulatorOf = wider;
      }
      this.accumulatorOf[entry] = this.contents.create();
    }
    return this.accumulatorOf[entry] as number;
  }

  protected fireTimer({ key, end, entry, cleanup }: WindowTimer, time: number): void {
    const { size, slide } = this.settings;
    const start = end - size;
    if (time === this.fireTime(end)) this.fire(key, start, end);
    if (!cleanup) return;
    this.windows.remove(entry);
    // Panes that begin before the next window does.
    for (let at = start; at < Math.min(end, start + slide); at += this.paneSize) {
      const pane = this.panes.find(key, at);
      if (pane < 0) continue;
      this.contents.release(this.accumulatorOf[pane] as number);
      this.panes.remove(pane);
    }
    this.keys.release(key);
  }

  private fire(key: number, start: number, end: number): void {
    if (this.paneSize === this.settings.size) {
      const only = this.panes.find(key, start);
      this.emitWindow(key, start, end, this.accumulatorOf[only] as number);
      return;
    }
    const whole = this.contents.create();
    for (let at = start; at < end; at += this.paneSize) {
      const pane = this.panes.find(key, at);
      if (pane >= 0) this.contents.merge(whole, this.accumulatorOf[pane] as number);
    }
    this.emitWindow(key, start, end, whole);
    this.contents.release(whole);
  }

  override stateBytes(): number {
    return super.stateBytes() + this.windows.byteLength + this.panes.byteLength;
  }

  protected windowsSnapshot() {
    return { windows: this.windows.snapshot(), panes: this.panes.snapshot(), accumulatorOf: this.accumulatorOf };
  }

  protected restoreWindows(state: ReturnType<GroupWindowAggregateOperator['windowsSnapshot']>): void {
    this.windows.restore(state.windows);
    this.panes.restore(state.panes);
    this.accumulatorOf = state.accumulatorOf;
  }
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
