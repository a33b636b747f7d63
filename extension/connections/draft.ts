import type { ConnectionDraft, SecretName, TypedSecrets } from '../../webviews/connection-form/messages.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { ConnectionSecrets, SecretStore, ServerSecrets } from './secrets.ts';
import { type ConnectionSetting, readConnection, writtenConnection } from './settings.ts';

export const EMPTY_DRAFT: ConnectionDraft = {
  name: '',
  url: '',
  jobManager: '',
  auth: 'none',
  user: '',
  headers: [],
  ca: '',
  cert: '',
  key: '',
  keyStore: '',
  serverName: '',
  acceptAnyCertificate: false,
  proxy: 'environment',
  proxyUrl: '',
  proxyUser: '',
  proxyExcept: '',
  readOnly: false,
};

/** A connection as the form edits it. */
export function draftOf(setting: ConnectionSetting, hasToken: boolean): ConnectionDraft {
  const { tls = {}, proxy } = setting;
  const own = proxy === 'none' ? undefined : proxy;
  return {
    ...EMPTY_DRAFT,
    name: setting.name,
    url: setting.url,
    jobManager: setting.jobManager ?? '',
    auth: setting.auth ?? (hasToken ? 'bearer' : 'none'),
    user: setting.user ?? '',
    headers: [
      ...Object.entries(setting.headers ?? {}).map(([name, value]) => ({ name, value, secret: false })),
      ...(setting.secretHeaders ?? []).map((name) => ({ name, value: '', secret: true })),
    ],
    ca: tls.ca ?? '',
    cert: tls.cert ?? '',
    key: tls.key ?? '',
    keyStore: tls.keyStore ?? '',
    serverName: tls.serverName ?? '',
    acceptAnyCertificate: tls.acceptAnyCertificate ?? false,
    proxy: proxy === 'none' ? 'none' : own ? 'own' : 'environment',
    proxyUrl: own?.url ?? '',
    proxyUser: own?.user ?? '',
    proxyExcept: own?.except ?? '',
    readOnly: setting.readOnly ?? false,
  };
}

/** What the form says, as a connection. Throws an Error with one line where it cannot be one. */
export function settingOf(draft: ConnectionDraft): ConnectionSetting {
  const headers = draft.headers.filter(({ name }) => name.trim() !== '');
  const trimmed = (text: string): string => text.trim();
  const entry = writtenConnection({
    name: trimmed(draft.name),
    url: trimmed(draft.url),
    jobManager: trimmed(draft.jobManager),
    auth: draft.auth,
    user: draft.auth === 'basic' ? trimmed(draft.user) : '',
    headers: Object.fromEntries(
      headers.filter(({ secret }) => !secret).map(({ name, value }) => [trimmed(name), value]),
    ),
    secretHeaders: headers.filter(({ secret }) => secret).map(({ name }) => trimmed(name)),
    tls: {
      ca: trimmed(draft.ca),
      cert: trimmed(draft.cert),
      key: trimmed(draft.key),
      keyStore: trimmed(draft.keyStore),
      serverName: trimmed(draft.serverName),
      acceptAnyCertificate: draft.acceptAnyCertificate,
    },
    ...(draft.proxy === 'none' ? { proxy: 'none' } : {}),
    ...(draft.proxy === 'own'
      ? { proxy: { url: trimmed(draft.proxyUrl), user: trimmed(draft.proxyUser), except: trimmed(draft.proxyExcept) } }
      : {}),
    readOnly: draft.readOnly,
  });
  const read = readConnection(entry, t('The connection'));
  if (typeof read === 'string') throw new Error(read);
  return read;
}

/** Which secrets a connection's servers have. */
export async function storedSecrets(setting: ConnectionSetting, secrets: ConnectionSecrets): Promise<SecretName[]> {
  const own = await secrets.of(setting.url);
  const proxy = proxyOf(setting);
  const names: SecretName[] = (['password', 'token', 'passphrase'] as const).filter((name) => own[name]);
  if (proxy && (await secrets.of(proxy)).password) names.push('proxyPassword');
  return names;
}

/**
 * Keeps what was typed, for the gateway and for its JobManager: one login opens both. What is not typed stays; where the address is
 * new, nothing is taken over from the old one.
 */
export async function keepSecrets(
  setting: ConnectionSetting,
  draft: ConnectionDraft,
  typed: TypedSecrets,
  secrets: ConnectionSecrets,
): Promise<void> {
  const { proxyPassword, ...own } = typed;
  for (const url of serversOf(setting)) {
    const known = await secrets.of(url);
    const headers: Record<string, string> = {};
    for (const { name, value, secret } of draft.headers) {
      const kept = value === '' ? known.headers?.[name.trim()] : value;
      if (secret && kept !== undefined) headers[name.trim()] = kept;
    }
    const next: ServerSecrets = { ...known, ...own, headers };
    // The other kind's secret has no use any more.
    const { password: _password, ...withoutPassword } = next;
    const { token: _token, ...withoutToken } = setting.auth === 'basic' ? next : withoutPassword;
    await secrets.set(url, setting.auth === 'bearer' ? withoutPassword : withoutToken);
  }
  const proxy = proxyOf(setting);
  if (proxy && proxyPassword !== undefined) await secrets.change(proxy, { password: proxyPassword });
}

/** A store that holds what is typed over what is kept, so that a test changes nothing. */
export function overlay(store: SecretStore): SecretStore {
  const typed = new Map<string, string | undefined>();
  return {
    get: async (key) => (typed.has(key) ? typed.get(key) : store.get(key)),
    store: async (key, value) => void typed.set(key, value),
    delete: async (key) => void typed.set(key, undefined),
  };
}

/** The servers that have a connection's secrets. */
export function serversOf({ url, jobManager }: ConnectionSetting): string[] {
  return [...new Set([url, ...(jobManager === undefined ? [] : [jobManager])])];
}

function proxyOf({ proxy }: ConnectionSetting): string | undefined {
  return proxy === undefined || proxy === 'none' ? undefined : proxy.url;
}
