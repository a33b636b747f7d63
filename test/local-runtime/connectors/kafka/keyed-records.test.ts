import { expect, test } from 'vitest';
import type { RecordCursor } from '../../../../clients/kafka/index.ts';
import { RecordBatchWriter } from '../../../../clients/kafka/record-batch-writer.ts';
import { openRecords } from '../../../../clients/kafka/record-batches.ts';
import { applyCommand, type BindContext, bindStatement, planQuery } from '../../../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../../../flink-sql/catalog/store.ts';
import type { Physical, TableSourceScan } from '../../../../flink-sql/plan/physical.ts';
import { parse } from '../../../../flink-sql/syntax/index.ts';
import { valueAt } from '../../../../local-runtime/batch/column.ts';
import { kafkaOptions } from '../../../../local-runtime/connectors/kafka/options.ts';
import { RecordDecoder } from '../../../../local-runtime/connectors/kafka/rows.ts';
import { connectorTraits } from '../../../../local-runtime/connectors/registry.ts';

/** The scan of the query that ends the text. */
function scanOf(sql: string): TableSourceScan {
  const context: BindContext = { catalog: new CatalogStore(), options: {}, connectors: connectorTraits };
  for (const { node } of parse(sql).statements) {
    if (!node) throw new Error('no statement');
    const { value, diagnostics } = bindStatement(node, sql, context);
    if (value?.kind === 'catalog') applyCommand(value.command, context.catalog);
    else if (value?.kind === 'query') {
      let at: Physical | undefined = planQuery(value.query, context).value?.sinks[0]?.input;
      while (at && at.kind !== 'TableSourceScan') at = 'input' in at ? at.input : undefined;
      if (at) return at;
    } else throw new Error(diagnostics[0]?.message);
  }
  throw new Error('no scan');
}

/** 300 records: some with an escape, some without a value, some without a key. */
function records(): RecordCursor {
  const encoder = new TextEncoder();
  const writer = new RecordBatchWriter();
  for (let i = 0; i < 300; i++) {
    const key = i % 31 === 30 ? null : encoder.encode(`{"k":${i % 7}}`);
    const text = `{"v":"${i % 10 === 3 ? '\\n' : 'a'}${i}","n":${i}}`;
    writer.append({ topic: 't', key, value: i % 50 === 49 ? null : encoder.encode(text) }, 1_000_000 + i);
  }
  const bytes = writer.finish('none', { producerId: -1n, epoch: -1, sequence: -1, isTransactional: false });
  const [opened] = openRecords([{ bytes, start: 0, end: bytes.length, aborted: [], from: 0n }]);
  if (!opened) throw new Error('nothing opened');
  return opened.records;
}

const WITH = "'topic' = 't', 'properties.bootstrap.servers' = 'x:1', 'key.format' = 'json', 'value.format' = 'json'";
const METADATA = "o BIGINT METADATA FROM 'offset' VIRTUAL, at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL";

test.each([
  [
    'kafka',
    `CREATE TABLE t (k INT, v STRING, n BIGINT, ${METADATA}) WITH ('connector' = 'kafka', ${WITH}, 'key.fields' = 'k',
      'value.fields-include' = 'EXCEPT_KEY', 'scan.startup.mode' = 'earliest-offset'); SELECT * FROM t;`,
  ],
  [
    'upsert-kafka',
    `CREATE TABLE t (k INT, v STRING, n BIGINT, ${METADATA}, PRIMARY KEY (k) NOT ENFORCED)
      WITH ('connector' = 'upsert-kafka', ${WITH}, 'value.fields-include' = 'EXCEPT_KEY'); SELECT * FROM t;`,
  ],
] as const)('%s: runs of records with keys and metadata give what each record gives', (connector, sql) => {
  const { table, options, projected, fields } = scanOf(sql);
  const read = (add: (decoder: RecordDecoder, cursor: RecordCursor) => void): unknown[] => {
    const env = {
      workingDirectory: '/',
      zone: 'UTC',
      options: {},
      now: () => 0,
      print: () => undefined,
      notice: () => undefined,
    };
    const decoder = new RecordDecoder(
      { table, options, projected, fields, env },
      kafkaOptions(connector, options, table),
    );
    decoder.begin('t', 0, 0);
    add(decoder, records());
    const taken = decoder.take();
    const { batch } = taken ?? {};
    const rows = Array.from({ length: batch?.length ?? 0 }, (_, i) => [
      batch?.kinds?.[i],
      ...(batch?.columns ?? []).map((column) => valueAt(column, i)),
    ]);
    return [taken?.runs, ...rows];
  };
  const single = read((decoder, cursor) => {
    while (cursor.advance()) decoder.add(cursor);
  });
  expect(single.length).toBeGreaterThan(280);
  const inRuns = read((decoder, cursor) => {
    while (decoder.addRun(cursor, 128, Number.POSITIVE_INFINITY));
  });
  expect(inRuns).toEqual(single);
});
