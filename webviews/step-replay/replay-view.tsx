import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { t } from '../shared/l10n.ts';
import { Replay } from './model.ts';
import { Changes, OperatorCard, ResultTable } from './parts.tsx';
import type { StepTrace } from './trace.ts';

export interface ReplayViewProps {
  readonly trace: StepTrace;
  /** Runs the statement once more; absent in an exported page. */
  readonly onAgain?: (() => void) | undefined;
  readonly onExport?: (() => void) | undefined;
}

const SPEEDS = [1, 2, 5, 10];

/** A query that goes on by a row, by a watermark, or by itself: what comes in, what each operator keeps and gives, what comes out. */
export function ReplayView({ trace, onAgain, onExport }: ReplayViewProps) {
  const replay = useMemo(() => new Replay(trace), [trace]);
  const [at, setAt] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(2);
  const last = replay.length - 1;
  const step = Math.min(at, last);
  const go = (to: number): void => setAt(Math.max(0, Math.min(last, to)));
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setInterval(() => setAt((before) => Math.min(last, before + 1)), 1000 / speed);
    return () => clearInterval(timer);
  }, [isPlaying, speed, last]);
  useEffect(() => {
    if (step >= last) setPlaying(false);
  }, [step, last]);
  if (replay.length === 0) return <Nothing trace={trace} />;

  const watermark = replay.nextWatermark(step);
  const keys = new Map<string, () => void>([
    ['ArrowRight', () => go(step + 1)],
    ['ArrowLeft', () => go(step - 1)],
    ['Home', () => go(0)],
    ['End', () => go(last)],
    ['w', () => watermark >= 0 && go(watermark)],
    ['p', () => setPlaying(!isPlaying)],
  ]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target instanceof HTMLSelectElement) return;
    // The slider has its own arrows.
    if (target instanceof HTMLInputElement && event.key.startsWith('Arrow')) return;
    const run = keys.get(event.key);
    if (!run) return;
    run();
    event.preventDefault();
  };
  const changes = replay.changes(step);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys for the whole page
    <div className="sr" onKeyDown={onKeyDown} data-testid="replay">
      <pre>{trace.statement.trim()}</pre>
      <div className="sr-bar" role="toolbar" aria-label={t('Steps')}>
        <button type="button" title={t('First step (Home)')} disabled={step === 0} onClick={() => go(0)}>
          {t('First')}
        </button>
        <button type="button" title={t('Back (←)')} disabled={step === 0} onClick={() => go(step - 1)}>
          {t('Back')}
        </button>
        <button
          type="button"
          className="sr-main"
          data-testid="replay-next"
          title={t('Next row (→)')}
          disabled={step === last}
          onClick={() => go(step + 1)}
        >
          {t('Next row')}
        </button>
        <button
          type="button"
          data-testid="replay-next-watermark"
          title={t('Up to where a watermark moves (w)')}
          disabled={watermark < 0}
          onClick={() => go(watermark)}
        >
          {t('Next watermark')}
        </button>
        <button
          type="button"
          data-testid="replay-play"
          aria-pressed={isPlaying}
          title={t('Go on by itself (p)')}
          disabled={step === last && !isPlaying}
          onClick={() => setPlaying(!isPlaying)}
        >
          {isPlaying ? t('Pause') : t('Play')}
        </button>
        <select
          aria-label={t('Rows a second')}
          value={speed}
          onChange={(event) => setSpeed(Number(event.target.value))}
        >
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {t('{0} a second', each)}
            </option>
          ))}
        </select>
        <input
          type="range"
          aria-label={t('Step')}
          min={0}
          max={last}
          value={step}
          onChange={(event) => go(Number(event.target.value))}
        />
        <span className="sr-at" role="status" data-testid="replay-at">
          {trace.end === 'limit'
            ? t('{0} of {1} recorded', step + 1, replay.length)
            : t('{0} of {1}', step + 1, replay.length)}
        </span>
        {onAgain && (
          <button type="button" title={t('Run the statement as it is now')} onClick={onAgain}>
            {t('Run again')}
          </button>
        )}
        {onExport && (
          <button type="button" data-testid="replay-export" onClick={onExport}>
            {t('Export as HTML')}
          </button>
        )}
      </div>
      {trace.end === 'failed' && step === last && (
        <div className="sr-error" role="alert" data-testid="replay-failure">
          {trace.message}
        </div>
      )}
      <div className="sr-body">
        <section aria-label={t('Input')}>
          <h2>{t('Input')}</h2>
          <Steps replay={replay} step={step} onStep={go} />
        </section>
        <section aria-label={t('Operators')}>
          <h2>{t('Operators')}</h2>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
          <div className="sr-scroll" tabIndex={0}>
            {replay.operators(step).map((operator, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the operators of a trace never change
              <OperatorCard key={i} operator={operator} />
            ))}
          </div>
        </section>
        <section aria-label={t('Output')}>
          <h2>{t('Output of this step')}</h2>
          <div className="sr-out">
            {changes.length > 0 ? (
              <Changes columns={replay.columns} changes={changes} />
            ) : (
              <span className="sr-quiet">{t('nothing')}</span>
            )}
          </div>
          <h2>{t('Result so far')}</h2>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
          <div className="sr-scroll" tabIndex={0}>
            <ResultTable columns={replay.columns} rows={replay.result(step)} />
          </div>
        </section>
      </div>
    </div>
  );
}

interface StepsProps {
  readonly replay: Replay;
  readonly step: number;
  readonly onStep: (step: number) => void;
}

/** Steps of a long trace that are in the page: those around the one at hand. */
const AROUND = 150;

function Steps({ replay, step, onStep }: StepsProps) {
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row of the step comes into sight when the step changes
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [step]);
  const from = Math.max(0, step - AROUND);
  const to = Math.min(replay.length, step + AROUND);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (by === undefined) return;
    onStep(step + by);
    event.preventDefault();
  };
  return (
    <div className="sr-scroll">
      <div
        ref={list}
        className="sr-steps"
        role="listbox"
        aria-label={t('Steps')}
        aria-activedescendant={`step-${step}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {Array.from({ length: to - from }, (_, i) => from + i).map((each) => {
          const { source, op, cells } = replay.input(each);
          const late = replay.lateIn(each);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and tells which option is meant
            <div
              key={each}
              id={`step-${each}`}
              role="option"
              aria-selected={each === step}
              title={`${source} ${op} ${cells.join(', ')}`}
              onClick={() => onStep(each)}
            >
              <span className="sr-no">{each + 1}</span>
              <span className="sr-quiet">{source}</span>
              <span>{cells.map((cell) => cell ?? 'NULL').join(', ')}</span>
              {late > 0 && <span className="sr-late">{t('late')}</span>}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Nothing({ trace }: { readonly trace: StepTrace }) {
  return (
    <div className="sr">
      <pre>{trace.statement.trim()}</pre>
      {trace.end === 'failed' ? (
        <div className="sr-error" role="alert" data-testid="replay-failure">
          {trace.message}
        </div>
      ) : (
        <p className="sr-empty">{t('No row has come.')}</p>
      )}
    </div>
  );
}
