import { t } from '../../webviews/shared/l10n.ts';
import { type ConnectionSetting, readConnection, writtenConnection } from './settings.ts';

const KIND = 'millrace connections';

/** Connections as a file: what is secret is not in the settings, and a password in an address is left out. */
export function exportConnections(settings: readonly ConnectionSetting[]): string {
  const connections = settings.map((setting) =>
    writtenConnection({
      ...setting,
      url: withoutPassword(setting.url),
      ...(setting.jobManager === undefined ? {} : { jobManager: withoutPassword(setting.jobManager) }),
      ...(typeof setting.proxy === 'object'
        ? { proxy: { ...setting.proxy, url: withoutPassword(setting.proxy.url) } }
        : {}),
    }),
  );
  return `${JSON.stringify({ kind: KIND, connections }, null, 2)}\n`;
}

/** The connections of such a file. Throws an Error with one line that names what is wrong. */
export function importConnections(text: string): ConnectionSetting[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new Error(t('The file is not JSON'), { cause });
  }
  const { kind, connections } = (typeof content === 'object' && content !== null ? content : {}) as {
    kind?: unknown;
    connections?: unknown;
  };
  if (kind !== KIND || !Array.isArray(connections))
    throw new Error(t('The file holds no connections ("kind": "{0}")', KIND));
  return connections.map((entry, i) => {
    const read = readConnection(entry, `connections[${i}]`);
    if (typeof read === 'string') throw new Error(read);
    return read;
  });
}

function withoutPassword(text: string): string {
  const url = new URL(text);
  if (url.password === '') return text;
  url.password = '';
  return url.href;
}
