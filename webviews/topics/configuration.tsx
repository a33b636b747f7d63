import { useState } from 'react';
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
  if (configs === undefined) return <p role="status">Asking for the configuration…</p>;
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
        <input
          type="text"
          className="mt-input"
          aria-label="Find a config"
          placeholder="Find a config"
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
        <label className="mt-check">
          <input type="checkbox" checked={onlySet} onChange={(event) => setOnlySet(event.target.checked)} />
          Only those set for this topic
        </label>
        <span className="mt-quiet">
          {shown.length} of {configs.length}
        </span>
      </div>
      <table className="mt-table mt-configs" data-testid="configs">
        <thead>
          <tr>
            <th scope="col">Config</th>
            <th scope="col">Value</th>
            <th scope="col">Default</th>
            {!readOnly && <th scope="col">Change</th>}
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
                      <summary>About</summary>
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
                        aria-label={`Value of ${one.name}`}
                        // biome-ignore lint/a11y/noAutofocus: opened to be typed into
                        autoFocus
                        value={draft}
                        onChange={(event) => setDraft(event.target.value)}
                        onKeyDown={(event) => event.key === 'Escape' && setEditing(undefined)}
                      />
                      <button type="submit" className="mt-button mt-primary">
                        Set
                      </button>
                      <button type="button" className="mt-button" onClick={() => setEditing(undefined)}>
                        Cancel
                      </button>
                    </form>
                  ) : (
                    <>
                      {one.isSensitive ? <span className="mt-quiet">not told</span> : (one.value ?? '–')}
                      {own && <span className="mt-badge">set</span>}
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
                        aria-label={`Change ${one.name}`}
                        onClick={() => {
                          setEditing(one.name);
                          setDraft(one.value ?? '');
                        }}
                      >
                        Change
                      </button>
                    )}{' '}
                    {own && !one.isReadOnly && (
                      <button
                        type="button"
                        className="mt-link"
                        aria-label={`Set ${one.name} back to its default`}
                        onClick={() => onSet({ [one.name]: null })}
                      >
                        Default
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
