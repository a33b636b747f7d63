import { describe, expect, test } from 'vitest';
import { hideColumn, moveColumn, pinColumn, showColumn } from '../../webviews/results/column-layout.ts';
import { type CopyFormat, copyText } from '../../webviews/results/copy-formats.ts';
import type { RowWindow } from '../../webviews/results/row-window.ts';
import { nextSort } from '../../webviews/results/use-arrangement.ts';
import { RowRequests, type Wanted } from '../../webviews/results/use-rows.ts';
import { valueTree } from '../../webviews/results/value-tree.ts';

describe('the columns of a grid', () => {
  const order = { shown: [0, 1, 2, 3], pinned: 1 };

  test('are hidden and shown again; the last one stays', () => {
    expect(hideColumn(order, 0)).toEqual({ shown: [1, 2, 3], pinned: 0 });
    expect(showColumn(hideColumn(order, 1), 1)).toEqual({ shown: [0, 2, 3, 1], pinned: 1 });
    expect(hideColumn({ shown: [2], pinned: 0 }, 2).shown).toEqual([2]);
  });

  test('are pinned behind the pinned ones and let go to the place after them', () => {
    expect(pinColumn(order, 3, true)).toEqual({ shown: [0, 3, 1, 2], pinned: 2 });
    expect(pinColumn({ shown: [0, 3, 1, 2], pinned: 2 }, 0, false)).toEqual({ shown: [3, 0, 1, 2], pinned: 1 });
    expect(pinColumn(order, 0, true)).toEqual(order);
  });

  test('move by one place, not across the pinned ones', () => {
    expect(moveColumn(order, 1, 1).shown).toEqual([0, 2, 1, 3]);
    expect(moveColumn(order, 1, -1)).toEqual(order);
    expect(moveColumn(order, 3, 1)).toEqual(order);
  });
});

test('a head sorts up, down, not at all; with Shift by several columns', () => {
  const up = nextSort([], 2, false);
  expect(up).toEqual([{ column: 2, descending: false }]);
  const down = nextSort(up, 2, false);
  expect(down).toEqual([{ column: 2, descending: true }]);
  expect(nextSort(down, 2, false)).toEqual([]);
  expect(nextSort(down, 0, true)).toEqual([
    { column: 2, descending: true },
    { column: 0, descending: false },
  ]);
  expect(nextSort(nextSort(down, 0, true), 2, true)).toEqual([{ column: 0, descending: false }]);
});

describe('copied cells', () => {
  const columns = [
    { name: 'id', type: 'INT NOT NULL' },
    { name: 'na|me', type: 'STRING' },
    { name: 'at', type: 'TIMESTAMP(3)' },
    { name: 'price', type: 'DECIMAL(10, 2)' },
    { name: 'ok', type: 'BOOLEAN' },
  ];
  const cells = [
    ['1', 'it\'s, "x"', '2024-01-02 03:04:05.678', '1.10', 'TRUE'],
    ['2', '', null, null, null],
  ];
  const window: RowWindow = {
    from: 5,
    length: 2,
    kind: () => 0,
    cells: columns.map((_, c) => (i: number) => cells[i]?.[c] ?? null),
    numeric: [],
  };
  const range = { fromRow: 5, toRow: 7, fromColumn: 0, toColumn: 5 };
  const copied = (format: CopyFormat) => copyText(format, [window], range, columns, { kinds: false, heads: true });

  test('as CSV', () => {
    expect(copied('csv')).toBe('id,na|me,at,price,ok\r\n1,"it\'s, ""x""",2024-01-02 03:04:05.678,1.10,TRUE\r\n2,"",,,');
  });

  test('as JSON that can be read', () => {
    expect(JSON.parse(copied('json'))).toEqual([
      { id: 1, 'na|me': 'it\'s, "x"', at: '2024-01-02 03:04:05.678', price: 1.1, ok: true },
      { id: 2, 'na|me': '', at: null, price: null, ok: null },
    ]);
  });

  test('as a Markdown table', () => {
    expect(copied('markdown').split('\n')).toEqual([
      '| id | na\\|me | at | price | ok |',
      '| ---: | --- | --- | ---: | --- |',
      '| 1 | it\'s, "x" | 2024-01-02 03:04:05.678 | 1.10 | TRUE |',
      '| 2 |  | NULL | NULL | NULL |',
    ]);
  });

  test('as VALUES, each a literal of its type', () => {
    expect(copied('values')).toBe(`SELECT * FROM (VALUES
  (1, 'it''s, "x"', TIMESTAMP '2024-01-02 03:04:05.678', CAST('1.10' AS DECIMAL(10, 2)), TRUE),
  (2, '', CAST(NULL AS TIMESTAMP(3)), CAST(NULL AS DECIMAL(10, 2)), CAST(NULL AS BOOLEAN))
) AS t (\`id\`, \`na|me\`, \`at\`, \`price\`, \`ok\`)`);
  });
});

describe('a nested value', () => {
  test('is taken apart by its type', () => {
    const type = 'ROW<`a` INT NOT NULL, `b` MAP<STRING, ARRAY<INT>>, `c` ROW<`d` STRING>>';
    const tree = valueTree('(1, {x=[1, 2], y=[]}, NULL)', type);
    expect(tree.parts?.map(({ name, value }) => [name, value.text])).toEqual([
      ['a', '1'],
      ['b', '{x=[1, 2], y=[]}'],
      ['c', null],
    ]);
    expect(tree.parts?.[1]?.value.parts?.[0]?.value.parts?.map(({ value }) => value.text)).toEqual(['1', '2']);
  });

  test('stays whole where its text has more parts than its type', () => {
    expect(valueTree('(a, b, c)', 'ROW<`x` STRING, `y` STRING>')).toEqual({ text: '(a, b, c)' });
    expect(valueTree('plain', 'STRING')).toEqual({ text: 'plain' });
  });
});

test('rows of another order are asked for at once and old ones are not shown', () => {
  const sent: { want: Wanted; request: number }[] = [];
  const requests = new RowRequests((want, request) => sent.push({ want, request }));
  const [plain, sorted] = [{}, { sort: [{ column: 0, descending: false }] }];
  const want = { view: 'table', from: 0, to: 20, version: 1 } as const;
  requests.want({ ...want, arrange: plain });
  requests.want({ ...want, arrange: sorted });
  const answer = { view: 'table', from: 0, length: 20, version: 1 } as const;
  expect(requests.answered({ ...answer, request: 1 })).toBe(false);
  expect(sent.map(({ want: { arrange } }) => arrange)).toEqual([plain, sorted]);
  expect(requests.answered({ ...answer, request: 2 })).toBe(true);
  expect(requests.arrange).toBe(sorted);
  requests.want({ ...want, arrange: plain });
  requests.failed(3);
  expect(sent).toHaveLength(3);
});
