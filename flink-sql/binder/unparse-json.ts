import { quoteName } from '../catalog/store.ts';
import type {
  Expression,
  JsonArray,
  JsonBehavior,
  JsonExists,
  JsonObject,
  JsonPassing,
  JsonQuery,
  JsonValue,
  OrderItem,
  TypeNode,
} from '../syntax/ast.ts';

/** How the parts of a JSON call are printed. */
export interface PartPrinter {
  readonly expression: (expr: Expression) => string;
  readonly type: (type: TypeNode) => string;
  readonly order: (items: readonly OrderItem[]) => string;
}

/** A call of a JSON function as Calcite unparses it: clauses that have a default are spelled out where Calcite does. */
export function unparseJson(
  expr: JsonValue | JsonQuery | JsonExists | JsonObject | JsonArray,
  print: PartPrinter,
): string {
  switch (expr.kind) {
    case 'JsonValue': {
      const returning = expr.returning ? ` RETURNING ${print.type(expr.returning)}` : '';
      const clauses = `${onWhat(expr.onEmpty, 'EMPTY', print)}${onWhat(expr.onError, 'ERROR', print)}`;
      return `JSON_VALUE(${common(expr, print)}${returning}${clauses})`;
    }
    case 'JsonExists':
      return `JSON_EXISTS(${common(expr, print)}${onWhat(expr.onError, 'ERROR', print)})`;
    case 'JsonQuery': {
      const returning = expr.returning ? ` RETURNING ${print.type(expr.returning)}` : '';
      const wrapper = ` ${expr.wrapper ?? 'WITHOUT'} ARRAY WRAPPER`;
      const empty = onWhat(expr.onEmpty, 'EMPTY', print) || ' NULL ON EMPTY';
      const error = onWhat(expr.onError, 'ERROR', print) || ' NULL ON ERROR';
      return `JSON_QUERY(${common(expr, print)}${returning}${wrapper}${empty}${error})`;
    }
    case 'JsonObject': {
      const entries = expr.entries.map(
        ({ key, value }) => `KEY ${print.expression(key)} VALUE ${print.expression(value)}`,
      );
      const nulls = `${expr.onNull ?? 'NULL'} ON NULL`;
      const inside = entries.length > 0 ? `${entries.join(', ')} ${nulls}` : nulls;
      return `${expr.aggregate ? 'JSON_OBJECTAGG' : 'JSON_OBJECT'}(${inside})`;
    }
    case 'JsonArray': {
      const items = expr.items.map(print.expression).join(', ');
      const inside = items === '' ? '' : `${items} ${expr.onNull ?? 'ABSENT'} ON NULL`;
      const order = expr.orderBy ? ` WITHIN GROUP (ORDER BY ${print.order(expr.orderBy)})` : '';
      return `${expr.aggregate ? 'JSON_ARRAYAGG' : 'JSON_ARRAY'}(${inside})${order}`;
    }
  }
}

function common(
  { input, path, passing }: { input: Expression; path: Expression; passing: readonly JsonPassing[] },
  print: PartPrinter,
): string {
  const variables = passing.map(({ value, name }) => `${print.expression(value)} AS ${quoteName(name.name)}`);
  const parts = `${print.expression(input)}, ${print.expression(path)}`;
  return variables.length > 0 ? `${parts} PASSING ${variables.join(', ')}` : parts;
}

function onWhat(behavior: JsonBehavior | undefined, what: 'EMPTY' | 'ERROR', print: PartPrinter): string {
  if (!behavior) return '';
  const value = behavior.default ? ` ${print.expression(behavior.default)}` : '';
  return ` ${behavior.behavior}${value} ON ${what}`;
}
