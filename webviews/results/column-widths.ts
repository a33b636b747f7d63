import { useCallback, useRef, useState } from 'react';
import type { ColumnState } from '../messages.ts';
import { shortType } from './grid-head.tsx';
import type { RowWindow } from './row-window.ts';

/** Widths of columns, in characters of the editor's font. */
const WIDTH = { least: 7, most: 48 };

/** What the user made of the columns' widths, in pixels. */
export interface ColumnSizes {
  readonly sizes: ReadonlyMap<number, number>;
  /** Sets a column's width; undefined fits it to its cells again. */
  readonly resize: (column: number, width: number | undefined) => void;
}

export function useColumnSizes(): ColumnSizes {
  const [sizes, setSizes] = useState<ReadonlyMap<number, number>>(new Map());
  const resize = useCallback((column: number, width: number | undefined) => {
    setSizes((before) => {
      const after = new Map(before);
      if (width === undefined) after.delete(column);
      else after.set(column, width);
      return after;
    });
  }, []);
  return { sizes, resize };
}

/** The columns as CSS's grid-template-columns: as the user sized them, or as wide as their cells. */
export function useTemplate(
  columns: readonly ColumnState[],
  rows: RowWindow | undefined,
  sizes: ReadonlyMap<number, number>,
  showKind: boolean,
): { readonly template: string; readonly tracks: readonly string[] } {
  const widths = useFittingWidths(columns, rows);
  const tracks = widths.map((width, c) => {
    const size = sizes.get(c);
    return size === undefined ? `calc(${width}ch + 18px)` : `${size}px`;
  });
  return { template: `${showKind ? '5ch ' : ''}${tracks.join(' ')} minmax(0, 1fr)`, tracks };
}

/** Column widths, in characters, that fit the header and what was seen so far; they grow, but never shrink under the reader. */
function useFittingWidths(columns: readonly ColumnState[], rows: RowWindow | undefined): readonly number[] {
  // By name: columns may be moved.
  const widths = useRef<Record<string, number>>({});
  return columns.map((column, c) => {
    let characters = column.name.length + Math.min(shortType(column).length, 24) * 0.87 + 2;
    for (let i = 0; rows && i < Math.min(rows.length, 60); i++) {
      characters = Math.max(characters, rows.cells[c]?.(i)?.length ?? 4);
    }
    const width = Math.min(WIDTH.most, Math.max(WIDTH.least, Math.ceil(characters)));
    const fitting = Math.max(widths.current[column.name] ?? 0, width);
    widths.current[column.name] = fitting;
    return fitting;
  });
}
