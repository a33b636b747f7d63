import { quoteName } from '../catalog/store.ts';
import type { Relation } from '../syntax/ast.ts';
import { sameBaseType } from '../types/compare.ts';
import type { LogicalType } from '../types/logical-type.ts';
import type { ScopeRelation } from './expressions/scope.ts';
import { ownerOf } from './query/star.ts';
import { usingNames } from './query/using.ts';
import { UnprintableError } from './unparse.ts';

/** A column of `*`: its name as its table has it, the name that is free in the list, and its text. */
interface StarItem {
  readonly name: string;
  readonly alias: string;
  readonly text: string;
  readonly type: LogicalType;
}

/**
 * The columns of `*` in the text of a view. A name that the list has already gets a number; columns common to the sides
 * of USING and NATURAL come first, as COALESCE (SqlValidatorImpl.expandStar). `used` are the names of the list so far.
 */
export function starTexts(from: Relation, relations: readonly ScopeRelation[], used: Set<string>): string[] {
  let next = 0;
  const itemsOf = (relation: Relation): StarItem[] => {
    if (relation.kind === 'ParenRelation' && !relation.alias) return itemsOf(relation.relation);
    if (relation.kind === 'Join' && relation.type !== 'LEFT SEMI' && relation.type !== 'LEFT ANTI') {
      return joined(relation, itemsOf(relation.left), itemsOf(relation.right));
    }
    const own = relations[next++];
    return own ? columnTexts(own, used) : [];
  };
  return itemsOf(from).map(({ text }) => text);
}

/** The columns of one relation. */
export function columnTexts({ name, fields }: ScopeRelation, used: Set<string>): StarItem[] {
  return fields.map((field) => {
    let alias = field.name;
    for (let i = 0; used.has(alias); i++) alias = `${field.name}${i}`;
    used.add(alias);
    const column = name === undefined ? quoteName(field.name) : `${quoteName(name)}.${quoteName(field.name)}`;
    const text = alias === field.name ? column : `${column} AS ${quoteName(alias)}`;
    return { name: field.name, alias, text, type: field.type };
  });
}

/** The fields of a column that is a row, as `row.*` names them. */
export function fieldTexts(path: readonly string[], relations: readonly ScopeRelation[], used: Set<string>): string[] {
  const [owner = '', ...columns] = [...ownerOf(path, relations), ...path];
  let fields = relations.find(({ name }) => name === owner)?.fields;
  for (const column of columns) {
    const type = fields?.find((field) => field.name === column)?.type;
    fields = type?.root === 'ROW' ? type.fields : undefined;
  }
  if (!fields) throw new UnprintableError('*');
  const prefix = [owner, ...columns].map(quoteName).join('.');
  return fields.map(({ name }) => {
    used.add(name);
    return `${prefix}.${quoteName(name)}`;
  });
}

function joined(
  join: Extract<Relation, { kind: 'Join' }>,
  left: readonly StarItem[],
  right: readonly StarItem[],
): StarItem[] {
  const isOnce = (items: readonly StarItem[], name: string) => items.filter((item) => item.name === name).length === 1;
  const names = join.natural
    ? left.map(({ name }) => name).filter((name) => isOnce(left, name) && isOnce(right, name))
    : usingNames(join);
  const taken = new Set<StarItem>();
  const common = names.map((name): StarItem => {
    const l = left.find((item) => item.name === name);
    const r = right.find((item) => item.name === name);
    // Types that differ are cast inside the text in ways of Calcite's own.
    if (!l || !r || !sameBaseType(l.type, r.type)) throw new UnprintableError('USING');
    taken.add(l);
    taken.add(r);
    return { ...l, text: `COALESCE(${l.text}, ${r.text}) AS ${quoteName(l.alias)}` };
  });
  return [...common, ...[...left, ...right].filter((item) => !taken.has(item))];
}
