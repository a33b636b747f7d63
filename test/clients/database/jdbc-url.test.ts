import { describe, expect, it } from 'vitest';
import { maskedJdbcUrl, parseJdbcUrl } from '../../../clients/database/index.ts';

describe('jdbc: URLs', () => {
  it.each([
    ['jdbc:postgresql://db:5433/analytics', 'postgresql', 'db:5433', 'analytics', {}],
    [
      'jdbc:postgresql://db/a%20b?sslmode=require&currentSchema=x',
      'postgresql',
      'db:5432',
      'a b',
      { sslmode: 'require', currentSchema: 'x' },
    ],
    ['jdbc:postgresql://one:1,[::1]:2/d', 'postgresql', 'one:1 ::1:2', 'd', {}],
    ['jdbc:postgresql:d', 'postgresql', 'localhost:5432', 'd', {}],
    ['jdbc:postgresql://db', 'postgresql', 'db:5432', undefined, {}],
    ['jdbc:mysql://h:3307/d?useSSL=false', 'mysql', 'h:3307', 'd', { useSSL: 'false' }],
    ['jdbc:mariadb://h/d', 'mysql', 'h:3306', 'd', {}],
  ])('reads %s', (url, kind, hosts, database, properties) => {
    const address = parseJdbcUrl(url);
    expect(address?.kind).toBe(kind);
    expect(address?.hosts.map(({ host, port }) => `${host}:${port}`).join(' ')).toBe(hosts);
    expect(address?.database).toBe(database);
    expect(address?.properties).toEqual(properties);
  });

  it.each(['postgresql://h/d', 'jdbc:oracle:thin:@h', 'jdbc:mysql:d', 'jdbc:postgresql://h:x/d', ''])(
    'knows no %j',
    (url) => {
      expect(parseJdbcUrl(url)).toBeUndefined();
    },
  );

  it('masks secrets', () => {
    expect(maskedJdbcUrl('jdbc:postgresql://h/d?user=a&password=hunter2&x=1')).toBe(
      'jdbc:postgresql://h/d?user=a&password=****&x=1',
    );
    expect(maskedJdbcUrl('jdbc:mysql://bob:hunter2@h/d')).toBe('jdbc:mysql://bob:****@h/d');
  });
});
