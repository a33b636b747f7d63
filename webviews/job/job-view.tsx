import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Host } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import { Checkpoints } from './checkpoints.tsx';
import { Exceptions } from './exceptions.tsx';
import { clock, duration } from './format.ts';
import {
  JOB_TABS,
  type JobAction,
  type JobTab,
  type JobViewMessage,
  type JobViewRequest,
  type JobViewState,
} from './messages.ts';
import { Overview } from './overview.tsx';
import { Servers, type ShownLog } from './servers.tsx';

const titles = (): Readonly<Record<JobTab, string>> => ({
  overview: t('Overview'),
  checkpoints: t('Checkpoints'),
  exceptions: t('Exceptions'),
  configuration: t('Configuration'),
  servers: t('Servers and Logs'),
});

const actions = (): readonly (readonly [JobAction, string, string])[] => [
  ['savepoint', t('Take Savepoint'), t('The job goes on')],
  ['stop', t('Stop with Savepoint'), t('The job ends; another can start from there')],
  ['cancel', t('Cancel'), t('The job ends at once, without a savepoint')],
  ['openUi', t('Open in Flink UI'), ''],
];

/** One job: what it does, how well, and what can be done with it. */
export function JobView({ host }: { readonly host: Host<JobViewRequest, JobViewMessage> }) {
  const [state, setState] = useState<JobViewState>();
  const [offline, setOffline] = useState<string>();
  const [busy, setBusy] = useState<string | null>(null);
  const [tab, setTab] = useState<JobTab>('overview');
  const [log, setLog] = useState<ShownLog>();

  useEffect(() => {
    const stop = host.listen((message) => {
      if (message.type === 'state') {
        setState(message.state);
        setOffline(undefined);
      } else if (message.type === 'offline') setOffline(message.message);
      else if (message.type === 'busy') setBusy(message.what);
      else setLog({ server: message.server, name: message.name, text: message.text });
    });
    host.send({ type: 'ready' });
    return stop;
  }, [host]);

  const open = (next: JobTab): void => {
    setTab(next);
    host.send({ type: 'tab', tab: next });
  };
  if (!state) {
    return (
      <main className="mj">
        {offline === undefined ? <p role="status">{t('Asking for the job…')}</p> : <Offline message={offline} />}
      </main>
    );
  }
  const failures = state.exceptions.length;
  const lasted = duration((state.endTime ?? state.now) - state.startTime);
  return (
    <main className="mj">
      <header>
        <h1>{state.name}</h1>
        <span className={`mj-state mj-${state.state.toLowerCase()}`} data-testid="job-state">
          {state.state}
        </span>
        <span className="mj-quiet">
          {state.ended ? t('ran {0}', lasted) : t('since {0}, {1}', clock(state.startTime, state.now), lasted)}
        </span>
        <span className="mj-quiet">
          {state.connection} · {state.server}
        </span>
        <code className="mj-quiet" title={t('Job ID')}>
          {state.id}
        </code>
        <div className="mj-actions">
          {actions()
            .filter(([action]) => state.actions.includes(action))
            .map(([action, title, hint]) => (
              <button
                type="button"
                key={action}
                title={hint}
                disabled={busy !== null && action !== 'openUi'}
                onClick={() => host.send({ type: 'action', action })}
              >
                {title}
              </button>
            ))}
        </div>
      </header>
      {offline !== undefined && <Offline message={offline} />}
      {busy !== null && (
        <p className="mj-note" role="status">
          {busy}
        </p>
      )}
      {state.topics.length > 0 && (
        <p className="mj-quiet" data-testid="job-topics">
          {t('Reads from Kafka:')}{' '}
          {state.topics.map((topic) => (
            <button
              type="button"
              key={topic}
              className="mj-link"
              title={t('Show the topic, with the lag of its readers')}
              onClick={() => host.send({ type: 'topic', topic })}
            >
              {topic}
            </button>
          ))}
        </p>
      )}
      {failures > 0 && tab !== 'exceptions' && <Failure state={state} onMore={() => open('exceptions')} />}
      <Tabs
        tab={tab}
        onOpen={open}
        badge={{
          exceptions: failures > 0 ? String(failures) : '',
          checkpoints: state.checkpoints.failed > 0 ? t('{0} failed', state.checkpoints.failed) : '',
        }}
      />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} className="mj-panel">
        {tab === 'overview' && <Overview state={state} />}
        {tab === 'checkpoints' && <Checkpoints state={state} onCopy={(text) => host.send({ type: 'copy', text })} />}
        {tab === 'exceptions' && (
          <Exceptions
            exceptions={state.exceptions}
            now={state.now}
            onOpen={(time) => host.send({ type: 'trace', time })}
          />
        )}
        {tab === 'configuration' && <Settings state={state} />}
        {tab === 'servers' && (
          <Servers
            servers={state.servers}
            log={log}
            onLog={(server, name) => host.send({ type: 'log', server, name })}
          />
        )}
      </div>
    </main>
  );
}

function Offline({ message }: { readonly message: string }) {
  return (
    <div className="mj-alert" role="alert" data-testid="offline">
      <b>{t('No answer.')}</b> {t('{0}. It is asked again; what is shown is older.', message)}
    </div>
  );
}

function Failure({ state, onMore }: { readonly state: JobViewState; readonly onMore: () => void }) {
  const [last] = state.exceptions;
  if (!last) return null;
  return (
    <div className="mj-alert" role={state.ended ? 'alert' : 'status'}>
      <b>{state.ended ? t('Failed') : t('Failed at {0} and started again', clock(last.time, state.now))}:</b>{' '}
      {last.message.split('\n', 1)[0]}{' '}
      <button type="button" className="mj-link" onClick={onMore}>
        {t('Show exceptions')}
      </button>
    </div>
  );
}

interface TabsProps {
  readonly tab: JobTab;
  readonly onOpen: (tab: JobTab) => void;
  readonly badge: Partial<Record<JobTab, string>>;
}

function Tabs({ tab, onOpen, badge }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const onKey = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    const next = JOB_TABS[(JOB_TABS.indexOf(tab) + by + JOB_TABS.length) % JOB_TABS.length] ?? tab;
    onOpen(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
    event.preventDefault();
  };
  return (
    <div role="tablist" aria-label={t('Parts of the job')} className="mj-tabs" ref={list} onKeyDown={onKey}>
      {JOB_TABS.map((each) => (
        <button
          type="button"
          role="tab"
          key={each}
          id={`tab-${each}`}
          aria-selected={each === tab}
          aria-controls={`panel-${each}`}
          tabIndex={each === tab ? 0 : -1}
          onClick={() => onOpen(each)}
        >
          {titles()[each]}
          {badge[each] && <span className="mj-badge">{badge[each]}</span>}
        </button>
      ))}
    </div>
  );
}

function Settings({ state: { settings } }: { readonly state: JobViewState }) {
  return (
    <table className="mj-table">
      <thead>
        <tr>
          <th scope="col">{t('Setting')}</th>
          <th scope="col">{t('Value')}</th>
        </tr>
      </thead>
      <tbody>
        {settings.map(({ key, value }) => (
          <tr key={key}>
            <td>
              <code>{key}</code>
            </td>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
