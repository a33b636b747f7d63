import * as vscode from 'vscode';
import type { KafkaAdmin } from '../../clients/kafka/admin/types.ts';
import { HistogramCounter } from '../../topics/filter/histogram.ts';
import {
  type HistogramState,
  type MessagePlace,
  type ReadQuery,
  TOPIC_TABS,
  type TopicMessage,
  type TopicRequest,
  type TopicTab,
} from '../../webviews/topics/messages.ts';
import { report } from '../commands.ts';
import { Poller } from '../jobs/poller.ts';
import type { Log } from '../log.ts';
import type { ResultActions } from '../notebook/result-hub.ts';
import { ResultHub } from '../notebook/result-hub.ts';
import type { RowFilters } from '../results/row-filters.ts';
import { openPanel, type Panel } from '../webviews/panel.ts';
import type { Conditions } from './conditions.ts';
import { consumersOf } from './consumers.ts';
import { fetchMessages } from './fetch-messages.ts';
import { countsState, timeOverview } from './histogram.ts';
import type { JobLags } from './job-lags.ts';
import type { KafkaLink } from './link.ts';
import { messageView } from './message-view.ts';
import { Reading } from './reading.ts';
import { configView, TopicRates, topicState } from './topic-state.ts';

export interface TopicPanelParts {
  readonly extension: vscode.Uri;
  readonly log: Log;
  readonly actions: ResultActions;
  readonly filters: RowFilters;
  readonly conditions: Conditions;
  readonly jobLags: Pick<JobLags, 'of'>;
  /** What else a topic's view asks for: it concerns the window. */
  readonly ask: (panel: TopicPanel, request: TopicRequest) => Promise<void>;
  readonly closed: () => void;
}

const EVERY_MS = 3000;
let lastReading = 0;

/** The view of one topic. */
export class TopicPanel {
  readonly link: KafkaLink;
  readonly topic: string;
  readonly #parts: TopicPanelParts;
  readonly #panel: Panel<TopicMessage>;
  readonly #hub: ResultHub<TopicPanel>;
  readonly #rates = new TopicRates();
  readonly #poller: Poller;
  #tab: TopicTab = 'messages';
  #reading: Reading | undefined;
  #overview: HistogramState | null = null;
  #overviewOf = '';
  #abort = new AbortController();
  /** What is to be read when the page asks first, instead of the newest. */
  #begin: Partial<ReadQuery> | undefined;
  #choice: Pick<ReadQuery, 'key' | 'value'> = { key: 'auto', value: 'auto' };

  constructor(link: KafkaLink, topic: string, parts: TopicPanelParts, begin?: Partial<ReadQuery>) {
    this.link = link;
    this.topic = topic;
    this.#parts = parts;
    this.#begin = begin;
    this.#hub = new ResultHub<TopicPanel>((message) => this.#panel.send(message), parts.actions);
    this.#poller = new Poller(
      (signal) => this.#look(signal),
      (error) => this.#panel.send({ type: 'offline', message: wordsOf(error) }),
    );
    this.#panel = openPanel<TopicRequest, TopicMessage>(parts.extension, {
      viewType: 'millrace.topic',
      title: topic,
      script: 'topics',
      receive: (request) => {
        this.#receive(request).catch((error: unknown) => report(parts.log, error, vscode.l10n.t('topic {0}', topic)));
      },
      visible: (visible) => (visible ? this.#poller.start() : this.#poller.stop()),
      closed: () => {
        this.#poller.stop();
        this.#abort.abort();
        this.#reading?.stop();
        this.#hub.dispose();
        parts.closed();
      },
    });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Reads other messages than those that are shown. */
  read(query: Partial<ReadQuery>): void {
    const current = this.#reading?.state.query;
    if (!current) this.#begin = query;
    else this.#begin = undefined;
    if (current) this.#start({ ...current, filter: '', ...query });
    this.#panel.send({ type: 'show', tab: 'messages' });
  }

  /** Reads what was read last once more; a live reading goes on. */
  readAgain(): void {
    const query = this.query;
    if (query && query.from !== 'live') this.#start(query);
  }

  show(tab: TopicTab): void {
    this.#tab = tab;
    this.#panel.send({ type: 'show', tab });
    this.#poller.again();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  send(message: TopicMessage): void {
    this.#panel.send(message);
  }

  /** Something was done to the topic. */
  changed(): void {
    this.#overviewOf = '';
    this.#poller.again();
  }

  /** The formats that are chosen. */
  get choice(): Pick<ReadQuery, 'key' | 'value'> {
    return this.#choice;
  }

  /** What is read, or was last. */
  get query(): ReadQuery | undefined {
    return this.#reading?.state.query;
  }

  /** Shows that something is under way. */
  async busy<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.#panel.send({ type: 'busy', what });
    try {
      return await work();
    } finally {
      this.#panel.send({ type: 'busy', what: null });
      this.changed();
    }
  }

  async #look(signal: AbortSignal): Promise<number> {
    const admin = await this.link.admin();
    const detail = await admin.topic(this.topic, signal);
    const list = this.link.topics ?? (await this.link.listTopics(signal));
    const summary = list.items.find(({ name }) => name === this.topic);
    const state = topicState(this.link, detail, summary, this.#rates.look(detail, performance.now()));
    this.#panel.send({ type: 'topic', state, tab: this.#tab });
    if (this.#tab === 'consumers') {
      await this.#sendConsumers(admin, signal);
      this.#panel.send({ type: 'jobs', jobs: await this.#parts.jobLags.of(detail, signal) });
    }
    return EVERY_MS;
  }

  async #receive(request: TopicRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        this.#poller.again();
        return;
      case 'tab':
        this.#tab = TOPIC_TABS.find((tab) => tab === request.tab) ?? 'messages';
        await this.#open(this.#tab, request);
        return;
      case 'read': {
        const begin = this.#begin;
        this.#begin = undefined;
        this.#start(begin ? { ...request.query, ...begin } : request.query);
        return;
      }
      case 'stopReading':
        this.#reading?.stop();
        return;
      case 'pauseReading':
        this.#reading?.pause(request.paused);
        return;
      case 'message':
        await this.#sendMessage(request.place);
        return;
      case 'copyText':
        await vscode.env.clipboard.writeText(request.text);
        return;
      case 'setConfig':
        await this.busy(vscode.l10n.t('Setting {0}…', Object.keys(request.changes).join(', ')), async () => {
          await (await this.link.admin()).alterConfigs(this.topic, request.changes);
          await this.link.listTopics();
        });
        await this.#sendConfigs();
        return;
      case 'act':
      case 'messages':
      case 'openGroup':
      case 'openTable':
      case 'showJob':
        await this.#parts.ask(this, request);
        return;
      default:
        this.#hub.receive(request, this);
    }
  }

  async #open(tab: TopicTab, request: TopicRequest): Promise<void> {
    if (tab === 'configuration') await this.#sendConfigs();
    else if (tab === 'consumers') this.#poller.again();
    else if (tab === 'sql') await this.#parts.ask(this, request);
  }

  #start(query: ReadQuery): void {
    this.#readNow(query).catch((error: unknown) =>
      report(this.#parts.log, error, vscode.l10n.t('reading {0}', this.topic)),
    );
  }

  async #readNow(query: ReadQuery): Promise<void> {
    this.#reading?.stop();
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    if (this.#reading) this.#hub.remove(this.#reading.store.id);
    this.#choice = { key: query.key, value: query.value };
    const [admin, decoder] = await Promise.all([this.link.admin(), this.link.decoder()]);
    if (signal.aborted) return;
    const counter = query.filter === '' ? undefined : new HistogramCounter();
    const reading: Reading = new Reading({
      id: `topic-${++lastReading}`,
      topic: this.topic,
      query,
      admin,
      decoder,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      limit: vscode.workspace.getConfiguration().get<number>('millrace.results.maxRows', 100_000),
      filters: this.#parts.filters,
      openFilter: (stop) => this.#parts.conditions.open(this.link, this.topic, query, stop),
      problemOf: (error) => this.#parts.conditions.problemOf(error),
      ...(counter && { counted: (page, chosen) => counter.add(page, chosen) }),
      changed: (state) => {
        if (this.#reading !== reading) return;
        this.#panel.send({ type: 'reading', reading: state });
        if (counter) this.#panel.send({ type: 'histogram', histogram: countsState(counter.take()) });
      },
    });
    this.#reading = reading;
    this.#hub.add(reading.store, { stop: () => reading.stop() });
    const done = reading.run();
    if (query.filter === '') {
      // The brokers answer one question of a connection after the other: the messages first.
      if (query.from !== 'live') await done;
      if (!signal.aborted) await this.#sendOverview(admin, query, signal);
    }
    await done;
  }

  /** How all messages lie in time. That it cannot be told is no reason to show no messages. */
  async #sendOverview(admin: KafkaAdmin, query: ReadQuery, signal: AbortSignal): Promise<void> {
    const key = query.partitions.join();
    if (this.#overviewOf !== `${this.topic} ${key}`) {
      try {
        this.#overview = (await timeOverview(admin, this.topic, query.partitions, signal)) ?? null;
        this.#overviewOf = `${this.topic} ${key}`;
      } catch (error) {
        if (!signal.aborted) this.#parts.log.info(`times of ${this.topic}: ${wordsOf(error)}`);
        this.#overview = null;
      }
    }
    if (!signal.aborted) this.#panel.send({ type: 'histogram', histogram: this.#overview });
  }

  async #sendMessage(place: MessagePlace): Promise<void> {
    try {
      const [admin, decoder] = await Promise.all([this.link.admin(), this.link.decoder()]);
      const [found] = await fetchMessages(admin, this.topic, [place], AbortSignal.timeout(15_000));
      if (!found) throw new Error(vscode.l10n.t('The message is gone: it was deleted or compacted meanwhile.'));
      const [decoded] = await decoder.decode([found.message], this.#choice);
      if (!decoded) throw new Error(vscode.l10n.t('The message could not be decoded.'));
      this.#panel.send({ type: 'message', place, message: messageView(decoded, found.batch) });
    } catch (error) {
      this.#panel.send({ type: 'message', place, message: wordsOf(error) });
    }
  }

  async #sendConfigs(): Promise<void> {
    try {
      const configs = await (await this.link.admin()).configs(this.topic);
      this.#panel.send({ type: 'configs', configs: configs.map(configView) });
    } catch (error) {
      this.#panel.send({ type: 'configs', configs: wordsOf(error) });
    }
  }

  async #sendConsumers(admin: KafkaAdmin, signal: AbortSignal): Promise<void> {
    try {
      this.#panel.send({ type: 'consumers', consumers: await consumersOf(admin, this.topic, signal) });
    } catch (error) {
      signal.throwIfAborted();
      this.#panel.send({ type: 'consumers', consumers: wordsOf(error) });
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
