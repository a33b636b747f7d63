import { useEffect, useState } from 'react';
import type { Host } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import { FindInput } from './find-input.tsx';
import { bytes, count } from './format.ts';
import { firstOrder, found, ordered, TOPIC_COLUMNS, type TopicColumn, type TopicOrder } from './topic-order.ts';
import type { TopicRow, TopicsMessage, TopicsRequest, TopicsState } from './topics-messages.ts';

export interface TopicsViewProps {
  readonly host: Host<TopicsRequest, TopicsMessage>;
  readonly first: TopicsState;
}

/** All topics of a connection, to be searched and sorted. */
export function TopicsView({ host, first }: TopicsViewProps) {
  const [state, setState] = useState(first);
  const [offline, setOffline] = useState<string>();
  const [find, setFind] = useState('');
  const [withInternal, setWithInternal] = useState(false);
  const [order, setOrder] = useState<TopicOrder>({ column: 'name', descending: false });
  useEffect(
    () =>
      host.listen((message) => {
        if (message.type === 'offline') setOffline(message.message);
        else {
          setOffline(undefined);
          setState(message.state);
        }
      }),
    [host],
  );
  const shown = ordered(found(state.topics, find, withInternal), order);
  const problem = offline ?? state.problem;
  const sort = (column: TopicColumn): void =>
    setOrder(order.column === column ? { column, descending: !order.descending } : firstOrder(column));
  return (
    <main className="mt" aria-label={t('Topics of {0}', state.connection)}>
      <header>
        <h1>{t('Topics of {0}', state.connection)}</h1>
      </header>
      {problem && (
        <div className="mt-alert" role="alert">
          {problem}
        </div>
      )}
      <div className="mt-bar">
        <FindInput label={t('Find topics')} value={find} onChange={setFind} />
        <label className="mt-check">
          <input type="checkbox" checked={withInternal} onChange={(event) => setWithInternal(event.target.checked)} />
          {t('Internal topics, too')}
        </label>
        <span className="mt-quiet" role="status">
          {t('{0} of {1}', shown.length, state.topics.length)}
        </span>
      </div>
      {shown.length === 0 ? (
        <p className="mt-empty">{state.topics.length === 0 ? t('No topics yet') : t('No topic fits')}</p>
      ) : (
        <table className="mt-table mt-topics" data-testid="topics">
          <thead>
            <tr>
              {TOPIC_COLUMNS.map((column) => (
                <Head key={column} column={column} order={order} onSort={sort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((topic) => (
              <Topic key={topic.name} topic={topic} onOpen={(name) => host.send({ type: 'openTopic', topic: name })} />
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}

const isNumber = (column: TopicColumn): boolean => column !== 'name' && column !== 'cleanup';

function titleOf(column: TopicColumn): string {
  switch (column) {
    case 'name':
      return t('Topic');
    case 'partitions':
      return t('Partitions');
    case 'replicas':
      return t('Replicas');
    case 'bytes':
      return t('Size');
    case 'end':
      return t('Written');
    case 'rate':
      return t('Messages/s');
    case 'retention':
      return t('Kept for');
    default:
      return t('Cleanup');
  }
}

interface HeadProps {
  readonly column: TopicColumn;
  readonly order: TopicOrder;
  readonly onSort: (column: TopicColumn) => void;
}

function Head({ column, order, onSort }: HeadProps) {
  const isSorted = order.column === column;
  const sorted = isSorted ? (order.descending ? 'descending' : 'ascending') : 'none';
  return (
    <th scope="col" aria-sort={sorted} className={isNumber(column) ? 'mt-number' : undefined}>
      <button type="button" className="mt-sort" onClick={() => onSort(column)}>
        {titleOf(column)}
        <span aria-hidden="true">{isSorted ? (order.descending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

function Topic({ topic, onOpen }: { readonly topic: TopicRow; readonly onOpen: (name: string) => void }) {
  const { name, partitions, replicas, underReplicated, error, rate } = topic;
  return (
    <tr data-topic={name}>
      <td>
        <button type="button" className="mt-link" onClick={() => onOpen(name)}>
          {name}
        </button>
        {error !== null && <div className="mt-bad">{error}</div>}
      </td>
      <td className="mt-number">{partitions}</td>
      <td className="mt-number">
        {replicas}
        {underReplicated > 0 && (
          <b className="mt-bad" title={t('Partitions with replicas that are not in sync')}>
            {' '}
            {t('{0} behind', underReplicated)}
          </b>
        )}
      </td>
      <td className="mt-number">{topic.bytes === null ? '–' : bytes(Number(topic.bytes))}</td>
      <td className="mt-number">{topic.end === null ? '–' : count(topic.end)}</td>
      <td className="mt-number">{rate === null ? '–' : rateText(rate)}</td>
      <td className="mt-number">{retentionOf(topic)}</td>
      <td>{topic.cleanupPolicy === '' ? '–' : topic.cleanupPolicy}</td>
    </tr>
  );
}

/** Whole messages; a tenth where there are few. */
function rateText(rate: number): string {
  return rate > 0 && rate < 10 ? rate.toFixed(1) : count(Math.round(rate));
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

function retentionOf({ retentionMs, retentionBytes, cleanupPolicy }: TopicRow): string {
  if (retentionMs === null || cleanupPolicy === 'compact') return '–';
  const ms = Number(retentionMs);
  const [unit, name] = UNITS.find(([one]) => ms >= one && ms % one === 0) ?? [1, 'ms'];
  const time = ms < 0 ? t('for ever') : `${count(ms / unit)} ${name}`;
  const limit = retentionBytes === null || retentionBytes.startsWith('-') ? '' : bytes(Number(retentionBytes));
  return limit === '' ? time : t('{0}, {1} a partition', time, limit);
}
