import type { DatabaseAddress } from './database-client.ts';

/**
 * The parts of a `jdbc:` URL of Postgres or MySQL, as their drivers read it; undefined when it is neither
 * (`jdbc:postgresql://host:port,host2/database?key=value`, `jdbc:postgresql:database`, `jdbc:mysql://host:port/database?key=value`).
 */
export function parseJdbcUrl(url: string): DatabaseAddress | undefined {
  const match = /^jdbc:(postgresql|mysql|mariadb):(.*)$/s.exec(url.trim());
  if (!match) return undefined;
  const kind = match[1] === 'postgresql' ? 'postgresql' : 'mysql';
  const [before = '', ...query] = (match[2] as string).split('?');
  const properties: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(query.join('?'))) properties[key] = value;
  const port = kind === 'postgresql' ? 5432 : 3306;
  if (!before.startsWith('//')) {
    // Without a host only Postgres' form is one: the database on this machine.
    if (kind === 'mysql') return undefined;
    return { kind, hosts: [{ host: 'localhost', port }], database: decoded(before.replace(/^\//, '')), properties };
  }
  const slash = before.indexOf('/', 2);
  const authority = slash < 0 ? before.slice(2) : before.slice(2, slash);
  const hosts = authority.split(',').map((part) => hostAndPort(part, port));
  if (hosts.some((each) => each === undefined)) return undefined;
  return {
    kind,
    hosts: hosts as DatabaseAddress['hosts'],
    database: decoded(slash < 0 ? '' : before.slice(slash + 1)),
    properties,
  };
}

/** The URL with the values of parameters that are secrets replaced by `****`. */
export function maskedJdbcUrl(url: string): string {
  return url
    .replace(/([?&;](?:[^=&;]*(?:password|secret|token)[^=&;]*)=)[^&;]*/gi, '$1****')
    .replace(/(\/\/[^/@:]*:)[^/@]*@/, '$1****@');
}

function hostAndPort(text: string, fallback: number): { host: string; port: number } | undefined {
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(text);
  if (!match) return undefined;
  const host = (match[1] as string).replace(/^\[|\]$/g, '') || 'localhost';
  const port = match[2] === undefined ? fallback : Number(match[2]);
  return port > 0 && port < 65536 ? { host, port } : undefined;
}

function decoded(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A lone `%` is part of the name.
  }
}
