import { describe, expect, it } from 'vitest';
import type { Collapse } from '../../../flink-sql/plan/physical.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import {
  type Batch,
  DELETE,
  INSERT,
  ROW_KIND_SHORT,
  UPDATE_AFTER,
  UPDATE_BEFORE,
} from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { CollapseOperator } from '../../../local-runtime/operators/collapse.ts';
import type { OperatorContext } from '../../../local-runtime/operators/operator.ts';

const TYPES = [types.string(), types.int()];
const CHANGES: readonly (readonly [number, string | null, number | null])[] = [
  [INSERT, 'a', 1],
  [INSERT, 'b', 2],
  [INSERT, 'a', 1],
  [UPDATE_BEFORE, 'b', 2],
  [UPDATE_AFTER, 'b', 5],
  [DELETE, 'a', 1],
  [INSERT, null, null],
  [INSERT, 'c', 3],
];

function left(settings: Partial<Collapse>, batchSize: number): unknown[][] {
  const rows: unknown[][] = [];
  const context = {
    output: {
      emit: (batch: Batch) => {
        for (let i = 0; i < batch.length; i++)
          rows.push([ROW_KIND_SHORT[batch.kinds?.[i] ?? 0], ...batch.columns.map((c) => valueAt(c, i))]);
      },
    },
  } as unknown as OperatorContext;
  const node = { kind: 'Collapse', order: [], offset: 0, ...settings } as unknown as Collapse;
  const operator = new CollapseOperator(node, TYPES, context);
  const out = new BatchBuilder(TYPES);
  for (const [kind, ...row] of CHANGES) {
    out.values(row, kind);
    if (out.length === batchSize) operator.process(out.take());
  }
  operator.process(out.take());
  expect(rows).toEqual([]);
  operator.end();
  return rows;
}

describe.each([1, 7, 4096])('collapse in batches of %i', (size) => {
  it('gives the rows that are left, once, as inserts', () => {
    expect(left({}, size)).toEqual([
      ['+I', 'a', 1],
      ['+I', 'b', 5],
      ['+I', null, null],
      ['+I', 'c', 3],
    ]);
  });
  it('sorts and cuts, nulls where they belong', () => {
    const order = [{ index: 1, descending: true, nullsFirst: false }];
    expect(left({ order }, size)).toEqual([
      ['+I', 'b', 5],
      ['+I', 'c', 3],
      ['+I', 'a', 1],
      ['+I', null, null],
    ]);
    expect(left({ order, offset: 1, fetch: 2 }, size)).toEqual([
      ['+I', 'c', 3],
      ['+I', 'a', 1],
    ]);
    expect(left({ order: [{ index: 0, descending: false, nullsFirst: true }], fetch: 1 }, size)).toEqual([
      ['+I', null, null],
    ]);
  });
});
