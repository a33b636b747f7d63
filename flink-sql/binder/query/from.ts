import type { ResolvedView } from '../../catalog/model.ts';
import type { JoinType, PlanHint, Rel } from '../../plan/rel.ts';
import { and, call, correlate, filter, inputRef, isTrue, join, project, TRUE } from '../../plan/rel-builder.ts';
import type { Rex } from '../../plan/rex.ts';
import type {
  DerivedTable,
  Hint,
  Identifier,
  Join,
  MatchRecognize,
  NodeBase,
  QualifiedName,
  Relation,
  TableAlias,
  TableFunction,
  TableRef,
  Unnest,
} from '../../syntax/ast.ts';
import { parse } from '../../syntax/index.ts';
import { type LogicalType, type RowField, types, withNullability } from '../../types/logical-type.ts';
import { bindExpression } from '../expressions/index.ts';
import { rewriteRex } from '../expressions/rex-util.ts';
import type { OuterScope, Scope, ScopeRelation } from '../expressions/scope.ts';
import { EMPTY_ENV, type QueryContext, type QueryEnv, unplacedError, unsupported, validatorError } from './context.ts';
import { bindMatch } from './match.ts';
import { nameParts, objectNotFound } from './names.ts';
import { outputNames } from './output-names.ts';
import { bindQuery, queryContext } from './query.ts';
import { relUsesCorrelation } from './rel-walk.ts';
import { catalogTableRel } from './table.ts';
import { bindTableCall } from './table-calls.ts';
import { bindPeriod, bindTemporal } from './temporal.ts';
import { bindUnnest } from './unnest.ts';
import { bindWindowFunction, windowFunctionName } from './window-function.ts';

/** A column that `*` stands for: its index in the input row. */
export interface StarColumn {
  readonly name: string;
  readonly expr: Rex;
  /** Relation that it comes from, for `t.*`; absent for a column merged by USING. */
  readonly relation?: string;
}

/** FROM, bound: the row, what names see of it, what a star means. */
export interface FromResult {
  readonly rel: Rel;
  readonly relations: readonly ScopeRelation[];
  readonly merged: ReadonlyMap<string, Rex>;
  readonly star: readonly StarColumn[];
}

/** `written` are the column names as the query wrote them: two may be the same, and then are ambiguous. */
function single(
  rel: Rel,
  name: string | undefined,
  path?: readonly string[],
  written: readonly string[] = rel.fields.map((field) => field.name),
): FromResult {
  const relation: ScopeRelation = {
    fields: rel.fields.map((field, i) => ({ ...field, name: written[i] ?? field.name })),
    offset: 0,
    ...(name === undefined ? {} : { name }),
    ...(path ? { path } : {}),
  };
  const star = rel.fields.map(
    (field, i): StarColumn => ({
      name: written[i] ?? field.name,
      expr: inputRef(rel.fields, i),
      ...(name === undefined ? {} : { relation: name }),
    }),
  );
  return { rel, relations: [relation], merged: new Map(), star };
}

/** Binds an item of FROM. `left` are the items before it, which LATERAL sees. */
export function bindRelation(relation: Relation, env: QueryEnv, context: QueryContext): FromResult {
  switch (relation.kind) {
    case 'TableRef':
      return bindTableRef(relation, env, context);
    case 'DerivedTable':
      return bindDerived(relation, env, context);
    case 'TableFunction':
      return bindTableFunction(relation, env, context);
    case 'ParenRelation': {
      const inner = bindRelation(relation.relation, env, context);
      return relation.alias ? aliased(inner.rel, relation.alias) : inner;
    }
    case 'Join':
      return bindJoin(relation, env, context);
    case 'Unnest':
      return bindUnnested(relation, env.outer, context);
    case 'MatchRecognize':
      return bindMatchRecognize(relation, env, context);
    case 'Pivot':
      throw unsupported(relation, 'PIVOT');
    case 'Unpivot':
      throw unsupported(relation, 'UNPIVOT');
    case 'Invalid':
      throw unsupported(relation, 'This relation');
  }
}

function bindMatchRecognize(relation: MatchRecognize, env: QueryEnv, context: QueryContext): FromResult {
  const { alias } = relation;
  if (alias?.columns) {
    // Calcite places it at the keyword.
    const rest = context.source.slice(relation.input.end);
    const start = relation.input.end + rest.length - rest.trimStart().length;
    throw validatorError(
      { start, end: relation.end },
      `Duplicate relation name '${alias.name.name}' in FROM clause`,
      'duplicate-alias',
    );
  }
  return single(bindMatch(relation, bindRelation(relation.input, env, context), env, context), alias?.name.name);
}

export function bindTableRef(ref: TableRef, env: QueryEnv, context: QueryContext): FromResult {
  if (ref.systemTime) {
    bindPeriod(ref.systemTime, env.outer, context);
  }
  if (ref.sample) {
    throw unsupported(ref, 'TABLESAMPLE');
  }
  const { rel, path } = tableRel(ref.name, ref.hints, env, context);
  return ref.alias ? aliased(rel, ref.alias) : single(rel, nameParts(ref.name).at(-1), path);
}

/** A WITH item, table or view by name. */
export function tableRel(
  name: QualifiedName,
  hints: readonly Hint[],
  env: QueryEnv,
  context: QueryContext,
): { rel: Rel; path?: readonly string[] } {
  const parts = nameParts(name);
  const cte = parts.length === 1 ? env.ctes.get(parts[0] as string) : undefined;
  if (cte) {
    // Flink's planner has no rule for LogicalRepeatUnion.
    if (!cte.rel) throw unsupported(name, 'WITH RECURSIVE that refers to itself');
    return { rel: cte.rel };
  }
  const object = context.bind.catalog.resolve(parts);
  if (!object) {
    // A view holds full names, so that is where its tables are missed.
    const id = context.views.length > 0 && parts.length <= 3 ? context.bind.catalog.qualify(parts) : undefined;
    const full = id ? [id.catalog, id.database, id.name] : parts;
    throw objectNotFound(name, full, context.bind.catalog);
  }
  const id = object.identifier;
  const path = [id.catalog, id.database, id.name];
  if (object.kind === 'view') {
    return { rel: viewRel(object, name, context), path };
  }
  const planHints = hints.map((hint) => planHint(hint));
  const dynamic: Record<string, string> = {};
  for (const hint of planHints) {
    if (hint.name === 'OPTIONS') {
      if (Object.keys(hint.options).length === 0) {
        throw unplacedError('AssertionError', name, 'Hint [OPTIONS] only support non empty key value options', 'hint');
      }
      Object.assign(dynamic, hint.options);
    }
  }
  return { rel: catalogTableRel(object, { ...object.options, ...dynamic }, planHints), path };
}

/** Hints keep what was written: names in upper case, options as pairs or as a list. */
export function planHint(hint: Hint): PlanHint {
  const options: Record<string, string> = {};
  const args: string[] = [];
  for (const option of hint.options) {
    if (option.key === undefined) {
      args.push(option.value);
    } else {
      options[option.key] = option.value;
    }
  }
  return { name: hint.name.name.toUpperCase(), args, options };
}

function viewRel(view: ResolvedView, place: NodeBase, context: QueryContext): Rel {
  if (context.views.includes(view)) {
    throw validatorError(place, `View '${view.identifier.name}' refers to itself`, 'view-cycle');
  }
  const catalog = context.bind.catalog.clone();
  if (catalog.database(view.scope.catalog, view.scope.database)) {
    catalog.useDatabase(view.scope.catalog, view.scope.database);
  }
  const text = view.originalQuery;
  const parsed = parse(text).statements[0]?.node;
  if (parsed?.kind !== 'QueryStatement') {
    throw new TypeError(`the catalog holds a view that does not parse: ${text}`);
  }
  const inner = queryContext({ ...context.bind, catalog }, text, [...context.views, view]);
  const rel = atPlace(place, () => bindQuery(parsed.query, EMPTY_ENV, inner));
  // The view's own column names; a column that could be NULL when the view was made still may be.
  return project(
    rel,
    rel.fields.map((field, i) => {
      const nullable = field.type.nullable || (view.columns[i]?.type.nullable ?? false);
      return { ...inputRef(rel.fields, i), type: withNullability(field.type, nullable) };
    }),
    view.columns.map((column) => column.name),
  );
}

/** Errors inside a view's text are shown where the view is used. */
function atPlace<T>(place: NodeBase, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'diagnostic' in error) {
      const { diagnostic } = error as Error & { diagnostic: { exception: string; message: string; code: string } };
      throw unplacedError(diagnostic.exception, place, diagnostic.message, diagnostic.code);
    }
    throw error;
  }
}

function bindDerived(relation: DerivedTable, env: QueryEnv, context: QueryContext): FromResult {
  const rel = bindQuery(relation.query, { ctes: env.ctes, ...(env.outer ? { outer: env.outer } : {}) }, context);
  const written = outputNames(relation.query, rel);
  return relation.alias ? aliased(rel, relation.alias, written) : single(rel, undefined, undefined, written);
}

function aliased(rel: Rel, alias: TableAlias, written?: readonly string[]): FromResult {
  if (!alias.columns) {
    return single(rel, alias.name.name, undefined, written);
  }
  const names = alias.columns.map((column) => column.name);
  if (names.length !== rel.fields.length) {
    const fields = rel.fields.map((field) => `'${field.name}'`).join(', ');
    const first = alias.columns[0] as Identifier;
    const last = alias.columns.at(-1) as Identifier;
    throw validatorError(
      { start: first.start, end: last.end },
      `List of column aliases must have same degree as table; table has ${rel.fields.length} columns (${fields}), whereas alias list has ${names.length} columns`,
      'column-count',
    );
  }
  const fields = rel.fields.map((field, i) => ({ ...field, name: names[i] as string }));
  const renamed: Rel =
    rel.kind === 'Values'
      ? { ...rel, fields }
      : project(
          rel,
          rel.fields.map((_, i) => inputRef(rel.fields, i)),
          names,
        );
  return single(renamed, alias.name.name);
}

function bindUnnested(relation: Unnest, outer: OuterScope | undefined, context: QueryContext): FromResult {
  const rel = bindUnnest(relation, outer, context);
  return relation.alias ? aliased(rel, relation.alias) : single(rel, undefined);
}

function bindTableFunction(
  relation: TableFunction,
  env: QueryEnv,
  context: QueryContext,
  outer: OuterScope | undefined = env.outer,
): FromResult {
  const fn = windowFunctionName(relation.call);
  if (fn === undefined) {
    // No built-in function gives a table: binding the call says that there is none of this name, or what its arguments lack.
    const called = bindTableCall(relation.call, env, context, outer);
    if (called) {
      return relation.alias ? aliased(called, relation.alias) : single(called, undefined);
    }
    const scope = { clause: 'SELECT', relations: [], over: false, ...(outer ? { outer } : {}) } as const;
    bindExpression(relation.call, scope, context.expressions);
    throw unsupported(relation, 'Table functions other than TUMBLE, HOP, CUMULATE and SESSION');
  }
  const rel = bindWindowFunction(fn, relation.call, env, context);
  return relation.alias ? aliased(rel, relation.alias) : single(rel, undefined);
}

const JOIN_TYPES: Readonly<Record<string, JoinType>> = {
  COMMA: 'INNER',
  CROSS: 'INNER',
  INNER: 'INNER',
  LEFT: 'LEFT',
  RIGHT: 'RIGHT',
  FULL: 'FULL',
  'LEFT SEMI': 'SEMI',
  'LEFT ANTI': 'ANTI',
};

function bindJoin(node: Join, env: QueryEnv, context: QueryContext): FromResult {
  const joinType = JOIN_TYPES[node.type];
  if (!joinType) {
    throw unsupported({ start: node.opStart, end: node.opEnd }, node.type);
  }
  const left = bindRelation(node.left, env, context);
  if (node.right.kind === 'Unnest' || (node.right.kind === 'DerivedTable' && node.right.lateral)) {
    return bindLateral(node, node.right, left, joinType, env, context);
  }
  if (node.right.kind === 'TableRef' && node.right.systemTime) {
    return bindTemporal(node, { ...node.right, systemTime: node.right.systemTime }, left, joinType, env, context);
  }
  const right =
    node.right.kind === 'TableFunction' && windowFunctionName(node.right.call) === undefined
      ? bindTableFunction(node.right, env, context, {
          scope: fromScope('SELECT', left.relations, left.merged, env),
          id: context.newCorrelationId(),
        })
      : bindRelation(node.right, env, context);
  checkNames(left, right, node);
  const isCross = node.type === 'COMMA' || node.type === 'CROSS';
  if (!isCross && !node.natural && !node.on && !node.using) {
    throw validatorError(
      { start: node.joinStart, end: node.joinStart + 4 },
      'INNER, LEFT, RIGHT or FULL join requires a condition (NATURAL keyword or ON or USING clause)',
      'join-condition',
    );
  }
  const combined = combine(left, right, joinType);
  const condition = joinCondition(node, left, right, combined, env, context);
  return { ...combined.result(condition) };
}

interface Combined {
  readonly relations: readonly ScopeRelation[];
  readonly fields: readonly RowField[];
  readonly using: readonly string[];
  result(condition: { readonly rex: Rex; readonly using: readonly string[] }): FromResult;
}

export function combine(left: FromResult, right: FromResult, joinType: JoinType): Combined {
  const shell = join(left.rel, right.rel, joinType, TRUE);
  const inner = join(left.rel, right.rel, 'INNER', TRUE);
  const width = left.rel.fields.length;
  const place = (fields: readonly RowField[], from: FromResult, by: number): ScopeRelation[] =>
    from.relations.map((relation) => {
      const offset = relation.offset + by;
      const typed = relation.fields.map((field, i) => ({ ...field, type: (fields[offset + i] as RowField).type }));
      return { ...relation, fields: typed, offset };
    });
  const isSemi = joinType === 'SEMI' || joinType === 'ANTI';
  const outside = (fields: readonly RowField[]) =>
    isSemi ? place(fields, left, 0) : [...place(fields, left, 0), ...place(fields, right, width)];
  return {
    relations: [...place(inner.fields, left, 0), ...place(inner.fields, right, width)],
    fields: inner.fields,
    using: [],
    result: ({ rex, using }) => {
      const rel = join(left.rel, right.rel, joinType, rex);
      const typed = (expr: Rex, by: number): Rex => retype(expr, by, shell.fields);
      const leftStar = left.star.map((column) => ({ ...column, expr: typed(column.expr, 0) }));
      const rightStar = isSemi ? [] : right.star.map((column) => ({ ...column, expr: typed(column.expr, width) }));
      const merged = new Map<string, Rex>();
      for (const [name, expr] of left.merged) {
        merged.set(name, typed(expr, 0));
      }
      for (const [name, expr] of isSemi ? [] : right.merged) {
        merged.set(name, typed(expr, width));
      }
      const shared: StarColumn[] = using.map((name) => {
        const l = (leftStar.find((column) => column.name === name) as StarColumn).expr;
        const r = rightStar.find((column) => column.name === name)?.expr;
        const expr = r === undefined ? l : mergedColumn(l, r, joinType);
        merged.set(name, expr);
        return { name, expr };
      });
      const rest = (star: readonly StarColumn[]) => star.filter((column) => !using.includes(column.name));
      return { rel, relations: outside(rel.fields), merged, star: [...shared, ...rest(leftStar), ...rest(rightStar)] };
    },
  };
}

/** Moves references to the right side and gives them the types of the join's row (outer joins make them nullable). */
function retype(expr: Rex, by: number, fields: readonly RowField[]): Rex {
  if (expr.kind === 'InputRef') {
    return inputRef(fields, expr.index + by);
  }
  if (expr.kind === 'Call') {
    const operands = expr.operands.map((operand) => retype(operand, by, fields));
    const nullable = operands.every((operand) => operand.type.nullable);
    return { ...expr, operands, type: { ...expr.type, nullable } as LogicalType };
  }
  return expr;
}

/** What an unqualified USING column is: the left one, except where only the right one may be there. */
function mergedColumn(left: Rex, right: Rex, joinType: JoinType): Rex {
  if (joinType === 'RIGHT' || joinType === 'FULL') {
    const nullable = left.type.nullable && right.type.nullable;
    return call('COALESCE', [left, right], { ...left.type, nullable } as LogicalType);
  }
  return left;
}

export function joinCondition(
  node: Join,
  left: FromResult,
  right: FromResult,
  combined: Combined,
  env: QueryEnv,
  context: QueryContext,
): { rex: Rex; using: string[] } {
  const scope = fromScope('ON', combined.relations, mergedOf(left, right), env);
  if (node.natural) {
    const names = left.star.map((column) => column.name).filter((name) => right.star.some((c) => c.name === name));
    return {
      rex: equalities(
        names.map((name) => ({ name, place: node })),
        left,
        right,
        combined,
      ),
      using: names,
    };
  }
  if (node.using) {
    const names = node.using.map((identifier) => ({ name: identifier.name, place: identifier }));
    for (const { name, place } of names) {
      if (![left, right].every((side) => side.star.some((column) => column.name === name))) {
        throw validatorError(place, `Column '${name}' not found in any table`, 'unknown-column');
      }
    }
    return { rex: equalities(names, left, right, combined), using: names.map(({ name }) => name) };
  }
  if (!node.on) {
    return { rex: TRUE, using: [] };
  }
  const rex = bindExpression(node.on, scope, context.expressions);
  if (rex.type.root !== 'BOOLEAN') {
    throw validatorError(node.on, 'ON clause must be a condition', 'not-a-condition');
  }
  return { rex, using: [] };
}

function mergedOf(left: FromResult, right: FromResult): ReadonlyMap<string, Rex> {
  const width = left.rel.fields.length;
  const merged = new Map(left.merged);
  for (const [name, expr] of right.merged) {
    merged.set(name, shift(expr, width));
  }
  return merged;
}

function shift(expr: Rex, by: number): Rex {
  if (expr.kind === 'InputRef') {
    return { ...expr, index: expr.index + by };
  }
  return expr.kind === 'Call' ? { ...expr, operands: expr.operands.map((operand) => shift(operand, by)) } : expr;
}

function equalities(
  names: readonly { readonly name: string; readonly place: NodeBase }[],
  left: FromResult,
  right: FromResult,
  combined: Combined,
): Rex {
  const width = left.rel.fields.length;
  return and(
    names.map(({ name, place }) => {
      const pick = (from: FromResult, by: number): Rex => {
        const found = from.star.filter((column) => column.name === name);
        if (found.length > 1) {
          throw validatorError(
            place,
            `Column name '${name}' in USING clause is not unique on one side of join`,
            'ambiguous',
          );
        }
        return retype((found[0] as StarColumn).expr, by, combined.fields);
      };
      const operands = [pick(left, 0), pick(right, width)];
      return call('=', operands, types.boolean(operands.some((operand) => operand.type.nullable)));
    }),
  );
}

export function checkNames(left: FromResult, right: FromResult, node: Join): void {
  for (const relation of right.relations) {
    if (relation.name !== undefined && left.relations.some((other) => other.name === relation.name)) {
      throw validatorError(
        node.right,
        `Duplicate relation name '${relation.name}' in FROM clause`,
        'duplicate-relation',
      );
    }
  }
}

function bindLateral(
  node: Join,
  lateral: DerivedTable | Unnest,
  left: FromResult,
  joinType: JoinType,
  env: QueryEnv,
  context: QueryContext,
): FromResult {
  if (joinType === 'RIGHT' || joinType === 'FULL') {
    throw unplacedError('IllegalStateException', node, `Unknown join type ${joinType}`, 'join-type');
  }
  const id = context.newCorrelationId();
  const scope = fromScope('SELECT', left.relations, left.merged, env);
  const outer = { scope, id };
  const right =
    lateral.kind === 'Unnest'
      ? bindUnnested(lateral, outer, context)
      : bindDerived(lateral, { ctes: env.ctes, outer }, context);
  checkNames(left, right, node);
  const combined = combine(left, right, joinType);
  const condition = joinCondition(node, left, right, combined, env, context);
  const result = combined.result(condition);
  if (!relUsesCorrelation(right.rel, id)) {
    return result;
  }
  const { rex } = condition;
  if (isTrue(rex)) {
    return { ...result, rel: correlate(left.rel, right.rel, joinType, id) };
  }
  if (joinType === 'INNER') {
    return { ...result, rel: filter(correlate(left.rel, right.rel, joinType, id), rex) };
  }
  // The condition of an outer join counts before rows are padded: it belongs to the right side.
  const width = left.rel.fields.length;
  const over = rewriteRex(rex, (node) => {
    if (node.kind !== 'InputRef') {
      return node;
    }
    return node.index < width
      ? { kind: 'Correlation', id, index: node.index, type: node.type }
      : inputRef(right.rel.fields, node.index - width);
  });
  return { ...result, rel: correlate(left.rel, filter(right.rel, over), joinType, id) };
}

/** Names of FROM in a clause. */
export function fromScope(
  clause: Scope['clause'],
  relations: readonly ScopeRelation[],
  merged: ReadonlyMap<string, Rex>,
  env: QueryEnv,
): Scope {
  return { clause, relations, merged, over: false, ...(env.outer ? { outer: env.outer } : {}) };
}
