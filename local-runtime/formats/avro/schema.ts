import { FlinkFault } from '../../errors.ts';

/** Schemas of Avro's primitive types, with the logical type where there is one. */
export interface AvroPrimitive {
  readonly type: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';
  readonly logical?: AvroLogical;
}

/** A logical type that this project knows; others are carried by name and read as the plain type. */
export interface AvroLogical {
  readonly name: string;
  readonly precision?: number;
  readonly scale?: number;
}

export interface AvroField {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly schema: AvroSchema;
  /** The JSON of the default; undefined when there is none (a null default is `null`). */
  readonly fallback: unknown;
}

export interface AvroRecord {
  readonly type: 'record';
  readonly fullName: string;
  /** Mutable while parsing only: a record may contain itself. */
  fields: readonly AvroField[];
}

export interface AvroEnum {
  readonly type: 'enum';
  readonly fullName: string;
  readonly symbols: readonly string[];
  readonly fallback?: string;
}

export interface AvroFixed {
  readonly type: 'fixed';
  readonly fullName: string;
  readonly size: number;
  readonly logical?: AvroLogical;
}

export interface AvroArray {
  readonly type: 'array';
  readonly items: AvroSchema;
}

export interface AvroMap {
  readonly type: 'map';
  readonly values: AvroSchema;
}

export interface AvroUnion {
  readonly type: 'union';
  readonly branches: readonly AvroSchema[];
}

export type AvroSchema = AvroPrimitive | AvroRecord | AvroEnum | AvroFixed | AvroArray | AvroMap | AvroUnion;

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);

const wrong = (message: string) => new FlinkFault('SchemaParseException', message);

type Json = Readonly<Record<string, unknown>>;

/** Reads a schema's JSON text (Schema.Parser); throws a SchemaParseException. */
export function parseAvroSchema(text: string): AvroSchema {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    // A bare name such as `string` is a schema, too.
    if (PRIMITIVES.has(text.trim())) return { type: text.trim() as AvroPrimitive['type'] };
    throw wrong(error instanceof Error ? error.message : String(error));
  }
  return schemaOf(json, '', new Map());
}

function schemaOf(json: unknown, space: string, names: Map<string, AvroSchema>): AvroSchema {
  if (typeof json === 'string') {
    if (PRIMITIVES.has(json)) return { type: json as AvroPrimitive['type'] };
    const found = names.get(json.includes('.') || !space ? json : `${space}.${json}`) ?? names.get(json);
    if (!found)
      throw wrong(
        `"${json}" is not a defined name. The type of a field must be a defined name or a {"type": ...} expression.`,
      );
    return found;
  }
  if (Array.isArray(json)) {
    const branches = json.map((branch) => schemaOf(branch, space, names));
    const seen = new Set<string>();
    for (const branch of branches) {
      if (branch.type === 'union') throw wrong(`Nested union: ${JSON.stringify(json)}`);
      const name = schemaName(branch);
      if (seen.has(name)) throw wrong(`Duplicate in union:${name}`);
      seen.add(name);
    }
    return { type: 'union', branches };
  }
  if (typeof json !== 'object' || json === null) throw wrong(`No type: ${JSON.stringify(json)}`);
  return objectSchema(json as Json, space, names);
}

function objectSchema(json: Json, space: string, names: Map<string, AvroSchema>): AvroSchema {
  const { type } = json;
  if (typeof type === 'object' && type !== null) return schemaOf(type, space, names);
  if (typeof type !== 'string') throw wrong(`No type: ${JSON.stringify(json)}`);
  const logical = logicalOf(json);
  if (PRIMITIVES.has(type)) {
    const plain = type as AvroPrimitive['type'];
    return logical ? { type: plain, logical } : { type: plain };
  }
  switch (type) {
    case 'array':
      if (json.items === undefined) throw wrong(`Array has no items type: ${JSON.stringify(json)}`);
      return { type: 'array', items: schemaOf(json.items, space, names) };
    case 'map':
      if (json.values === undefined) throw wrong(`Map has no values type: ${JSON.stringify(json)}`);
      return { type: 'map', values: schemaOf(json.values, space, names) };
    case 'record':
    case 'error':
    case 'enum':
    case 'fixed':
      return namedSchema(type, json, space, names, logical);
    default:
      return schemaOf(type, space, names);
  }
}

function namedSchema(
  type: 'record' | 'error' | 'enum' | 'fixed',
  json: Json,
  space: string,
  names: Map<string, AvroSchema>,
  logical: AvroLogical | undefined,
): AvroSchema {
  const { name } = json;
  if (typeof name !== 'string') throw wrong(`No name in schema: ${JSON.stringify(json)}`);
  const own = typeof json.namespace === 'string' ? json.namespace : space;
  const fullName = name.includes('.') || !own ? name : `${own}.${name}`;
  if (names.has(fullName)) throw wrong(`Can't redefine: ${fullName}`);
  const inner = fullName.includes('.') ? fullName.slice(0, fullName.lastIndexOf('.')) : '';
  if (type === 'enum') {
    if (!Array.isArray(json.symbols)) throw wrong(`Enum has no symbols: ${JSON.stringify(json)}`);
    const made: AvroEnum = {
      type,
      fullName,
      symbols: json.symbols as string[],
      ...(typeof json.default === 'string' ? { fallback: json.default } : {}),
    };
    names.set(fullName, made);
    return made;
  }
  if (type === 'fixed') {
    if (typeof json.size !== 'number') throw wrong(`Invalid or no size: ${JSON.stringify(json)}`);
    const made: AvroFixed = { type, fullName, size: json.size, ...(logical ? { logical } : {}) };
    names.set(fullName, made);
    return made;
  }
  if (!Array.isArray(json.fields)) throw wrong(`Record has no fields: ${JSON.stringify(json)}`);
  const record: AvroRecord = { type: 'record', fullName, fields: [] };
  names.set(fullName, record);
  record.fields = json.fields.map((field: Json): AvroField => {
    if (typeof field?.name !== 'string') throw wrong(`No field name: ${JSON.stringify(field)}`);
    if (field.type === undefined) throw wrong(`No field type: ${JSON.stringify(field)}`);
    return {
      name: field.name,
      aliases: Array.isArray(field.aliases) ? (field.aliases as string[]) : [],
      schema: schemaOf(field.type, inner, names),
      fallback: field.default,
    };
  });
  return record;
}

function logicalOf(json: Json): AvroLogical | undefined {
  if (typeof json.logicalType !== 'string') return undefined;
  return {
    name: json.logicalType,
    ...(typeof json.precision === 'number' ? { precision: json.precision } : {}),
    ...(json.logicalType === 'decimal' ? { scale: typeof json.scale === 'number' ? json.scale : 0 } : {}),
  };
}

/** What tells the branches of a union apart, and Avro's JSON encoding calls them: the full name or the type. */
export function schemaName(schema: AvroSchema): string {
  return 'fullName' in schema ? schema.fullName : schema.type;
}

/** The other branch of a union of one type and null; undefined for every other schema. */
export function nonNullBranch(schema: AvroSchema): { readonly schema: AvroSchema; readonly index: number } | undefined {
  if (schema.type !== 'union' || schema.branches.length !== 2) return undefined;
  const [first, second] = schema.branches as [AvroSchema, AvroSchema];
  if (first.type === 'null') return { schema: second, index: 1 };
  return second.type === 'null' ? { schema: first, index: 0 } : undefined;
}

/** A schema as Java's Schema.toString() prints it, which is what Flink registers and writes into files. */
export function printAvroSchema(schema: AvroSchema): string {
  return print(schema, '', new Set());
}

function print(schema: AvroSchema, space: string, seen: Set<string>): string {
  switch (schema.type) {
    case 'union':
      return `[${schema.branches.map((b) => print(b, space, seen)).join(',')}]`;
    case 'array':
      return `{"type":"array","items":${print(schema.items, space, seen)}}`;
    case 'map':
      return `{"type":"map","values":${print(schema.values, space, seen)}}`;
    case 'record':
    case 'enum':
    case 'fixed': {
      const dot = schema.fullName.lastIndexOf('.');
      const own = dot < 0 ? '' : schema.fullName.slice(0, dot);
      const name = schema.fullName.slice(dot + 1);
      if (seen.has(schema.fullName)) return JSON.stringify(own === space ? name : schema.fullName);
      seen.add(schema.fullName);
      const head = `{"type":"${schema.type}","name":${JSON.stringify(name)}${own === space ? '' : `,"namespace":${JSON.stringify(own)}`}`;
      if (schema.type === 'enum')
        return `${head},"symbols":${JSON.stringify(schema.symbols)}${schema.fallback === undefined ? '' : `,"default":${JSON.stringify(schema.fallback)}`}}`;
      if (schema.type === 'fixed') return `${head},"size":${schema.size}${printLogical(schema.logical)}}`;
      const fields = schema.fields.map(
        (f) =>
          `{"name":${JSON.stringify(f.name)},"type":${print(f.schema, own, seen)}${f.fallback === undefined ? '' : `,"default":${JSON.stringify(f.fallback)}`}${f.aliases.length ? `,"aliases":${JSON.stringify(f.aliases)}` : ''}}`,
      );
      return `${head},"fields":[${fields.join(',')}]}`;
    }
    default:
      return schema.logical ? `{"type":"${schema.type}"${printLogical(schema.logical)}}` : `"${schema.type}"`;
  }
}

function printLogical(logical: AvroLogical | undefined): string {
  if (!logical) return '';
  const precision = logical.precision === undefined ? '' : `,"precision":${logical.precision}`;
  const scale = logical.name === 'decimal' ? `,"scale":${logical.scale ?? 0}` : '';
  return `,"logicalType":"${logical.name}"${precision}${scale}`;
}
