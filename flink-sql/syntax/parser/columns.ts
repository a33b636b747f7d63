import type {
  ColumnConstraint,
  ColumnPosition,
  Distribution,
  Expression,
  Identifier,
  NodeBase,
  TableConstraint,
  TableElement,
  TableLike,
  TableLikeOption,
  TypeNode,
  Watermark,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { NON_QUERY } from './contexts.ts';
import { expression } from './expressions.ts';
import { stringLiteral, unsignedNumber } from './literals.ts';
import { identifier, parenthesizedIdentifiers, qualifiedName } from './names.ts';
import { isIdentifierKind, type Parser } from './parser.ts';
import { extendedDataType } from './types.ts';

type Mutable<A> = { -readonly [key in keyof A]: A[key] };

/** What ends a broken element of a column list. */
const endsElement = (kind: number): boolean => kind === T.COMMA;

/** ( element, … ); a broken element leaves the others. `identifiersToo` for the bare names of CTAS. */
export function tableElements(p: Parser, identifiersToo: boolean): TableElement[] {
  p.expect(T.LPAREN);
  const list: TableElement[] = [];
  let watermarks = 0;
  do {
    let read: TableElement | undefined;
    const element = p.attempt(
      (q) => {
        read = elementOf(q, identifiersToo, list);
        if (!q.at(T.COMMA) && !q.at(T.RPAREN)) q.fail(T.RPAREN);
        return read;
      },
      (from): TableElement => {
        p.skipTo(endsElement);
        return read ?? p.invalid(from);
      },
    );
    if (element.kind === 'Watermark' && ++watermarks > 1) refuseSecondWatermark(p, element);
    list.push(element);
  } while (p.accept(T.COMMA));
  p.expect(T.RPAREN);
  return list;
}

export function refuseSecondWatermark(p: Parser, { start, end }: NodeBase): void {
  p.refuse(start, end, 'Multiple WATERMARK statements is not supported yet.', 'not-allowed', 'ParseException');
}

function elementOf(p: Parser, identifiersToo: boolean, before: readonly TableElement[]): TableElement {
  if (!identifiersToo) return tableElement(p);
  if (before[0]?.kind === 'ColumnName') return bareName(p);
  return before.length === 0 ? firstElement(p) : tableElement(p);
}

/** element | name: what the first one is, all are */
function firstElement(p: Parser): TableElement {
  const next = p.peek(1);
  if (isIdentifierKind(p.kind) && (next === T.COMMA || next === T.RPAREN)) return bareName(p);
  if (!isIdentifierKind(p.kind)) p.ahead(2);
  return tableElement(p);
}

/** name, in the list of a CTAS */
function bareName(p: Parser): TableElement {
  const { start } = p;
  const name = columnName(p);
  return { kind: 'ColumnName', start, end: p.end, name };
}

/** column | constraint | WATERMARK FOR … AS … */
function tableElement(p: Parser): TableElement {
  if (p.at(K.CONSTRAINT) || p.at(K.PRIMARY) || p.at(K.UNIQUE)) return tableConstraint(p);
  if (p.at(K.WATERMARK)) return watermark(p);
  if (!p.atIdentifier('new-name')) p.fail(T.IDENTIFIER);
  return column(p);
}

/** name type [constraint] [COMMENT] | name AS expr [COMMENT] | name type METADATA [FROM 'key'] [VIRTUAL] [COMMENT] */
export function column(p: Parser): TableElement {
  const { start } = p;
  const name = columnName(p);
  if (p.accept(K.AS)) {
    const expr = expression(p, NON_QUERY);
    return withComment(p, { kind: 'ComputedColumn', start, end: p.end, name, expr });
  }
  const type = extendedDataType(p);
  if (p.at(K.METADATA)) return metadataColumn(p, start, name, type);
  const constraint = p.at(K.CONSTRAINT) || p.at(K.PRIMARY) || p.at(K.UNIQUE) ? columnConstraint(p) : undefined;
  const node = { kind: 'PhysicalColumn', start, end: p.end, name, type } as const;
  return withComment(p, constraint === undefined ? node : { ...node, constraint });
}

/** A column's name; the grammar takes a path, of which the last part counts. */
function columnName(p: Parser): Identifier {
  const name = qualifiedName(p, 'new-name');
  return name.parts.length === 1 ? (name.parts[0] as Identifier) : dotted(name.start, name.end, name.parts);
}

const dotted = (start: number, end: number, parts: readonly Identifier[]): Identifier => ({
  kind: 'Identifier',
  start,
  end,
  name: parts.map((part) => part.name).join('.'),
  quoted: false,
});

function metadataColumn(p: Parser, start: number, name: Identifier, type: TypeNode): TableElement {
  p.expect(K.METADATA);
  const key = p.accept(K.FROM) ? stringLiteral(p) : undefined;
  const virtual = p.accept(K.VIRTUAL);
  const node = { kind: 'MetadataColumn', start, end: p.end, name, type, virtual } as const;
  return withComment(p, key === undefined ? node : { ...node, key });
}

/** [COMMENT 'text'] */
function withComment<A extends TableElement>(p: Parser, node: A): A {
  if (!p.accept(K.COMMENT)) return node;
  const comment = stringLiteral(p);
  return { ...node, comment, end: p.end };
}

/** [CONSTRAINT name] PRIMARY KEY | UNIQUE [[NOT] ENFORCED] */
function columnConstraint(p: Parser): ColumnConstraint {
  const { start } = p;
  const name = constraintName(p);
  const type = uniqueSpec(p);
  const enforced = enforcement(p);
  return {
    kind: 'ColumnConstraint',
    start,
    end: p.end,
    type,
    ...(name && { name }),
    ...(enforced && { enforced }),
  };
}

/** [CONSTRAINT name] ( PRIMARY KEY | UNIQUE ) ( column, … ) [[NOT] ENFORCED] */
export function tableConstraint(p: Parser): TableConstraint {
  const { start } = p;
  const name = constraintName(p);
  const type = uniqueSpec(p);
  const columns = parenthesizedIdentifiers(p, 'column');
  const enforced = enforcement(p);
  return {
    kind: 'TableConstraint',
    start,
    end: p.end,
    type,
    columns,
    ...(name && { name }),
    ...(enforced && { enforced }),
  };
}

const constraintName = (p: Parser): Identifier | undefined =>
  p.accept(K.CONSTRAINT) ? identifier(p, 'new-name') : undefined;

function uniqueSpec(p: Parser): 'PRIMARY KEY' | 'UNIQUE' {
  if (p.accept(K.UNIQUE)) return 'UNIQUE';
  p.expect(K.PRIMARY);
  p.expect(K.KEY);
  return 'PRIMARY KEY';
}

function enforcement(p: Parser): 'ENFORCED' | 'NOT ENFORCED' | undefined {
  if (p.accept(K.ENFORCED)) return 'ENFORCED';
  if (!p.accept(K.NOT)) return undefined;
  p.expect(K.ENFORCED);
  return 'NOT ENFORCED';
}

/** WATERMARK FOR column AS expr */
export function watermark(p: Parser): Watermark {
  const { start } = p;
  p.expect(K.WATERMARK);
  p.expect(K.FOR);
  const name = qualifiedName(p, 'column');
  p.expect(K.AS);
  const expr: Expression = expression(p, NON_QUERY);
  return { kind: 'Watermark', start, end: p.end, column: name, expr };
}

/** column | constraint | watermark | DISTRIBUTION …, as ALTER TABLE ADD and MODIFY take them */
export function addedElement(p: Parser): TableElement | Distribution {
  if (p.at(K.CONSTRAINT) || p.at(K.PRIMARY) || p.at(K.UNIQUE)) return tableConstraint(p);
  if (p.at(K.WATERMARK)) return watermark(p);
  const { start } = p;
  if (p.accept(K.DISTRIBUTION)) return distribution(p, start);
  const node = column(p);
  const position = columnPosition(p);
  if (position === undefined) return node;
  return { ...node, position, end: p.end } as TableElement;
}

/** [FIRST | AFTER column] */
function columnPosition(p: Parser): ColumnPosition | undefined {
  const { start } = p;
  if (p.accept(K.FIRST)) return { kind: 'ColumnPosition', start, end: p.end, position: 'FIRST' };
  if (!p.accept(K.AFTER)) return undefined;
  const after = qualifiedName(p, 'column');
  return { kind: 'ColumnPosition', start, end: p.end, position: 'AFTER', after };
}

/** DISTRIBUTED or DISTRIBUTION has been consumed: [BY [HASH | RANGE] ( column, … )] [INTO n BUCKETS] */
export function distribution(p: Parser, start: number): Distribution {
  const node: Mutable<Distribution> = { kind: 'Distribution', start, end: start, columns: [] };
  if (p.at(K.INTO)) node.buckets = intoBuckets(p);
  else {
    p.expect(K.BY);
    if (p.accept(K.HASH)) node.method = 'HASH';
    else if (p.accept(K.RANGE)) node.method = 'RANGE';
    node.columns = parenthesizedIdentifiers(p, 'column');
    if (p.at(K.INTO)) node.buckets = intoBuckets(p);
  }
  node.end = p.end;
  return node;
}

function intoBuckets(p: Parser): Distribution['buckets'] {
  p.expect(K.INTO);
  const buckets = unsignedNumber(p);
  if (!/^\d+$/.test(buckets.text)) {
    const message = 'Bucket count must be a positive integer.';
    p.refuse(buckets.start, buckets.end, message, 'invalid-literal', 'ParseException');
  }
  p.expect(K.BUCKETS);
  return buckets;
}

const features: readonly (readonly [number, TableLikeOption['feature']])[] = [
  [K.ALL, 'ALL'],
  [K.CONSTRAINTS, 'CONSTRAINTS'],
  [K.DISTRIBUTION, 'DISTRIBUTION'],
  [K.GENERATED, 'GENERATED'],
  [K.METADATA, 'METADATA'],
  [K.OPTIONS, 'OPTIONS'],
  [K.PARTITIONS, 'PARTITIONS'],
  [K.WATERMARKS, 'WATERMARKS'],
];

/** LIKE has been consumed: name [ ( ( INCLUDING | EXCLUDING | OVERWRITING feature )+ ) ] */
export function tableLike(p: Parser, start: number): TableLike {
  const source = qualifiedName(p, 'table');
  const options: TableLikeOption[] = [];
  if (p.accept(T.LPAREN)) {
    do options.push(likeOption(p));
    while (!p.at(T.RPAREN) && (p.at(K.INCLUDING) || p.at(K.EXCLUDING) || p.at(K.OVERWRITING)));
    p.expect(T.RPAREN);
  }
  return { kind: 'TableLike', start, end: p.end, source, options };
}

function likeOption(p: Parser): TableLikeOption {
  const { start } = p;
  let strategy: TableLikeOption['strategy'] = 'OVERWRITING';
  if (p.accept(K.INCLUDING)) strategy = 'INCLUDING';
  else if (p.accept(K.EXCLUDING)) strategy = 'EXCLUDING';
  else p.expect(K.OVERWRITING);
  for (const [kind, feature] of features) {
    if (p.accept(kind)) return { kind: 'TableLikeOption', start, end: p.end, strategy, feature };
  }
  p.fail();
}
