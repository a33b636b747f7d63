import type { ReadQuery } from '../../webviews/topics/messages.ts';
import { GroupPanel, type GroupPanelParts } from './group-panel.ts';
import type { KafkaLink } from './link.ts';
import { TopicPanel, type TopicPanelParts } from './topic-panel.ts';
import { TopicsPanel } from './topics-panel.ts';

/** The views that are open, one of a topic, one of a group and one of a connection's topics. */
export class KafkaPanels {
  readonly #topicParts: Omit<TopicPanelParts, 'closed'>;
  readonly #groupParts: Omit<GroupPanelParts, 'closed'>;
  readonly #topics = new Map<string, TopicPanel>();
  readonly #groups = new Map<string, GroupPanel>();
  readonly #lists = new Map<string, TopicsPanel>();

  constructor(topicParts: Omit<TopicPanelParts, 'closed'>, groupParts: Omit<GroupPanelParts, 'closed'>) {
    this.#topicParts = topicParts;
    this.#groupParts = groupParts;
  }

  /** Opens a topic, or brings it to the front; `begin` says what of it is read. */
  topic(link: KafkaLink, name: string, begin?: Partial<ReadQuery>): TopicPanel {
    const key = `${link.name}\n${name}`;
    const opened = this.#topics.get(key);
    // The connection may be another by now.
    if (opened && opened.link === link) {
      opened.reveal();
      if (begin) opened.read(begin);
      return opened;
    }
    opened?.dispose();
    const closed = (): void => {
      if (this.#topics.get(key) === panel) this.#topics.delete(key);
    };
    const panel: TopicPanel = new TopicPanel(link, name, { ...this.#topicParts, closed }, begin);
    this.#topics.set(key, panel);
    return panel;
  }

  group(link: KafkaLink, id: string): void {
    const key = `${link.name}\n${id}`;
    const opened = this.#groups.get(key);
    if (opened && opened.link === link) {
      opened.reveal();
      return;
    }
    opened?.dispose();
    const closed = (): void => {
      if (this.#groups.get(key) === panel) this.#groups.delete(key);
    };
    const panel: GroupPanel = new GroupPanel(link, id, { ...this.#groupParts, closed });
    this.#groups.set(key, panel);
  }

  /** The view of a topic, where there is one. */
  opened(link: KafkaLink, name: string): TopicPanel | undefined {
    return this.#topics.get(`${link.name}\n${name}`);
  }

  /** Opens the list of a connection's topics, or brings it to the front. */
  topics(link: KafkaLink): void {
    const opened = this.#lists.get(link.name);
    if (opened && opened.link === link) {
      opened.reveal();
      return;
    }
    opened?.dispose();
    const panel: TopicsPanel = new TopicsPanel(link, {
      extension: this.#topicParts.extension,
      log: this.#topicParts.log,
      open: (of, topic) => void this.topic(of, topic),
      closed: () => {
        if (this.#lists.get(link.name) === panel) this.#lists.delete(link.name);
      },
    });
    this.#lists.set(link.name, panel);
  }

  /** Closes the view of a topic that is no more. */
  closeTopic(link: KafkaLink, name: string): void {
    this.opened(link, name)?.dispose();
  }

  /** Closes the view of a group that is no more. */
  closeGroup(link: KafkaLink, id: string): void {
    this.#groups.get(`${link.name}\n${id}`)?.dispose();
  }

  dispose(): void {
    for (const panel of [...this.#topics.values(), ...this.#groups.values(), ...this.#lists.values()]) panel.dispose();
  }
}
