import { describe, expect, test } from 'vitest';
import type { FetchedRecord } from '../../../../clients/kafka/index.ts';
import { applyCommand, type BindContext, bindStatement, planQuery } from '../../../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../../../flink-sql/catalog/store.ts';
import type { Calc, Physical, TableSourceScan } from '../../../../flink-sql/plan/physical.ts';
import { parse } from '../../../../flink-sql/syntax/index.ts';
import type { Batch } from '../../../../local-runtime/batch/batch.ts';
import { valueAt } from '../../../../local-runtime/batch/column.ts';
import { compileCalc } from '../../../../local-runtime/codegen/index.ts';
import type { ConnectorEnvironment } from '../../../../local-runtime/connectors/connector.ts';
import { kafkaOptions } from '../../../../local-runtime/connectors/kafka/options.ts';
import { RecordDecoder } from '../../../../local-runtime/connectors/kafka/rows.ts';
import { PartitionWatermarks } from '../../../../local-runtime/connectors/kafka/watermarks.ts';
import { connectorTraits } from '../../../../local-runtime/connectors/registry.ts';

const env: ConnectorEnvironment = {
  workingDirectory: '/',
  zone: 'UTC',
  options: {},
  now: () => 0,
  print: () => undefined,
  notice: () => undefined,
};

/** The plan of the last statement, a query, below its sink. */
function plan(sql: string): Physical {
  const context: BindContext = { catalog: new CatalogStore(), options: {}, connectors: connectorTraits };
  for (const { node } of parse(sql).statements) {
    if (!node) throw new Error('no statement');
    const { value, diagnostics } = bindStatement(node, sql, context);
    if (value?.kind === 'catalog') {
      expect(applyCommand(value.command, context.catalog).diagnostics).toEqual([]);
    } else if (value?.kind === 'query') {
      const planned = planQuery(value.query, context);
      const sink = planned.value?.sinks[0];
      if (!sink) throw new Error(planned.diagnostics[0]?.message);
      return sink.input;
    } else throw new Error(diagnostics[0]?.message);
  }
  throw new Error('no query');
}

const kafka = (columns: string, more = '') =>
  `CREATE TABLE t (${columns}) WITH ('connector' = 'kafka', 'topic' = 'x', 'properties.bootstrap.servers' = 'x:1', 'scan.startup.mode' = 'earliest-offset'${more});`;

const ticks = `${kafka(
  "ms BIGINT, b STRING, ts AS TO_TIMESTAMP_LTZ(ms, 3), u AS UPPER(b), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND",
  ", 'format' = 'json'",
)} SELECT u, ts FROM t WHERE ms > 0;`;

const record = (offset: number, value: string | null): FetchedRecord => ({
  offset: BigInt(offset),
  timestamp: 0,
  timestampType: 'CreateTime',
  leaderEpoch: 0,
  key: null,
  value: value === null ? null : new TextEncoder().encode(value),
  headers: [],
});

function decoderOf({ table, options, projected, fields }: TableSourceScan): RecordDecoder {
  return new RecordDecoder({ table, options, projected, fields, env }, kafkaOptions('kafka', options, table));
}

const marksOf = (batch: Batch | undefined) =>
  batch?.marks && [[...batch.marks.rows.slice(0, batch.marks.count)], [...batch.marks.values]];

describe('a computed rowtime', () => {
  const calc = plan(ticks) as Calc;
  const scan = calc.input as TableSourceScan;
  const types = scan.fields.map((field) => field.type);

  test('leaves nothing but a Calc over a source with the watermark in it', () => {
    expect([calc.kind, scan.kind, scan.watermark?.timeIndex]).toEqual(['Calc', 'TableSourceScan', undefined]);
  });

  test('has a watermark for each partition; the least goes out, and through the Calc', () => {
    if (!scan.watermark) throw new Error('no watermark in the source');
    const decoder = decoderOf(scan);
    const watermarks = new PartitionWatermarks(scan.watermark, types, env, undefined);
    const computed = compileCalc(calc.exprs, calc.condition, types, { zone: 'UTC', clock: env, options: {} });
    watermarks.partitions(2);
    const read = (rows: readonly (readonly [partition: number, ms: number | null])[], now: number) => {
      for (const [i, [partition, ms]] of rows.entries()) {
        decoder.begin('x', partition, partition);
        decoder.add(record(i, JSON.stringify({ ms, b: `p${partition}` })));
      }
      const taken = decoder.take();
      const batch = watermarks.mark(taken?.batch, taken?.runs ?? [], now);
      return batch && computed.run(batch);
    };
    // Nothing goes out before each partition has a row.
    const ahead = read([[0, 900_000]], 1000);
    expect([ahead?.length, marksOf(ahead)]).toEqual([1, undefined]);
    // Partition 1 is far behind: its own highest row counts, whatever comes of partition 0, and a NULL moves nothing.
    const both = read(
      [
        [1, 20_000],
        [1, 10_000],
        [1, null],
        [0, 990_000],
      ],
      2000,
    );
    expect(both?.columns.map((column) => valueAt(column, 0))).toEqual(['P1', { ms: 20_000, nanos: 0 }]);
    // The NULL does not pass `ms > 0`, and the mark stays behind the rows that are left.
    expect([both?.length, marksOf(both)]).toEqual([3, [[3], [15_000]]]);
    // More of the one that is ahead changes nothing; more of the other does, also where no row passes.
    expect(marksOf(read([[0, 999_000]], 3000))).toBeUndefined();
    expect(marksOf(read([[1, 950_000]], 4000))).toEqual([[1], [945_000]]);
    expect(marksOf(read([[1, 1_500_000]], 5000))).toEqual([[1], [994_000]]);
  });

  test('that is a column of the source is that column, not a copy', () => {
    const times = kafka('t TIMESTAMP(3), pt AS PROCTIME(), WATERMARK FOR t AS t', ", 'format' = 'json'");
    const above = plan(`${times} SELECT t, pt FROM t;`) as Calc;
    const below = above.input as TableSourceScan;
    const decoder = decoderOf(below);
    decoder.begin('x', 0, 0);
    decoder.add(record(0, '{"t": "1970-01-01 00:00:01"}'));
    const { batch } = decoder.take() ?? {};
    if (!batch) throw new Error('no rows');
    const inputTypes = below.fields.map((field) => field.type);
    const out = compileCalc(above.exprs, above.condition, inputTypes, { zone: 'UTC', clock: env, options: {} }).run(
      batch,
    );
    expect(above.exprs[0]?.kind).toBe('Call');
    expect(out.columns[0]).toBe(batch.columns[0]);
  });

  test('sends each watermark behind the row that moves it, where the table says on-event', () => {
    if (!scan.watermark) throw new Error('no watermark in the source');
    const decoder = decoderOf(scan);
    const watermarks = new PartitionWatermarks(scan.watermark, types, env, undefined, 'on-event');
    watermarks.partitions(2);
    const rows = [
      [0, 10_000],
      [0, 20_000],
      [1, 12_000],
      [1, 11_000],
      [1, 13_000],
      [0, 21_000],
      [1, 30_000],
    ] as const;
    for (const [i, [partition, ms]] of rows.entries()) {
      decoder.begin('x', partition, partition);
      decoder.add(record(i, JSON.stringify({ ms, b: 'b' })));
    }
    const taken = decoder.take();
    expect(marksOf(watermarks.mark(taken?.batch, taken?.runs ?? [], 1000))).toEqual([
      [3, 5, 7],
      [7000, 8000, 16_000],
    ]);
    expect(marksOf(watermarks.mark(undefined, [], 9000))).toBeUndefined();
  });

  test('of a partition that is idle holds nothing back', () => {
    if (!scan.watermark) throw new Error('no watermark in the source');
    const decoder = decoderOf(scan);
    const watermarks = new PartitionWatermarks(scan.watermark, types, env, 1000);
    watermarks.partitions(2);
    decoder.begin('x', 0, 0);
    decoder.add(record(0, '{"ms": 60000}'));
    const taken = decoder.take();
    expect(watermarks.mark(taken?.batch, taken?.runs ?? [], 1000)?.marks).toBeUndefined();
    const sent: unknown[] = [];
    for (let now = 1200; now < 4000; now += 200) {
      const marks = marksOf(watermarks.mark(undefined, [], now));
      if (marks) sent.push([now, ...marks]);
    }
    // The one with a row is idle too, a check later: the watermark is its own before.
    expect(sent).toEqual([[2200, [0], [55_000]]]);
    // A row ends it, and what is behind counts again.
    decoder.begin('x', 1, 1);
    decoder.add(record(1, '{"ms": 70000}'));
    const more = decoder.take();
    expect(marksOf(watermarks.mark(more?.batch, more?.runs ?? [], 5000))).toEqual([[1], [65_000]]);
  });
});

describe('a record without value', () => {
  const read = (format: string) => {
    const scan = plan(`${kafka('v STRING', format)} SELECT v FROM t;`) as TableSourceScan;
    const decoder = decoderOf(scan);
    decoder.begin('x', 0, 0);
    for (const value of ['"a"', null, '"b"']) decoder.add(record(0, value));
    const { batch } = decoder.take() ?? {};
    return Array.from({ length: batch?.length ?? 0 }, (_, i) => batch?.columns.map((column) => valueAt(column, i)));
  };

  test('is a row with NULL where the format is raw', () => {
    expect(read(", 'value.format' = 'raw'")).toEqual([['"a"'], [null], ['"b"']]);
  });

  test('is no row in other formats', () => {
    expect(read(", 'value.format' = 'csv'")).toEqual([['a'], ['b']]);
  });
});
