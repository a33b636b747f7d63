import type { Enum, Field, MapField, Message, Root, Type } from 'protobufjs';
import { isList, isObject, JsonNumber, type JsonValue, printJson } from '../json.ts';
import { double } from './avro-read.ts';
import { protobuf } from './library.ts';
import { FormatProblem } from './problem.ts';
import { momentOf, nanosText } from './times.ts';

const LONG = new Set(['int64', 'sint64', 'sfixed64', 'uint64', 'fixed64']);
const UNSIGNED = new Set(['uint64', 'fixed64', 'uint32', 'fixed32']);
const SMALL = new Set(['int32', 'sint32', 'sfixed32', 'uint32', 'fixed32']);
const WRAPPERS = /^\.google\.protobuf\.(Double|Float|Int64|UInt64|Int32|UInt32|Bool|String|Bytes)Value$/;
const TIMESTAMP = '.google.protobuf.Timestamp';
const DEEPEST = 100;

export interface ProtobufImport {
  /** As the text imports it: `shop/money.proto`. */
  readonly name: string;
  readonly text: string;
}

/** A registered `.proto` text with what it imports. */
export interface ProtobufSchema {
  readonly root: Root;
  /** Messages of the text itself in its order, which message indexes count. */
  readonly types: readonly Type[];
}

/** Reads a `.proto` text; throws an Error that says what is wrong. */
export function parseProtobuf(text: string, imports: readonly ProtobufImport[] = []): ProtobufSchema {
  const root = new protobuf.Root();
  const given = new Map(imports.map((each) => [each.name, each.text]));
  const done = new Set<string>();
  const load = (source: string): string | undefined => {
    const parsed = protobuf.parse(source, root, { keepCase: true });
    for (const name of [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])]) {
      if (done.has(name)) continue;
      done.add(name);
      const known = protobuf.common.get(name) as { nested: Record<string, never> } | null;
      const other = given.get(name);
      if (known) root.addJSON(known.nested);
      else if (other !== undefined) load(other);
      else throw new Error(`the schema imports ${name}, which is not among its references`);
    }
    return parsed.package ?? undefined;
  };
  const before = new Set<string>();
  for (const { name, text: source } of imports) {
    if (done.has(name)) continue;
    done.add(name);
    load(source);
  }
  for (const type of allTypes(root)) before.add(type.fullName);
  load(text);
  root.resolveAll();
  const own = allTypes(root).filter(
    (type) => !before.has(type.fullName) && !type.fullName.startsWith('.google.protobuf.'),
  );
  return { root, types: own.filter((type) => !(type.parent instanceof protobuf.Type)) };
}

function allTypes(space: { readonly nestedArray: readonly unknown[] }): Type[] {
  return space.nestedArray.flatMap((nested) => {
    if (nested instanceof protobuf.Type) return [nested, ...allTypes(nested)];
    return nested instanceof protobuf.Namespace ? allTypes(nested) : [];
  });
}

/** A message by its indexes in the text, as Confluent's serializers write them: [1, 0] is the first one within the second. */
export function messageAt({ types }: ProtobufSchema, indexes: readonly number[]): Type {
  let found: Type | undefined;
  let among = types;
  for (const index of indexes) {
    found = among[index];
    if (!found) throw new Error(`the schema has no message of index ${indexes.join('.')}`);
    among = found.nestedArray.filter((nested): nested is Type => nested instanceof protobuf.Type);
  }
  if (!found) throw new Error('the schema has no message');
  return found;
}

/** By full or short name; the first message where none is given. */
export function messageNamed(
  schema: ProtobufSchema,
  name?: string,
): { readonly type: Type; readonly indexes: number[] } {
  const search = (among: readonly Type[], path: number[]): { type: Type; indexes: number[] } | undefined => {
    for (const [i, type] of among.entries()) {
      const indexes = [...path, i];
      if (name === undefined || type.name === name || type.fullName === `.${name}`) return { type, indexes };
      const inner = search(
        type.nestedArray.filter((nested): nested is Type => nested instanceof protobuf.Type),
        indexes,
      );
      if (inner) return inner;
    }
    return undefined;
  };
  const found = search(schema.types, []);
  if (!found) throw new Error(name === undefined ? 'the schema has no message' : `the schema has no message ${name}`);
  return found;
}

/** Reads one message that is all of `bytes`. Fields without presence show their defaults; bytes come as base64. */
export function readProtobuf(type: Type, bytes: Uint8Array): JsonValue {
  return messageJson(type, type.decode(bytes), 0);
}

function messageJson(type: Type, message: Message, depth: number): JsonValue {
  if (depth > DEEPEST) throw new Error(`the data is nested deeper than ${DEEPEST}`);
  const values = message as unknown as Readonly<Record<string, unknown>>;
  const has = (field: Field) => Object.hasOwn(message, field.name);
  if (type.fullName === TIMESTAMP) {
    return nanosText(BigInt(String(values.seconds ?? 0)) * 1_000_000_000n + BigInt(Number(values.nanos ?? 0)), 'Z');
  }
  if (WRAPPERS.test(type.fullName)) {
    const field = type.fields.value as Field;
    return scalarJson(field, has(field) ? values.value : defaultOf(field), depth);
  }
  const out = new Map<string, JsonValue>();
  for (const field of type.fieldsArray) {
    if (field.map) {
      const entries = Object.entries((values[field.name] ?? {}) as Record<string, unknown>);
      const key = keyReader((field as unknown as MapField).keyType);
      out.set(field.name, new Map(entries.map(([k, v]) => [key(k), scalarJson(field, v, depth)])));
    } else if (field.repeated) {
      const items = (values[field.name] ?? []) as readonly unknown[];
      out.set(
        field.name,
        items.map((item) => scalarJson(field, item, depth)),
      );
    } else if (has(field)) out.set(field.name, scalarJson(field, values[field.name], depth));
    else if (!hasPresence(field)) out.set(field.name, scalarJson(field, defaultOf(field), depth));
  }
  return out;
}

/** Is absence told from the default? Then what is absent is left out. */
const hasPresence = (field: Field): boolean => Boolean((field as unknown as { hasPresence?: unknown }).hasPresence);

function defaultOf(field: Field): unknown {
  if (field.resolvedType instanceof protobuf.Enum)
    return field.typeDefault ?? Object.values(field.resolvedType.values)[0];
  return field.typeDefault;
}

/** Maps keep 64-bit keys as eight characters. */
function keyReader(type: string): (key: string) => string {
  if (!LONG.has(type)) return (key) => key;
  return (key) => (key.length === 8 ? String(protobuf.util.longFromHash(key, UNSIGNED.has(type))) : key);
}

function scalarJson(field: Field, value: unknown, depth: number): JsonValue {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Enum)
    return resolvedType.valuesById[Number(value)] ?? new JsonNumber(String(value));
  if (resolvedType instanceof protobuf.Type) return messageJson(resolvedType, value as Message, depth + 1);
  switch (field.type) {
    case 'bool':
    case 'string':
      return value as boolean | string;
    case 'bytes':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'float':
      return double(
        Number(Math.fround(Number(value)).toPrecision(8)) === Number(value) ? Number(value) : shortFloat(Number(value)),
      );
    case 'double':
      return double(Number(value));
    default:
      return new JsonNumber(String(value));
  }
}

/** The shortest decimal that is the same 32-bit number. */
function shortFloat(n: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(n.toPrecision(digits));
    if (Math.fround(short) === n) return short;
  }
  return n;
}

/** Writes what `readProtobuf` shows. Throws FormatProblem with the path of what does not fit. */
export function writeProtobuf(type: Type, value: JsonValue): Uint8Array {
  return type.encode(type.fromObject(plainOf(type, value, '') as Record<string, unknown>)).finish();
}

function plainOf(type: Type, value: JsonValue, path: string): unknown {
  if (type.fullName === TIMESTAMP && typeof value === 'string') {
    const nanos = momentOf(value);
    if (nanos === undefined)
      throw new FormatProblem(path, `a time such as 2026-01-31T12:00:00Z is wanted, not "${value}"`);
    const rest = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    return { seconds: String((nanos - rest) / 1_000_000_000n), nanos: Number(rest) };
  }
  if (WRAPPERS.test(type.fullName) && !isObject(value))
    return { value: scalarOf(type.fields.value as Field, value, path) };
  if (!isObject(value)) throw new FormatProblem(path, `an object is wanted, not ${shown(value)}`);
  const out: Record<string, unknown> = {};
  for (const [name, item] of value) {
    const field = type.fields[name] ?? type.fieldsArray.find((each) => camel(each.name) === name);
    const at = `${path}.${name}`;
    if (!field) throw new FormatProblem(at, `${type.fullName.slice(1)} has no such field`);
    if (item === null) continue;
    const chosen = field.partOf?.oneof.find((other) => other !== field.name && other in out);
    if (chosen) throw new FormatProblem(at, `${chosen} of the same oneof is given, too`);
    if (field.map) {
      if (!isObject(item)) throw new FormatProblem(at, `an object is wanted, not ${shown(item)}`);
      out[field.name] = Object.fromEntries([...item].map(([k, v]) => [k, scalarOf(field, v, `${at}.${k}`)]));
    } else if (field.repeated) {
      if (!isList(item)) throw new FormatProblem(at, `a list is wanted, not ${shown(item)}`);
      out[field.name] = item.map((each, i) => scalarOf(field, each, `${at}[${i}]`));
    } else out[field.name] = scalarOf(field, item, at);
  }
  for (const field of type.fieldsArray)
    if (field.required && !(field.name in out)) throw new FormatProblem(`${path}.${field.name}`, 'a value is missing');
  return out;
}

const camel = (name: string) => name.replace(/_+([a-z0-9])/g, (_, c: string) => c.toUpperCase());

function shown(value: JsonValue): string {
  const text = printJson(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function scalarOf(field: Field, value: JsonValue, path: string): unknown {
  const wanted = (what: string) => new FormatProblem(path, `${what} is wanted, not ${shown(value)}`);
  const { resolvedType } = field;
  const digits = value instanceof JsonNumber ? value.digits : undefined;
  if (resolvedType instanceof protobuf.Enum) {
    const known = typeof value === 'string' ? (resolvedType as Enum).values[value] : undefined;
    if (known !== undefined) return known;
    if (digits !== undefined && /^-?\d+$/.test(digits)) return Number(digits);
    throw wanted(`one of ${Object.keys(resolvedType.values).join(', ')}`);
  }
  if (resolvedType instanceof protobuf.Type) return plainOf(resolvedType, value, path);
  switch (field.type) {
    case 'bool':
      if (typeof value !== 'boolean') throw wanted('true or false');
      return value;
    case 'string':
      if (typeof value !== 'string') throw wanted('a text');
      return value;
    case 'bytes':
      if (typeof value !== 'string') throw wanted('bytes as a text in base64');
      return Buffer.from(value, 'base64');
    case 'float':
    case 'double': {
      const n =
        digits !== undefined
          ? Number(digits)
          : typeof value === 'string' && /^(NaN|-?Infinity)$/.test(value)
            ? Number(value)
            : undefined;
      if (n === undefined) throw wanted('a number');
      return n;
    }
    default: {
      const text = digits ?? (typeof value === 'string' ? value : '');
      if (!/^-?\d+$/.test(text)) throw wanted('a whole number');
      const bits = SMALL.has(field.type) ? 32 : 64;
      const fits = UNSIGNED.has(field.type) ? BigInt.asUintN(bits, BigInt(text)) : BigInt.asIntN(bits, BigInt(text));
      if (fits !== BigInt(text)) throw new FormatProblem(path, `${text} does not fit into ${field.type}`);
      return bits === 32 ? Number(text) : text;
    }
  }
}

/** Message indexes before a message's bytes: their number and they, zigzag; a lone zero stands for [0]. */
export function readIndexes(bytes: Uint8Array, from: number): { readonly indexes: number[]; readonly at: number } {
  let at = from;
  const int = (): number => {
    let raw = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 28) throw new Error('the message indexes are broken');
      raw |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return (raw >>> 1) ^ -(raw & 1);
  };
  const count = int();
  if (count === 0) return { indexes: [0], at };
  if (count < 0 || count > 100) throw new Error('the message indexes are broken');
  const indexes: number[] = [];
  for (let i = 0; i < count; i++) indexes.push(int());
  return { indexes, at };
}

export function writeIndexes(indexes: readonly number[]): Uint8Array {
  if (indexes.length === 1 && indexes[0] === 0) return Uint8Array.of(0);
  const out: number[] = [];
  for (const n of [indexes.length, ...indexes]) {
    let raw = 2 * n;
    for (; raw > 127; raw >>>= 7) out.push((raw & 127) | 128);
    out.push(raw);
  }
  return Uint8Array.from(out);
}
