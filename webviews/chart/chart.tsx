import { useMemo, useRef } from 'react';
import type uPlot from 'uplot';
import { t } from '../shared/l10n.ts';
import { gridLine } from './grid-line.ts';
import { dashOf, isHollow, SeriesMark } from './series-mark.tsx';
import { usePlot } from './use-plot.ts';

export interface ChartSeries {
  readonly name: string;
  /** A theme colour, e.g. `--vscode-charts-blue`. */
  readonly color: string;
  readonly values: readonly (number | null)[];
}

export interface ChartProps {
  readonly title: string;
  /** Milliseconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  /** A value as it is written at the axis and beside the title. */
  readonly format: (value: number) => string;
  readonly height?: number;
  /** Points instead of a line: things that happened, not a course. */
  readonly points?: boolean;
  /** Said where there is nothing to draw yet. */
  readonly empty?: string;
}

const HEIGHT = 130;
const AXIS = 58;

/** Figures over time. The newest values stand beside the title, so that nothing is told by colour or picture alone. */
export function Chart(props: ChartProps) {
  const { title, times, series, format, height = HEIGHT, points = false, empty = t('No figures yet') } = props;
  const box = useRef<HTMLDivElement>(null);
  const isEmpty = !series.some(({ values }) => values.some((value) => value !== null));
  const kind = series.map(({ name, color }) => `${name}${color}`).join();

  const data = useMemo(() => dataOf({ times, series }), [times, series]);
  usePlot(box, {
    shape: isEmpty ? undefined : kind,
    height,
    data,
    options: (parent) => optionsOf(props, parent),
  });

  return (
    <figure className="mc" aria-label={title}>
      <figcaption>
        <b>{title}</b>
        {series.map(({ name, color, values }, s) => {
          const last = values.findLast((value) => value !== null);
          return (
            <span key={name} className="mc-key">
              <SeriesMark series={s} color={color} kind={points ? 'point' : 'line'} />
              {name} <output>{last === undefined || last === null ? '–' : format(last)}</output>
            </span>
          );
        })}
      </figcaption>
      {isEmpty ? (
        <div className="mc-empty" style={{ height }}>
          {empty}
        </div>
      ) : (
        <div ref={box} className="mc-plot" aria-hidden="true" style={{ height }} />
      )}
    </figure>
  );
}

function timeOfDay(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString(undefined, { hour12: false });
}

function dataOf({ times, series }: Pick<ChartProps, 'times' | 'series'>): uPlot.AlignedData {
  return [times.map((time) => time / 1000), ...series.map(({ values }) => [...values])];
}

function optionsOf(
  { series, format, height = HEIGHT, points = false }: ChartProps,
  parent: HTMLElement,
): uPlot.Options {
  const style = getComputedStyle(parent);
  const color = (name: string): string => style.getPropertyValue(name).trim() || style.color;
  const text = color('--vscode-descriptionForeground');
  const font = `11px ${style.fontFamily}`;
  return {
    width: Math.max(120, parent.clientWidth),
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    padding: [8, 28, 0, 0],
    scales: { y: { range: (_, low, high) => [Math.min(0, low), high <= 0 ? 1 : high * 1.1] } },
    axes: [
      {
        stroke: text,
        grid: { show: false },
        ticks: { show: false },
        font,
        size: 24,
        space: 70,
        // Within a second the same time is not said again.
        values: (_, seconds) => seconds.map(timeOfDay).map((time, i, all) => (time === all[i - 1] ? '' : time)),
      },
      {
        stroke: text,
        grid: gridLine(parent),
        ticks: { show: false },
        font,
        size: AXIS,
        values: (_, ticks) => ticks.map(format),
        space: 28,
      },
    ],
    series: [
      {},
      ...series.map(
        ({ name, color: of }, s): uPlot.Series => ({
          label: name,
          stroke: color(of),
          width: 1.5,
          dash: [...dashOf(s)],
          spanGaps: false,
          points: points ? { show: true, size: 6, fill: isHollow(s) ? 'transparent' : color(of) } : { show: false },
        }),
      ),
    ],
  };
}
