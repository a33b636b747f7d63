import type {
  AfterMatch,
  Identifier,
  MatchDefine,
  MatchMeasure,
  MatchRecognize,
  MatchSubset,
  Pattern,
  PatternQuantified,
  Relation,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { NON_QUERY, SUB_QUERY } from './contexts.ts';
import { expression, expressions } from './expressions.ts';
import { intervalLiteral, unsignedNumber } from './literals.ts';
import { identifier } from './names.ts';
import { orderBy } from './order-by.ts';
import { isIdentifierKind, type Parser } from './parser.ts';

/**
 * MATCH_RECOGNIZE ( [PARTITION BY …] [ORDER BY …] [MEASURES …] [ONE ROW | ALL ROWS PER MATCH] [AFTER MATCH SKIP …]
 * PATTERN ( … ) [WITHIN interval] [SUBSET …] DEFINE … )
 */
export function matchRecognize(p: Parser, input: Relation, afterAlias = false): MatchRecognize {
  if (!afterAlias && p.probe < 0 && !(p.peek(1) === T.LPAREN && clauses.has(p.peek(2)))) {
    // Flink looks at three tokens; without them the word could only have been an alias.
    p.noteIdentifier(0);
    p.fail();
  }
  p.expect(K.MATCH_RECOGNIZE);
  p.expect(T.LPAREN);
  const node: { -readonly [key in keyof MatchRecognize]: MatchRecognize[key] } = {
    kind: 'MatchRecognize',
    start: input.start,
    end: p.end,
    input,
    partitionBy: [],
    orderBy: [],
    measures: [],
    strictStart: false,
    strictEnd: false,
    pattern: { kind: 'Invalid', start: p.end, end: p.end },
    subsets: [],
    defines: [],
  };
  if (p.accept(K.PARTITION)) {
    p.expect(K.BY);
    node.partitionBy = expressions(p, NON_QUERY);
  }
  if (p.at(K.ORDER)) node.orderBy = orderBy(p);
  if (p.accept(K.MEASURES)) node.measures = measures(p);
  if (p.accept(K.ONE)) {
    p.expectAll(K.ROW, K.PER, K.MATCH);
    node.rowsPerMatch = 'ONE ROW PER MATCH';
  } else if (p.accept(K.ALL)) {
    p.expectAll(K.ROWS, K.PER, K.MATCH);
    node.rowsPerMatch = 'ALL ROWS PER MATCH';
  }
  if (p.at(K.AFTER)) node.after = afterMatch(p);
  p.expect(K.PATTERN);
  p.expect(T.LPAREN);
  node.strictStart = p.accept(T.CARET);
  node.pattern = alternation(p);
  if (p.at(T.DOLLAR) || (p.kind === T.IDENTIFIER && p.text() === '$')) {
    p.advance();
    node.strictEnd = true;
  }
  p.expect(T.RPAREN);
  if (p.accept(K.WITHIN)) node.within = intervalLiteral(p);
  if (p.accept(K.SUBSET)) node.subsets = subsets(p);
  p.expect(K.DEFINE);
  node.defines = defines(p);
  p.expect(T.RPAREN);
  node.end = p.end;
  return node;
}

/** What may come first in the parentheses. */
const clauses: ReadonlySet<number> = new Set([K.PARTITION, K.ORDER, K.MEASURES, K.ONE, K.ALL, K.AFTER, K.PATTERN]);

/** expr AS name, … */
function measures(p: Parser): MatchMeasure[] {
  const list: MatchMeasure[] = [];
  do {
    const { start } = p;
    const expr = expression(p, NON_QUERY);
    p.expect(K.AS);
    const alias = identifier(p, 'new-name');
    list.push({ kind: 'MatchMeasure', start, end: p.end, expr, alias });
  } while (p.accept(T.COMMA));
  return list;
}

/** AFTER MATCH SKIP ( TO NEXT ROW | PAST LAST ROW | TO FIRST v | TO [LAST] v ) */
function afterMatch(p: Parser): AfterMatch {
  const { start } = p;
  p.expectAll(K.AFTER, K.MATCH, K.SKIP);
  if (p.accept(K.PAST)) {
    p.expectAll(K.LAST, K.ROW);
    return { kind: 'AfterMatch', start, end: p.end, skip: 'PAST LAST ROW' };
  }
  p.expect(K.TO);
  if (p.at2(K.NEXT, K.ROW)) {
    p.advance();
    p.advance();
    return { kind: 'AfterMatch', start, end: p.end, skip: 'TO NEXT ROW' };
  }
  const first = p.at(K.FIRST) && isIdentifierKind(p.peek(1));
  const last = !first && p.at(K.LAST) && isIdentifierKind(p.peek(1));
  if (first || last) p.advance();
  const variable = identifier(p, 'pattern-variable');
  const skip = first ? 'TO FIRST' : last ? 'TO LAST' : 'TO';
  return { kind: 'AfterMatch', start, end: p.end, skip, variable };
}

/** term ( '|' term )* */
function alternation(p: Parser): Pattern {
  const { start } = p;
  const items = [concatenation(p)];
  while (p.accept(T.VERTICAL_BAR)) items.push(concatenation(p));
  if (items.length === 1) return items[0] as Pattern;
  return { kind: 'PatternAlternation', start, end: p.end, items };
}

/** factor+ */
function concatenation(p: Parser): Pattern {
  const { start } = p;
  const items = [factor(p)];
  while (
    (p.atIdentifier('pattern-variable') && p.text() !== '$') ||
    p.at(T.LPAREN) ||
    p.at(K.PERMUTE) ||
    p.at(T.LBRACE)
  ) {
    items.push(factor(p));
  }
  if (items.length === 1) return items[0] as Pattern;
  return { kind: 'PatternConcat', start, end: p.end, items };
}

/** primary [ * | + | ? | {n} | {n,} | {n,m} | {,m} | {- pattern -} ] [?] */
function factor(p: Parser): Pattern {
  const { start } = p;
  const pattern = primary(p);
  if (p.at(T.LBRACE) && p.peek(1) === T.MINUS) {
    // No quantifier after all: an exclusion that follows.
    const items = [pattern, primary(p)];
    return { kind: 'PatternConcat', start, end: p.end, items };
  }
  const quantifier = quantifierOf(p);
  if (quantifier === undefined) return pattern;
  const reluctant = p.accept(T.HOOK);
  return { kind: 'PatternQuantified', start, end: p.end, pattern, ...quantifier, reluctant };
}

function quantifierOf(p: Parser): Pick<PatternQuantified, 'form' | 'min' | 'max'> | undefined {
  if (p.accept(T.STAR)) return { form: '*', min: 0 };
  if (p.accept(T.PLUS)) return { form: '+', min: 1 };
  if (p.accept(T.HOOK)) return { form: '?', min: 0, max: 1 };
  if (!p.accept(T.LBRACE)) return undefined;
  if (p.accept(T.COMMA)) {
    const max = count(p);
    p.expect(T.RBRACE);
    return { form: '{,m}', max };
  }
  const min = count(p);
  let form: PatternQuantified['form'] = '{n}';
  let max: number | undefined = min;
  if (p.accept(T.COMMA)) {
    form = p.at(T.RBRACE) ? '{n,}' : '{n,m}';
    max = form === '{n,m}' ? count(p) : undefined;
  }
  p.expect(T.RBRACE);
  return max === undefined ? { form, min } : { form, min, max };
}

const count = (p: Parser): number => Number(unsignedNumber(p).text);

/** variable | ( pattern ) | {- pattern -} | PERMUTE ( pattern, … ) */
function primary(p: Parser): Pattern {
  const { start } = p;
  if (p.accept(T.LPAREN)) {
    const pattern = alternation(p);
    p.expect(T.RPAREN);
    return { kind: 'PatternGroup', start, end: p.end, pattern };
  }
  if (p.accept(T.LBRACE)) {
    p.expect(T.MINUS);
    const pattern = alternation(p);
    p.expect(T.MINUS);
    p.expect(T.RBRACE);
    return { kind: 'PatternExclusion', start, end: p.end, pattern };
  }
  if (p.accept(K.PERMUTE)) {
    p.expect(T.LPAREN);
    const items = [alternation(p)];
    while (p.accept(T.COMMA)) items.push(alternation(p));
    p.expect(T.RPAREN);
    return { kind: 'PatternPermute', start, end: p.end, items };
  }
  const name = identifier(p, 'pattern-variable');
  return { kind: 'PatternVariable', start, end: p.end, name };
}

/** name = ( variable, … ), … */
function subsets(p: Parser): MatchSubset[] {
  const list: MatchSubset[] = [];
  do {
    const { start } = p;
    const name = identifier(p, 'new-name');
    p.expect(T.EQ);
    p.expect(T.LPAREN);
    const variables: Identifier[] = [];
    for (const expr of expressions(p, NON_QUERY)) if (expr.kind === 'ColumnRef') variables.push(...expr.parts);
    p.expect(T.RPAREN);
    list.push({ kind: 'MatchSubset', start, end: p.end, name, variables });
  } while (p.accept(T.COMMA));
  return list;
}

/** variable AS condition, … */
function defines(p: Parser): MatchDefine[] {
  const list: MatchDefine[] = [];
  do {
    const { start } = p;
    const name = identifier(p, 'pattern-variable');
    p.expect(K.AS);
    const condition = expression(p, SUB_QUERY);
    list.push({ kind: 'MatchDefine', start, end: p.end, name, condition });
  } while (p.accept(T.COMMA));
  return list;
}
