import { useEffect, useState } from 'react';
import type { Channel } from '../results/channel.ts';
import type { Host } from '../shared/host.ts';
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

const TITLES: Readonly<Record<TopicTab, string>> = {
  messages: 'Messages',
  partitions: 'Partitions',
  configuration: 'Configuration',
  consumers: 'Consumers',
  sql: 'SQL',
};

const ACTIONS: readonly (readonly [TopicAction, string, string])[] = [
  ['produce', 'Produce…', 'Write messages, in an editor'],
  ['copyAll', 'Copy Messages…', 'Copy all messages, or those that match, to a topic, of another cluster too'],
  ['addPartitions', 'Add Partitions…', 'Kafka cannot take partitions away again'],
  ['purge', 'Purge…', 'Delete the messages and keep the topic'],
  ['delete', 'Delete…', 'Delete the topic'],
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
          {count(state.partitions.length)} {state.partitions.length === 1 ? 'partition' : 'partitions'} ·{' '}
          {count(state.offsets)} {state.cleanupPolicy.includes('compact') ? 'offsets' : 'messages'}
          {state.bytes === null ? '' : ` · ${bytes(Number(state.bytes))}`}
          {state.rate === null ? '' : ` · ${count(Math.round(state.rate))}/s`}
        </span>
        {state.cleanupPolicy.includes('compact') && <span className="mt-badge">compacted</span>}
        {state.isInternal && <span className="mt-badge">internal</span>}
        {state.readOnly && <span className="mt-badge">read-only</span>}
        {broken > 0 && <span className="mt-badge mt-warn">{broken} under-replicated</span>}
        <span className="mt-quiet">{state.connection}</span>
        {!state.readOnly && (
          <div className="mt-actions">
            {ACTIONS.map(([action, title, hint]) => (
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
          <b>No answer.</b> {offline}. It is asked again; what is shown is older.
        </div>
      )}
      {busy !== null && (
        <p className="mt-note" role="status">
          {busy}
        </p>
      )}
      <Tabs
        label="Parts of the topic"
        tabs={TOPIC_TABS.map((key) => ({ key, title: TITLES[key] }))}
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
