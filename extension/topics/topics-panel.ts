import * as vscode from 'vscode';
import type { TopicEnd, TopicSummary } from '../../clients/kafka/admin/types.ts';
import type { TopicRow, TopicsMessage, TopicsRequest } from '../../webviews/topics/topics-messages.ts';
import { report } from '../commands.ts';
import { Poller } from '../jobs/poller.ts';
import type { Log } from '../log.ts';
import { openPanel, type Panel } from '../webviews/panel.ts';
import { EndRates } from './end-rates.ts';
import type { KafkaLink, Listed } from './link.ts';

export interface TopicsPanelParts {
  readonly extension: vscode.Uri;
  readonly log: Log;
  readonly open: (link: KafkaLink, topic: string) => void;
  readonly closed: () => void;
}

/** Ends are one request to each broker; sizes and configs, which cost the brokers more, are asked for with every so manieth look. */
const EVERY_MS = 5000;
const LIST_EVERY = 6;
/** Of more topics than these the brokers are asked less often. */
const MANY = 1000;

/** The list of all topics of a connection, with how fast they grow. Nothing is asked while it is not in sight. */
export class TopicsPanel {
  readonly link: KafkaLink;
  readonly #panel: Panel<TopicsMessage>;
  readonly #poller: Poller;
  readonly #rates = new EndRates();
  readonly #unlisten: () => void;
  #ends: readonly TopicEnd[] = [];
  #looks = 0;

  constructor(link: KafkaLink, parts: TopicsPanelParts) {
    this.link = link;
    this.#poller = new Poller(
      (signal) => this.#look(signal),
      (error) => this.#panel.send({ type: 'offline', message: error instanceof Error ? error.message : String(error) }),
    );
    // Made, deleted or changed from elsewhere.
    this.#unlisten = link.onList(() => this.#show());
    this.#panel = openPanel<TopicsRequest, TopicsMessage>(parts.extension, {
      viewType: 'millrace.topics',
      title: vscode.l10n.t('Topics: {0}', link.name),
      script: 'topics',
      receive: (request) => {
        if (request.type === 'ready') this.#poller.again();
        else {
          try {
            parts.open(link, request.topic);
          } catch (error) {
            report(parts.log, error, vscode.l10n.t('topics of {0}', link.name));
          }
        }
      },
      visible: (visible) => (visible ? this.#poller.start() : this.#poller.stop()),
      closed: () => {
        this.#poller.stop();
        this.#unlisten();
        parts.closed();
      },
    });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #look(signal: AbortSignal): Promise<number> {
    const admin = await this.link.admin();
    if (this.#looks++ % LIST_EVERY === 0 || !this.link.topics) await this.link.listTopics(signal);
    this.#ends = await admin.topicEnds(signal);
    this.#rates.note(this.#ends, performance.now());
    this.#show();
    return EVERY_MS * Math.max(1, Math.ceil(this.#ends.length / MANY));
  }

  #show(): void {
    const list = this.link.topics;
    if (list) this.#panel.send({ type: 'topics', state: topicsState(this.link.name, list, this.#ends, this.#rates) });
  }
}

function topicsState(connection: string, list: Listed<TopicSummary>, ends: readonly TopicEnd[], rates: EndRates) {
  const endOf = new Map(ends.map(({ name, end }) => [name, end]));
  const topics = list.items.map(
    (one): TopicRow => ({
      name: one.name,
      isInternal: one.isInternal,
      partitions: one.partitions,
      replicas: one.replicas,
      underReplicated: one.underReplicated,
      bytes: textOf(one.bytes),
      end: textOf(endOf.get(one.name)),
      rate: rates.of(one.name) ?? null,
      cleanupPolicy: one.cleanupPolicy ?? '',
      retentionMs: textOf(one.retentionMs),
      retentionBytes: textOf(one.retentionBytes),
      error: one.error ?? null,
    }),
  );
  return { connection, topics, problem: list.problem ?? null };
}

const textOf = (value: bigint | undefined): string | null => (value === undefined ? null : String(value));
