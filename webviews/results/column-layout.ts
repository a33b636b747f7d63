import { useCallback, useMemo, useState } from 'react';
import type { ColumnState } from '../messages.ts';
import type { RowWindow } from './row-window.ts';

/** Which columns are shown, in which order: what the user made of them. */
export interface ColumnOrder {
  /** Places of the columns in the result, in the order in which they are shown. */
  readonly shown: readonly number[];
  /** How many of them, from the left, stay in sight. */
  readonly pinned: number;
}

export interface ColumnLayout extends ColumnOrder {
  readonly hidden: readonly number[];
  readonly hide: (column: number) => void;
  readonly show: (column: number) => void;
  readonly pin: (column: number, pinned: boolean) => void;
  readonly move: (column: number, by: 1 | -1) => void;
  readonly reset: () => void;
}

const all = (count: number): ColumnOrder => ({ shown: Array.from({ length: count }, (_, i) => i), pinned: 0 });

/** Takes a column out of sight; the last one stays. */
export function hideColumn({ shown, pinned }: ColumnOrder, column: number): ColumnOrder {
  const at = shown.indexOf(column);
  if (at < 0 || shown.length === 1) return { shown, pinned };
  return { shown: shown.filter((one) => one !== column), pinned: at < pinned ? pinned - 1 : pinned };
}

/** Puts a hidden column back, at the end. */
export function showColumn({ shown, pinned }: ColumnOrder, column: number): ColumnOrder {
  return shown.includes(column) ? { shown, pinned } : { shown: [...shown, column], pinned };
}

/** Pins a column behind those that are pinned, or lets it go to the first place after them. */
export function pinColumn({ shown, pinned }: ColumnOrder, column: number, pin: boolean): ColumnOrder {
  const at = shown.indexOf(column);
  if (at < 0 || at < pinned === pin) return { shown, pinned };
  const rest = shown.filter((one) => one !== column);
  const count = pin ? pinned + 1 : pinned - 1;
  const place = pin ? pinned : pinned - 1;
  return { shown: rest.toSpliced(place, 0, column), pinned: count };
}

/** Moves a column by one place; pinned ones stay among themselves. */
export function moveColumn({ shown, pinned }: ColumnOrder, column: number, by: 1 | -1): ColumnOrder {
  const at = shown.indexOf(column);
  const to = at + by;
  if (at < 0 || to < 0 || to >= shown.length || at < pinned !== to < pinned) return { shown, pinned };
  return { shown: shown.filter((one) => one !== column).toSpliced(to, 0, column), pinned };
}

export function useColumnLayout(count: number): ColumnLayout {
  const [made, setMade] = useState<ColumnOrder>();
  const order = useMemo(() => made ?? all(count), [made, count]);
  const change = useCallback(
    (how: (before: ColumnOrder) => ColumnOrder) => setMade((before) => how(before ?? all(count))),
    [count],
  );
  return useMemo(
    () => ({
      ...order,
      hidden: all(count).shown.filter((column) => !order.shown.includes(column)),
      hide: (column) => change((before) => hideColumn(before, column)),
      show: (column) => change((before) => showColumn(before, column)),
      pin: (column, pinned) => change((before) => pinColumn(before, column, pinned)),
      move: (column, by) => change((before) => moveColumn(before, column, by)),
      reset: () => setMade(undefined),
    }),
    [order, count, change],
  );
}

/** Columns in the order in which they are shown. */
export function laidOut(columns: readonly ColumnState[], { shown }: ColumnOrder): readonly ColumnState[] {
  return shown.flatMap((column) => columns[column] ?? []);
}

/** Rows with their columns in the order in which they are shown. */
export function laidOutRows(rows: RowWindow, { shown }: ColumnOrder): RowWindow {
  return {
    ...rows,
    cells: shown.map((column) => rows.cells[column] ?? (() => null)),
    numeric: shown.map((column) => rows.numeric[column] ?? false),
  };
}
