import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { columnKind } from '../../batch/column.ts';
import { encodeModule, F64, FunctionBody, I32, I64, type Label, V128 } from '../../codegen/wasm/assembler.ts';
import { KernelValues } from './kernel-values.ts';
import type { JsonOptions } from './values.ts';

/** Rows that the kernel's output arrays hold. */
export const KERNEL_ROWS = 8192;

/** Where the kernel keeps what, in bytes from the beginning of its memory. */
export const KERNEL_NEXT = 0;
/** A word a column: has it a NULL? */
const FLAGS = 16;
/** Powers of ten, as doubles and as 64-bit integers. */
const POWERS_F64 = 1024;
const POWERS_I64 = 1280;
const ARRAYS = 2048;
/** Wanted columns at most, for their flags' sake. */
const MAX_COLUMNS = 250;

/** How a column comes out of the kernel. */
export interface KernelColumn {
  readonly kind: 'i64' | 'i32' | 'f64' | 'bool' | 'ts' | 'str';
  /** Where its values are (a text's starts), its ends, its NULL bytes, and the word that tells whether there are any. */
  readonly values: number;
  readonly ends: number;
  readonly nulls: number;
  readonly flag: number;
}

/** The code for a table's rows. */
export interface RowKernel {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly columns: readonly KernelColumn[];
  /** Where the list of records begins: pairs of addresses, of the first byte and behind the last one. */
  readonly records: number;
  /** Where the bytes to be read begin. Behind them there must be 64 zeros. */
  readonly input: number;
  /** Contents of the memory below `input`, from `POWERS_F64` on. */
  readonly constants: { readonly at: number; readonly bytes: Uint8Array };
}

/** The functions of the kernel, once it is instantiated. */
export interface KernelExports {
  /** Reads plain lines from the address on, `room` at most; gives how many, and leaves at KERNEL_NEXT where the next one begins. */
  lines(at: number, room: number): number;
  /** Reads the records of the list from `first` on up to `count`; gives the number of the first that is not plain, or `count`. */
  records(first: number, count: number): number;
}

/**
 * Makes WebAssembly that reads plain rows into arrays: JSON objects with these keys in this order, values of the wanted columns' own kinds,
 * no escapes, no blanks but one after a comma or colon. Wanted columns that are no keys are NULL. Undefined when a wanted column has a
 * type that it does not read, or must be there and is not, or when JSON may write a key in several ways.
 */
export function rowKernel(
  keys: readonly string[],
  wanted: readonly RowField[],
  options: JsonOptions,
): RowKernel | undefined {
  const kinds = wanted.map(({ type }) => kernelKind(type));
  if (keys.length === 0 || wanted.length > MAX_COLUMNS) return undefined;
  if (keys.some((name) => /["\\]/.test(name) || /\p{Cc}/u.test(name))) return undefined;
  if (new Set(keys).size < keys.length || new Set(wanted.map(({ name }) => name)).size < wanted.length)
    return undefined;
  if (options.failOnMissingField && wanted.some(({ name }) => !keys.includes(name))) return undefined;
  let at = ARRAYS;
  const array = (width: number) => {
    const begin = at;
    at += width * KERNEL_ROWS;
    return begin;
  };
  const columns: KernelColumn[] = [];
  for (const [c, kind] of kinds.entries()) {
    if (kind === undefined) return undefined;
    const values = array(WIDTHS[kind]);
    const ends = kind === 'str' ? array(4) : 0;
    columns.push({ kind, values, ends, nulls: array(1), flag: FLAGS + 4 * c });
  }
  const records = array(8);
  const input = at;
  const row = rowFunction(keys, wanted, columns, input, options);
  const lines = linesFunction();
  const list = recordsFunction(records);
  const skip = { name: 'skip', params: [I32], results: [I32] } as const;
  const number = { name: 'number', params: [I32, I32], results: [F64] } as const;
  const module = encodeModule([skip, number], [row, lines, list], { lines, records: list });
  const powers = new Uint8Array(ARRAYS - POWERS_F64);
  powers.set(new Uint8Array(Float64Array.from({ length: 19 }, (_, e) => Number(`1e${e}`)).buffer));
  powers.set(
    new Uint8Array(BigInt64Array.from({ length: 19 }, (_, e) => 10n ** BigInt(e)).buffer),
    POWERS_I64 - POWERS_F64,
  );
  return { module, columns, records, input, constants: { at: POWERS_F64, bytes: powers } };
}

const WIDTHS = { i64: 8, i32: 4, f64: 8, bool: 1, ts: 8, str: 4 } as const;

/** How the kernel reads a type. */
function kernelKind(type: LogicalType): KernelColumn['kind'] | undefined {
  const kind = columnKind(type);
  switch (type.root) {
    case 'BIGINT':
    case 'DECIMAL':
      return kind === 'i64' ? 'i64' : undefined;
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

/** Numbers of the functions: imports come first. */
const IMPORTS = { skip: 0, number: 1 };
const ROW = 2;

/** `row(at, n)`: reads the object at the address as row `n`; gives the address behind it, 0 when it is not plain. */
function rowFunction(
  keys: readonly string[],
  wanted: readonly RowField[],
  columns: readonly KernelColumn[],
  input: number,
  options: JsonOptions,
): FunctionBody {
  const f = new FunctionBody([I32, I32], [I32]);
  const [q, n] = f.params as [{ index: number }, { index: number }];
  const i32 = () => f.local(I32);
  const names = { q, n, s: i32(), d: i32(), e: i32(), m: i32(), negative: i32(), y: f.local(I64), z: f.local(F64) };
  const v = new KernelValues(f, { ...names, vector: f.local(V128) }, IMPORTS, { f64: POWERS_F64, i64: POWERS_I64 });
  const encoder = new TextEncoder();
  f.block((fail) => {
    v.expect([123], fail);
    for (const [at, key] of keys.entries()) {
      v.expect([34, ...encoder.encode(key), 34, 58], fail);
      v.optionalBlank();
      const c = wanted.findIndex(({ name }) => name === key);
      const [field, column] = [wanted[c], columns[c]];
      if (field === undefined || column === undefined) v.skip(fail);
      else readColumn(v, column, field.type, input, options, fail);
      const last = at + 1 === keys.length;
      v.expect([last ? 125 : 44], fail);
      if (!last) v.optionalBlank();
    }
    for (const [c, { name }] of wanted.entries()) if (!keys.includes(name)) v.absent(columns[c] as KernelColumn);
    f.get(q).op('return');
  });
  f.i32(0);
  return f;
}

function readColumn(
  v: KernelValues,
  column: KernelColumn,
  type: LogicalType,
  input: number,
  options: JsonOptions,
  fail: Label,
): void {
  const { values, ends } = column;
  switch (column.kind) {
    case 'str':
      return v.nullOr(
        column,
        () => {
          v.text(fail);
          v.store('i32.store', values, 4, () => v.f.get(v.names.s).i32(input).op('i32.sub'));
          v.store('i32.store', ends, 4, () =>
            v.f
              .get(v.names.q)
              .i32(input + 1)
              .op('i32.sub'),
          );
        },
        fail,
        // Nothing may be read behind the view of a NULL.
        () => {
          v.store('i32.store', values, 4, () => v.f.i32(0));
          v.store('i32.store', ends, 4, () => v.f.i32(0));
        },
      );
    case 'i64':
      return v.nullOr(
        column,
        () => {
          if (type.root === 'DECIMAL') v.decimal(type.precision, type.scale, fail);
          else v.integer(fail);
          v.store('i64.store', values, 8, () => v.f.get(v.names.y));
        },
        fail,
      );
    case 'i32':
      return v.nullOr(
        column,
        () => {
          v.integer(fail);
          v.fitsInt(fail);
          v.store('i32.store', values, 4, () => v.f.get(v.names.y).op('i32.wrap_i64'));
        },
        fail,
      );
    case 'f64':
      return v.nullOr(
        column,
        () => {
          v.double(fail);
          v.store('f64.store', values, 8, () => v.f.get(v.names.z));
        },
        fail,
      );
    case 'bool':
      return v.nullOr(
        column,
        () => {
          v.boolean(fail);
          v.store('i32.store8', values, 1, () => v.f.get(v.names.d));
        },
        fail,
      );
    case 'ts':
      return v.nullOr(
        column,
        () => {
          v.timestamp(
            options.timestampFormat === 'SQL' ? 32 : 84,
            type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE',
            fail,
          );
          v.store('f64.store', values, 8, () => v.f.get(v.names.y).op('f64.convert_i64_s'));
        },
        fail,
      );
  }
}

/** `lines(at, room)`, see KernelExports. */
function linesFunction(): FunctionBody {
  const f = new FunctionBody([I32, I32], [I32]);
  const [at, room] = f.params as [{ index: number }, { index: number }];
  const n = f.local(I32);
  const q = f.local(I32);
  f.block((end) => {
    f.loop((again) => {
      f.get(n).get(room).op('i32.ge_u').branchIf(end);
      f.get(at).get(n).call(ROW).tee(q).op('i32.eqz').branchIf(end);
      // A carriage return may stand before the line end.
      f.get(q).get(q).at('i32.load8_u').i32(13).op('i32.eq', 'i32.add').set(q);
      f.get(q).at('i32.load8_u').i32(10).op('i32.ne').branchIf(end);
      f.get(q).i32(1).op('i32.add').set(at);
      f.get(n).i32(1).op('i32.add').set(n);
      f.branch(again);
    });
  });
  return f.i32(0).get(at).at('i32.store', KERNEL_NEXT).get(n);
}

/** `records(first, count)`, see KernelExports. */
function recordsFunction(list: number): FunctionBody {
  const f = new FunctionBody([I32, I32], [I32]);
  const [n, count] = f.params as [{ index: number }, { index: number }];
  const entry = f.local(I32);
  f.block((end) => {
    f.loop((again) => {
      f.get(n).get(count).op('i32.ge_u').branchIf(end);
      f.get(n).i32(3).op('i32.shl').tee(entry).at('i32.load', list).get(n).call(ROW);
      f.get(entry)
        .at('i32.load', list + 4)
        .op('i32.ne')
        .branchIf(end);
      f.get(n).i32(1).op('i32.add').set(n);
      f.branch(again);
    });
  });
  return f.get(n);
}
