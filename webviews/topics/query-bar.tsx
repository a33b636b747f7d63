import { useEffect, useId, useState } from 'react';
import { t } from '../shared/l10n.ts';
import { fromLocalInput, localInput } from './format.ts';
import { FORMATS, type Format, type ReadFrom, type ReadingState, type ReadQuery } from './messages.ts';

interface QueryBarProps {
  readonly query: ReadQuery;
  readonly reading: ReadingState | undefined;
  readonly partitions: readonly number[];
  readonly onRead: (query: ReadQuery) => void;
  readonly onStop: () => void;
  readonly onPause: (paused: boolean) => void;
}

const starts = (): readonly (readonly [ReadFrom, string])[] => [
  ['newest', t('Newest')],
  ['live', t('Live')],
  ['oldest', t('Oldest')],
  ['offset', t('From offset')],
  ['timestamp', t('From time')],
];
const LIMITS = [50, 100, 500, 1000, 10_000];

/** Which messages are read, in what formats, and through which filter. */
export function QueryBar({ query, reading, partitions, onRead, onStop, onPause }: QueryBarProps) {
  const [draft, setDraft] = useState(query);
  const [more, setMore] = useState(false);
  useEffect(() => setDraft(query), [query]);
  const running = reading?.phase === 'reading' || reading?.phase === 'following' || reading?.phase === 'paused';
  const change = (part: Partial<ReadQuery>): void => setDraft({ ...draft, ...part });
  /** What is chosen, not typed, is read at once. */
  const choose = (part: Partial<ReadQuery>): void => onRead({ ...draft, ...part });
  const isLive = reading?.query.from === 'live' && running;
  const wrongOffset = draft.from === 'offset' && !/^\d+$/.test(draft.offset.trim());
  return (
    <form
      className="mt-query"
      aria-label={t('Messages to read')}
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrongOffset) onRead(draft);
      }}
    >
      <div className="mt-bar">
        <Select
          label={t('Start')}
          value={draft.from}
          options={starts()}
          onChange={(from) => (from === 'offset' || from === 'timestamp' ? change({ from }) : choose({ from }))}
        />
        {draft.from === 'offset' && (
          <input
            type="text"
            inputMode="numeric"
            className="mt-input mt-short"
            aria-label={t('Offset')}
            aria-invalid={wrongOffset}
            value={draft.offset}
            onChange={(event) => change({ offset: event.target.value })}
          />
        )}
        {(draft.from === 'timestamp' || draft.from === 'oldest') && (
          <>
            {draft.from === 'timestamp' && (
              <TimeInput label={t('From time')} value={draft.time} onChange={(time) => change({ time })} />
            )}
            <span className="mt-quiet">{t('to')}</span>
            <TimeInput label={t('To time')} value={draft.toTime} onChange={(toTime) => change({ toTime })} />
          </>
        )}
        {draft.from !== 'live' && (
          <Select
            label={t('Messages')}
            value={String(draft.limit)}
            options={LIMITS.map((limit) => [String(limit), limit.toLocaleString('en')] as const)}
            onChange={(limit) => choose({ limit: Number(limit) })}
          />
        )}
        {partitions.length > 1 && (
          <PartitionPicker
            partitions={partitions}
            chosen={draft.partitions}
            onChange={(p) => choose({ partitions: p })}
          />
        )}
        <Select
          label={t('Key')}
          value={draft.key}
          options={FORMATS.map((f) => [f, f] as const)}
          onChange={(key: Format) => choose({ key })}
        />
        <Select
          label={t('Value')}
          value={draft.value}
          options={FORMATS.map((f) => [f, f] as const)}
          onChange={(value: Format) => choose({ value })}
        />
        <button type="button" className="mt-button" aria-expanded={more} onClick={() => setMore(!more)}>
          {t('Options')}
        </button>
        <span className="mt-space" />
        {isLive && (
          <button type="button" className="mt-button" onClick={() => onPause(reading.phase !== 'paused')}>
            {reading.phase === 'paused' ? t('Go On') : t('Pause')}
          </button>
        )}
        {running ? (
          <button type="button" className="mt-button" onClick={onStop}>
            {t('Stop')}
          </button>
        ) : (
          <button type="submit" className="mt-button mt-primary">
            {t('Read')}
          </button>
        )}
      </div>
      {more && (
        <div className="mt-bar">
          <Check
            label={t('A column for each field of the value')}
            checked={draft.fields}
            onChange={(fields) => choose({ fields })}
          />
          <Check label={t('Transaction markers')} checked={draft.control} onChange={(control) => choose({ control })} />
          <Check
            label={t('Only what is committed')}
            checked={draft.committed}
            onChange={(committed) => choose({ committed })}
          />
        </div>
      )}
      <FilterLine
        value={draft.filter}
        applied={query.filter}
        reading={reading}
        onChange={(filter) => change({ filter })}
        onClear={() => choose({ filter: '' })}
      />
    </form>
  );
}

interface FilterLineProps {
  readonly value: string;
  readonly applied: string;
  readonly reading: ReadingState | undefined;
  readonly onChange: (value: string) => void;
  readonly onClear: () => void;
}

/** A condition in Flink SQL; what is wrong with it is marked where it stands. */
function FilterLine({ value, applied, reading, onChange, onClear }: FilterLineProps) {
  const id = useId();
  const problem = reading?.query.filter === value ? (reading.filterProblem ?? undefined) : undefined;
  const { types } = reading ?? {};
  return (
    <div className="mt-filter">
      <div className="mt-bar">
        <label htmlFor={id}>WHERE</label>
        <input
          id={id}
          type="text"
          className="mt-input mt-sql"
          spellCheck={false}
          autoComplete="off"
          placeholder="value.amount > 100 AND headers['x'] = 'y'"
          title={types ? t('key {0}\nvalue {1}', types.key, types.value) : undefined}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-problem`}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        {applied !== '' && (
          <button type="button" className="mt-button" onClick={onClear}>
            {t('Clear')}
          </button>
        )}
      </div>
      <div id={`${id}-problem`}>
        {problem && (
          <div className="mt-bad" role="alert" data-testid="filter-problem">
            {problem.end > problem.start && (
              <pre className="mt-place">
                {value.slice(0, problem.start)}
                <mark>{value.slice(problem.start, problem.end)}</mark>
                {value.slice(problem.end)}
              </pre>
            )}
            {problem.message}
          </div>
        )}
      </div>
    </div>
  );
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

function Select<T extends string>({ label, value, options, onChange }: SelectProps<T>) {
  return (
    <label className="mt-select">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value as T)}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function Check({
  label,
  checked,
  onChange,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <label className="mt-check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

function TimeInput({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
}) {
  return (
    <input
      type="datetime-local"
      step="0.001"
      className="mt-input"
      aria-label={label}
      value={localInput(value)}
      onChange={(event) => onChange(fromLocalInput(event.target.value))}
    />
  );
}

interface PartitionPickerProps {
  readonly partitions: readonly number[];
  /** Empty: all. */
  readonly chosen: readonly number[];
  readonly onChange: (partitions: readonly number[]) => void;
}

function PartitionPicker({ partitions, chosen, onChange }: PartitionPickerProps) {
  const all = chosen.length === 0;
  return (
    <details className="mt-pick">
      <summary>{all ? t('All partitions') : t('Partitions {0}', chosen.join(', '))}</summary>
      <div className="mt-pop">
        <Check label={t('All')} checked={all} onChange={() => onChange([])} />
        {partitions.map((one) => (
          <Check
            key={one}
            label={String(one)}
            checked={!all && chosen.includes(one)}
            onChange={(checked) => {
              const next = checked ? [...chosen, one].sort((a, b) => a - b) : chosen.filter((other) => other !== one);
              onChange(next.length === partitions.length ? [] : next);
            }}
          />
        ))}
      </div>
    </details>
  );
}
