import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import type { BatchBuilder, ColumnBuilder, RawColumn } from '../../batch/builder.ts';
import { columnKind } from '../../batch/column.ts';
import { JsonReader } from './reader.ts';
import { timestampMs } from './timestamp-text.ts';
import type { JsonOptions } from './values.ts';

/**
 * Reads rows from line `line` on, which begins at `from`, as long as they are plain: a JSON object a line with the table's columns in
 * their order, values of the columns' own kinds, no escapes. `ends`: where the `lines` line ends are; `bad`: the first byte that makes a
 * line not plain. Gives the number of the first line that it did not read.
 */
export type ReadRows = (
  bytes: Uint8Array,
  from: number,
  ends: Int32Array,
  line: number,
  lines: number,
  bad: number,
  out: BatchBuilder,
) => number;

const POWERS = Array.from({ length: 16 }, (_, e) => Number(`1e${e}`));

/** Rows for which room is made at a time. */
const ROOM = 8192;

type Loop = (
  b: Uint8Array,
  p: number,
  ends: Int32Array,
  line: number,
  lines: number,
  bad: number,
  columns: readonly RawColumn[],
  n: number,
) => number;

/**
 * Makes the loop for a table's physical columns, of which some are wanted (`projected`: their places in `physical`); undefined when a
 * wanted column has a type that it does not read.
 */
export function compileRows(
  physical: readonly RowField[],
  projected: readonly number[],
  options: JsonOptions,
): ReadRows | undefined {
  if (physical.length === 0 || projected.some((at) => readable(physical[at]?.type) === undefined)) {
    return undefined;
  }
  // A name that JSON would escape has no one way to be written.
  if (physical.some(({ name }) => /["\\]/.test(name) || /\p{Cc}/u.test(name))) return undefined;
  if (new Set(physical.map((field) => field.name)).size < physical.length) return undefined;
  if (new Set(projected).size < projected.length) return undefined;
  // Names stand in the code as numbers of bytes.
  const loop = new Function(
    'timestamp',
    'skip',
    'powers',
    `'use strict'; return ${source(physical, projected, options)};`,
  )(timestampMs, skipper(), POWERS) as Loop;
  return (bytes, from, ends, line, lines, bad, out) => {
    let at = line;
    for (;;) {
      const room = Math.min(lines - at, ROOM);
      const raw: RawColumn[] = [];
      for (const column of out.columns) {
        const arrays = (column as ColumnBuilder).raw(room, bytes);
        if (arrays === undefined) return at;
        raw.push(arrays);
      }
      const begin = at === line ? from : (ends[at - 1] as number) + 1;
      const next = loop(bytes, begin, ends, at, at + room, bad, raw, out.length);
      out.advance(next - at);
      if (next - at < room || next === lines) return next;
      at = next;
    }
  };
}

/** How the loop reads a type. */
function readable(type: LogicalType | undefined): string | undefined {
  if (type === undefined) return undefined;
  const kind = columnKind(type);
  switch (type.root) {
    case 'BIGINT':
      return 'i64';
    case 'INTEGER':
      return 'i32';
    case 'BOOLEAN':
      return 'bool';
    case 'DOUBLE':
      return 'f64';
    default:
      if (kind === 'ts' && 'precision' in type && type.precision >= 3) return kind;
      return kind === 'str' ? kind : undefined;
  }
}

function source(physical: readonly RowField[], projected: readonly number[], options: JsonOptions): string {
  const encoder = new TextEncoder();
  const arrays = projected.map((at, c) => {
    const kind = readable((physical[at] as RowField).type);
    return kind === 'str'
      ? `const s${c} = columns[${c}].starts, e${c} = columns[${c}].ends; let z${c};`
      : `const v${c} = columns[${c}].values; let z${c};`;
  });
  const fields = physical.map((field, at) => {
    const key = [34, ...encoder.encode(field.name), 34, 58];
    const c = projected.indexOf(at);
    return [
      `if (${key.map((byte, i) => `b[q${i ? ` + ${i}` : ''}] !== ${byte}`).join(' || ')}) break;`,
      `q += ${key.length};`,
      'if (b[q] === 32) q++;',
      ...(c < 0 ? skipValue() : readValue(c, field.type, options)),
      `if (b[q] !== ${at + 1 < physical.length ? 44 : 125}) break;`,
      'q++;',
      ...(at + 1 < physical.length ? ['if (b[q] === 32) q++;'] : []),
    ];
  });
  return `function rows(b, p, ends, line, lines, bad, columns, n) {
  ${arrays.join('\n  ')}
  let q = p, e = 0, d = 0, x = 0, y = 0, s = 0, f = 0, end = 0, negative = false;
  while (line < lines) {
    end = ends[line];
    if (bad < end || b[q] !== 123) break;
    q++;
    ${fields.flat().join('\n    ')}
    if (b[q] === 13) q++;
    if (q !== end) break;
    q++;
    n++;
    line++;
  }
  return line;
}`;
}

/** Finds the end of a text whose first byte is at q: short ones byte by byte, long ones with the engine's own search. */
const TEXT_END = [
  's = ++q;',
  'f = q + 20;',
  'while (q < f && (d = b[q]) !== 34 && d !== 10) q++;',
  'if (q === f) { q = b.indexOf(34, q); if (q < 0) break; }',
  'if (b[q] !== 34) break;',
];

const DIGIT = '(d = (b[q] - 48) >>> 0) <= 9';

/** Digits: at most 9 into x, which stays a small integer; up to 15 into y. */
const DIGITS = [
  'negative = b[q] === 45;',
  'if (negative) q++;',
  's = q; f = q + 9; x = 0;',
  `while (q < f && ${DIGIT}) { x = (x * 10 + d) | 0; q++; }`,
  'if (q === s || (b[s] === 48 && q - s > 1)) break;',
];

function nullOr(c: number, lines: readonly string[]): string[] {
  return [
    `if (b[q] === 110) {`,
    '  if (b[q + 1] !== 117 || b[q + 2] !== 108 || b[q + 3] !== 108) break;',
    `  (z${c} ?? (z${c} = columns[${c}].nulls()))[n] = 1;`,
    '  q += 4;',
    '} else {',
    ...lines.map((line) => `  ${line}`),
    '}',
  ];
}

function readValue(c: number, type: LogicalType, options: JsonOptions): string[] {
  switch (readable(type)) {
    case 'str':
      // NULL is an empty text, as nothing may be read behind a view.
      return [
        'if (b[q] === 34) {',
        ...TEXT_END,
        `s${c}[n] = s; e${c}[n] = q; q++;`,
        '} else {',
        ...nullOr(c, ['break;']),
        `s${c}[n] = 0; e${c}[n] = 0;`,
        '}',
      ];
    case 'i64':
      return nullOr(c, [
        ...DIGITS,
        'if (q === f && b[q] !== 44 && b[q] !== 125) {',
        '  y = x;',
        `  while (${DIGIT}) { y = y * 10 + d; q++; }`,
        '  if (q - s > 15) break;',
        '  if (negative) y = -y;',
        '  e = Math.floor(y / 4294967296);',
        `  v${c}[2 * n] = y - e * 4294967296; v${c}[2 * n + 1] = e;`,
        '} else {',
        '  if (negative) x = -x | 0;',
        `  v${c}[2 * n] = x; v${c}[2 * n + 1] = x >> 31;`,
        '}',
      ]);
    case 'i32':
      return nullOr(c, [...DIGITS, `v${c}[n] = negative ? -x : x;`]);
    case 'f64':
      // Both parts are exact doubles, so that their quotient is the nearest one to the decimal text.
      return nullOr(c, [
        ...DIGITS,
        'y = x; e = 0;',
        `while (${DIGIT}) { y = y * 10 + d; q++; }`,
        'if (b[q] === 46) {',
        '  q++; f = q;',
        `  while (${DIGIT}) { y = y * 10 + d; q++; }`,
        '  e = q - f;',
        '  if (e === 0) break;',
        '}',
        'if (q - s > 15) break;',
        'if (e !== 0) y /= powers[e];',
        `v${c}[n] = negative ? -y : y;`,
      ]);
    case 'bool':
      return nullOr(c, [
        'if (b[q] === 116) {',
        '  if (b[q + 1] !== 114 || b[q + 2] !== 117 || b[q + 3] !== 101) break;',
        `  v${c}[n] = 1; q += 4;`,
        '} else {',
        '  if (b[q] !== 102 || b[q + 1] !== 97 || b[q + 2] !== 108 || b[q + 3] !== 115 || b[q + 4] !== 101) break;',
        `  v${c}[n] = 0; q += 5;`,
        '}',
      ]);
    default: {
      const separator = options.timestampFormat === 'SQL' ? 32 : 84;
      const zulu = type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
      return nullOr(c, [
        'if (b[q] !== 34) break;',
        ...TEXT_END,
        `y = timestamp(b, s, q, ${separator}, ${zulu});`,
        // Not a number: none of the plain shapes.
        'if (y !== y) break;',
        `v${c}[n] = y; q++;`,
      ]);
    }
  }
}

function skipValue(): string[] {
  return [
    'if (b[q] === 34) {',
    ...TEXT_END.map((line) => `  ${line}`),
    '  q++;',
    '} else {',
    '  e = q;',
    ...DIGITS.filter((line) => !line.startsWith('if (q ===')).map((line) => `  ${line}`),
    '  if (q === s || b[s] === 48 || (b[q] !== 44 && b[q] !== 125)) { q = skip(b, e, end + 1); if (q < 0) break; }',
    '}',
  ];
}

/** Skips any value; -1 when it is broken, which the general reader then tells. */
function skipper(): (bytes: Uint8Array, from: number, end: number) => number {
  const reader = new JsonReader();
  return (bytes, from, end) => {
    reader.reset(bytes, from, end);
    try {
      reader.skip(reader.value());
      return reader.pos;
    } catch {
      return -1;
    }
  };
}
