import { expect, test } from 'vitest';
import { toArrowPage } from '../../../clients/sql-gateway/arrow-page.ts';
import type { ArrowPage, Cell } from '../../../clients/sql-gateway/types.ts';
import { plainText } from '../../../extension/results/plain-text.ts';
import { ResultStore } from '../../../extension/results/result-store.ts';

function storeOf(rows: readonly (readonly Cell[])[], head: Partial<ArrowPage> = {}, kinds?: readonly number[]) {
  const page = toArrowPage({
    format: 'PLAIN_TEXT',
    token: 0,
    resultKind: 'SUCCESS_WITH_CONTENT',
    isQueryResult: true,
    jobId: 'j',
    columns: [
      { name: 'name', logicalType: { type: 'VARCHAR', length: 2147483647 } },
      { name: 'n', logicalType: { type: 'BIGINT' } },
    ],
    rowKinds: Uint8Array.from(kinds ?? rows.map(() => 0)),
    rows,
  });
  const store = new ResultStore({ id: '1', title: 't', limit: 1000 });
  store.add({ ...page, ...head });
  return store;
}

test('a table as in a terminal: numbers on the right, NULL as such, a cell in one line', () => {
  const store = storeOf([
    ['a\nb', '12'],
    [null, '1'],
  ]);
  store.end('finished');
  expect(plainText(store)).toBe(`+------+----+
| name |  n |
+------+----+
| a b  | 12 |
| NULL |  1 |
+------+----+
2 rows`);
});

test('of a long result the first rows, of a long cell its beginning', () => {
  const store = storeOf(Array.from({ length: 300 }, (_, i) => ['x'.repeat(60), String(i)]));
  store.end('stopped');
  const lines = plainText(store).split('\n');
  expect(lines).toHaveLength(3 + 20 + 3);
  expect(lines[3]).toBe(`| ${'x'.repeat(39)}… |  0 |`);
  expect(lines.slice(-2)).toEqual(['20 of 300 rows', 'Stopped']);
});

test('of a changelog the table that it makes', () => {
  const rows = [
    ['a', '1'],
    ['a', '1'],
    ['a', '2'],
  ];
  const store = storeOf(rows, {}, [0, 1, 2]);
  store.end('finished');
  expect(plainText(store)).toContain('| a    | 2 |');
  expect(plainText(store)).toMatch(/\n1 row$/);
});

test('what has no rows says what it did', () => {
  const ok = storeOf([], { resultKind: 'SUCCESS', isQueryResult: false });
  ok.end('finished');
  expect(plainText(ok)).toBe('OK');
  const job = storeOf([], { isQueryResult: false });
  job.end('finished');
  expect(plainText(job)).toBe('Job j submitted');
  const failed = new ResultStore({ id: '1', title: 't', limit: 1 });
  failed.end('failed', { message: "Table 'x' not found", causes: [] });
  expect(plainText(failed)).toBe("Table 'x' not found");
});
