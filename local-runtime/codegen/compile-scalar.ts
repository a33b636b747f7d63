import type { Rex, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { compileCalc, evaluateSource, usedFields } from './compile-calc.ts';
import type { ExprEnv } from './env.ts';
import { generateTrue } from './generate-logic.ts';
import { Generator } from './generator.ts';
import { InputFields } from './input.ts';

/** One expression, for whole batches or single rows. */
export interface CompiledScalar {
  readonly type: LogicalType;
  evalColumn(batch: Batch): Column;
  evalRow(columns: readonly Column[], i: number): Value;
}

/** Compiles one expression over rows of the given types. */
export function compileScalar(rex: Rex, inputTypes: readonly LogicalType[], env: ExprEnv): CompiledScalar {
  const calc = compileCalc([rex], null, inputTypes, env);
  let row: ((columns: readonly Column[], i: number) => Value) | undefined;
  return {
    type: rex.type,
    evalColumn: (batch) => calc.run(batch).columns[0] as Column,
    evalRow: (columns, i) => {
      row ??= compileRow(rex, inputTypes, env);
      return row(columns, i);
    },
  };
}

function compileRow(
  rex: Rex,
  inputTypes: readonly LogicalType[],
  env: ExprEnv,
): (columns: readonly Column[], i: number) => Value {
  const fields = new InputFields([{ columns: 'c', row: 'i', prefix: '', types: inputTypes }]);
  const g = new Generator(env, fields.read);
  const { lines, result } = g.capture(() => g.boxedOrNull(g.generate(rex)));
  const body = [...fields.declarations(), ...lines, `return ${result};`];
  return evaluateSource(g, `function row(c, i) {\n${body.join('\n')}\n}`);
}

/** Does the pair of row `i` of the left columns and row `j` of the right columns meet the condition? */
export interface JoinCondition {
  (left: readonly Column[], i: number, right: readonly Column[], j: number): boolean;
  /** The fields that it reads, those of the right columns counted on from the left ones. */
  readonly fields?: readonly number[];
  /** Which of the first `n` left rows match right row `j`, in order, into `into`; gives how many. */
  readonly matchingLefts?: MatchingLefts;
}

type MatchingLefts = (
  left: readonly Column[],
  n: number,
  right: readonly Column[],
  j: number,
  into: Int32Array,
) => number;

/** Compiles a condition over the fields of the left input followed by those of the right. */
export function compileJoinCondition(
  rex: Rex,
  leftTypes: readonly LogicalType[],
  rightTypes: readonly LogicalType[],
  env: ExprEnv,
): JoinCondition {
  const fields = new InputFields([
    { columns: 'a', row: 'i', prefix: 'l', types: leftTypes },
    { columns: 'b', row: 'j', prefix: 'r', types: rightTypes },
  ]);
  const g = new Generator(env, fields.read);
  const { lines, result } = g.capture(() => generateTrue(g, rex));
  const body = [...fields.declarations(), ...lines, `return ${result};`];
  const matches = evaluateSource<JoinCondition>(g, `function matches(a, i, b, j) {\n${body.join('\n')}\n}`);
  let looping: MatchingLefts | undefined;
  const matchingLefts: MatchingLefts = (left, n, right, j, into) => {
    looping ??= evaluateSource<MatchingLefts>(g, loopOverLefts(fields.declarations(), lines, result));
    return looping(left, n, right, j, into);
  };
  return Object.assign(matches, { fields: usedFields([rex]), matchingLefts });
}

function loopOverLefts(declarations: readonly string[], lines: readonly string[], result: string): string {
  const loop = ['for (let i = 0; i < n; i++) {', ...lines, `if (${result}) into[k++] = i;`, '}'];
  return `function matchingLefts(a, n, b, j, into) {\n${[...declarations, 'let k = 0;', ...loop, 'return k;'].join('\n')}\n}`;
}

/** Compiles a condition on single rows: TRUE, or not. */
export function compilePredicate(
  rex: Rex,
  inputTypes: readonly LogicalType[],
  env: ExprEnv,
): (columns: readonly Column[], i: number) => boolean {
  const matches = compileJoinCondition(rex, inputTypes, [], env);
  return (columns, i) => matches(columns, i, [], 0);
}
