import type { Expression, FunctionCall, Trim } from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { atom } from './atoms.ts';
import { keywordName, namedFunctionCall } from './calls.ts';
import { SUB_QUERY } from './contexts.ts';
import { expression } from './expressions.ts';
import { isJsonCall, jsonCall } from './json.ts';
import { atTimeUnit, signedNumber, timeUnitOrName, unsignedNumber } from './literals.ts';
import { identifier, qualifiedName } from './names.ts';
import { isIdentifierKind, type Parser } from './parser.ts';
import { castType } from './types.ts';
import { overTarget } from './windows.ts';

type Production = (p: Parser) => Expression;

/** Calls with a syntax of their own, by keyword: Calcite's BuiltinFunctionCall. */
const productions = new Map<number, Production>([
  [K.CAST, cast],
  [K.TRY_CAST, cast],
  [K.SAFE_CAST, cast],
  [K.EXTRACT, extract],
  [K.POSITION, position],
  [K.CONVERT, convert],
  [K.TRANSLATE, translate],
  [K.OVERLAY, overlay],
  [K.FLOOR, floorCeil],
  [K.CEIL, floorCeil],
  [K.CEILING, floorCeil],
  [K.SUBSTRING, substring],
  [K.TRIM, trim],
  [K.CONTAINS_SUBSTR, containsSubstr],
  [K.TIMESTAMPADD, unitFirst],
  [K.TIMESTAMPDIFF, unitFirst],
  [K.DATE_DIFF, unitLast],
  [K.DATETIME_DIFF, unitLast],
  [K.TIMESTAMP_DIFF, unitLast],
  [K.TIME_DIFF, unitLast],
  [K.DATE_TRUNC, unitLast],
  [K.DATETIME_TRUNC, unitLast],
  [K.TIMESTAMP_TRUNC, unitLast],
  [K.TIME_TRUNC, unitLast],
  [K.CLASSIFIER, noArguments],
  [K.MATCH_NUMBER, noArguments],
  [K.PREV, navigation],
  [K.NEXT, navigation],
  [K.FIRST, navigation],
  [K.LAST, navigation],
]);

/** Whether a call with a syntax of its own begins here (the same word without parenthesis may be a name). */
export function isBuiltin(p: Parser): boolean {
  const next = p.peek(1);
  if (p.kind === K.MODEL) {
    if (isIdentifierKind(next)) return true;
    // A model's name could follow, whatever does.
    p.noteIdentifier(1);
    return false;
  }
  if (p.kind === K.RUNNING || p.kind === K.FINAL) return p.peek(2) === T.LPAREN;
  return next === T.LPAREN && (productions.has(p.kind) || isJsonCall(p.kind));
}

export function builtinCall(p: Parser): Expression {
  const { start, kind } = p;
  if (kind === K.MODEL) {
    p.advance();
    const name = qualifiedName(p, 'model');
    return { kind: 'ModelArgument', start, end: p.end, name };
  }
  if (kind === K.RUNNING || kind === K.FINAL) {
    p.advance();
    const call = p.kind === K.FIRST || p.kind === K.LAST ? navigation(p) : namedFunctionCall(p);
    return { ...call, start, semantics: kind === K.FINAL ? 'FINAL' : 'RUNNING' };
  }
  return isJsonCall(kind) ? jsonCall(p) : (productions.get(kind) as Production)(p);
}

function call(
  p: Parser,
  start: number,
  name: FunctionCall['name'],
  args: Expression[],
  special: boolean,
): FunctionCall {
  return { kind: 'FunctionCall', start, end: p.end, name, form: special ? 'special' : 'call', args };
}

const operand = (p: Parser): Expression => expression(p, SUB_QUERY);

/** CAST | TRY_CAST | SAFE_CAST ( expr AS type ) */
function cast(p: Parser): Expression {
  const { start, kind } = p;
  p.advance();
  p.expect(T.LPAREN);
  const value = operand(p);
  p.expect(K.AS);
  const type = castType(p);
  p.expect(T.RPAREN);
  const op = kind === K.CAST ? 'CAST' : kind === K.TRY_CAST ? 'TRY_CAST' : 'SAFE_CAST';
  return { kind: 'Cast', start, end: p.end, op, operand: value, type };
}

/** EXTRACT ( unit FROM expr ) */
function extract(p: Parser): Expression {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  const unit = timeUnitOrName(p);
  p.expect(K.FROM);
  const value = operand(p);
  p.expect(T.RPAREN);
  return call(p, start, name, [unit, value], true);
}

/** POSITION ( atom IN expr [FROM expr] ) */
function position(p: Parser): Expression {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  // The first operand may not hold an IN of its own.
  const args = [atom(p)];
  p.expect(K.IN);
  args.push(operand(p));
  if (p.accept(K.FROM)) args.push(operand(p));
  p.expect(T.RPAREN);
  return call(p, start, name, args, true);
}

/** CONVERT ( expr USING name ) | CONVERT ( expr , name , name ) | CONVERT ( type , expr [, number | NULL] ) */
function convert(p: Parser): Expression {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  const args: Expression[] = [];
  if (isTypeWord(p.kind)) {
    // CONVERT(type, expr [, style]) is a cast; the style says nothing to Flink.
    const type = castType(p);
    p.expect(T.COMMA);
    const value = operand(p);
    if (p.accept(T.COMMA) && !p.accept(K.NULL)) unsignedNumber(p);
    p.expect(T.RPAREN);
    return { kind: 'Cast', start, end: p.end, op: 'CAST', operand: value, type };
  } else {
    args.push(operand(p));
    if (p.accept(K.USING)) args.push(nameArgument(p));
    else {
      p.expect(T.COMMA);
      args.push(nameArgument(p));
      p.expect(T.COMMA);
      args.push(nameArgument(p));
    }
  }
  p.expect(T.RPAREN);
  return call(p, start, name, args, true);
}

const typeWords: ReadonlySet<number> = new Set([
  K.INTEGER,
  K.INT,
  K.BIGINT,
  K.SMALLINT,
  K.TINYINT,
  K.BOOLEAN,
  K.VARCHAR,
  K.DOUBLE,
  K.FLOAT,
  K.REAL,
  K.DECIMAL,
  K.NUMERIC,
  K.BINARY,
  K.VARBINARY,
  K.STRING,
  K.BYTES,
  K.ANY,
]);
const isTypeWord = (kind: number): boolean => typeWords.has(kind);

function nameArgument(p: Parser): Expression {
  const part = identifier(p, 'alias');
  return { kind: 'ColumnRef', start: part.start, end: part.end, parts: [part] };
}

/** TRANSLATE ( expr USING name ) | TRANSLATE ( expr , … ) */
function translate(p: Parser): Expression {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  const args = [operand(p)];
  const using = p.accept(K.USING);
  if (using) args.push(nameArgument(p));
  else while (p.accept(T.COMMA)) args.push(operand(p));
  p.expect(T.RPAREN);
  return call(p, start, name, args, using);
}

/** OVERLAY ( expr PLACING expr FROM expr [FOR expr] ) */
function overlay(p: Parser): Expression {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  const args = [operand(p)];
  p.expect(K.PLACING);
  args.push(operand(p));
  p.expect(K.FROM);
  args.push(operand(p));
  if (p.accept(K.FOR)) args.push(operand(p));
  p.expect(T.RPAREN);
  return call(p, start, name, args, true);
}

/** FLOOR | CEIL | CEILING ( expr [TO unit] ) [OVER …] */
function floorCeil(p: Parser): Expression {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  const args = [operand(p)];
  const special = p.accept(K.TO);
  if (special) args.push(timeUnitOrName(p));
  p.expect(T.RPAREN);
  const node = call(p, start, name, args, special);
  if (!p.accept(K.OVER)) return node;
  const over = overTarget(p);
  return { ...node, end: p.end, over };
}

/** SUBSTRING ( expr FROM expr [FOR expr] ) | SUBSTRING ( expr , expr [, expr] ) */
function substring(p: Parser): Expression {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  const args = [operand(p)];
  const special = p.accept(K.FROM);
  if (!special) p.expect(T.COMMA);
  args.push(operand(p));
  if (p.accept(K.FOR) || p.accept(T.COMMA)) args.push(operand(p));
  p.expect(T.RPAREN);
  return call(p, start, name, args, special);
}

/** TRIM ( [BOTH | LEADING | TRAILING] [chars] FROM expr ) | TRIM ( expr ) */
function trim(p: Parser): Expression {
  const { start } = p;
  p.advance();
  p.expect(T.LPAREN);
  let spec: Trim['spec'] = 'BOTH';
  let explicit = true;
  if (p.accept(K.LEADING)) spec = 'LEADING';
  else if (p.accept(K.TRAILING)) spec = 'TRAILING';
  else explicit = p.accept(K.BOTH);
  const first = p.at(K.FROM) || p.at(T.RPAREN) ? undefined : operand(p);
  const from = p.start;
  if (p.accept(K.FROM)) {
    if (!explicit && first === undefined) {
      p.refuse(from, p.end, "'FROM' without operands preceding it is illegal", 'illegal-context');
    }
    const value = operand(p);
    p.expect(T.RPAREN);
    const node = { kind: 'Trim', start, end: p.end, spec, value } as const;
    return first === undefined ? node : { ...node, chars: first };
  }
  p.expect(T.RPAREN);
  if (first === undefined) {
    const message = 'Cannot invoke "org.apache.calcite.sql.SqlNode.getKind()" because "operand" is null';
    p.refuseLater(start, p.end, message, false, 'NullPointerException');
  }
  return { kind: 'Trim', start, end: p.end, spec, value: first ?? p.invalid(from) };
}

/** CONTAINS_SUBSTR ( expr , expr [, JSON_SCOPE => expr] ) */
function containsSubstr(p: Parser): Expression {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  const args = [operand(p)];
  p.expect(T.COMMA);
  args.push(operand(p));
  if (p.accept(T.COMMA)) {
    p.expect(K.JSON_SCOPE);
    p.expect(T.NAMED_ARGUMENT);
    args.push(operand(p));
  }
  p.expect(T.RPAREN);
  return call(p, start, name, args, true);
}

/** TIMESTAMPADD | TIMESTAMPDIFF ( unit , expr , expr ) */
export function unitFirst(p: Parser): FunctionCall {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  const args: Expression[] = [timeUnitOrName(p)];
  p.expect(T.COMMA);
  args.push(operand(p));
  p.expect(T.COMMA);
  args.push(operand(p));
  p.expect(T.RPAREN);
  return call(p, start, name, args, true);
}

/** xxx_DIFF ( expr , expr , unit ) | xxx_TRUNC ( expr , unit ) */
function unitLast(p: Parser): Expression {
  const { start, kind } = p;
  const name = keywordName(p);
  const difference = name.parts[0]?.name.toUpperCase().endsWith('DIFF') === true;
  p.expect(T.LPAREN);
  const args = [operand(p)];
  p.expect(T.COMMA);
  if (difference) {
    args.push(operand(p));
    p.expect(T.COMMA);
  }
  args.push(kind === K.DATE_TRUNC && !atTimeUnit(p) ? operand(p) : timeUnitOrName(p));
  p.expect(T.RPAREN);
  return call(p, start, name, args, true);
}

/** CLASSIFIER ( ) | MATCH_NUMBER ( ) */
function noArguments(p: Parser): Expression {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  p.expect(T.RPAREN);
  return call(p, start, name, [], false);
}

/** PREV | NEXT | FIRST | LAST ( expr [, number] ) */
function navigation(p: Parser): FunctionCall {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  const args = [operand(p)];
  if (p.accept(T.COMMA)) args.push(signedNumber(p));
  p.expect(T.RPAREN);
  return call(p, start, name, args, false);
}
