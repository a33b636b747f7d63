/** What the connection form and the extension tell each other. Secrets go one way: to the extension. */

/** A connection as the form edits it: every field a text. */
export interface ConnectionDraft {
  readonly name: string;
  readonly url: string;
  readonly jobManager: string;
  readonly auth: 'none' | 'basic' | 'bearer';
  readonly user: string;
  readonly headers: readonly HeaderDraft[];
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly keyStore: string;
  readonly serverName: string;
  readonly acceptAnyCertificate: boolean;
  /** `environment`: what HTTP_PROXY and its like say. */
  readonly proxy: 'environment' | 'none' | 'own';
  readonly proxyUrl: string;
  readonly proxyUser: string;
  readonly proxyExcept: string;
  readonly readOnly: boolean;
}

export interface HeaderDraft {
  readonly name: string;
  /** Of a secret one: empty leaves what is stored. */
  readonly value: string;
  readonly secret: boolean;
}

export type SecretName = 'password' | 'token' | 'passphrase' | 'proxyPassword';

/** Secrets that were typed; one that is left out stays as it is stored. */
export type TypedSecrets = { readonly [name in SecretName]?: string };

/** Fields that hold the path of a file. */
export type FileField = 'ca' | 'cert' | 'key' | 'keyStore';

export type FromForm =
  | { readonly type: 'ready' }
  | { readonly type: 'test'; readonly draft: ConnectionDraft; readonly secrets: TypedSecrets; readonly run: number }
  | { readonly type: 'save'; readonly draft: ConnectionDraft; readonly secrets: TypedSecrets }
  | { readonly type: 'pick'; readonly field: FileField }
  | { readonly type: 'cancel' };

export type ToForm =
  | {
      readonly type: 'load';
      readonly draft: ConnectionDraft;
      readonly isNew: boolean;
      /** Which secrets are stored for the server. */
      readonly stored: readonly SecretName[];
      /** Names that are taken. */
      readonly taken: readonly string[];
    }
  | { readonly type: 'picked'; readonly field: FileField; readonly path: string }
  | { readonly type: 'tested'; readonly run: number; readonly outcome: TestOutcome }
  | { readonly type: 'problem'; readonly message: string };

export interface TestOutcome {
  /** `partly`: the gateway answers, its JobManager does not. */
  readonly kind: 'ok' | 'partly' | 'failed';
  readonly lines: readonly string[];
}
