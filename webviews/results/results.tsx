import { useEffect, useState } from 'react';
import type { ResultState } from '../messages.ts';
import { t } from '../shared/l10n.ts';
import type { Channel } from './channel.ts';
import { ErrorView } from './error-view.tsx';
import { duration } from './format.ts';
import { GridResult, type RowExtras } from './grid-result.tsx';
import { JobFiguresLine } from './job-figures.tsx';
import { LivePlan } from './live-plan.tsx';
import { PhaseMark } from './result-bar.tsx';
import { useJob } from './use-job.ts';

export interface ResultsProps {
  /** What the output itself says; the host may know more. */
  readonly initial: ResultState;
  readonly channel: Channel;
  /** Whether the grid takes the height that is there: in a page of its own. */
  readonly fill?: boolean;
  readonly extras?: RowExtras;
}

/** The result of one statement: a live grid, an OK, a job, or an error. */
export function Results({ initial, channel, fill = false, extras }: ResultsProps) {
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
  // A page that is busy is told the newest state when it is ready, not all that it has missed.
  useEffect(() => {
    if (state !== initial) channel.send({ type: 'seen', id });
  }, [channel, id, initial, state]);
  const live = !gone && (state.phase === 'starting' || state.phase === 'running');
  const elapsed = useElapsed(state, live);

  if (state.kind !== 'grid' && state.phase !== 'failed') {
    return (
      <div className="mr-line" data-testid="result-ok" data-phase={state.phase}>
        <PhaseMark phase={state.phase} />
        <span>{state.kind === 'job' ? t('Job {0} submitted', state.jobId ?? '') : t('OK')}</span>
        <span className="mr-quiet">{duration(elapsed)}</span>
        {state.kind === 'job' && !gone && <SubmittedJob channel={channel} id={id} />}
      </div>
    );
  }
  return (
    <section
      className="mr-result"
      data-testid="result"
      data-phase={state.phase}
      aria-label={t('Result of {0}', state.title)}
    >
      {state.columns.length > 0 || state.phase !== 'failed' ? (
        <GridResult {...{ state, live, gone, elapsed, channel, fill, extras }} />
      ) : null}
      {state.error && <ErrorView error={state.error} />}
    </section>
  );
}

/** What a submitted job does now, with the way to its view, and its plan. */
function SubmittedJob({ channel, id }: { readonly channel: Channel; readonly id: string }) {
  const figures = useJob(channel, id);
  const [planned, setPlanned] = useState(false);
  return (
    <>
      {figures && (
        <span role="status" data-testid="job-state">
          {figures.state.toLowerCase()}
        </span>
      )}
      {figures && <JobFiguresLine figures={figures} />}
      <span className="mr-bar">
        <button
          type="button"
          className="mr-link"
          data-testid="result-job"
          onClick={() => channel.send({ type: 'openJob', id })}
        >
          {t('Job')}
        </button>
        <button
          type="button"
          data-testid="tool-plan"
          aria-pressed={planned}
          title={t('Draw the plan, with what each operator does now')}
          onClick={() => setPlanned(!planned)}
        >
          {t('Plan')}
        </button>
      </span>
      {planned && (
        <div className="mr-wide">
          <LivePlan channel={channel} id={id} figures={figures} />
        </div>
      )}
    </>
  );
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
