import type { Compatibility, RegisteredSchema, SchemaReference, SchemaType } from './client.ts';
import { RegistryError } from './errors.ts';

/** An answer's body. */
export type Answer = Readonly<Record<string, unknown>>;

/** The schema of an answer; Avro says no type. Throws where there is none. */
export function schemaIn(answer: Answer): RegisteredSchema {
  if (typeof answer?.schema !== 'string') throw new RegistryError('FAILED', "The registry's answer has no schema.");
  return {
    schema: answer.schema,
    type: (answer.schemaType as SchemaType | undefined) ?? 'AVRO',
    references: (answer.references as SchemaReference[] | undefined) ?? [],
  };
}

/** A compatibility level: written under one name, told under another. */
export const levelIn = (answer: Answer) => (answer.compatibilityLevel ?? answer.compatibility) as Compatibility;
