import type { GroupSummary, KafkaAdmin, TopicSummary } from '../../clients/kafka/admin/types.ts';
import {
  type RegistryConnection,
  SchemaRegistryAdmin,
  SchemaRegistryClient,
} from '../../clients/schema-registry/index.ts';
import type { MessageDecoder } from '../../topics/types.ts';
import { t } from '../../webviews/shared/l10n.ts';
import { propertiesOf, registryOf } from './properties.ts';
import type { KafkaSecretBook } from './secrets.ts';
import type { KafkaSetting } from './settings.ts';

/** What a connection needs of its surroundings. */
export interface LinkSources {
  readonly secrets: Pick<KafkaSecretBook, 'of'>;
  /** Where relative paths of certificates start. */
  readonly folder: () => string | undefined;
  /** Hosts of the environment in use. */
  readonly hosts: () => Promise<Readonly<Record<string, string>>>;
  /** Opens the client, which is loaded when it is first needed. */
  readonly openAdmin: (options: OpenAdmin) => Promise<KafkaAdmin>;
  /** Decoders are loaded with the first message. */
  readonly openDecoder: (schemas: SchemaRegistryClient | undefined) => Promise<MessageDecoder>;
}

export interface OpenAdmin {
  /** Java client properties. */
  readonly properties: Readonly<Record<string, string>>;
  readonly hosts: Readonly<Record<string, string>>;
  readonly isReadOnly: boolean;
}

/** What was listed last, or why it could not be. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly problem?: string;
}

interface OpenRegistry {
  readonly admin: SchemaRegistryAdmin;
  /** For decoders: keeps what never changes. */
  readonly schemas: SchemaRegistryClient;
}

/** One connection to Kafka and its registry: opened when something is asked of it, and one for all that ask. */
export class KafkaLink {
  readonly setting: KafkaSetting;
  readonly #sources: LinkSources;
  #admin: Promise<KafkaAdmin> | undefined;
  #registry: Promise<OpenRegistry | undefined> | undefined;
  #decoder: Promise<MessageDecoder> | undefined;
  #topics: Listed<TopicSummary> | undefined;
  #groups: Listed<GroupSummary> | undefined;
  #subjects: Listed<string> | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(setting: KafkaSetting, sources: LinkSources) {
    this.setting = setting;
    this.#sources = sources;
  }

  get name(): string {
    return this.setting.name;
  }

  get readOnly(): boolean {
    return this.setting.readOnly === true;
  }

  /** What was listed last; undefined before it was asked for. */
  get topics(): Listed<TopicSummary> | undefined {
    return this.#topics;
  }

  get groups(): Listed<GroupSummary> | undefined {
    return this.#groups;
  }

  get subjects(): Listed<string> | undefined {
    return this.#subjects;
  }

  /** Calls `listener` when a list has come. */
  onList(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Throws an Error with one readable line when brokers, secrets or certificates are wrong. */
  admin(): Promise<KafkaAdmin> {
    const opened = this.#admin ?? this.#open();
    this.#admin = opened;
    opened.catch(() => {
      if (this.#admin === opened) this.#admin = undefined;
    });
    return opened;
  }

  /** The registry, or an Error that says that there is none. */
  async registry(): Promise<SchemaRegistryAdmin> {
    const opened = await this.#openedRegistry();
    if (!opened) throw new Error(t('The connection {0} names no schema registry', this.name));
    return opened.admin;
  }

  /** Schemas by id, for those who read and write messages; undefined without a registry. */
  async schemas(): Promise<SchemaRegistryClient | undefined> {
    return (await this.#openedRegistry())?.schemas;
  }

  decoder(): Promise<MessageDecoder> {
    const opened = this.#decoder ?? this.schemas().then((schemas) => this.#sources.openDecoder(schemas));
    this.#decoder = opened;
    opened.catch(() => {
      if (this.#decoder === opened) this.#decoder = undefined;
    });
    return opened;
  }

  /** Lists topics anew; what goes wrong is in the answer. */
  async listTopics(signal?: AbortSignal): Promise<Listed<TopicSummary>> {
    this.#topics = await listed(async () => (await this.admin()).topics(signal), this.#topics);
    this.#tell();
    return this.#topics;
  }

  async listGroups(signal?: AbortSignal): Promise<Listed<GroupSummary>> {
    this.#groups = await listed(async () => (await this.admin()).groups(signal), this.#groups);
    this.#tell();
    return this.#groups;
  }

  async listSubjects(signal?: AbortSignal): Promise<Listed<string>> {
    this.#subjects = await listed(
      async () => (this.setting.registry ? (await this.registry()).subjects(false, signal) : []),
      this.#subjects,
    );
    this.#tell();
    return this.#subjects;
  }

  /** Ends what is open; the next question opens it anew, with the secrets and hosts of then. */
  reset(): void {
    const [admin, registry] = [this.#admin, this.#registry];
    this.#admin = undefined;
    this.#registry = undefined;
    this.#decoder = undefined;
    // What could not be opened has been told to those who asked.
    admin?.then((one) => one.close()).catch(() => undefined);
    registry
      ?.then((one) => {
        one?.admin.close();
        one?.schemas.close();
      })
      .catch(() => undefined);
  }

  async #open(): Promise<KafkaAdmin> {
    const { setting } = this;
    const hosts = { ...setting.hosts, ...(await this.#sources.hosts()) };
    const secrets = await this.#sources.secrets.of(setting);
    const properties = await propertiesOf(setting, secrets, hosts, this.#sources.folder());
    return this.#sources.openAdmin({ properties, hosts, isReadOnly: this.readOnly });
  }

  #openedRegistry(): Promise<OpenRegistry | undefined> {
    const opened = this.#registry ?? this.#openRegistry();
    this.#registry = opened;
    opened.catch(() => {
      if (this.#registry === opened) this.#registry = undefined;
    });
    return opened;
  }

  async #openRegistry(): Promise<OpenRegistry | undefined> {
    const { setting } = this;
    const { secrets, folder } = this.#sources;
    const hosts = { ...setting.hosts, ...(await this.#sources.hosts()) };
    const connection: RegistryConnection | undefined = await registryOf(
      setting,
      await secrets.of(setting),
      hosts,
      folder(),
    );
    if (!connection) return undefined;
    const admin = new SchemaRegistryAdmin({ connection, isReadOnly: this.readOnly });
    return { admin, schemas: new SchemaRegistryClient(connection) };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

async function listed<T>(ask: () => Promise<readonly T[]>, before: Listed<T> | undefined): Promise<Listed<T>> {
  try {
    return { items: await ask() };
  } catch (error) {
    return { items: before?.items ?? [], problem: error instanceof Error ? error.message : String(error) };
  }
}
