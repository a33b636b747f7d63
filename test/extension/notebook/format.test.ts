import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CellText, parseNotebook, serializeNotebook } from '../../../extension/notebook/format.ts';

const code = (value: string): CellText => ({ kind: 'code', value, metadata: {} });
const markdown = (value: string): CellText => ({ kind: 'markdown', value, metadata: {} });

const FILE = `-- %% [markdown]
-- # Orders
--
-- Late *events*.

-- %%
SET 'a' = 'b';

SELECT 1;

-- %% Totals
SELECT 2;
`;

describe('the notebook file', () => {
  test('cells by their headers, Markdown without its comment marks', () => {
    const { cells } = parseNotebook(FILE);
    expect(cells.map((c) => [c.kind, c.value])).toEqual([
      ['markdown', '# Orders\n\nLate *events*.'],
      ['code', "SET 'a' = 'b';\n\nSELECT 1;"],
      ['code', 'SELECT 2;'],
    ]);
    expect(cells.map((c) => c.metadata)).toEqual([{}, {}, { header: ' Totals' }]);
  });

  test('what we write', () => {
    const text = serializeNotebook({
      cells: [
        markdown('# Orders\n\nLate *events*.'),
        code("SET 'a' = 'b';\n\nSELECT 1;"),
        { ...code('SELECT 2;'), metadata: { header: ' Totals' } },
      ],
      metadata: {},
    });
    expect(text).toBe(FILE);
  });

  test('a file without headers is one cell and stays plain SQL when edited', () => {
    const { cells, metadata } = parseNotebook('SELECT 1;\n\nSELECT 2;\n');
    expect(cells).toHaveLength(1);
    expect(serializeNotebook({ cells: [{ ...cells[0]!, value: 'SELECT 3;' }], metadata })).toBe('SELECT 3;\n');
  });

  test('an edited cell changes its own lines only', () => {
    const text = '\n-- %%  Odd title \n\n\n  SELECT 1  ;  \n\n\n\n-- %% [md]\n--no blank\n\n\n-- %%\nSELECT 2';
    const { cells, metadata } = parseNotebook(text);
    const edited = cells.map((c, i) => (i === 2 ? { ...c, value: 'SELECT 3' } : c));
    expect(serializeNotebook({ cells: edited, metadata })).toBe(text.replace('SELECT 2', 'SELECT 3\n'));
    const first = cells.map((c, i) => (i === 0 ? { ...c, value: 'SELECT 0' } : c));
    expect(serializeNotebook({ cells: first, metadata })).toBe(
      text.replace('\n\n  SELECT 1  ;  \n\n\n\n', 'SELECT 0\n\n'),
    );
  });

  test('Windows line breaks stay, also in new lines', () => {
    const { cells, metadata } = parseNotebook('-- %%\r\nSELECT 1\r\n\r\n-- %% [markdown]\r\n-- a\r\n');
    expect(serializeNotebook({ cells: [...cells, code('SELECT\n2')], metadata })).toBe(
      '-- %%\r\nSELECT 1\r\n\r\n-- %% [markdown]\r\n-- a\r\n\r\n-- %%\r\nSELECT\r\n2\r\n'.replace(
        '-- a\r\n\r\n',
        '-- a\r\n\r\n',
      ),
    );
  });

  test('a moved cell never swallows its neighbour', () => {
    const { cells, metadata } = parseNotebook('SELECT 1\n-- %%\nSELECT 2');
    const moved = serializeNotebook({ cells: [cells[1]!, cells[0]!], metadata });
    expect(parseNotebook(moved).cells.map((c) => c.value)).toEqual(['SELECT 2', 'SELECT 1']);
  });

  const line = fc.constantFrom(
    '',
    ' ',
    '-- %%',
    '-- %% [markdown]',
    '-- %% [md] ',
    '-- %% title',
    '--',
    '-- ',
    '-- a',
    '--a',
    '--%% x',
    '-- -- %%',
    'SELECT 1;',
    '  x  ',
    '-- %%x',
    '%% y',
    '\uFEFF',
  );
  const anyText = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r', '\n', '')), { maxLength: 12 })
    .map((parts) => parts.flat().join(''));

  test('every text comes back unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: 'binary' })), (text) => {
        expect(serializeNotebook(parseNotebook(text))).toBe(text);
      }),
      { numRuns: 3000 },
    );
  });

  test('cells that we write are read again, and written the same', () => {
    const value = fc
      .array(fc.constantFrom('', 'SELECT 1;', '-- note', '%% y', '--', ' -- %%', '\t'), { minLength: 1, maxLength: 5 })
      .map((l) => l.join('\n').replace(/\n+$/, ''));
    const cell = fc.oneof(value.map(code), value.map(markdown));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (cells) => {
        const text = serializeNotebook({ cells, metadata: {} });
        const again = parseNotebook(text);
        expect(again.cells.map(({ kind, value }) => ({ kind, value }))).toEqual(
          cells.map(({ kind, value }) => ({ kind, value })),
        );
        expect(again.cells.every((c) => c.metadata.raw === undefined)).toBe(true);
        expect(serializeNotebook(again)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test('any sequence of cells read from files keeps kinds and texts when put together anew', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        // A byte order mark belongs to a file, not to a cell.
        const cells = [a, b].flatMap((text) => parseNotebook(text.replaceAll('\uFEFF', '')).cells);
        const again = parseNotebook(serializeNotebook({ cells, metadata: {} })).cells;
        const norm = (list: readonly CellText[]) =>
          list.map((c) => `${c.kind} ${c.value.replace(/\r\n?/g, '\n').replace(/\n+$/, '')}`);
        expect(norm(again)).toEqual(norm(cells));
      }),
      { numRuns: 2000 },
    );
  });
});
