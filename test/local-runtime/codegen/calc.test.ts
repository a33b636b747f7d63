import { describe, expect, it } from 'vitest';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { DELETE, INSERT } from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import {
  compileCalc,
  compileJoinCondition,
  compilePredicate,
  compileScalar,
  defaultEnv,
} from '../../../local-runtime/codegen/index.ts';
import { batchOf, call, lit, ref, rowsOf } from './rex.ts';

const env = defaultEnv('UTC');
const INT = types.int();
const LONG = types.bigint();
const TEXT = types.string();
const BOOL = types.boolean();
const id = ref(0, LONG);
const name = ref(1, TEXT);

describe('compileCalc', () => {
  it('shares columns when nothing is filtered', () => {
    const batch = batchOf(
      [LONG, TEXT],
      [
        [1n, 'a'],
        [2n, 'b'],
      ],
    );
    const out = compileCalc([name, call('+', LONG, id, lit(1n, types.bigint(false)))], null, [LONG, TEXT], env).run(
      batch,
    );
    expect(out.columns[0]).toBe(batch.columns[1]);
    expect(rowsOf(out)).toEqual([
      ['a', 2n],
      ['b', 3n],
    ]);
  });

  it('filters, keeping kinds and moving watermarks', () => {
    const builder = new BatchBuilder([LONG, TEXT]);
    builder.mark(1);
    builder.values([1n, 'a'], INSERT);
    builder.mark(2);
    builder.values([2n, 'b'], DELETE);
    builder.values([3n, null], INSERT);
    builder.mark(3);
    const condition = call('>', BOOL, id, lit(1n, types.bigint(false)));
    const out = compileCalc([id, name], condition, [LONG, TEXT], env).run(builder.take());
    expect(rowsOf(out)).toEqual([
      [2n, 'b'],
      [3n, null],
    ]);
    expect([...(out.kinds ?? [])]).toEqual([DELETE, INSERT]);
    expect([...(out.marks?.rows ?? [])]).toEqual([0, 0, 2]);
    expect([...(out.marks?.values ?? [])]).toEqual([1, 2, 3]);
  });

  it('drops rows whose condition is NULL', () => {
    const batch = batchOf(
      [LONG, TEXT],
      [
        [null, 'a'],
        [5n, 'b'],
      ],
    );
    const out = compileCalc([name], call('>', BOOL, id, lit(1n, types.bigint(false))), [LONG, TEXT], env).run(batch);
    expect(rowsOf(out)).toEqual([['b']]);
  });

  it('finds NULLs in a later batch of the same shape of plan', () => {
    const calc = compileCalc([call('+', LONG, id, id)], null, [LONG, TEXT], env);
    expect(rowsOf(calc.run(batchOf([LONG, TEXT], [[4n, 'x']])))).toEqual([[8n]]);
    expect(
      rowsOf(
        calc.run(
          batchOf(
            [LONG, TEXT],
            [
              [null, 'x'],
              [1n, 'y'],
            ],
          ),
        ),
      ),
    ).toEqual([[null], [2n]]);
  });

  it('wraps as Java does', () => {
    const batch = batchOf([INT, LONG], [[2147483647, 9223372036854775807n]]);
    const out = compileCalc(
      [
        call('+', INT, ref(0, INT), lit(1, types.int(false))),
        call('*', INT, ref(0, INT), ref(0, INT)),
        call('+', LONG, ref(1, LONG), lit(1n, types.bigint(false))),
        call('NEGATE', types.tinyint(), lit(-128, types.tinyint(false))),
      ],
      null,
      [INT, LONG],
      env,
    ).run(batch);
    expect(rowsOf(out)).toEqual([[-2147483648, 1, -9223372036854775808n, -128]]);
  });

  it('does not divide in a branch that is not taken', () => {
    const zero = ref(0, INT);
    const quotient = call('/', INT, lit(1, types.int(false)), zero);
    const guarded = call(
      'CASE',
      INT,
      call('=', BOOL, zero, lit(0, types.int(false))),
      lit(-1, types.int(false)),
      quotient,
    );
    const both = call(
      'AND',
      BOOL,
      call('<>', BOOL, zero, lit(0, types.int(false))),
      call('>', BOOL, quotient, lit(0, types.int(false))),
    );
    const out = compileCalc([guarded, both], null, [INT], env).run(batchOf([INT], [[0], [1], [null]]));
    expect(rowsOf(out)).toEqual([
      [-1, false],
      [1, true],
      [null, null],
    ]);
    expect(() => compileCalc([quotient], null, [INT], env).run(batchOf([INT], [[0]]))).toThrow('/ by zero');
  });

  it('compares text columns with literals by bytes, with code points in any plane', () => {
    const types_ = [TEXT];
    const batch = batchOf(types_, [['é😀'], [''], [null], ['e']]);
    batch.columns[0]?.kind === 'str' && batch.columns[0].views();
    const equal = call('=', BOOL, ref(0, TEXT), lit('é😀', types.char(3, false)));
    const out = compileCalc(
      [equal, call('<>', BOOL, ref(0, TEXT), lit('', types.char(0, false)))],
      null,
      types_,
      env,
    ).run(batch);
    expect(rowsOf(out)).toEqual([
      [true, true],
      [false, false],
      [null, null],
      [false, true],
    ]);
  });

  it('binds texts of the query as values', () => {
    const nasty = "'); throw new Error(`x`); ('";
    const calc = compileCalc([call('||', TEXT, ref(0, TEXT), lit(nasty, types.char(28, false)))], null, [TEXT], env);
    expect(calc.source).not.toContain('throw new Error');
    expect(rowsOf(calc.run(batchOf([TEXT], [['a']])))).toEqual([[`a${nasty}`]]);
  });

  it('shows the loop it runs', () => {
    const condition = call('>', BOOL, id, lit(10n, types.bigint(false)));
    const calc = compileCalc([call('*', LONG, id, lit(2n, types.bigint(false)))], condition, [LONG], env);
    expect(calc.source).toMatchInlineSnapshot(`
      "function calc(c, n, s, out) {
        const v0 = c[0].values, z0 = c[0].nulls;
        const o0 = new BigInt64Array(n); let x0;
        let m = 0;
        for (let i = 0; i < n; i++) {
          if (!((!((z0 !== undefined && z0[i] === 1)) && (v0[i] > 10n)))) continue;
          if ((z0 !== undefined && z0[i] === 1)) { (x0 ?? (x0 = new Uint8Array(n)))[m] = 1; } else { o0[m] = v0[i] * 2n; }
          s[m++] = i;
        }
        out.push({ kind: 'i64', values: o0, nulls: x0 });
        return m;
      }"
    `);
  });

  it('refuses what it does not know, when compiling', () => {
    expect(() => compileCalc([call('NO_SUCH', INT, lit(1, INT))], null, [], env)).toThrow(
      'Unsupported call: NO_SUCH(INT)',
    );
  });
});

describe('compileScalar, compilePredicate, compileJoinCondition', () => {
  it('evaluates columns and single rows', () => {
    const upper = compileScalar(call('UPPER', TEXT, name), [LONG, TEXT], env);
    const batch = batchOf(
      [LONG, TEXT],
      [
        [1n, 'a'],
        [2n, null],
      ],
    );
    expect(upper.evalRow(batch.columns, 0)).toBe('A');
    expect(upper.evalRow(batch.columns, 1)).toBeNull();
    const column = upper.evalColumn(batch);
    expect(column.kind === 'str' && column.get(0)).toBe('A');
  });

  it('meets pairs of rows', () => {
    const left = batchOf([LONG], [[1n], [5n], [null]]);
    const right = batchOf([LONG, TEXT], [[3n, 'x']]);
    const less = compileJoinCondition(call('<', BOOL, ref(0, LONG), ref(1, LONG)), [LONG], [LONG, TEXT], env);
    expect([0, 1, 2].map((i) => less(left.columns, i, right.columns, 0))).toEqual([true, false, false]);
  });

  it('tests single rows', () => {
    const batch = batchOf([LONG], [[1n], [null]]);
    const isOne = compilePredicate(call('=', BOOL, ref(0, LONG), lit(1n, LONG)), [LONG], env);
    expect([isOne(batch.columns, 0), isOne(batch.columns, 1)]).toEqual([true, false]);
  });

  it('moves timestamps with their nanoseconds', () => {
    const type = types.timestamp(9);
    const day = {
      root: 'INTERVAL_DAY_TIME',
      nullable: false,
      resolution: 'SECOND',
      dayPrecision: 2,
      fractionalPrecision: 3,
    } as const;
    const minus = compileScalar(call('-', type, ref(0, type), lit(5000n, day)), [type], env);
    const batch = batchOf([type], [[{ ms: 10_000, nanos: 7 }], [null]]);
    expect(minus.evalRow(batch.columns, 0)).toEqual({ ms: 5000, nanos: 7 });
    expect(rowsOf({ ...batch, columns: [minus.evalColumn(batch)] })).toEqual([[{ ms: 5000, nanos: 7 }], [null]]);
  });

  it('answers RAND with a seed as java.util.Random', () => {
    const rand = compileScalar(call('RAND', types.double(false), lit(1, types.int(false))), [], env);
    const batch = { length: 2, kinds: undefined, columns: [], marks: undefined };
    expect(rowsOf({ ...batch, columns: [rand.evalColumn(batch)] })).toEqual([
      [0.7308781907032909],
      [0.41008081149220166],
    ]);
  });
});
