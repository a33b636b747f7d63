import { describe, expect, test } from 'vitest';
import { CellDependencies } from '../../../extension/notebook/cell-dependencies.ts';

describe('cells that read what other cells make', () => {
  const [ddl, query, other] = [{}, {}, {}];
  const table = (more: string) => `CREATE TABLE orders (id INT${more}) WITH ('connector' = 'datagen');`;

  test('are told when it was made anew by another text, until they run again', () => {
    const cells = new CellDependencies<object>();
    cells.ran(ddl, table(''));
    cells.ran(query, 'SELECT COUNT(*) FROM orders');
    cells.ran(other, 'SELECT 1');
    expect(cells.stale(query)).toEqual([]);
    cells.ran(ddl, `DROP TABLE orders; ${table(', v INT')}`);
    expect(cells.stale(query)).toEqual(['orders']);
    expect(cells.stale(other)).toEqual([]);
    cells.ran(query, 'SELECT COUNT(*) FROM orders');
    expect(cells.stale(query)).toEqual([]);
  });

  test('the same text makes the same', () => {
    const cells = new CellDependencies<object>();
    cells.ran(ddl, table(''));
    cells.ran(query, 'INSERT INTO orders SELECT 1');
    cells.ran(ddl, table(''));
    expect(cells.stale(query)).toEqual([]);
  });

  test('a view, a table function and an ALTER count too', () => {
    const cells = new CellDependencies<object>();
    cells.ran(ddl, 'CREATE VIEW v AS SELECT 1');
    cells.ran(query, "SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) JOIN v ON TRUE");
    cells.ran(ddl, 'CREATE OR REPLACE VIEW v AS SELECT 2');
    cells.ran(other, "ALTER TABLE orders SET ('a' = 'b')");
    expect(cells.stale(query).sort()).toEqual(['orders', 'v']);
    cells.forget(query);
    expect(cells.stale(query)).toEqual([]);
  });
});
