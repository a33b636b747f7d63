export interface Position {
  readonly row: number;
  readonly column: number;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that a page key moves by. */
  readonly page: number;
}

/** Where a key takes the active cell, as WAI-ARIA's grid pattern says; undefined for other keys. */
export function moveBy(key: string, control: boolean, at: Position, size: GridSize): Position | undefined {
  const to = target(key, control, at, size);
  return (
    to && {
      row: Math.max(0, Math.min(size.rows - 1, to.row)),
      column: Math.max(0, Math.min(size.columns - 1, to.column)),
    }
  );
}

function target(key: string, control: boolean, { row, column }: Position, size: GridSize): Position | undefined {
  switch (key) {
    case 'ArrowDown':
      return { row: row + 1, column };
    case 'ArrowUp':
      return { row: row - 1, column };
    case 'ArrowRight':
      return { row, column: column + 1 };
    case 'ArrowLeft':
      return { row, column: column - 1 };
    case 'PageDown':
      return { row: row + size.page, column };
    case 'PageUp':
      return { row: row - size.page, column };
    case 'Home':
      return { row: control ? 0 : row, column: 0 };
    case 'End':
      return { row: control ? size.rows - 1 : row, column: size.columns - 1 };
    default:
      return undefined;
  }
}
