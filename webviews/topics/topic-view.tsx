import { useEffect, useState } from 'react';
import type { Channel } from '../results/channel.ts';
import type { Host } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import { Configuration } from './configuration.tsx';
import { Consumers } from './consumers.tsx';
import { bytes, count } from './format.ts';
import { JobsReading } from './jobs-reading.tsx';
import {
  type ConfigView,
  type ConsumerView,
  type JobLagView,
  type TableView,
  TOPIC_TABS,
  type TopicAction,
  type TopicMessage,
  type TopicRequest,
  type TopicState,
  type TopicTab,
  type UsageView,
} from './messages.ts';
import { Messages } from './messages-tab.tsx';
import { Partitions } from './partitions.tsx';
import { TopicSql } from './sql.tsx';
import { Tabs } from './tabs.tsx';

const titles = (): Readonly<Record<TopicTab, string>> => ({
  messages: t('Messages'),
  partitions: t('Partitions'),
  configuration: t('Configuration'),
  consumers: t('Consumers'),
  sql: 'SQL',
});

const actions = (): readonly (readonly [TopicAction, string, string])[] => [
  ['produce', t('Produce…'), t('Write messages, in an editor')],
  ['copyAll', t('Copy Messages…'), t('Copy all messages, or those that match, to a topic, of another cluster too')],
  ['addPartitions', t('Add Partitions…'), t('Kafka cannot take partitions away again')],
  ['purge', t('Purge…'), t('Delete the messages and keep the topic')],
  ['delete', t('Delete…'), t('Delete the topic')],
];

export interface TopicViewProps {
  readonly host: Host<TopicRequest, TopicMessage>;
  readonly channel: Channel;
  readonly first: TopicState;
  readonly firstTab?: TopicTab | undefined;
}

/** One topic: its messages, how it is kept, and who reads it. */
export function TopicView({ host, channel, first, firstTab = 'messages' }: TopicViewProps) {
  const [state, setState] = useState(first);
  const [offline, setOffline] = useState<string>();
  const [busy, setBusy] = useState<string | null>(null);
  const [tab, setTab] = useState<TopicTab>(firstTab);
  const [configs, setConfigs] = useState<readonly ConfigView[] | string>();
  const [consumers, setConsumers] = useState<readonly ConsumerView[] | string>();
  const [jobs, setJobs] = useState<readonly JobLagView[]>([]);
  const [table, setTable] = useState<TableView | string>();
  const [usage, setUsage] = useState<UsageView>();

  useEffect(() => {
    const open = (next: TopicTab): void => {
      setTab(next);
      host.send({ type: 'tab', tab: next });
    };
    return host.listen((message) => {
      if (message.type === 'topic') {
        setState(message.state);
        setOffline(undefined);
      } else if (message.type === 'offline') setOffline(message.message);
      else if (message.type === 'busy') setBusy(message.what);
      else if (message.type === 'configs') setConfigs(message.configs);
      else if (message.type === 'consumers') setConsumers(message.consumers);
      else if (message.type === 'jobs') setJobs(message.jobs);
      else if (message.type === 'table') setTable(message.table);
      else if (message.type === 'usage') setUsage(message.usage);
      else if (message.type === 'show') open(message.tab);
    });
  }, [host]);

  const open = (next: TopicTab): void => {
    setTab(next);
    host.send({ type: 'tab', tab: next });
  };
  const broken = state.partitions.filter(({ inSync, replicas }) => inSync.length < replicas.length).length;
  return (
    <main className={`mt${tab === 'messages' ? ' mt-fills' : ''}`}>
      <header>
        <h1>{state.name}</h1>
        <span className="mt-quiet" data-testid="topic-facts">
          {state.partitions.length === 1 ? t('1 partition') : t('{0} partitions', count(state.partitions.length))}
          {' · '}
          {state.cleanupPolicy.includes('compact')
            ? t('{0} offsets', count(state.offsets))
            : t('{0} messages', count(state.offsets))}
          {state.bytes === null ? '' : ` · ${bytes(Number(state.bytes))}`}
          {state.rate === null ? '' : ` · ${count(Math.round(state.rate))}/s`}
        </span>
        {state.cleanupPolicy.includes('compact') && <span className="mt-badge">{t('compacted')}</span>}
        {state.isInternal && <span className="mt-badge">{t('internal')}</span>}
        {state.readOnly && <span className="mt-badge">{t('read-only')}</span>}
        {broken > 0 && <span className="mt-badge mt-warn">{t('{0} under-replicated', broken)}</span>}
        <span className="mt-quiet">{state.connection}</span>
        {!state.readOnly && (
          <div className="mt-actions">
            {actions().map(([action, title, hint]) => (
              <button
                type="button"
                key={action}
                title={hint}
                disabled={busy !== null || (state.isInternal && action !== 'copyAll')}
                onClick={() => host.send({ type: 'act', action })}
              >
                {title}
              </button>
            ))}
          </div>
        )}
      </header>
      {offline !== undefined && (
        <div className="mt-alert" role="alert" data-testid="offline">
          <b>{t('No answer.')}</b> {t('{0}. It is asked again; what is shown is older.', offline)}
        </div>
      )}
      {busy !== null && (
        <p className="mt-note" role="status">
          {busy}
        </p>
      )}
      <Tabs
        label={t('Parts of the topic')}
        tabs={TOPIC_TABS.map((key) => ({ key, title: titles()[key] }))}
        tab={tab}
        onOpen={open}
      />
      {/* Stays while another part is looked at: a reading goes on and its rows are kept. */}
      <div
        role="tabpanel"
        id="panel-messages"
        aria-labelledby="tab-messages"
        className="mt-panel mt-messages"
        hidden={tab !== 'messages'}
      >
        <Messages host={host} channel={channel} topic={state} />
      </div>
      {tab !== 'messages' && (
        <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} className="mt-panel">
          {tab === 'partitions' && <Partitions topic={state} />}
          {tab === 'configuration' && (
            <Configuration
              configs={configs}
              readOnly={state.readOnly}
              onSet={(changes) => host.send({ type: 'setConfig', changes })}
            />
          )}
          {tab === 'consumers' && (
            <>
              <Consumers consumers={consumers} onOpen={(group) => host.send({ type: 'openGroup', group })} />
              <JobsReading jobs={jobs} onOpen={(job) => host.send({ type: 'showJob', job })} />
            </>
          )}
          {tab === 'sql' && <TopicSql host={host} table={table} usage={usage} />}
        </div>
      )}
    </main>
  );
}
