// The oldest Flink that is supported, as a smoke test: connect, run, catalog, what it lacks.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arrowRowCount } from '../../clients/sql-gateway/arrow-stream.ts';
import { GatewayClient, GatewayError, type Session } from '../../clients/sql-gateway/index.ts';
import { describeCatalog } from '../../extension/catalog/catalog-source.ts';
import { GatewayConnection } from '../../extension/connections/connection.ts';
import { describeFindings, probe } from '../../extension/connections/probe.ts';
import { ConnectionSecrets } from '../../extension/connections/secrets.ts';
import { memoryStore } from '../extension/connections/stores.ts';
import { launchFlink } from '../harness/flink.ts';
import { type Flink, missingFor } from '../harness/services.ts';

describe.skipIf(missingFor('flink'))('Flink 1.20', () => {
  let flink: Flink;
  let client: GatewayClient;
  let session: Session;
  beforeAll(async () => {
    flink = await launchFlink(256, '1.20.3');
    client = await GatewayClient.connect({ url: flink.gatewayUrl });
    session = await client.openSession({ name: 'smoke' });
  });
  afterAll(async () => {
    await session?.close();
    client?.dispose();
    await flink?.stop();
  });

  const run = async (statement: string): Promise<unknown[]> => {
    const operation = await session.execute(statement);
    const rows: unknown[] = [];
    for await (const page of operation.results({ format: 'JSON' }))
      if (page.format !== 'ARROW') rows.push(...page.rows);
    await operation.close();
    return rows;
  };

  test('is spoken with by its newest version, v3', async () => {
    const connection = new GatewayConnection(
      { name: 'old', url: flink.gatewayUrl, jobManager: flink.jobManagerUrl },
      { secrets: new ConnectionSecrets(memoryStore({})), folder: () => undefined },
    );
    const findings = await probe(connection);
    expect(findings.gateway).toMatchObject({ version: '1.20.3', offered: [1, 2, 3], spoken: 3 });
    expect(describeFindings(findings).join('\n')).toMatch(
      /v3 is spoken[\s\S]*JobManager 1\.20\.3[\s\S]*8 of 8 slots free/,
    );
  });

  test('runs DDL and a query, exactly, also where Arrow is asked for', async () => {
    await session.configure("SET 'execution.runtime-mode' = 'batch'");
    await run(
      "CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '5', 'fields.n.kind' = 'sequence', 'fields.n.start' = '9223372036854775803', 'fields.n.end' = '9223372036854775807')",
    );
    expect(await run('SELECT MAX(n) FROM numbers')).toEqual([[9223372036854775807n]]);
    const operation = await session.execute('SELECT 1 AS a');
    let rows = 0;
    for await (const page of operation.results({ format: 'ARROW' })) {
      if (page.format === 'ARROW') rows += arrowRowCount(page.ipc);
    }
    expect(rows).toBe(1);
    await operation.close();
  });

  test('tells its catalog; what it does not know (models) is not there', async () => {
    await run('CREATE VIEW v AS SELECT n FROM numbers');
    const { current, catalogs } = await describeCatalog(session);
    expect(current).toEqual({ catalog: 'default_catalog', database: 'default_database' });
    const [database] = catalogs[0]?.databases ?? [];
    expect(
      database?.tables.map(({ name, kind, columns }) => [name, kind, columns?.map((one) => `${one.name} ${one.type}`)]),
    ).toEqual([
      ['numbers', 'table', ['n BIGINT']],
      ['v', 'view', ['n BIGINT']],
    ]);
    expect(database?.models).toEqual([]);
  });

  test('a mistake has its cause and its place', async () => {
    const error = await run('SELECT nope FROM numbers').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ kind: 'sql', place: { line: 1, column: 8, endLine: 1, endColumn: 11 } });
  });
});
