import type { Expression, FrameBound, Identifier, WindowFrame, WindowSpec } from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { NON_QUERY } from './contexts.ts';
import { expression, expressions } from './expressions.ts';
import { identifier } from './names.ts';
import { orderBy } from './order-by.ts';
import type { Parser } from './parser.ts';

/** OVER has been consumed: name | ( window specification ) */
export function overTarget(p: Parser): WindowSpec | Identifier {
  if (p.atIdentifier('window')) return identifier(p, 'window');
  return windowSpec(p);
}

/** ( [name] [PARTITION BY expr, …] [ORDER BY …] [ROWS | RANGE …] [ALLOW PARTIAL | DISALLOW PARTIAL] ) */
export function windowSpec(p: Parser): WindowSpec {
  const { start } = p;
  p.expect(T.LPAREN);
  const spec: { -readonly [key in keyof WindowSpec]: WindowSpec[key] } = {
    kind: 'WindowSpec',
    start,
    end: start,
    partitionBy: [],
    orderBy: [],
  };
  if (p.atIdentifier('window')) spec.ref = identifier(p, 'window');
  if (p.accept(K.PARTITION)) {
    p.expect(K.BY);
    spec.partitionBy = expressions(p, NON_QUERY);
  }
  if (p.at(K.ORDER)) spec.orderBy = orderBy(p);
  if (p.at(K.ROWS) || p.at(K.RANGE)) spec.frame = frame(p);
  if (p.at(K.ALLOW) || p.at(K.DISALLOW)) {
    spec.partial = p.kind === K.ALLOW ? 'ALLOW' : 'DISALLOW';
    p.advance();
    p.expect(K.PARTIAL);
  }
  p.expect(T.RPAREN);
  spec.end = p.end;
  return spec;
}

/** ROWS | RANGE ( bound | BETWEEN bound AND bound ) */
function frame(p: Parser): WindowFrame {
  const { start } = p;
  const unit = p.kind === K.ROWS ? 'ROWS' : 'RANGE';
  p.advance();
  if (!p.accept(K.BETWEEN)) {
    const lower = bound(p);
    return { kind: 'WindowFrame', start, end: p.end, unit, lower };
  }
  const lower = bound(p);
  p.expect(K.AND);
  const upper = bound(p);
  return { kind: 'WindowFrame', start, end: p.end, unit, lower, upper };
}

/** CURRENT ROW | UNBOUNDED PRECEDING | UNBOUNDED FOLLOWING | expr PRECEDING | expr FOLLOWING */
function bound(p: Parser): FrameBound {
  const { start } = p;
  if (p.at2(K.CURRENT, K.ROW)) {
    p.advance();
    p.advance();
    return { kind: 'FrameBound', start, end: p.end, type: 'CURRENT ROW' };
  }
  const unbounded = p.at(K.UNBOUNDED) && (p.peek(1) === K.PRECEDING || p.peek(1) === K.FOLLOWING);
  let value: Expression | undefined;
  if (unbounded) p.advance();
  else value = expression(p, NON_QUERY);
  const preceding = p.accept(K.PRECEDING);
  if (!preceding) p.expect(K.FOLLOWING);
  const type = preceding ? 'PRECEDING' : 'FOLLOWING';
  if (value === undefined) return { kind: 'FrameBound', start, end: p.end, type: `UNBOUNDED ${type}` };
  return { kind: 'FrameBound', start, end: p.end, type, value };
}
