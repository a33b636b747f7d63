import { types } from '../../../flink-sql/types/logical-type.ts';
import { type StateTable, stateTable } from '../state-table.ts';
import type { WindowAccumulators } from './accumulators.ts';
import type { CountedKeys } from './keys.ts';
import type { WindowSettings } from './settings.ts';

const TIME = types.timestamp(3, false);
/** Where an open window begins and ends, on the window's clock. */
export const BOUNDS = [
  { name: 'from', type: TIME },
  { name: 'to', type: TIME },
];

/** A window, or a part of one, with what has been aggregated. */
export interface OpenWindow {
  readonly key: number;
  readonly start: number;
  readonly end: number;
  readonly contents: number;
}

/** Windows with their keys and the values of their aggregates, as a table for people. */
export function windowsTable(
  title: string,
  { fields, group, calls }: WindowSettings,
  keys: CountedKeys,
  accumulators: WindowAccumulators,
  windows: readonly OpenWindow[],
): StateTable {
  const shown = [...BOUNDS, ...fields.slice(0, group.length + calls.length)];
  return stateTable(title, shown, (columns, end) => {
    for (const window of windows) {
      columns[0]?.append({ ms: window.start, nanos: 0 });
      columns[1]?.append({ ms: window.end, nanos: 0 });
      keys.write(window.key, columns.slice(2));
      accumulators.write(window.contents, columns, 2 + group.length);
      end();
    }
  });
}
