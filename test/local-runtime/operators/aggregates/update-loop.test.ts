import { describe, expect, it } from 'vitest';
import { type LogicalType, types } from '../../../../flink-sql/types/logical-type.ts';
import type { Aggregate } from '../../../../local-runtime/operators/aggregates/aggregate.ts';
import { Cells } from '../../../../local-runtime/operators/aggregates/cells.ts';
import { Count } from '../../../../local-runtime/operators/aggregates/count.ts';
import { extremeOf } from '../../../../local-runtime/operators/aggregates/min-max.ts';
import { sumOf } from '../../../../local-runtime/operators/aggregates/sum.ts';
import {
  type AggregateCode,
  loopSource,
  runSource,
} from '../../../../local-runtime/operators/aggregates/update-loop.ts';

const codeOf = ({ code }: Aggregate): AggregateCode => {
  if (code === undefined) throw new Error('no code');
  return code;
};
const BIGINT: LogicalType = types.bigint();

describe('the loops made for aggregates', () => {
  it('COUNT(*) of input that only inserts', () => {
    expect(loopSource(codeOf(new Count([], new Cells())), false, false)).toMatchInlineSnapshot(`
      "function loop(updates, from, to, out, nulls, skips, absent, stride, counts) {
        const { ops, groups, at, size, before, changed } = updates;
        for (let i = from; i < to; i++) {
          const op = ops[i];
          if (op === 0) continue;
          const g = Math.imul(groups[i], stride);
          let p = at[i];
          if (op === 1) {
            counts[g] = 0n;
          } else if (before) { p--; out[p] = counts[g]; p++; }
          if (!(skips !== undefined && skips[i] === 1) && !(absent !== undefined && absent[i] === 1)) {
            counts[g] = BigInt.asIntN(64, counts[g] + 1n);
          }
          out[p] = counts[g];
        }
        return nulls;
      }"
    `);
  });

  it('SUM of BIGINT with retractions, which says which rows change it', () => {
    expect(loopSource(codeOf(sumOf(0, BIGINT, true, false, new Cells())), true, true)).toMatchInlineSnapshot(`
      "function loop(updates, from, to, out, nulls, skips, absent, stride, sums, counts, values) {
        const { ops, groups, at, size, before, changed } = updates;
        for (let i = from; i < to; i++) {
          const op = ops[i];
          if (op === 0) continue;
          const g = Math.imul(groups[i], stride);
          let p = at[i];
          if (op === 1) {
            sums[g] = 0n; counts[g + g] = 0;
          } else if (op >= 4) {
            if (op === 4) { if (counts[g + g] === 0) (nulls ??= new Uint8Array(size))[p] = 1; else { out[p] = sums[g]; } }
            sums[g] = 0n; counts[g + g] = 0;
            continue;
          } else if (before) { p--; if (counts[g + g] === 0) (nulls ??= new Uint8Array(size))[p] = 1; else { out[p] = sums[g]; } p++; }
          if (!(skips !== undefined && skips[i] === 1) && !(absent !== undefined && absent[i] === 1)) {
            const wasNull = counts[g + g] === 0; const was = wasNull ? undefined : sums[g];
            if (op === 3) { sums[g] = BigInt.asIntN(64, sums[g] - values[i]); counts[g + g]--; } else { sums[g] = BigInt.asIntN(64, sums[g] + values[i]); counts[g + g]++; }
            if (!(wasNull ? counts[g + g] === 0 : !(counts[g + g] === 0) && was === sums[g])) changed[i] = 1;
          }
          if (counts[g + g] === 0) (nulls ??= new Uint8Array(size))[p] = 1; else { out[p] = sums[g]; }
        }
        return nulls;
      }"
    `);
  });

  it('MAX of BIGINT, accumulated without a word', () => {
    expect(runSource(codeOf(extremeOf(0, BIGINT, true, false, new Cells())), false)).toMatchInlineSnapshot(`
      "function run(groups, from, to, kinds, filter, absent, stride, extremes, present, values) {
        const passes = filter && filter.values, unknown = filter && filter.nulls;
        for (let i = from; i < to; i++) {
          const group = groups[i];
          if (group < 0 || (absent !== undefined && absent[i] === 1)) continue;
          if (passes !== undefined && (passes[i] !== 1 || (unknown !== undefined && unknown[i] === 1))) continue;
          const g = Math.imul(group, stride);
          if (present[g + g] === 0 || values[i] > extremes[g]) { extremes[g] = values[i]; present[g + g] = 1; }
        }
      }"
    `);
  });
});
