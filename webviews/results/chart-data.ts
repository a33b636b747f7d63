import type { ColumnState } from '../messages.ts';
import { type ChartSpec, isNumber, isTime } from './chart-spec.ts';
import type { RowWindow } from './row-window.ts';

export interface ChartData {
  readonly axis: 'time' | 'number' | 'label';
  /** Seconds since 1970, numbers, or places of `labels`; ascending. */
  readonly x: readonly number[];
  readonly labels: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** A column that the chart names and the result has not. */
  readonly missing?: string;
}

/** Labels of one chart; more cannot be read. */
const MOST_LABELS = 60;

/** What a chart draws of rows: points in the order of its axis, labels in the order of the rows. */
export function chartData(spec: ChartSpec, columns: readonly ColumnState[], windows: readonly RowWindow[]): ChartData {
  const none: ChartData = { axis: 'number', x: [], labels: [], series: [] };
  const place = (name: string): number => columns.findIndex((column) => column.name === name);
  const missing = [...(spec.x === undefined ? [] : [spec.x]), ...spec.y].find((name) => place(name) < 0);
  if (missing !== undefined) return { ...none, missing };
  const xColumn = spec.x === undefined ? undefined : columns[place(spec.x)];
  const axis = !xColumn || isNumber(xColumn) ? 'number' : isTime(xColumn) ? 'time' : 'label';
  const places = spec.y.map(place);
  let points: { x: number; label: string; y: (number | null)[] }[] = [];
  let position = 0;
  for (const { length, cells } of windows) {
    for (let i = 0; i < length; i++) {
      const text = spec.x === undefined ? String(position) : (cells[place(spec.x)]?.(i) ?? null);
      const x =
        axis === 'label' ? position : text === null ? Number.NaN : axis === 'time' ? seconds(text) : Number(text);
      position++;
      if (Number.isNaN(x)) continue;
      points.push({ x, label: text ?? 'NULL', y: places.map((c) => numberOf(cells[c]?.(i) ?? null)) });
    }
  }
  if (axis === 'label') points = points.slice(-MOST_LABELS).map((point, i) => ({ ...point, x: i }));
  else points.sort((a, b) => a.x - b.x);
  if (axis === 'time' && spec.window !== undefined) {
    const from = (points.at(-1)?.x ?? 0) - spec.window;
    points = points.filter(({ x }) => x >= from);
  }
  return {
    axis,
    x: points.map(({ x }) => x),
    labels: points.map(({ label }) => label),
    series: spec.y.map((name, s) => ({ name, values: points.map(({ y }) => y[s] ?? null) })),
  };
}

function seconds(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}${text.length > 10 ? 'Z' : 'T00:00:00Z'}`) / 1000;
}

function numberOf(text: string | null): number | null {
  if (text === null) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}
