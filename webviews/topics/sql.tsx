import { useState } from 'react';
import type { Host } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import type { TableView, TopicMessage, TopicRequest, UsageView } from './messages.ts';

interface TopicSqlProps {
  readonly host: Host<TopicRequest, TopicMessage>;
  readonly table: TableView | string | undefined;
  readonly usage: UsageView | undefined;
}

/** The topic as a table, and what uses it already. */
export function TopicSql({ host, table, usage }: TopicSqlProps) {
  const [copied, setCopied] = useState(false);
  return (
    <>
      <section className="mt-section">
        <h2>{t('Used by')}</h2>
        {usage === undefined && <p role="status">{t('Looking through the workspace…')}</p>}
        {usage && usage.tables.length === 0 && usage.jobs.length === 0 && (
          <p className="mt-quiet">{t('No table of this workspace’s SQL and no running job names the topic.')}</p>
        )}
        {usage && (usage.tables.length > 0 || usage.jobs.length > 0) && (
          <ul className="mt-list" data-testid="usage">
            {usage.tables.map(({ name, file, line, uri }) => (
              <li key={`${uri} ${line}`}>
                {t('Table')}{' '}
                <button type="button" className="mt-link" onClick={() => host.send({ type: 'openTable', uri, line })}>
                  {name}
                </button>{' '}
                <span className="mt-quiet">
                  {file}:{line + 1}
                </span>
              </li>
            ))}
            {usage.jobs.map(({ id, name, state }) => (
              <li key={id}>
                {t('Job')}{' '}
                <button type="button" className="mt-link" onClick={() => host.send({ type: 'showJob', job: id })}>
                  {name}
                </button>{' '}
                <span className="mt-quiet">{state}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="mt-section">
        <h2>{t('As a table')}</h2>
        {table === undefined && <p role="status">{t('Reading messages to find the types…')}</p>}
        {typeof table === 'string' && (
          <div className="mt-alert" role="alert">
            {table}
          </div>
        )}
        {table !== undefined && typeof table !== 'string' && (
          <>
            <div className="mt-bar">
              <button
                type="button"
                className="mt-button mt-primary"
                onClick={() => host.send({ type: 'act', action: 'createTable' })}
              >
                {t('Open in New Notebook')}
              </button>
              <button
                type="button"
                className="mt-button"
                onClick={() => {
                  host.send({ type: 'copyText', text: table.ddl });
                  setCopied(true);
                }}
              >
                {copied ? t('Copied') : t('Copy')}
              </button>
            </div>
            <pre className="mt-code" data-testid="ddl">
              {table.ddl}
            </pre>
            {table.notes.length > 0 && (
              <ul className="mt-list">
                {table.notes.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            )}
          </>
        )}
      </section>
    </>
  );
}
