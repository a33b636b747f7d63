import { FlinkFault } from '../../errors.ts';
import type { AvroInput } from './input.ts';
import { type AvroRecord, type AvroSchema, schemaName } from './schema.ts';

/** What to do with the next bytes, which `writer` wrote, to have what `reader` describes (Avro's Resolver.Action). */
export type Action =
  | { readonly kind: 'read'; readonly writer: AvroSchema; readonly reader: AvroSchema }
  | { readonly kind: 'fail'; readonly message: string }
  | { readonly kind: 'writer-union'; readonly branches: readonly Action[] }
  | { readonly kind: 'array' | 'map'; readonly inner: Action }
  | { readonly kind: 'enum'; readonly symbols: readonly (string | undefined)[]; readonly written: readonly string[] }
  | RecordAction;

export interface RecordAction {
  readonly kind: 'record';
  /** Fields in the writer's order: into which of the reader's fields it goes, or -1 to skip it. */
  readonly steps: readonly { readonly target: number; readonly action: Action; readonly writer: AvroSchema }[];
  /** Fields that only the reader has, with the default. */
  readonly defaults: readonly { readonly target: number; readonly schema: AvroSchema; readonly fallback: unknown }[];
}

const PROMOTIONS: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

/** Resolves two schemas as Avro's specification says; what does not fit fails when it is read, not before. */
export function resolve(writer: AvroSchema, reader: AvroSchema, seen = new Map<string, Action>()): Action {
  if (writer.type === 'union')
    return { kind: 'writer-union', branches: writer.branches.map((branch) => resolve(branch, reader, seen)) };
  if (reader.type === 'union') {
    const match = reader.branches.find((b) => same(writer, b)) ?? reader.branches.find((b) => promotes(writer, b));
    return match ? resolve(writer, match, seen) : mismatch(writer, reader);
  }
  if (writer.type === 'record' && reader.type === 'record') return resolveRecord(writer, reader, seen);
  if (writer.type === 'array' && reader.type === 'array')
    return { kind: 'array', inner: resolve(writer.items, reader.items, seen) };
  if (writer.type === 'map' && reader.type === 'map')
    return { kind: 'map', inner: resolve(writer.values, reader.values, seen) };
  if (writer.type === 'enum' && reader.type === 'enum') {
    if (shortName(writer) !== shortName(reader)) return mismatch(writer, reader);
    const symbols = writer.symbols.map((s) => (reader.symbols.includes(s) ? s : reader.fallback));
    return { kind: 'enum', symbols, written: writer.symbols };
  }
  if (writer.type === 'fixed' && reader.type === 'fixed') {
    if (shortName(writer) !== shortName(reader)) return mismatch(writer, reader);
    return writer.size === reader.size
      ? { kind: 'read', writer, reader }
      : { kind: 'fail', message: `Size of writer (${writer.size}) does not match that of reader (${reader.size})` };
  }
  if (writer.type === reader.type || promotes(writer, reader)) return { kind: 'read', writer, reader };
  return mismatch(writer, reader);
}

const shortName = (schema: AvroSchema) => schemaName(schema).replace(/^.*\./, '');
const same = (writer: AvroSchema, reader: AvroSchema) =>
  writer.type === reader.type &&
  (!('fullName' in writer) || writer.type === 'record' || shortName(writer) === shortName(reader));
const promotes = (writer: AvroSchema, reader: AvroSchema) => PROMOTIONS[writer.type]?.includes(reader.type) === true;
const mismatch = (writer: AvroSchema, reader: AvroSchema): Action => ({
  kind: 'fail',
  message: `Found ${schemaName(writer)}, expecting ${schemaName(reader)}`,
});

function resolveRecord(writer: AvroRecord, reader: AvroRecord, seen: Map<string, Action>): Action {
  const key = `${writer.fullName}→${reader.fullName}`;
  const known = seen.get(key);
  if (known) return known;
  const steps: RecordAction['steps'][number][] = [];
  const defaults: RecordAction['defaults'][number][] = [];
  const action: RecordAction = { kind: 'record', steps, defaults };
  seen.set(key, action);
  const targets = new Map<number, number>();
  for (const [target, field] of reader.fields.entries()) {
    let at = writer.fields.findIndex((f) => f.name === field.name);
    if (at < 0) at = writer.fields.findIndex((f) => field.aliases.includes(f.name));
    if (at >= 0) targets.set(at, target);
    else if (field.fallback !== undefined) defaults.push({ target, schema: field.schema, fallback: field.fallback });
    else {
      const message = `Found ${writer.fullName}, expecting ${reader.fullName}, missing required field ${field.name}`;
      const failed: Action = { kind: 'fail', message };
      seen.set(key, failed);
      return failed;
    }
  }
  for (const [at, field] of writer.fields.entries()) {
    const target = targets.get(at) ?? -1;
    const inner: Action =
      target < 0
        ? { kind: 'read', writer: field.schema, reader: field.schema }
        : resolve(field.schema, (reader.fields[target] as AvroRecord['fields'][number]).schema, seen);
    steps.push({ target, action: inner, writer: field.schema });
  }
  return action;
}

/** The fault of a `fail` action. */
export const typeFault = (message: string) => new FlinkFault('AvroTypeException', message);

/** Passes over a value of the schema. */
export function skip(input: AvroInput, schema: AvroSchema): void {
  switch (schema.type) {
    case 'null':
      return;
    case 'boolean':
      input.take(1);
      return;
    case 'int':
    case 'enum':
      input.int();
      return;
    case 'long':
      input.longAsNumber();
      return;
    case 'float':
      input.take(4);
      return;
    case 'double':
      input.take(8);
      return;
    case 'string':
    case 'bytes':
      input.blob();
      return;
    case 'fixed':
      input.take(schema.size);
      return;
    case 'union':
      skip(input, schema.branches[input.index(schema.branches.length)] as AvroSchema);
      return;
    case 'record':
      for (const field of schema.fields) skip(input, field.schema);
      return;
    case 'array':
    case 'map': {
      const inner = schema.type === 'array' ? schema.items : schema.values;
      for (;;) {
        let n = input.longAsNumber();
        if (n === 0) return;
        if (n < 0) {
          input.take(input.longAsNumber());
          continue;
        }
        for (; n > 0; n--) {
          if (schema.type === 'map') input.blob();
          skip(input, inner);
        }
      }
    }
  }
}
