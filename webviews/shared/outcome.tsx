import { useEffect, useId } from 'react';
import { t } from './l10n.ts';

/** What a try of a connection gave. */
export interface ShownOutcome {
  readonly kind: 'ok' | 'partly' | 'failed';
  readonly lines: readonly string[];
}

interface OutcomeProps {
  readonly outcome: ShownOutcome | 'testing' | undefined;
  readonly headlines: Readonly<Record<ShownOutcome['kind'], string>>;
}

/** Tells what a try found, and comes into sight when it has. */
export function Outcome({ outcome, headlines }: OutcomeProps) {
  const id = useId();
  const done = outcome !== undefined && outcome !== 'testing';
  useEffect(() => {
    if (done) document.getElementById(id)?.scrollIntoView({ block: 'nearest' });
  }, [done, id]);
  return (
    <div role="status" aria-live="polite" className="mf-outcome" id={id}>
      {outcome === 'testing' && <div className="mf-found">{t('Asking the servers…')}</div>}
      {done && (
        <div className={`mf-found mf-${outcome.kind}`} data-testid="connection-outcome">
          <strong>{headlines[outcome.kind]}</strong>
          {outcome.lines.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </div>
      )}
    </div>
  );
}
