import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localSession } from '../../cli/local-session.ts';
import { type DatabaseClient, openDatabase, parseJdbcUrl } from '../../clients/database/index.ts';
import { runLocally } from '../harness/local-sql.ts';
import { missingFor, type Postgres, startPostgres } from '../harness/services.ts';

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; !(await condition()); i++) {
    if (i > 200) throw new Error('too slow');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// Values and errors as a real Flink 2.2.1 with flink-connector-jdbc 4.0.0 gave them for the same tables.
describe.skipIf(missingFor('postgres'))('jdbc connector on Postgres', () => {
  let server: Postgres;
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

  const errorOf = async (text: string): Promise<string | undefined> => (await runLocally(text)).at(-1)?.error;

  beforeAll(async () => {
    server = await startPostgres();
    url = `jdbc:postgresql://${server.host}:${server.port}/${server.database}`;
    const address = parseJdbcUrl(url);
    if (!address) throw new Error(`no address: ${url}`);
    witness = await openDatabase(address, server);
    for (const statement of [
      'DROP SCHEMA IF EXISTS millrace CASCADE',
      'CREATE SCHEMA millrace',
      `CREATE TABLE millrace.kinds (id int PRIMARY KEY, b bool, s2 int2, i8 int8, f4 float4, f8 float8, n numeric(10,2), n0 numeric,
         t text, v varchar(20), c char(5), d date, tm time, ts timestamp(6), tz timestamptz, by bytea, js jsonb, u uuid, ai int[],
         at text[], an numeric(10,2)[], ats timestamp[], abool bool[], ba bytea[])`,
      `INSERT INTO millrace.kinds VALUES (1, true, 7, 9223372036854775807, 1.5, 2.25, 12.34, 12345678901234567890.123456789, 'hé',
         'vc', 'ab', '2024-02-29', '12:34:56.789', '2024-02-29 12:34:56.123456', '2024-02-29 12:34:56.123456+02', '\\xdeadbeef',
         '{"a":1}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', array[1,null,3], array['x','y"z,\\','null'], array[1.20,3.4],
         array[timestamp '2024-01-01 00:00:00.5'], array[true,false], array['\\x01'::bytea])`,
      'INSERT INTO millrace.kinds (id) VALUES (2)',
      'CREATE TABLE millrace.customers (id bigint PRIMARY KEY, name text, tier text)',
      "INSERT INTO millrace.customers SELECT i, 'name ' || i, CASE WHEN i % 2 = 0 THEN 'gold' ELSE 'blue' END FROM generate_series(1, 1000) i",
      `CREATE TABLE millrace.mixed AS SELECT *, CASE WHEN id % 10 = 0 THEN NULL ELSE timestamp '2024-01-01' + id * interval '1 second' END AS seen,
         date '2024-01-01' + (id / 500)::int AS day, (id / 10.0)::numeric(10,2) AS amount, id % 3 = 0 AS flag, id * 1.1::float8 AS ratio
         FROM millrace.customers`,
      'CREATE VIEW millrace.failing AS SELECT i AS id, 100 / (51 - i) AS inverse FROM generate_series(1, 100) i',
      'CREATE VIEW millrace.slow AS SELECT i, pg_sleep(i - 1)::text AS s FROM generate_series(1, 20) i',
      'CREATE TABLE millrace.totals (k text, day date, n bigint, amount numeric(12,2), seen timestamp(3), PRIMARY KEY (k, day))',
      'CREATE TABLE millrace.log (a int, b text, c bytea, d double precision, e bool, f time)',
      'CREATE TABLE millrace.typed (id int PRIMARY KEY, u uuid)',
    ])
      await witness.query(statement);
  });

  afterAll(async () => {
    await witness?.close();
    await server?.stop();
  });

  it('reads every type', async () => {
    const columns = `id INT, b BOOLEAN, s2 SMALLINT, i8 BIGINT, f4 FLOAT, f8 DOUBLE, n DECIMAL(10,2), n0 DECIMAL(38,18), t STRING,
      v VARCHAR(20), c CHAR(5), d DATE, tm TIME(0), ts TIMESTAMP(6), \`by\` BYTES, js STRING, u STRING, ai ARRAY<INT>,
      \`at\` ARRAY<STRING>, an ARRAY<DECIMAL(10,2)>, ats ARRAY<TIMESTAMP(6)>, abool ARRAY<BOOLEAN>, ba ARRAY<BYTES>`;
    const rows = (await rowsOf(`${table('t', columns, 'millrace.kinds')} SELECT * FROM t;`)) as (string | null)[][];
    expect(rows[0]).toEqual([
      ...[
        '+I',
        '1',
        'TRUE',
        '7',
        '9223372036854775807',
        '1.5',
        '2.25',
        '12.34',
        '12345678901234567890.123456789000000000',
      ],
      ...['hé', 'vc', 'ab   ', '2024-02-29', '12:34:56', '2024-02-29 12:34:56.123456', "x'deadbeef'", '{"a": 1}'],
      ...['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '[1, NULL, 3]', '[x, y"z,\\, null]', '[1.20, 3.40]'],
      ...['[2024-01-01 00:00:00.500000]', '[TRUE, FALSE]', "[x'01']"],
    ]);
    expect(rows[1]).toEqual(['+I', '2', ...Array.from({ length: 22 }, () => null)]);
  });

  it.each([
    [
      'id BIGINT',
      "class java.lang.Integer cannot be cast to class java.lang.Long (java.lang.Integer and java.lang.Long are in module java.base of loader 'bootstrap')",
    ],
    ['n DOUBLE', 'class java.math.BigDecimal cannot be cast to class java.lang.Double'],
    [
      'ts STRING',
      "class java.sql.Timestamp cannot be cast to class java.lang.String (java.sql.Timestamp is in module java.sql of loader 'platform'; java.lang.String is in module java.base of loader 'bootstrap')",
    ],
    ['tz TIMESTAMP_LTZ(6)', 'Unsupported type:TIMESTAMP_LTZ(6)'],
    ['nosuch INT', 'ERROR: column "nosuch" does not exist\n  Position: 8'],
  ])('fails as Flink does on %s', async (column, message) => {
    expect(await errorOf(`${table('t', column, 'millrace.kinds')} SELECT * FROM t;`)).toContain(message);
  });

  it('names server, table and user of what it cannot reach, and no password', async () => {
    expect(await errorOf(`${table('t', 'a INT', 'millrace.nosuch')} SELECT * FROM t;`)).toContain(
      'ERROR: relation "millrace.nosuch" does not exist',
    );
    const wrong = `CREATE TABLE t (a INT) WITH ('connector'='jdbc','url'='${url}','table-name'='x','username'='${server.user}','password'='tr0ub4dor');`;
    const error = await errorOf(`${wrong} SELECT * FROM t;`);
    expect(error).toContain(`password authentication failed for user "${server.user}"`);
    expect(error).not.toContain('tr0ub4dor');
    const closed = `CREATE TABLE t (a INT) WITH ('connector'='jdbc','url'='jdbc:postgresql://127.0.0.1:1/d','table-name'='x');`;
    expect(await errorOf(`${closed} SELECT * FROM t;`)).toContain('Connection to 127.0.0.1:1 refused');
  });

  it('reads in partitions and in portions, every row once', async () => {
    const partition =
      ",'scan.partition.column'='id','scan.partition.num'='7','scan.partition.lower-bound'='1','scan.partition.upper-bound'='900','scan.fetch-size'='33'";
    expect(
      await rowsOf(
        `SET 'execution.runtime-mode'='batch'; ${table('t', 'id BIGINT, name STRING', 'millrace.customers', partition)} SELECT COUNT(*), COUNT(DISTINCT id), MIN(id), MAX(id) FROM t;`,
      ),
    ).toEqual([['+I', '900', '900', '1', '900']]);
  });

  it.each([
    'id > 990',
    'id <> 3 AND 5 < id AND id <= 9',
    "name LIKE 'name 99_' OR id = 3",
    "tier = 'gold' AND NOT (id < 500 OR id >= 600)",
    'id IN (1, 2, 3000) OR tier IS NULL',
    'id NOT IN (1, 2) AND name IS NOT NULL AND id < 5',
    "id = 7 OR (id = 8 AND tier = 'gold') OR (id = 9 AND tier = 'gold')",
    "UPPER(name) = 'NAME 12' AND id < 100",
    "seen >= TIMESTAMP '2024-01-01 00:00:10' AND seen < TIMESTAMP '2024-01-01 00:00:12.5' AND `day` = DATE '2024-01-01'",
    'amount > 99.5 AND amount * 2 < 200.5',
    'amount BETWEEN 3 AND 4',
    'id >= amount * 10 AND id < 5',
    'flag AND id < 10',
    'ratio > id AND ratio < 3e2',
  ])('finds the same rows of %s in the database and here', async (condition) => {
    const columns =
      'id BIGINT, name STRING, tier STRING, seen TIMESTAMP(3), `day` DATE, amount DECIMAL(10, 2), flag BOOLEAN, ratio DOUBLE';
    const partition =
      ",'scan.partition.column'='id','scan.partition.num'='3','scan.partition.lower-bound'='1','scan.partition.upper-bound'='1000'";
    const query = (name: string): string => `SELECT id FROM ${name} WHERE ${condition} ORDER BY id`;
    const ids = async (more: string): Promise<unknown> =>
      rowsOf(`SET 'execution.runtime-mode'='batch'; ${table('t', columns, 'millrace.mixed', more)} ${query('t')};`);
    const here = await ids(",'filter.handling.policy'='never'");
    expect(here).toEqual(
      (await witness.query(query('millrace.mixed').replaceAll('`', ''))).rows.map(([id]) => ['+I', id]),
    );
    expect(here).not.toEqual([]);
    expect(await ids('')).toEqual(here);
    expect(await ids(partition)).toEqual(here);
  });

  it('explains what the database does', async () => {
    const plan = async (query: string): Promise<string> => {
      const t = table('t', 'id BIGINT, name STRING', 'millrace.customers');
      const [[, text = '']] = (await rowsOf(`${t} EXPLAIN ${query};`)) as [[string, string?]];
      return (text ?? '').split('== Optimized Execution Plan ==\n')[1]?.trim() ?? '';
    };
    expect(await plan("SELECT name FROM t WHERE id > 5 AND UPPER(name) = 'X'")).toBe(
      "Calc(select=[name], where=[(UPPER(name) = 'X')])\n+- TableSourceScan(table=[[default_catalog, default_database, t, filter=[>(id, 5)], project=[name]]], fields=[name])",
    );
    expect(await plan('SELECT name FROM t LIMIT 5 OFFSET 2')).toBe(
      'Limit(offset=[2], fetch=[5])\n+- Exchange(distribution=[single])\n   +- TableSourceScan(table=[[default_catalog, default_database, t, project=[name], limit=[7]]], fields=[name])',
    );
  });

  it('asks for no more rows than a LIMIT needs', async () => {
    // The 51st row fails.
    const t = table('t', 'id INT, inverse INT', 'millrace.failing', ",'scan.fetch-size'='10'");
    expect(await rowsOf(`${t} SELECT COUNT(*) FROM (SELECT inverse FROM t LIMIT 50);`)).toHaveLength(99);
    expect(await errorOf(`${t} SELECT COUNT(inverse) FROM t;`)).toContain('ERROR: division by zero');
  });

  it('says which server it lost in the middle of a scan', async () => {
    const t = table('t', 'i INT, s STRING', 'millrace.slow', ",'scan.fetch-size'='1'");
    const failure = errorOf(`${t} SELECT * FROM t;`);
    await until(() => scans().then((n) => n > 0));
    await witness.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%FETCH FORWARD%' AND pid <> pg_backend_pid()",
    );
    const error = await failure;
    expect(error).toMatch(/terminating connection due to administrator command|connection to .*:\d+ was lost/i);
    expect(error).not.toContain(server.password);
  });

  it('stops the statement in the database at once when the job is cancelled', async () => {
    const session = localSession('TEXT');
    await session.execute(
      table('t', 'i INT, s STRING', 'millrace.slow').replace(/;$/, ''),
      new AbortController().signal,
    );
    const result = await session.execute('SELECT * FROM t', new AbortController().signal);
    await until(() => scans().then((n) => n > 0));
    const start = performance.now();
    await result.close();
    await session.close();
    await until(() => scans().then((n) => n === 0));
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  const scans = async (): Promise<number> =>
    Number(
      (
        await witness.query(
          "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%FETCH FORWARD%' AND pid <> pg_backend_pid()",
        )
      ).rows[0]?.[0],
    );

  it('looks up by key', async () => {
    const script = `${table('c', 'id BIGINT, name STRING, tier STRING', 'millrace.customers')}
      CREATE VIEW o AS SELECT id, PROCTIME() AS p FROM (VALUES (3), (4), (4000), (CAST(NULL AS INT))) AS v(id);
      SELECT o.id, c.name, c.tier FROM o LEFT JOIN c FOR SYSTEM_TIME AS OF o.p ON CAST(o.id AS BIGINT) = c.id;`;
    expect(await rowsOf(script)).toEqual([
      ['+I', '3', 'name 3', 'blue'],
      ['+I', '4', 'name 4', 'gold'],
      ['+I', '4000', null, null],
      ['+I', null, null, null],
    ]);
  });

  describe('rows that are looked up', () => {
    const script = (query: string) => `${table(
      'c',
      'id BIGINT, name STRING, amt DECIMAL(10,2), ts TIMESTAMP(6), d DATE, b BYTES, f BOOLEAN, PRIMARY KEY (id) NOT ENFORCED',
      'millrace.found',
    )}
      CREATE TEMPORARY VIEW o AS SELECT *, PROCTIME() AS p
        FROM (VALUES (1, 'a'), (2, 'b'), (3, 'x'), (9, 'z'), (CAST(NULL AS BIGINT), 'n')) AS v(k, s);
      ${query};`;

    beforeAll(async () => {
      for (const statement of [
        'CREATE TABLE millrace.found (id bigint primary key, name text, amt numeric(10,2), ts timestamp(6), d date, b bytea, f bool)',
        `INSERT INTO millrace.found VALUES (1, 'a', 1.5, '2024-01-01 00:00:00.123456', '2024-02-29', '\\x00ff', true), (2, 'b', NULL, NULL, NULL, NULL, NULL),
           (3, 'ü', -0.01, '1969-12-31 23:59:59.999999', '0001-01-01', '', false)`,
      ])
        await witness.query(statement);
    });

    it.each<[string, (string | null)[][]]>([
      [
        'SELECT o.k, o.s, c.name, c.amt, c.ts, c.d, c.b, c.f FROM o LEFT JOIN c FOR SYSTEM_TIME AS OF o.p ON o.k = c.id',
        [
          ['1', 'a', 'a', '1.50', '2024-01-01 00:00:00.123456', '2024-02-29', "x'00ff'", 'TRUE'],
          ['2', 'b', 'b', null, null, null, null, null],
          ['3', 'x', 'ü', '-0.01', '1969-12-31 23:59:59.999999', '0001-01-01', "x''", 'FALSE'],
          ['9', 'z', null, null, null, null, null, null],
          [null, 'n', null, null, null, null, null, null],
        ],
      ],
      [
        'SELECT o.k, c.name FROM o JOIN c FOR SYSTEM_TIME AS OF o.p ON o.k = c.id AND o.s = c.name',
        [
          ['1', 'a'],
          ['2', 'b'],
        ],
      ],
      [
        "SELECT o.k, c.name FROM o LEFT JOIN c FOR SYSTEM_TIME AS OF o.p ON o.k = c.id AND c.name <> 'b' AND c.amt > 0",
        [
          ['1', 'a'],
          ['2', null],
          ['3', null],
          ['9', null],
          [null, null],
        ],
      ],
      [
        'SELECT o.k, c.name FROM o LEFT JOIN c FOR SYSTEM_TIME AS OF o.p ON o.k = c.id AND o.k > 1',
        [
          ['1', null],
          ['2', 'b'],
          ['3', 'ü'],
          ['9', null],
          [null, null],
        ],
      ],
    ])('are those that Flink finds: %s', async (query, rows) => {
      expect(await rowsOf(script(query))).toEqual(rows.map((row) => ['+I', ...row]));
    });
  });

  it('upserts by key in batches; a delete takes the row away', async () => {
    const sink = table(
      's',
      'k STRING, `day` DATE, n BIGINT, amount DECIMAL(12,2), seen TIMESTAMP(3), PRIMARY KEY (k, `day`) NOT ENFORCED',
      'millrace.totals',
      ",'sink.buffer-flush.max-rows'='2'",
    );
    await rowsOf(`${sink} INSERT INTO s SELECT k, d, COUNT(*), SUM(a), MAX(ts) FROM (VALUES
      ('a', DATE '2024-01-01', CAST(1.50 AS DECIMAL(10,2)), TIMESTAMP '2024-01-01 00:00:00.123'),
      ('a', DATE '2024-01-01', CAST(2.25 AS DECIMAL(10,2)), TIMESTAMP '2024-01-01 10:00:00.5'),
      ('b', DATE '2024-01-02', CAST(NULL AS DECIMAL(10,2)), CAST(NULL AS TIMESTAMP(3)))) AS v(k, d, a, ts) GROUP BY k, d;`);
    const all = 'SELECT * FROM millrace.totals ORDER BY k';
    expect((await witness.query(all)).rows).toEqual([
      ['a', '2024-01-01', '2', '3.75', '2024-01-01 10:00:00.5'],
      ['b', '2024-01-02', '1', null, null],
    ]);
    // Only groups of one row stay: the group of `a` comes and goes within the job.
    await witness.query('DELETE FROM millrace.totals');
    await rowsOf(`${sink} INSERT INTO s SELECT k, d, n, CAST(NULL AS DECIMAL(12,2)), CAST(NULL AS TIMESTAMP(3)) FROM (
      SELECT k, d, COUNT(*) AS n FROM (VALUES ('a', DATE '2024-01-01'), ('b', DATE '2024-01-01'), ('a', DATE '2024-01-01')) AS v(k, d)
      GROUP BY k, d) WHERE n < 2;`);
    expect((await witness.query(all)).rows).toEqual([['b', '2024-01-01', '1', null, null]]);
  });

  it('appends without a key, duplicates too', async () => {
    const sink = table('s', 'a INT, b STRING, c BYTES, d DOUBLE, e BOOLEAN, f TIME', 'millrace.log');
    await rowsOf(
      `${sink} INSERT INTO s VALUES (1, 'x''é', x'00ff', 1e100, TRUE, TIME '10:11:12'), (1, 'x''é', x'00ff', 1e100, TRUE, TIME '10:11:12'), (2, CAST(NULL AS STRING), CAST(NULL AS BYTES), CAST(NULL AS DOUBLE), FALSE, CAST(NULL AS TIME));`,
    );
    expect((await witness.query('SELECT * FROM millrace.log ORDER BY a')).rows).toEqual([
      ['1', "x'é", Uint8Array.of(0, 255), '1e+100', 't', '10:11:12'],
      ['1', "x'é", Uint8Array.of(0, 255), '1e+100', 't', '10:11:12'],
      ['2', null, null, null, 'f', null],
    ]);
  });

  /** A TCP proxy before the server, whose connections can be cut off or left hanging. */
  async function startRelay() {
    const open = new Set<Socket>();
    let hangs = false;
    const relay = createServer((near) => {
      const far = connect(server.port, server.host);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(from);
        from.on('data', (data) => void (hangs && !fresh.has(near) ? 0 : to.write(data)));
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
      }
      if (hangs) fresh.add(near);
    });
    const fresh = new WeakSet<Socket>();
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    return {
      port: (relay.address() as AddressInfo).port,
      cut: () => open.forEach((socket) => void socket.destroy()),
      /** Old connections answer no more; new ones do. */
      hang: () => (hangs = true),
      stop: () => {
        for (const socket of open) socket.destroy();
        relay.close();
      },
    };
  }

  it.each(['cut', 'hang'] as const)('writes on after a connection was lost (%s), every row once', async (how) => {
    await witness.query('CREATE TABLE IF NOT EXISTS millrace.survivors (id int primary key, v text)');
    await witness.query('DELETE FROM millrace.survivors');
    const relay = await startRelay();
    try {
      const through = table(
        's',
        'id INT, v STRING, PRIMARY KEY (id) NOT ENFORCED',
        'millrace.survivors',
        ",'sink.buffer-flush.max-rows'='10','connection.max-retry-timeout'='1 s'",
      ).replace(`:${server.port}/${server.database}`, `:${relay.port}/${server.database}?socketTimeout=1`);
      const done =
        rowsOf(`CREATE TABLE g (id INT) WITH ('connector'='datagen','number-of-rows'='200','rows-per-second'='100',
          'fields.id.kind'='sequence','fields.id.start'='1','fields.id.end'='200');
        ${through} INSERT INTO s SELECT id, CAST(id AS STRING) FROM g;`);
      const count = async () => Number((await witness.query('SELECT count(*) FROM millrace.survivors')).rows[0]?.[0]);
      await until(async () => (await count()) > 20);
      relay[how]();
      await done;
      expect(await count()).toBe(200);
    } finally {
      relay.stop();
    }
  });

  it('looks up again after a connection was lost', async () => {
    const relay = await startRelay();
    try {
      const through = table('c', 'id BIGINT, name STRING', 'millrace.customers').replace(
        `:${server.port}/`,
        `:${relay.port}/`,
      );
      const rows =
        rowsOf(`CREATE TABLE g (id BIGINT, p AS PROCTIME()) WITH ('connector'='datagen','number-of-rows'='100','rows-per-second'='50',
          'fields.id.kind'='sequence','fields.id.start'='1','fields.id.end'='100');
        ${through} SELECT g.id, c.name FROM g JOIN c FOR SYSTEM_TIME AS OF g.p ON g.id = c.id;`);
      await sleep(1000);
      relay.cut();
      expect(await rows).toEqual(Array.from({ length: 100 }, (_, i) => ['+I', `${i + 1}`, `name ${i + 1}`]));
    } finally {
      relay.stop();
    }
  });

  it('fails a write as the server and Flink do, without a part of the batch', async () => {
    const typed = table(
      's',
      'id INT, u STRING, PRIMARY KEY (id) NOT ENFORCED',
      'millrace.typed',
      ",'sink.max-retries'='0'",
    );
    expect(await errorOf(`${typed} INSERT INTO s VALUES (1, 'a');`)).toContain(
      'ERROR: column "u" is of type uuid but expression is of type character varying',
    );
    const noKey = table(
      's',
      'a INT, b STRING, PRIMARY KEY (a) NOT ENFORCED',
      'millrace.log',
      ",'sink.max-retries'='0'",
    );
    expect(await errorOf(`${noKey} INSERT INTO s VALUES (9, 'a'), (10, 'b');`)).toContain(
      'ERROR: there is no unique or exclusion constraint matching the ON CONFLICT specification',
    );
    const arrays = table('s', 'id INT, ai ARRAY<INT>', 'millrace.kinds');
    expect(await errorOf(`${arrays} INSERT INTO s VALUES (9, ARRAY[1]);`)).toContain(
      'Writing ARRAY type is not yet supported in JDBC:PostgreSQL.',
    );
    expect((await witness.query('SELECT * FROM millrace.log WHERE a > 8')).rows).toEqual([]);
  });

  describe('as a catalog', () => {
    const create = (name: string, more = ''): string =>
      `CREATE CATALOG ${name} WITH ('type'='jdbc','base-url'='jdbc:postgresql://${server.host}:${server.port}','default-database'='${server.database}','username'='${server.user}','password'='${server.password}'${more});`;

    beforeAll(async () => {
      for (const statement of [
        'CREATE TABLE millrace.keyed (id serial, b bigserial, t text, tags varchar(7)[], tz timestamptz(3), n numeric(9,3) not null, CONSTRAINT my_pk PRIMARY KEY (b, id))',
        'CREATE TABLE IF NOT EXISTS public.short (a int)',
        'CREATE TABLE millrace.odd (a int, x name)',
      ])
        await witness.query(statement);
    });

    it('has the tables of the server, those of public by their short names too', async () => {
      const use = `${create('pg')} USE CATALOG pg;`;
      expect(await rowsOf(`${use} SHOW TABLES LIKE 'millrace.k%';`)).toEqual([
        ['+I', 'millrace.keyed'],
        ['+I', 'millrace.kinds'],
      ]);
      expect(
        ((await rowsOf(`${use} DESCRIBE \`millrace.keyed\`;`)) as string[][]).map((row) => row.slice(1, 5)),
      ).toEqual([
        ['id', 'INT', 'FALSE', 'PRI(b, id)'],
        ['b', 'BIGINT', 'FALSE', 'PRI(b, id)'],
        ['t', 'STRING', 'TRUE', null],
        ['tags', 'ARRAY<VARCHAR(7)>', 'TRUE', null],
        ['tz', 'TIMESTAMP_LTZ(3)', 'TRUE', null],
        ['n', 'DECIMAL(9, 3)', 'FALSE', null],
      ]);
      expect(await rowsOf(`${use} SHOW CREATE TABLE \`millrace.keyed\`;`)).toEqual([
        ['+I', expect.stringContaining('CONSTRAINT `my_pk` PRIMARY KEY (`b`, `id`) NOT ENFORCED')],
      ]);
      expect(await rowsOf(`${use} INSERT INTO short VALUES (5); SELECT * FROM short;`)).toEqual([['+I', '5']]);
      expect(
        await rowsOf(
          `${create('other')} SELECT name FROM other.${server.database}.\`millrace.customers\` WHERE id = 7;`,
        ),
      ).toEqual([['+I', 'name 7']]);
    });

    it.each([
      ['CREATE TABLE x (a INT);', 'Could not execute CreateTable in path `pg`.`postgres`.`x`'],
      ['DROP TABLE `public.short`;', 'Could not execute DropTable in path `pg`.`postgres`.`public.short`'],
      ['DROP TABLE nosuch;', "Table with identifier 'pg.postgres.nosuch' does not exist."],
      ["ALTER TABLE short SET ('a'='b');", 'Could not execute AlterTable in path `pg`.`postgres`.`short`'],
      ['CREATE VIEW v AS SELECT 1;', 'Could not execute CreateTable in path `pg`.`postgres`.`v`'],
      [
        'CREATE DATABASE d;',
        'Could not execute CREATE DATABASE: (catalogDatabase: [{}], catalogName: [pg], databaseName: [d], ignoreIfExists: [false])',
      ],
      ['SELECT * FROM `millrace.odd`;', "Doesn't support Postgres type 'name' yet"],
      ['DESCRIBE `millrace.odd`;', "Doesn't support Postgres type 'name' yet"],
      ['SELECT * FROM nosuch;', "Object 'nosuch' not found"],
    ])('answers %s as Flink does', async (statement, message) => {
      expect(await errorOf(`${create('pg')} USE CATALOG pg; ${statement}`)).toContain(message);
    });

    it('is not made when the server cannot be reached', async () => {
      const closed = create('pg').replace(`:${server.port}`, ':1');
      const results = await runLocally(`${closed} SHOW CATALOGS;`);
      expect(results[0]?.error).toContain('Connection to 127.0.0.1:1 refused');
      expect(results[1]?.rows).toEqual([['+I', 'default_catalog']]);
      expect(await errorOf(create('pg', ",'foo'='bar'"))).toContain("Unsupported options found for 'jdbc'.");
    });
  });
});
