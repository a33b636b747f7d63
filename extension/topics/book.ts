import { KafkaLink, type LinkSources } from './link.ts';
import { type KafkaSetting, readKafkaConnections } from './settings.ts';

/** The connections of the setting `millrace.kafkaConnections`. */
export class KafkaBook {
  readonly #sources: LinkSources;
  readonly #listeners = new Set<() => void>();
  #links: KafkaLink[] = [];
  #problems: readonly string[] = [];

  constructor(sources: LinkSources) {
    this.#sources = sources;
  }

  get links(): readonly KafkaLink[] {
    return this.#links;
  }

  /** One line for each entry that cannot be used. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  get settings(): readonly KafkaSetting[] {
    return this.#links.map(({ setting }) => setting);
  }

  find(name: string): KafkaLink | undefined {
    return this.#links.find((link) => link.name === name);
  }

  /** Takes the setting as it is now. Connections that stay the same stay the same objects. */
  read(value: unknown): void {
    const { connections, problems } = readKafkaConnections(value);
    this.#problems = problems;
    const known = new Map(this.#links.map((link) => [JSON.stringify(link.setting), link]));
    this.#links = connections.map((setting) => {
      const key = JSON.stringify(setting);
      const same = known.get(key);
      known.delete(key);
      if (same) return same;
      const link = new KafkaLink(setting, this.#sources);
      link.onList(() => this.#tell());
      return link;
    });
    for (const gone of known.values()) gone.reset();
    this.#tell();
  }

  /** Secrets or the environment are others now: what is open is opened anew. */
  reset(): void {
    for (const link of this.#links) link.reset();
    this.#tell();
  }

  /** Calls `listener` when connections or their lists change. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    for (const link of this.#links) link.reset();
    this.#listeners.clear();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
