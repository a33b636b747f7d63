// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold positioned rows of which few exist
import type { CSSProperties, MouseEvent, PointerEvent } from 'react';
import type { ColumnState, SortKey } from '../messages.ts';
import { t } from '../shared/l10n.ts';

/** Pixels: no column gets narrower. */
const LEAST_WIDTH = 40;

export interface GridHeadProps {
  readonly columns: readonly ColumnState[];
  readonly numeric: readonly boolean[];
  readonly showKind: boolean;
  readonly template: string;
  /** Pixels that the user gave a column; undefined fits it to its cells again. */
  /** What is sorted by, by places among the shown columns. */
  readonly sort: readonly SortKey[];
  /** Places of pinned columns: how far from the left. */
  readonly pins: readonly CSSProperties[];
  /** Told to sort by a column; `more` adds it to what is sorted by. */
  readonly onSort: (column: number, more: boolean) => void;
  readonly onMenu: (column: number, event: MouseEvent) => void;
  readonly onResize: (column: number, width: number | undefined) => void;
}

/** The names and types of the columns, with a handle at the end of each. */
export function GridHead(props: GridHeadProps) {
  const { columns, numeric, showKind, template, sort, pins, onSort, onMenu, onResize } = props;
  return (
    <div
      className="mr-row mr-head"
      role="row"
      aria-rowindex={1}
      tabIndex={-1}
      style={{ gridTemplateColumns: template }}
    >
      {showKind && (
        <div className="mr-cell mr-kind" role="columnheader" tabIndex={-1} title={t('Row kind')}>
          op
        </div>
      )}
      {columns.map((column, c) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys: Alt+Down opens the column's menu
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by place only, names may repeat
          key={c}
          className={`mr-cell${numeric[c] ? ' mr-number' : ''}${pins[c] ? ' mr-pinned' : ''}`}
          style={pins[c]}
          aria-sort={sortOf(sort, c)}
          role="columnheader"
          tabIndex={-1}
          data-testid="result-column"
          data-column={c}
          title={t('{0} {1}\nClick to sort, Shift to sort by this too, right click for more', column.name, column.type)}
          onClick={(event) => onSort(c, event.shiftKey)}
          onContextMenu={(event) => {
            event.preventDefault();
            event.stopPropagation();
            onMenu(c, event);
          }}
        >
          <span className="mr-name">{column.name}</span> <span className="mr-type">{shortType(column)}</span>
          <SortMark sort={sort} column={c} />
          <ResizeHandle onResize={(width) => onResize(c, width)} />
        </div>
      ))}
    </div>
  );
}

function sortOf(sort: readonly SortKey[], column: number): 'ascending' | 'descending' | undefined {
  const key = sort.find((one) => one.column === column);
  return key && (key.descending ? 'descending' : 'ascending');
}

function SortMark({ sort, column }: { readonly sort: readonly SortKey[]; readonly column: number }) {
  const at = sort.findIndex((one) => one.column === column);
  if (at < 0) return null;
  return (
    <span className="mr-sort" aria-hidden="true">
      {sort[at]?.descending ? '▼' : '▲'}
      {sort.length > 1 ? at + 1 : ''}
    </span>
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
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={() => onResize(undefined)}
    />
  );
}

/** The type without its nullability, which the tool tip has. */
export function shortType(column: ColumnState): string {
  return column.type.replace(/ NOT NULL$/, '');
}
