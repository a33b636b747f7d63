import { t } from '../../webviews/shared/l10n.ts';
import { readNamed } from './read-named.ts';

/** One connection of the setting `millrace.connections`: everything about it but its secrets. */
export interface ConnectionSetting {
  readonly name: string;
  /** REST address of the SQL Gateway. */
  readonly url: string;
  /** REST address of the JobManager; without it there is no list of jobs. */
  readonly jobManager?: string;
  /** Left out: a token where one is stored, else none. */
  readonly auth?: AuthKind;
  /** Of `basic`. */
  readonly user?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Names of headers whose values are secrets. */
  readonly secretHeaders?: readonly string[];
  readonly tls?: TlsSetting;
  readonly proxy?: ProxySetting | 'none';
  readonly readOnly?: boolean;
}

export const AUTH_KINDS = ['none', 'basic', 'bearer'] as const;
export type AuthKind = (typeof AUTH_KINDS)[number];

/** Paths of files: absolute, from `~`, or from the workspace's folder. */
export interface TlsSetting {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** PKCS #12, instead of `cert` and `key`. */
  readonly keyStore?: string;
  readonly serverName?: string;
  readonly acceptAnyCertificate?: boolean;
}

export interface ProxySetting {
  readonly url: string;
  readonly user?: string;
  /** In the form of NO_PROXY. */
  readonly except?: string;
}

export interface ReadConnections {
  readonly connections: readonly ConnectionSetting[];
  /** One line for each entry that cannot be used. */
  readonly problems: readonly string[];
}

type Entry = Readonly<Record<string, unknown>>;

/** Reads the setting as it comes out of settings.json, where anything may stand. */
export function readConnections(value: unknown): ReadConnections {
  const { entries: connections, problems } = readNamed(value, 'millrace.connections', readConnection);
  return { connections, problems };
}

/** One entry, or what is wrong with it in one line that begins with `where`. */
export function readConnection(value: unknown, where: string): ConnectionSetting | string {
  const entry: Entry = typeof value === 'object' && value !== null ? { ...value } : {};
  const { name, url, jobManager, auth } = entry;
  if (typeof name !== 'string' || name.trim() === '') return t('{0} has no name', where);
  const here = `${where} (${name})`;
  if (typeof url !== 'string' || !isHttp(url)) return t('{0} has no http or https url', here);
  if (jobManager !== undefined && (typeof jobManager !== 'string' || !isHttp(jobManager))) {
    return t('{0}: jobManager is not an http or https url', here);
  }
  if (auth !== undefined && !AUTH_KINDS.some((kind) => kind === auth)) {
    return t('{0}: auth is not one of {1}', here, AUTH_KINDS.join(', '));
  }
  const tls = record(entry.tls);
  const proxy = entry.proxy === 'none' ? 'none' : record(entry.proxy);
  if (proxy && proxy !== 'none' && (typeof proxy.url !== 'string' || !isHttp(proxy.url))) {
    return t('{0}: proxy has no http or https url', here);
  }
  const headers = record(entry.headers);
  return {
    name,
    url,
    ...(jobManager === undefined ? {} : { jobManager }),
    ...(auth === undefined ? {} : { auth: auth as AuthKind }),
    ...texts(entry, ['user']),
    ...(headers ? { headers: texts(headers, Object.keys(headers)) as Record<string, string> } : {}),
    ...(Array.isArray(entry.secretHeaders) ? { secretHeaders: entry.secretHeaders.map(String) } : {}),
    ...(tls
      ? {
          tls: {
            ...texts(tls, ['ca', 'cert', 'key', 'keyStore', 'serverName']),
            ...(tls.acceptAnyCertificate === true ? { acceptAnyCertificate: true } : {}),
          },
        }
      : {}),
    ...(proxy === 'none' ? { proxy } : {}),
    ...(proxy && proxy !== 'none' ? { proxy: { url: String(proxy.url), ...texts(proxy, ['user', 'except']) } } : {}),
    ...(entry.readOnly === true ? { readOnly: true } : {}),
  };
}

/** The entry without what equals its default, as it is written into settings.json. */
export function writtenConnection(setting: ConnectionSetting): Record<string, unknown> {
  const isEmpty = (value: unknown): boolean =>
    value === undefined ||
    value === '' ||
    value === false ||
    (typeof value === 'object' && value !== null && Object.values(value).every(isEmpty));
  const pruned = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, inner]) => !isEmpty(inner))
            .map(([key, inner]) => [key, pruned(inner)]),
        )
      : value;
  return pruned(setting) as Record<string, unknown>;
}

function isHttp(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
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
