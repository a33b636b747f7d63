import type { AttachedWindow } from '../physical.ts';
import type { JoinRel, Rel, WindowSpec } from '../rel.ts';
import { conjuncts } from '../rel-builder.ts';

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

function common(a: WindowColumns, b: WindowColumns): WindowColumns {
  const both = (x: ReadonlySet<number>, y: ReadonlySet<number>) => new Set([...x].filter((index) => y.has(index)));
  return { starts: both(a.starts, b.starts), ends: both(a.ends, b.ends), times: both(a.times, b.times), spec: a.spec };
}

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
    case 'SetOp': {
      const all = rel.op === 'UNION' && rel.all ? rel.inputs.map(windowColumns) : [];
      return all.reduce((a, b) => a && b && (sameWindow(a.spec, b.spec) ? common(a, b) : undefined), all[0]);
    }
    case 'Join': {
      const both = windowJoin(rel);
      if (!both || rel.joinType === 'SEMI' || rel.joinType === 'ANTI') {
        return both?.left;
      }
      const width = rel.left.fields.length;
      const right = mapped(both.right, (index) => [index + width]);
      const join = (a: ReadonlySet<number>, b: ReadonlySet<number>) => new Set([...a, ...b]);
      return {
        starts: join(both.left.starts, right.starts),
        ends: join(both.left.ends, right.ends),
        times: join(both.left.times, right.times),
        spec: both.left.spec,
      };
    }
    default:
      return undefined;
  }
}

/** Both window_start and window_end are among the keys. */
export function isWindowGroup(group: readonly number[], columns: WindowColumns): boolean {
  return group.some((index) => columns.starts.has(index)) && group.some((index) => columns.ends.has(index));
}

/** The first window_start and window_end among `keys`. */
export function attachedIn(keys: readonly number[], columns: WindowColumns): AttachedWindow | undefined {
  const start = keys.find((index) => columns.starts.has(index));
  const end = keys.find((index) => columns.ends.has(index));
  return start === undefined || end === undefined ? undefined : { start, end };
}

export interface WindowJoinSides {
  readonly left: WindowColumns;
  readonly right: WindowColumns;
  readonly leftAttached: AttachedWindow;
  readonly rightAttached: AttachedWindow;
}

/** Both sides of a join whose condition equates window_start and window_end of the same kind of window (WindowJoinUtil). */
export function windowJoin(rel: JoinRel): WindowJoinSides | undefined {
  const left = windowColumns(rel.left);
  const right = left && windowColumns(rel.right);
  if (!right || !sameWindow(left.spec, right.spec)) {
    return undefined;
  }
  const width = rel.left.fields.length;
  const pairs = conjuncts(rel.condition).flatMap((condition) => {
    const [a, b] = condition.kind === 'Call' && condition.fn === '=' ? condition.operands : [];
    if (a?.kind !== 'InputRef' || b?.kind !== 'InputRef') {
      return [];
    }
    const [from, to] = a.index < b.index ? [a.index, b.index] : [b.index, a.index];
    return from < width && to >= width ? [{ left: from, right: to - width }] : [];
  });
  const start = pairs.find((pair) => left.starts.has(pair.left) && right.starts.has(pair.right));
  const end = pairs.find((pair) => left.ends.has(pair.left) && right.ends.has(pair.right));
  return (
    start &&
    end && {
      left,
      right,
      leftAttached: { start: start.left, end: end.left },
      rightAttached: { start: start.right, end: end.right },
    }
  );
}

function sameWindow(a: WindowSpec, b: WindowSpec): boolean {
  const same = a.type === b.type && a.size === b.size && a.step === b.step && a.offset === b.offset;
  return same && a.rowtime === b.rowtime && a.ltz === b.ltz;
}
