import { describe, expect, test } from 'vitest';
import type { Rex } from '../../../flink-sql/plan/rex.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../../local-runtime/batch/batch.ts';
import type { Column } from '../../../local-runtime/batch/column.ts';
import { StringColumn } from '../../../local-runtime/batch/string-column.ts';
import { compileCalc, defaultEnv } from '../../../local-runtime/codegen/index.ts';
import { sharedCalls } from '../../../local-runtime/codegen/shared-calls.ts';
import { batchOf, call, lit, ref, rowsOf } from './rex.ts';

const TEXT = types.string();
const INT = types.int(false);
const BOOL = types.boolean();
const env = defaultEnv('UTC');
const text = ref(0, TEXT);
const TEXTS = ['https://a/b/ç/d', '', '/', 'no', null, '//x', 'ä/ö', '/end/'];

/** The same texts as a source decodes them. */
function inBytes(batch: Batch): Batch {
  const columns = batch.columns.map((column): Column => {
    if (column.kind !== 'str') return column;
    const { bytes, starts, ends } = column.views();
    return StringColumn.ofUtf8(bytes, starts, ends, batch.length, column.nulls);
  });
  return { ...batch, columns };
}

const part = (separator: string, index: number): Rex =>
  call('SPLIT_INDEX', TEXT, text, lit(separator, types.string(false)), lit(index, INT));

describe('SPLIT_INDEX', () => {
  const strings = batchOf(
    [TEXT],
    TEXTS.map((value) => [value]),
  );
  test.each([
    ['/', 0],
    ['/', 1],
    ['/', 3],
    ['/', 99],
    ['/', -1],
    ['n', 1],
    ['ö', 0],
    ['//', 1],
    ['', 0],
  ] as const)('of bytes at %j, part %d, is that of strings', (separator, index) => {
    for (const condition of [null, call('IS NOT NULL', BOOL, text)]) {
      const calc = compileCalc([part(separator, index)], condition, [TEXT], env);
      expect(rowsOf(calc.run(inBytes(strings)))).toEqual(rowsOf(calc.run(strings)));
    }
  });

  test('of bytes gives views of the same bytes', () => {
    const batch = inBytes(strings);
    const out = compileCalc([part('/', 2)], null, [TEXT], env).run(batch);
    expect(rowsOf(out).map(([value]) => value)).toEqual(['a', null, null, null, null, 'x', null, '']);
    const [before, after] = [batch.columns[0], out.columns[0]] as [StringColumn, StringColumn];
    expect(after.hasViews).toBe(true);
    expect(after.views().bytes).toBe(before.views().bytes);
  });

  test('a part may be an operand', () => {
    const upper = call('UPPER', TEXT, part('/', 2));
    const calc = compileCalc([upper, call('CHAR_LENGTH', types.int(), part('/', 3))], null, [TEXT], env);
    expect(rowsOf(calc.run(inBytes(strings)))).toEqual(rowsOf(calc.run(strings)));
  });
});

describe('made on bytes', () => {
  const texts = [
    '',
    'abc',
    'ABC',
    'aBcA',
    'ä',
    'Kelvin \u212a',
    '\u212aELVIN',
    'a\0b',
    '😀a😀',
    null,
    'İ',
    'abcd',
    'ab',
  ];
  const strings = batchOf(
    [TEXT],
    texts.map((value) => [value]),
  );
  const chars = types.string(false);
  const lower = call('LOWER', TEXT, text);
  const without = (search: string) =>
    call('CHAR_LENGTH', types.int(), call('REPLACE', TEXT, text, lit(search, chars), lit('', chars)));
  const calls: Readonly<Record<string, Rex>> = {
    length: call('CHAR_LENGTH', types.int(), text),
    'length without a': without('a'),
    'length without NUL': without('\0'),
    'length without ä': without('ä'),
    'length without nothing': without(''),
    'length without ab': without('ab'),
    lower: call('=', BOOL, lower, lit('abc', chars)),
    'lower, turned round': call('=', BOOL, lit('abc', chars), lower),
    'not lower': call('<>', BOOL, lower, lit('abc', chars)),
    'lower Kelvin': call('=', BOOL, lower, lit('kelvin', chars)),
    'lower with a capital letter': call('=', BOOL, lower, lit('ABC', chars)),
    'lower ä': call('=', BOOL, lower, lit('ä', chars)),
    'lower in': call('IN', BOOL, lower, lit('abc', chars), lit('kelvin', chars), lit('', chars)),
    'lower in many': call('IN', BOOL, lower, ...Array.from({ length: 9 }, (_, i) => lit(`ab${i || 'c'}`, chars))),
    'lower in, or NULL': call('IN', BOOL, lower, lit('abc', chars), lit(null, TEXT)),
  };
  test.each(Object.keys(calls))('%s is what it is of strings', (name) => {
    const rex = calls[name] as Rex;
    for (const condition of [null, call('IS NOT NULL', BOOL, rex)]) {
      const calc = compileCalc([rex], condition, [TEXT], env);
      const expected = rowsOf(calc.run(strings));
      expect(expected.length).toBeGreaterThan(0);
      expect(rowsOf(calc.run(inBytes(strings)))).toEqual(expected);
    }
  });
});

describe('calls that the condition evaluates in any case', () => {
  const extract = call('REGEXP_EXTRACT', TEXT, text, lit('id=(.*)', types.string(false)), lit(1, INT));
  const other = call('REGEXP_EXTRACT', TEXT, text, lit('a', types.string(false)), lit(0, INT));
  const random = call('RAND_INTEGER', types.int(), lit(9, INT));
  const known = (rex: Rex) => call('IS NOT NULL', BOOL, rex);

  test('are evaluated once', () => {
    expect(sharedCalls(call('OR', BOOL, known(extract), known(other)), [extract, other])).toEqual([extract]);
    expect(sharedCalls(known(extract), [])).toEqual([]);
    expect(sharedCalls(call('AND', BOOL, known(random), known(random)), [random])).toEqual([]);
    const inCase = call('CASE', BOOL, known(other), known(extract), known(extract));
    expect(sharedCalls(inCase, [extract])).toEqual([]);
  });

  test('give the same rows', () => {
    const rows = batchOf(
      [TEXT],
      ['id=1', 'x', null, 'a', 'id='].map((value) => [value]),
    );
    const condition = call('OR', BOOL, known(extract), call('=', BOOL, text, lit('a', types.string(false))));
    const { run, source } = compileCalc([text, extract], condition, [TEXT], env);
    expect(rowsOf(run(rows))).toEqual([
      ['id=1', '1'],
      ['a', null],
      ['id=', ''],
    ]);
    expect(source.match(/\bf\d+\(/g)?.length).toBe(1);
  });
});
