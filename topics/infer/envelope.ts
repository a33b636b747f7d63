import type { AvroNode, AvroRecordNode } from '../formats/avro-schema.ts';
import { optionalOf } from '../formats/avro-schema.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';

/** A change event of Debezium; `isWrapped`: with Kafka Connect's schema around it. */
export interface Envelope {
  readonly isWrapped: boolean;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** The change event that a value is; undefined for another value. */
export function envelopeOf(value: JsonValue): Envelope | undefined {
  if (!isObject(value)) return undefined;
  const payload = value.get('payload');
  const isWrapped = value.has('schema') && isObject(payload);
  const event = isWrapped ? (payload as JsonObject) : value;
  const op = event.get('op');
  const images = [event.get('before') ?? null, event.get('after') ?? null] as const;
  if (typeof op !== 'string' || !/^[crudt]$/.test(op)) return undefined;
  if (!event.has('source') && !event.has('ts_ms')) return undefined;
  if (!images.every((image) => image === null || isObject(image)) || images.every((image) => image === null))
    return undefined;
  return { isWrapped, before: images[0] as JsonObject | null, after: images[1] as JsonObject | null };
}

/** The record of a row in an envelope's schema; undefined for another schema. */
export function rowOfEnvelope(schema: AvroNode): AvroRecordNode | undefined {
  if (schema.kind !== 'record') return undefined;
  const field = (name: string) => schema.fields.find((each) => each.name === name)?.type;
  const [before, after, op] = [field('before'), field('after'), field('op')];
  if (!before || !after || !op || !field('source')) return undefined;
  const image = optionalOf(after) ?? after;
  return image.kind === 'record' ? image : undefined;
}
