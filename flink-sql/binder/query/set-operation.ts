import type { Rel } from '../../plan/rel.ts';
import { inputRef, project, setOp } from '../../plan/rel-builder.ts';
import type { NodeBase, QueryBody, SetOperation } from '../../syntax/ast.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import { sameBaseType } from '../../types/compare.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { castTo } from './cast.ts';
import { type QueryContext, type QueryEnv, validatorError } from './context.ts';
import { bindBody } from './query.ts';

/** UNION, INTERSECT, EXCEPT: names of the first branch, types that both are brought to. */
export function bindSetOperation(node: SetOperation, env: QueryEnv, context: QueryContext): Rel {
  const left = bindBody(node.left, env, context);
  const right = bindBody(node.right, env, context);
  const name = `${node.op}${node.all ? ' ALL' : ''}`;
  if (left.fields.length !== right.fields.length) {
    throw validatorError(selectList(node.right), `Column count mismatch in ${name}`, 'column-count');
  }
  const fields = left.fields.map((field, i): RowField => {
    const other = right.fields[i] as RowField;
    const type = leastRestrictive([field.type, other.type]);
    if (!type) {
      const place = selectItem(node.left, i);
      throw validatorError(place, `Type mismatch in column ${i + 1} of ${name}`, 'type-mismatch');
    }
    return { name: field.name, type };
  });
  // a UNION ALL b UNION ALL c is one node with three inputs.
  const types = fields.map((field) => field.type);
  const inputs = [brought(left, types), brought(right, types)].flatMap((input) =>
    input.kind === 'SetOp' && input.op === node.op && input.all && node.all && node.op === 'UNION'
      ? input.inputs
      : [input],
  );
  return setOp(node.op, node.all, inputs, fields);
}

/** Casts the columns that differ. */
export function brought(rel: Rel, types: readonly LogicalType[]): Rel {
  if (rel.fields.every((field, i) => sameBaseType(field.type, types[i] as LogicalType))) {
    return rel;
  }
  const exprs = rel.fields.map((_, i) => castTo(inputRef(rel.fields, i), types[i] as LogicalType));
  return project(
    rel,
    exprs,
    rel.fields.map((field) => field.name),
  );
}

/** Where Calcite puts a column count mismatch: the SELECT list of the second branch. */
function selectList(body: QueryBody): Pick<NodeBase, 'start' | 'end'> {
  if (body.kind === 'Select' && body.items.length > 0) {
    return { start: body.items[0]?.start ?? body.start, end: body.items.at(-1)?.end ?? body.end };
  }
  if (body.kind === 'SetOperation') {
    return selectList(body.left);
  }
  return body.kind === 'ParenQuery' ? selectList(body.query.body) : body;
}

function selectItem(body: QueryBody, index: number): Pick<NodeBase, 'start' | 'end'> {
  if (body.kind === 'Select') {
    return body.items[index] ?? body;
  }
  if (body.kind === 'SetOperation') {
    return selectItem(body.left, index);
  }
  return body.kind === 'ParenQuery' ? selectItem(body.query.body, index) : body;
}
