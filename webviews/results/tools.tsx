import type { RefObject } from 'react';
import { t } from '../shared/l10n.ts';
import { count } from './format.ts';
import type { Found } from './use-find.ts';
import type { Problem } from './use-rows.ts';

export interface FilterBarProps {
  readonly draft: string;
  readonly applied: string;
  readonly problem: Problem | undefined;
  /** Rows that are left, where a filter is applied. */
  readonly left: number | undefined;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onDraft: (text: string) => void;
  readonly onApply: (condition: string) => void;
}

/** A Flink SQL condition over the columns; Enter applies it, Escape takes it away. */
export function FilterBar({ draft, applied, problem, left, input, onDraft, onApply }: FilterBarProps) {
  return (
    <div className="mr-field">
      <input
        ref={input}
        type="text"
        className="mr-code"
        data-testid="filter-input"
        aria-label={t('Filter: a Flink SQL condition over the columns')}
        aria-invalid={problem !== undefined}
        placeholder={t('WHERE … a Flink SQL condition, then Enter')}
        spellCheck={false}
        value={draft}
        onChange={(event) => onDraft(event.target.value)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') onApply(draft.replace(/^\s*WHERE\s/i, '').trim());
          else if (event.key === 'Escape') {
            onDraft('');
            onApply('');
          }
        }}
      />
      {problem ? (
        <span className="mr-bad" role="alert" data-testid="filter-problem" title={problem.message}>
          {problem.message}
          {problem.end > problem.start && <> {t('· at “{0}”', draft.slice(problem.start, problem.end))}</>}
        </span>
      ) : (
        applied !== '' &&
        left !== undefined && (
          <span className="mr-quiet" role="status" data-testid="filter-left">
            {left === 1 ? t('1 row left') : t('{0} rows left', count(left))}
          </span>
        )
      )}
    </div>
  );
}

export interface FindBarProps {
  readonly text: string;
  readonly found: Found | undefined;
  /** Which of the found rows is in sight; -1 for none. */
  readonly at: number;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onText: (text: string) => void;
  readonly onGo: (by: 1 | -1) => void;
}

/** Looks for a text in all rows; Enter goes to the next, Shift+Enter to the one before, Escape takes it away. */
export function FindBar({ text, found, at, input, onText, onGo }: FindBarProps) {
  const words = !found
    ? ''
    : found.total === 0
      ? t('nowhere')
      : at < 0
        ? t('{0} rows', count(found.total))
        : t('{0} of {1} rows', count(at + 1), count(found.total));
  return (
    <div className="mr-field">
      <input
        ref={input}
        type="text"
        data-testid="find-input"
        aria-label={t('Find a text in all rows')}
        placeholder={t('Find')}
        spellCheck={false}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') onGo(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape') onText('');
        }}
      />
      <button
        type="button"
        className="mr-icon"
        aria-label={t('Row before')}
        title={t('Shift+Enter')}
        onClick={() => onGo(-1)}
      >
        ↑
      </button>
      <button type="button" className="mr-icon" aria-label={t('Next row')} title={t('Enter')} onClick={() => onGo(1)}>
        ↓
      </button>
      <span className="mr-quiet" role="status" data-testid="find-count">
        {words}
      </span>
    </div>
  );
}
