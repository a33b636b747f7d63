import type { MapValue, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault, validation } from '../errors.ts';
import { canonical } from '../state/canonical.ts';
import { castFunction } from './cast/cast.ts';
import { comparable, sameOrNull } from './compare.ts';
import { defaultOf } from './default-value.ts';
import {
  bound,
  type CallSite,
  type Evaluate,
  type FunctionImpl,
  type FunctionTable,
  nullAware,
  plain,
} from './impl.ts';

type Values = readonly Value[];

const elementOf = (type: LogicalType | undefined): LogicalType =>
  type && 'element' in type ? type.element : { root: 'NULL', nullable: true };

/** The operand's elements as the result's, where the planner left them apart (ARRAY_CONCAT of INT and DECIMAL). */
function widened(site: CallSite, i: number): (value: Value) => Values {
  const [from, to] = [site.operandTypes[i] as LogicalType, site.type];
  if (
    from.root !== 'ARRAY' ||
    to.root !== 'ARRAY' ||
    (from.element.root === to.element.root && from.element.root !== 'DECIMAL')
  ) {
    return (value) => value as Values;
  }
  const cast = castFunction(from, { ...to, nullable: from.nullable }, site.env);
  return (value) => cast(value) as Values;
}

const equalsOf = (site: CallSite, i = 0): ((x: Value, y: Value) => boolean) => {
  const element = elementOf(site.operandTypes[i]);
  return sameOrNull(element, element);
};

/** Distinct elements in first-seen order, told apart as Flink's ObjectContainer does. */
function distinct(values: Iterable<Value>): Value[] {
  const seen = new Set<string>();
  const out: Value[] = [];
  for (const value of values) {
    const id = canonical(value);
    if (!seen.has(id)) {
      seen.add(id);
      out.push(value);
    }
  }
  return out;
}

const allArrays = (combine: (arrays: Values[]) => Value): FunctionImpl =>
  bound((site) => {
    const reads = site.operandTypes.map((_, i) => widened(site, i));
    return (...args: Value[]) => combine(args.map((arg, i) => (reads[i] as (v: Value) => Values)(arg)));
  });

const search = (answer: (array: Values, at: number) => Value): FunctionImpl =>
  nullAware((site) => {
    const equal = equalsOf(site);
    return (array: Values | null, needle: Value) =>
      array === null
        ? null
        : answer(
            array,
            array.findIndex((value) => equal(value, needle)),
          );
  });

const extreme = (sign: 1 | -1): FunctionImpl =>
  bound((site) => {
    const element = elementOf(site.operandTypes[0]);
    const order = comparable(element, element) ?? (() => 0);
    return (array: Values) => {
      let best: Value = null;
      for (const value of array) {
        if (value !== null && (best === null || order(value, best) * sign > 0)) best = value;
      }
      return best;
    };
  });

/** NULLs come first in ascending order and last in descending, unless the third argument says otherwise. */
const sort = bound((site) => {
  const element = elementOf(site.operandTypes[0]);
  const order = comparable(element, element) ?? (() => 0);
  return (array: Values, ascending = true, nullsFirst = ascending) => {
    const nulls = array.filter((value) => value === null);
    const rest = array.filter((value) => value !== null);
    rest.sort((a, b) => (ascending ? order(a, b) : order(b, a)));
    return nullsFirst ? [...nulls, ...rest] : [...rest, ...nulls];
  };
});

/** Positions from 1; 0 counts as 1; negative ones from the end; out of range is cut. */
function slice(array: Values, start: number, end?: number): Value {
  const n = array.length;
  if (n === 0) return [];
  const place = (at: number): number => (at < 0 ? Math.max(at + n + 1, 1) : at === 0 ? 1 : at);
  const from = place(start);
  let to = end === undefined ? n : end < 0 ? end + n + 1 : end === 0 ? 1 : end;
  if (to > n) to = n;
  return from > to || from > n || to < 1 ? [] : array.slice(from - 1, to);
}

/** Element `index` of an array, or the value of a key of a map. */
function item(site: CallSite): Evaluate {
  const [collection, key] = site.operandTypes as [LogicalType, LogicalType];
  if (collection.root === 'MAP') {
    const equal = sameOrNull(collection.key, key);
    const absent = collection.value.nullable || site.env.folding ? null : defaultOf(collection.value);
    return (map: MapValue, wanted: Value) => {
      const at = map.keys.findIndex((each) => each !== null && equal(each, wanted));
      return at < 0 ? absent : (map.values[at] as Value);
    };
  }
  // Where elements are NOT NULL the generated code leaves the default of their type.
  const hasDefault = collection.root === 'ARRAY' && !collection.element.nullable && !site.env.folding;
  const absent = hasDefault ? defaultOf(collection.element) : null;
  const constant = site.literal(1);
  if (typeof constant === 'number' && constant < 1) {
    throw validation(`Array element access needs an index starting at 1 but was ${constant}.`);
  }
  return (array: Values, index: number) => {
    const value = array[index - 1];
    return value === undefined ? absent : value;
  };
}

/** MAP[…]: of equal keys the last value stays at the first one's place. */
const mapOf = nullAware(() => (...entries: Value[]) => {
  const at = new Map<string, number>();
  const keys: Value[] = [];
  const values: Value[] = [];
  for (let i = 0; i + 1 < entries.length; i += 2) {
    const key = entries[i] as Value;
    const id = canonical(key);
    const known = at.get(id);
    if (known === undefined) {
      at.set(id, keys.length);
      keys.push(key);
      values.push(entries[i + 1] as Value);
    } else values[known] = entries[i + 1] as Value;
  }
  return { keys, values };
});

const multisetOf = nullAware(() => (...items: Value[]) => {
  const counts = new Map<string, { value: Value; count: number }>();
  for (const value of items) {
    const id = canonical(value);
    const known = counts.get(id);
    if (known) known.count++;
    else counts.set(id, { value, count: 1 });
  }
  const entries = [...counts.values()];
  return { keys: entries.map((e) => e.value), values: entries.map((e) => e.count) };
});

/** The last map's entries come first; a key's first occurrence in that order stays. */
function mapUnion(...maps: MapValue[]): Value {
  const seen = new Set<string>();
  const keys: Value[] = [];
  const values: Value[] = [];
  for (const map of maps.reverse()) {
    map.keys.forEach((key, i) => {
      const id = canonical(key);
      if (seen.has(id)) return;
      seen.add(id);
      keys.push(key);
      values.push(map.values[i] as Value);
    });
  }
  return { keys, values };
}

function mapFromArrays(keys: Values, values: Values): Value {
  if (keys.length !== values.length) {
    throw new FlinkFault(
      'FlinkRuntimeException',
      `Invalid function MAP_FROM_ARRAYS call:\nThe length of the keys array ${keys.length} is not equal to the length of the values array ${values.length}`,
    );
  }
  return { keys, values };
}

function element(array: Values): Value {
  if (array.length > 1) throw new FlinkFault('TableRuntimeException', 'Array has more than one element.');
  return array[0] ?? null;
}

export const collectionFunctions: FunctionTable = {
  ARRAY: nullAware(
    () =>
      (...items: Value[]) =>
        items,
  ),
  ROW: nullAware(
    () =>
      (...items: Value[]) =>
        items,
  ),
  MAP: mapOf,
  MULTISET: multisetOf,
  ITEM: bound(item),
  ELEMENT: bound((site) => {
    if (site.operandTypes[0]?.root === 'ARRAY') return element;
    // The validator takes multisets, the code generator does not.
    throw new FlinkFault('CodeGenException', 'Array expression type expected.');
  }),
  CARDINALITY: plain((value: Values | MapValue) =>
    Array.isArray(value) ? value.length : (value as MapValue).keys.length,
  ),
  ARRAY_CONTAINS: search((_array, at) => at >= 0),
  ARRAY_POSITION: {
    strict: true,
    deterministic: true,
    bind: (site) => {
      const equal = equalsOf(site);
      return (array: Values, needle: Value) => array.findIndex((value) => equal(value, needle)) + 1;
    },
  },
  ARRAY_DISTINCT: plain((array: Values) => distinct(array)),
  ARRAY_REMOVE: nullAware((site) => {
    const equal = equalsOf(site);
    return (array: Values | null, needle: Value) =>
      array === null ? null : array.filter((value) => !equal(value, needle));
  }),
  ARRAY_REVERSE: plain((array: Values) => [...array].reverse()),
  ARRAY_UNION: allArrays((arrays) => distinct(arrays.flatMap((array) => [...array]))),
  ARRAY_CONCAT: allArrays((arrays) => arrays.flatMap((array) => [...array])),
  ARRAY_EXCEPT: allArrays(([left = [], right = []]) => {
    const without = new Set(right.map(canonical));
    return distinct(left).filter((value) => !without.has(canonical(value)));
  }),
  ARRAY_INTERSECT: allArrays(([left = [], right = []]) => {
    const within = new Set(right.map(canonical));
    return distinct(left).filter((value) => within.has(canonical(value)));
  }),
  ARRAY_MAX: extreme(1),
  ARRAY_MIN: extreme(-1),
  ARRAY_SORT: sort,
  ARRAY_JOIN: plain((array: readonly (string | null)[], separator: string, forNull?: string) =>
    array.flatMap((value) => (value === null ? (forNull === undefined ? [] : [forNull]) : [value])).join(separator),
  ),
  ARRAY_SLICE: plain(slice),
  ARRAY_PREPEND: nullAware(() => (array: Values | null, value: Value) => (array === null ? null : [value, ...array])),
  ARRAY_APPEND: nullAware(() => (array: Values | null, value: Value) => (array === null ? null : [...array, value])),
  MAP_KEYS: plain((map: MapValue) => map.keys),
  MAP_VALUES: plain((map: MapValue) => map.values),
  MAP_ENTRIES: plain((map: MapValue) => map.keys.map((key, i) => [key, map.values[i] as Value])),
  MAP_FROM_ARRAYS: plain(mapFromArrays),
  MAP_UNION: plain(mapUnion),
};
