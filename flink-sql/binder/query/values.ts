import type { Rel } from '../../plan/rel.ts';
import { project, setOp, values } from '../../plan/rel-builder.ts';
import type { Rex, RexLiteral, Value } from '../../plan/rex.ts';
import type { Expression, Values } from '../../syntax/ast.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import { typesEqual } from '../../types/compare.ts';
import { type LogicalType, types } from '../../types/logical-type.ts';
import { bindExpression } from '../expressions/index.ts';
import { emptyScope } from '../expressions/scope.ts';
import { castTo } from './cast.ts';
import { type QueryContext, validatorError } from './context.ts';

/** VALUES: literals stay rows of a Values node; other expressions become a union of projections, as in Calcite. */
export function bindValues(node: Values, context: QueryContext): Rel {
  const scope = { ...emptyScope('VALUES'), ...(context.env.outer ? { outer: context.env.outer } : {}) };
  const rows = node.rows.map((row) =>
    cells(row).map((cell) => {
      return bindExpression(cell, scope, context.expressions);
    }),
  );
  const width = rows[0]?.length ?? 0;
  const incompatible = () =>
    validatorError(node, 'Values passed to VALUES operator must have compatible types', 'values-types');
  if (rows.some((row) => row.length !== width)) {
    throw incompatible();
  }
  const columns: LogicalType[] = [];
  for (let i = 0; i < width; i++) {
    const common = leastRestrictive(rows.map((row) => (row[i] as Rex).type));
    if (!common) {
      throw incompatible();
    }
    if (common.root === 'NULL') {
      const cell = cells(node.rows[0] as Expression)[i] as Expression;
      throw validatorError(cell, "Illegal use of 'NULL'", 'null');
    }
    columns.push(common);
  }
  const fields = columns.map((type, i) => ({ name: `EXPR$${i}`, type }));
  const isLiteral = (rex: Rex, i: number): rex is RexLiteral =>
    rex.kind === 'Literal' &&
    (rex.value === null ||
      typesEqual(
        { ...rex.type, nullable: true } as LogicalType,
        { ...(columns[i] as LogicalType), nullable: true } as LogicalType,
      ));
  if (rows.every((row) => row.every(isLiteral))) {
    return values(
      fields,
      rows.map((row) => row.map((rex): Value => (rex as RexLiteral).value)),
    );
  }
  const zero = () => values([{ name: 'ZERO', type: types.int(false) }], [[0]]);
  const projected = rows.map((row) =>
    project(
      zero(),
      row.map((rex, i) => castTo(rex, columns[i] as LogicalType)),
      fields.map((field) => field.name),
    ),
  );
  return projected.length === 1 ? (projected[0] as Rel) : setOp('UNION', true, projected, fields);
}

function cells(row: Expression): readonly Expression[] {
  if (row.kind === 'Row') {
    return row.items;
  }
  return row.kind === 'Paren' ? [row.expr] : [row];
}
