import type { Hint, HintOption } from '../ast.ts';
import { T } from '../tokens.ts';
import { atString, atUnsignedNumber, signedNumber, stringLiteral } from './literals.ts';
import { identifier } from './names.ts';
import { isIdentifierKind, type Parser } from './parser.ts';

/** Hint comment: the opening slash-star-plus, hint, …, and the closing star-slash */
export function hints(p: Parser): Hint[] {
  p.expect(T.HINT_BEGIN);
  const list = [hint(p)];
  while (p.accept(T.COMMA)) list.push(hint(p));
  p.expect(T.COMMENT_END);
  return list;
}

/** name [ ( 'key' = 'value', … ) | ( name, … ) | ( literal, … ) | ( ) ] */
function hint(p: Parser): Hint {
  const { start } = p;
  const name = identifier(p, 'hint');
  if (!p.at(T.LPAREN)) return { kind: 'Hint', start, end: p.end, name, form: 'none', options: [] };
  const after = p.peek(1);
  const pairs = p.peek(2) === T.EQ;
  p.advance();
  if (p.accept(T.RPAREN)) return { kind: 'Hint', start, end: p.end, name, form: 'empty', options: [] };
  const options: HintOption[] = [];
  const one = pairs ? pair : isIdentifierKind(after) ? name1 : literal;
  // What is in the parentheses is decided by the tokens of the first option.
  p.ahead(pairs ? 4 : 2);
  do options.push(one(p));
  while (p.accept(T.COMMA));
  p.expect(T.RPAREN);
  return { kind: 'Hint', start, end: p.end, name, form: pairs ? 'pairs' : 'list', options };
}

/** name | 'key', = 'value' */
function pair(p: Parser): HintOption {
  const { start } = p;
  const key = p.atIdentifier('option-key') ? identifier(p, 'option-key').name : stringLiteral(p, 'option-key').value;
  p.expect(T.EQ);
  const { value } = stringLiteral(p);
  return { kind: 'HintOption', start, end: p.end, key, value };
}

function name1(p: Parser): HintOption {
  const { start } = p;
  const value = identifier(p, 'table').name;
  return { kind: 'HintOption', start, end: p.end, value };
}

/** 'text' | number */
function literal(p: Parser): HintOption {
  const { start } = p;
  if (p.index === p.probe) p.expectedRoles.add('option-key');
  const value = atString(p) ? stringLiteral(p).value : numberText(p);
  return { kind: 'HintOption', start, end: p.end, value };
}

function numberText(p: Parser): string {
  if (!atUnsignedNumber(p) && p.kind !== T.MINUS && p.kind !== T.PLUS) p.fail(T.QUOTED_STRING);
  return signedNumber(p).text;
}
