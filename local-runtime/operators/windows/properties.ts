import type { ColumnWriter, TimestampWriter } from '../../state/column-writer.ts';
import type { ZoneShift } from '../../time/zone-shift.ts';
import type { Clock } from '../operator.ts';

/** Appends a window's start, end, rowtime or proctime columns, for `n` rows alike; start and end are wall-clock times. */
export function writeProperties(
  properties: readonly { readonly property: 'start' | 'end' | 'rowtime' | 'proctime' }[],
  writers: readonly ColumnWriter[],
  offset: number,
  start: number,
  end: number,
  zone: ZoneShift,
  clock: Clock,
  n = 1,
): void {
  for (let p = 0; p < properties.length; p++) {
    const to = writers[offset + p] as TimestampWriter;
    switch ((properties[p] as { property: string }).property) {
      case 'start':
        to.appendTimes(start, n);
        break;
      case 'end':
        to.appendTimes(end, n);
        break;
      case 'rowtime':
        to.appendTimes(zone.toEpoch(end - 1), n);
        break;
      default:
        to.appendTimes(clock.now(), n);
        break;
    }
  }
}
