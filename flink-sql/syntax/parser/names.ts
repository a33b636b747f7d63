import type { Identifier, Property, QualifiedName, StringLiteral } from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { stringLiteral } from './literals.ts';
import { isIdentifierKind, type NameRole, type Parser } from './parser.ts';

const MAX_IDENTIFIER = 256;

/** IDENTIFIER | `quoted` | U&"quoted" [UESCAPE 'c'] | non-reserved keyword */
export function identifier(p: Parser, role: NameRole): Identifier {
  if (!p.atIdentifier(role)) p.fail(T.IDENTIFIER);
  const { start, kind } = p;
  const text = p.text();
  p.advance();
  let name = text;
  if (kind === T.BACK_QUOTED_IDENTIFIER) {
    name = text.slice(1, -1);
    if (name.includes('`')) name = name.replaceAll('``', '`');
  } else if (kind === T.UNICODE_QUOTED_IDENTIFIER) {
    let escapeUnit = '\\';
    if (p.accept(K.UESCAPE)) {
      escapeUnit = p.text().slice(1, -1);
      p.expect(T.QUOTED_STRING);
      checkEscape(p, escapeUnit);
    }
    name = unescapeUnicode(p, start, text.slice(3, -1).replaceAll('""', '"'), escapeUnit);
  }
  if (name.length > MAX_IDENTIFIER) {
    const message = `Length of identifier '${name}' must be less than or equal to ${MAX_IDENTIFIER} characters`;
    p.refuse(start, p.end, message, 'not-allowed');
  }
  const quoted = kind === T.BACK_QUOTED_IDENTIFIER || kind === T.UNICODE_QUOTED_IDENTIFIER;
  return { kind: 'Identifier', start, end: p.end, name, quoted };
}

/** The character after UESCAPE, which has just been consumed, must be one that no escape sequence is made of. */
export function checkEscape(p: Parser, text: string): void {
  if (text.length === 1 && !/[0-9a-fA-F\s+"]/.test(text)) return;
  const fault =
    text.length === 1
      ? 'may not be hex digit, whitespace, plus sign, or double quote'
      : 'must be exactly one character';
  p.refuseAndLeave(p.startOf(-1), p.end, `UESCAPE '${text}' ${fault}`, 'invalid-literal');
}

/** Replaces `\0041` (what Java reads as a number of four hex digits) and `\\` in a U&'…' text that begins at `start`. */
export function unescapeUnicode(p: Parser, start: number, text: string, escapeUnit: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== escapeUnit) out += text[i];
    else if (text[i + 1] === escapeUnit) {
      out += escapeUnit;
      i++;
    } else {
      const hex = text.slice(i + 1, i + 5);
      if (!/^(?:[0-9a-fA-F]{4}|[+-][0-9a-fA-F]{3})$/.test(hex)) {
        const message = `Unicode escape sequence starting at character ${i} is not exactly four hex digits`;
        p.refuseAndLeave(start, p.end, message, 'invalid-literal', 'SqlValidatorException');
      }
      out += String.fromCharCode(Number.parseInt(hex, 16));
      i += 4;
    }
  }
  return out;
}

/** identifier ( . identifier )*; with `beforeStar`, a `.*` that follows is left to the caller */
export function qualifiedName(p: Parser, role: NameRole, beforeStar = false): QualifiedName {
  const { start } = p;
  const parts = nameParts(p, role, beforeStar);
  return { kind: 'QualifiedName', start, end: p.end, parts };
}

/** The parts of a qualified name. Names of up to three parts are lists of just that size: there are many of them. */
export function nameParts(p: Parser, role: NameRole, beforeStar: boolean): Identifier[] {
  const first = identifier(p, role);
  if (!nextPart(p, role, beforeStar)) return [first];
  const second = identifier(p, role);
  if (!nextPart(p, role, beforeStar)) return [first, second];
  const parts = [first, second, identifier(p, role)];
  while (nextPart(p, role, beforeStar)) parts.push(identifier(p, role));
  return parts;
}

/** Consumes the `.` before another part. */
function nextPart(p: Parser, role: NameRole, beforeStar: boolean): boolean {
  if (p.kind !== T.DOT || (beforeStar && p.peek(1) === T.STAR)) return false;
  p.ahead(2);
  if (!isIdentifierKind(p.peek(1))) {
    // `orders.` while typing: the parts that are there stay in the tree of whoever recovers.
    p.advance();
    p.atIdentifier(role);
    p.fail(T.IDENTIFIER);
  }
  p.advance();
  return true;
}

/** ( identifier, … ) */
export function parenthesizedIdentifiers(p: Parser, role: NameRole): Identifier[] {
  p.expect(T.LPAREN);
  const names = [identifier(p, role)];
  while (p.accept(T.COMMA)) names.push(identifier(p, role));
  p.expect(T.RPAREN);
  return names;
}

/** identifier | ( identifier, … ) */
export function identifierOrList(p: Parser, role: NameRole): Identifier[] {
  return p.at(T.LPAREN) ? parenthesizedIdentifiers(p, role) : [identifier(p, role)];
}

/** ( 'key' = 'value', … ); may be empty. After a mistake the rest of the list is still read. */
export function properties(p: Parser): Property[] {
  const list: Property[] = [];
  p.expect(T.LPAREN);
  if (!p.at(T.RPAREN)) {
    do {
      const property = p.attempt(property1, () => {
        p.skipTo((kind) => kind === T.COMMA);
        return undefined;
      });
      if (property !== undefined) list.push(property);
    } while (p.accept(T.COMMA));
  }
  p.expect(T.RPAREN);
  return list;
}

/** 'key' = 'value' */
function property1(p: Parser): Property {
  const { start } = p;
  const key = stringLiteral(p, 'option-key');
  p.expect(T.EQ);
  const value = stringLiteral(p);
  return { kind: 'Property', start, end: p.end, key, value };
}

/** ( 'key', … ); may be empty. */
export function propertyKeys(p: Parser): StringLiteral[] {
  const keys: StringLiteral[] = [];
  p.expect(T.LPAREN);
  if (!p.at(T.RPAREN)) {
    do keys.push(stringLiteral(p, 'option-key'));
    while (p.accept(T.COMMA));
  }
  p.expect(T.RPAREN);
  return keys;
}

/** [ IF EXISTS ] */
export function ifExists(p: Parser): boolean {
  // IF alone is a name.
  if (!p.at2(K.IF, K.EXISTS)) return false;
  p.advance();
  p.advance();
  return true;
}

/** [ IF NOT EXISTS ] */
export function ifNotExists(p: Parser): boolean {
  if (!p.at2(K.IF, K.NOT) || p.peek(2) !== K.EXISTS) return false;
  p.advance();
  p.advance();
  p.advance();
  return true;
}
