/** What the form of a Kafka connection and the extension tell each other. Secrets go one way: to the extension. */

/** A connection as the form edits it: every field a text. */
export interface KafkaDraft {
  readonly name: string;
  readonly bootstrap: string;
  readonly tls: boolean;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly keyStore: string;
  readonly checkHost: boolean;
  readonly sasl: 'none' | 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER';
  readonly user: string;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly scope: string;
  readonly registryUrl: string;
  readonly registryAuth: 'none' | 'basic' | 'bearer';
  readonly registryUser: string;
  readonly registryCa: string;
  /** `name = address` in each line. */
  readonly hosts: string;
  readonly readOnly: boolean;
}

export type KafkaSecretField = 'password' | 'clientSecret' | 'passphrase' | 'registryPassword' | 'registryToken';

/** Secrets that were typed; one that is left out stays as it is stored. */
export type TypedKafkaSecrets = { readonly [name in KafkaSecretField]?: string };

/** Fields that hold the path of a file. */
export type KafkaFileField = 'ca' | 'cert' | 'key' | 'keyStore' | 'registryCa';

/** Brokers that the workspace names. */
export interface KafkaProposal {
  readonly bootstrap: string;
  readonly registryUrl?: string;
  /** Where they are named, e.g. `orders.flink.sql, docker-compose.yml`. */
  readonly from: string;
}

export type FromKafkaForm =
  | { readonly type: 'ready' }
  | { readonly type: 'test'; readonly draft: KafkaDraft; readonly secrets: TypedKafkaSecrets; readonly run: number }
  | { readonly type: 'save'; readonly draft: KafkaDraft; readonly secrets: TypedKafkaSecrets }
  | { readonly type: 'pick'; readonly field: KafkaFileField }
  | { readonly type: 'cancel' };

export type ToKafkaForm =
  | {
      readonly type: 'load';
      readonly draft: KafkaDraft;
      readonly isNew: boolean;
      /** Which secrets are stored for these servers. */
      readonly stored: readonly KafkaSecretField[];
      /** Names that are taken. */
      readonly taken: readonly string[];
      readonly proposals: readonly KafkaProposal[];
    }
  | { readonly type: 'picked'; readonly field: KafkaFileField; readonly path: string }
  | { readonly type: 'tested'; readonly run: number; readonly outcome: KafkaTestOutcome }
  | { readonly type: 'problem'; readonly message: string };

export interface KafkaTestOutcome {
  /** `partly`: the brokers answer, the registry does not. */
  readonly kind: 'ok' | 'partly' | 'failed';
  readonly lines: readonly string[];
}
