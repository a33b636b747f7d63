import { conjuncts } from '../rel-builder.ts';
import type { Rex, RexCall } from '../rex.ts';

const BOOLEAN = { root: 'BOOLEAN', nullable: true } as const;
const call = (fn: string, operands: readonly Rex[]): RexCall => ({ kind: 'Call', fn, operands, type: BOOLEAN });

/**
 * A condition as conjuncts of disjunctions, the form in which Flink offers conditions to sources (FlinkRexUtil.toCnf): IN is spelled
 * out, OR goes below AND. Where that doubles the condition it stays as it is.
 */
export function toCnf(condition: Rex): Rex[] {
  const plain = conjuncts(spelledOut(condition));
  return plain.flatMap((part) => {
    const parts = distributed(part);
    const size = parts.reduce((sum, each) => sum + sizeOf(each), parts.length - 1);
    return size > 2 * sizeOf(part) ? [part] : parts;
  });
}

/** IN as comparisons; literals that are compared for equality have the type of what they are compared with. */
function spelledOut(rex: Rex): Rex {
  if (rex.kind !== 'Call') return rex;
  const [first, ...rest] = rex.operands;
  switch (rex.fn) {
    case 'IN':
      return rest.map((item) => equality(first as Rex, item)).reduce((a, b) => call('OR', [a, b]));
    case 'NOT':
      return negated(spelledOut(first as Rex)) ?? rex;
    case 'AND':
    case 'OR':
      return { ...rex, operands: rex.operands.map(spelledOut) };
    case '=':
    case '<>': {
      const [a, b] = rex.operands as [Rex, Rex];
      return { ...rex, operands: [typedText(typedLiteral(a), b), typedText(typedLiteral(b), a)] };
    }
    default:
      return rex;
  }
}

const OPPOSITE: Readonly<Record<string, string>> = { '=': '<>', '<>': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** The opposite of comparisons and what is made of them; undefined for anything else. */
function negated(rex: Rex): Rex | undefined {
  if (rex.kind !== 'Call') return undefined;
  const opposite = OPPOSITE[rex.fn];
  if (opposite !== undefined) return { ...rex, fn: opposite };
  if (rex.fn !== 'AND' && rex.fn !== 'OR') return undefined;
  const operands = rex.operands.map(negated);
  if (!operands.every((operand) => operand !== undefined)) return undefined;
  return { ...rex, fn: rex.fn === 'AND' ? 'OR' : 'AND', operands };
}

const equality = (value: Rex, item: Rex): Rex => call('=', [value, typedLiteral(item)]);

/** A number that was written in a smaller type is one of the larger. */
function typedLiteral(rex: Rex): Rex {
  if (rex.kind !== 'Literal' || rex.written?.type.root !== 'INTEGER' || !INTEGERS.has(rex.type.root)) return rex;
  return { kind: 'Literal', value: rex.value, type: rex.type };
}

const INTEGERS = new Set(['TINYINT', 'SMALLINT', 'BIGINT']);

function typedText(rex: Rex, other: Rex): Rex {
  if (rex.kind !== 'Literal' || rex.type.root !== 'CHAR' || other.type.root !== 'VARCHAR') return rex;
  return { kind: 'Literal', value: rex.value, type: { ...other.type, nullable: false } };
}

/** The conjuncts of a condition after OR has gone below AND. */
function distributed(rex: Rex): Rex[] {
  if (rex.kind !== 'Call' || (rex.fn !== 'AND' && rex.fn !== 'OR')) return [rex];
  const parts = rex.operands.map(distributed);
  if (rex.fn === 'AND') return parts.flat();
  return parts.reduce((left, right) => left.flatMap((a) => right.map((b) => call('OR', [a, b]))));
}

function sizeOf(rex: Rex): number {
  return rex.kind === 'Call' ? rex.operands.reduce((sum, operand) => sum + sizeOf(operand), 1) : 1;
}
