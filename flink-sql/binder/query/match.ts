import {
  ALL_VARIABLES,
  type MatchPattern,
  type MatchSkip,
  type MatchSpec,
  type MatchWithin,
  variablesOf,
} from '../../plan/match.ts';
import type { MatchRel, Rel } from '../../plan/rel.ts';
import { inputRef } from '../../plan/rel-builder.ts';
import type { Rex } from '../../plan/rex.ts';
import { rexText } from '../../plan/rex-text.ts';
import type { AfterMatch, Expression, Identifier, MatchRecognize, Pattern } from '../../syntax/ast.ts';
import { walk } from '../../syntax/walk.ts';
import { bindExpression } from '../expressions/index.ts';
import { type QueryContext, type QueryEnv, unplacedError, validatorError } from './context.ts';
import { type FromResult, fromScope } from './from-result.ts';
import { MatchExpressions } from './match-expressions.ts';
import { checkNavigation } from './match-navigation.ts';

/** MATCH_RECOGNIZE over a bound relation: names and types of all its parts (SqlValidatorImpl.validateMatchRecognize). */
export function bindMatch(node: MatchRecognize, input: FromResult, env: QueryEnv, context: QueryContext): Rel {
  const { rel } = input;
  const scope = fromScope('SELECT', input.relations, env);
  const column = (expr: Expression): Rex => bindExpression(expr, scope, context.expressions);
  const partition = node.partitionBy.map((expr) => {
    const bound = column(expr);
    if (bound.kind === 'InputRef') return bound.index;
    throw unplacedError('ValidationException', expr, 'PARTITION BY of MATCH_RECOGNIZE takes columns only.', 'match');
  });
  const order = node.orderBy.map(({ expr, direction, nulls }) => {
    const bound = column(expr);
    const descending = direction === 'DESC';
    const index = bound.kind === 'InputRef' ? bound.index : -1;
    return { index, descending, nullsFirst: nulls ? nulls === 'FIRST' : !descending };
  });
  const pattern = bindPattern(node.pattern, context);
  const variables = variablesOf(pattern);
  const after = bindSkip(node.after, variables);
  const subsets = node.subsets.map((subset) => {
    for (const variable of subset.variables) checkVariable(variable, variables);
    return { name: subset.name.name, variables: subset.variables.map(({ name }) => name) };
  });
  const relationNames = input.relations.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const known = new Set([
    ...variables,
    ...node.defines.map(({ name }) => name.name),
    ...subsets.map(({ name }) => name),
    ...relationNames,
  ]);
  const expressions = new MatchExpressions(rel.fields, known, context.expressions);
  const defines = bindDefines(node, expressions);
  const measures = bindMeasures(node, expressions);
  const fields = [
    ...partition.map((index) => ({ ...inputRef(rel.fields, index), name: rel.fields[index]?.name ?? '' })),
    ...measures.map(({ name, expr }) => ({ name, type: expr.type })),
  ].map(({ name, type }) => ({ name, type }));
  const within = node.within && bindWithin(node.within, column(node.within));
  const spec: MatchSpec = {
    partition,
    order,
    measures,
    defines,
    pattern,
    strictStart: node.strictStart,
    strictEnd: node.strictEnd,
    allRows: node.rowsPerMatch === 'ALL ROWS PER MATCH',
    after,
    ...(within ? { within } : {}),
    subsets,
  };
  const match: MatchRel = { kind: 'Match', fields, input: rel, spec };
  return match;
}

function bindPattern(pattern: Pattern, context: QueryContext): MatchPattern {
  const bind = (inner: Pattern): MatchPattern => bindPattern(inner, context);
  const nest = (kind: 'concat' | 'alter', items: readonly Pattern[]): MatchPattern =>
    items.map(bind).reduce((left, right) => ({ kind, left, right }));
  switch (pattern.kind) {
    case 'PatternVariable':
      return { kind: 'variable', name: pattern.name.name };
    case 'PatternGroup':
      return bind(pattern.pattern);
    case 'PatternConcat':
      return nest('concat', pattern.items);
    case 'PatternAlternation':
      return nest('alter', pattern.items);
    case 'PatternQuantified':
      return {
        kind: 'quantified',
        operand: bind(pattern.pattern),
        min: pattern.min ?? -1,
        max: pattern.max ?? -1,
        reluctant: pattern.reluctant,
      };
    case 'PatternExclusion':
      return { kind: 'exclude', operand: bind(pattern.pattern) };
    case 'PatternPermute':
      return { kind: 'permute', items: pattern.items.map(bind) };
    case 'Invalid':
      throw validatorError(pattern, 'Pattern expected', 'syntax');
  }
}

function bindSkip(after: AfterMatch | undefined, variables: readonly string[]): MatchSkip {
  if (after?.variable) {
    checkVariable(after.variable, variables);
    return { to: after.skip === 'TO FIRST' ? 'FIRST' : 'LAST', variable: after.variable.name };
  }
  return { to: after?.skip === 'PAST LAST ROW' ? 'PAST LAST ROW' : 'NEXT ROW' };
}

function checkVariable(variable: Identifier, variables: readonly string[]): void {
  if (!variables.includes(variable.name)) {
    throw validatorError(variable, `Unknown pattern '${variable.name}'`, 'unknown-pattern');
  }
}

function bindDefines(node: MatchRecognize, expressions: MatchExpressions): MatchSpec['defines'] {
  const defined = new Set<string>();
  return node.defines.map((define) => {
    const variable = define.name.name;
    if (defined.has(variable)) {
      throw validatorError(define, `Pattern variable '${variable}' has already been defined`, 'duplicate-variable');
    }
    defined.add(variable);
    refuseSubquery(define.condition, expressions);
    checkNavigation(define.condition, false);
    const condition = expressions.bind(define.condition, 'DEFINE', variable);
    if (condition.type.root !== 'BOOLEAN') {
      throw validatorError(define, 'DEFINE clause must be a condition', 'not-boolean');
    }
    return { variable, condition };
  });
}

/** Flink's grammar takes a subquery in DEFINE, its validator has no scope for it. */
function refuseSubquery(condition: Expression, expressions: MatchExpressions): void {
  walk(condition, (node) => {
    if (node.kind === 'Subquery' || node.kind === 'Exists' || node.kind === 'InQuery') {
      const { query } = node;
      throw unplacedError('NullPointerException', node, `no SELECT scope for ${expressions.text(query)}`, 'subquery');
    }
  });
}

function bindMeasures(node: MatchRecognize, expressions: MatchExpressions): MatchSpec['measures'] {
  const measures: { name: string; expr: Rex }[] = [];
  for (const measure of node.measures) {
    checkNavigation(measure.expr, true);
    const name = measure.alias.name;
    const expr = expressions.bind(measure.expr, 'MEASURES', undefined);
    const twin = measures.find((other) => other.name === name);
    if (twin) {
      const shown = (rex: Rex): string => `${name}=FINAL(${measureText(rex)})`;
      throw unplacedError(
        'IllegalArgumentException',
        measure,
        `Multiple entries with same key: ${shown(expr)} and ${shown(twin.expr)}`,
        'duplicate-measure',
      );
    }
    measures.push({ name, expr });
  }
  return measures;
}

const measureText = (rex: Rex): string =>
  rexText(rex, [], 'ast').replaceAll(/PATTERN_REF\(FLAG\(([^)]*)\), (\$\d+)\)/g, (_, variable, ref) =>
    variable === ALL_VARIABLES ? `*.${ref}` : `${variable}.${ref}`,
  );

function bindWithin(node: Expression, rex: Rex): MatchWithin {
  if (rex.kind !== 'Literal') {
    throw unplacedError('TableException', node, 'WITHIN takes a constant interval.', 'interval');
  }
  const months = rex.type.root === 'INTERVAL_YEAR_MONTH';
  return { value: Number(rex.value), months, unit: node.kind === 'IntervalLiteral' ? unitText(node) : '' };
}

function unitText({ qualifier }: Extract<Expression, { kind: 'IntervalLiteral' }>): string {
  return qualifier.to === undefined ? qualifier.from : `${qualifier.from} TO ${qualifier.to}`;
}
