import type { Position } from './grid-keys.ts';

/** A rectangle of cells: from where it was begun to the active cell. */
export interface Selection {
  readonly anchor: Position;
  readonly active: Position;
}

/** Rows and columns of a selection, ends excluded. */
export interface Range {
  readonly fromRow: number;
  readonly toRow: number;
  readonly fromColumn: number;
  readonly toColumn: number;
}

export function selectionAt(position: Position): Selection {
  return { anchor: position, active: position };
}

export function rangeOf({ anchor, active }: Selection): Range {
  return {
    fromRow: Math.min(anchor.row, active.row),
    toRow: Math.max(anchor.row, active.row) + 1,
    fromColumn: Math.min(anchor.column, active.column),
    toColumn: Math.max(anchor.column, active.column) + 1,
  };
}

export function includes(range: Range, row: number, column: number): boolean {
  return row >= range.fromRow && row < range.toRow && column >= range.fromColumn && column < range.toColumn;
}

/**
 * What a key that selects whole rows, columns or all makes of a selection, as WAI-ARIA's grid pattern has it; undefined
 * for other keys.
 */
export function selectBy(
  key: string,
  modifiers: { readonly control: boolean; readonly shift: boolean },
  selection: Selection,
  size: { readonly rows: number; readonly columns: number },
): Selection | undefined {
  const { anchor, active } = selection;
  const bottom = Math.max(0, size.rows - 1);
  const right = Math.max(0, size.columns - 1);
  if (key === 'Escape') return anchor === active ? undefined : selectionAt(active);
  // Capital with Caps Lock on.
  const all = (key.toLowerCase() === 'a' && modifiers.control) || (key === ' ' && modifiers.control && modifiers.shift);
  if (all) return { anchor: { row: bottom, column: right }, active: { row: 0, column: 0 } };
  if (key !== ' ') return undefined;
  if (modifiers.shift) return { anchor: { row: anchor.row, column: right }, active: { row: active.row, column: 0 } };
  if (modifiers.control)
    return { anchor: { row: bottom, column: anchor.column }, active: { row: 0, column: active.column } };
  return undefined;
}
