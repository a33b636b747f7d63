import { describe, expect, it } from 'vitest';
import { TimerHeap } from '../../../local-runtime/time/timer-heap.ts';
import { TimerQueue } from '../../../local-runtime/time/timer-queue.ts';
import { WatermarkCombiner } from '../../../local-runtime/time/watermark-combiner.ts';
import { ZoneShift } from '../../../local-runtime/time/zone-shift.ts';
import { seededBelow } from '../../harness/random.ts';

describe('TimerHeap', () => {
  it('gives timers by time; of equal times in the order of a binary heap, not of arrival', () => {
    const heap = new TimerHeap<string>();
    for (const name of ['a', 'b', 'c', 'd']) heap.add(10, name);
    heap.add(5, 'first');
    const order: string[] = [];
    while (!heap.isEmpty) order.push(heap.poll());
    expect(order).toEqual(['first', 'b', 'd', 'c', 'a']);
  });

  it('deletes by id', () => {
    const heap = new TimerHeap<string>();
    const ids = [7, 3, 9, 1].map((time) => heap.add(time, `t${time}`));
    heap.delete(ids[1] as number);
    heap.delete(ids[3] as number);
    expect(heap.nextTime).toBe(7);
    expect([heap.poll(), heap.poll()]).toEqual(['t7', 't9']);
    expect(heap.isEmpty).toBe(true);
  });
});

describe('TimerQueue', () => {
  it('gives timers in the order in which TimerHeap gives them', () => {
    const next = seededBelow(7);
    const heap = new TimerHeap<number>();
    const queue = new TimerQueue();
    for (let n = 0; n < 20_000; n++) {
      expect(queue.nextTime).toBe(heap.nextTime);
      expect(queue.isEmpty).toBe(heap.isEmpty);
      // Grows for a while, then shrinks; few times, so that many are equal.
      if (heap.isEmpty || next(10) < (n < 10_000 ? 7 : 3)) {
        const time = next(100) === 0 ? Number.POSITIVE_INFINITY : Math.floor(n / 500) + next(4);
        heap.add(time, n);
        queue.add(time, n);
      } else {
        expect(queue.poll()).toBe(heap.poll());
      }
    }
    while (!heap.isEmpty) expect(queue.poll()).toBe(heap.poll());
    expect(queue.isEmpty).toBe(true);
  });
});

describe('WatermarkCombiner', () => {
  it('is the least of the inputs that are not idle and never goes back', () => {
    const combiner = new WatermarkCombiner(2);
    expect(combiner.advance(0, 5)).toBeUndefined();
    expect(combiner.advance(1, 3)).toBe(3);
    expect(combiner.setIdle(1, true)).toBe(5);
    expect(combiner.advance(0, 9)).toBe(9);
    expect(combiner.advance(1, 4)).toBeUndefined();
    expect(combiner.allIdle).toBe(false);
  });
});

describe('ZoneShift', () => {
  const newYork = new ZoneShift('America/New_York');
  // Clocks went forward at 2024-03-10 02:00 and back at 2024-11-03 02:00.
  const local = (text: string) => Date.parse(`${text}Z`);

  it('shifts instants to wall-clock times and back', () => {
    expect(newYork.toLocal(Date.parse('2024-07-01T12:00:00Z'))).toBe(local('2024-07-01T08:00:00'));
    expect(newYork.toEpoch(local('2024-07-01T08:00:00'))).toBe(Date.parse('2024-07-01T12:00:00Z'));
    expect(new ZoneShift('GMT+05:45').toLocal(0)).toBe(5.75 * 3_600_000);
    expect(new ZoneShift(undefined).toLocal(5)).toBe(5);
  });

  it('moves times in a gap on, and takes the earlier of two', () => {
    expect(newYork.toEpoch(local('2024-03-10T02:30:00'))).toBe(Date.parse('2024-03-10T07:30:00Z'));
    expect(newYork.toEpoch(local('2024-11-03T01:30:00'))).toBe(Date.parse('2024-11-03T05:30:00Z'));
  });

  it('fires windows in a gap at its end, and in an overlap after the second hour', () => {
    expect(newYork.toTimer(local('2024-03-10T02:59:59.999'))).toBe(Date.parse('2024-03-10T07:00:00Z'));
    expect(newYork.toTimer(local('2024-11-03T01:59:59.999'))).toBe(Date.parse('2024-11-03T06:59:59.999Z'));
  });
});
