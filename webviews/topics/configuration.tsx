import { useState } from 'react';
import { t } from '../shared/l10n.ts';
import { FindInput } from './find-input.tsx';
import type { ConfigView } from './messages.ts';

interface ConfigurationProps {
  readonly configs: readonly ConfigView[] | string | undefined;
  readonly readOnly: boolean;
  /** Null sets back to the default. */
  readonly onSet: (changes: Readonly<Record<string, string | null>>) => void;
}

/** Configs of a topic. Each is set alone: all others stay as they are. */
export function Configuration({ configs, readOnly, onSet }: ConfigurationProps) {
  const [find, setFind] = useState('');
  const [onlySet, setOnlySet] = useState(false);
  const [editing, setEditing] = useState<string>();
  const [draft, setDraft] = useState('');
  if (configs === undefined) return <p role="status">{t('Asking for the configuration…')}</p>;
  if (typeof configs === 'string') {
    return (
      <div className="mt-alert" role="alert">
        {configs}
      </div>
    );
  }
  const shown = configs.filter(
    ({ name, source }) => name.includes(find.trim().toLowerCase()) && (!onlySet || source === 'topic'),
  );
  const save = (name: string): void => {
    onSet({ [name]: draft });
    setEditing(undefined);
  };
  return (
    <>
      <div className="mt-bar">
        <FindInput label={t('Find a config')} value={find} onChange={setFind} />
        <label className="mt-check">
          <input type="checkbox" checked={onlySet} onChange={(event) => setOnlySet(event.target.checked)} />
          {t('Only those set for this topic')}
        </label>
        <span className="mt-quiet">{t('{0} of {1}', shown.length, configs.length)}</span>
      </div>
      <table className="mt-table mt-configs" data-testid="configs">
        <thead>
          <tr>
            <th scope="col">{t('Config')}</th>
            <th scope="col">{t('Value')}</th>
            <th scope="col">{t('Default')}</th>
            {!readOnly && <th scope="col">{t('Change')}</th>}
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => {
            const own = one.source === 'topic';
            return (
              <tr key={one.name} data-config={one.name}>
                <td>
                  <code className={own ? 'mt-own' : undefined}>{one.name}</code>
                  {one.documentation !== '' && (
                    <details>
                      <summary>{t('About')}</summary>
                      <p>{one.documentation}</p>
                    </details>
                  )}
                </td>
                <td>
                  {editing === one.name ? (
                    <form
                      className="mt-edit"
                      onSubmit={(event) => {
                        event.preventDefault();
                        save(one.name);
                      }}
                    >
                      <input
                        type="text"
                        className="mt-input"
                        aria-label={t('Value of {0}', one.name)}
                        // biome-ignore lint/a11y/noAutofocus: opened to be typed into
                        autoFocus
                        value={draft}
                        onChange={(event) => setDraft(event.target.value)}
                        onKeyDown={(event) => event.key === 'Escape' && setEditing(undefined)}
                      />
                      <button type="submit" className="mt-button mt-primary">
                        {t('Set')}
                      </button>
                      <button type="button" className="mt-button" onClick={() => setEditing(undefined)}>
                        {t('Cancel')}
                      </button>
                    </form>
                  ) : (
                    <>
                      {one.isSensitive ? <span className="mt-quiet">{t('not told')}</span> : (one.value ?? '–')}
                      {own && <span className="mt-badge">{t('set')}</span>}
                    </>
                  )}
                </td>
                <td className="mt-quiet">{one.defaultValue ?? '–'}</td>
                {!readOnly && (
                  <td>
                    {!one.isReadOnly && editing !== one.name && (
                      <button
                        type="button"
                        className="mt-link"
                        aria-label={t('Change {0}', one.name)}
                        onClick={() => {
                          setEditing(one.name);
                          setDraft(one.value ?? '');
                        }}
                      >
                        {t('Change')}
                      </button>
                    )}{' '}
                    {own && !one.isReadOnly && (
                      <button
                        type="button"
                        className="mt-link"
                        aria-label={t('Set {0} back to its default', one.name)}
                        onClick={() => onSet({ [one.name]: null })}
                      >
                        {t('Default')}
                      </button>
                    )}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
