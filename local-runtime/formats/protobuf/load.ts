import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { Enum, Field, MapField, NamespaceBase, OneOf, Root, Type } from 'protobufjs';
import { validation } from '../../errors.ts';
import type { PbEnum, PbField, PbMessage, PbScalar, PbType } from './model.ts';

type Library = typeof import('./library.ts')['protobuf'];

/**
 * Finds the message of a Java class in a `.proto` file (imports beside it) or in a set of descriptors as `protoc
 * --descriptor_set_out --include_imports` writes it. Throws what is wrong with the file or the name.
 */
export async function loadMessage(path: string, className: string, directory: string): Promise<PbMessage> {
  const { protobuf } = await import('./library.ts');
  const file = isAbsolute(path) ? path : resolve(directory, path);
  const { root, files } = file.endsWith('.proto') ? fromText(protobuf, file) : fromSet(protobuf, file);
  try {
    root.resolveAll();
  } catch (error) {
    throw unreadable(path, error);
  }
  const types = messagesOf(protobuf, root);
  return new Converter(protobuf).message(find(types, className, files, path));
}

/** What a file says about the Java classes made of it. */
interface JavaNames {
  readonly package: string;
  readonly javaPackage: string | undefined;
}

const unreadable = (path: string, error: unknown) =>
  validation(
    `'protobuf.millrace.descriptor' = '${path}' cannot be read: ${error instanceof Error ? error.message : error}`,
  );

function fromText(protobuf: Library, file: string): { root: Root; files: JavaNames[] } {
  const root = new protobuf.Root();
  const files: JavaNames[] = [];
  const done = new Set<string>();
  const load = (path: string) => {
    if (done.has(path)) return;
    done.add(path);
    const parsed = protobuf.parse(readFileSync(path, 'utf8'), root, { keepCase: true });
    files.push({ package: parsed.package ?? '', javaPackage: javaPackageOf(root, parsed.package) });
    for (const name of parsed.imports ?? []) {
      // Google's own files come with the library.
      const known = protobuf.common.get(name);
      if (known) root.addJSON((known as { nested: Record<string, never> }).nested);
      else load(resolve(dirname(file), name));
    }
  };
  try {
    load(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  return { root, files };
}

function fromSet(protobuf: Library, file: string): { root: Root; files: JavaNames[] } {
  try {
    const bytes = new Uint8Array(readFileSync(file));
    const fromDescriptor = (
      protobuf.Root as unknown as { fromDescriptor(set: Uint8Array, options: { keepCase: boolean }): Root }
    ).fromDescriptor;
    return { root: fromDescriptor.call(protobuf.Root, bytes, { keepCase: true }), files: [] };
  } catch (error) {
    throw unreadable(file, error);
  }
}

function javaPackageOf(root: Root, name: string | null | undefined): string | undefined {
  const space = name ? root.lookup(name) : root;
  const value = (space?.options ?? root.options)?.java_package;
  return typeof value === 'string' ? value : undefined;
}

function messagesOf(protobuf: Library, space: NamespaceBase, out: Type[] = []): Type[] {
  for (const nested of space.nestedArray) {
    if (nested instanceof protobuf.Type) out.push(nested);
    if (nested instanceof protobuf.Namespace || nested instanceof protobuf.Type) messagesOf(protobuf, nested, out);
  }
  return out;
}

/** The message whose Java class has this name: `java.package.Outer$Message`, the full name in the schema, or the only one so called. */
function find(types: readonly Type[], className: string, files: readonly JavaNames[], path: string): Type {
  const nameOf = (type: Type) => type.fullName.replace(/^\./, '');
  const exact = types.find((type) => nameOf(type) === className);
  if (exact) return exact;
  const simple = className.split(/[.$]/).at(-1);
  const called = types.filter((type) => type.name === simple);
  const inPackage = called.filter((type) =>
    files.some(({ package: own, javaPackage }) => {
      const inner = own && nameOf(type).startsWith(`${own}.`) ? nameOf(type).slice(own.length + 1) : nameOf(type);
      const prefix = javaPackage ?? own;
      return className.startsWith(prefix ? `${prefix}.` : '') && className.replaceAll('$', '.').endsWith(inner);
    }),
  );
  const [only, second] = inPackage.length ? inPackage : called;
  if (only && !second) return only;
  const shown = types.map(nameOf).sort().join(', ');
  throw validation(
    `get ${className} descriptors error! '${path}' has ${second ? 'several messages' : 'no message'} of that name; its messages are: ${shown || 'none'}.`,
  );
}

/** Turns the library's types into ours, each once. */
class Converter {
  private readonly protobuf: Library;
  private readonly messages = new Map<Type, PbMessage>();
  private readonly enums = new Map<Enum, PbEnum>();

  constructor(protobuf: Library) {
    this.protobuf = protobuf;
  }

  message(type: Type): PbMessage {
    const known = this.messages.get(type);
    if (known) return known;
    const fullName = type.fullName.replace(/^\./, '');
    const features = (type as unknown as { _features: { field_presence?: string } })._features;
    const proto3 = features.field_presence === 'IMPLICIT';
    const made: PbMessage = { kind: 'message', fullName, proto3, fields: new Map() };
    this.messages.set(type, made);
    made.fields = new Map(type.fieldsArray.map((field) => [field.name, this.field(field)]));
    return made;
  }

  private field(field: Field): PbField {
    const { protobuf } = this;
    const map = field instanceof protobuf.MapField;
    const fallback = (field.options as Record<string, unknown> | undefined)?.default;
    const type = this.type(field);
    return {
      name: field.name,
      number: field.id,
      type,
      label: map ? 'map' : field.repeated ? 'repeated' : 'single',
      ...(map ? { key: (field as unknown as MapField).keyType as PbScalar } : {}),
      presence: type.kind === 'message' || (field.partOf as OneOf | null) !== null || field.hasPresence,
      packed: field.packed,
      fallback,
    };
  }

  private type(field: Field): PbType {
    const { resolvedType } = field;
    if (resolvedType instanceof this.protobuf.Type) return this.message(resolvedType);
    if (resolvedType instanceof this.protobuf.Enum) return this.enum(resolvedType);
    return { kind: 'scalar', name: field.type as PbScalar };
  }

  private enum(type: Enum): PbEnum {
    const known = this.enums.get(type);
    if (known) return known;
    const byName = new Map(Object.entries(type.values));
    const byNumber = new Map<number, string>();
    // Of several names for a number Java knows the first.
    for (const [name, number] of byName) if (!byNumber.has(number)) byNumber.set(number, name);
    const made: PbEnum = { kind: 'enum', byName, byNumber };
    this.enums.set(type, made);
    return made;
  }
}
