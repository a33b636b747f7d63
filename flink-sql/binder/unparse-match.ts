import { quoteName } from '../catalog/store.ts';
import { findBuiltIn } from '../functions/catalogue.ts';
import type { AfterMatch, Expression, FunctionCall, MatchRecognize, Pattern, QualifiedName } from '../syntax/ast.ts';
import { type ColumnPrinter, Unparser, UnprintableError } from './unparse.ts';

const NAVIGATION = new Set(['PREV', 'NEXT', 'FIRST', 'LAST']);

/** What MATCH_RECOGNIZE is in the text of a view: the validator has given every column its variable and every navigation its offset. */
export function matchText(node: MatchRecognize): string {
  const printer = new Unparser(column);
  const list = (items: readonly Expression[]): string => items.map((item) => printer.print(item, 0)).join(', ');
  const lines = ['MATCH_RECOGNIZE('];
  if (node.partitionBy.length > 0) lines.push(`PARTITION BY ${list(node.partitionBy)}`);
  if (node.orderBy.length > 0) lines.push(`ORDER BY ${printer.order(node.orderBy)}`);
  if (node.measures.length > 0) {
    const measures = node.measures.map(
      ({ expr, alias }) => `${measureText(expr, printer)} AS ${quoteName(alias.name)}`,
    );
    lines.push(`MEASURES ${measures.join(', ')}`);
  }
  if (node.rowsPerMatch) lines.push(node.rowsPerMatch);
  if (node.after) lines.push(skipText(node.after));
  const within = node.within ? ` WITHIN ${printer.print(node.within, 0)}` : '';
  const [begin, end] = [node.strictStart ? '^ ' : '', node.strictEnd ? ' $' : ''];
  lines.push(`PATTERN (${begin}${patternText(node.pattern, 0)}${end})${within}`);
  const subsets = node.subsets.map(
    ({ name, variables }) => `${quoteName(name.name)} = (${variables.map((one) => quoteName(one.name)).join(', ')})`,
  );
  if (subsets.length > 0) lines.push(`SUBSET ${subsets.join(', ')}`);
  const defines = node.defines.map(
    ({ name, condition }) => `${quoteName(name.name)} AS ${printer.print(ofDefine(expand(condition), name.name), 0)}`,
  );
  lines.push(`DEFINE ${defines.join(', ')})`);
  return lines.join('\n');
}

/** A column of no variable belongs to all of them, which Calcite calls `*`. */
const column: ColumnPrinter = ({ parts }) =>
  (parts.length === 1 ? ['*', parts[0]?.name ?? ''] : parts.map(({ name }) => name)).map(quoteName).join('.');

function measureText(expr: Expression, printer: Unparser): string {
  const semantics = expr.kind === 'FunctionCall' ? expr.semantics : undefined;
  // FINAL is what ONE ROW PER MATCH takes by default.
  return `${semantics === 'FINAL' ? '' : 'FINAL '}${semantics === undefined ? '' : `${semantics} `}${printer.print(expand(expr), 80)}`;
}

function skipText({ skip, variable }: AfterMatch): string {
  if (!variable) return `AFTER MATCH SKIP ${skip}`;
  return `AFTER MATCH SKIP ${skip === 'TO' ? 'TO LAST' : skip} ${quoteName(variable.name)}`;
}

/** Binding strength: 1 alternation, 2 sequence, 3 quantifier. */
function patternText(pattern: Pattern, around: number): string {
  const list = (items: readonly Pattern[], own: number, separator: string): string => {
    const text = items.map((item) => patternText(item, own)).join(separator);
    return own < around ? `(${text})` : text;
  };
  switch (pattern.kind) {
    case 'PatternVariable':
      return quoteName(pattern.name.name);
    case 'PatternGroup':
      return patternText(pattern.pattern, around);
    case 'PatternConcat':
      return list(pattern.items, 2, ' ');
    case 'PatternAlternation':
      return list(pattern.items, 1, ' | ');
    case 'PatternPermute':
      return `PERMUTE (${pattern.items.map((item) => patternText(item, 0)).join(', ')})`;
    case 'PatternQuantified': {
      const { form, min, max, reluctant } = pattern;
      const count = { '{n}': `${min}`, '{n,}': `${min},`, '{n,m}': `${min}, ${max}`, '{,m}': `, ${max}` };
      const quantifier = form === '*' || form === '+' || form === '?' ? form : `{ ${count[form]} }`;
      return `${patternText(pattern.pattern, 3)} ${quantifier}${reluctant && form !== '{n}' ? ' ?' : ''}`;
    }
    default:
      throw new UnprintableError(pattern.kind);
  }
}

/** The same expression with each direct operand replaced. */
function mapParts(expr: Expression, map: (part: Expression) => Expression): Expression {
  const copy: Record<string, unknown> = { ...expr };
  const isExpression = (value: unknown): value is Expression =>
    typeof value === 'object' && value !== null && 'kind' in value && value.kind !== 'Identifier';
  for (const [key, value] of Object.entries(copy)) {
    if (key === 'name' || key === 'parts') continue;
    if (Array.isArray(value)) copy[key] = value.map((item) => (isExpression(item) ? map(item) : item));
    else if (isExpression(value)) copy[key] = map(value);
  }
  return copy as unknown as Expression;
}

const nameOf = (expr: Expression): string =>
  expr.kind === 'FunctionCall' && expr.name.parts.length === 1 ? (expr.name.parts[0]?.name ?? '').toUpperCase() : '';

const isNavigation = (expr: Expression): expr is FunctionCall => NAVIGATION.has(nameOf(expr));

function navigation(name: string, operand: Expression, offset: Expression): FunctionCall {
  const { start, end } = operand;
  const part = { kind: 'Identifier', start, end, name, quoted: false } as const;
  const full: QualifiedName = { kind: 'QualifiedName', start, end, parts: [part] };
  return { kind: 'FunctionCall', start, end, name: full, form: 'call', args: [operand, offset] };
}

const number = (text: string): Expression => ({ kind: 'NumberLiteral', start: 0, end: 0, text }) as Expression;

/** Navigation moves to the columns under it and gets its offset (SqlValidatorImpl.NavigationExpander). */
function expand(expr: Expression, around?: (part: Expression) => Expression): Expression {
  if (isNavigation(expr) && expr.args[0]) {
    const name = nameOf(expr);
    const offset = expr.args[1] ?? number(name === 'PREV' || name === 'NEXT' ? '1' : '0');
    const [inner] = expr.args;
    if (isNavigation(inner) && (name === 'PREV' || name === 'NEXT'))
      throw new UnprintableError(`${name} of ${nameOf(inner)}`);
    const moved = expand(inner, (part) => navigation(name, part, offset));
    return around ? around(moved) : moved;
  }
  if (isLeaf(expr)) return around ? around(expr) : expr;
  return mapParts(expr, (part) => {
    const inside = expand(part);
    return around ? around(inside) : inside;
  });
}

const isLeaf = (expr: Expression): boolean =>
  expr.kind === 'ColumnRef' ||
  expr.kind.endsWith('Literal') ||
  (expr.kind === 'FunctionCall' && expr.args.length === 0);

/** In DEFINE a column of the variable itself is that of the row at hand, any other one the last before (NavigationReplacer). */
function ofDefine(expr: Expression, variable: string): Expression {
  const name = nameOf(expr);
  if (name === 'FIRST' || name === 'LAST' || findBuiltIn(name)?.kind === 'aggregate') return expr;
  if (expr.kind === 'FunctionCall' && name === 'PREV' && expr.args[0]?.kind === 'ColumnRef') {
    const [ref, offset] = expr.args;
    return ref.parts[0]?.name === variable && ref.parts.length > 1
      ? expr
      : navigation('LAST', ref, offset as Expression);
  }
  if (expr.kind === 'ColumnRef') {
    const isOwn = expr.parts.length > 1 && expr.parts[0]?.name === variable;
    return navigation(isOwn ? 'PREV' : 'LAST', expr, number('0'));
  }
  return isLeaf(expr) ? expr : mapParts(expr, (part) => ofDefine(part, variable));
}
