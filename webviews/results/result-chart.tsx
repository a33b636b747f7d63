import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import { gridLine } from '../chart/grid-line.ts';
import { dashOf, isHollow, SeriesMark } from '../chart/series-mark.tsx';
import { usePlot } from '../chart/use-plot.ts';
import type { Arrangement, ColumnState, View } from '../messages.ts';
import { t } from '../shared/l10n.ts';
import type { Channel } from './channel.ts';
import { type ChartData, chartData } from './chart-data.ts';
import { CHART_KINDS, type ChartKind, type ChartSpec, isNumber } from './chart-spec.ts';
import { chartSvg, shortNumber } from './chart-svg.ts';
import { fetchRows } from './copy-rows.ts';
import type { RowWindow } from './row-window.ts';

export interface ResultChartProps {
  readonly channel: Channel;
  readonly id: string;
  readonly view: View;
  readonly arrange: Arrangement;
  readonly columns: readonly ColumnState[];
  readonly version: number;
  readonly rowCount: number;
  readonly spec: ChartSpec;
  readonly onSpec: (spec: ChartSpec) => void;
}

/** Rows that a chart is drawn of: the last ones. */
const MOST_ROWS = 5000;
const PACE_MS = 1000;
const HEIGHT = 240;
const COLORS = [
  '--vscode-charts-blue',
  '--vscode-charts-orange',
  '--vscode-charts-green',
  '--vscode-charts-purple',
  '--vscode-charts-red',
];
const WINDOWS = [undefined, 60, 300, 900, 3600];

/** The last rows of a view as a picture, kept up with it. */
export function ResultChart(props: ResultChartProps) {
  const { channel, id, view, arrange, columns, version, rowCount, spec, onSpec } = props;
  const windows = useLastRows(channel, { id, view, arrange }, version, rowCount);
  const data = useMemo(() => chartData(spec, columns, windows), [spec, columns, windows]);
  const box = useRef<HTMLDivElement>(null);
  const newestData = useRef(data);
  newestData.current = data;
  const aligned = useMemo(() => alignedOf(data), [data]);
  usePlot(box, {
    shape:
      spec.kind === 'value' ? undefined : `${spec.kind} ${data.axis} ${data.series.map(({ name }) => name).join()}`,
    height: HEIGHT,
    data: aligned,
    options: (parent) => optionsOf(spec.kind, () => newestData.current, parent),
  });
  const time = data.axis === 'time';
  const save = async (kind: 'png' | 'svg'): Promise<void> => {
    const name = `chart.${kind}`;
    if (kind === 'svg') {
      const style = getComputedStyle(document.body);
      const color = (variable: string): string => style.getPropertyValue(variable).trim() || style.color;
      const look = {
        colors: COLORS.map(color),
        text: color('--vscode-foreground'),
        line: color('--vscode-panel-border'),
        background: color('--vscode-editor-background'),
      };
      const svg = chartSvg(spec.kind, data, look, (x) => (time ? timeText(x) : shortNumber(x)));
      channel.send({ type: 'save', id, name, base64: base64(new TextEncoder().encode(svg)) });
      return;
    }
    const canvas = box.current?.querySelector('canvas');
    const url = canvas?.toDataURL('image/png');
    if (url) channel.send({ type: 'save', id, name, base64: url.slice(url.indexOf(',') + 1) });
  };
  const numbers = columns.filter(isNumber);
  const newest = data.series[0]?.values.findLast((value) => value !== null);
  return (
    <figure className="mr-chart" aria-label={t('Chart of {0}', spec.y.join(', '))} data-testid="result-chart">
      <div className="mr-field">
        <select
          aria-label={t('Kind of chart')}
          value={spec.kind}
          onChange={(event) => onSpec({ ...spec, kind: event.target.value as ChartKind })}
        >
          {CHART_KINDS.map((kind) => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
        <label>
          x{' '}
          <select value={spec.x ?? ''} onChange={(event) => onSpec({ ...spec, x: event.target.value || undefined })}>
            <option value="">{t('row')}</option>
            {columns.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          y{' '}
          <select
            multiple={false}
            value={spec.y[0]}
            onChange={(event) => onSpec({ ...spec, y: [event.target.value, ...spec.y.slice(1)] })}
          >
            {numbers.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {numbers.length > 1 && (
          <label>
            {t('and')}{' '}
            <select
              value={spec.y[1] ?? ''}
              onChange={(event) =>
                onSpec({ ...spec, y: [...spec.y.slice(0, 1), ...(event.target.value ? [event.target.value] : [])] })
              }
            >
              <option value="">–</option>
              {numbers.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        {time && (
          <label>
            {t('window')}{' '}
            <select
              value={spec.window ?? ''}
              onChange={(event) => onSpec({ ...spec, window: Number(event.target.value) || undefined })}
            >
              {WINDOWS.map((seconds) => (
                <option key={seconds ?? 'all'} value={seconds ?? ''}>
                  {seconds === undefined ? t('all') : t('{0} min', seconds / 60)}
                </option>
              ))}
            </select>
          </label>
        )}
        <span className="mr-space" />
        <button type="button" className="mr-icon" title={t('Save as PNG')} onClick={() => void save('png')}>
          PNG
        </button>
        <button type="button" className="mr-icon" title={t('Save as SVG')} onClick={() => void save('svg')}>
          SVG
        </button>
      </div>
      {data.missing !== undefined && <div className="mr-bad">{t('The result has no column {0}', data.missing)}</div>}
      {spec.kind === 'value' ? (
        <output className="mr-value" data-testid="chart-value">
          {newest === undefined || newest === null ? '–' : new Intl.NumberFormat().format(newest)}
          <small>{spec.y[0]}</small>
        </output>
      ) : (
        <>
          <figcaption>
            {data.series.map(({ name }, s) => (
              <span key={name}>
                <SeriesMark series={s} color={COLORS[s % COLORS.length] ?? ''} kind={markOf(spec.kind)} /> {name}
              </span>
            ))}
            <span className="mr-quiet">{data.x.length === 1 ? t('1 point') : t('{0} points', data.x.length)}</span>
          </figcaption>
          <div ref={box} className="mc-plot" aria-hidden="true" style={{ height: HEIGHT }} />
        </>
      )}
    </figure>
  );
}

function useLastRows(
  channel: Channel,
  { id, view, arrange }: { readonly id: string; readonly view: View; readonly arrange: Arrangement },
  version: number,
  rowCount: number,
): readonly RowWindow[] {
  const [windows, setWindows] = useState<readonly RowWindow[]>([]);
  const last = useRef(0);
  const newest = useRef(rowCount);
  newest.current = rowCount;
  const pending = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(pending.current), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version has other rows
  useEffect(() => {
    clearTimeout(pending.current);
    const due = Math.max(0, last.current + PACE_MS - performance.now());
    pending.current = setTimeout(() => {
      last.current = performance.now();
      const from = Math.max(0, newest.current - MOST_ROWS);
      fetchRows(channel, id, { view, arrange, from, to: from + MOST_ROWS })
        .then(setWindows)
        .catch(() => undefined); // The grid says what is wrong.
    }, due);
  }, [channel, id, view, arrange, version]);
  return windows;
}

function alignedOf({ x, series }: ChartData): uPlot.AlignedData {
  return [[...x], ...series.map(({ values }) => [...values])];
}

function optionsOf(kind: ChartKind, data: () => ChartData, parent: HTMLElement): uPlot.Options {
  const style = getComputedStyle(parent);
  const color = (name: string): string => style.getPropertyValue(name).trim() || style.color;
  const font = `11px ${style.fontFamily}`;
  const axis = { stroke: color('--vscode-descriptionForeground'), ticks: { show: false }, font };
  const { axis: along, series } = data();
  const bars = kind === 'bar' ? uPlot.paths.bars?.({ size: [0.7, 60] }) : undefined;
  const pad = kind === 'bar' ? 0.6 : 0;
  return {
    width: Math.max(160, parent.clientWidth),
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    scales: {
      x: { time: along === 'time', ...(along === 'label' && { range: (_, low, high) => [low - pad, high + pad] }) },
      y: {
        range: (_, low, high) => [
          kind === 'scatter' ? low : Math.min(0, low),
          high > 0 || kind === 'scatter' ? high * 1.05 : 1,
        ],
      },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        ...(along === 'time' && { values: (_, ticks) => ticks.map(timeText) }),
        ...(along === 'number' && { values: (_, ticks) => ticks.map(shortNumber) }),
        ...(along === 'label' && {
          values: (_, ticks) =>
            ticks.map((tick) => (Number.isInteger(tick) ? (data().labels[tick] ?? '').slice(0, 16) : '')),
          incrs: [1, 2, 5, 10, 20],
          space: 70,
        }),
      },
      {
        ...axis,
        size: 58,
        grid: gridLine(parent),
        values: (_, ticks) => ticks.map(shortNumber),
      },
    ],
    series: [
      {},
      ...series.map(({ name }, s): uPlot.Series => {
        const stroke = color(COLORS[s % COLORS.length] ?? '');
        return {
          label: name,
          stroke,
          width: kind === 'scatter' ? 0 : 1.5,
          ...(kind === 'scatter' && {
            paths: () => null,
            points: { show: true, size: 6, width: 1.5, stroke, fill: isHollow(s) ? 'transparent' : stroke },
          }),
          ...((kind === 'line' || kind === 'area') && { dash: [...dashOf(s)] }),
          ...(kind === 'area' && { fill: `color-mix(in srgb, ${stroke} 25%, transparent)` }),
          ...(bars && { paths: bars, fill: isHollow(s) ? 'transparent' : stroke }),
          ...(kind !== 'scatter' && { points: { show: false } }),
        };
      }),
    ],
  };
}

function markOf(kind: ChartKind): 'line' | 'bar' | 'point' {
  if (kind === 'bar') return 'bar';
  return kind === 'scatter' ? 'point' : 'line';
}

/** A time of the row's own clock: no zone is added. */
function timeText(seconds: number): string {
  const iso = new Date(seconds * 1000).toISOString();
  return seconds % 86_400 === 0 ? iso.slice(0, 10) : iso.slice(11, 19);
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
