import { describe, expect, it } from 'vitest';
import type {
  ChangelogNormalize,
  Deduplicate,
  GroupAggregate,
  Join,
  JoinSide,
  OverAggregate,
  Rank,
  TemporalJoin,
} from '../../../flink-sql/plan/physical.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { ChangelogNormalizeOperator } from '../../../local-runtime/operators/changelog-normalize.ts';
import { DeduplicateOperator } from '../../../local-runtime/operators/deduplicate.ts';
import { GroupAggregateOperator } from '../../../local-runtime/operators/group-aggregate.ts';
import { JoinOperator } from '../../../local-runtime/operators/join.ts';
import { OverAggregateOperator } from '../../../local-runtime/operators/over-aggregate.ts';
import { rankOperator } from '../../../local-runtime/operators/rank/rank-for.ts';
import { SinkUpsertMaterializer } from '../../../local-runtime/operators/sink-upsert-materializer.ts';
import { TemporalJoinOperator } from '../../../local-runtime/operators/temporal-join.ts';
import {
  BATCH_SIZES,
  type Change,
  COUNT_STAR,
  call,
  Harness,
  inputNode,
  nodeBase,
  ref,
  type Step,
  withCuts,
} from './harness.ts';

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

  function distinct(retracting: boolean): Harness {
    const input = [STR, INT];
    const node: GroupAggregate = {
      kind: 'GroupAggregate',
      ...nodeBase(STR, types.bigint()),
      input: inputNode(...input),
      group: [0],
      calls: [call('COUNT', types.bigint(), [ref(1, INT)], { distinct: true })],
      retracting,
      generateUpdateBefore: false,
    };
    return new Harness([input], (context) => new GroupAggregateOperator(node, input, context), OPTIONS);
  }

  const values: readonly Step[] = [
    ['+I', 'a', 1],
    { clock: 60 },
    ['+I', 'a', 1],
    { clock: 120 },
    ['+I', 'a', 1],
    { clock: 130 },
    ['+I', 'a', 1],
  ];

  it('a distinct value is counted again when it was first seen that long ago', () => {
    for (const size of BATCH_SIZES) {
      expect(distinct(false).run(withCuts(values), size)).toEqual(['+I a 1', '+U a 1', '+U a 2', '+U a 2']);
    }
  });

  it('where rows may be withdrawn, each row keeps its distinct value alive', () => {
    for (const size of BATCH_SIZES) {
      expect(distinct(true).run(values, size)).toEqual(['+I a 1', '+U a 1', '+U a 1', '+U a 1']);
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
    expect(deduplicate(true).run(withCuts(rows), 7)).toEqual(['+I a 1', '-U a 1', '+U a 1', '-U a 1', '+U a 2']);
  });
});

const l = (...step: Change): Step => ({ input: 0, step });
const r = (...step: Change): Step => ({ input: 1, step });

describe('state that expires, operator by operator', () => {
  function join(type: Join['joinType'], hints: Join['hints'], side: JoinSide = { kind: 'NONE' }): Harness {
    const input = [STR, INT];
    const node: Join = {
      kind: 'Join',
      ...nodeBase(...input, ...input),
      left: inputNode(...input),
      right: inputNode(...input),
      joinType: type,
      leftKeys: [0],
      rightKeys: [0],
      filterNulls: [true],
      condition: null,
      leftUnique: side,
      rightUnique: side,
      hints,
    };
    return new Harness(
      [input, input],
      (context) => new JoinOperator(node, [input, input], undefined, context),
      OPTIONS,
    );
  }

  it('a join: each row by itself', () => {
    const steps = [l('+I', 'a', 1), { clock: 60 }, l('+I', 'a', 2), { clock: 100 }, r('+I', 'a', 9), l('-D', 'a', 1)];
    for (const size of BATCH_SIZES) {
      expect(join('INNER', []).run(steps, size)).toEqual(['+I a 2 a 9', '-D a 1 a 9']);
    }
  });

  it('a join: a side that the hint STATE_TTL names lives as long as it says', () => {
    const hints = [{ name: 'STATE_TTL', args: [], options: { LEFT: '1 s' } }];
    const steps = [l('+I', 'a', 1), r('+I', 'a', 8), { clock: 500 }, r('+I', 'a', 9), { clock: 601 }, l('+I', 'a', 2)];
    for (const size of BATCH_SIZES) expect(join('INNER', hints).run(steps, size)).toEqual(['+I a 1 a 8', '+I a 1 a 9']);
  });

  it('an outer join: a match counted keeps a row alive', () => {
    const steps = [
      l('+I', 'a', 1),
      { clock: 90 },
      r('+I', 'a', 8),
      { clock: 150 },
      r('-D', 'a', 8),
      { clock: 260 },
      r('+I', 'a', 9),
    ];
    for (const size of BATCH_SIZES) {
      expect(join('LEFT', []).run(withCuts(steps), size)).toEqual([
        '+I a 1 null null',
        '-D a 1 null null',
        '+I a 1 a 8',
        '-D a 1 a 8',
        '+I a 1 null null',
      ]);
    }
  });

  it('a join with a unique key takes an expired row for a new one', () => {
    const key: JoinSide = { kind: 'JOIN_KEY_UNIQUE' };
    const steps = [l('+I', 'a', 1), { clock: 100 }, r('+I', 'a', 8), l('+I', 'a', 2), { clock: 199 }, r('-D', 'a', 8)];
    expect(join('INNER', [], key).run(steps, 7)).toEqual(['+I a 2 a 8', '-D a 2 a 8']);
  });

  function rank(strategy: Rank['strategy'], end: number): Harness {
    const input = { ...inputNode(STR, INT), traits: { ...nodeBase().traits, upsertKeys: [[0]] } };
    const node: Rank = {
      kind: 'Rank',
      sortLimit: false,
      ...nodeBase(STR, INT),
      input,
      strategy,
      partition: [],
      order: [{ index: 1, descending: true, nullsFirst: false }],
      rankStart: 1,
      rankEnd: end,
      outputRankNumber: false,
      generateUpdateBefore: true,
    };
    return new Harness([[STR, INT]], (context) => rankOperator(node, [STR, INT], context), OPTIONS);
  }

  const rising: readonly Step[] = [['+I', 'a', 5], { clock: 60 }, ['+I', 'b', 7], { clock: 120 }, ['+I', 'c', 1]];

  it('Top-N of inserts: the rows of a sort key go when none came for that long', () => {
    for (const size of BATCH_SIZES)
      expect(rank('AppendFast', 2).run(withCuts(rising), size)).toEqual(['+I a 5', '+I b 7', '+I c 1']);
  });

  it('Top-1 of inserts: only a row that takes the place keeps it', () => {
    const steps: readonly Step[] = [['+I', 'a', 5], { clock: 60 }, ['+I', 'b', 4], { clock: 120 }, ['+I', 'c', 1]];
    expect(rank('AppendFast', 1).run(withCuts(steps), 7)).toEqual(['+I a 5', '+I c 1']);
  });

  it('Top-N of updates by key: all goes that long after the first row', () => {
    const steps: readonly Step[] = [['+I', 'a', 5], { clock: 60 }, ['+U', 'a', 7], { clock: 120 }, ['+U', 'a', 8]];
    expect(rank('UpdateFast', 2).run(withCuts(steps), 7)).toEqual(['+I a 5', '-U a 5', '+U a 7', '+I a 8']);
  });

  it('Top-N of retractions: rows that are gone still count until they are come across', () => {
    const steps: readonly Step[] = [
      ['+I', 'a', 5],
      { clock: 60 },
      ['+I', 'b', 3],
      { clock: 120 },
      ['+I', 'c', 4],
      ['-D', 'a', 5],
      ['+I', 'd', 2],
    ];
    expect(rank('Retract', 2).run(withCuts(steps), 7)).toEqual(['+I a 5', '+I b 3', '-D b 3', '+I c 4']);
  });

  it('Top-N of retractions: a partition that no row reached is gone', () => {
    const steps: readonly Step[] = [['+I', 'a', 5], { clock: 100 }, ['-D', 'a', 5], ['+I', 'b', 3], ['-D', 'b', 3]];
    expect(rank('Retract', 2).run(withCuts(steps), 7)).toEqual(['+I a 5', '+I b 3', '-D b 3']);
  });

  it('an upsert source: an expired key is new, equal rows are told', () => {
    const node: ChangelogNormalize = {
      kind: 'ChangelogNormalize',
      ...nodeBase(STR, INT),
      input: inputNode(STR, INT),
      keys: [0],
    };
    const harness = new Harness(
      [[STR, INT]],
      (context) => new ChangelogNormalizeOperator(node, [STR, INT], context),
      OPTIONS,
    );
    const steps: readonly Step[] = [['+U', 'a', 1], ['+U', 'a', 1], { clock: 100 }, ['-D', 'a', 1], ['+U', 'a', 1]];
    expect(harness.run(withCuts(steps), 7)).toEqual(['+I a 1', '-U a 1', '+U a 1', '+I a 1']);
  });

  it('a sink that sorts keys out: what is gone is not brought back', () => {
    const harness = new Harness(
      [[STR, INT]],
      (context) => new SinkUpsertMaterializer([0], undefined, [STR, INT], context),
      OPTIONS,
    );
    const steps: readonly Step[] = [
      ['+I', 'a', 1],
      ['+I', 'a', 2],
      { clock: 100 },
      ['-D', 'a', 2],
      ['+I', 'a', 3],
      ['-D', 'a', 3],
    ];
    expect(harness.run(withCuts(steps), 7)).toEqual(['+I a 1', '+U a 2', '+I a 3', '-D a 3']);
  });
});

describe('state that timers clean', () => {
  const INPUT = [STR, INT, types.timestamp(3, true, 'ROWTIME')];

  function over(rows: boolean, lower: OverAggregate['lower'], time = INPUT[2] as LogicalType): Harness {
    const input = [STR, INT, time];
    const node: OverAggregate = {
      kind: 'OverAggregate',
      ...nodeBase(...input, INT),
      input: inputNode(...input),
      calls: [call('SUM', INT, [ref(1, INT)])],
      partition: [0],
      order: [{ index: 2, descending: false, nullsFirst: false }],
      rows,
      lower,
      upper: { kind: 'CurrentRow' },
    };
    return new Harness([input], (context) => new OverAggregateOperator(node, input, context), OPTIONS);
  }

  const steps: readonly Step[] = [
    ['+I', 'a', 1, { ms: 10, nanos: 0 }],
    ['W', 10],
    { clock: 149 },
    ['+I', 'a', 2, { ms: 20, nanos: 0 }],
    ['W', 20],
    { clock: 300 },
    ['+I', 'a', 4, { ms: 30, nanos: 0 }],
    ['W', 30],
  ];
  const UNBOUNDED = { kind: 'UnboundedPreceding' } as const;

  it('an unbounded frame by event time goes between one and one and a half times after its last row', () => {
    expect(
      over(true, UNBOUNDED)
        .run(steps, 7)
        .filter((text) => !text.startsWith('W')),
    ).toEqual(['+I a 1 @10 1', '+I a 2 @20 3', '+I a 4 @30 4']);
  });

  it('rows that wait for the watermark are not cleaned', () => {
    const waiting: readonly Step[] = [
      ['+I', 'a', 1, { ms: 10, nanos: 0 }],
      { clock: 1000 },
      ['+I', 'a', 2, { ms: 20, nanos: 0 }],
      ['W', 20],
    ];
    expect(over(true, UNBOUNDED).run(waiting, 7)).toEqual(['+I a 1 @10 1', '+I a 2 @20 3', 'W 20']);
  });

  it('an unbounded frame by processing time starts anew after the time to live', () => {
    const proctime = types.timestampLtz(3, false, 'PROCTIME');
    const rows: readonly Step[] = [
      ['+I', 'a', 1, { ms: 0, nanos: 0 }],
      { clock: 99 },
      ['+I', 'a', 2, { ms: 0, nanos: 0 }],
      { clock: 199 },
      ['+I', 'a', 4, { ms: 0, nanos: 0 }],
    ];
    const sums = over(true, UNBOUNDED, proctime).run(rows, 7);
    expect(sums.map((text) => text.split(' ').at(-1))).toEqual(['1', '3', '4']);
  });

  it('a temporal join forgets versions that nothing asked for', () => {
    const input = [STR, INT, INPUT[2] as LogicalType];
    const node: TemporalJoin = {
      kind: 'TemporalJoin',
      ...nodeBase(...input, ...input),
      left: inputNode(...input),
      right: inputNode(...input),
      joinType: 'INNER',
      leftKeys: [0],
      rightKeys: [0],
      filterNulls: [true],
      condition: null,
      leftTimeIndex: 2,
      rightTimeIndex: 2,
    };
    const harness = new Harness(
      [input, input],
      (context) => new TemporalJoinOperator(node, [input, input], undefined, context),
      OPTIONS,
    );
    const at = (ms: number) => ({ ms, nanos: 0 });
    const mark = (input: number, watermark: number): Step => ({ input, step: ['W', watermark] });
    const out = harness.run(
      [
        r('+I', 'a', 7, at(1)),
        l('+I', 'a', 1, at(5)),
        mark(0, 5),
        mark(1, 5),
        { clock: 140 },
        l('+I', 'a', 2, at(15)),
        mark(0, 15),
        mark(1, 15),
        { clock: 300 },
        l('+I', 'a', 3, at(25)),
        mark(0, 25),
        mark(1, 25),
      ],
      7,
    );
    expect(out.filter((text) => !text.startsWith('W'))).toEqual(['+I a 1 @5 a 7 @1', '+I a 2 @15 a 7 @1']);
  });
});
