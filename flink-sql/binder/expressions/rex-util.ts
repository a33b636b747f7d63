import type { AggregateCall, Rex, SortKey, Value } from '../../plan/rex.ts';
import { typesEqual } from '../../types/compare.ts';

/** Structural equality; literals by value and type. */
export function rexEquals(a: Rex, b: Rex): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'InputRef':
      return b.kind === 'InputRef' && a.index === b.index;
    case 'Literal':
      return b.kind === 'Literal' && typesEqual(a.type, b.type) && valuesEqual(a.value, b.value);
    case 'Call':
      return (
        b.kind === 'Call' &&
        a.fn === b.fn &&
        a.udf?.className === b.udf?.className &&
        a.operands.length === b.operands.length &&
        typesEqual(a.type, b.type) &&
        a.operands.every((operand, i) => rexEquals(operand, b.operands[i] as Rex))
      );
    case 'FieldAccess':
      return b.kind === 'FieldAccess' && a.index === b.index && rexEquals(a.operand, b.operand);
    case 'Correlation':
      return b.kind === 'Correlation' && a.id === b.id && a.index === b.index;
    case 'Over':
    case 'Subquery':
      return false;
  }
}

export function valuesEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a === 'number' && typeof b === 'number') return Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (a instanceof Uint8Array) {
    return b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  if (b instanceof Uint8Array) return false;
  if ('ms' in a) return 'ms' in b && a.ms === b.ms && a.nanos === b.nanos;
  if ('ms' in b) return false;
  if ('keys' in a && 'values' in a && Array.isArray(a.keys)) {
    return (
      'keys' in b &&
      Array.isArray(b.keys) &&
      listsEqual(a.keys, b.keys) &&
      listsEqual(a.values as readonly Value[], b.values as readonly Value[])
    );
  }
  return Array.isArray(a) && Array.isArray(b) && listsEqual(a, b);
}

const listsEqual = (a: readonly Value[], b: readonly Value[]): boolean =>
  a.length === b.length && a.every((value, i) => valuesEqual(value, b[i] as Value));

const mapKeys = (keys: readonly SortKey[], map: (rex: Rex) => Rex): SortKey[] =>
  keys.map((key) => ({ ...key, expr: map(key.expr) }));

const mapCall = (call: AggregateCall, map: (rex: Rex) => Rex): AggregateCall => ({
  ...call,
  args: call.args.map(map),
  filter: call.filter && map(call.filter),
  withinGroup: mapKeys(call.withinGroup, map),
});

/** The same node with each direct operand replaced; leaves are returned as they are. Subquery plans are not entered. */
export function mapOperands(rex: Rex, map: (operand: Rex) => Rex): Rex {
  switch (rex.kind) {
    case 'InputRef':
    case 'Literal':
    case 'Correlation':
      return rex;
    case 'Call':
      return rex.operands.length === 0 ? rex : { ...rex, operands: rex.operands.map(map) };
    case 'FieldAccess':
      return { ...rex, operand: map(rex.operand) };
    case 'Subquery':
      return { ...rex, operands: rex.operands.map(map) };
    case 'Over': {
      const bound = (b: typeof rex.lower): typeof rex.lower => ('offset' in b ? { ...b, offset: map(b.offset) } : b);
      return {
        ...rex,
        call: mapCall(rex.call, map),
        partitionBy: rex.partitionBy.map(map),
        orderBy: mapKeys(rex.orderBy, map),
        lower: bound(rex.lower),
        upper: bound(rex.upper),
      };
    }
  }
}

/** Direct operands, in order. */
export function operandsOf(rex: Rex): readonly Rex[] {
  const found: Rex[] = [];
  mapOperands(rex, (operand) => {
    found.push(operand);
    return operand;
  });
  return found;
}

/** True when `test` holds for the node or any node below it. */
export function rexSome(rex: Rex, test: (node: Rex) => boolean): boolean {
  return test(rex) || operandsOf(rex).some((operand) => rexSome(operand, test));
}

/** Rewrites bottom-up: `map` sees each node after its operands were rewritten. */
export function rewriteRex(rex: Rex, map: (node: Rex) => Rex): Rex {
  return map(mapOperands(rex, (operand) => rewriteRex(operand, map)));
}

/** InputRefs moved by `delta`, as when an expression over the right side becomes one over the join's row. */
export const shiftRefs = (rex: Rex, delta: number): Rex =>
  delta === 0
    ? rex
    : rewriteRex(rex, (node) => (node.kind === 'InputRef' ? { ...node, index: node.index + delta } : node));
