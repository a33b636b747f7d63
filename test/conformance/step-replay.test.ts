import { describe, expect, it } from 'vitest';
import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import type { JobOptions } from '../../local-runtime/job/job-api.ts';
import { buildGraph } from '../../local-runtime/planner/build-graph.ts';
import { record } from '../../local-runtime/step-replay/drive.ts';
import { recordedCases, statementsOf } from './recorded-queries.ts';
import { quietManager, RECORDED_PROPERTIES, runStatement } from './run-statement.ts';

/**
 * The recorded queries are stepped through, a few steps each: no operator that keeps something hides it. A query is passed over when
 * all of its operators have shown rows of their state in others. `ONLY=text` runs some.
 */
const only = process.env.ONLY;
const LIMITS = { steps: 60, stateRows: 20, ms: 10_000 };

/** Operators that some query has to bring to keep something that is shown. */
const STATEFUL = [
  'AppendJoinOperator',
  'AppendOnlyTopN',
  'ChangelogNormalizeOperator',
  'CollapseOperator',
  'DeduplicateOperator',
  'FastTop1',
  'GroupAggregateOperator',
  'GroupWindowAggregateOperator',
  'IntervalJoinOperator',
  'JoinOperator',
  'MatchRecognizeOperator',
  'MiniBatchGroupAggregateOperator',
  'MiniBatchJoinOperator',
  'NonTimeOverOperator',
  'OverAggregateOperator',
  'RetractableTopN',
  'SessionWindowAggregateOperator',
  'SessionWindowRowsOperator',
  'TemporalJoinOperator',
  'TemporalSortOperator',
  'UpdatableTopN',
  'WindowAggregateOperator',
  'WindowDeduplicateOperator',
  'WindowJoinOperator',
  'WindowRankOperator',
];

describe('stepping through the recorded queries', () => {
  /** Operators that have shown rows of their state. */
  const shown = new Set<string>();

  for (const [area, names] of recordedCases(only)) {
    it(`shows what every operator keeps: ${area}`, async () => {
      const faults: string[] = [];
      for (const name of names) {
        for (const { plan, options } of await jobsOf(`${area}/${name}`)) {
          for (const fault of await stepped(plan, options, shown)) faults.push(`${area}/${name}: ${fault}`);
        }
      }
      expect(faults).toEqual([]);
    });
  }

  it.runIf(only === undefined)('has seen all of them', () => {
    expect(STATEFUL.filter((name) => !shown.has(name))).toEqual([]);
  });
});

interface Caught {
  readonly plan: PlannedJob;
  readonly options: JobOptions;
}

/** The jobs of a recorded script; none of them is run, and no sink is touched. */
async function jobsOf(id: string): Promise<Caught[]> {
  const caught: Caught[] = [];
  const manager = quietManager((plan, options) => {
    caught.push({ plan, options });
    throw new Error('the job is stepped through');
  });
  const session = manager.open({ ...RECORDED_PROPERTIES, 'millrace.preview.sinks': 'true' });
  try {
    for (const sql of statementsOf(id)) await runStatement(session, sql, 20_000, 1);
  } finally {
    await manager.closeAll();
  }
  return caught;
}

/** Steps through a job unless it has nothing new; gives what is wrong with its operators. */
async function stepped(plan: PlannedJob, options: JobOptions, shown: Set<string>): Promise<string[]> {
  const one = { ...options, options: { ...options.options, 'parallelism.default': '1' } };
  const { vertices } = buildGraph(plan, { ...one, collect: () => undefined }, Date.now, () => undefined);
  const classes = vertices.map(({ operator }) => operator?.constructor.name ?? '');
  const keepers = classes.filter((_, i) => vertices[i]?.operator?.stateBytes !== undefined);
  await Promise.all(vertices.map((vertex) => vertex.close()));
  if (keepers.every((name) => shown.has(name))) return [];
  const faults: string[] = [];
  const { operators, steps } = await record(plan, one, LIMITS, new AbortController().signal);
  for (const [i, { name, shows }] of operators.entries())
    if (!shows) faults.push(`${name} (${classes[i]}) hides its state`);
  for (const { operator, tables } of steps.flatMap(({ state }) => state)) {
    for (const { title, columns, rows } of tables) {
      if (rows.length > 0) shown.add(classes[operator] ?? '');
      const ragged = rows.find((row) => row.length !== columns.length || row.some((cell) => cell === undefined));
      if (ragged) faults.push(`${classes[operator]}, ${title}: ${JSON.stringify(ragged)} under ${columns.join()}`);
    }
  }
  return faults;
}
