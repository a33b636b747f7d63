import type { Options } from '../connectors/options.ts';
import { columnToText } from '../functions/cast/to-string.ts';
import { zoneOf } from '../functions/java/time-zone.ts';
import { shownZone } from '../session/options.ts';
import { jsonCells } from './json-cells.ts';
import type { TextOf } from './results-arrow.ts';
import type { SliceCells } from './results-json.ts';

/** How a session shows values: by its time zone and its cast behaviour. */
export interface CellTexts {
  /** Cells of `rowFormat=JSON`. */
  readonly json: SliceCells;
  /** Cells of `rowFormat=PLAIN_TEXT`: Flink's cast to string as a JSON string, `null` for NULL. */
  readonly plain: SliceCells;
  readonly textOf: TextOf;
}

export function cellsOf(options: Options): CellTexts {
  const zone = shownZone(options);
  const offsets = zoneOf(zone);
  const toLocal = (ms: number): number => ms + offsets.offsetAt(ms);
  const textOf: TextOf = (column, type) => columnToText(column, type, { zone, clock: Date, options });
  return {
    json: ({ batch }, columns) => columns.map(({ type }, c) => jsonCells(batch.columns[c]!, type, toLocal)),
    plain: ({ batch }, columns) =>
      columns.map(({ type }, c) => {
        const text = textOf(batch.columns[c]!, type);
        return (i) => {
          const value = text(i);
          return value === null ? 'null' : JSON.stringify(value);
        };
      }),
    textOf,
  };
}
