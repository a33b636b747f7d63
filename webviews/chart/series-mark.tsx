/** Dashes of the lines of a chart's series, so that they differ by more than their colours; the first is solid. */
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

/** Dashes of a series by its number. */
export function dashOf(series: number): readonly number[] {
  return DASHES[series % DASHES.length] ?? [];
}

/** Whether bars and points of a series are drawn by their outlines: every second one. */
export function isHollow(series: number): boolean {
  return series % 2 === 1;
}

interface SeriesMarkProps {
  readonly series: number;
  /** A theme colour, e.g. `--vscode-charts-blue`. */
  readonly color: string;
  readonly kind: 'line' | 'bar' | 'point';
}

/** What a series looks like, in a legend. */
export function SeriesMark({ series, color, kind }: SeriesMarkProps) {
  const stroke = { stroke: `var(${color}, currentColor)` };
  const fill = isHollow(series) ? 'none' : `var(${color}, currentColor)`;
  return (
    <svg className="mc-mark" width="22" height="10" aria-hidden="true">
      {kind === 'line' && (
        <line x1="0" y1="5" x2="22" y2="5" strokeWidth="2" style={stroke} strokeDasharray={dashOf(series).join(' ')} />
      )}
      {kind === 'bar' && <rect x="6" y="1" width="10" height="8" strokeWidth="1.5" style={{ ...stroke, fill }} />}
      {kind === 'point' && <circle cx="11" cy="5" r="3.5" strokeWidth="1.5" style={{ ...stroke, fill }} />}
    </svg>
  );
}
