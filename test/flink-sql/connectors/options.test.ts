import { describe, expect, it } from 'vitest';
import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import {
  connectors,
  findConnector,
  findOption,
  formats,
  formatsOf,
  optionsOf,
} from '../../../flink-sql/connectors/index.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { connectorTraits } from '../../../local-runtime/connectors/registry.ts';

const table: ResolvedTable = {
  kind: 'table',
  identifier: { catalog: 'c', database: 'd', name: 't' },
  temporary: false,
  columns: [{ kind: 'physical', name: 'id', type: types.string(false) }],
  primaryKey: { name: 'pk', columns: ['id'] },
  partitionKeys: [],
  options: {},
};

/** The keys that the runtime lists when it is given one that it does not know. */
function listed(options: Record<string, string>, sink: boolean): string[] {
  const all = { ...options, 'no-such-option': 'x' };
  try {
    if (sink) connectorTraits.sink(all, table);
    else connectorTraits.source(all, table);
  } catch (error) {
    const { message } = (error as Error).cause as Error;
    return message
      .slice(message.indexOf('Supported options:') + 20)
      .split('\n')
      .filter(Boolean);
  }
  throw new Error('the option was taken');
}

const kafka = { 'properties.bootstrap.servers': 'localhost:9092', topic: 't' };
const runs: readonly (readonly [name: string, options: Record<string, string>, sink: boolean])[] = [
  ['kafka with json', { connector: 'kafka', ...kafka, format: 'json', 'scan.startup.mode': 'earliest-offset' }, false],
  [
    'kafka with csv',
    { connector: 'kafka', ...kafka, 'value.format': 'csv', 'scan.startup.mode': 'earliest-offset' },
    false,
  ],
  ['kafka with raw', { connector: 'kafka', ...kafka, format: 'raw', 'scan.startup.mode': 'earliest-offset' }, false],
  [
    'kafka with debezium',
    { connector: 'kafka', ...kafka, format: 'debezium-json', 'scan.startup.mode': 'earliest-offset' },
    false,
  ],
  ['upsert-kafka', { connector: 'upsert-kafka', ...kafka, 'key.format': 'raw', 'value.format': 'json' }, false],
  ['filesystem', { connector: 'filesystem', path: '/tmp/x', format: 'csv' }, false],
  ['jdbc', { connector: 'jdbc', url: 'jdbc:postgresql://localhost/x', 'table-name': 't' }, false],
  ['datagen', { connector: 'datagen' }, false],
  ['faker', { connector: 'faker', 'fields.id.expression': 'x' }, false],
  ['print', { connector: 'print' }, true],
  ['blackhole', { connector: 'blackhole' }, true],
];

/** Options of the runtime that are no business of the editor: its own, and Flink's that never had a meaning. */
const notListed = (key: string): boolean =>
  key === 'connector' ||
  key === 'property-version' ||
  key.startsWith('scan.watermark.') ||
  key.startsWith('fields.id.');

/** The filesystem connector takes the options of its format without listing them. */
const ofFiles = (key: string, options: Record<string, string>): boolean =>
  options.connector === 'filesystem' && key.startsWith(`${options.format}.`);

describe('options of connectors', () => {
  it.each(runs)('%s: those that the runtime knows', (_, options, sink) => {
    const known = optionsOf(options);
    const missing = listed(options, sink).filter((key) => !notListed(key) && !findOption(key, known));
    expect(missing).toEqual([]);
  });
  it.each(runs)('%s: none that the runtime refuses', (_, options, sink) => {
    const runtime = new Set(listed(options, sink));
    const more = optionsOf(options).filter(
      (o) => !o.open && !runtime.has(o.key) && !notListed(o.key) && !ofFiles(o.key, options),
    );
    expect(more.map((o) => o.key)).toEqual([]);
  });
  it('are written down whole', () => {
    for (const c of [...connectors, ...formats]) {
      expect(c.doc, c.id).toMatch(/\.$/);
      expect(new Set(c.options.map((o) => o.key)).size, c.id).toBe(c.options.length);
      for (const o of c.options) {
        expect(o.doc, o.key).toMatch(/[.)]$/);
        if (o.type === 'ENUM') expect(o.values?.length, `${c.id} ${o.key}`).toBeGreaterThan(1);
        if (o.type === 'ENUM' && o.fallback) expect(o.values, `${c.id} ${o.key}`).toContain(o.fallback);
      }
    }
  });
  it('have formats only where the connector has them', () => {
    const of = (id: string) => formatsOf(findConnector(id) as never).map((f) => f.id);
    expect(of('jdbc')).toEqual([]);
    expect(of('elasticsearch-7')).toEqual(['json']);
    expect(of('kafka')).not.toContain('parquet');
    expect(of('filesystem')).toContain('parquet');
  });
});
