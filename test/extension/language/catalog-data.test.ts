import { describe, expect, it } from 'vitest';
import type { CatalogColumn, CatalogSnapshot } from '../../../extension/catalog/catalog-source.ts';
import { catalogData } from '../../../extension/language/catalog-data.ts';
import { looksLikeFlink } from '../../../extension/language/flink-text.ts';
import { catalogSource } from '../../../language-server/ide/catalog-source.ts';
import { analyzeProgram } from '../../../language-server/ide/program.ts';

const column = (name: string, type: string, more: Partial<CatalogColumn> = {}): CatalogColumn => ({
  name,
  type,
  nullable: true,
  key: undefined,
  extras: undefined,
  watermark: undefined,
  comment: undefined,
  ...more,
});

describe('what DESCRIBE tells, for the language server', () => {
  const snapshot: CatalogSnapshot = {
    current: { catalog: 'default_catalog', database: 'default_database' },
    catalogs: [
      {
        name: 'default_catalog',
        databases: [
          {
            name: 'default_database',
            tables: [
              {
                name: 'bids',
                kind: 'table',
                columns: [
                  column('id', 'BIGINT', { nullable: false, key: 'PRI(id, day)' }),
                  column('day', 'STRING', { nullable: false, key: 'PRI(id, day)' }),
                  column('ts', 'TIMESTAMP(3) *ROWTIME*', { watermark: "`ts` - INTERVAL '5' SECOND" }),
                  column('twice', 'BIGINT', { extras: 'AS `id` * 2' }),
                ],
              },
              { name: 'unreadable', kind: 'table', columns: undefined },
            ],
            functions: [],
            models: [],
          },
        ],
      },
    ],
  };

  it('is a catalog in which queries bind', () => {
    const data = catalogData('cluster', snapshot);
    expect(data.tables.map((t) => t.name)).toEqual(['bids']);
    expect(data.tables[0]).toMatchObject({ primaryKey: ['id', 'day'], watermark: { column: 'ts' } });
    const sql = "SELECT twice, window_start FROM TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE)";
    const texts = analyzeProgram([
      { id: 'catalog', text: catalogSource(data) },
      { id: 'own', text: sql },
    ]);
    expect(texts.flatMap((t) => t.diagnostics)).toEqual([]);
  });
});

describe('whether a .sql file is Flink’s', () => {
  it.each([
    ["CREATE TABLE t (a INT) WITH ('connector' = 'kafka')", true],
    ['CREATE TABLE t (ts TIMESTAMP(3), WATERMARK FOR ts AS ts)', true],
    ["SELECT * FROM TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)", true],
    ["SET 'table.exec.state.ttl' = '1 h';", true],
    ['SELECT a FROM t WHERE b = 1', false],
    ['CREATE TABLE t (a INT PRIMARY KEY)', false],
    ["-- WITH ('connector' = 'kafka')\nSELECT 1", false],
    ["/* WATERMARK FOR */ INSERT INTO t VALUES ('x')", false],
  ])('%s: %s', (text, expected) => {
    expect(looksLikeFlink(text)).toBe(expected);
  });
});
