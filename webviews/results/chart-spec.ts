import type { ColumnState } from '../messages.ts';

export const CHART_KINDS = ['line', 'area', 'bar', 'scatter', 'value'] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

/** What a chart shows: it stands in the cell as `-- chart: line x=at y=price,amount window=5m`. */
export interface ChartSpec {
  readonly kind: ChartKind;
  /** Name of the column along the axis; absent: the order of the rows. */
  readonly x?: string | undefined;
  readonly y: readonly string[];
  /** Seconds before the newest row that are shown, where the axis is of time. */
  readonly window?: number | undefined;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads what stands behind `-- chart:`; undefined where it says nothing that can be drawn. */
export function parseChart(text: string): ChartSpec | undefined {
  const [first = '', ...rest] = words(text.trim());
  const kind = CHART_KINDS.find((one) => one === first);
  if (!kind) return undefined;
  const options = new Map(
    rest.map((word) => {
      const at = word.indexOf('=');
      return [word.slice(0, at), word.slice(at + 1)] as const;
    }),
  );
  const y = (options.get('y') ?? '').match(/`(?:[^`]|``)*`|[^,]+/g)?.map(plain) ?? [];
  if (y.length === 0) return undefined;
  const x = options.get('x');
  const [, count = '', unit = ''] = /^(\d+)([smhd])$/.exec(options.get('window') ?? '') ?? [];
  const window = Number(count) * (UNITS[unit] ?? 0);
  return { kind, y, ...(x !== undefined && { x: plain(x) }), ...(window > 0 && { window }) };
}

/** What stands behind `-- chart:`. */
export function chartText({ kind, x, y, window }: ChartSpec): string {
  const unit = window === undefined ? undefined : ['d', 'h', 'm', 's'].find((one) => window % (UNITS[one] ?? 1) === 0);
  return [
    kind,
    ...(x === undefined ? [] : [`x=${quoted(x)}`]),
    `y=${y.map(quoted).join(',')}`,
    ...(window === undefined || unit === undefined ? [] : [`window=${window / (UNITS[unit] ?? 1)}${unit}`]),
  ].join(' ');
}

/** The pieces between spaces that stand outside back quotes. */
function words(text: string): string[] {
  return text.match(/(?:`(?:[^`]|``)*`|[^\s`])+/g) ?? [];
}

function plain(name: string): string {
  return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
}

function quoted(name: string): string {
  return /^[\w$]+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

export function isTime({ type }: ColumnState): boolean {
  return /^(TIMESTAMP|DATE\b)/.test(type);
}

export function isNumber({ type }: ColumnState): boolean {
  return /^(TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL)\b/.test(type);
}

/** A chart that fits the columns' types; undefined where there is no number. */
export function proposeChart(columns: readonly ColumnState[]): ChartSpec | undefined {
  const numbers = columns.filter(isNumber);
  const time = columns.find(isTime);
  if (time && numbers.length > 0) {
    const y = (numbers.length > 1 ? numbers.filter(({ name }) => !/(^|_)id$/i.test(name)) : numbers).slice(0, 3);
    return { kind: 'line', x: time.name, y: (y.length > 0 ? y : numbers.slice(0, 1)).map(({ name }) => name) };
  }
  const label = columns.find((column) => !isNumber(column));
  if (label && numbers[0]) {
    const last = numbers.findLast(({ name }) => !/(^|_)id$/i.test(name)) ?? numbers[0];
    return { kind: 'bar', x: label.name, y: [last.name] };
  }
  if (numbers.length === 1 && numbers[0]) return { kind: 'value', y: [numbers[0].name] };
  const [x, y] = numbers;
  return x && y ? { kind: 'scatter', x: x.name, y: [y.name] } : undefined;
}
