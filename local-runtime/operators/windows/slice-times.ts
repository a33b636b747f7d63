import type { WindowAggregate } from '../../../flink-sql/plan/physical.ts';
import type { Batch } from '../../batch/batch.ts';
import type { TimestampColumn } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import type { ZoneShift } from '../../time/zone-shift.ts';
import { attached, cumulating, hopping, type SliceAssigner, tumbling, windowStart } from './slice-assigner.ts';

/** Which slice a row belongs to by its time, and when a window has fired. */
export class SliceTimes {
  readonly assigner: SliceAssigner;
  private readonly zone: ZoneShift;
  private readonly column: number;
  /** The column holds ends of windows or slices, not times. */
  private readonly holdsEnds: boolean;
  /** Times from `from` to below `to` are in the slice that ends at `at`. */
  private from = 0;
  private to = 0;
  private at = 0;

  /** `sliceColumn`: the column with the ends of slices, where another operator has found them. */
  constructor(node: WindowAggregate, zone: ZoneShift, sliceColumn: number | undefined = undefined) {
    const assigner = sliceAssigner(node);
    this.assigner = node.windowAttached ? attached(assigner) : assigner;
    this.zone = zone;
    this.column = sliceColumn ?? node.windowAttached?.end ?? node.window.timeIndex;
    this.holdsEnds = sliceColumn !== undefined || node.windowAttached !== undefined;
  }

  /** The column of times in a batch. */
  columnOf(batch: Batch): TimestampColumn {
    const column = batch.columns[this.column];
    if (column?.kind !== 'ts') throw new Error(`window over a column of kind ${column?.kind}`);
    return column;
  }

  /** The end of the slice of a row. */
  sliceEnd(i: number, times: TimestampColumn): number {
    if (times.nulls !== undefined && times.nulls[i] === 1) {
      throw new FlinkFault(
        'RuntimeException',
        'RowTime field should not be null, please convert it to a non-null long value.',
      );
    }
    const time = times.ms[i] as number;
    if (this.holdsEnds) return time;
    if (time >= this.from && time < this.to) return this.at;
    const sliceEnd = this.assigner.sliceEnd(this.zone.toLocal(time));
    if (this.zone.isUtc) {
      this.from = sliceEnd - this.assigner.interval;
      this.to = sliceEnd;
      this.at = sliceEnd;
    }
    return sliceEnd;
  }

  /** Rows from `from` on, which `sliceEnd` has just looked at, to where they leave its slice. */
  endOfSlice(from: number, to: number, times: TimestampColumn): number {
    const { ms, nulls } = times;
    let i = from + 1;
    if (nulls !== undefined) return i;
    const first = ms[from] as number;
    if (first >= this.from && first < this.to) {
      while (i < to && (ms[i] as number) >= this.from && (ms[i] as number) < this.to) i++;
    } else {
      while (i < to && ms[i] === first) i++;
    }
    return i;
  }

  /** Has a window that ends at a time fired when time has come so far? */
  fired(windowEnd: number, progress: number): boolean {
    return progress >= this.zone.toTimer(windowEnd - 1);
  }

  /** The next time at which a window may fire (getNextTriggerWatermark). */
  nextTrigger(progress: number): number {
    if (!Number.isFinite(progress)) return progress;
    const { interval } = this.assigner;
    let trigger: number;
    if (this.zone.daylight) {
      trigger = this.zone.toTimer(windowStart(this.zone.toLocal(progress), 0, interval) + interval - 1);
    } else {
      trigger = windowStart(progress, 0, interval) + interval - 1;
    }
    return trigger > progress ? trigger : trigger + interval;
  }
}

function sliceAssigner(node: WindowAggregate): SliceAssigner {
  const { type, size, step, offset } = node.window;
  switch (type) {
    case 'TUMBLE':
      return tumbling(size, offset);
    case 'HOP':
      return hopping(size, step ?? size, offset);
    case 'CUMULATE':
      return cumulating(size, step ?? size, offset);
    case 'SESSION':
      throw new Error('session windows have no slices');
  }
}
