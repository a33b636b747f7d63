import type { SecretStore } from '../connections/secrets.ts';
import { type KafkaSetting, serversOf } from './settings.ts';

/** What is kept of a Kafka cluster and of its registry. */
export interface KafkaSecrets {
  /** Of PLAIN and SCRAM. */
  readonly password?: string;
  /** Of OAUTHBEARER. */
  readonly clientSecret?: string;
  /** Of the client's key or key store. */
  readonly passphrase?: string;
  readonly registryPassword?: string;
  readonly registryToken?: string;
}

export type KafkaSecretName = keyof KafkaSecrets;

/** Secrets belong to servers, not to a name: a workspace's settings may say where a name leads. */
export class KafkaSecretBook {
  readonly #store: SecretStore;

  constructor(store: SecretStore) {
    this.#store = store;
  }

  async of(setting: KafkaSetting): Promise<KafkaSecrets> {
    const { password, clientSecret, passphrase } = await this.#read(brokersKey(setting));
    const registry = setting.registry ? await this.#read(registryKey(setting.registry.url)) : {};
    const kept = { password, clientSecret, passphrase, ...registry };
    return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  }

  /** Changes what was typed; an empty text removes, what is left out stays. */
  async change(setting: KafkaSetting, typed: KafkaSecrets): Promise<void> {
    const { registryPassword, registryToken, ...brokers } = typed;
    await this.#write(brokersKey(setting), brokers);
    if (setting.registry) {
      await this.#write(registryKey(setting.registry.url), {
        ...(registryPassword === undefined ? {} : { registryPassword }),
        ...(registryToken === undefined ? {} : { registryToken }),
      });
    }
  }

  /** Forgets the secrets of a connection that `others` do not need. */
  async forget(setting: KafkaSetting, others: readonly KafkaSetting[]): Promise<void> {
    if (!others.some((other) => brokersKey(other) === brokersKey(setting)))
      await this.#store.delete(brokersKey(setting));
    const { registry } = setting;
    if (!registry) return;
    const key = registryKey(registry.url);
    if (!others.some((other) => other.registry && registryKey(other.registry.url) === key))
      await this.#store.delete(key);
  }

  async #read(key: string): Promise<KafkaSecrets> {
    const text = await this.#store.get(key);
    return text === undefined ? {} : (JSON.parse(text) as KafkaSecrets);
  }

  async #write(key: string, typed: KafkaSecrets): Promise<void> {
    if (Object.keys(typed).length === 0) return;
    const next = Object.entries({ ...(await this.#read(key)), ...typed }).filter(([, value]) => value);
    if (next.length === 0) await this.#store.delete(key);
    else await this.#store.store(key, JSON.stringify(Object.fromEntries(next)));
  }
}

function brokersKey({ bootstrap, user, oauth }: KafkaSetting): string {
  return `millrace.kafka ${serversOf(bootstrap).toSorted().join(',')} ${user ?? oauth?.clientId ?? ''}`;
}

function registryKey(url: string): string {
  return `millrace.registry ${new URL(url).origin}`;
}
