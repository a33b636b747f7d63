import type { Batch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { canonical } from '../state/canonical.ts';
import { mix } from '../state/interner.ts';

/** Start value; another than that of the hash tables behind the exchange, whose slots would else fill unevenly. */
const SEED = 0x3c6ef372;
const NULL = 0x2545f491;
const NAN = 0x7ff80000;
const words = new Float64Array(1);
const halves = new Int32Array(words.buffer);

/**
 * A hash a row of its key columns: equal for keys that operators take as equal, whatever form the columns have. Writes into `out`,
 * which must have room for the batch.
 */
export function keyHashes(batch: Batch, keys: readonly number[], out: Int32Array): void {
  out.fill(SEED, 0, batch.length);
  for (const key of keys) addColumn(batch.columns[key] as Column, batch.length, out);
}

/** One loop a kind of column: this runs for each row that crosses an exchange. */
function addColumn(column: Column, length: number, out: Int32Array): void {
  const nulls = column.nulls;
  switch (column.kind) {
    case 'bool':
    case 'i32': {
      const { values } = column;
      for (let i = 0; i < length; i++) out[i] = added(out[i] as number, nulls?.[i] ? NULL : (values[i] as number));
      break;
    }
    case 'i64': {
      const parts = new Int32Array(column.values.buffer, column.values.byteOffset, length * 2);
      for (let i = 0; i < length; i++) {
        const value = Math.imul(parts[2 * i] as number, 31) ^ (parts[2 * i + 1] as number);
        out[i] = added(out[i] as number, nulls?.[i] ? NULL : value);
      }
      break;
    }
    case 'f64': {
      const { values } = column;
      for (let i = 0; i < length; i++) {
        out[i] = added(out[i] as number, nulls?.[i] ? NULL : ofDouble(values[i] as number));
      }
      break;
    }
    case 'ts': {
      const { ms, nanos } = column;
      for (let i = 0; i < length; i++) {
        const value = ofDouble(ms[i] as number) ^ (nanos === undefined ? 0 : (nanos[i] as number));
        out[i] = added(out[i] as number, nulls?.[i] ? NULL : value);
      }
      break;
    }
    case 'str': {
      const { bytes, starts, ends } = column.views();
      let lastStart = -1;
      let lastEnd = -1;
      let last = 0;
      for (let i = 0; i < length; i++) {
        const start = starts[i] as number;
        const end = ends[i] as number;
        // Views of the same bytes, as of a date in row after row.
        if (start !== lastStart || end !== lastEnd) {
          last = ofBytes(bytes, start, end);
          lastStart = start;
          lastEnd = end;
        }
        out[i] = added(out[i] as number, nulls?.[i] ? NULL : last);
      }
      break;
    }
    case 'obj': {
      const { values } = column;
      for (let i = 0; i < length; i++) {
        out[i] = added(out[i] as number, nulls?.[i] ? NULL : ofText(canonical(values[i] ?? null)));
      }
      break;
    }
  }
}

function added(hash: number, value: number): number {
  return (Math.imul(mix(hash ^ value), 0x9e3779b1) + 0x7f4a7c15) | 0;
}

function ofBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let k = start; k < end; k++) hash = Math.imul(hash ^ (bytes[k] as number), 0x01000193);
  return hash;
}

/** 0.0 and -0.0 together, every NaN together: more equal than any operator takes them. */
function ofDouble(value: number): number {
  if (Number.isNaN(value)) return NAN;
  words[0] = value === 0 ? 0 : value;
  return Math.imul(halves[0] as number, 31) ^ (halves[1] as number);
}

function ofText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
