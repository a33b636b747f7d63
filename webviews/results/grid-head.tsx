// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold positioned rows of which few exist
import type { PointerEvent } from 'react';
import type { ColumnState } from '../messages.ts';

/** Pixels: no column gets narrower. */
const LEAST_WIDTH = 40;

export interface GridHeadProps {
  readonly columns: readonly ColumnState[];
  readonly numeric: readonly boolean[];
  readonly showKind: boolean;
  readonly template: string;
  /** Pixels that the user gave a column; undefined fits it to its cells again. */
  readonly onResize: (column: number, width: number | undefined) => void;
}

/** The names and types of the columns, with a handle at the end of each. */
export function GridHead({ columns, numeric, showKind, template, onResize }: GridHeadProps) {
  return (
    <div
      className="mr-row mr-head"
      role="row"
      aria-rowindex={1}
      tabIndex={-1}
      style={{ gridTemplateColumns: template }}
    >
      {showKind && (
        <div className="mr-cell mr-kind" role="columnheader" tabIndex={-1} title="Row kind">
          op
        </div>
      )}
      {columns.map((column, c) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by place only, names may repeat
          key={c}
          className={numeric[c] ? 'mr-cell mr-number' : 'mr-cell'}
          role="columnheader"
          tabIndex={-1}
          data-testid="result-column"
          data-column={c}
          title={`${column.name} ${column.type}`}
        >
          <span className="mr-name">{column.name}</span> <span className="mr-type">{shortType(column)}</span>
          <ResizeHandle onResize={(width) => onResize(c, width)} />
        </div>
      ))}
    </div>
  );
}

/** Drag it to size the column before it; a double click fits the column. Keys: Alt with the arrows, in the grid. */
function ResizeHandle({ onResize }: { readonly onResize: (width: number | undefined) => void }) {
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    const head = event.currentTarget.parentElement;
    if (!head || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const width = head.getBoundingClientRect().width;
    const { clientX: start } = event;
    handle.setPointerCapture(event.pointerId);
    const move = (to: globalThis.PointerEvent): void => onResize(Math.max(LEAST_WIDTH, width + to.clientX - start));
    const end = (): void => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', end);
      handle.removeEventListener('pointercancel', end);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', end);
    handle.addEventListener('pointercancel', end);
  };
  return (
    <div
      className="mr-handle"
      data-testid="result-handle"
      aria-hidden="true"
      onPointerDown={onPointerDown}
      onDoubleClick={() => onResize(undefined)}
    />
  );
}

/** The type without its nullability, which the tool tip has. */
export function shortType(column: ColumnState): string {
  return column.type.replace(/ NOT NULL$/, '');
}
