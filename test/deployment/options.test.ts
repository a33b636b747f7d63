import { expect, test } from 'vitest';
import { flinkConfig, type JobOptions, optionProblems } from '../../deployment/options.ts';

const full: JobOptions = {
  name: 'orders per minute',
  parallelism: 4,
  checkpointInterval: '30 s',
  checkpointMode: 'EXACTLY_ONCE',
  restart: { strategy: 'fixed-delay', attempts: 3, delay: '10 s' },
  startFrom: 'file:/savepoints/savepoint-1',
  allowNonRestoredState: true,
  settings: { 'table.exec.state.ttl': '1 h' },
};

test('options in the words of Flink 2', () => {
  expect(optionProblems(full)).toEqual([]);
  expect(flinkConfig(full, '2.2.1')).toEqual({
    'table.exec.state.ttl': '1 h',
    'pipeline.name': 'orders per minute',
    'parallelism.default': '4',
    'execution.checkpointing.interval': '30 s',
    'execution.checkpointing.mode': 'EXACTLY_ONCE',
    'restart-strategy.type': 'fixed-delay',
    'restart-strategy.fixed-delay.attempts': '3',
    'restart-strategy.fixed-delay.delay': '10 s',
    'execution.state-recovery.path': 'file:/savepoints/savepoint-1',
    'execution.state-recovery.ignore-unclaimed-state': 'true',
  });
});

test('older names before 1.20', () => {
  const config = flinkConfig(full, '1.18.1');
  expect(config).toMatchObject({ 'restart-strategy': 'fixed-delay', 'execution.savepoint.path': full.startFrom });
  expect(flinkConfig(full, '1.20.0')).toHaveProperty('restart-strategy.type');
});

test.each([
  [{ name: '../x' }, /no name for a deployment/],
  [{ name: '' }, /no name/],
  [{ name: 'a', parallelism: 0 }, /parallelism 0/],
  [{ name: 'a', parallelism: 1.5 }, /parallelism 1.5/],
  [{ name: 'a', checkpointInterval: 'soon' }, /interval 'soon' is no duration/],
  [{ name: 'a', restart: { strategy: 'fixed-delay', delay: '-1 s' } }, /delay '-1 s'/],
  [{ name: 'a', restart: { strategy: 'fixed-delay', attempts: -1 } }, /attempts -1/],
] as const)('%j is refused', (options, message) => {
  expect(optionProblems(options).join()).toMatch(message);
});
