import { expect, it } from 'vitest';
import { IntList } from '../../../local-runtime/state/int-list.ts';
import { TimerQueue } from '../../../local-runtime/time/timer-queue.ts';

it('drains the timers of a time in the order of polls, each followed by the timer after it', () => {
  let seed = 3;
  const random = (n: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % n;
  };
  const drained = new TimerQueue();
  const polled = new TimerQueue();
  let number = 0;
  for (let i = 0; i < 500; i++) {
    const time = 10 * random(5);
    drained.add(time, number);
    polled.add(time, number++);
  }
  while (!polled.isEmpty) {
    const time = polled.nextTime;
    const nexts = new Int32Array(number).fill(-1);
    for (let i = 0; i < 500; i++) if (random(3) === 0 && time < 200) nexts[i] = number++;
    const order = new IntList();
    drained.drain(time, time + 10, nexts, order);
    const expected: number[] = [];
    while (polled.nextTime === time) {
      const payload = polled.poll();
      expected.push(payload);
      const next = nexts[payload] ?? -1;
      if (next >= 0) polled.add(time + 10, next);
    }
    expect([...order.values.subarray(0, order.length)]).toEqual(expected);
    expect(drained.nextTime).toBe(polled.nextTime);
  }
  expect(drained.isEmpty).toBe(true);
});
