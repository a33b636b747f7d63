import { describe, expect, test } from 'vitest';
import { NexmarkEvents } from '../../../../local-runtime/connectors/nexmark/events.ts';

const N = 50_000;

describe('Nexmark events', () => {
  const events = new NexmarkEvents({ seed: 7 });
  const numbers = Array.from({ length: N }, (_, n) => n);
  const bids = numbers.filter((n) => events.kind(n) === 'bid').map((n) => events.bid(n));
  const auctions = numbers.filter((n) => events.kind(n) === 'auction').map((n) => events.auction(n));
  const people = numbers.filter((n) => events.kind(n) === 'person').map((n) => events.person(n));

  test('come as 1 person, 3 auctions and 46 bids', () => {
    expect([people.length, auctions.length, bids.length]).toEqual([N / 50, (N / 50) * 3, (N / 50) * 46]);
  });

  test('are the same again, in any order', () => {
    const again = new NexmarkEvents({ seed: 7 });
    expect(again.bid(N - 1)).toEqual(events.bid(N - 1));
    expect(again.auction(101)).toEqual(events.auction(101));
    expect(new NexmarkEvents({ seed: 8 }).bid(N - 1)).not.toEqual(events.bid(N - 1));
  });

  test('people and auctions are numbered in turn from 1000', () => {
    expect(people.map((p) => p.id)).toEqual(people.map((_, i) => 1000 + i));
    expect(auctions.map((a) => a.id)).toEqual(auctions.map((_, i) => 1000 + i));
  });

  test('bids name hot auctions half of the time and hot bidders three times in four', () => {
    const share = (is: (bid: (typeof bids)[number]) => boolean) => bids.filter(is).length / bids.length;
    expect(share((b) => b.auction % 100 === 0)).toBeGreaterThan(0.49);
    expect(share((b) => b.auction % 100 === 0)).toBeLessThan(0.53);
    expect(share((b) => b.bidder % 100 === 1)).toBeGreaterThan(0.74);
    expect(share((b) => b.bidder % 100 === 1)).toBeLessThan(0.78);
    expect(share((b) => ['Google', 'Facebook', 'Baidu', 'Apple'].includes(b.channel))).toBeCloseTo(0.5, 1);
    expect(share((b) => b.url.includes('&channel_id='))).toBeCloseTo(0.45, 1);
  });

  test('what they name is at most a few ahead of what there is', () => {
    for (let n = 0; n < N; n++) {
      if (events.kind(n) !== 'bid') continue;
      const { auction, bidder } = events.bid(n);
      const epoch = Math.floor(n / 50);
      expect(auction).toBeLessThan(1000 + (epoch + 1) * 3 + 10);
      expect(bidder).toBeLessThanOrEqual(1000 + epoch + 1 + 10);
      if (n > 2000) break;
    }
  });

  test('times rise at the rate, and auctions end after they began', () => {
    const start = Date.UTC(2025, 0, 1);
    expect(events.time(0)).toBe(start);
    expect(events.time(10_000)).toBe(start + 1000);
    expect(auctions.every((a) => a.expires > a.dateTime)).toBe(true);
  });

  test('sizes are about those that were asked for', () => {
    const mean = (sizes: readonly number[]) => sizes.reduce((a, b) => a + b, 0) / sizes.length;
    expect(mean(bids.map((b) => 32 + b.extra.length))).toBeCloseTo(100, -1);
    expect(mean(auctions.map((a) => 56 + a.itemName.length + a.description.length + a.extra.length))).toBeCloseTo(
      500,
      -1,
    );
  });
});
