import { expect, it } from 'vitest';
import { plot } from '../bench/nexmark/plot.ts';
import { report, withSection } from '../bench/nexmark/report.ts';
import type { QueryResult } from '../bench/nexmark/results.ts';

const runs = (...seconds: number[]) => seconds.map((each) => ({ seconds: each, cpuSeconds: 2 * each }));
const fast: QueryResult = {
  name: 'q0',
  about: 'pass through',
  rows: 2_000_000,
  millrace: runs(0.5, 0.4, 1),
  flink: runs(4, 5, 3),
  cold: { seconds: 2, cpuSeconds: 3 },
  peakMegabytes: 101.4,
  flinkMegabytes: 1479.6,
};
const slow: QueryResult = { ...fast, name: 'q1', about: 'a < b & c', flink: runs(1, 1, 1) };
const alone: QueryResult = { ...fast, name: 'q2', flink: [], flinkMegabytes: Number.NaN };
const about = { bids: 2_000_000, repeat: 3, parallelism: '1', machine: 'a machine' };

it('gives medians with their spread, ratios by the clock and by CPU time, their means and what falls short', () => {
  const text = report([fast, slow, alone], about);
  expect(text).toContain('| q0 | pass through | 4000 (2000–5000) | 500 (400–667) | 8.0 | 8.0 | 1000 | 101 | 1480 |');
  expect(text).toContain('| q2 | pass through | 4000 (2000–5000) | – | – | – | 1000 | 101 | – |');
  expect(text).toContain('| geometric mean | | | | **4.0** | **4.0** | | | |');
  expect(text).toContain('Below 5: q1 (2.0).');
});

it('has no ratio by CPU time where the process of Flink is not known', () => {
  const unknown = { ...fast, flink: [{ seconds: 4, cpuSeconds: Number.NaN }] };
  expect(report([unknown], about)).toContain('| 8.0 | – | 1000 | 101 | 1480 |');
});

it('writes into its own section of a document only', () => {
  const text = 'a\n<!-- one -->\n\nold\n\n<!-- end of one -->\nb\n<!-- two -->\nleft\n<!-- end of two -->\n';
  const written = withSection(text, 'one', 'new');
  expect(written).toBe('a\n<!-- one -->\n\nnew\n\n<!-- end of one -->\nb\n<!-- two -->\nleft\n<!-- end of two -->\n');
  expect(withSection(written, 'one', 'new')).toBe(written);
  expect(() => withSection(text, 'three', 'new')).toThrow('no section "three"');
});

it('draws a bar for each server as long as its speed, within the picture', () => {
  const svg = plot([fast, slow, alone], 'speed & more');
  const widths = (of: string) =>
    [...svg.matchAll(new RegExp(`<rect class="${of}" x="80" y="\\d+" width="([\\d.]+)" height="10"`, 'g'))].map(
      ([, w]) => Number(w),
    );
  const [first = 0] = widths('millrace');
  expect(widths('millrace')).toHaveLength(3);
  expect(widths('flink')).toHaveLength(2);
  expect(widths('flink')[0]).toBeCloseTo(first / 8, 0);
  expect(first).toBeGreaterThan(300);
  expect(first).toBeLessThanOrEqual(560);
  expect(svg).toContain('aria-label="speed &amp; more"');
  expect(svg).toContain('prefers-color-scheme: dark');
});
