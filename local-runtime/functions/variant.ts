import type { MapValue, Value } from '../../flink-sql/plan/rex.ts';
import { javaDouble } from './java/floating-text.ts';

/**
 * VARIANT values: JSON scalars as boolean, string, bigint (integers), number (doubles), arrays of such, objects as MapValue with
 * keys in order; JSON null inside a variant is the empty ROW-like marker below, because `null` is SQL NULL.
 */
export const VARIANT_NULL: MapValue = { keys: [], values: [null] };

const isNull = (value: Value): boolean =>
  value === null ||
  (typeof value === 'object' &&
    'keys' in value &&
    (value as MapValue).keys.length === 0 &&
    (value as MapValue).values.length === 1);

/** Variant.toJson: keys sorted, no blanks. */
export function variantText(value: Value): string {
  if (isNull(value)) return 'null';
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return javaDouble(value);
    case 'string':
      return JSON.stringify(value);
    default:
      break;
  }
  if (Array.isArray(value)) return `[${value.map(variantText).join(',')}]`;
  const map = value as MapValue;
  return `{${map.keys.map((key, i) => `${JSON.stringify(key)}:${variantText(map.values[i] as Value)}`).join(',')}}`;
}
