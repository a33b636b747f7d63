import { useId, useState } from 'react';
import { t } from '../shared/l10n.ts';
import { count, fromLocalInput, localInput } from './format.ts';
import type { ResetPlanView, ResetRequest } from './messages.ts';

interface ResetProps {
  readonly topics: readonly string[];
  readonly isShare: boolean;
  readonly plan: ResetPlanView | string | null;
  readonly onPlan: (reset: ResetRequest) => void;
  readonly onApply: () => void;
  readonly onDrop: () => void;
}

const targets = (): readonly (readonly [ResetRequest['to'], string])[] => [
  ['earliest', t('the earliest offset')],
  ['latest', t('the end')],
  ['timestamp', t('a time')],
  ['offset', t('an offset')],
  ['shift', t('back or forth by')],
];

/** Sets the offsets of a group; first it is shown what that would do. */
export function Reset({ topics, isShare, plan, onPlan, onApply, onDrop }: ResetProps) {
  const id = useId();
  const [to, setTo] = useState<ResetRequest['to']>('earliest');
  const [value, setValue] = useState('0');
  const [time, setTime] = useState<number | null>(null);
  const [topic, setTopic] = useState('');
  const wrong =
    (to === 'offset' && !/^\d+$/.test(value.trim())) ||
    (to === 'shift' && !/^-?\d+$/.test(value.trim())) ||
    (to === 'timestamp' && time === null);
  const changed = (): void => {
    if (plan !== null) onDrop();
  };
  return (
    <section className="mt-section">
      <h2>{t('Reset offsets')}</h2>
      <form
        className="mt-bar"
        aria-label={t('Reset offsets')}
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong) onPlan({ to, value: value.trim(), time, topic });
        }}
      >
        <label className="mt-select" htmlFor={`${id}-topic`}>
          <span>{t('Topic')}</span>
          <select
            id={`${id}-topic`}
            value={topic}
            onChange={(event) => {
              setTopic(event.target.value);
              changed();
            }}
          >
            <option value="">{t('all')}</option>
            {topics.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <label className="mt-select" htmlFor={`${id}-to`}>
          <span>{t('To')}</span>
          <select
            id={`${id}-to`}
            value={to}
            onChange={(event) => {
              setTo(event.target.value as ResetRequest['to']);
              changed();
            }}
          >
            {targets()
              .filter(([target]) => !(isShare && target === 'shift'))
              .map(([target, words]) => (
                <option key={target} value={target}>
                  {words}
                </option>
              ))}
          </select>
        </label>
        {(to === 'offset' || to === 'shift') && (
          <input
            type="text"
            className="mt-input mt-short"
            aria-label={to === 'offset' ? t('Offset') : t('Messages, negative for back')}
            aria-invalid={wrong}
            value={value}
            onChange={(event) => {
              setValue(event.target.value);
              changed();
            }}
          />
        )}
        {to === 'timestamp' && (
          <input
            type="datetime-local"
            step="0.001"
            className="mt-input"
            aria-label={t('Time')}
            value={localInput(time)}
            onChange={(event) => {
              setTime(fromLocalInput(event.target.value));
              changed();
            }}
          />
        )}
        <button type="submit" className="mt-button" disabled={wrong}>
          {t('Show What Changes')}
        </button>
      </form>
      {typeof plan === 'string' && (
        <div className="mt-alert" role="alert">
          {plan}
        </div>
      )}
      {plan !== null && typeof plan !== 'string' && <Plan plan={plan} onApply={onApply} />}
    </section>
  );
}

function Plan({ plan, onApply }: { readonly plan: ResetPlanView; readonly onApply: () => void }) {
  const changes = plan.partitions.filter(({ from, to }) => from !== to).length;
  return (
    <div data-testid="reset-plan">
      <table className="mt-table">
        <thead>
          <tr>
            <th scope="col">{t('Topic')}</th>
            <th scope="col" className="mt-number">
              {t('Partition')}
            </th>
            <th scope="col" className="mt-number">
              {t('Now')}
            </th>
            <th scope="col" className="mt-number">
              {t('Then')}
            </th>
            <th scope="col" className="mt-number">
              {t('Change')}
            </th>
            <th scope="col">{t('Note')}</th>
          </tr>
        </thead>
        <tbody>
          {plan.partitions.map((one) => (
            <tr key={`${one.topic} ${one.partition}`} className={one.from === one.to ? 'mt-quiet' : undefined}>
              <td>{one.topic}</td>
              <td className="mt-number">{one.partition}</td>
              <td className="mt-number">{one.from === null ? t('none') : count(one.from)}</td>
              <td className="mt-number">{count(one.to)}</td>
              <td className="mt-number">{one.from === null ? '' : difference(one.from, one.to)}</td>
              <td>{one.note ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {plan.refusal !== null && (
        <div className="mt-alert" role="alert" data-testid="reset-refusal">
          {plan.refusal}
        </div>
      )}
      <div className="mt-bar">
        <button
          type="button"
          className="mt-button mt-primary"
          disabled={plan.refusal !== null || changes === 0}
          onClick={onApply}
        >
          {changes === 1 ? t('Set Offsets of 1 Partition…') : t('Set Offsets of {0} Partitions…', changes)}
        </button>
        <span className="mt-quiet">{t('Nothing has been changed yet.')}</span>
      </div>
    </div>
  );
}

function difference(from: string, to: string): string {
  const by = BigInt(to) - BigInt(from);
  return by === 0n ? t('as it is') : `${by > 0n ? '+' : '−'}${count(String(by < 0n ? -by : by))}`;
}
