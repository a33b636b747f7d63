import { dashOf, isHollow } from '../chart/series-mark.tsx';
import type { ChartData } from './chart-data.ts';
import type { ChartKind } from './chart-spec.ts';

const WIDTH = 800;
const HEIGHT = 360;
const LEFT = 70;
const BOTTOM = 40;
const TOP = 30;

export interface SvgLook {
  readonly colors: readonly string[];
  readonly text: string;
  readonly line: string;
  readonly background: string;
}

/** A chart as an SVG file, in the colours that it has on the screen. */
export function chartSvg(kind: ChartKind, data: ChartData, look: SvgLook, format: (x: number) => string): string {
  const values = data.series.flatMap((one) => one.values.filter((value) => value !== null));
  const [low, high] = [Math.min(0, ...values), Math.max(1e-9, ...values)];
  const [first, last] = [data.x[0] ?? 0, data.x.at(-1) ?? 1];
  const right = WIDTH - 16;
  const px = (x: number): number =>
    kind === 'bar'
      ? LEFT + ((data.x.indexOf(x) + 0.5) * (right - LEFT)) / Math.max(1, data.x.length)
      : LEFT + ((x - first) * (right - LEFT)) / (last - first || 1);
  const py = (y: number): number => HEIGHT - BOTTOM - ((y - low) * (HEIGHT - BOTTOM - TOP)) / (high - low || 1);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${look.background}"/>`,
  ];
  for (let i = 0; i <= 4; i++) {
    const y = low + ((high - low) * i) / 4;
    parts.push(
      `<path d="M${LEFT} ${py(y).toFixed(1)}H${right}" stroke="${look.line}"/>`,
      `<text x="${LEFT - 8}" y="${(py(y) + 4).toFixed(1)}" text-anchor="end" fill="${look.text}">${escaped(shortNumber(y))}</text>`,
    );
  }
  for (const at of [0, Math.floor((data.x.length - 1) / 2), data.x.length - 1]) {
    const x = data.x[at];
    if (x === undefined) continue;
    const label = data.axis === 'label' ? (data.labels[at] ?? '') : format(x);
    parts.push(
      `<text x="${px(x).toFixed(1)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="${look.text}">${escaped(label)}</text>`,
    );
  }
  for (const [s, { name, values: ys }] of data.series.entries()) {
    const color = look.colors[s % look.colors.length] ?? 'currentColor';
    const filled = isHollow(s) ? 'none' : color;
    const dashes = dashOf(s).join(' ');
    const dash = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`;
    const points = ys.flatMap((y, i) => (y === null ? [] : [[px(data.x[i] ?? 0), py(y)] as const]));
    const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
    if (kind === 'bar') {
      const width = Math.max(1, ((right - LEFT) * 0.7) / Math.max(1, data.x.length * data.series.length));
      for (const [x, y] of points) {
        const begin = x + (s - data.series.length / 2) * width;
        const [top, foot] = [Math.min(y, py(0)), Math.max(y, py(0))];
        parts.push(
          `<rect x="${begin.toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${(foot - top).toFixed(1)}" fill="${filled}" stroke="${color}"/>`,
        );
      }
    } else if (kind === 'scatter') {
      for (const [x, y] of points)
        parts.push(`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="${filled}" stroke="${color}"/>`);
    } else {
      if (kind === 'area' && points.length > 0)
        parts.push(
          `<path d="${path}L${points.at(-1)?.[0].toFixed(1)} ${py(0).toFixed(1)}L${points[0]?.[0].toFixed(1)} ${py(0).toFixed(1)}Z" fill="${color}" fill-opacity="0.25"/>`,
        );
      parts.push(`<path d="${path}" fill="none" stroke="${color}" stroke-width="1.5"${dash}/>`);
    }
    parts.push(
      `<text x="${LEFT + s * 160}" y="18" fill="${color}">■ <tspan fill="${look.text}">${escaped(name)}</tspan></text>`,
    );
  }
  return `${parts.join('\n')}\n</svg>\n`;
}

/** A number as short as it can be read at an axis. */
export function shortNumber(value: number): string {
  return new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 }).format(value);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
