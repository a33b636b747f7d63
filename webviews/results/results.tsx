import { useCallback, useEffect, useRef, useState } from 'react';
import type { Phase, ResultState, View } from '../messages.ts';
import type { Channel } from './channel.ts';
import { useColumnSizes } from './column-widths.ts';
import { fetchRows, MOST_COPIED } from './copy-rows.ts';
import { ErrorView } from './error-view.tsx';
import { count, duration } from './format.ts';
import { Grid } from './grid.tsx';
import type { RowWindow } from './row-window.ts';
import type { Range } from './selection.ts';
import { tsv } from './tsv.ts';
import { useRows } from './use-rows.ts';

export interface ResultsProps {
  /** What the output itself says; the host may know more. */
  readonly initial: ResultState;
  readonly channel: Channel;
  /** Whether the grid takes the height that is there: in a page of its own. */
  readonly fill?: boolean;
}

/** Following the end begins when a result has been running this long: a quick one is read from its top. */
const FOLLOW_AFTER_MS = 1500;

/** How long the word on a copy stays. */
const SAID_MS = 3000;

/** Rows that are surely in sight at the end of a result. */
const TAIL = 40;

const PHASES: Readonly<Record<Phase, string>> = {
  starting: 'Submitting',
  running: 'Running',
  finished: 'Finished',
  failed: 'Failed',
  stopped: 'Stopped',
};

/** The result of one statement: a live grid, an OK, a job, or an error. */
export function Results({ initial, channel, fill = false }: ResultsProps) {
  const [state, setState] = useState(initial);
  const [gone, setGone] = useState(!channel.connected);
  const { id } = initial;
  useEffect(() => {
    setState(initial);
    return channel.subscribe(id, (message) => {
      if (message.type === 'state') setState(message.state);
      else if (message.type === 'gone') setGone(true);
    });
  }, [channel, id, initial]);
  const live = !gone && (state.phase === 'starting' || state.phase === 'running');
  const elapsed = useElapsed(state, live);

  if (state.kind !== 'grid' && state.phase !== 'failed') {
    return (
      <div className="mr-line" data-testid="result-ok" data-phase={state.phase}>
        <PhaseMark phase={state.phase} />
        <span>{state.kind === 'job' ? <>Job {state.jobId} submitted</> : 'OK'}</span>
        <span className="mr-quiet">{duration(elapsed)}</span>
      </div>
    );
  }
  return (
    <section
      className="mr-result"
      data-testid="result"
      data-phase={state.phase}
      aria-label={`Result of ${state.title}`}
    >
      {state.columns.length > 0 || state.phase !== 'failed' ? (
        <GridResult state={state} live={live} gone={gone} elapsed={elapsed} channel={channel} fill={fill} />
      ) : null}
      {state.error && <ErrorView error={state.error} />}
    </section>
  );
}

interface GridResultProps {
  readonly state: ResultState;
  readonly live: boolean;
  readonly gone: boolean;
  readonly elapsed: number;
  readonly channel: Channel;
  readonly fill: boolean;
}

function GridResult({ state, live, gone, elapsed, channel, fill }: GridResultProps) {
  const [view, setView] = useState<View>('table');
  const [rows, want] = useRows(channel, state.id);
  const [visible, setVisible] = useState<readonly [number, number]>([0, 0]);
  const [follow, setFollow] = useState<boolean>();
  const rowCount = view === 'table' ? state.tableRows : state.logRows;
  const known = state.columns.length > 0;
  const sizes = useColumnSizes();
  const [said, copy] = useCopy(channel, state, view);
  const onVisible = useCallback((from: number, to: number) => setVisible([from, to]), []);

  const appends = view === 'changelog' || !state.updating;
  const following = (follow ?? (live && elapsed > FOLLOW_AFTER_MS)) && appends && live;
  // The end is asked for as such: it moves on while the question is under way.
  const from = following ? -TAIL : visible[0];
  const to = following ? 0 : Math.min(visible[1] || TAIL, Math.max(rowCount, 1));
  const { version } = state;
  useEffect(() => {
    if (known) want({ view, from, to, version });
  }, [want, view, from, to, version, known]);
  const text = textOf(state, rows?.window);
  return (
    <>
      <div className="mr-bar">
        <PhaseMark phase={state.phase} />
        <span role="status" data-testid="result-phase">
          {PHASES[state.phase]}
        </span>
        <span className="mr-quiet" data-testid="result-elapsed">
          {duration(elapsed)}
        </span>
        <Counts state={state} view={view} />
        {live && state.rate > 0 && (
          <span className="mr-quiet" data-testid="result-rate">
            {count(state.rate)} rows/s
          </span>
        )}
        <span className="mr-space" />
        {said && (
          <span className="mr-quiet" role="status" data-testid="result-copied">
            {said}
          </span>
        )}
        {gone && <span className="mr-quiet">not connected: run the cell again</span>}
        {state.query && <ViewSwitch view={view} onChange={setView} />}
        {live && (
          <button
            type="button"
            className="mr-stop"
            data-testid="result-stop"
            title="Stop this query"
            onClick={() => channel.send({ type: 'stop', id: state.id })}
          >
            Stop
          </button>
        )}
      </div>
      {text !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        <pre className="mr-text" data-testid="result-text" tabIndex={0}>
          {text}
        </pre>
      )}
      {known && text === undefined && (
        <Grid
          key={view}
          label={state.title}
          fill={fill}
          columns={state.columns}
          sizes={sizes}
          rowCount={gone ? 0 : (rows?.total ?? rowCount)}
          rows={rows?.window}
          showKind={view === 'changelog'}
          follow={following}
          dropped={rows?.dropped ?? 0}
          onVisible={onVisible}
          onFollow={setFollow}
          onCopy={copy}
        />
      )}
    </>
  );
}

/** The text that EXPLAIN and SHOW CREATE answer: one cell of several lines, which a grid would hide. */
function textOf(state: ResultState, window: RowWindow | undefined): string | undefined {
  if (state.query || state.columns.length !== 1 || state.tableRows !== 1) return undefined;
  const text = window?.cells[0]?.(0);
  return text?.includes('\n') ? text.trimEnd() : undefined;
}

/** Puts cells into the clipboard, wherever their rows are, and says for a moment how it went. */
function useCopy(
  channel: Channel,
  state: ResultState,
  view: View,
): [string | undefined, (range: Range, heads: boolean) => void] {
  const [said, setSaid] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const { id, columns } = state;
  const copy = useCallback(
    (range: Range, heads: boolean) => {
      const say = (words: string): void => {
        setSaid(words);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => setSaid(undefined), SAID_MS);
      };
      const whole = range.fromColumn === 0 && range.toColumn === columns.length;
      const names = heads ? columns.map(({ name }) => name) : undefined;
      fetchRows(channel, id, { view, from: range.fromRow, to: range.toRow })
        .then(async (windows) => {
          await navigator.clipboard.writeText(tsv(windows, range, view === 'changelog' && whole, names));
          const rows = windows.reduce((sum, { length }) => sum + length, 0);
          const cells = rows * (range.toColumn - range.fromColumn);
          const all = range.toRow - range.fromRow <= MOST_COPIED;
          if (!all) say(`The first ${count(rows)} rows copied`);
          else if (cells > 1) say(`${count(cells)} cells copied`);
          else say('Cell copied');
        })
        .catch((error: unknown) => say(`Not copied: ${error instanceof Error ? error.message : String(error)}`));
    },
    [channel, id, columns, view],
  );
  return [said, copy];
}

interface ViewSwitchProps {
  readonly view: View;
  readonly onChange: (view: View) => void;
}

function ViewSwitch({ view, onChange }: ViewSwitchProps) {
  return (
    <div className="mr-views" role="radiogroup" aria-label="View">
      {(['table', 'changelog'] as const).map((one) => (
        // biome-ignore lint/a11y/useSemanticElements: buttons that look like one switch
        <button
          key={one}
          type="button"
          role="radio"
          aria-checked={view === one}
          data-testid={`view-${one}`}
          onClick={() => onChange(one)}
        >
          {one === 'table' ? 'Table' : 'Changelog'}
        </button>
      ))}
    </div>
  );
}

function Counts({ state, view }: { readonly state: ResultState; readonly view: View }) {
  const { received, tableRows, logRows, dropped, updating } = state;
  const rows = updating ? tableRows : received;
  const held = view === 'changelog' || !updating ? logRows : tableRows;
  const hidden = view === 'changelog' || !updating ? received - logRows : dropped;
  return (
    <>
      <span data-testid="result-count">
        {count(rows)} {rows === 1 ? 'row' : 'rows'}
        {updating && ` · ${count(received)} changes`}
      </span>
      {hidden > 0 && (
        <span className="mr-quiet" data-testid="result-limit">
          last {count(held)} kept
        </span>
      )}
    </>
  );
}

function PhaseMark({ phase }: { readonly phase: Phase }) {
  return <span className={`mr-mark mr-${phase}`} aria-hidden="true" />;
}

/** Elapsed milliseconds: the host's figure, carried on by our clock while the statement runs. */
function useElapsed(state: ResultState, live: boolean): number {
  const [now, setNow] = useState(0);
  const [base, setBase] = useState({ at: performance.now(), elapsedMs: state.elapsedMs });
  useEffect(() => setBase({ at: performance.now(), elapsedMs: state.elapsedMs }), [state.elapsedMs]);
  useEffect(() => {
    if (!live) return undefined;
    const timer = setInterval(() => setNow(performance.now()), 200);
    return () => clearInterval(timer);
  }, [live]);
  return live ? base.elapsedMs + Math.max(0, now - base.at) : state.elapsedMs;
}
