import { describe, expect, it } from 'vitest';
import { MemoryBudget, memoryLimit } from '../../../local-runtime/job/memory-budget.ts';
import { start } from './harness.ts';

describe('the memory limit', () => {
  it('is an option, in Flink words for sizes', () => {
    expect(memoryLimit({ 'millrace.memory.limit': '64mb' })).toBe(64 * 2 ** 20);
    expect(memoryLimit({ 'millrace.memory.limit': '1 GiB', 'taskmanager.memory.process.size': '2g' })).toBe(2 ** 30);
    expect(memoryLimit({ 'taskmanager.memory.process.size': '1728m' })).toBe(1728 * 2 ** 20);
    expect(memoryLimit({})).toBeGreaterThan(2 ** 28);
    expect(() => memoryLimit({ 'millrace.memory.limit': 'much' })).toThrow(
      "Could not parse value 'much' for key 'millrace.memory.limit'.",
    );
  });

  it('counts what all operators hold, and what they gave back', () => {
    const budget = new MemoryBudget(100);
    const holder = (name: string, sizes: number[]) => ({ name, stateBytes: () => sizes.shift() ?? 0 });
    const join = holder('Join', [60, 30, 80]);
    const groups = holder('GroupAggregate', [30, 50]);
    budget.check(join);
    budget.check(groups);
    budget.check(join);
    expect(() => budget.check(groups)).not.toThrow();
    expect(() => budget.check(join)).toThrow(/takes 130 bytes.*limit of 100 bytes.*'Join' holds 80 bytes/);
  });

  it('ends a job with the operator that holds most, and what helps', async () => {
    const { job } = start(
      `CREATE TABLE g (id BIGINT, v INT) WITH ('connector' = 'datagen', 'rows-per-second' = '10000000',
         'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '10000000');
       SELECT id, COUNT(*) FROM g GROUP BY id;`,
      { 'millrace.memory.limit': '4 mb' },
    );
    expect(await job.done).toBe('FAILED');
    const message = job.failure?.causes[0]?.message ?? '';
    expect(message).toMatch(/limit of 4 MiB\. The operator 'GroupAggregate' holds \d/);
    expect(message).toContain("'table.exec.state.ttl'");
  });
});
