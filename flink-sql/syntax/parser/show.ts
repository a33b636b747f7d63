import type { ShowCreate, ShowFilter, ShowObjects, ShowScope, Statement } from '../ast.ts';
import { K } from '../keywords.ts';
import { partitionSpec } from './alter.ts';
import { quotedString } from './literals.ts';
import { identifier, qualifiedName } from './names.ts';
import type { NameRole, Parser } from './parser.ts';

/** What may follow `SHOW x`: FROM | IN name, [NOT] LIKE, [NOT] ILIKE. */
interface Show {
  readonly what: ShowObjects['what'];
  readonly words: readonly number[];
  readonly scope?: NameRole;
  readonly scopeRequired?: boolean;
  readonly like?: boolean;
  readonly ilike?: boolean;
}

const shows: readonly Show[] = [
  { what: 'CATALOGS', words: [K.CATALOGS], like: true, ilike: true },
  { what: 'DATABASES', words: [K.DATABASES], scope: 'catalog', like: true, ilike: true },
  { what: 'TABLES', words: [K.TABLES], scope: 'database', like: true },
  { what: 'VIEWS', words: [K.VIEWS], scope: 'database', like: true },
  { what: 'MATERIALIZED TABLES', words: [K.MATERIALIZED, K.TABLES], scope: 'database', like: true },
  { what: 'COLUMNS', words: [K.COLUMNS], scope: 'table', scopeRequired: true, like: true },
  { what: 'FUNCTIONS', words: [K.FUNCTIONS], scope: 'database', like: true, ilike: true },
  { what: 'USER FUNCTIONS', words: [K.USER, K.FUNCTIONS], scope: 'database', like: true, ilike: true },
  { what: 'PROCEDURES', words: [K.PROCEDURES], scope: 'database', like: true, ilike: true },
  { what: 'MODELS', words: [K.MODELS], scope: 'database', like: true },
  { what: 'FULL MODULES', words: [K.FULL, K.MODULES] },
  { what: 'MODULES', words: [K.MODULES] },
  { what: 'JARS', words: [K.JARS] },
  { what: 'JOBS', words: [K.JOBS] },
];

/** SHOW … in all its forms */
export function showStatement(p: Parser): Statement {
  const { start } = p;
  // Flink decides by the second word; where none fits it names SHOW itself.
  p.ahead(2);
  p.noteExpression();
  p.expect(K.SHOW);
  for (const show of shows) {
    if (p.at(show.words[0] as number)) return showObjects(p, start, show);
  }
  if (p.accept(K.CURRENT)) {
    const catalog = p.accept(K.CATALOG);
    if (!catalog) p.expect(K.DATABASE);
    return { kind: 'ShowCurrent', start, end: p.end, what: catalog ? 'CATALOG' : 'DATABASE' };
  }
  if (p.accept(K.CREATE)) return showCreate(p, start);
  p.expect(K.PARTITIONS);
  const table = qualifiedName(p, 'table');
  if (!p.accept(K.PARTITION)) return { kind: 'ShowPartitions', start, end: p.end, table };
  const partition = partitionSpec(p);
  return { kind: 'ShowPartitions', start, end: p.end, table, partition };
}

function showObjects(p: Parser, start: number, show: Show): ShowObjects {
  for (const word of show.words) p.expect(word);
  const scope = show.scope === undefined ? undefined : showScope(p, show.scope, show.scopeRequired === true);
  const filter = show.like === true ? showFilter(p, show.ilike === true) : undefined;
  if (show.scope === 'catalog' && scope !== undefined && scope.name.parts.length > 1) {
    const name = scope.name.parts.map((part) => part.name).join('.');
    const message = `Show databases from/in identifier [ ${name} ] format error, catalog must be a single part identifier.`;
    p.refuse(scope.start, scope.end, message, 'not-allowed', 'ParseException');
  }
  return {
    kind: 'ShowObjects',
    start,
    end: p.end,
    what: show.what,
    ...(scope && { scope }),
    ...(filter && { filter }),
  };
}

/** [FROM | IN name] */
function showScope(p: Parser, role: NameRole, required: boolean): ShowScope | undefined {
  const { start } = p;
  const from = p.accept(K.FROM);
  if (!from && !p.accept(K.IN)) {
    if (required) p.fail(K.FROM);
    return undefined;
  }
  const name = qualifiedName(p, role);
  return { kind: 'ShowScope', start, end: p.end, preposition: from ? 'FROM' : 'IN', name };
}

/** [[NOT] LIKE | ILIKE 'pattern'] */
function showFilter(p: Parser, ilike: boolean): ShowFilter | undefined {
  const { start } = p;
  const negated = p.accept(K.NOT);
  let op: ShowFilter['op'] = 'LIKE';
  if (ilike && p.accept(K.ILIKE)) op = 'ILIKE';
  else if (negated) p.expect(K.LIKE);
  else if (!p.accept(K.LIKE)) return undefined;
  const pattern = quotedString(p);
  return { kind: 'ShowFilter', start, end: p.end, op, negated, pattern };
}

/** CREATE has been consumed: TABLE | VIEW | MATERIALIZED TABLE | MODEL | CATALOG name */
function showCreate(p: Parser, start: number): ShowCreate {
  let what: ShowCreate['what'] = 'MATERIALIZED TABLE';
  if (p.accept(K.TABLE)) what = 'TABLE';
  else if (p.accept(K.VIEW)) what = 'VIEW';
  else if (p.accept(K.MODEL)) what = 'MODEL';
  else if (p.accept(K.CATALOG)) {
    const part = identifier(p, 'catalog');
    const name = { kind: 'QualifiedName', start: part.start, end: part.end, parts: [part] } as const;
    return { kind: 'ShowCreate', start, end: p.end, what: 'CATALOG', name };
  } else {
    p.expect(K.MATERIALIZED);
    p.expect(K.TABLE);
  }
  const name = qualifiedName(p, what === 'VIEW' ? 'view' : what === 'MODEL' ? 'model' : 'table');
  return { kind: 'ShowCreate', start, end: p.end, what, name };
}
