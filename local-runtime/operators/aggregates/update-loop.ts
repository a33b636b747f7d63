import type { BoolColumn, Column, Nulls } from '../../batch/column.ts';
import { StringColumn } from '../../batch/string-column.ts';
import { CLOSE, NONE, OPEN, type Skips, SUBTRACT, type Updates } from './updates.ts';

/**
 * An aggregate as JavaScript, of which loops over batches are made: `g` is the group, `i` the row; the other names are arrays,
 * which the aggregate hands over in the order of `arrays` before each batch. Where accumulators are cells, `g` is the group times the
 * stride of the records: the place in a cell of 64 bits, half of that in one of 32.
 */
export interface AggregateCode {
  readonly arrays: readonly string[];
  readonly kind: 'i32' | 'i64' | 'f64' | 'str';
  /** Whether the accumulators are cells; else `g` is the group itself. */
  readonly cells: boolean;
  /** Statements that empty the accumulator. */
  readonly reset: string;
  readonly add: string;
  /** Empty where the aggregate cannot take back. */
  readonly subtract: string;
  /** Statements that add the accumulator of `f` to that of `g`. */
  readonly merge: string;
  /** Expression: the value is NULL. */
  readonly isNull: string;
  /** Expression: the value, unless it is NULL. */
  readonly value: string;
  /** Statement that stores the value at place `p` of `out`, where that is not an assignment. `words` are those of `out`. */
  readonly store?: string;
}

/** Values of a column that is being made. */
type Values = Int32Array | BigInt64Array | Float64Array | string[];

/** Works on rows `from` to `to`; gives the NULL marks, which may have been made. */
type Loop = (
  updates: Updates,
  from: number,
  to: number,
  out: Values,
  nulls: Nulls,
  skips: Skips,
  absent: Skips,
  stride: number,
  ...arrays: readonly unknown[]
) => Nulls;

type RunLoop = (
  groups: Int32Array,
  from: number,
  to: number,
  kinds: Uint8Array | undefined,
  filter: BoolColumn | undefined,
  absent: Skips,
  stride: number,
  ...arrays: readonly unknown[]
) => void;

type MergeLoop = (into: Int32Array, from: Int32Array, n: number, stride: number, ...arrays: readonly unknown[]) => void;

type WriteLoop = (
  groups: Int32Array,
  n: number,
  out: unknown,
  nulls: Uint8Array,
  start: number,
  stride: number,
  ...arrays: readonly unknown[]
) => boolean;

const made = new Map<string, unknown>();

/** What `g` is for a group. */
const placeOf = (code: AggregateCode, group: string): string => (code.cells ? `Math.imul(${group}, stride)` : group);

/** The function of a source, made once. The text comes from the aggregates' own code, nothing of it from the query. */
function functionOf<T>(source: string): T {
  let known = made.get(source) as T | undefined;
  if (known === undefined) {
    known = new Function(`'use strict'; return ${source};`)() as T;
    made.set(source, known);
  }
  return known;
}

/** Room for so many values of an aggregate. */
export function newValues(kind: AggregateCode['kind'], size: number): Values {
  switch (kind) {
    case 'i32':
      return new Int32Array(size);
    case 'i64':
      return new BigInt64Array(size);
    case 'f64':
      return new Float64Array(size);
    case 'str':
      return new Array<string>(size);
  }
}

/** The column of the values that loops have written. */
export function columnOf(kind: AggregateCode['kind'], values: Values, nulls: Nulls): Column {
  return kind === 'str' ? StringColumn.ofStrings(values as string[], nulls) : ({ kind, values, nulls } as Column);
}

/**
 * The loop of an aggregate over rows of a batch. Each kind of aggregate has its own, so that the engine sees one kind of array in it.
 * `tracks`: it says which rows change the value; `retracts`: there may be retractions.
 */
export function updateLoop(code: AggregateCode, tracks: boolean, retracts: boolean): Loop {
  return functionOf(loopSource(code, tracks, retracts));
}

/**
 * The loop that accumulates rows, each in its group (below 0: in none), and says nothing. `retracts`: rows of the kinds -U and -D
 * are taken back.
 */
export function runLoop(code: AggregateCode, retracts: boolean): RunLoop {
  return functionOf(runSource(code, retracts));
}

/** For golden tests. */
export function runSource(code: AggregateCode, retracts: boolean): string {
  return [
    `function run(groups, from, to, kinds, filter, absent, stride, ${code.arrays.join(', ')}) {`,
    '  const passes = filter && filter.values, unknown = filter && filter.nulls;',
    '  for (let i = from; i < to; i++) {',
    '    const group = groups[i];',
    '    if (group < 0 || (absent !== undefined && absent[i] === 1)) continue;',
    '    if (passes !== undefined && (passes[i] !== 1 || (unknown !== undefined && unknown[i] === 1))) continue;',
    `    const g = ${placeOf(code, 'group')};`,
    retracts ? `    if ((kinds[i] & 1) === 1) { ${code.subtract} } else { ${code.add} }` : `    ${code.add}`,
    '  }',
    '}',
  ].join('\n');
}

/** For golden tests. */
export function loopSource(code: AggregateCode, tracks: boolean, retracts: boolean): string {
  const set = code.store ?? `out[p] = ${code.value};`;
  const markNull = '(nulls ??= new Uint8Array(size))[p] = 1;';
  const store = code.isNull === 'false' ? set : `if (${code.isNull}) ${markNull} else { ${set} }`;
  const both = `if (op === ${SUBTRACT}) { ${code.subtract} } else { ${code.add} }`;
  const was = code.isNull === 'false' ? '' : `const wasNull = ${code.isNull}; `;
  const same =
    code.isNull === 'false'
      ? `was === ${code.value}`
      : `wasNull ? ${code.isNull} : !(${code.isNull}) && was === ${code.value}`;
  const value = code.isNull === 'false' ? code.value : `wasNull ? undefined : ${code.value}`;
  const lines = [
    `function loop(updates, from, to, out, nulls, skips, absent, stride, ${code.arrays.join(', ')}) {`,
    '  const { ops, groups, at, size, before, changed } = updates;',
    ...(code.store?.includes('words') ? ['  const words = new Int32Array(out.buffer);'] : []),
    '  for (let i = from; i < to; i++) {',
    '    const op = ops[i];',
    `    if (op === ${NONE}) continue;`,
    `    const g = ${placeOf(code, 'groups[i]')};`,
    '    let p = at[i];',
    `    if (op === ${OPEN}) {`,
    `      ${code.reset}`,
    ...(retracts
      ? [
          `    } else if (op >= ${CLOSE}) {`,
          `      if (op === ${CLOSE}) { ${store} }`,
          `      ${code.reset}`,
          '      continue;',
        ]
      : []),
    `    } else if (before) { p--; ${store} p++; }`,
    '    if (!(skips !== undefined && skips[i] === 1) && !(absent !== undefined && absent[i] === 1)) {',
    ...(tracks
      ? [
          `      ${was}const was = ${value};`,
          `      ${retracts ? both : code.add}`,
          `      if (!(${same})) changed[i] = 1;`,
        ]
      : [`      ${retracts ? both : code.add}`]),
    '    }',
    `    ${store}`,
    '  }',
    '  return nulls;',
    '}',
  ];
  return lines.join('\n');
}

/** The loop that adds accumulators `from[k]` to `into[k]`, in order. */
export function mergeLoop(code: AggregateCode): MergeLoop {
  return functionOf(
    [
      `function merge(into, from, n, stride, ${code.arrays.join(', ')}) {`,
      '  for (let k = 0; k < n; k++) {',
      `    const g = ${placeOf(code, 'into[k]')}, f = ${placeOf(code, 'from[k]')};`,
      `    ${code.merge}`,
      '  }',
      '}',
    ].join('\n'),
  );
}

/** The loop that writes the values of groups to `out` and `nulls` from place `start` on; says whether there is a NULL. */
export function writeLoop(code: AggregateCode): WriteLoop {
  const set = code.store ?? `out[p] = ${code.value};`;
  const body = code.isNull === 'false' ? set : `if (${code.isNull}) { nulls[p] = 1; hasNull = true; } else { ${set} }`;
  return functionOf(
    [
      `function write(groups, n, out, nulls, start, stride, ${code.arrays.join(', ')}) {`,
      ...(code.store?.includes('words') ? ['  const words = new Int32Array(out.buffer);'] : []),
      '  let hasNull = false;',
      '  for (let k = 0; k < n; k++) {',
      `    const g = ${placeOf(code, 'groups[k]')}, p = start + k;`,
      `    ${body}`,
      '  }',
      '  return hasNull;',
      '}',
    ].join('\n'),
  );
}
