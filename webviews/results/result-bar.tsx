import type { ReactNode } from 'react';
import type { JobFigures, Phase, ResultState, View } from '../messages.ts';
import { t } from '../shared/l10n.ts';
import { count, duration } from './format.ts';
import { JobFiguresLine } from './job-figures.tsx';

const phases = (): Readonly<Record<Phase, string>> => ({
  starting: t('Submitting'),
  running: t('Running'),
  finished: t('Finished'),
  failed: t('Failed'),
  stopped: t('Stopped'),
});

export interface ResultBarProps {
  readonly state: ResultState;
  readonly live: boolean;
  readonly gone: boolean;
  readonly elapsed: number;
  readonly view: View;
  readonly said: string | undefined;
  /** What the job does, where it is known. */
  readonly figures: JobFigures | undefined;
  readonly onView: (view: View) => void;
  readonly onPause: (paused: boolean) => void;
  readonly onStop: () => void;
  readonly onJob: () => void;
  /** Further buttons. */
  readonly children: ReactNode;
}

/** What there is to say of a running or ended result, and what can be done with it as a whole. */
export function ResultBar(props: ResultBarProps) {
  const { state, live, gone, elapsed, view, said, figures, onView, onPause, onStop, onJob, children } = props;
  return (
    <div className="mr-bar">
      <PhaseMark phase={state.phase} />
      <span role="status" data-testid="result-phase">
        {live && state.paused ? t('Paused') : phases()[state.phase]}
      </span>
      <span className="mr-quiet" data-testid="result-elapsed">
        {duration(elapsed)}
      </span>
      <Counts state={state} view={view} />
      {live && state.rate > 0 && (
        <span className="mr-quiet" data-testid="result-rate">
          {t('{0} rows/s', count(state.rate))}
        </span>
      )}
      {figures && <JobFiguresLine figures={figures} />}
      {(live || figures) && state.jobId !== undefined && (
        <button type="button" className="mr-link" data-testid="result-job" onClick={onJob}>
          {t('Job')}
        </button>
      )}
      <span className="mr-space" />
      {said && (
        <span className="mr-quiet" role="status" data-testid="result-copied">
          {said}
        </span>
      )}
      {gone && <span className="mr-quiet">{t('not connected: run the cell again')}</span>}
      {children}
      {state.query && <ViewSwitch view={view} onChange={onView} />}
      {live && state.query && (
        <button
          type="button"
          data-testid="result-pause"
          aria-pressed={state.paused}
          title={state.paused ? t('Read on') : t('Read no further for now: the query is held back')}
          onClick={() => onPause(!state.paused)}
        >
          {state.paused ? t('Resume') : t('Pause')}
        </button>
      )}
      {live && (
        <button
          type="button"
          className="mr-stop"
          data-testid="result-stop"
          title={t('Stop this query')}
          onClick={onStop}
        >
          {t('Stop')}
        </button>
      )}
    </div>
  );
}

interface ViewSwitchProps {
  readonly view: View;
  readonly onChange: (view: View) => void;
}

function ViewSwitch({ view, onChange }: ViewSwitchProps) {
  return (
    <div className="mr-views" role="radiogroup" aria-label={t('View')}>
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
          {one === 'table' ? t('Table') : t('Changelog')}
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
        {rows === 1 ? t('1 row') : t('{0} rows', count(rows))}
        {updating && ` · ${t('{0} changes', count(received))}`}
      </span>
      {hidden > 0 && (
        <span className="mr-quiet" data-testid="result-limit">
          {t('last {0} kept', count(held))}
        </span>
      )}
    </>
  );
}

/** A coloured dot; what it says is said in words beside it. */
export function PhaseMark({ phase }: { readonly phase: Phase }) {
  return <span className={`mr-mark mr-${phase}`} aria-hidden="true" />;
}
