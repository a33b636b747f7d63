import { JsonError } from '../json.ts';

export type AvroPrimitiveName = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';

/** An Avro schema, its names resolved; a record may contain itself. */
export type AvroNode =
  | { readonly kind: AvroPrimitiveName; readonly logical?: AvroLogicalType }
  | { readonly kind: 'fixed'; readonly name: string; readonly size: number; readonly logical?: AvroLogicalType }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: AvroNode }
  | { readonly kind: 'map'; readonly values: AvroNode }
  | { readonly kind: 'union'; readonly branches: readonly AvroNode[] }
  | AvroRecordNode;

export interface AvroRecordNode {
  readonly kind: 'record';
  readonly name: string;
  fields: readonly AvroFieldNode[];
  /** What Kafka Connect calls the record, `io.debezium.connector.mysql.Envelope`-like names included. */
  readonly connectName?: string;
}

export interface AvroFieldNode {
  readonly name: string;
  readonly type: AvroNode;
  /** The default's JSON; undefined when there is none. */
  readonly fallback: unknown;
  readonly doc?: string;
}

export interface AvroLogicalType {
  readonly name: string;
  readonly precision?: number;
  readonly scale?: number;
}

const PRIMITIVES: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a schema's text; `references` are the texts of the schemas that it refers to by name, each after those that it needs itself.
 * Throws an Error that says what is wrong.
 */
export function parseAvro(text: string, references: readonly string[] = []): AvroNode {
  const names = new Map<string, AvroNode>();
  for (const reference of references) node(jsonOf(reference), '', names);
  return node(jsonOf(text), '', names);
}

function jsonOf(text: string): unknown {
  if (PRIMITIVES.has(text.trim())) return text.trim();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JsonError(`the schema is no JSON: ${error instanceof Error ? error.message : error}`, 0);
  }
}

function node(json: unknown, space: string, names: Map<string, AvroNode>): AvroNode {
  if (typeof json === 'string') {
    if (PRIMITIVES.has(json)) return { kind: json as AvroPrimitiveName };
    const found = names.get(json.includes('.') || space === '' ? json : `${space}.${json}`) ?? names.get(json);
    if (!found) throw new Error(`the schema refers to ${json}, which it does not define`);
    return found;
  }
  if (Array.isArray(json)) return { kind: 'union', branches: json.map((branch) => node(branch, space, names)) };
  if (typeof json !== 'object' || json === null) throw new Error(`${JSON.stringify(json)} is no schema`);
  const given = json as Json;
  const { type } = given;
  if (typeof type === 'object' && type !== null) return node(type, space, names);
  if (typeof type !== 'string') throw new Error(`a schema has no type: ${JSON.stringify(json)}`);
  const logical = logicalOf(given);
  if (PRIMITIVES.has(type)) return { kind: type as AvroPrimitiveName, ...(logical ? { logical } : {}) };
  if (type === 'array') return { kind: 'array', items: node(given.items, space, names) };
  if (type === 'map') return { kind: 'map', values: node(given.values, space, names) };
  if (type !== 'record' && type !== 'error' && type !== 'enum' && type !== 'fixed') return node(type, space, names);
  return named(type, given, space, names, logical);
}

function named(
  type: 'record' | 'error' | 'enum' | 'fixed',
  given: Json,
  space: string,
  names: Map<string, AvroNode>,
  logical: AvroLogicalType | undefined,
): AvroNode {
  const short = String(given.name ?? '');
  if (short === '') throw new Error(`a ${type} has no name`);
  const own = typeof given.namespace === 'string' ? given.namespace : space;
  const name = short.includes('.') || own === '' ? short : `${own}.${short}`;
  const add = <T extends AvroNode>(made: T): T => {
    names.set(name, made);
    return made;
  };
  if (type === 'enum') return add({ kind: 'enum', name, symbols: (given.symbols as string[] | undefined) ?? [] });
  if (type === 'fixed')
    return add({ kind: 'fixed', name, size: Number(given.size ?? 0), ...(logical ? { logical } : {}) });
  const connectName = given['connect.name'];
  const record: AvroRecordNode = add({
    kind: 'record',
    name,
    fields: [],
    ...(typeof connectName === 'string' ? { connectName } : {}),
  });
  const inner = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '';
  if (!Array.isArray(given.fields)) throw new Error(`the record ${name} has no fields`);
  record.fields = given.fields.map((field: Json) => ({
    name: String(field.name),
    type: node(field.type, inner, names),
    fallback: field.default,
    ...(typeof field.doc === 'string' ? { doc: field.doc } : {}),
  }));
  return record;
}

function logicalOf(given: Json): AvroLogicalType | undefined {
  // Kafka Connect says so where Avro has no logical type: Debezium's times.
  const name = given.logicalType;
  if (typeof name !== 'string') return undefined;
  return {
    name,
    ...(typeof given.precision === 'number' ? { precision: given.precision } : {}),
    ...(typeof given.scale === 'number' ? { scale: given.scale } : {}),
  };
}

/** What a branch of a union is called. */
export const avroName = (schema: AvroNode): string => ('name' in schema ? schema.name : schema.kind);

/** The other branch of a union of one type with null. */
export function optionalOf(schema: AvroNode): AvroNode | undefined {
  if (schema.kind !== 'union') return undefined;
  const rest = schema.branches.filter((branch) => branch.kind !== 'null');
  return rest.length === 1 && rest.length < schema.branches.length ? rest[0] : undefined;
}
