import { t } from '../../webviews/shared/l10n.ts';
import { readNamed } from '../connections/read-named.ts';

/** One connection of the setting `millrace.kafkaConnections`: everything about it but its secrets. */
export interface KafkaSetting {
  readonly name: string;
  /** `host:port`, separated by commas. */
  readonly bootstrap: string;
  /** Left out: nothing is encrypted. */
  readonly tls?: KafkaTls;
  readonly sasl?: SaslMechanism;
  /** Of PLAIN and SCRAM. */
  readonly user?: string;
  readonly oauth?: OAuthSetting;
  readonly registry?: RegistrySetting;
  /** What brokers call themselves, `host:port` or a host, and where they are reached. Those of the environment come on top. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly readOnly?: boolean;
}

export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** Paths of files: absolute, from `~`, or from the workspace's folder. */
export interface KafkaTls {
  /** PEM. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** PKCS #12 or JKS, instead of `cert` and `key`. */
  readonly keyStore?: string;
  /** Must the certificate name the host? Default: yes. */
  readonly checkHost?: boolean;
}

/** The client credentials grant. */
export interface OAuthSetting {
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly scope?: string;
}

export const REGISTRY_AUTHS = ['none', 'basic', 'bearer'] as const;

export interface RegistrySetting {
  readonly url: string;
  readonly auth?: (typeof REGISTRY_AUTHS)[number];
  readonly user?: string;
  /** PEM file with the authorities to trust instead of the system's. */
  readonly ca?: string;
}

export interface ReadKafkaConnections {
  readonly connections: readonly KafkaSetting[];
  /** One line for each entry that cannot be used. */
  readonly problems: readonly string[];
}

type Entry = Readonly<Record<string, unknown>>;

/** Reads the setting as it comes out of settings.json, where anything may stand. */
export function readKafkaConnections(value: unknown): ReadKafkaConnections {
  const { entries: connections, problems } = readNamed(value, 'millrace.kafkaConnections', readKafkaConnection);
  return { connections, problems };
}

/** One entry, or what is wrong with it in one line that begins with `where`. */
export function readKafkaConnection(value: unknown, where: string): KafkaSetting | string {
  const entry = record(value) ?? {};
  const { name, bootstrap, sasl } = entry;
  if (typeof name !== 'string' || name.trim() === '') return t('{0} has no name', where);
  const here = `${where} (${name})`;
  if (typeof bootstrap !== 'string' || serversOf(bootstrap).length === 0)
    return t('{0} has no bootstrap servers', here);
  const wrong = serversOf(bootstrap).find((server) => !isServer(server));
  if (wrong !== undefined) return t('{0}: {1} is not host:port', here, wrong);
  if (sasl !== undefined && !SASL_MECHANISMS.some((one) => one === sasl)) {
    return t('{0}: sasl is not one of {1}', here, SASL_MECHANISMS.join(', '));
  }
  const tls = entry.tls === true ? {} : record(entry.tls);
  const oauth = record(entry.oauth);
  if (sasl === 'OAUTHBEARER' && (typeof oauth?.tokenEndpoint !== 'string' || typeof oauth.clientId !== 'string')) {
    return t('{0}: OAUTHBEARER needs oauth.tokenEndpoint and oauth.clientId', here);
  }
  const registry = record(entry.registry);
  if (registry && (typeof registry.url !== 'string' || !isHttp(registry.url))) {
    return t('{0}: registry has no http or https url', here);
  }
  if (registry?.auth !== undefined && !REGISTRY_AUTHS.some((one) => one === registry.auth)) {
    return t("{0}: the registry's auth is not one of {1}", here, REGISTRY_AUTHS.join(', '));
  }
  const hosts = record(entry.hosts);
  return {
    name,
    bootstrap: serversOf(bootstrap).join(','),
    ...(tls
      ? {
          tls: {
            ...texts(tls, ['ca', 'cert', 'key', 'keyStore']),
            ...(tls.checkHost === false ? { checkHost: false } : {}),
          },
        }
      : {}),
    ...(sasl === undefined ? {} : { sasl: sasl as SaslMechanism }),
    ...texts(entry, ['user']),
    ...(sasl === 'OAUTHBEARER' && oauth
      ? {
          oauth: {
            tokenEndpoint: String(oauth.tokenEndpoint),
            clientId: String(oauth.clientId),
            ...texts(oauth, ['scope']),
          },
        }
      : {}),
    ...(registry
      ? {
          registry: {
            url: String(registry.url),
            ...(texts(registry, ['auth', 'user', 'ca']) as Omit<RegistrySetting, 'url'>),
          },
        }
      : {}),
    ...(hosts ? { hosts: texts(hosts, Object.keys(hosts)) as Record<string, string> } : {}),
    ...(entry.readOnly === true ? { readOnly: true } : {}),
  };
}

/** `a:1, b:2` as its parts. */
export function serversOf(bootstrap: string): string[] {
  return bootstrap
    .split(',')
    .map((server) => server.trim())
    .filter((server) => server !== '');
}

export function isServer(text: string): boolean {
  const port = Number(/^.+:(\d{1,5})$/.exec(text)?.[1] ?? Number.NaN);
  return port > 0 && port < 65_536;
}

export function isHttp(text: string): boolean {
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}

function record(value: unknown): Entry | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function texts<K extends string>(entry: Entry, keys: readonly K[]): { [key in K]?: string } {
  const found: { [key in K]?: string } = {};
  for (const key of keys) {
    const value = entry[key];
    if (typeof value === 'string' && value !== '') found[key] = value;
  }
  return found;
}
