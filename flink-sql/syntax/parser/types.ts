import type { BuiltinType, BuiltinTypeName, Nullability, RowTypeField, TypeNode } from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { intervalQualifier, quotedString, stringLiteral, unsignedInt } from './literals.ts';
import { identifier, qualifiedName } from './names.ts';
import { isIdentifierKind, type Parser } from './parser.ts';

/** Calcite's DataType, without nullability: typeName ( ARRAY | MULTISET )* */
export function dataType(p: Parser): TypeNode {
  const { start } = p;
  let type = typeName(p);
  while (p.at(K.ARRAY) || p.at(K.MULTISET)) type = postfix(p, type, start);
  return type;
}

/** Flink's ExtendedDataType: typeName ( [NULL | NOT NULL] ( ARRAY | MULTISET ) )* [NULL | NOT NULL] */
export function extendedDataType(p: Parser): TypeNode {
  const { start } = p;
  p.enter();
  let type = typeName(p);
  for (;;) {
    const marks = p.kind === K.NULL ? 1 : p.kind === K.NOT && p.peek(1) === K.NULL ? 2 : 0;
    const collection = p.peek(marks);
    if (collection !== K.ARRAY && collection !== K.MULTISET) break;
    type = withNullability(type, nullability(p), p.end);
    type = postfix(p, type, start);
  }
  type = withNullability(type, nullability(p), p.end);
  p.leave();
  return type;
}

/** type, or INTERVAL qualifier, as CAST takes it */
export function castType(p: Parser): TypeNode {
  const { start } = p;
  if (!p.accept(K.INTERVAL)) return dataType(p);
  const qualifier = intervalQualifier(p);
  return { kind: 'IntervalType', start, end: p.end, qualifier };
}

function postfix(p: Parser, element: TypeNode, start: number): TypeNode {
  const kind = p.kind === K.ARRAY ? 'ArrayType' : 'MultisetType';
  p.advance();
  return { kind, start, end: p.end, element, postfix: true };
}

/** [ NULL | NOT NULL ] */
function nullability(p: Parser): Nullability | undefined {
  if (p.accept(K.NULL)) return 'NULL';
  if (!p.accept(K.NOT)) return undefined;
  p.expect(K.NULL);
  return 'NOT NULL';
}

const withNullability = (type: TypeNode, value: Nullability | undefined, end: number): TypeNode =>
  value === undefined || type.kind === 'Invalid' ? type : { ...type, end, nullability: value };

const plain = new Map<number, BuiltinTypeName>([
  [K.BOOLEAN, 'BOOLEAN'],
  [K.INT, 'INTEGER'],
  [K.INTEGER, 'INTEGER'],
  [K.TINYINT, 'TINYINT'],
  [K.SMALLINT, 'SMALLINT'],
  [K.BIGINT, 'BIGINT'],
  [K.REAL, 'REAL'],
  [K.FLOAT, 'FLOAT'],
  [K.STRING, 'STRING'],
  [K.BYTES, 'BYTES'],
  [K.DATE, 'DATE'],
  [K.VARIANT, 'VARIANT'],
  [K.GEOMETRY, 'GEOMETRY'],
]);

const otherTypeWords = [
  K.DOUBLE,
  K.DECIMAL,
  K.NUMERIC,
  K.CHAR,
  K.VARCHAR,
  K.BINARY,
  K.VARBINARY,
  K.TIME,
  K.TIMESTAMP,
  K.TIMESTAMP_LTZ,
  K.ARRAY,
  K.MULTISET,
  K.MAP,
  K.ROW,
  K.RAW,
  K.STRUCTURED,
];

function typeName(p: Parser): TypeNode {
  const { start, kind } = p;
  if (p.index === p.probe) for (const word of [...plain.keys(), ...otherTypeWords]) p.expectedKinds.add(word);
  const name = plain.get(kind);
  if (name !== undefined) {
    p.advance();
    if (kind === K.GEOMETRY) {
      const message = 'Geo-spatial extensions and the GEOMETRY data type are not enabled';
      p.refuse(start, p.end, message, 'not-allowed', 'SqlValidatorException');
    }
    return { kind: 'BuiltinType', start, end: p.end, name, args: [] };
  }
  switch (kind) {
    case K.DOUBLE:
      p.advance();
      p.accept(K.PRECISION);
      return { kind: 'BuiltinType', start, end: p.end, name: 'DOUBLE', args: [] };
    case K.DECIMAL:
    case K.DEC:
    case K.NUMERIC:
    case K.ANY:
      return decimal(p, kind === K.ANY ? 'ANY' : 'DECIMAL');
    case K.CHAR:
    case K.CHARACTER:
    case K.VARCHAR:
      return character(p);
    case K.BINARY:
    case K.VARBINARY: {
      p.advance();
      const varying = kind === K.VARBINARY || p.accept(K.VARYING);
      const args = precision(p);
      return { kind: 'BuiltinType', start, end: p.end, name: varying ? 'VARBINARY' : 'BINARY', args };
    }
    case K.TIME:
    case K.TIMESTAMP:
      return time(p);
    case K.TIMESTAMP_LTZ: {
      p.advance();
      const args = precision(p);
      return { kind: 'BuiltinType', start, end: p.end, name: 'TIMESTAMP_LTZ', args };
    }
    case K.ARRAY:
    case K.MULTISET:
      return collection(p);
    case K.MAP:
      if (p.peek(1) === T.LT) return map(p);
      break;
    case K.RAW:
      if (p.peek(1) === T.LPAREN || !isIdentifierKind(kind)) return raw(p);
      break;
    case K.ROW:
      return row(p);
    case K.STRUCTURED:
      return structured(p);
    default:
  }
  const userName = qualifiedName(p, 'type');
  return { kind: 'UserType', start, end: p.end, name: userName };
}

/** [ ( n ) ] */
function precision(p: Parser): number[] {
  if (!p.accept(T.LPAREN)) return [];
  const n = unsignedInt(p);
  p.expect(T.RPAREN);
  return [n];
}

/** DECIMAL | DEC | NUMERIC | ANY [ ( p [, s] ) ] */
function decimal(p: Parser, name: 'DECIMAL' | 'ANY'): BuiltinType {
  const { start } = p;
  p.advance();
  const args: number[] = [];
  if (p.accept(T.LPAREN)) {
    args.push(unsignedInt(p));
    if (p.accept(T.COMMA)) args.push(unsignedInt(p));
    p.expect(T.RPAREN);
  }
  return { kind: 'BuiltinType', start, end: p.end, name, args };
}

/** CHAR | CHARACTER [VARYING] | VARCHAR [ ( n ) ] [CHARACTER SET name] */
function character(p: Parser): BuiltinType {
  const { start, kind } = p;
  p.advance();
  const varying = kind === K.VARCHAR || p.accept(K.VARYING);
  const args = precision(p);
  const name = varying ? 'VARCHAR' : 'CHAR';
  if (!p.accept(K.CHARACTER)) return { kind: 'BuiltinType', start, end: p.end, name, args };
  p.expect(K.SET);
  const charset = identifier(p, 'type').name;
  return { kind: 'BuiltinType', start, end: p.end, name, args, charset };
}

/** TIME | TIMESTAMP [ ( n ) ] [WITHOUT TIME ZONE | WITH LOCAL TIME ZONE] */
function time(p: Parser): BuiltinType {
  const { start, kind } = p;
  p.advance();
  const args = precision(p);
  if (p.at2(K.WITHOUT, K.TIME)) {
    p.advance();
    p.expectAll(K.TIME, K.ZONE);
    const name = kind === K.TIME ? 'TIME' : 'TIMESTAMP';
    return { kind: 'BuiltinType', start, end: p.end, name, args, timeZone: 'WITHOUT TIME ZONE' };
  }
  if (!p.accept(K.WITH)) {
    return { kind: 'BuiltinType', start, end: p.end, name: kind === K.TIME ? 'TIME' : 'TIMESTAMP', args };
  }
  p.expectAll(K.LOCAL, K.TIME, K.ZONE);
  const name = kind === K.TIME ? 'TIME' : 'TIMESTAMP_LTZ';
  return { kind: 'BuiltinType', start, end: p.end, name, args, timeZone: 'WITH LOCAL TIME ZONE' };
}

/** ARRAY < type > | MULTISET < type > */
function collection(p: Parser): TypeNode {
  const { start } = p;
  const kind = p.kind === K.ARRAY ? 'ArrayType' : 'MultisetType';
  p.noteExpression();
  p.ahead(2);
  p.advance();
  p.expect(T.LT);
  const element = extendedDataType(p);
  p.expect(T.GT);
  return { kind, start, end: p.end, element, postfix: false };
}

/** MAP < type , type > */
function map(p: Parser): TypeNode {
  const { start } = p;
  p.advance();
  p.expect(T.LT);
  const key = extendedDataType(p);
  p.expect(T.COMMA);
  const value = extendedDataType(p);
  p.expect(T.GT);
  return { kind: 'MapType', start, end: p.end, key, value };
}

/** RAW ( 'class' , 'serializer' ) */
function raw(p: Parser): TypeNode {
  const { start } = p;
  p.advance();
  p.expect(T.LPAREN);
  const className = stringLiteral(p);
  p.expect(T.COMMA);
  const serializer = stringLiteral(p);
  p.expect(T.RPAREN);
  return { kind: 'RawType', start, end: p.end, className, serializer };
}

/** ROW < field, … > | ROW ( field, … ) | ROW <> */
function row(p: Parser): TypeNode {
  const { start } = p;
  p.advance();
  if (p.accept(T.NE)) return { kind: 'RowType', start, end: p.end, fields: [], parenthesized: false };
  const parenthesized = p.accept(T.LPAREN);
  if (!parenthesized) p.expect(T.LT);
  const close = parenthesized ? T.RPAREN : T.GT;
  const rowFields = p.at(close) ? [] : fields(p);
  p.expect(close);
  return { kind: 'RowType', start, end: p.end, fields: rowFields, parenthesized };
}

/** STRUCTURED < 'class' [, field, …] > */
function structured(p: Parser): TypeNode {
  const { start } = p;
  p.advance();
  p.expect(T.LT);
  const className = stringLiteral(p);
  const list = p.accept(T.COMMA) ? fields(p) : [];
  p.expect(T.GT);
  return { kind: 'StructuredType', start, end: p.end, className, fields: list };
}

/** name type ['comment'], … */
function fields(p: Parser): RowTypeField[] {
  const list: RowTypeField[] = [];
  do {
    const { start } = p;
    const name = identifier(p, 'new-name');
    const type = extendedDataType(p);
    if (p.at(T.QUOTED_STRING)) {
      const comment = quotedString(p);
      list.push({ kind: 'RowTypeField', start, end: p.end, name, type, comment });
    } else list.push({ kind: 'RowTypeField', start, end: p.end, name, type });
  } while (p.accept(T.COMMA));
  return list;
}
