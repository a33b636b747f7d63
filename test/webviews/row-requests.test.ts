import { expect, test } from 'vitest';
import { RowRequests, type Wanted } from '../../webviews/results/use-rows.ts';

function setUp() {
  let now = 0;
  const sent: { want: Wanted; request: number }[] = [];
  const requests = new RowRequests(
    (want, request) => sent.push({ want, request }),
    () => now,
  );
  return {
    sent,
    requests,
    wait: (ms: number) => {
      now += ms;
    },
  };
}

const table = (from: number, to: number, version: number): Wanted => ({ view: 'table', from, to, version });

test('one question at a time; the next when the answer is old or short', () => {
  const { sent, requests } = setUp();
  requests.want(table(100, 120, 1));
  requests.want(table(100, 120, 2));
  expect(sent).toEqual([{ want: table(70, 150, 1), request: 1 }]);
  expect(requests.answered({ view: 'table', from: 70, length: 80, version: 2, request: 1 })).toBe(true);
  expect(sent).toHaveLength(1);
  requests.want(table(110, 140, 2));
  expect(sent).toHaveLength(1);
  requests.want(table(140, 160, 2));
  expect(sent).toHaveLength(2);
});

test('where the view ends nothing more is asked for', () => {
  const { sent, requests } = setUp();
  requests.want(table(0, 40, 1));
  requests.answered({ view: 'table', from: 0, length: 3, version: 1, request: 1 });
  requests.want(table(0, 40, 1));
  expect(sent).toHaveLength(1);
});

test('an answer slower than our patience is shown all the same', () => {
  const { sent, requests, wait } = setUp();
  for (let version = 1; version <= 50; version++) {
    requests.want(table(0, 20, version));
    wait(100);
  }
  expect(sent.map(({ request }) => request)).toEqual([1, 2]);
  expect(requests.answered({ view: 'table', from: 0, length: 50, version: 30, request: 1 })).toBe(true);
  expect(requests.answered({ view: 'table', from: 0, length: 50, version: 50, request: 2 })).toBe(true);
  expect(requests.answered({ view: 'table', from: 0, length: 50, version: 30, request: 1 })).toBe(false);
});

test("the first rows come unasked, but never over newer ones; another view's rows are not shown", () => {
  const { requests } = setUp();
  expect(requests.answered({ view: 'table', from: 0, length: 40, version: 1, request: 0 })).toBe(true);
  expect(requests.answered({ view: 'table', from: 0, length: 40, version: 1, request: 0 })).toBe(false);
  requests.want({ view: 'changelog', from: 0, to: 10, version: 1 });
  expect(requests.answered({ view: 'table', from: 0, length: 40, version: 2, request: 1 })).toBe(false);
});

test('the end is asked for as such, and again for every version', () => {
  const { sent, requests } = setUp();
  requests.want(table(-40, 0, 1));
  expect(sent[0]?.want).toEqual(table(-70, 0, 1));
  requests.answered({ view: 'table', from: 930, length: 70, version: 1, request: 1 });
  requests.want(table(-40, 0, 1));
  expect(sent).toHaveLength(1);
  requests.want(table(-40, 0, 2));
  expect(sent).toHaveLength(2);
  requests.answered({ view: 'table', from: 950, length: 70, version: 2, request: 2 });
  requests.want(table(960, 980, 2));
  expect(sent).toHaveLength(2);
});
