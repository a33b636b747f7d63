import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { ServerAccess, ServerAuth, TlsAccess } from '../../clients/http/index.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { ConnectionSecrets, ServerSecrets } from './secrets.ts';
import type { ConnectionSetting, TlsSetting } from './settings.ts';

export interface AccessSources {
  readonly secrets: ConnectionSecrets;
  /** Where relative paths of certificates start. */
  readonly folder: () => string | undefined;
}

/** How to reach one server of a connection, its secrets and certificates read. Throws an Error with one readable line. */
export async function accessOf(
  setting: ConnectionSetting,
  url: string,
  { secrets, folder }: AccessSources,
): Promise<ServerAccess> {
  const own = await secrets.of(url);
  const { proxy } = setting;
  const headers = { ...setting.headers };
  for (const name of setting.secretHeaders ?? []) {
    const value = own.headers?.[name];
    if (value === undefined)
      throw new Error(t('The connection {0} has no value for its header {1}', setting.name, name));
    headers[name] = value;
  }
  return {
    url,
    auth: authOf(setting, own),
    headers,
    tls: setting.tls && (await tlsOf(setting, setting.tls, own, folder())),
    proxy:
      proxy === undefined || proxy === 'none'
        ? proxy
        : { ...proxy, password: proxy.user && (await secrets.of(proxy.url)).password },
  };
}

function authOf(setting: ConnectionSetting, secrets: ServerSecrets): ServerAuth | undefined {
  const kind = setting.auth ?? (secrets.token === undefined ? undefined : 'bearer');
  if (kind === 'basic') return { kind, user: setting.user ?? '', password: secrets.password ?? '' };
  if (kind === 'bearer') return { kind, token: secrets.token ?? '' };
  // Without any, a user and password in the address still count.
  return kind === 'none' ? { kind } : undefined;
}

async function tlsOf(
  { name }: ConnectionSetting,
  tls: TlsSetting,
  { passphrase }: ServerSecrets,
  folder: string | undefined,
): Promise<TlsAccess> {
  const bytes = async (path: string | undefined, what: string): Promise<Buffer | undefined> => {
    if (path === undefined) return undefined;
    try {
      return await readFile(absolute(path, folder));
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
      throw new Error(t('The {0} of the connection {1} cannot be read: {2} ({3})', what, name, path, code), { cause });
    }
  };
  const text = async (path: string | undefined, what: string) => (await bytes(path, what))?.toString('utf8');
  return {
    ca: await text(tls.ca, t('file of trusted certificates')),
    cert: await text(tls.cert, t('client certificate')),
    key: await text(tls.key, t('key of the client certificate')),
    pfx: await bytes(tls.keyStore, t('key store')),
    passphrase,
    serverName: tls.serverName,
    acceptAnyCertificate: tls.acceptAnyCertificate,
  };
}

function absolute(path: string, folder: string | undefined): string {
  if (path.startsWith('~/')) return join(homedir(), path.slice(2));
  return isAbsolute(path) || folder === undefined ? path : join(folder, path);
}
