import type { ColumnWriter, TimestampWriter } from '../../state/column-writer.ts';
import type { ZoneShift } from '../../time/zone-shift.ts';
import type { Clock } from '../operator.ts';

/** Appends a window's start, end, rowtime or proctime columns; start and end are wall-clock times. */
export function writeProperties(
  properties: readonly { readonly property: 'start' | 'end' | 'rowtime' | 'proctime' }[],
  writers: readonly ColumnWriter[],
  offset: number,
  start: number,
  end: number,
  zone: ZoneShift,
  clock: Clock,
): void {
  for (let p = 0; p < properties.length; p++) {
    const to = writers[offset + p] as TimestampWriter;
    switch ((properties[p] as { property: string }).property) {
      case 'start':
        to.appendTime(start, 0);
        break;
      case 'end':
        to.appendTime(end, 0);
        break;
      case 'rowtime':
        to.appendTime(zone.toEpoch(end - 1), 0);
        break;
      default:
        to.appendTime(clock.now(), 0);
        break;
    }
  }
}
