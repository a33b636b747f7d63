import { describe, expect, it } from 'vitest';
import { parseNotebook } from '../../extension/notebook/format.ts';
import { cellsOf, isTestCell, readNotebookTests } from '../../testing/notebook.ts';

const text = [
  '-- %% [markdown]',
  '-- # Sums',
  '-- -- @test not one, it is prose',
  '-- | k | v |',
  '-- %%',
  "CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'datagen');",
  '-- %% a title',
  '-- @test sums',
  '-- @given t',
  '--   | k | v |',
  '--   | a | 1 |',
  'SELECT k FROM t;',
  '-- @then',
  '--   | k |',
  '--   | a |',
  '-- %%',
  'SELECT 1;',
].join('\n');

describe('test cells', () => {
  it('are those with a test', () => {
    expect(cellsOf(text).map(({ isTest }) => isTest)).toEqual([false, false, true, false]);
    expect(isTestCell('SELECT 1; -- @test no line of its own')).toBe(false);
    expect(isTestCell('  -- @test t')).toBe(true);
  });

  it.each([
    text,
    '-- %%\nSELECT 1;',
    'SELECT 1;',
    '\n\n-- %%\n-- %%\nSELECT 2;\n\n\n',
    text.replaceAll('\n', '\r\n'),
    `\uFEFF${text}`,
    'SELECT 0;\n-- %%\nSELECT 1;',
    '',
  ])('lie where the notebook has its cells: %j', (source) => {
    const values = cellsOf(source).map(({ start, end }) => source.slice(start, end).replace(/^\uFEFF|[\r\n]+$/g, ''));
    const cells = parseNotebook(source).cells;
    expect(values.length).toBe(cells.length);
    cells.forEach((cell, i) => {
      if (cell.kind === 'code') expect(values[i]).toBe(cell.value);
    });
  });

  it('have their tests at the places of the file, and the other cells as script', () => {
    const { tests, own, problems, uses } = readNotebookTests(text);
    expect(problems).toEqual([]);
    expect(uses).toEqual([]);
    expect(tests.map(({ name, place }) => [name, text.slice(place.start, place.end)])).toEqual([
      ['sums', '-- @test sums'],
    ]);
    const [when] = tests.map((test) => test.when);
    expect(when?.kind === 'query' && text.slice(when.sql.start, when.sql.end)).toMatch(/^SELECT k FROM t/);
    expect(tests[0]?.expected).toMatchObject([{ rows: [{ cells: ['a'] }] }]);
    expect(own?.length).toBe(text.length);
    expect(own).toContain('CREATE TABLE t');
    expect(own).toContain('SELECT 1;');
    expect(own).not.toContain('SELECT k FROM t');
  });
});
