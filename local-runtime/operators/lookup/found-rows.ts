import type { Column } from '../../batch/column.ts';
import { gather } from '../../batch/gather.ts';
import type { LookupRows } from '../../connectors/connector.ts';

/** Rows of one key: those from `from` to `to` of columns that it shares with other keys. */
export interface Found {
  readonly columns: readonly Column[];
  readonly from: number;
  readonly to: number;
}

/** The rows of each of `keys` keys, in the order in which they came. */
export function foundByKey({ columns, length, keyOf }: LookupRows, keys: number): Found[] {
  const ends = new Int32Array(keys + 1);
  for (let i = 0; i < length; i++) ends[(keyOf[i] as number) + 1] = (ends[(keyOf[i] as number) + 1] as number) + 1;
  for (let k = 0; k < keys; k++) ends[k + 1] = (ends[k + 1] as number) + (ends[k] as number);
  const next = ends.slice();
  const order = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const key = keyOf[i] as number;
    order[next[key] as number] = i;
    next[key] = (next[key] as number) + 1;
  }
  const sorted = columns.map((column) => gather(column, order, length));
  return Array.from({ length: keys }, (_, k) => ({
    columns: sorted,
    from: ends[k] as number,
    to: ends[k + 1] as number,
  }));
}
