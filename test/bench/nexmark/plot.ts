import { type QueryResult, ratioOf, type Speed, speedOf } from './results.ts';

const LABEL = 80;
const BARS = 560;
const RATIO = 70;
const TOP = 70;
const ROW = 30;
const BAR = 10;

/** The results as a picture, readable on light and dark ground: a pair of bars a query, with the extremes of its runs, and the ratio. */
export function plot(results: readonly QueryResult[], title: string): string {
  const most = Math.max(
    1,
    ...results.flatMap(({ rows, millrace, flink }) => [millrace, flink].map((runs) => speedOf(rows, runs)?.most ?? 0)),
  );
  const step = stepFor(most);
  const scale = BARS / (Math.ceil(most / step) * step);
  const height = TOP + results.length * ROW + 20;
  const width = LABEL + BARS + RATIO;
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    STYLE,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    `<text class="title" x="${LABEL}" y="20">${escaped(title)}</text>`,
    legend(LABEL, 'millrace', 'Millrace'),
    legend(LABEL + 100, 'flink', 'Flink'),
  ];
  for (let value = 0; value * scale <= BARS; value += step) {
    const x = LABEL + value * scale;
    out.push(`<line class="grid" x1="${x}" x2="${x}" y1="${TOP - 6}" y2="${height - 18}"/>`);
    out.push(`<text class="axis" x="${x}" y="${height - 4}">${value.toLocaleString('en')}</text>`);
  }
  for (const [i, result] of results.entries()) {
    const { name, rows, millrace, flink } = result;
    const y = TOP + i * ROW;
    out.push(`<text class="name" x="${LABEL - 8}" y="${y + BAR + 4}">${escaped(name)}</text>`);
    out.push(
      bar('millrace', speedOf(rows, millrace), y, scale),
      bar('flink', speedOf(rows, flink), y + BAR + 2, scale),
    );
    const ratio = ratioOf(result, 'seconds');
    if (ratio !== undefined)
      out.push(`<text class="ratio" x="${width - 8}" y="${y + BAR + 4}">${ratio.toFixed(1)} ×</text>`);
  }
  return `${out.filter((part) => part !== '').join('\n')}\n</svg>\n`;
}

const STYLE = `<style>
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 14px; }
  .name, .ratio { text-anchor: end; }
  .axis { text-anchor: middle; font-size: 10px; fill: #59636e; }
  .ground { fill: #ffffff; }
  .grid { stroke: #d1d9e0; }
  .millrace { fill: #0a69c7; }
  .flink { fill: #b35900; }
  .spread { stroke: #1f2328; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .axis { fill: #9198a1; }
    .ground { fill: #0d1117; }
    .grid { stroke: #30363d; }
    .millrace { fill: #4493f8; }
    .flink { fill: #d98032; }
    .spread { stroke: #e6edf3; }
  }
</style>`;

function legend(x: number, of: string, name: string): string {
  return `<rect class="${of}" x="${x}" y="36" width="12" height="12"/><text x="${x + 18}" y="46">${name}</text>`;
}

function bar(of: string, speed: Speed | undefined, y: number, scale: number): string {
  if (speed === undefined) return '';
  const at = (value: number) => (value * scale).toFixed(1);
  const middle = y + BAR / 2;
  const spread = `<line class="spread" x1="${LABEL + Number(at(speed.least))}" x2="${LABEL + Number(at(speed.most))}" y1="${middle}" y2="${middle}"/>`;
  return `<rect class="${of}" x="${LABEL}" y="${y}" width="${at(speed.median)}" height="${BAR}"/>${spread}`;
}

/** A round distance between the lines of the scale, for about six of them. */
function stepFor(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 6));
  return ([1, 2, 5, 10].find((factor) => factor * power * 6 >= most) ?? 10) * power;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
