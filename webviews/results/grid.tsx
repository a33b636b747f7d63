// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold positioned rows of which few exist
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { ColumnState, SortKey } from '../messages.ts';
import { t } from '../shared/l10n.ts';
import { type ColumnSizes, useTemplate } from './column-widths.ts';
import { GridHead } from './grid-head.tsx';
import { moveBy, type Position } from './grid-keys.ts';
import { KINDS, type RowWindow } from './row-window.ts';
import { includes, type Range, rangeOf, type Selection, selectBy, selectionAt } from './selection.ts';

/** Pixels of a row; the style sheet has the same. */
export const ROW_HEIGHT = 22;
const MAX_BODY_ROWS = 16;
/** Pixels that a key makes a column wider or narrower. */
const RESIZE_STEP = 16;
/** Characters of a cell that are put on the screen, and those of its tool tip. */
const MOST_SHOWN = 500;
const MOST_TIP = 4000;
const kindNames = (): readonly string[] => [t('insert'), t('update before'), t('update after'), t('delete')];

export interface GridProps {
  readonly label: string;
  /** Takes the height that is there. */
  readonly fill: boolean;
  readonly columns: readonly ColumnState[];
  readonly sizes: ColumnSizes;
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
  readonly sort: readonly SortKey[];
  /** Columns from the left that stay in sight. */
  readonly pinned: number;
  /** Marked in the cells where it stands. */
  readonly find: string;
  /** A row to bring into sight; a new object for each time. */
  readonly goTo: { readonly row: number } | undefined;
  readonly onSort: (column: number, more: boolean) => void;
  /** Told to open a column's menu at a place of the page. */
  readonly onMenu: (column: number, at: { readonly x: number; readonly y: number }) => void;
  readonly onMove: (column: number, by: 1 | -1) => void;
  /** Told to show a row with all that it holds. */
  readonly onOpen: (row: number) => void;
  /** Told of the cell that is active. */
  readonly onSelect: (range: Range) => void;
  /** Told to put the cells of a range into the clipboard. */
  readonly onCopy: (range: Range, heads: boolean) => void;
}

/** A virtual grid over rows that are somewhere else: it tells which are in sight and shows those that have come. */
export function Grid(props: GridProps) {
  const { columns, sizes, rowCount, rows, showKind, follow, dropped, onVisible, onFollow, onCopy } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const gridId = useId();
  const [selection, setSelection] = useState<Selection>(() => selectionAt({ row: 0, column: 0 }));
  const { active } = selection;
  const range = rangeOf(selection);
  const several = selection.anchor !== active;
  const virtual = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    // Rows are painted before the grid has been measured.
    initialRect: { width: 800, height: MAX_BODY_ROWS * ROW_HEIGHT },
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = (items.at(-1)?.index ?? -1) + 1;
  useEffect(() => onVisible(first, last), [onVisible, first, last]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows are what it must react to
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!follow || !element) return;
    element.scrollTop = element.scrollHeight;
    // Heard now, not with the next frame: until then the rows in sight would be those of the place that was left.
    element.dispatchEvent(new Event('scroll'));
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

  const { template, tracks } = useTemplate(columns, rows, sizes.sizes, showKind);
  const pins = pinsOf(tracks, props.pinned, showKind);
  const wanted = props.find.toLowerCase();
  const { goTo, onSelect } = props;
  useEffect(() => {
    if (!goTo || !scroller.current) return;
    setSelection((before) => selectionAt({ row: goTo.row, column: before.active.column }));
    reveal(scroller.current, { row: goTo.row, column: 0 });
  }, [goTo]);
  const { fromRow, toRow, fromColumn, toColumn } = range;
  useEffect(() => onSelect({ fromRow, toRow, fromColumn, toColumn }), [onSelect, fromRow, toRow, fromColumn, toColumn]);

  const select = (next: Selection): void => {
    setSelection(next);
    if (scroller.current) reveal(scroller.current, next.active);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const element = scroller.current;
    const control = event.ctrlKey || event.metaKey;
    const { key, shiftKey: shift, altKey: alt } = event;
    const take = (): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    const head = headOf(element, active.column)?.getBoundingClientRect();
    if (key === 'ContextMenu' || (shift && key === 'F10') || (alt && key === 'ArrowDown')) {
      take();
      if (head) props.onMenu(active.column, { x: head.left, y: head.bottom });
      return;
    }
    if (key === 'Enter' && !control && rowCount > 0) {
      take();
      props.onOpen(active.row);
      return;
    }
    if (alt && shift && (key === 'ArrowLeft' || key === 'ArrowRight')) {
      take();
      const by = key === 'ArrowLeft' ? -1 : 1;
      props.onMove(active.column, by);
      const column = Math.max(0, Math.min(columns.length - 1, active.column + by));
      setSelection(selectionAt({ row: active.row, column }));
      return;
    }
    if (alt) {
      const wider = key === 'ArrowRight' ? RESIZE_STEP : key === 'ArrowLeft' ? -RESIZE_STEP : 0;
      const width = headOf(element, active.column)?.offsetWidth;
      if (wider === 0 || width === undefined) return;
      take();
      sizes.resize(active.column, Math.max(2 * RESIZE_STEP, width + wider));
      return;
    }
    if (control && key.toLowerCase() === 'c') {
      take();
      onCopy(range, shift);
      return;
    }
    const page = Math.max(1, Math.floor((element?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const size = { rows: rowCount, columns: columns.length, page };
    const to = moveBy(key, control, active, size);
    const next = to ? (shift ? { ...selection, active: to } : selectionAt(to)) : undefined;
    const wide = next ? undefined : selectBy(key, { control, shift }, selection, size);
    if (!next && !wide) return;
    take();
    if (next) select(next);
    else if (wide) setSelection(wide);
  };

  /** The focus is the grid's, never a cell's: those come and go with the scrolling. */
  const onPress = (event: MouseEvent, next: Selection): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    scroller.current?.focus({ preventScroll: true });
    setSelection(next);
  };
  const onCellEnter = (event: MouseEvent, at: Position): void => {
    if (event.buttons === 1) setSelection({ ...selection, active: at });
  };
  const wholeRow = (event: MouseEvent, row: number): Selection => {
    const anchor = { row: event.shiftKey ? selection.anchor.row : row, column: columns.length - 1 };
    return { anchor, active: { row, column: 0 } };
  };

  return (
    <div
      ref={scroller}
      className="mr-grid"
      data-testid="result-grid"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-multiselectable="true"
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length + (showKind ? 1 : 0)}
      aria-activedescendant={rowCount > 0 ? `${gridId}-${active.row}-${active.column}` : undefined}
      style={props.fill ? undefined : { maxHeight: (MAX_BODY_ROWS + 1.5) * ROW_HEIGHT }}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <GridHead
        columns={columns}
        numeric={rows?.numeric ?? []}
        showKind={showKind}
        template={template}
        sort={props.sort}
        pins={pins}
        onSort={props.onSort}
        onMenu={(column, { clientX: x, clientY: y }) => props.onMenu(column, { x, y })}
        onResize={sizes.resize}
      />
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
                <div
                  className="mr-cell mr-kind"
                  role="gridcell"
                  tabIndex={-1}
                  aria-label={kindNames()[kind]}
                  onMouseDown={(event) => onPress(event, wholeRow(event, item.index))}
                >
                  {come ? KINDS[kind] : ''}
                </div>
              )}
              {columns.map((_, c) => {
                const text = come ? (rows.cells[c]?.(i) ?? null) : '';
                const at = { row: item.index, column: c };
                const isActive = active.row === item.index && active.column === c;
                const selected = several && includes(range, item.index, c);
                return (
                  <div
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by place only
                    key={c}
                    id={`${gridId}-${item.index}-${c}`}
                    className={`mr-cell${rows?.numeric[c] ? ' mr-number' : ''}${isActive ? ' mr-active' : ''}${selected ? ' mr-selected' : ''}${pins[c] ? ' mr-pinned' : ''}`}
                    style={pins[c]}
                    onDoubleClick={() => props.onOpen(item.index)}
                    role="gridcell"
                    tabIndex={-1}
                    aria-selected={selected || isActive}
                    data-testid="result-cell"
                    title={text === null ? 'NULL' : cut(text, MOST_TIP)}
                    onMouseDown={(event) =>
                      onPress(event, event.shiftKey ? { ...selection, active: at } : selectionAt(at))
                    }
                    onMouseEnter={(event) => onCellEnter(event, at)}
                  >
                    {text === null ? (
                      <span className="mr-null">NULL</span>
                    ) : come && text === '' ? (
                      <span className="mr-null mr-empty">{t('empty')}</span>
                    ) : (
                      <Marked text={inLine(text)} wanted={wanted} />
                    )}
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

/** How far from the left the pinned columns stay. */
function pinsOf(tracks: readonly string[], pinned: number, showKind: boolean): readonly CSSProperties[] {
  const before = showKind ? ['5ch'] : ['0px'];
  return tracks.slice(0, pinned).map((track) => {
    const left = `calc(${before.join(' + ')})`;
    before.push(track);
    return { left };
  });
}

/** A text with what is looked for marked in it. */
function Marked({ text, wanted }: { readonly text: string; readonly wanted: string }) {
  const lower = wanted === '' ? '' : text.toLowerCase();
  let at = wanted === '' ? -1 : lower.indexOf(wanted);
  if (at < 0) return text;
  const pieces: ReactNode[] = [];
  let from = 0;
  for (; at >= 0; at = lower.indexOf(wanted, from)) {
    pieces.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + wanted.length)}</mark>);
    from = at + wanted.length;
  }
  return [...pieces, text.slice(from)];
}

function headOf(grid: HTMLElement | null, column: number): HTMLElement | null | undefined {
  return grid?.querySelector<HTMLElement>(`[data-column="${column}"]`);
}

/** Scrolls the grid, and nothing around it, until a cell is in sight; the header covers a row. */
function reveal(grid: HTMLElement, { row, column }: Position): void {
  const top = row * ROW_HEIGHT;
  const bottom = top + 2 * ROW_HEIGHT;
  if (top < grid.scrollTop) grid.scrollTop = top;
  else if (bottom > grid.scrollTop + grid.clientHeight) grid.scrollTop = bottom - grid.clientHeight;
  const head = headOf(grid, column);
  if (!head) return;
  const left = column === 0 ? 0 : head.offsetLeft;
  const right = head.offsetLeft + head.offsetWidth;
  if (left < grid.scrollLeft) grid.scrollLeft = left;
  else if (right > grid.scrollLeft + grid.clientWidth) grid.scrollLeft = Math.min(left, right - grid.clientWidth);
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** A cell's text as one line: what would break it is shown as a sign. */
function inLine(text: string): string {
  const short = cut(text, MOST_SHOWN);
  return /[\r\n\t]/.test(short) ? short.replace(/\r\n|\r|\n/g, '↵').replaceAll('\t', '⇥') : short;
}
