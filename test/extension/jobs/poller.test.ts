import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Poller } from '../../../extension/jobs/poller.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('one turn after the other, until it is stopped', async () => {
  let turns = 0;
  const poller = new Poller(
    async () => {
      turns++;
      return 1000;
    },
    () => undefined,
  );
  poller.start();
  poller.start();
  await vi.advanceTimersByTimeAsync(2500);
  expect(turns).toBe(3);
  poller.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(turns).toBe(3);
});

test('failures are told, and asked again later and later; then it is as before', async () => {
  const failures: unknown[] = [];
  let works = false;
  let turns = 0;
  const poller = new Poller(
    async () => {
      turns++;
      if (!works) throw new Error('away');
      return 1000;
    },
    (error) => failures.push(error),
  );
  poller.start();
  await vi.advanceTimersByTimeAsync(7500);
  expect({ turns, failures: failures.length }).toEqual({ turns: 4, failures: 4 });
  works = true;
  await vi.advanceTimersByTimeAsync(8000);
  const before = turns;
  await vi.advanceTimersByTimeAsync(3000);
  expect(turns - before).toBe(3);
  poller.stop();
});

test('stopping aborts the turn at hand, whose failure nobody is told', async () => {
  const failed = vi.fn();
  const poller = new Poller(
    (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    failed,
  );
  poller.start();
  poller.stop();
  await vi.advanceTimersByTimeAsync(100);
  expect(failed).not.toHaveBeenCalled();
  expect(poller.running).toBe(false);
});

test('a turn without another ends it; it can be begun again', async () => {
  let turns = 0;
  const poller = new Poller(
    async () => {
      turns++;
      return undefined;
    },
    () => undefined,
  );
  poller.start();
  await vi.advanceTimersByTimeAsync(5000);
  expect({ turns, running: poller.running }).toEqual({ turns: 1, running: false });
  poller.again();
  await vi.advanceTimersByTimeAsync(5000);
  expect(turns).toBe(2);
});
