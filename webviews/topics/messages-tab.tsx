import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Channel } from '../results/channel.ts';
import type { RowExtras } from '../results/grid-result.tsx';
import { Results } from '../results/results.tsx';
import type { RowWindow } from '../results/row-window.ts';
import type { Host } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import { count, time } from './format.ts';
import { Histogram, HistogramPlace } from './histogram.tsx';
import { MessageDetail } from './message-detail.tsx';
import type {
  HistogramState,
  MessagePlace,
  MessageView,
  ReadingState,
  ReadQuery,
  TopicMessage,
  TopicRequest,
  TopicState,
} from './messages.ts';
import { QueryBar } from './query-bar.tsx';

interface MessagesProps {
  readonly host: Host<TopicRequest, TopicMessage>;
  readonly channel: Channel;
  readonly topic: TopicState;
}

export const FIRST_QUERY: ReadQuery = {
  from: 'newest',
  offset: '0',
  time: null,
  toTime: null,
  partitions: [],
  limit: 100,
  filter: '',
  key: 'auto',
  value: 'auto',
  control: false,
  committed: false,
  fields: false,
};

/** Messages of a topic: which, in a grid, and one of them in full. */
export function Messages({ host, channel, topic }: MessagesProps) {
  const [query, setQuery] = useState(FIRST_QUERY);
  const [reading, setReading] = useState<ReadingState>();
  // Undefined until the first has come: then there is one, or none.
  const [histogram, setHistogram] = useState<HistogramState | null>();
  const [place, setPlace] = useState<MessagePlace>();
  const [message, setMessage] = useState<MessageView | string>();
  const opened = useRef(false);
  const shown = useRef('');
  const wanted = useRef<MessagePlace | undefined>(undefined);

  useEffect(
    () =>
      host.listen((heard) => {
        if (heard.type === 'reading') {
          setReading(heard.reading);
          // What is read may have been chosen elsewhere: in a group's view.
          if (heard.reading.result.id !== shown.current) setQuery(heard.reading.query);
          shown.current = heard.reading.result.id;
        } else if (heard.type === 'histogram') setHistogram(heard.histogram);
        else if (heard.type === 'message') {
          const { partition, offset } = wanted.current ?? {};
          if (heard.place.partition === partition && heard.place.offset === offset) setMessage(heard.message);
        }
      }),
    [host],
  );
  const read = useCallback(
    (next: ReadQuery): void => {
      setQuery(next);
      host.send({ type: 'read', query: next });
    },
    [host],
  );
  useEffect(() => read(FIRST_QUERY), [read]);

  const show = useCallback(
    (at: MessagePlace): void => {
      const same = wanted.current?.partition === at.partition && wanted.current.offset === at.offset;
      if (same) return;
      wanted.current = at;
      setPlace(at);
      setMessage(undefined);
      host.send({ type: 'message', place: at });
    },
    [host],
  );
  const extras = useMemo((): RowExtras => {
    const send = (verb: 'copy' | 'redrive' | 'edit') => (selected: readonly RowWindow[]) =>
      host.send({ type: 'messages', verb, places: placesIn(selected) });
    return {
      onOpen: (window, row) => {
        opened.current = true;
        const at = placeIn(window, row - window.from);
        if (at) show(at);
      },
      onRow: (window, row) => {
        const at = placeIn(window, row - window.from);
        if (opened.current && at) show(at);
      },
      actions: [
        { label: t('Copy messages to a topic…'), run: send('copy') },
        { label: t('Send again to their origin…'), run: send('redrive') },
        { label: t('Edit and produce…'), disabled: topic.readOnly, run: send('edit') },
      ],
    };
  }, [host, show, topic.readOnly]);
  const close = (): void => {
    opened.current = false;
    wanted.current = undefined;
    setPlace(undefined);
    setMessage(undefined);
  };
  const result = reading?.result;
  // Only another reading is another result: the grid keeps its place while one goes on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the result's id is what tells readings apart
  const initial = useMemo(() => result, [result?.id]);
  return (
    <>
      <QueryBar
        query={query}
        reading={reading}
        partitions={topic.partitions.map(({ partition }) => partition)}
        onRead={read}
        onStop={() => host.send({ type: 'stopReading' })}
        onPause={(paused) => host.send({ type: 'pauseReading', paused })}
      />
      {histogram === undefined && <HistogramPlace />}
      {histogram && (
        <Histogram
          histogram={histogram}
          chosen={chosenTimes(query)}
          onBrush={(from, to) => read({ ...query, from: 'timestamp', time: from, toTime: to })}
        />
      )}
      <Progress reading={reading} />
      <div className="mt-split">
        <div className="mt-grid">
          {reading && reading.kept === 0 && reading.phase === 'done' ? (
            <Empty reading={reading} />
          ) : initial ? (
            <Results key={initial.id} initial={initial} channel={channel} fill extras={extras} />
          ) : (
            <p role="status">{t('Reading…')}</p>
          )}
        </div>
        {place && (
          <MessageDetail
            place={place}
            message={message}
            readOnly={topic.readOnly}
            onCopy={(text) => host.send({ type: 'copyText', text })}
            onEdit={() => host.send({ type: 'messages', verb: 'edit', places: [place] })}
            onClose={close}
          />
        )}
      </div>
    </>
  );
}

function chosenTimes({ from, time: begin, toTime: to }: ReadQuery): { from: number; to: number } | undefined {
  return from === 'timestamp' && begin !== null && to !== null ? { from: begin, to } : undefined;
}

/** Partition and offset stand in the first two columns of every reading. */
function placeIn(window: RowWindow, i: number): MessagePlace | undefined {
  if (i < 0 || i >= window.length) return undefined;
  const [partition, offset] = [window.cells[0]?.(i), window.cells[1]?.(i)];
  return partition && offset ? { partition: Number(partition), offset } : undefined;
}

function placesIn(windows: readonly RowWindow[]): MessagePlace[] {
  return windows.flatMap((window) =>
    Array.from({ length: window.length }, (_, i) => placeIn(window, i)).filter((place) => place !== undefined),
  );
}

function Empty({ reading }: { readonly reading: ReadingState }) {
  const { filter, time: from } = reading.query;
  return (
    <p className="mt-empty" data-testid="no-messages">
      {filter !== ''
        ? t('No message fits the filter.')
        : from !== null && reading.query.from === 'timestamp'
          ? t('No message from {0} on.', time(from))
          : t('There are no messages here.')}
    </p>
  );
}

function Progress({ reading }: { readonly reading: ReadingState | undefined }) {
  if (!reading) return null;
  const { phase, scanned, kept, done, query, problem, notes } = reading;
  const live = phase === 'reading';
  const words = {
    reading: `${Math.floor(done * 100)} %`,
    following: t('following the end'),
    paused: t('paused'),
    done: t('done'),
    stopped: t('stopped'),
    failed: t('failed'),
  }[phase];
  return (
    <>
      <div className="mt-progress" role="status" data-testid="reading" data-phase={phase}>
        {live && (
          <span className="mt-meter" aria-hidden="true">
            <i style={{ width: `${Math.round(done * 100)}%` }} />
          </span>
        )}
        <span>
          {words} · {kept === 1 ? t('1 message') : t('{0} messages', count(kept))}
          {query.filter === '' ? '' : ` ${t('of {0} looked at', count(scanned))}`}
        </span>
        {notes.map((note) => (
          <span key={note} className="mt-warn">
            {note}
          </span>
        ))}
      </div>
      {problem !== null && (
        <div className="mt-alert" role="alert" data-testid="reading-problem">
          {problem}
        </div>
      )}
    </>
  );
}
