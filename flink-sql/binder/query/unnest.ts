import type { Rel, TableFunctionRel } from '../../plan/rel.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Unnest } from '../../syntax/ast.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import { type LogicalType, type RowField, types } from '../../types/logical-type.ts';
import { bindExpression } from '../expressions/index.ts';
import type { OuterScope } from '../expressions/scope.ts';
import { type QueryContext, unplacedError, validatorError } from './context.ts';

/** UNNEST(collection) [WITH ORDINALITY]: one row an element; `outer` is the row beside it in FROM (Calcite's Uncollect). */
export function bindUnnest(node: Unnest, outer: OuterScope | undefined, context: QueryContext): Rel {
  const scope = { clause: 'SELECT', relations: [], over: false, ...(outer ? { outer } : {}) } as const;
  const args = node.args.map((arg) => bindExpression(arg, scope, context.expressions));
  const [first] = args as [Rex];
  for (const arg of args) {
    if (!['ARRAY', 'MAP', 'MULTISET'].includes(arg.type.root)) {
      const shown = args.map(({ type }) => `<${calciteDigest(type)}>`).join(', ');
      throw validatorError(
        node,
        `Cannot apply 'UNNEST' to arguments of type 'UNNEST(${shown})'. Supported form(s): 'UNNEST(<MULTISET>)'\n'UNNEST(<ARRAY>)'\n'UNNEST(<MAP>)'\nUNNEST(<MULTISET>)\nUNNEST(<ARRAY>)\nUNNEST(<MAP>)`,
        'argument-type',
      );
    }
  }
  if (args.length > 1) {
    // Flink's planner fails on several collections; it has no function that unnests them side by side.
    throw unplacedError('AssertionError', node, 'Cannot add expression of different type to set:', 'unnest');
  }
  const fields = elementFields(first.type);
  const rel: TableFunctionRel = {
    kind: 'TableFunction',
    fn: node.ordinality ? '$UNNEST_ROWS_WITH_ORDINALITY$1' : '$UNNEST_ROWS$1',
    args,
    inputs: [],
    fields: node.ordinality ? [...fields, { name: 'ORDINALITY', type: types.int(false) }] : fields,
  };
  const { alias } = node;
  // A single column without a list of names is called as the alias.
  const single = alias && !alias.columns && rel.fields.length === 1;
  return single ? { ...rel, fields: [{ name: alias.name.name, type: (fields[0] as RowField).type }] } : rel;
}

function elementType(type: LogicalType): LogicalType | undefined {
  return type.root === 'ARRAY' || type.root === 'MULTISET' ? type.element : undefined;
}

function elementFields(type: LogicalType): readonly RowField[] {
  if (type.root === 'MAP') {
    return [
      { name: 'KEY', type: type.key },
      { name: 'VALUE', type: type.value },
    ];
  }
  const element = elementType(type) as LogicalType;
  return element.root === 'ROW' ? element.fields : [{ name: 'EXPR$0', type: element }];
}
