import type { ScopeRelation } from '../../../flink-sql/binder/expressions/scope.ts';
import type { BindContext } from '../../../flink-sql/binder/index.ts';
import type { Join, Relation } from '../../../flink-sql/syntax/ast.ts';
import { type CompletionItem, written } from './item.ts';
import { family } from './probe.ts';

/** Conditions for ON: by the primary key of one side, by names that both sides have, by `customer_id` and `customer.id`. */
export function joinConditions(
  join: Join,
  relations: readonly ScopeRelation[],
  context: BindContext,
): CompletionItem[] {
  const right = relations.find((r) => r.name === relationName(join.right));
  if (!right?.name) return [];
  const lefts = namesOf(join.left).flatMap((name) => relations.filter((r) => r.name === name));
  const keys = keyOf(join.right, context);
  const tables = tableNames(join);
  const found: CompletionItem[] = [];
  for (const left of lefts) {
    const pairs = keys.map((key) => [partner(left, right, key, tables), key] as const);
    const whole = keys.length > 0 && pairs.every(([column]) => column !== undefined);
    if (whole) {
      const text = pairs.map(([column, key]) => equality(left, column as string, right, key)).join(' AND ');
      found.push({ label: text, kind: 'condition', detail: `primary key of ${right.name}`, rank: 0 });
    }
    for (const f of left.fields) {
      for (const g of right.fields) {
        if (family(f.type) !== family(g.type) || !named(left, f.name, right, g.name, tables)) continue;
        const text = equality(left, f.name, right, g.name);
        if (!found.some((i) => i.label === text))
          found.push({ label: text, kind: 'condition', detail: 'by name', rank: f.name === 'id' ? 1 : 0 });
      }
    }
  }
  return found;
}

const equality = (left: ScopeRelation, a: string, right: ScopeRelation, b: string): string =>
  `${written(left.name ?? '')}.${written(a)} = ${written(right.name ?? '')}.${written(b)}`;

/** The left column that means a key column of the right side. */
function partner(left: ScopeRelation, right: ScopeRelation, key: string, tables: TableNames): string | undefined {
  const type = right.fields.find((f) => f.name === key)?.type;
  const fitting = left.fields.filter((f) => type && family(f.type) === family(type));
  return (
    fitting.find((f) => refersTo(f.name, right, key, tables)) ?? fitting.find((f) => f.name === key && key !== 'id')
  )?.name;
}

/** The same name (a bare `id` says nothing), or one that names the other table: `customer_id` and `customers.id`. */
const named = (left: ScopeRelation, a: string, right: ScopeRelation, b: string, tables: TableNames): boolean =>
  (a.toLowerCase() === b.toLowerCase() &&
    a.toLowerCase() !== 'id' &&
    !/^(ts|time|rowtime|proctime)$|_(ts|time|at)$/i.test(a)) ||
  refersTo(a, right, b, tables) ||
  refersTo(b, left, a, tables);

function refersTo(column: string, table: ScopeRelation, key: string, tables: TableNames): boolean {
  const name = (tables.get(table.name ?? '') ?? table.name ?? '').toLowerCase();
  const wanted = column.toLowerCase().replaceAll('_', '');
  const forms = [name, name.replace(/ies$/, 'y'), name.replace(/es$/, ''), name.replace(/s$/, '')];
  return forms.some(
    (form) => form !== '' && form.replaceAll('_', '') + key.toLowerCase().replaceAll('_', '') === wanted,
  );
}

/** The tables behind the names in sight. */
type TableNames = ReadonlyMap<string, string>;

function tableNames(relation: Relation, found = new Map<string, string>()): TableNames {
  if (relation.kind === 'Join') {
    tableNames(relation.left, found);
    tableNames(relation.right, found);
  } else if (relation.kind === 'TableRef') {
    const table = relation.name.parts.at(-1)?.name;
    const name = relation.alias?.name.name ?? table;
    if (name && table) found.set(name, table);
  }
  return found;
}

const relationName = (relation: Relation): string | undefined => {
  if (relation.kind === 'Join' || relation.kind === 'Invalid') return undefined;
  return relation.alias?.name.name ?? (relation.kind === 'TableRef' ? relation.name.parts.at(-1)?.name : undefined);
};

const namesOf = (relation: Relation): string[] =>
  relation.kind === 'Join'
    ? [...namesOf(relation.left), ...namesOf(relation.right)]
    : [relationName(relation)].filter((n) => n !== undefined);

function keyOf(relation: Relation, context: BindContext): readonly string[] {
  if (relation.kind !== 'TableRef') return [];
  const object = context.catalog.resolve(relation.name.parts.map((p) => p.name));
  return object?.kind === 'table' ? (object.primaryKey?.columns ?? []) : [];
}
