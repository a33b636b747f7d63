import { describe, expect, test } from 'vitest';
import { asHtml, asMarkdown, asScript, type ExportedCell } from '../../../extension/notebook-files/export-text.ts';
import { importCells } from '../../../extension/notebook-files/import-cells.ts';

describe('an imported file', () => {
  test('Zeppelin: statements run, notes and other languages are read', () => {
    const note = {
      name: 'Clicks',
      paragraphs: [
        { text: '%md\n## Words' },
        { title: 'All', text: '%flink.ssql(type=update, refreshInterval=1000)\n\nSELECT *\nFROM clicks' },
        { text: '%flink.bsql SELECT 1' },
        { text: '%flink.pyflink\nprint(1)' },
        { text: '   ' },
      ],
    };
    expect(importCells('a.zpln', JSON.stringify(note))).toEqual([
      { kind: 'markdown', value: '# Clicks' },
      { kind: 'markdown', value: '## Words' },
      { kind: 'markdown', value: '## All' },
      { kind: 'code', value: 'SELECT *\nFROM clicks' },
      { kind: 'code', value: 'SELECT 1' },
      { kind: 'markdown', value: '```pyflink\nprint(1)\n```' },
    ]);
  });

  test('Jupyter: what stands behind a magic of SQL, or all code of a kernel of SQL', () => {
    const notebook = (metadata: unknown) =>
      JSON.stringify({
        metadata,
        cells: [
          { cell_type: 'markdown', source: ['# A\n', 'b'] },
          { cell_type: 'code', source: '%%flink_sql -o x\nSELECT 1' },
          { cell_type: 'code', source: ['SELECT', ' 2'] },
          { cell_type: 'code', source: [] },
        ],
      });
    expect(importCells('a.ipynb', notebook({ language_info: { name: 'python' } }))).toEqual([
      { kind: 'markdown', value: '# A\nb' },
      { kind: 'code', value: 'SELECT 1' },
      { kind: 'markdown', value: '```python\nSELECT 2\n```' },
    ]);
    expect(importCells('a.ipynb', notebook({ kernelspec: { language: 'sql' } }))[2]).toEqual({
      kind: 'code',
      value: 'SELECT 2',
    });
  });

  test('a script: a statement a cell, its comments with it, nothing lost', () => {
    const script = "\ufeff-- first\r\nSET 'a' = 'b;c';\r\n\r\n/* two */ SELECT ';' ;\r\nSELECT 3\r\n-- the end\r\n";
    expect(importCells('a.sql', script).map(({ value }) => value)).toEqual([
      "-- first\nSET 'a' = 'b;c';",
      "/* two */ SELECT ';' ;",
      'SELECT 3',
      '-- the end',
    ]);
  });

  test('what is no notebook is refused in a line', () => {
    expect(() => importCells('a.zpln', '{')).toThrow(/^This is not a Zeppelin note: /);
    expect(() => importCells('a.zpln', '[]')).toThrow('it has no paragraphs');
    expect(() => importCells('a.ipynb', 'null')).toThrow('it has no cells');
  });
});

describe('an exported notebook', () => {
  const cells: ExportedCell[] = [
    { kind: 'markdown', value: '# Orders\n\nAll `of` them:\n\n- a\n- <b>', results: [] },
    {
      kind: 'code',
      value: 'SELECT a FROM t',
      results: [
        {
          columns: [{ name: 'a|b', type: 'STRING' }],
          rows: [['x|y\n<i>'], [null]],
          total: 9,
          words: undefined,
          failed: false,
        },
      ],
    },
    {
      kind: 'code',
      value: 'SELECT;',
      results: [{ columns: [], rows: [], total: 0, words: 'SQL parse failed.\nTwice', failed: true }],
    },
  ];

  test('as a script is what the client runs', () => {
    expect(asScript(cells)).toBe(
      '-- # Orders\n--\n-- All `of` them:\n--\n-- - a\n-- - <b>\n\nSELECT a FROM t;\n\nSELECT;\n',
    );
  });

  test('as Markdown has its rows', () => {
    const text = asMarkdown(cells);
    expect(text).toContain(
      '```sql\nSELECT a FROM t\n```\n\n| a\\|b |\n| --- |\n| x\\|y<br><i> |\n| NULL |\n\n2 of 9 rows',
    );
    expect(text).toContain('> SQL parse failed.\n> Twice');
  });

  test('as HTML has no markup but its own, and no script', () => {
    const page = asHtml('<Orders>', cells);
    expect(page).toContain('<title>&lt;Orders&gt;</title>');
    expect(page).toContain('<h1>Orders</h1>');
    expect(page).toContain('<li>&lt;b&gt;</li>');
    expect(page).toContain('<td>x|y\n&lt;i&gt;</td>');
    expect(page).toContain('<pre class="failed">SQL parse failed.');
    expect(page).not.toMatch(/<script|<i>|https?:/);
  });
});
