import { describe, expect, it } from 'vitest';
import { type CatalogTable, catalogSource } from '../../../language-server/ide/catalog-source.ts';
import { analyzeProgram } from '../../../language-server/ide/program.ts';

const table = (more: Partial<CatalogTable>): CatalogTable => ({
  catalog: 'default_catalog',
  database: 'default_database',
  name: 't',
  kind: 'table',
  columns: [{ name: 'a', type: 'INT NOT NULL' }],
  ...more,
});

const faults = (tables: readonly CatalogTable[], sql: string): string[] =>
  analyzeProgram([
    { id: 'catalog', text: catalogSource({ connection: 'c', tables }) },
    { id: 'own', text: sql },
  ]).flatMap((t) => t.diagnostics.map((d) => d.message));

describe('what a connection’s catalog has, as statements', () => {
  it('keeps types, keys, watermarks and odd names', () => {
    const odd = table({
      name: 'odd `name`',
      columns: [
        { name: 'select', type: 'ROW<`x y` INT, z ARRAY<STRING NOT NULL>>', comment: "it's" },
        { name: 'ts', type: 'TIMESTAMP_LTZ(3)' },
        { name: 'id', type: 'BIGINT NOT NULL' },
      ],
      primaryKey: ['id'],
      watermark: { column: 'ts', expression: "`ts` - INTERVAL '5' SECOND" },
    });
    const sql =
      "SELECT `select`.`x y`, window_start FROM TUMBLE(TABLE `odd ``name```, DESCRIPTOR(ts), INTERVAL '1' MINUTE)";
    expect(faults([odd], sql)).toEqual([]);
  });

  it('puts tables into their catalogs and databases', () => {
    const tables = [table({}), table({ database: 'other' }), table({ catalog: 'lake', database: 'bronze' })];
    expect(faults(tables, 'SELECT t.a FROM t, other.t AS u, lake.bronze.t AS v')).toEqual([]);
    expect(faults(tables, 'SELECT a FROM lake.nothing.t')).toEqual(["Object 'nothing' not found within 'lake'"]);
  });

  it('says nothing of options that it does not know', () => {
    expect(faults([table({ kind: 'view' })], 'INSERT INTO t SELECT 1')).toEqual([]);
  });
});
