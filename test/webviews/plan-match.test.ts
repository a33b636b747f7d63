import { describe, expect, test } from 'vitest';
import { statementClauses } from '../../extension/results/statement-clauses.ts';
import type { VertexState } from '../../webviews/job/messages.ts';
import { edgesWithRates, hotVertex } from '../../webviews/results/plan-figures.ts';
import { clausesOf, verticesOf } from '../../webviews/results/plan-match.ts';
import { type Plan, readPlan } from '../../webviews/results/plan-text.ts';

const EXPLAINED = `== Optimized Physical Plan ==
Calc(select=[auction, window_start, c], changelogMode=[I])
+- GlobalWindowAggregate(groupBy=[auction], window=[TUMBLE(slice_end=[$slice_end], size=[5 s])], select=[auction, COUNT(count1$0) AS c], changelogMode=[I])
   +- Exchange(distribution=[hash[auction]], changelogMode=[I])
      +- LocalWindowAggregate(groupBy=[auction], window=[TUMBLE(time_col=[ts], size=[5 s])], select=[auction, COUNT(*) AS count1$0], changelogMode=[I])
         +- Calc(select=[auction, ts], where=[>(price, 3)], changelogMode=[I])
            +- WatermarkAssigner(rowtime=[ts], watermark=[-(ts, 1000:INTERVAL SECOND)], changelogMode=[I])
               +- TableSourceScan(table=[[default_catalog, default_database, bids]], fields=[auction, price], changelogMode=[I])

`;

const STATEMENT = `SELECT auction, window_start, COUNT(*) c
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '5' SECOND))
WHERE price > 3
GROUP BY auction, window_start, window_end`;

function vertex(id: string, description: string, inputs: string[], more: Partial<VertexState> = {}): VertexState {
  return {
    id,
    name: id,
    description,
    parallelism: 1,
    status: 'RUNNING',
    inputs: inputs.map((input) => ({ id: input, strategy: 'FORWARD' })),
    recordsIn: null,
    recordsOut: null,
    inRate: null,
    outRate: null,
    busy: null,
    backPressured: null,
    watermark: null,
    lag: null,
    lateRecords: null,
    stateBytes: null,
    ...more,
  };
}

function planOf(text: string): Plan {
  const plan = readPlan(text);
  if (!plan) throw new Error('no plan');
  return plan;
}

const found = (plan: Plan, vertices: readonly VertexState[]) =>
  plan.nodes.map((node) => `${node.name} ${verticesOf(plan, vertices).get(node.id)?.id ?? '-'}`);

describe('operators of a plan in the running job', () => {
  test('a cluster has chains, which it describes line by line', () => {
    const vertices = [
      vertex(
        'sink',
        `[183]:GlobalWindowAggregate(groupBy=[auction], window=[TUMBLE(slice_end=[$slice_end], size=[5 s])], select=[auction, COUNT(count1$0) AS c])
+- [184]:Calc(select=[auction, window_start, c])
   +- [185]:ConstraintEnforcer[NotNullEnforcer(fields=[window_start, c])]
      +- Sink: Collect table sink`,
        ['source'],
      ),
      vertex(
        'source',
        `[177]:TableSourceScan(table=[[default_catalog, default_database, bids]], fields=[auction, price])
+- [179]:WatermarkAssigner(rowtime=[ts], watermark=[(ts - 1000:INTERVAL SECOND)])
   +- [180]:Calc(select=[auction, ts], where=[(price > 3)])
      +- [181]:LocalWindowAggregate(groupBy=[auction], window=[TUMBLE(time_col=[ts], size=[5 s])], select=[auction, COUNT(*) AS count1$0])`,
        [],
        { outRate: 1200 },
      ),
    ];
    const plan = planOf(EXPLAINED);
    expect(found(plan, vertices)).toEqual([
      'Calc sink',
      'GlobalWindowAggregate sink',
      'LocalWindowAggregate source',
      'Calc source',
      'WatermarkAssigner source',
      'TableSourceScan source',
    ]);
    // Rows are counted between vertices only.
    expect(edgesWithRates(plan, verticesOf(plan, vertices)).map(({ label }) => label)).toEqual([
      undefined,
      'hash[auction] · 1.2 k/s',
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('the local runtime has one vertex for each, with names only; two of a name go by their order', () => {
    const vertices = [
      vertex('1', 'Source: bids', []),
      vertex('2', 'WatermarkAssigner', ['1']),
      vertex('3', 'Calc', ['2']),
      vertex('4', 'WindowAggregate', ['3']),
      vertex('5', 'Calc', ['4']),
      vertex('6', 'Sink: collect', ['5']),
    ];
    expect(found(planOf(EXPLAINED), vertices)).toEqual([
      'Calc 5',
      'GlobalWindowAggregate 4',
      'LocalWindowAggregate -',
      'Calc 3',
      'WatermarkAssigner 2',
      'TableSourceScan 1',
    ]);
  });

  test('two scans are told apart by their tables', () => {
    const plan = planOf(`== Optimized Physical Plan ==
Join(joinType=[InnerJoin], where=[=(a, b)])
:- Exchange(distribution=[hash[a]])
:  +- TableSourceScan(table=[[default_catalog, default_database, l]], fields=[a])
+- Exchange(distribution=[hash[b]])
   +- TableSourceScan(table=[[default_catalog, default_database, r]], fields=[b])

`);
    const vertices = [
      vertex('L', 'Source: l[1]', []),
      vertex('R', 'Source: r[3]', []),
      vertex('J', 'Join', ['L', 'R']),
    ];
    expect(found(plan, vertices)).toEqual(['Join J', 'TableSourceScan L', 'TableSourceScan R']);
  });

  test('hot is the busiest that works most of the time', () => {
    expect(hotVertex([vertex('a', '', [], { busy: 0.2 }), vertex('b', '', [], { busy: 0.4 })])).toBeUndefined();
    expect(hotVertex([vertex('a', '', [], { busy: 0.9 }), vertex('b', '', [], { busy: 0.7 })])).toBe('a');
  });
});

describe('operators of a plan in the statement', () => {
  const words = (text: string, statement: string) => {
    const plan = planOf(text);
    const places = clausesOf(plan, statementClauses(statement));
    return plan.nodes.map((node) => {
      const place = places.get(node.id);
      return `${node.name}: ${place ? statement.slice(place.start, place.end) : '-'}`;
    });
  };

  test('tables by name, clauses where there is one of a kind', () => {
    expect(words(EXPLAINED, STATEMENT)).toEqual([
      'Calc: -',
      'GlobalWindowAggregate: GROUP BY auction, window_start, window_end',
      'LocalWindowAggregate: -',
      'Calc: price > 3',
      'WatermarkAssigner: -',
      'TableSourceScan: bids',
    ]);
  });

  test('what is not clear has no place', () => {
    const two = `== Optimized Physical Plan ==
GroupAggregate(groupBy=[c], select=[c, COUNT(*) AS n])
+- Exchange(distribution=[hash[c]])
   +- GroupAggregate(groupBy=[k], select=[k, COUNT(*) AS c])
      +- TableSourceScan(table=[[default_catalog, default_database, inner]], fields=[k])

`;
    const statement = 'SELECT c, COUNT(*) n FROM (SELECT k, COUNT(*) c FROM v GROUP BY k) GROUP BY c';
    expect(words(two, statement)).toEqual(['GroupAggregate: -', 'GroupAggregate: -', 'TableSourceScan: -']);
  });

  test('joins in the order in which they are made, a sink by its name', () => {
    const joins = `== Optimized Physical Plan ==
Sink(table=[default_catalog.default_database.sunk], fields=[a])
+- Join(joinType=[LeftOuterJoin], where=[=(a, c)])
   :- Join(joinType=[InnerJoin], where=[=(a, b)])
   :  :- TableSourceScan(table=[[default_catalog, default_database, l]], fields=[a])
   :  +- TableSourceScan(table=[[default_catalog, default_database, m]], fields=[b])
   +- TableSourceScan(table=[[default_catalog, default_database, r]], fields=[c])

`;
    const statement = 'INSERT INTO sunk SELECT l.a FROM l JOIN m ON l.a = m.b LEFT JOIN r ON l.a = r.c';
    expect(words(joins, statement)).toEqual([
      'Sink: sunk',
      'Join: LEFT JOIN r ON l.a = r.c',
      'Join: JOIN m ON l.a = m.b',
      'TableSourceScan: l',
      'TableSourceScan: m',
      'TableSourceScan: r',
    ]);
  });
});
