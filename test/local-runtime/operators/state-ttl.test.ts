import { describe, expect, it } from 'vitest';
import type { Deduplicate, GroupAggregate } from '../../../flink-sql/plan/physical.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { DeduplicateOperator } from '../../../local-runtime/operators/deduplicate.ts';
import { GroupAggregateOperator } from '../../../local-runtime/operators/group-aggregate.ts';
import { BATCH_SIZES, COUNT_STAR, call, Harness, inputNode, nodeBase, ref, type Step } from './harness.ts';

const STR = types.string();
const INT = types.int();
const OPTIONS = { 'table.exec.state.ttl': '100 ms' };

describe('table.exec.state.ttl', () => {
  function groups(retracting: boolean): Harness {
    const input = [STR, INT];
    const node: GroupAggregate = {
      kind: 'GroupAggregate',
      ...nodeBase(STR, INT, types.bigint()),
      input: inputNode(...input),
      group: [0],
      calls: [call('MAX', INT, [ref(1, INT)]), COUNT_STAR],
      retracting,
      generateUpdateBefore: true,
    };
    return new Harness([input], (context) => new GroupAggregateOperator(node, input, context), OPTIONS);
  }

  it('a group that no row reached for that long is gone, each row keeps it alive', () => {
    const steps: readonly Step[] = [
      ['+I', 'a', 5],
      ['+I', 'b', 5],
      { clock: 99 },
      ['+I', 'a', 3],
      { clock: 150 },
      ['+I', 'b', 1],
      { clock: 198 },
      ['+I', 'a', 4],
      { clock: 298 },
      ['+I', 'a', 1],
    ];
    for (const size of BATCH_SIZES) {
      expect(groups(false).run(steps, size)).toEqual([
        '+I a 5 1',
        '+I b 5 1',
        '-U a 5 1',
        '+U a 5 2',
        '+I b 1 1',
        '-U a 5 2',
        '+U a 5 3',
        '+I a 1 1',
      ]);
    }
  });

  it('a retraction that comes too late is dropped', () => {
    const steps: readonly Step[] = [['+I', 'a', 5], { clock: 100 }, ['-D', 'a', 5], ['+I', 'a', 7], ['-D', 'a', 7]];
    for (const size of BATCH_SIZES) {
      expect(groups(true).run(steps, size)).toEqual(['+I a 5 1', '+I a 7 1', '-D a 7 1']);
    }
  });

  function deduplicate(keepLast: boolean): Harness {
    const node: Deduplicate = {
      kind: 'Deduplicate',
      ...nodeBase(STR, INT),
      input: inputNode(STR, INT),
      keys: [0],
      timeIndex: 1,
      rowtime: false,
      keepLast,
      generateUpdateBefore: true,
    };
    return new Harness([[STR, INT]], (context) => new DeduplicateOperator(node, [STR, INT], context), OPTIONS);
  }

  const rows: readonly Step[] = [['+I', 'a', 1], { clock: 60 }, ['+I', 'a', 1], { clock: 120 }, ['+I', 'a', 2]];

  it('the first row by processing time does not keep its key alive', () => {
    expect(deduplicate(false).run(rows, 7)).toEqual(['+I a 1', '+I a 2']);
  });

  it('the last row does, and an equal row is told too', () => {
    expect(deduplicate(true).run(rows, 7)).toEqual(['+I a 1', '-U a 1', '+U a 1', '-U a 1', '+U a 2']);
  });
});
