import type { DecodedMessage, KnownSchema } from '../types.ts';
import { type SchemaSource, Schemas } from './schemas.ts';

/** The schemas that messages name, for `inferTable` and `typeMessages`; those that the registry does not give are left out. */
export async function schemasOf(
  messages: readonly DecodedMessage[],
  registry: SchemaSource,
): Promise<ReadonlyMap<number, KnownSchema>> {
  const ids = new Set<number>();
  for (const { key, value } of messages)
    for (const { schema } of [key, value]) if (schema && schema.id >= 0) ids.add(schema.id);
  const schemas = new Schemas(registry);
  await schemas.prepare(ids);
  const out = new Map<number, KnownSchema>();
  for (const id of ids) {
    const ready = schemas.of(id);
    if (ready) out.set(id, { type: ready.type, schema: ready.text, references: ready.references });
  }
  return out;
}
