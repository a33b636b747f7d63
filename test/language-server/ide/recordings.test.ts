import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { splitStatements } from '../../../flink-sql/syntax/index.ts';
import { AnalysisMemory } from '../../../language-server/ide/memory.ts';
import { analyzeProgram } from '../../../language-server/ide/program.ts';

/**
 * Every statement that a real Flink was given: none that it takes may be marked as an error, and of those that it refuses nearly all must be
 * told, each mistake once. `beyond` names what only a running job shows.
 */
interface Recording {
  readonly sql: string;
  readonly error?: string;
}

const folder = join(import.meta.dirname, '../../conformance/statements');
const areas = readdirSync(folder)
  .filter((file) => file.endsWith('.jsonl'))
  .map((file) => file.slice(0, -'.jsonl'.length));

/** Refusals that may be missing: what a job does when it runs, and what lies in a cluster's files, modules and jobs. */
const LEAST_SHARE = 0.98;

function setupOf(area: string): string[] {
  const head = readFileSync(join(folder, `${area}.sql`), 'utf8').split(/^;;\s*$/m)[0] ?? '';
  if (!head.trim().startsWith('-- @setup')) return [];
  return splitStatements(head).map(({ start, end }) => head.slice(start, end));
}

const tally = { refused: 0, told: 0, missed: [] as string[] };

describe('statements that Flink was given', () => {
  it.each(areas)('%s: what Flink takes has no error, and no mistake is told twice', (area) => {
    const memory = new AnalysisMemory((error) => {
      throw error;
    });
    const setup = setupOf(area).map((text, i) => ({ id: `setup${i}`, text }));
    const wrong: string[] = [];
    for (const line of readFileSync(join(folder, `${area}.jsonl`), 'utf8').split('\n')) {
      if (line === '') continue;
      const { sql, error } = JSON.parse(line) as Recording;
      const found = analyzeProgram([...setup, { id: 'statement', text: sql }], memory).at(-1)?.diagnostics ?? [];
      const errors = found.filter((d) => d.severity === 'error');
      if (errors.length > 1)
        wrong.push(`${sql}\n  told ${errors.length} times: ${errors.map((d) => d.message).join(' | ')}`);
      if (error === undefined && errors.length > 0) wrong.push(`${sql}\n  Flink takes it: ${errors[0]?.message}`);
      if (error === undefined) continue;
      tally.refused++;
      if (found.length > 0) tally.told++;
      else tally.missed.push(`${area}: ${sql}\n  ${error.split('\n')[0]}`);
    }
    expect(wrong).toEqual([]);
  });

  it('are told when Flink refuses them, nearly all', () => {
    const { refused, told, missed } = tally;
    expect(refused).toBeGreaterThan(1000);
    expect(told / refused, missed.join('\n')).toBeGreaterThanOrEqual(LEAST_SHARE);
  });
});
