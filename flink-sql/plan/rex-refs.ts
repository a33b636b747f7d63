import { operandsOf, rewriteRex, rexSome } from '../binder/expressions/rex-util.ts';
import type { Rex } from './rex.ts';

/** Input fields that an expression reads. */
export function refsOf(rex: Rex, into: Set<number> = new Set()): Set<number> {
  if (rex.kind === 'InputRef') {
    into.add(rex.index);
  }
  for (const operand of operandsOf(rex)) {
    refsOf(operand, into);
  }
  return into;
}

/** References renumbered by `map[old]`. */
export function remap(rex: Rex, map: readonly number[]): Rex {
  return rewriteRex(rex, (node) => {
    if (node.kind !== 'InputRef') {
      return node;
    }
    const index = map[node.index];
    if (index === undefined || index < 0) {
      throw new RangeError(`field ${node.index} was pruned but is used`);
    }
    return { ...node, index };
  });
}

/** References replaced by expressions: `rex` over a projection as one over the projection's input. */
export function inline(rex: Rex, exprs: readonly Rex[]): Rex {
  return rewriteRex(rex, (node) => (node.kind === 'InputRef' ? (exprs[node.index] as Rex) : node));
}

const NON_DETERMINISTIC = new Set(['RAND', 'RAND_INTEGER', 'UUID']);

/** The same value for the same row each time. */
export function isDeterministic(rex: Rex): boolean {
  return !rexSome(
    rex,
    (node) => node.kind === 'Call' && (NON_DETERMINISTIC.has(node.fn) || node.udf?.deterministic === false),
  );
}
