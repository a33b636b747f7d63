import { expect, test } from 'vitest';
import type { ArrowCell, Rows } from '../../../extension/results/arrow-rows.ts';
import { ChangelogTable } from '../../../extension/results/changelog-table.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../../local-runtime/batch/builder.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { CollapseOperator } from '../../../local-runtime/operators/collapse.ts';
import { seededRandom } from '../../harness/random.ts';

const LOGS = 10_000;
const NAMES: readonly ArrowCell[] = [null, '', 'a', 'b', 'NULL', 'a,b'];
const COUNTS: readonly ArrowCell[] = [null, 0n, 1n, -1n, 9007199254740993n];

type Change = readonly [kind: number, name: ArrowCell, count: ArrowCell];

/** A changelog without a key that takes back only what is there: duplicates, NULLs, updates, deletes. */
function changelog(random: () => number): Change[] {
  const live: (readonly [ArrowCell, ArrowCell])[] = [];
  const changes: Change[] = [];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  for (let n = Math.floor(random() * 24); n > 0; n--) {
    const roll = random();
    const row = [pick(NAMES), pick(COUNTS)] as const;
    if (roll < 0.5 || live.length === 0) {
      live.push(row);
      changes.push([0, ...row]);
      continue;
    }
    const [old] = live.splice(Math.floor(random() * live.length), 1) as [readonly [ArrowCell, ArrowCell]];
    if (roll < 0.8) {
      live.push(row);
      changes.push([1, ...old], [2, ...row]);
    } else changes.push([3, ...old]);
  }
  return changes;
}

/** What the runtime itself keeps of it in batch mode. */
function byRuntime(changes: readonly Change[]): string[] {
  const columns = [types.varchar(100), types.bigint()];
  const out: string[] = [];
  const emit = (batch: Batch): void => {
    for (let i = 0; i < batch.length; i++)
      out.push(textOf(batch.columns.map((column) => valueAt(column, i) as ArrowCell)));
  };
  const context = { output: { emit } } as unknown as ConstructorParameters<typeof CollapseOperator>[2];
  const operator = new CollapseOperator(
    { order: [], offset: 0 } as unknown as ConstructorParameters<typeof CollapseOperator>[0],
    columns,
    context,
  );
  const builder = new BatchBuilder(columns);
  for (const [kind, ...cells] of changes) builder.values(cells as never, kind);
  operator.process(builder.take());
  operator.end();
  return out.sort();
}

/** What the grid shows of it, page by page. */
function byGrid(changes: readonly Change[], random: () => number): string[] {
  const table = new ChangelogTable(2, 1000);
  for (let from = 0; from < changes.length; ) {
    const page = changes.slice(from, from + 1 + Math.floor(random() * 5));
    from += page.length;
    const rows: Rows = {
      length: page.length,
      kinds: Uint8Array.from(page, ([kind]) => kind),
      cell: (column, row) => (page[row]?.[column + 1] as ArrowCell | undefined) ?? null,
    };
    table.apply(rows);
  }
  return Array.from({ length: table.size }, (_, i) => textOf(table.row(i) ?? [])).sort();
}

const textOf = (cells: readonly ArrowCell[]): string =>
  JSON.stringify(cells.map((cell) => (typeof cell === 'bigint' ? `${cell}n` : cell)));

test(`${LOGS} random changelogs: the grid shows what the runtime keeps`, () => {
  let rows = 0;
  for (let seed = 1; seed <= LOGS; seed++) {
    const random = seededRandom(seed);
    const changes = changelog(random);
    const kept = byRuntime(changes);
    rows += kept.length;
    expect(byGrid(changes, random), `seed ${seed}`).toEqual(kept);
  }
  expect(rows).toBeGreaterThan(LOGS);
});
