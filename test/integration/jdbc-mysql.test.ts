import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseClient, openDatabase, parseJdbcUrl } from '../../clients/database/index.ts';
import { runLocally } from '../harness/local-sql.ts';
import { type MariaDb, missingFor, startMariaDb } from '../harness/services.ts';

describe.skipIf(missingFor('mariadb'))('jdbc connector on MySQL (MariaDB)', () => {
  let server: MariaDb;
  let witness: DatabaseClient;
  let url: string;

  const table = (name: string, columns: string, dbTable: string, more = ''): string =>
    `CREATE TABLE ${name} (${columns}) WITH ('connector'='jdbc','url'='${url}','table-name'='${dbTable}','username'='${server.user}','password'='${server.password}'${more});`;

  const rowsOf = async (text: string): Promise<unknown> => {
    const results = await runLocally(text);
    const failed = results.find((result) => result.error !== undefined);
    if (failed) throw new Error(failed.error);
    return results.at(-1)?.rows;
  };

  beforeAll(async () => {
    server = await startMariaDb();
    const address = parseJdbcUrl(`jdbc:mysql://${server.host}:${server.port}/${server.database}`);
    if (!address) throw new Error('no address');
    witness = await openDatabase(address, server);
    for (const statement of [
      'DROP DATABASE IF EXISTS millrace',
      'CREATE DATABASE millrace CHARACTER SET utf8mb4',
      `CREATE TABLE millrace.kinds (id int primary key, b boolean, t tinyint, s smallint, iu int unsigned, bi bigint,
         bu bigint unsigned, f float, d double, n decimal(10,2), v varchar(20), tx text, bl blob, dt date, tm time, ts datetime(6),
         tz timestamp(3), js json, b1 bit(1))`,
      `INSERT INTO millrace.kinds VALUES (1, true, -5, 6, 4000000000, -9007199254740993, 18446744073709551615, 1.5, 2.25, 12.34, 'hé', 'tx',
         x'dead', '2024-02-29', '12:34:56', '2024-02-29 12:34:56.123456', '2024-02-29 12:34:56.123', '{"a":1}', b'1')`,
      'INSERT INTO millrace.kinds (id) VALUES (2)',
      'CREATE TABLE millrace.totals (k varchar(20), n bigint, amount decimal(12,2), seen datetime(3), PRIMARY KEY (k))',
      "INSERT INTO millrace.totals VALUES ('a', 0, 0, NULL), ('old', 1, 1, NULL)",
      'CREATE TABLE millrace.big (id bigint primary key, v text)',
      "INSERT INTO millrace.big VALUES (9007199254740993, 'odd'), (9007199254740992, 'even')",
    ])
      await witness.query(statement);
    url = `jdbc:mysql://${server.host}:${server.port}/millrace`;
  });

  afterAll(async () => {
    await witness?.close();
    await server?.stop();
  });

  it('reads every type', async () => {
    const columns =
      'id INT, b BOOLEAN, t TINYINT, s SMALLINT, iu BIGINT, bi BIGINT, bu DECIMAL(20,0), f FLOAT, d DOUBLE, n DECIMAL(10,2), v VARCHAR(20), tx STRING, bl BYTES, dt DATE, tm TIME(0), ts TIMESTAMP(6), tz TIMESTAMP(3), js STRING, b1 BOOLEAN';
    expect(await rowsOf(`${table('t', columns, 'kinds')} SELECT * FROM t;`)).toEqual([
      [
        ...[
          '+I',
          '1',
          'TRUE',
          '-5',
          '6',
          '4000000000',
          '-9007199254740993',
          '18446744073709551615',
          '1.5',
          '2.25',
          '12.34',
          'hé',
        ],
        ...[
          'tx',
          "x'dead'",
          '2024-02-29',
          '12:34:56',
          '2024-02-29 12:34:56.123456',
          '2024-02-29 12:34:56.123',
          '{"a":1}',
          'TRUE',
        ],
      ],
      ['+I', '2', ...Array.from({ length: 18 }, () => null)],
    ]);
  });

  it('looks up exactly by numbers beyond doubles', async () => {
    const script = `${table('c', 'id BIGINT, v STRING', 'big')}
      CREATE VIEW o AS SELECT id, PROCTIME() AS p FROM (VALUES (9007199254740993), (9007199254740992), (1)) AS v(id);
      SELECT o.id, c.v FROM o LEFT JOIN c FOR SYSTEM_TIME AS OF o.p ON o.id = c.id;`;
    expect(await rowsOf(script)).toEqual([
      ['+I', '9007199254740993', 'odd'],
      ['+I', '9007199254740992', 'even'],
      ['+I', '1', null],
    ]);
  });

  it('upserts by key and leaves other rows', async () => {
    const sink = table(
      's',
      'k STRING, n BIGINT, amount DECIMAL(12,2), seen TIMESTAMP(3), PRIMARY KEY (k) NOT ENFORCED',
      'totals',
    );
    await rowsOf(`${sink} INSERT INTO s SELECT k, COUNT(*), SUM(a), MAX(ts) FROM (VALUES
      ('a', CAST(1.50 AS DECIMAL(10,2)), TIMESTAMP '2024-01-01 00:00:00.123'),
      ('a', CAST(2.25 AS DECIMAL(10,2)), TIMESTAMP '2024-01-01 10:00:00.500'),
      ('quo''te\\', CAST(NULL AS DECIMAL(10,2)), CAST(NULL AS TIMESTAMP(3)))) AS v(k, a, ts) GROUP BY k;`);
    expect((await witness.query('SELECT * FROM millrace.totals ORDER BY k')).rows).toEqual([
      ['a', '2', '3.75', '2024-01-01 10:00:00.500'],
      ['old', '1', '1.00', null],
      ["quo'te\\", '1', null, null],
    ]);
  });

  it('gives the words of the server', async () => {
    const results = await runLocally(`${table('t', 'a INT', 'nosuch')} SELECT * FROM t;`);
    expect(results.at(-1)?.error).toContain("Table 'millrace.nosuch' doesn't exist");
  });
});
