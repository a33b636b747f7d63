import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runLocally } from '../../harness/local-sql.ts';

const ON = "SET 'millrace.preview.sinks' = 'true';";
const SOURCE =
  "CREATE VIEW src AS SELECT * FROM (VALUES (1, 'a', DATE '2024-01-01'), (2, 'b''x', DATE '2024-01-02'), (1, 'c', DATE '2024-01-01')) AS v(id, name, d);";
const COLUMNS = 'id INT, name STRING, d DATE';

/** The previewed rows, without their own row kind. */
async function preview(ddl: string, insert: string, set = ON): Promise<unknown> {
  const result = (await runLocally(`${set} ${SOURCE} ${ddl}; ${insert};`)).at(-1);
  return result?.error ?? result?.rows.map((row) => row.slice(1));
}

describe('a preview of INSERT', () => {
  it('shows messages: key and value as their formats write them', async () => {
    const kafka = `CREATE TABLE t (${COLUMNS}) WITH ('connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'nosuch:1',
      'key.format' = 'raw', 'key.fields' = 'id', 'value.format' = 'json', 'value.fields-include' = 'EXCEPT_KEY')`;
    expect(await preview(kafka, 'INSERT INTO t SELECT * FROM src')).toEqual([
      ['t', '+I', 'orders, partition by key', "x'00000001'", '{"name":"a","d":"2024-01-01"}'],
      ['t', '+I', 'orders, partition by key', "x'00000002'", '{"name":"b\'x","d":"2024-01-02"}'],
      ['t', '+I', 'orders, partition by key', "x'00000001'", '{"name":"c","d":"2024-01-01"}'],
    ]);
  });

  it('shows tombstones of upsert tables, and binary formats decoded', async () => {
    const upsert = `CREATE TABLE t (id INT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'o',
      'properties.bootstrap.servers' = 'nosuch:1', 'key.format' = 'json', 'value.format' = 'avro', 'sink.parallelism' = '2')`;
    expect(await preview(upsert, 'INSERT INTO t SELECT id, COUNT(*) FROM src GROUP BY id HAVING COUNT(*) < 2')).toEqual(
      [
        ['t', '+I', 'o, partition by key', '{"id":1}', '{"id":1,"n":1}'],
        ['t', '+I', 'o, partition by key', '{"id":2}', '{"id":2,"n":1}'],
        ['t', '-U', 'o, partition by key, tombstone', '{"id":1}', null],
      ],
    );
  });

  it('shows lines of files in their partitions and makes no folder', async () => {
    const path = '/tmp/millrace-is-not-to-make-this';
    const files = `CREATE TABLE t (${COLUMNS}) PARTITIONED BY (d) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'csv')`;
    expect(await preview(files, 'INSERT INTO t SELECT * FROM src WHERE id = 2')).toEqual([
      ['t', '+I', `${path}/d=2024-01-02`, null, '2,"b\'x"'],
    ]);
    expect(existsSync(path)).toBe(false);
  });

  it('shows the statements for a database', async () => {
    const jdbc = `CREATE TABLE t (${COLUMNS}, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://nosuch/x', 'table-name' = 's.t')`;
    expect(
      await preview(jdbc, 'INSERT INTO t SELECT id, MAX(name), MAX(d) FROM src GROUP BY id HAVING COUNT(*) < 2'),
    ).toEqual([
      [
        't',
        '+I',
        's.t (PostgreSQL)',
        'id = 1',
        "INSERT INTO s.t(id, name, d) VALUES (1, 'a', '2024-01-01') ON CONFLICT (id) DO UPDATE SET name=EXCLUDED.name, d=EXCLUDED.d",
      ],
      [
        't',
        '+I',
        's.t (PostgreSQL)',
        'id = 2',
        "INSERT INTO s.t(id, name, d) VALUES (2, 'b''x', '2024-01-02') ON CONFLICT (id) DO UPDATE SET name=EXCLUDED.name, d=EXCLUDED.d",
      ],
      ['t', '-U', 's.t (PostgreSQL)', 'id = 1', 'DELETE FROM s.t WHERE id = 1'],
    ]);
  });

  it('shows rows of sinks that only a cluster has', async () => {
    const iceberg = `CREATE TABLE t (${COLUMNS}) PARTITIONED BY (d) WITH ('connector' = 'iceberg', 'catalog-name' = 'c', 'write.format.default' = 'parquet')`;
    expect(await preview(iceberg, 'INSERT INTO t SELECT * FROM src WHERE id = 2')).toEqual([
      ['t', '+I', 'd=2024-01-02', null, '{"id":2,"name":"b\'x","d":"2024-01-02"}'],
    ]);
  });

  it('shows all sinks of a statement set in one result', async () => {
    const two =
      "CREATE TABLE a (id INT) WITH ('connector' = 'blackhole'); CREATE TABLE b (id INT) WITH ('connector' = 'print')";
    const set =
      'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT id FROM src; INSERT INTO b SELECT id FROM src WHERE id = 2; END';
    const rows = (await preview(two, set)) as string[][];
    expect(rows.map((row) => `${row[0]} ${row[4]}`).sort()).toEqual([
      'a {"id":1}',
      'a {"id":1}',
      'a {"id":2}',
      'b {"id":2}',
    ]);
  });

  it.each([
    ["WITH ('connector' = 'iceberg')", 'Missing required options are:\n\ncatalog-name'],
    [
      "WITH ('connector' = 'mongodb', 'uri' = 'm', 'database' = 'd', 'collection' = 'c', 'foo' = 'x')",
      "Unsupported options found for 'mongodb'.\n\nUnsupported options:\n\nfoo",
    ],
    [
      "WITH ('connector' = 'mysql-cdc')",
      "Connector 'mysql-cdc' can only be used as a source. It cannot be used as a sink.",
    ],
    ["WITH ('connector' = 'nosuch')", "Could not find any factory for identifier 'nosuch'"],
    ["WITH ('connector' = 'filesystem', 'path' = 'x')", 'Missing required options are:\n\nformat'],
  ])("checks the sink's options: %s", async (options, message) => {
    expect(await preview(`CREATE TABLE t (${COLUMNS}) ${options}`, 'INSERT INTO t SELECT * FROM src')).toContain(
      message,
    );
  });

  it("applies the sink's checks", async () => {
    const strict = "CREATE TABLE t (id INT NOT NULL) WITH ('connector' = 'iceberg', 'catalog-name' = 'c')";
    expect(await preview(strict, 'INSERT INTO t SELECT NULLIF(id, 2) FROM src')).toContain('NOT NULL');
    const appendOnly =
      "CREATE TABLE t (id INT, n BIGINT) WITH ('connector' = 'kinesis', 'stream.arn' = 'a', 'format' = 'json')";
    expect(await preview(appendOnly, 'INSERT INTO t SELECT id, COUNT(*) FROM src GROUP BY id')).toContain(
      "doesn't support consuming update changes",
    );
  });

  it('is offered where a run needs a cluster', async () => {
    const iceberg = `CREATE TABLE t (${COLUMNS}) WITH ('connector' = 'iceberg', 'catalog-name' = 'c')`;
    const error = await preview(iceberg, 'INSERT INTO t SELECT * FROM src', '');
    expect(error).toMatch(/^ValidationException: Could not find any factory for identifier 'iceberg' that implements/);
    expect(error).toContain("The local runtime has no connector 'iceberg': run this on a cluster that has it");
  });
});
