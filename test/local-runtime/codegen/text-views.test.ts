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

  test.each([[[0, 1, 2, 3, 4]], [[4, 3, 2, 1, 0]], [[2, 2, 0, 9, 3, 9, 1]]])(
    'of bytes, parts %j together, are those of strings',
    (indexes) => {
      const guarded = (index: number): Rex => {
        const isWanted = call('=', BOOL, text, lit('//x', types.string(false)));
        return call('CASE', TEXT, isWanted, part('/', index), lit(null, TEXT));
      };
      const parts = indexes.flatMap((index) => [part('/', index), part('n', index), guarded(index)]);
      const calc = compileCalc(parts, null, [TEXT], env);
      expect(rowsOf(calc.run(inBytes(strings)))).toEqual(rowsOf(calc.run(strings)));
    },
  );

  test('does not remember a batch whose bytes the next one takes', () => {
    const bytes = new TextEncoder().encode('a/b/c');
    const batch = (isFirst: number): Batch => ({
      length: 1,
      kinds: undefined,
      marks: undefined,
      columns: [
        StringColumn.ofUtf8(bytes, Int32Array.of(0), Int32Array.of(5), 1, undefined),
        { kind: 'bool', values: Uint8Array.of(isFirst), nulls: undefined },
      ],
    });
    const calc = compileCalc([call('CASE', TEXT, ref(1, BOOL), part('/', 0), part('/', 2))], null, [TEXT, BOOL], env);
    expect(rowsOf(calc.run(batch(1)))).toEqual([['a']]);
    bytes.set(new TextEncoder().encode('x//yz'));
    expect(rowsOf(calc.run(batch(0)))).toEqual([['yz']]);
    expect(rowsOf(calc.run(batch(1)))).toEqual([['x']]);
    bytes.set(new TextEncoder().encode('///no'));
    expect(rowsOf(calc.run(batch(0)))).toEqual([['']]);
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

describe('lengths in words', () => {
  const length = (search?: string): Rex => {
    const chars = types.string(false);
    const of = search === undefined ? text : call('REPLACE', TEXT, text, lit(search, chars), lit('', chars));
    return call('CHAR_LENGTH', types.int(), of);
  };
  /** Texts at every place in a word, of lengths around those at which the way of counting changes. */
  const rowsWith = (of: (i: number) => string) =>
    [0, 1, 2, 3, 4, 15, 16, 17, 18, 19, 20, 31, 255, 256, 1019, 1020, 1021, 1023, 1024, 1027, 2050].flatMap((n) =>
      [0, 1, 2, 3].map((shift) => ({ shift, text: Array.from({ length: n }, (_, i) => of(i)).join('') })),
    );
  const asBatch = (rows: readonly { shift: number; text: string }[]): Batch => {
    const pieces = rows.map(({ text }) => new TextEncoder().encode(text));
    const starts = new Int32Array(rows.length);
    const ends = new Int32Array(rows.length);
    let at = 0;
    for (const [i, piece] of pieces.entries()) {
      while ((at & 3) !== rows[i]?.shift) at++;
      starts[i] = at;
      at += piece.length;
      ends[i] = at;
    }
    // The words begin elsewhere in the memory than the bytes do.
    const bytes = new Uint8Array(new ArrayBuffer(at + 5), 1, at);
    for (const [i, piece] of pieces.entries()) bytes.set(piece, starts[i]);
    const column = StringColumn.ofUtf8(bytes, starts, ends, rows.length, undefined);
    return { length: rows.length, kinds: undefined, marks: undefined, columns: [column] };
  };

  test.each([
    ['every second an a', (i: number) => (i % 2 ? 'a' : 'b')],
    ['all an a', () => 'a'],
    ['NUL and DEL', (i: number) => (i % 3 ? '\0' : '\x7f')],
    ['all that is one byte', (i: number) => String.fromCharCode((i * 37) % 128)],
    ['one that is two bytes', (i: number) => (i === 13 ? 'ä' : 'a')],
    ['the last is four bytes', (i: number) => (i === 2049 ? '😀' : 'a')],
  ])('%s', (_, of) => {
    const rows = rowsWith(of);
    const searches = ['a', '\0', '\x7f', 'b'];
    const calc = compileCalc([length(), ...searches.map(length)], null, [TEXT], env);
    expect(rowsOf(calc.run(asBatch(rows)))).toEqual(
      rows.map(({ text }) =>
        ['', ...searches].map((search) => [...(search ? text.replaceAll(search, '') : text)].length),
      ),
    );
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
