import type { Type } from 'protobufjs';
import {
  type RegisteredSchema,
  RegistryError,
  type SchemaReference,
  type SchemaRegistryClient,
  type SchemaType,
} from '../../clients/schema-registry/index.ts';
import { type AvroNode, avroName, parseAvro } from '../formats/avro-schema.ts';
import type { ProtobufSchema } from '../formats/protobuf.ts';
import type { JsonValue } from '../json.ts';

/** What is asked of a registry to read messages. */
export type SchemaSource = Pick<SchemaRegistryClient, 'schema' | 'version'> &
  Partial<Pick<SchemaRegistryClient, 'subjectsOf' | 'schemaByGuid'>>;

/** A registered schema, ready to read with. */
export interface ReadySchema {
  readonly id: number;
  readonly type: SchemaType;
  readonly text: string;
  /** Texts of the schemas that it refers to, each after those that it needs itself. */
  readonly references: readonly { readonly name: string; readonly text: string }[];
  readonly subjects: readonly string[];
  readonly avro?: AvroNode;
  readonly protobuf?: ProtobufSchema;
}

/** Reads `bytes[from..]` with a schema; the name of the record or message that it is. */
export type SchemaReader = (
  schema: ReadySchema,
  bytes: Uint8Array,
  from: number,
) => { readonly value: JsonValue; readonly name?: string };

/** How long what the registry could not give is not asked for again, ms. */
const PATIENCE = 10_000;

/** Schemas of a registry by id, each asked for once with what it refers to; a failure is asked for again after a while. */
export class Schemas {
  private readonly source: SchemaSource;
  private readonly known = new Map<number | string, ReadySchema>();
  private readonly failed = new Map<number | string, { readonly why: string; readonly at: number }>();

  constructor(source: SchemaSource) {
    this.source = source;
  }

  /** Fetches these; what fails is told by `whyMissing`. Ids are numbers, GUIDs texts. */
  async prepare(ids: Iterable<number | string>): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => {
      const failed = this.failed.get(id);
      return !this.known.has(id) && !(failed && Date.now() - failed.at < PATIENCE);
    });
    await Promise.all(
      wanted.map(async (id) => {
        try {
          this.known.set(id, await this.fetch(id));
          this.failed.delete(id);
        } catch (error) {
          this.failed.set(id, { why: error instanceof Error ? error.message : String(error), at: Date.now() });
        }
      }),
    );
  }

  of(id: number | string): ReadySchema | undefined {
    return this.known.get(id);
  }

  whyMissing(id: number | string): string {
    return this.failed.get(id)?.why ?? `schema ${id} was not asked for`;
  }

  private async fetch(id: number | string): Promise<ReadySchema> {
    let number = typeof id === 'number' ? id : -1;
    let registered: RegisteredSchema;
    if (typeof id === 'number') registered = await this.source.schema(id);
    else {
      if (!this.source.schemaByGuid) throw new Error('the registry gives no schemas by GUID');
      const found = await this.source.schemaByGuid(id);
      registered = found;
      number = found.id;
    }
    const references = await this.referencesOf(registered.references, new Set());
    const base = {
      id: number,
      type: registered.type,
      text: registered.schema,
      references,
      subjects: await this.subjectsOf(number),
    };
    switch (registered.type) {
      case 'AVRO':
        return {
          ...base,
          avro: parseAvro(
            registered.schema,
            references.map(({ text }) => text),
          ),
        };
      case 'PROTOBUF': {
        const { parseProtobuf } = await import('../formats/protobuf.ts');
        return { ...base, protobuf: parseProtobuf(registered.schema, references) };
      }
      default:
        return base;
    }
  }

  private async referencesOf(
    references: readonly SchemaReference[],
    seen: Set<string>,
  ): Promise<{ name: string; text: string }[]> {
    const out: { name: string; text: string }[] = [];
    for (const { name, subject, version } of references) {
      const key = `${subject}\n${version}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const found = await this.source.version(subject, version);
      out.push(...(await this.referencesOf(found.references, seen)), { name, text: found.schema });
    }
    return out;
  }

  /** Only for show: a registry that does not tell is no failure. */
  private async subjectsOf(id: number): Promise<string[]> {
    try {
      return (await this.source.subjectsOf?.(id))?.map(({ subject }) => subject) ?? [];
    } catch (error) {
      if (error instanceof RegistryError) return [];
      throw error;
    }
  }
}

/** Loads what reads messages of these schemas. */
export async function schemaReader(): Promise<SchemaReader> {
  const [{ readAvro }, { messageAt, readIndexes, readProtobuf }] = await Promise.all([
    import('../formats/avro-read.ts'),
    import('../formats/protobuf.ts'),
  ]);
  const { parseJson } = await import('../json.ts');
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  return (schema, bytes, from) => {
    if (schema.avro) {
      const name = avroName(schema.avro);
      return { value: readAvro(schema.avro, bytes, from), name };
    }
    if (schema.protobuf) {
      const { indexes, at } = readIndexes(bytes, from);
      const type: Type = messageAt(schema.protobuf, indexes);
      return { value: readProtobuf(type, bytes.subarray(at)), name: type.fullName.slice(1) };
    }
    const name = titleOf(schema.text);
    return { value: parseJson(utf8.decode(bytes.subarray(from))), ...(name === undefined ? {} : { name }) };
  };
}

/** What a JSON Schema calls its values. */
export function titleOf(text: string): string | undefined {
  try {
    const { title } = JSON.parse(text) as { title?: unknown };
    return typeof title === 'string' ? title : undefined;
  } catch {
    // The registry checks schemas; a broken one has no name.
    return undefined;
  }
}
