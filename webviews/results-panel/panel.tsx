import { type KeyboardEvent, useEffect, useState } from 'react';
import type { Phase, ResultState } from '../messages.ts';
import type { Channel } from '../results/channel.ts';
import { Results } from '../results/results.tsx';
import type { Host } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import { Sentence } from '../shared/sentence.tsx';
import type { HostToPanel, PanelToHost, RunState } from './messages.ts';

export interface ResultsPanelProps {
  readonly host: Host<PanelToHost, HostToPanel>;
  readonly channel: Channel;
}

const phases = (): Readonly<Record<Phase, string>> => ({
  starting: t('submitting'),
  running: t('running'),
  finished: t('finished'),
  failed: t('failed'),
  stopped: t('stopped'),
});

/** The results of statements that were run from files: a list, and the one that is looked at. */
export function ResultsPanel({ host, channel }: ResultsPanelProps) {
  const [runs, setRuns] = useState<readonly RunState[]>();
  const [shown, setShown] = useState<string>();
  useEffect(() => {
    const leave = host.listen((message) => {
      if (message.type !== 'runs') return;
      setRuns(message.runs);
      setShown(message.shown);
    });
    host.send({ type: 'hello' });
    return leave;
  }, [host]);
  const current = runs?.find(({ id }) => id === shown) ?? runs?.at(-1);
  if (!runs) return null;
  if (!current) {
    return (
      <div className="mp-empty" data-testid="panel-empty">
        <p>{t('No statement has been run from a file yet.')}</p>
        <p>
          <Sentence
            text={t('Choose {0} above a statement of a Flink SQL file, or press {1} in it.')}
            parts={[<b key="run">{t('Run')}</b>, <kbd key="keys">Ctrl+Enter</kbd>]}
          />
        </p>
      </div>
    );
  }
  const close = (id: string): void => host.send({ type: 'close', id });
  const onKeyDown = (event: KeyboardEvent, at: number): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -runs.length, End: runs.length }[event.key];
    if (event.key === 'Delete') close(runs[at]?.id ?? '');
    else if (step === undefined) return;
    else {
      const next = runs[Math.max(0, Math.min(runs.length - 1, at + step))];
      setShown(next?.id);
      document.getElementById(`tab-${next?.id}`)?.focus();
    }
    event.preventDefault();
  };
  return (
    <div className="mp">
      <div className="mp-list" role="tablist" aria-label={t('Results')} aria-orientation="vertical">
        {runs.map((run, i) => (
          <div key={run.id} className="mp-item">
            <button
              type="button"
              role="tab"
              id={`tab-${run.id}`}
              aria-selected={run === current}
              aria-controls="shown"
              tabIndex={run === current ? 0 : -1}
              data-testid="panel-run"
              title={`${run.file}, ${run.connection}\n${run.state.title}`}
              onClick={() => setShown(run.id)}
              onDoubleClick={() => host.send({ type: 'reveal', id: run.id })}
              onKeyDown={(event) => onKeyDown(event, i)}
            >
              <LiveMark run={run} channel={channel} />
              <span className="mp-title">{run.state.title}</span>
              <span className="mp-file">{run.file}</span>
            </button>
            <button
              type="button"
              className="mp-close"
              aria-label={t('Close the result of {0}', run.state.title)}
              title={t('Close, and stop it if it runs')}
              onClick={() => close(run.id)}
            >
              ×
            </button>
          </div>
        ))}
      </div>
      <div className="mp-shown" id="shown" role="tabpanel" aria-labelledby={`tab-${current.id}`}>
        <Results key={current.id} initial={current.state} channel={channel} fill />
      </div>
    </div>
  );
}

/** The phase of a run: the one that is looked at is told of by the host, of others the last is known that was heard. */
function LiveMark({ run, channel }: { readonly run: RunState; readonly channel: Channel }) {
  const [state, setState] = useState<ResultState>(run.state);
  useEffect(() => {
    setState(run.state);
    return channel.subscribe(run.id, (message) => {
      if (message.type === 'state') setState(message.state);
    });
  }, [channel, run.id, run.state]);
  return <span className={`mr-mark mr-${state.phase}`} role="img" aria-label={phases()[state.phase]} />;
}
