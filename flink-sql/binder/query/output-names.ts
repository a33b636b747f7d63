import type { Rel } from '../../plan/rel.ts';
import type { Query } from '../../syntax/ast.ts';

/** Names as written: of two columns with the same name the second one got a number in the plan. */
export function outputNames(query: Query, rel: Rel): string[] {
  const planned = rel.fields.map((field) => field.name);
  const { body } = query;
  if (body.kind !== 'Select' || body.items.length !== planned.length) {
    return planned;
  }
  return body.items.map((item, i) => {
    const own = item.alias?.name ?? (item.expr.kind === 'ColumnRef' ? item.expr.parts.at(-1)?.name : undefined);
    return own ?? (planned[i] as string);
  });
}
