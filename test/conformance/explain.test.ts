import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { splitStatements } from '../../flink-sql/syntax/index.ts';
import { quietManager, RECORDED_PROPERTIES, runStatement } from './run-statement.ts';

/**
 * EXPLAIN of queries over every operator, recorded from a real Flink: the abstract syntax tree, the optimized plan and the execution
 * plan must be the recorded text for at least as many as the floor says. `UPDATE=1` raises it, `SHOW=1` prints what differs.
 */
interface Recorded {
  readonly sql: string;
  readonly plan: string;
}

const folder = join(import.meta.dirname, 'explain');
const floorFile = join(folder, 'floor.json');
const PARTS = ['tree', 'optimized', 'execution', 'graph'] as const;
type Counts = Record<(typeof PARTS)[number] | 'all' | 'modes', number>;

/** The sections of an answer; ids of the JSON graph are counted through the life of a cluster, so they are left out. */
function sections(text: string): string[] {
  const parts = text.split(/^== .* ==$/m).map((part) => part.trim());
  return parts.map((part, i) => (i === 4 ? part.replace(/"id" : \d+/g, '"id"').replace(/\[\d+\]/g, '[]') : part));
}

const modes = (text: string) => (text.match(/changelogMode=\[[^\]]*\]/g) ?? []).join();

it('explains as a real Flink does', async () => {
  const setup = readFileSync(join(folder, 'setup.sql'), 'utf8');
  const manager = quietManager();
  const session = manager.open(RECORDED_PROPERTIES);
  for (const { start, end } of splitStatements(setup)) {
    expect((await runStatement(session, setup.slice(start, end), 3000)).error).toBeUndefined();
  }
  const counts: Counts = { tree: 0, optimized: 0, execution: 0, graph: 0, all: 0, modes: 0 };
  const lines = readFileSync(join(folder, 'plans.jsonl'), 'utf8').split('\n').filter(Boolean);
  for (const line of lines) {
    const { sql, plan }: Recorded = JSON.parse(line);
    const outcome = await runStatement(session, sql, 3000);
    const got = outcome.rows?.[0]?.[1] ?? outcome.error ?? '';
    const [want, have] = [sections(plan), sections(got)];
    const same = PARTS.map((_, i) => want[i + 1] === have[i + 1]);
    PARTS.forEach((part, i) => {
      if (same[i] && want[i + 1] !== undefined) counts[part]++;
    });
    if (same.every(Boolean)) counts.all++;
    if (modes(plan) !== '' && modes(plan) === modes(got)) counts.modes++;
    if (process.env.SHOW && !same.every(Boolean)) process.stdout.write(`${sql}\n--- want\n${plan}\n--- got\n${got}\n`);
  }
  await manager.closeAll();
  process.stdout.write(`explain: ${JSON.stringify(counts)} of ${lines.length}\n`);
  if (process.env.UPDATE) {
    const before = readFloor();
    const raised = Object.fromEntries(
      Object.entries(counts).map(([key, n]) => [key, Math.max(n, before[key as keyof Counts] ?? 0)]),
    );
    writeFileSync(floorFile, `${JSON.stringify(raised)}\n`);
    return;
  }
  for (const [key, least] of Object.entries(readFloor())) {
    expect(counts[key as keyof Counts], key).toBeGreaterThanOrEqual(least);
  }
});

function readFloor(): Partial<Counts> {
  try {
    return JSON.parse(readFileSync(floorFile, 'utf8'));
  } catch (error) {
    if (process.env.UPDATE) return {};
    throw error;
  }
}
