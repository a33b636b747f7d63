import { isOrdered } from '../../functions/matchers.ts';
import type { Rex } from '../../plan/rex.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import { comparisonType, leastRestrictive, stringComparisonType } from '../../types/common-type.ts';
import { isBinary, isCharacter, isNumeric, isTimestamp } from '../../types/families.ts';
import { type LogicalType, types } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { anyNullable, booleanOf, call, castTo, isNullLiteral, literal, nullOf, promoteTo } from './binder.ts';
import { error, invalid, type Place, refused } from './errors.ts';
import { rexEquals } from './rex-util.ts';

export type ComparisonOp = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM';

/** What Calcite's comparison operators accept: one family, or text with anything that text can be read as. */
export function areComparable(a: LogicalType, b: LogicalType): boolean {
  if (a.root === 'NULL' || b.root === 'NULL') return true;
  if (isCharacter(a) || isCharacter(b)) {
    const other = isCharacter(a) ? b : a;
    return (
      isCharacter(other) ||
      isNumeric(other) ||
      other.root === 'BOOLEAN' ||
      other.root === 'DATE' ||
      other.root === 'TIME_WITHOUT_TIME_ZONE' ||
      isTimestamp(other)
    );
  }
  if (isNumeric(a)) return isNumeric(b);
  if (isBinary(a)) return isBinary(b);
  if (isTimestamp(a)) return isTimestamp(b);
  if (a.root === 'ROW' && b.root === 'ROW') {
    return (
      a.fields.length === b.fields.length &&
      a.fields.every((field, i) => areComparable(field.type, (b.fields[i] as typeof field).type))
    );
  }
  return a.root === b.root;
}

/** A comparison with the casts that Flink inserts. */
export function compare(op: ComparisonOp, left: Rex, right: Rex, place: Place, inJoin = false): Rex {
  const [a, b] = [left.type, right.type];
  if (!areComparable(a, b)) {
    const shown = (type: LogicalType) => `<${calciteDigest(type).toUpperCase()}>`;
    const message = `Cannot apply '${op}' to arguments of type '${shown(a)} ${op} ${shown(b)}'. Supported form(s): '<COMPARABLE_TYPE> ${op} <COMPARABLE_TYPE>'`;
    throw invalid(place, 'bad-arguments', message);
  }
  const rows = compareRowConstructors(op, left, right, place);
  if (rows) return rows;
  const [x, y] = aligned(op, left, right, place, inJoin);
  // What is compared with itself never reaches generated code.
  const isSelf = rexEquals(x, y) && x.kind !== 'Literal';
  if (isOrdering(op) && !isSelf && !isNullLiteral(left) && !isNullLiteral(right) && !isOrdered(x.type)) {
    const message = `Comparable type expected, but was '${asSummaryString(x.type)}'.`;
    throw error(place, 'not-comparable', 'CodeGenException', message, false);
  }
  if (op === 'IS DISTINCT FROM' || op === 'IS NOT DISTINCT FROM') return call(op, [x, y], types.boolean(false));
  // Flink compares a BOOLEAN with a text as two different objects: never equal.
  if ((x.type.root === 'BOOLEAN') !== (y.type.root === 'BOOLEAN')) {
    const truth = [x, y].find((side) => side.kind === 'Literal' && side.value === true);
    const other = truth === x ? y : x;
    // … unless its simplifier sees `TRUE = x` first, which is x itself.
    if (truth && op === '=' && other.kind !== 'Literal') return castTo(other, types.boolean());
    return neverEqual(op, x, y);
  }
  return call(op, [x, y], booleanOf([x, y]));
}

const isOrdering = (op: ComparisonOp): boolean => op === '<' || op === '<=' || op === '>' || op === '>=';

function neverEqual(op: ComparisonOp, x: Rex, y: Rex): Rex {
  const answer = literal(op === '<>', types.boolean(false));
  if (!anyNullable([x, y])) return answer;
  const nulls = [x, y].map((operand) => call('IS NULL', [operand], types.boolean(false)));
  return call('CASE', [call('OR', nulls, types.boolean(false)), nullOf(types.boolean()), answer], types.boolean(true));
}

/** Both sides in one type, as the planner casts them or as its generated code would promote them. */
function aligned(op: ComparisonOp, left: Rex, right: Rex, place: Place, inJoin: boolean): [Rex, Rex] {
  const [a, b] = [left.type, right.type];
  if (isNullLiteral(left) && isNullLiteral(right)) return [nullOf(types.int()), nullOf(types.int())];
  if (isNullLiteral(left)) return [nullOf(b), right];
  if (isNullLiteral(right)) return [left, nullOf(a)];
  if (isCharacter(a) !== isCharacter(b)) {
    const other = isCharacter(a) ? b : a;
    if (isOrdering(op)) {
      const target = stringComparisonType(other);
      return [castTo(left, target), castTo(right, target)];
    }
    if (isNumeric(other)) {
      if (inJoin) {
        const message = `implicit type conversion between ${calciteDigest(a)} and ${calciteDigest(b)} is not supported on join's condition now`;
        throw refused(place, 'no-implicit-conversion', message, 'TableException');
      }
      const message = `implicit type conversion between ${rootName(a)} and ${rootName(b)} is not supported now`;
      throw refused(place, 'no-implicit-conversion', message);
    }
    if (other.root === 'BOOLEAN') return [left, right];
    return [castTo(left, other), castTo(right, other)];
  }
  const target = isOrdering(op) ? comparisonType(a, b) : leastRestrictive([a, b]);
  if (!target || isCharacter(target)) return [left, right];
  return [promoteTo(left, target), promoteTo(right, target)];
}

/** LogicalTypeRoot names, as the code generator's messages show them. */
const rootName = (type: LogicalType): string => type.root;

/** Row constructors are compared field by field. */
function compareRowConstructors(op: ComparisonOp, left: Rex, right: Rex, place: Place): Rex | undefined {
  if (left.kind !== 'Call' || right.kind !== 'Call' || left.fn !== 'ROW' || right.fn !== 'ROW') return undefined;
  if (op !== '=' && op !== '<>') return undefined;
  const fields = left.operands.map((operand, i) => compare('=', operand, right.operands[i] as Rex, place));
  const all = fields.length === 1 ? (fields[0] as Rex) : call('AND', fields, booleanOf(fields));
  return op === '=' ? all : call('NOT', [all], booleanOf([all]));
}
