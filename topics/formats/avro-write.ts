import { isList, isObject, JsonNumber, type JsonValue, printJson } from '../json.ts';
import { type AvroLogicalType, type AvroNode, avroName } from './avro-schema.ts';
import { FormatProblem } from './problem.ts';
import { momentOf, timeOf } from './times.ts';

/**
 * Writes a value as one datum. Takes what `readAvro` shows and Avro's own JSON encoding (`{"string": "a"}` for a branch of a union);
 * fields that are left out have their defaults. Throws FormatProblem with the path of what does not fit.
 */
export function writeAvro(schema: AvroNode, value: JsonValue): Uint8Array {
  const out = new AvroOut();
  write(schema, value, '', out);
  return out.take();
}

function write(schema: AvroNode, value: JsonValue, path: string, out: AvroOut): void {
  const wanted = (what: string) => new FormatProblem(path, `${what} is wanted, not ${shown(value)}`);
  switch (schema.kind) {
    case 'null':
      if (value !== null) throw wanted('null');
      return;
    case 'boolean':
      if (typeof value !== 'boolean') throw wanted('true or false');
      out.byte(value ? 1 : 0);
      return;
    case 'int':
    case 'long': {
      const n = integer(value, schema.logical);
      if (n === undefined) throw wanted(schema.logical ? `a ${schema.logical.name}` : 'a whole number');
      const bits = schema.kind === 'int' ? 32 : 64;
      if (BigInt.asIntN(bits, n) !== n) throw new FormatProblem(path, `${n} does not fit into ${bits} bits`);
      out.long(n);
      return;
    }
    case 'float':
    case 'double': {
      const n = value instanceof JsonNumber ? Number(value.digits) : NAMED.get(value as string);
      if (n === undefined) throw wanted('a number');
      out.double(n, schema.kind === 'float');
      return;
    }
    case 'string':
      if (typeof value !== 'string') throw wanted('a text');
      out.block(new TextEncoder().encode(value));
      return;
    case 'bytes':
    case 'fixed': {
      const bytes = binary(value, schema.logical, schema.kind === 'fixed' ? schema.size : undefined);
      if (bytes === undefined)
        throw wanted(schema.logical?.name === 'decimal' ? 'a number' : 'bytes as a text in base64');
      if (schema.kind === 'fixed') {
        if (bytes.length !== schema.size)
          throw new FormatProblem(path, `${schema.size} bytes are wanted, not ${bytes.length}`);
        out.bytes(bytes);
      } else out.block(bytes);
      return;
    }
    case 'enum': {
      const index = schema.symbols.indexOf(value as string);
      if (index < 0) throw wanted(`one of ${schema.symbols.join(', ')}`);
      out.long(BigInt(index));
      return;
    }
    case 'array':
      if (!isList(value)) throw wanted('a list');
      if (value.length > 0) out.long(BigInt(value.length));
      for (const [i, item] of value.entries()) write(schema.items, item, `${path}[${i}]`, out);
      out.long(0n);
      return;
    case 'map':
      if (!isObject(value)) throw wanted('an object');
      if (value.size > 0) out.long(BigInt(value.size));
      for (const [key, item] of value) {
        out.block(new TextEncoder().encode(key));
        write(schema.values, item, `${path}.${key}`, out);
      }
      out.long(0n);
      return;
    case 'record': {
      if (!isObject(value)) throw wanted('an object');
      const names = new Set(schema.fields.map(({ name }) => name));
      for (const key of value.keys())
        if (!names.has(key)) throw new FormatProblem(`${path}.${key}`, `${schema.name} has no such field`);
      for (const { name, type, fallback } of schema.fields) {
        const given = value.get(name);
        if (given !== undefined) write(type, given, `${path}.${name}`, out);
        else if (fallback !== undefined) writeDefault(type, fallback, `${path}.${name}`, out);
        else throw new FormatProblem(`${path}.${name}`, 'a value is missing, and the schema has no default');
      }
      return;
    }
    case 'union':
      writeUnion(schema.branches, value, path, out);
  }
}

/** A default is of the first branch of a union, or of any in later versions of Avro. */
function writeDefault(type: AvroNode, fallback: unknown, path: string, out: AvroOut): void {
  // Bytes are written as ISO-8859-1 in defaults; numbers of logical types as they are.
  const isBytes = (type.kind === 'bytes' || type.kind === 'fixed') && typeof fallback === 'string';
  const given = isBytes ? Buffer.from(fallback, 'latin1').toString('base64') : fallback;
  write(
    type.kind === 'bytes' || type.kind === 'fixed' ? ({ ...type, logical: undefined } as AvroNode) : type,
    fromPlain(given),
    path,
    out,
  );
}

function fromPlain(value: unknown): JsonValue {
  if (typeof value === 'number') return new JsonNumber(String(value));
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value === 'object' && value !== null)
    return new Map(Object.entries(value).map(([key, item]) => [key, fromPlain(item)]));
  return (value ?? null) as JsonValue;
}

function writeUnion(branches: readonly AvroNode[], value: JsonValue, path: string, out: AvroOut): void {
  const [named] = isObject(value) && value.size === 1 ? [...value] : [];
  const problems: FormatProblem[] = [];
  const attempt = (index: number, given: JsonValue): boolean => {
    const mark = out.length;
    try {
      out.long(BigInt(index));
      write(branches[index] as AvroNode, given, path, out);
      return true;
    } catch (error) {
      if (!(error instanceof FormatProblem)) throw error;
      out.length = mark;
      problems.push(error);
      return false;
    }
  };
  if (named) {
    const index = branches.findIndex(
      (branch) => avroName(branch) === named[0] || avroName(branch).endsWith(`.${named[0]}`),
    );
    if (index >= 0 && attempt(index, named[1])) return;
  }
  for (const index of branches.keys()) if (attempt(index, value)) return;
  const deepest = problems.sort((a, b) => b.path.length - a.path.length)[0];
  if (deepest && deepest.path.length > path.length) throw deepest;
  throw new FormatProblem(path, `${branches.map(avroName).join(' or ')} is wanted, not ${shown(value)}`);
}

const NAMED: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

function shown(value: JsonValue): string {
  const text = printJson(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function integer(value: JsonValue, logical: AvroLogicalType | undefined): bigint | undefined {
  if (value instanceof JsonNumber) return /^-?\d+$/.test(value.digits) ? BigInt(value.digits) : undefined;
  if (typeof value !== 'string' || !logical) return undefined;
  const per = (nanos: bigint | undefined, unit: bigint) => (nanos === undefined ? undefined : nanos / unit);
  switch (logical.name) {
    case 'date':
      return per(momentOf(value), 86_400_000_000_000n);
    case 'time-millis':
      return per(timeOf(value), 1_000_000n);
    case 'time-micros':
      return per(timeOf(value), 1000n);
    case 'timestamp-millis':
    case 'local-timestamp-millis':
      return per(momentOf(value), 1_000_000n);
    case 'timestamp-micros':
    case 'local-timestamp-micros':
      return per(momentOf(value), 1000n);
    case 'timestamp-nanos':
    case 'local-timestamp-nanos':
      return momentOf(value);
    default:
      return undefined;
  }
}

function binary(
  value: JsonValue,
  logical: AvroLogicalType | undefined,
  size: number | undefined,
): Uint8Array | undefined {
  if (logical?.name === 'decimal') {
    const digits = value instanceof JsonNumber ? value.digits : typeof value === 'string' ? value : '';
    return decimalBytes(digits, logical.scale ?? 0, size);
  }
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) return undefined;
  return new Uint8Array(Buffer.from(value, 'base64'));
}

/** Unscaled two's complement, big-endian, in as few bytes as hold it or in `size`. */
function decimalBytes(digits: string, scale: number, size: number | undefined): Uint8Array | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(digits);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  if (fraction.length > scale && /[^0]/.test(fraction.slice(scale))) return undefined;
  const value = BigInt(`${sign}${whole}${fraction.slice(0, scale).padEnd(scale, '0')}`);
  let length = size ?? 1;
  if (size === undefined) while (BigInt.asIntN(8 * length, value) !== value) length++;
  if (BigInt.asIntN(8 * length, value) !== value) return undefined;
  const hex = BigInt.asUintN(8 * length, value)
    .toString(16)
    .padStart(2 * length, '0');
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

class AvroOut {
  private buffer = new Uint8Array(256);
  length = 0;

  private room(more: number): number {
    const at = this.length;
    if (at + more > this.buffer.length) {
      const wider = new Uint8Array(Math.max(at + more, 2 * this.buffer.length));
      wider.set(this.buffer.subarray(0, at));
      this.buffer = wider;
    }
    this.length = at + more;
    return at;
  }

  byte(value: number): void {
    const at = this.room(1);
    this.buffer[at] = value;
  }

  long(value: bigint): void {
    let raw = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    for (; raw > 127n; raw >>= 7n) this.byte(Number(raw & 127n) | 128);
    this.byte(Number(raw));
  }

  double(value: number, single: boolean): void {
    const at = this.room(single ? 4 : 8);
    const view = new DataView(this.buffer.buffer);
    if (single) view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
  }

  bytes(bytes: Uint8Array): void {
    const at = this.room(bytes.length);
    this.buffer.set(bytes, at);
  }

  block(bytes: Uint8Array): void {
    this.long(BigInt(bytes.length));
    this.bytes(bytes);
  }

  take(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
