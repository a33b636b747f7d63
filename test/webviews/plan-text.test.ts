import { expect, test } from 'vitest';
import { localSession } from '../../cli/local-session.ts';
import { readPlan } from '../../webviews/results/plan-text.ts';

test('a plan that the runtime explains is read: operators, changes, state, distribution', async () => {
  const session = localSession('TEXT');
  try {
    const run = async (sql: string): Promise<string> => {
      let text = '';
      const result = await session.execute(sql, AbortSignal.timeout(9000));
      for await (const slice of result.rows) for (let i = 0; i < slice.length; i++) text += slice.cell(0, i) ?? '';
      await result.close();
      return text;
    };
    await run("CREATE TABLE a (id INT, v STRING) WITH ('connector' = 'datagen')");
    const text = await run(
      "EXPLAIN CHANGELOG_MODE SELECT a.v, COUNT(*) FROM a JOIN a AS b ON a.id = b.id WHERE a.v <> 'x, (y' GROUP BY a.v",
    );
    const plan = readPlan(text);
    const names = plan?.nodes.map(({ name }) => name) ?? [];
    expect(names.filter((name) => name === 'TableSourceScan')).toHaveLength(2);
    expect(names).not.toContain('Exchange');
    const aggregate = plan?.nodes.find(({ name }) => name === 'GroupAggregate');
    expect(aggregate).toMatchObject({ id: '0', changes: 'I,UA', state: 'a row for each group' });
    const join = plan?.nodes.find(({ name }) => name === 'Join');
    expect(join?.attributes.find(([name]) => name === 'joinType')?.[1]).toBe('[InnerJoin]');
    expect(plan?.edges.filter(({ to }) => to === join?.id).map(({ label }) => label)).toEqual(['hash[id]', 'hash[id]']);
    // Every operator but the last gives its rows to one other.
    expect(plan?.edges).toHaveLength(names.length - 1);
  } finally {
    await session.close();
  }
});

test('a text without a plan is none', () => {
  expect(readPlan('CREATE TABLE a (\n  id INT\n)')).toBeUndefined();
});

test('a window that Flink writes with a quote does not hide what comes after it', () => {
  const plan = readPlan(`== Optimized Physical Plan ==
LocalWindowAggregate(window=[TUMBLE(time_col=[ts], size=[5 s])], select=[COUNT(*) AS c, slice_end('w$) AS $slice_end], changelogMode=[I])
+- Calc(select=[ts], where=[=(a, 'it, is')], changelogMode=[I])

`);
  expect(plan?.nodes.map(({ changes }) => changes)).toEqual(['I', 'I']);
  expect(plan?.nodes[1]?.attributes).toEqual([
    ['select', '[ts]'],
    ['where', "[=(a, 'it, is')]"],
  ]);
});
