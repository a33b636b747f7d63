import { t } from '../shared/l10n.ts';
import type { HeaderDraft } from './messages.ts';

interface HeadersProps {
  readonly headers: readonly HeaderDraft[];
  readonly isStored: boolean;
  readonly onChange: (headers: readonly HeaderDraft[]) => void;
}

/** Headers that are sent with every request. */
export function Headers({ headers, isStored, onChange }: HeadersProps) {
  const set = (index: number, part: Partial<HeaderDraft>): void =>
    onChange(headers.map((header, i) => (i === index ? { ...header, ...part } : header)));
  return (
    <fieldset>
      <legend className="mf-legend">{t('Headers')}</legend>
      {headers.map((header, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header has no identity but its place
        <div className="mf-row mf-field" key={i}>
          <input
            type="text"
            aria-label={t('Name of header {0}', i + 1)}
            placeholder="X-Header"
            spellCheck={false}
            value={header.name}
            onChange={(event) => set(i, { name: event.target.value })}
          />
          <input
            type={header.secret ? 'password' : 'text'}
            aria-label={t('Value of header {0}', i + 1)}
            placeholder={header.secret && isStored ? t('stored; type to replace it') : t('value')}
            autoComplete="off"
            spellCheck={false}
            value={header.value}
            onChange={(event) => set(i, { value: event.target.value })}
          />
          <label className="mf-row">
            <input
              type="checkbox"
              checked={header.secret}
              onChange={(event) => set(i, { secret: event.target.checked })}
            />
            {t('Secret')}
          </label>
          <button
            type="button"
            aria-label={t('Remove header {0}', i + 1)}
            onClick={() => onChange(headers.filter((_, other) => other !== i))}
          >
            {t('Remove')}
          </button>
        </div>
      ))}
      <button
        type="button"
        className="mf-plain"
        onClick={() => onChange([...headers, { name: '', value: '', secret: false }])}
      >
        {t('Add a header')}
      </button>
    </fieldset>
  );
}
