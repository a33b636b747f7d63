import { describe, expect, test } from 'vitest';
import { chartBefore, keepChart } from '../../../extension/results/chart-comment.ts';
import { profileColumn } from '../../../extension/results/profile.ts';
import { chartData } from '../../../webviews/results/chart-data.ts';
import { type ChartSpec, chartText, parseChart, proposeChart } from '../../../webviews/results/chart-spec.ts';
import { chartSvg } from '../../../webviews/results/chart-svg.ts';
import type { RowWindow } from '../../../webviews/results/row-window.ts';

describe('a chart in the text', () => {
  test.each<[ChartSpec, string]>([
    [{ kind: 'line', x: 'at', y: ['price', 'amount'], window: 300 }, 'line x=at y=price,amount window=5m'],
    [{ kind: 'bar', x: 'the name', y: ['a`b,c'] }, 'bar x=`the name` y=`a``b,c`'],
    [{ kind: 'value', y: ['total'] }, 'value y=total'],
  ])('%j is %s', (spec, text) => {
    expect(chartText(spec)).toBe(text);
    expect(parseChart(text)).toEqual(spec);
  });

  test('that says nothing is none', () => {
    for (const text of ['', 'pie y=a', 'line x=a', 'line y=']) expect(parseChart(text)).toBeUndefined();
  });

  const text = 'SELECT 1;\n-- chart: line y=a\n-- words\nSELECT 2;\n\n  SELECT 3';
  const edited = (statement: string, chart: string | undefined): string | undefined => {
    const edit = keepChart(text, statement, chart);
    return edit && text.slice(0, edit.from) + edit.text + text.slice(edit.to);
  };

  test('belongs to the statement behind it', () => {
    expect(chartBefore(text, text.indexOf('SELECT 2'))).toBe('line y=a');
    expect(chartBefore(text, text.indexOf('SELECT 3'))).toBeUndefined();
    expect(chartBefore(text, 0)).toBeUndefined();
  });

  test('is put in, replaced and taken out again', () => {
    expect(edited('SELECT 2', 'bar y=b')).toBe(text.replace('line y=a', 'bar y=b'));
    expect(edited('SELECT 2', undefined)).toBe(text.replace('-- chart: line y=a\n', ''));
    expect(edited('SELECT 3', 'value y=c')).toBe(text.replace('  SELECT 3', '-- chart: value y=c\n  SELECT 3'));
    expect(edited('SELECT 1', 'value y=c')).toBe(`-- chart: value y=c\n${text}`);
    expect(edited('SELECT 4', 'value y=c')).toBeUndefined();
  });
});

const columns = [
  { name: 'at', type: 'TIMESTAMP(3)' },
  { name: 'user_id', type: 'INT' },
  { name: 'price', type: 'DECIMAL(10, 2)' },
  { name: 'name', type: 'STRING' },
];
const cells = [
  ['2024-01-01 00:10:00.000', '1', '2.50', 'b'],
  ['2024-01-01 00:00:00.000', '2', null, 'a<'],
  [null, '3', '9.00', 'c'],
  ['2024-01-01 00:09:30.000', '4', '-1.00', null],
];
const window: RowWindow = {
  from: 0,
  length: cells.length,
  kind: () => 0,
  cells: columns.map((_, c) => (i: number) => cells[i]?.[c] ?? null),
  numeric: [],
};

describe('a chart', () => {
  test('is proposed from the types', () => {
    expect(proposeChart(columns)).toEqual({ kind: 'line', x: 'at', y: ['price'] });
    expect(proposeChart(columns.slice(1))).toEqual({ kind: 'bar', x: 'name', y: ['price'] });
    expect(proposeChart(columns.slice(1, 3))).toEqual({ kind: 'scatter', x: 'user_id', y: ['price'] });
    expect(proposeChart(columns.slice(1, 2))).toEqual({ kind: 'value', y: ['user_id'] });
    expect(proposeChart(columns.slice(3))).toBeUndefined();
  });

  test('over time is in order, without rows that have no time, within its window', () => {
    const data = chartData({ kind: 'line', x: 'at', y: ['price'] }, columns, [window]);
    expect(data.axis).toBe('time');
    expect(data.series[0]?.values).toEqual([null, -1, 2.5]);
    expect(chartData({ kind: 'line', x: 'at', y: ['price'], window: 60 }, columns, [window]).x).toHaveLength(2);
  });

  test('over labels is in the order of the rows; a column that is not there is told', () => {
    expect(chartData({ kind: 'bar', x: 'name', y: ['price'] }, columns, [window]).labels).toEqual([
      'b',
      'a<',
      'c',
      'NULL',
    ]);
    expect(chartData({ kind: 'bar', x: 'nam', y: ['price'] }, columns, [window]).missing).toBe('nam');
  });

  test('as SVG has a part for each value and nothing of its labels is markup', () => {
    const data = chartData({ kind: 'bar', x: 'name', y: ['price'] }, columns, [window]);
    const look = { colors: ['#00f'], text: '#000', line: '#ccc', background: '#fff' };
    const svg = chartSvg('bar', data, look, String);
    expect(svg.match(/<rect [^>]*fill="#00f" stroke="#00f"\/>/g)).toHaveLength(3);
    expect(svg).toContain('a&lt;');
    expect(chartSvg('line', { ...data, x: [], series: [] }, look, String)).toContain('</svg>');
  });
});

test('a column in figures', () => {
  const values = ['1.00', '10.00', null, '2.00', '10.00'];
  const rows = values.map((value) => ({ kind: 0, cell: () => value }));
  const profile = profileColumn(rows, 0, { type: 'DECIMAL', precision: 10, scale: 2 }, String);
  expect(profile).toMatchObject({ count: 5, nulls: 1, distinct: 3, atLeast: false, least: '1.00', greatest: '10.00' });
  expect(profile.mean).toBeCloseTo(5.75);
  expect(profile.top[0]).toEqual({ text: '10.00', count: 2 });
  expect(profile.histogram.reduce((sum, bar) => sum + bar, 0)).toBe(4);
  expect([profile.histogram[0], profile.histogram.at(-1)]).toEqual([1, 2]);
});
