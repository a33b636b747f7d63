import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ResultState, View } from '../messages.ts';
import { t } from '../shared/l10n.ts';
import type { Channel } from './channel.ts';
import { type ChartSpec, chartText, parseChart, proposeChart } from './chart-spec.ts';
import { laidOut, laidOutRows, useColumnLayout } from './column-layout.ts';
import { Profile } from './column-profile.tsx';
import { useColumnSizes } from './column-widths.ts';
import { COPY_FORMATS } from './copy-formats.ts';
import { fetchRows } from './copy-rows.ts';
import { Grid } from './grid.tsx';
import { LivePlan } from './live-plan.tsx';
import { Menu, type MenuItem } from './menu.tsx';
import { ResultBar } from './result-bar.tsx';
import { ResultChart } from './result-chart.tsx';
import { RowDetail } from './row-detail.tsx';
import type { RowWindow } from './row-window.ts';
import type { Range } from './selection.ts';
import { TextResult } from './text-result.tsx';
import { FilterBar, FindBar } from './tools.tsx';
import { nextSort, useArrangement } from './use-arrangement.ts';
import { useCopy } from './use-copy.ts';
import { useFind } from './use-find.ts';
import { useJob } from './use-job.ts';
import { useRows } from './use-rows.ts';

export interface GridResultProps {
  readonly state: ResultState;
  readonly live: boolean;
  readonly gone: boolean;
  readonly elapsed: number;
  readonly channel: Channel;
  readonly fill: boolean;
  readonly extras?: RowExtras | undefined;
}

/** What a page of its own can do with rows, beside what the grid does. */
export interface RowExtras {
  /** Shows a row (an index of the view) in its own way. */
  readonly onOpen: (window: RowWindow, row: number) => void;
  /** Told of the row that is active, when it alone is selected. */
  readonly onRow: (window: RowWindow, row: number) => void;
  readonly actions: readonly {
    readonly label: string;
    readonly disabled?: boolean;
    readonly run: (selected: readonly RowWindow[]) => void;
  }[];
}

/** Following the end begins when a result has been running this long: a quick one is read from its top. */
const FOLLOW_AFTER_MS = 1500;
/** Rows that are surely in sight at the end of a result. */
const TAIL = 40;
const NOTHING: Range = { fromRow: 0, toRow: 1, fromColumn: 0, toColumn: 1 };

interface OpenMenu {
  readonly label: string;
  readonly items: readonly (MenuItem | 'line')[];
  readonly at: { readonly left: number; readonly top: number };
}

/** Rows with all that can be done with them. */
export function GridResult({ state, live, gone, elapsed, channel, fill, extras }: GridResultProps) {
  const { id, columns } = state;
  const [view, setView] = useState<View>('table');
  const [rows, want, problem] = useRows(channel, id);
  const [visible, setVisible] = useState<readonly [number, number]>([0, 0]);
  const [follow, setFollow] = useState<boolean>();
  const { arrange, sort, setSort, setFilter, setZone } = useArrangement();
  const [draft, setDraft] = useState('');
  const [tool, setTool] = useState<'filter' | 'find'>();
  const [text, setText] = useState('');
  const [foundAt, setFoundAt] = useState(-1);
  const [goTo, setGoTo] = useState<{ readonly row: number }>();
  const [detail, setDetail] = useState<number>();
  const [menu, setMenu] = useState<OpenMenu>();
  const [chart, setChart] = useState<ChartSpec | undefined>(() => (state.chart ? parseChart(state.chart) : undefined));
  const [profiled, setProfiled] = useState<number>();
  const [range, setRange] = useState<Range>(NOTHING);
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const layout = useColumnLayout(columns.length);
  const sizes = useColumnSizes();
  const [said, copy] = useCopy(channel, { id, view, arrange, columns, order: layout });
  const figures = useJob(channel, id);
  const [planned, setPlanned] = useState(false);
  const found = useFind(channel, { id, view, arrange, text }, state.version);
  const onVisible = useCallback((from: number, to: number) => setVisible([from, to]), []);

  const rowCount = view === 'table' ? state.tableRows : state.logRows;
  const arranged = sort.length > 0 || arrange.filter !== undefined;
  const known = columns.length > 0;
  const appends = (view === 'changelog' || !state.updating) && !arranged;
  const following = (follow ?? (live && elapsed > FOLLOW_AFTER_MS)) && appends && live;
  // The end is asked for as such: it moves on while the question is under way.
  const from = following ? -TAIL : visible[0];
  const to = following ? 0 : arranged ? visible[1] || TAIL : Math.min(visible[1] || TAIL, Math.max(rowCount, 1));
  const { version } = state;
  useEffect(() => {
    if (known) want({ view, from, to, version, arrange });
  }, [want, view, from, to, version, known, arrange]);
  useEffect(() => {
    if (tool) field.current?.focus();
  }, [tool]);

  const onRow = extras?.onRow;
  const alone = range.toRow - range.fromRow === 1 ? range.fromRow : undefined;
  useEffect(() => {
    if (rows && alone !== undefined) onRow?.(rows.window, alone);
  }, [onRow, rows, alone]);

  const shown = useMemo(() => laidOut(columns, layout), [columns, layout]);
  const shownRows = useMemo(() => rows && laidOutRows(rows.window, layout), [rows, layout]);
  const shownSort = sort.flatMap((key) => {
    const column = layout.shown.indexOf(key.column);
    return column < 0 ? [] : [{ ...key, column }];
  });
  const place = (column: number): number => layout.shown[column] ?? column;

  const open = (label: string, items: OpenMenu['items'], x: number, y: number): void => {
    const around = box.current?.getBoundingClientRect();
    setMenu({ label, items, at: { left: x - (around?.left ?? 0), top: y - (around?.top ?? 0) } });
  };
  const columnMenu = (at: number, { x, y }: { readonly x: number; readonly y: number }): void => {
    const column = place(at);
    const isPinned = at < layout.pinned;
    open(
      t('Column {0}', columns[column]?.name ?? ''),
      [
        { label: t('Sort ascending'), run: () => setSort(() => [{ column, descending: false }]) },
        { label: t('Sort descending'), run: () => setSort(() => [{ column, descending: true }]) },
        { label: t('Do not sort'), disabled: sort.length === 0, run: () => setSort(() => []) },
        'line',
        { label: t('Pin'), checked: isPinned, run: () => layout.pin(column, !isPinned) },
        { label: t('Hide'), disabled: layout.shown.length === 1, run: () => layout.hide(column) },
        { label: t('Move left'), disabled: at === 0, run: () => layout.move(column, -1) },
        { label: t('Move right'), disabled: at === shown.length - 1, run: () => layout.move(column, 1) },
        { label: t('Profile'), run: () => setProfiled(column) },
        { label: t('Fit to its cells'), run: () => sizes.resize(at, undefined) },
      ],
      x,
      y,
    );
  };
  const openRow = (row: number): void => {
    if (extras && rows) extras.onOpen(rows.window, row);
    else setDetail(row);
  };
  const zones = [...new Set(['UTC', Intl.DateTimeFormat().resolvedOptions().timeZone])];
  const moreMenu = (x: number, y: number): void =>
    open(
      t('More'),
      [
        ...COPY_FORMATS.map(({ format, label }) => ({
          label: t('Copy as {0}', label),
          run: () => copy(range, format, true),
        })),
        'line',
        ...(extras?.actions ?? []).map(({ label, disabled = false, run }) => ({
          label,
          disabled,
          run: () => void fetchRows(channel, id, { view, arrange, from: range.fromRow, to: range.toRow }).then(run),
        })),
        ...(extras ? (['line'] as const) : []),
        { label: t('Show row'), run: () => openRow(range.fromRow) },
        { label: t('Export all rows…'), run: () => channel.send({ type: 'export', id, view, arrange }) },
        {
          label: t('Record to a file…'),
          disabled: !live,
          run: () => channel.send({ type: 'export', id, view, record: true }),
        },
        ...(layout.hidden.length > 0 ? (['line'] as const) : []),
        ...layout.hidden.map((column) => ({
          label: t('Show column {0}', columns[column]?.name ?? ''),
          run: () => layout.show(column),
        })),
        ...(state.instants.length > 0 ? (['line'] as const) : []),
        ...(state.instants.length > 0
          ? [
              {
                label: t('Instants on the session’s clock'),
                checked: arrange.zone === undefined,
                run: () => setZone(undefined),
              },
              ...zones.map((zone) => ({
                label: t('Instants in {0}', zone),
                checked: arrange.zone === zone,
                run: () => setZone(zone),
              })),
            ]
          : []),
      ],
      x,
      y,
    );
  const goToFound = (by: 1 | -1): void => {
    if (!found || found.rows.length === 0) return;
    const next = (foundAt + by + found.rows.length) % found.rows.length;
    setFoundAt(next);
    setGoTo({ row: found.rows[next] ?? 0 });
    setFollow(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key !== 'f') return;
    event.preventDefault();
    event.stopPropagation();
    setTool(event.shiftKey ? 'filter' : 'find');
  };
  const proposed = useMemo(() => proposeChart(columns), [columns]);
  const keep = (spec: ChartSpec | undefined): void => {
    setChart(spec);
    channel.send({ type: 'chart', id, chart: spec && chartText(spec) });
  };
  const plain = textOf(state, rows?.window);
  const toggle = (one: 'filter' | 'find'): void => setTool(tool === one ? undefined : one);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the grid within
    <div ref={box} className={`mr-box${fill ? ' mr-fill' : ''}`} onKeyDown={onKeyDown}>
      <ResultBar
        state={state}
        live={live}
        gone={gone}
        elapsed={elapsed}
        view={view}
        said={said}
        figures={figures}
        onView={setView}
        onPause={(paused) => channel.send({ type: 'pause', id, paused })}
        onStop={() => channel.send({ type: 'stop', id })}
        onJob={() => channel.send({ type: 'openJob', id })}
      >
        {known && plain === undefined && !gone && (
          <>
            <button
              type="button"
              data-testid="tool-filter"
              aria-expanded={tool === 'filter'}
              className={arrange.filter === undefined ? undefined : 'mr-on'}
              title={t('Filter by a Flink SQL condition (Ctrl+Shift+F)')}
              onClick={() => toggle('filter')}
            >
              {t('Filter')}
            </button>
            <button
              type="button"
              data-testid="tool-find"
              aria-expanded={tool === 'find'}
              title={t('Find in all rows (Ctrl+F)')}
              onClick={() => toggle('find')}
            >
              {t('Find')}
            </button>
            <button
              type="button"
              data-testid="tool-chart"
              aria-pressed={chart !== undefined}
              disabled={chart === undefined && proposed === undefined}
              title={proposed ? t('Draw the rows') : t('There is no column of numbers to draw')}
              onClick={() => keep(chart ? undefined : proposed)}
            >
              {t('Chart')}
            </button>
            {state.query && (
              <button
                type="button"
                data-testid="tool-plan"
                aria-pressed={planned}
                title={t('Draw the plan, with what each operator does now')}
                onClick={() => setPlanned(!planned)}
              >
                {t('Plan')}
              </button>
            )}
            <button
              type="button"
              data-testid="tool-more"
              aria-haspopup="menu"
              title={t('Copy, export, columns, time zone')}
              onClick={({ currentTarget }) => {
                const { left, bottom } = currentTarget.getBoundingClientRect();
                moreMenu(left, bottom + 2);
              }}
            >
              {t('More')}
            </button>
          </>
        )}
      </ResultBar>
      {tool === 'filter' && (
        <FilterBar
          draft={draft}
          applied={arrange.filter ?? ''}
          problem={arrange.filter === undefined ? undefined : problem}
          left={rows && rows.arrange === arrange ? rows.total : undefined}
          input={field}
          onDraft={setDraft}
          onApply={setFilter}
        />
      )}
      {tool === 'find' && (
        <FindBar
          text={text}
          found={found}
          at={foundAt}
          input={field}
          onText={(next) => {
            setText(next);
            setFoundAt(-1);
          }}
          onGo={goToFound}
        />
      )}
      {plain !== undefined && <TextResult text={plain} channel={channel} id={id} />}
      {planned && !gone && <LivePlan channel={channel} id={id} figures={figures} />}
      {chart && known && plain === undefined && !gone && (
        <ResultChart
          channel={channel}
          id={id}
          view={view}
          arrange={arrange}
          columns={columns}
          version={version}
          rowCount={rows?.total ?? rowCount}
          spec={chart}
          onSpec={keep}
        />
      )}
      {known && plain === undefined && (
        <div className="mr-split">
          <Grid
            key={view}
            label={state.title}
            fill={fill}
            columns={shown}
            sizes={sizes}
            rowCount={gone ? 0 : (rows?.total ?? rowCount)}
            rows={shownRows}
            showKind={view === 'changelog'}
            follow={following}
            dropped={rows?.dropped ?? 0}
            sort={shownSort}
            pinned={layout.pinned}
            find={tool === 'find' ? text : ''}
            goTo={goTo}
            onSort={(column, more) => setSort((before) => nextSort(before, place(column), more))}
            onMenu={columnMenu}
            onMove={(column, by) => layout.move(place(column), by)}
            onOpen={openRow}
            onSelect={setRange}
            onVisible={onVisible}
            onFollow={setFollow}
            onCopy={(cells, heads) => copy(cells, 'tsv', heads)}
          />
          {detail !== undefined && rows && (
            <RowDetail
              columns={columns}
              rows={rows.window}
              row={range.toRow - range.fromRow === 1 ? range.fromRow : detail}
              showKind={view === 'changelog'}
              onClose={() => setDetail(undefined)}
            />
          )}
          {profiled !== undefined && (
            <Profile
              channel={channel}
              id={id}
              view={view}
              arrange={arrange}
              column={profiled}
              columns={columns}
              version={version}
              onClose={() => setProfiled(undefined)}
            />
          )}
        </div>
      )}
      {menu && <Menu {...menu} onClose={() => setMenu(undefined)} />}
    </div>
  );
}

/** The text that EXPLAIN and SHOW CREATE answer: one cell of several lines, which a grid would hide. */
function textOf(state: ResultState, window: RowWindow | undefined): string | undefined {
  if (state.query || state.columns.length !== 1 || state.tableRows !== 1) return undefined;
  const text = window?.cells[0]?.(0);
  return text?.includes('\n') ? text.trimEnd() : undefined;
}
