import type { Rel, WindowSpec } from '../rel.ts';

/** Which fields of a node are window columns of one window (RelWindowProperties). */
export interface WindowColumns {
  readonly starts: ReadonlySet<number>;
  readonly ends: ReadonlySet<number>;
  readonly times: ReadonlySet<number>;
  readonly spec: WindowSpec;
}

type Columns = Omit<WindowColumns, 'spec'>;

const mapped = (columns: Columns, to: (index: number) => readonly number[]): Columns => {
  const move = (set: ReadonlySet<number>) => new Set([...set].flatMap(to));
  return { starts: move(columns.starts), ends: move(columns.ends), times: move(columns.times) };
};

/** The window columns of a plan, or undefined where it has none (FlinkRelMdWindowProperties). */
export function windowColumns(rel: Rel): WindowColumns | undefined {
  switch (rel.kind) {
    case 'WindowTableFunction': {
      const width = rel.input.fields.length;
      return {
        starts: new Set([width]),
        ends: new Set([width + 1]),
        times: new Set([width + 2]),
        spec: rel.window,
      };
    }
    case 'Project': {
      const below = windowColumns(rel.input);
      const to = (index: number) =>
        rel.exprs.flatMap((expr, i) => (expr.kind === 'InputRef' && expr.index === index ? [i] : []));
      return below && { ...below, ...mapped(below, to) };
    }
    case 'Filter':
    case 'Watermark':
      return windowColumns(rel.input);
    case 'Aggregate': {
      const below = windowColumns(rel.input);
      if (!below || !isWindowGroup(rel.group, below) || rel.groupingSets.length !== 1) {
        return undefined;
      }
      const to = (index: number) => rel.group.flatMap((key, i) => (key === index ? [i] : []));
      return { ...below, ...mapped(below, to) };
    }
    case 'Expand': {
      const below = windowColumns(rel.input);
      const to = (index: number) => {
        const same = rel.projects.every((exprs) => {
          const expr = exprs[index];
          return expr?.kind === 'InputRef' && expr.index === index;
        });
        return same ? [index] : [];
      };
      return below && { ...below, ...mapped(below, to) };
    }
    case 'Rank':
    case 'Over':
      return windowColumns(rel.input);
    default:
      return undefined;
  }
}

/** Both window_start and window_end are among the keys. */
export function isWindowGroup(group: readonly number[], columns: WindowColumns): boolean {
  return group.some((index) => columns.starts.has(index)) && group.some((index) => columns.ends.has(index));
}
