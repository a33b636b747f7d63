import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Column, columnKind } from '../batch/column.ts';
import type { Code, FieldReader } from './generator.ts';

/** How the columns of one input stand in generated code. */
interface Side {
  /** Name of the array of columns. */
  readonly columns: string;
  /** Name of the row number. */
  readonly row: string;
  /** Prefix of the names made for its columns. */
  readonly prefix: string;
  readonly types: readonly LogicalType[];
}

/** Which columns hold no NULLs, or no nanoseconds, or texts in bytes, in the batch at hand: code is made for each such case. */
export interface Shape {
  noNulls(index: number): boolean;
  noNanos(index: number): boolean;
  hasViews(index: number): boolean;
}

const ANY: Shape = { noNulls: () => false, noNanos: () => false, hasViews: () => false };

/** Reads fields of one input, or of a join's two; remembers which columns it touched. */
export class InputFields {
  private readonly sides: readonly Side[];
  private readonly shape: Shape;
  private readonly opened = new Map<number, string>();

  constructor(sides: readonly Side[], shape: Shape = ANY) {
    this.sides = sides;
    this.shape = shape;
  }

  /** Declarations of the touched columns, to stand before the loop. */
  declarations(): string[] {
    return [...this.opened.values()];
  }

  readonly read: FieldReader = (generator, ref) => {
    let index = ref.index;
    let side = this.sides[0] as Side;
    for (const next of this.sides) {
      side = next;
      if (index < next.types.length) break;
      index -= next.types.length;
    }
    const type = side.types[index];
    if (!type) throw new Error(`field ${ref.index} is not in the input`);
    const code = this.field(side, index, ref.index, { ...ref, type }.type, ref.type);
    if (this.shape.hasViews(ref.index)) {
      const name = `${side.prefix}${index}`;
      generator.views.set(code, { bytes: `b${name}`, start: `s${name}[${side.row}]`, end: `e${name}[${side.row}]` });
    }
    return code;
  };

  private field(side: Side, index: number, global: number, stored: LogicalType, type: LogicalType): Code {
    const kind = columnKind(stored);
    const name = `${side.prefix}${index}`;
    const [values, nulls, nanos] = [`v${name}`, `z${name}`, `n${name}`];
    const row = side.row;
    if (!this.opened.has(global)) {
      const column = `${side.columns}[${index}]`;
      const data =
        kind === 'ts' ? `${column}.ms, ${nanos} = ${column}.nanos` : kind === 'str' ? column : `${column}.values`;
      const views = this.shape.hasViews(global)
        ? ` const { bytes: b${name}, starts: s${name}, ends: e${name} } = ${column}.views();`
        : '';
      this.opened.set(global, `const ${values} = ${data}, ${nulls} = ${column}.nulls;${views}`);
    }
    const nul = this.shape.noNulls(index) ? 'false' : `(${nulls} !== undefined && ${nulls}[${row}] === 1)`;
    let val = `${values}[${row}]`;
    if (kind === 'bool') val = `(${val} === 1)`;
    else if (kind === 'str') val = `${values}.get(${row})`;
    const fraction =
      kind !== 'ts' || this.shape.noNanos(index) ? '0' : `(${nanos} === undefined ? 0 : ${nanos}[${row}])`;
    return { nul, val, nanos: fraction, type };
  }
}

/** The shape of a batch over the columns that an expression reads, as a key and as the code generator wants it. */
export function shapeOf(columns: readonly Column[], used: readonly number[]): { key: number; shape: Shape } {
  let key = 0;
  for (let k = 0; k < used.length && k < 15; k++) {
    const column = columns[used[k] as number] as Column;
    if (column.nulls) key |= 1 << (2 * k);
    if (column.kind === 'ts' ? column.nanos : column.kind === 'str' && column.hasViews) key |= 2 << (2 * k);
  }
  const at = (index: number): number => used.indexOf(index);
  const isText = (index: number) => columns[index]?.kind === 'str';
  return {
    key,
    shape: {
      noNulls: (index) => at(index) < 15 && (key & (1 << (2 * at(index)))) === 0,
      noNanos: (index) => at(index) < 15 && (key & (2 << (2 * at(index)))) === 0,
      hasViews: (index) => isText(index) && at(index) < 15 && (key & (2 << (2 * at(index)))) !== 0,
    },
  };
}
