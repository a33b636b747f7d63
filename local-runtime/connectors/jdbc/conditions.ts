import type { DatabaseParameter } from '../../../clients/database/index.ts';
import type { Rex, RexLiteral } from '../../../flink-sql/plan/rex.ts';
import type { TypeRoot } from '../../../flink-sql/types/logical-type.ts';
import { COMMON_TYPES } from './common-types.ts';
import type { Dialect } from './dialect.ts';
import { parameterWriter } from './values.ts';

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** Types of constants that go into a statement; Flink's planner leaves no TRUE and FALSE in comparisons. */
const isLiteralType = (root: TypeRoot) =>
  COMMON_TYPES.has(root) && !['BOOLEAN', 'VARBINARY', 'TIME_WITHOUT_TIME_ZONE'].includes(root);

/** Does the database carry the condition out (JdbcFilterPushdownPreparedStatementVisitor)? */
export function isPushable(condition: Rex): boolean {
  if (condition.kind !== 'Call') return false;
  const { fn, operands } = condition;
  if (fn === 'AND' || fn === 'OR') return operands.every(isPushable);
  if (fn === 'IS NULL' || fn === 'IS NOT NULL') return isOperand(operands[0] as Rex);
  if (fn === 'LIKE' || COMPARISONS.has(fn)) return operands.every(isOperand);
  return false;
}

function isOperand(rex: Rex): boolean {
  const bare = shown(rex);
  if (bare.kind === 'InputRef') return true;
  return bare.kind === 'Literal' && bare.value !== null && isLiteralType(bare.type.root);
}

/** Promotions of numbers are left to the database. */
function shown(rex: Rex): Rex {
  if (rex.kind === 'Call' && rex.implicit) return shown(rex.operands[0] as Rex);
  return rex.kind === 'Literal' && rex.written ? rex.written : rex;
}

/** Conditions over `columns` as text of the database; constants become parameters, which are added to `parameters`. */
export function conditionTexts(
  conditions: readonly Rex[],
  columns: readonly { readonly name: string }[],
  dialect: Dialect,
  parameters: DatabaseParameter[],
): string[] {
  const text = (rex: Rex): string => {
    const bare = shown(rex);
    if (bare.kind === 'InputRef') return dialect.quote(columns[bare.index]?.name ?? '');
    if (bare.kind === 'Literal') return literal(bare);
    if (bare.kind !== 'Call') throw new TypeError(`a condition with ${bare.kind} went into a jdbc source`);
    const { fn, operands } = bare;
    if (fn === 'IS NULL' || fn === 'IS NOT NULL') return `(${text(operands[0] as Rex)} ${fn})`;
    if (fn === 'AND' || fn === 'OR') return `(${operands.map(text).join(` ${fn} `)})`;
    // As in Flink, the escape character of a LIKE does not reach the database.
    return `(${text(operands[0] as Rex)} ${fn} ${text(operands[1] as Rex)})`;
  };
  const literal = ({ value, type }: RexLiteral): string => {
    parameters.push(parameterWriter(dialect, type)(value));
    return dialect.placeholder(parameters.length, type);
  };
  return conditions.map(text);
}
