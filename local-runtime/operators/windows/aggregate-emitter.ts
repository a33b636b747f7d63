import { INSERT } from '../../batch/batch.ts';
import type { RowWriter } from '../../state/row-writer.ts';
import type { ZoneShift } from '../../time/zone-shift.ts';
import type { Clock } from '../operator.ts';
import type { WindowAccumulators } from './accumulators.ts';
import type { CountedKeys } from './keys.ts';
import { writeProperties } from './properties.ts';
import type { WindowSettings } from './settings.ts';

/** Writes the row of a window aggregate: key, values, window properties; nothing for a window emptied by retractions. */
export class AggregateEmitter {
  private readonly settings: WindowSettings;
  private readonly accumulators: WindowAccumulators;
  private readonly keys: CountedKeys;
  private readonly zone: ZoneShift;
  private readonly clock: Clock;
  private readonly out: RowWriter;

  constructor(
    settings: WindowSettings,
    accumulators: WindowAccumulators,
    keys: CountedKeys,
    zone: ZoneShift,
    clock: Clock,
    out: RowWriter,
  ) {
    this.settings = settings;
    this.accumulators = accumulators;
    this.keys = keys;
    this.zone = zone;
    this.clock = clock;
    this.out = out;
  }

  emit(key: number, start: number, end: number, accumulator: number): void {
    if (this.settings.retracting && this.accumulators.rowCount(accumulator) === 0) return;
    const writers = this.out.columns;
    this.keys.write(key, writers);
    this.accumulators.write(accumulator, writers, this.keys.width);
    const offset = this.keys.width + this.settings.calls.length;
    writeProperties(this.settings.properties, writers, offset, start, end, this.zone, this.clock);
    this.out.end(INSERT);
  }
}
