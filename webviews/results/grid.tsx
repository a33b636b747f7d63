// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold positioned rows of which few exist
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { ColumnState } from '../messages.ts';
import { moveBy, type Position } from './grid-keys.ts';
import type { RowWindow } from './row-window.ts';

/** Pixels of a row; the style sheet has the same. */
export const ROW_HEIGHT = 22;
const MAX_BODY_ROWS = 16;
/** Widths of columns, in characters of the editor's font. */
const WIDTH = { least: 7, most: 48 };
const KINDS = ['+I', '-U', '+U', '-D'] as const;
const KIND_NAMES = ['insert', 'update before', 'update after', 'delete'] as const;

export interface GridProps {
  readonly label: string;
  readonly columns: readonly ColumnState[];
  readonly rowCount: number;
  /** The rows received; those in sight may be still to come. */
  readonly rows: RowWindow | undefined;
  readonly showKind: boolean;
  /** Keeps the last row in sight. */
  readonly follow: boolean;
  /** Rows that went from the top since the beginning: what is in sight stays in sight. */
  readonly dropped: number;
  readonly onVisible: (from: number, to: number) => void;
  /** Told when the user scrolls to the end or away from it. */
  readonly onFollow: (follow: boolean) => void;
}

/** A virtual grid over rows that are somewhere else: it tells which are in sight and shows those that have come. */
export function Grid(props: GridProps) {
  const { columns, rowCount, rows, showKind, follow, dropped, onVisible, onFollow } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const gridId = useId();
  const [active, setActive] = useState<Position>({ row: 0, column: 0 });
  const virtual = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    // Rows are painted before the grid has been measured.
    initialRect: { width: 800, height: MAX_BODY_ROWS * ROW_HEIGHT },
    // The header is inside the scroller, above the rows.
    scrollPaddingStart: ROW_HEIGHT,
    scrollMargin: 0,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = (items.at(-1)?.index ?? -1) + 1;
  useEffect(() => onVisible(first, last), [onVisible, first, last]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows are what it must react to
  useLayoutEffect(() => {
    const element = scroller.current;
    if (follow && element) element.scrollTop = element.scrollHeight;
  }, [follow, rowCount, dropped]);

  const droppedBefore = useRef(dropped);
  useLayoutEffect(() => {
    const gone = dropped - droppedBefore.current;
    droppedBefore.current = dropped;
    const element = scroller.current;
    if (gone > 0 && !follow && element) element.scrollTop -= gone * ROW_HEIGHT;
  }, [dropped, follow]);

  const onScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - ROW_HEIGHT;
    if (atEnd !== follow) onFollow(atEnd);
  };

  const widths = useWidths(columns, rows);
  const template = `${showKind ? '5ch ' : ''}${widths.map((width) => `calc(${width}ch + 18px)`).join(' ')} minmax(0, 1fr)`;

  const onKeyDown = (event: KeyboardEvent): void => {
    const element = scroller.current;
    const control = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor((element?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const to = moveBy(event.key, control, active, { rows: rowCount, columns: columns.length, page });
    const copy = control && event.key === 'c' && window.getSelection()?.isCollapsed !== false;
    if (!to && !copy) return;
    event.preventDefault();
    event.stopPropagation();
    if (to) {
      setActive(to);
      virtual.scrollToIndex(to.row);
      const head = element?.querySelector(`[data-column="${to.column}"]`);
      head?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else {
      void navigator.clipboard.writeText(textAt(rows, active.row, active.column) ?? '');
    }
  };

  return (
    <div
      ref={scroller}
      className="mr-grid"
      data-testid="result-grid"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length + (showKind ? 1 : 0)}
      aria-activedescendant={rowCount > 0 ? `${gridId}-${active.row}-${active.column}` : undefined}
      style={{ maxHeight: (MAX_BODY_ROWS + 1.5) * ROW_HEIGHT }}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
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
            className={rows?.numeric[c] ? 'mr-cell mr-number' : 'mr-cell'}
            role="columnheader"
            tabIndex={-1}
            data-testid="result-column"
            data-column={c}
            title={`${column.name} ${column.type}`}
          >
            <span className="mr-name">{column.name}</span> <span className="mr-type">{shortType(column)}</span>
          </div>
        ))}
      </div>
      <div className="mr-body" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const i = rows ? item.index - rows.from : -1;
          const come = rows !== undefined && i >= 0 && i < rows.length;
          const kind = come ? rows.kind(i) : 0;
          return (
            <div
              key={item.index}
              className={`mr-row${come ? '' : ' mr-pending'}${showKind ? ` mr-k${kind}` : ''}`}
              role="row"
              tabIndex={-1}
              aria-rowindex={item.index + 2}
              data-testid={come ? 'result-row' : 'result-row-pending'}
              data-kind={come ? KINDS[kind] : undefined}
              data-index={item.index}
              style={{ gridTemplateColumns: template, transform: `translateY(${item.start}px)` }}
            >
              {showKind && (
                <div className="mr-cell mr-kind" role="gridcell" tabIndex={-1} aria-label={KIND_NAMES[kind]}>
                  {come ? KINDS[kind] : ''}
                </div>
              )}
              {columns.map((_, c) => {
                const text = come ? (rows.cells[c]?.(i) ?? null) : '';
                const isActive = active.row === item.index && active.column === c;
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys
                  <div
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by place only
                    key={c}
                    id={`${gridId}-${item.index}-${c}`}
                    className={`mr-cell${rows?.numeric[c] ? ' mr-number' : ''}${isActive ? ' mr-active' : ''}`}
                    role="gridcell"
                    tabIndex={-1}
                    data-testid="result-cell"
                    title={text ?? 'NULL'}
                    onClick={() => setActive({ row: item.index, column: c })}
                  >
                    {text === null ? <span className="mr-null">NULL</span> : text}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function textAt(rows: RowWindow | undefined, row: number, column: number): string | null {
  const i = row - (rows?.from ?? 0);
  return rows && i >= 0 && i < rows.length ? (rows.cells[column]?.(i) ?? null) : null;
}

/** The type without its nullability, which the tool tip has. */
function shortType(column: ColumnState): string {
  return column.type.replace(/ NOT NULL$/, '');
}

/** Column widths, in characters, that fit the header and what was seen so far; they grow, but never shrink under the reader. */
function useWidths(columns: readonly ColumnState[], rows: RowWindow | undefined): readonly number[] {
  const widths = useRef<number[]>([]);
  return columns.map((column, c) => {
    let characters = column.name.length + Math.min(shortType(column).length, 24) * 0.87 + 2;
    for (let i = 0; rows && i < Math.min(rows.length, 60); i++) {
      characters = Math.max(characters, rows.cells[c]?.(i)?.length ?? 4);
    }
    const width = Math.min(WIDTH.most, Math.max(WIDTH.least, Math.ceil(characters)));
    widths.current[c] = Math.max(widths.current[c] ?? 0, width);
    return widths.current[c] ?? width;
  });
}
