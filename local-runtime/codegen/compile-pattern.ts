import type { Rex, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Column } from '../batch/column.ts';
import { evaluateSource } from './compile-calc.ts';
import type { ExprEnv } from './env.ts';
import { generateTrue } from './generate-logic.ts';
import { Generator } from './generator.ts';
import { InputFields } from './input.ts';

/** An expression over rows `rows[0]`, `rows[1]`, … of one set of columns, then over row 0 of `extra`. */
export type OverRows<T> = (columns: readonly Column[], rows: Int32Array, extra: readonly Column[]) => T;

function fieldsOf(rows: number, types: readonly LogicalType[], extra: readonly LogicalType[]): InputFields {
  const sides = Array.from({ length: rows }, (_, k) => ({
    columns: 'c',
    row: `r[${k}]`,
    prefix: `${k}_`,
    types,
  }));
  return new InputFields([...sides, { columns: 'g', row: '0', prefix: 'g', types: extra }]);
}

/** Compiles a condition of MATCH_RECOGNIZE: TRUE, or not. */
export function compileRowsCondition(
  rex: Rex,
  rows: number,
  types: readonly LogicalType[],
  extra: readonly LogicalType[],
  env: ExprEnv,
): OverRows<boolean> {
  const fields = fieldsOf(rows, types, extra);
  const g = new Generator(env, fields.read);
  const { lines, result } = g.capture(() => generateTrue(g, rex));
  const body = [...fields.declarations(), ...lines, `return ${result};`];
  return evaluateSource(g, `function matches(c, r, g) {\n${body.join('\n')}\n}`);
}

/** Compiles a measure of MATCH_RECOGNIZE. */
export function compileRowsValue(
  rex: Rex,
  rows: number,
  types: readonly LogicalType[],
  extra: readonly LogicalType[],
  env: ExprEnv,
): OverRows<Value> {
  const fields = fieldsOf(rows, types, extra);
  const g = new Generator(env, fields.read);
  const { lines, result } = g.capture(() => g.boxedOrNull(g.generate(rex)));
  const body = [...fields.declarations(), ...lines, `return ${result};`];
  return evaluateSource(g, `function measure(c, r, g) {\n${body.join('\n')}\n}`);
}
