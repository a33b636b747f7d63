import { expect, test } from 'vitest';
import { EndRates } from '../../../extension/topics/end-rates.ts';

const at = (end: bigint, name = 'orders') => [{ name, end }];

test('a rate is what was written between looks, by their times', () => {
  const rates = new EndRates();
  expect(rates.of('orders')).toBeUndefined();
  rates.note(at(100n), 1000);
  expect(rates.of('orders')).toBeUndefined();
  rates.note(at(150n), 6000);
  expect(rates.of('orders')).toBe(10);
  rates.note(at(150n), 11_000);
  expect(rates.of('orders')).toBe(5);
});

test('only the last looks count, and a topic that nobody writes to has a rate of 0', () => {
  const rates = new EndRates();
  rates.note(at(0n), 0);
  for (let i = 1; i <= 4; i++) rates.note(at(1000n), i * 1000);
  expect(rates.of('orders')).toBe(0);
});

test('a topic that was made anew begins again', () => {
  const rates = new EndRates();
  rates.note(at(1000n), 0);
  rates.note(at(2000n), 1000);
  rates.note(at(30n), 2000);
  expect(rates.of('orders')).toBeUndefined();
  rates.note(at(50n), 4000);
  expect(rates.of('orders')).toBe(10);
});

test('a topic that could not be asked for has no rate, until there are two looks again', () => {
  const rates = new EndRates();
  rates.note(at(1n), 0);
  rates.note([], 1000);
  expect(rates.of('orders')).toBeUndefined();
  rates.note(at(9n), 2000);
  expect(rates.of('orders')).toBeUndefined();
  rates.note(at(11n), 3000);
  expect(rates.of('orders')).toBe(2);
});

test('figures beyond 53 bits keep their difference', () => {
  const rates = new EndRates();
  rates.note(at(2n ** 62n), 0);
  rates.note(at(2n ** 62n + 7n), 1000);
  expect(rates.of('orders')).toBe(7);
});
