import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LayoutEdge, type LayoutNode, layout } from '../../../webviews/graph/layout.ts';

const box = (id: string, height = 40): LayoutNode => ({ id, width: 100, height });
const edge = (text: string): LayoutEdge => {
  const [from = '', to = ''] = text.split('>');
  return { from, to };
};
const of = (ids: string, edges: string) =>
  layout(
    [...ids].map((id) => box(id)),
    edges === '' ? [] : edges.split(' ').map(edge),
    { along: 50, across: 20 },
  );

test('nothing, one box, boxes without edges', () => {
  expect(layout([], [])).toMatchObject({ width: 0, height: 0, lines: [] });
  expect(of('a', '')).toMatchObject({ width: 100, height: 40 });
  const two = of('ab', '');
  expect(two.height).toBeGreaterThanOrEqual(100);
});

test('a chain is a straight line from left to right', () => {
  const { places, lines, width } = of('abc', 'a>b b>c');
  expect([...places.values()].map(({ x }) => x)).toEqual([0, 150, 300]);
  expect(new Set([...places.values()].map(({ y }) => y)).size).toBe(1);
  expect(lines[0]).toEqual([
    { x: 100, y: 20 },
    { x: 150, y: 20 },
  ]);
  expect(width).toBe(400);
});

test('a join stands between its inputs, and a source right before what it feeds', () => {
  const { places } = of('abcdj', 'a>b b>c c>j d>j');
  expect(places.get('d')?.x).toBe(places.get('c')?.x);
  const [c, d, j] = ['c', 'd', 'j'].map((id) => places.get(id)?.y ?? 0) as [number, number, number];
  expect(j).toBeCloseTo((c + d) / 2, 0);
});

test('an edge over several layers goes around the boxes between', () => {
  const { lines, places } = of('abc', 'a>b b>c a>c');
  const long = lines[2] ?? [];
  expect(long).toHaveLength(4);
  const b = places.get('b') ?? { x: 0, y: 0 };
  const passing = long.filter(({ x }) => x >= b.x && x <= b.x + 100);
  for (const { y } of passing) expect(y < b.y || y > b.y + 40).toBe(true);
});

test('edges that could cross do not', () => {
  const { places } = of('abxy', 'a>y b>x');
  const y = (id: string): number => places.get(id)?.y ?? 0;
  expect(y('a') < y('b')).toBe(y('y') < y('x'));
});

test('cycles, loops, doubles and edges to nowhere do no harm', () => {
  const { lines } = of('ab', 'a>b b>a a>a a>b a>z');
  expect(lines.map((line) => line.length > 0)).toEqual([true, true, false, true, false]);
});

test('boxes never overlap, edges run forward, the picture holds all, the same graph looks the same', () => {
  const graph = fc.integer({ min: 1, max: 14 }).chain((n) =>
    fc.record({
      nodes: fc.array(fc.integer({ min: 20, max: 90 }), { minLength: n, maxLength: n }),
      edges: fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 24 }),
    }),
  );
  fc.assert(
    fc.property(graph, ({ nodes, edges }) => {
      const boxes = nodes.map((height, i) => box(String(i), height));
      const forward = edges.filter(([a, b]) => a < b).map(([a, b]) => ({ from: String(a), to: String(b) }));
      const { places, lines, width, height } = layout(boxes, forward);
      const rects = boxes.map((one) => ({ ...one, ...(places.get(one.id) ?? { x: Number.NaN, y: Number.NaN }) }));
      for (const [i, a] of rects.entries()) {
        expect(a.x >= 0 && a.y >= -0.001 && a.x + a.width <= width + 0.001 && a.y + a.height <= height + 0.001).toBe(
          true,
        );
        for (const b of rects.slice(i + 1)) {
          const apart =
            a.x + a.width <= b.x ||
            b.x + b.width <= a.x ||
            a.y + a.height <= b.y + 0.001 ||
            b.y + b.height <= a.y + 0.001;
          expect(apart).toBe(true);
        }
      }
      for (const line of lines) for (const [i, { x }] of line.entries()) expect(x >= (line[i - 1]?.x ?? 0)).toBe(true);
      expect(layout(boxes, forward)).toEqual({ places, lines, width, height });
    }),
    { numRuns: 300 },
  );
});
