import { type AvroNode, parseAvro } from '../formats/avro-schema.ts';
import { isObject, type JsonValue, parseJson } from '../json.ts';
import type { DecodedMessage, DecodedPart, InferRequest, MessageFormat } from '../types.ts';
import { Shape } from './shape.ts';

/** Keys or values of samples, as far as they are of the format that most of them have. */
export interface Samples {
  readonly format: MessageFormat;
  /** Those of the format, in the samples' order; `value` for structured formats. */
  readonly parts: readonly SampledPart[];
  readonly shape: Shape;
  /** The newest schema among them. */
  readonly schemaId?: number;
  /** How many are nulls, and how many are of other formats. */
  readonly nulls: number;
  readonly others: readonly { readonly format: MessageFormat; readonly count: number }[];
}

export interface SampledPart {
  readonly message: DecodedMessage;
  readonly part: DecodedPart;
  readonly value: JsonValue | undefined;
}

/** Sorts out the keys or the values of samples; markers of transactions are no samples. */
export function samplesOf(messages: readonly DecodedMessage[], of: 'key' | 'value'): Samples {
  const all = messages.filter(({ control }) => control === undefined);
  const counts = new Map<MessageFormat, number>();
  for (const message of all) {
    const { format } = message[of];
    counts.set(format, (counts.get(format) ?? 0) + 1);
  }
  const nulls = counts.get('none') ?? 0;
  counts.delete('none');
  const [best, ...others] = [...counts].sort((a, b) => b[1] - a[1]);
  const format = best?.[0] ?? 'none';
  const shape = new Shape();
  let schemaId: number | undefined;
  const parts = all.flatMap((message): SampledPart[] => {
    const part = message[of];
    if (part.format !== format || format === 'none') return [];
    const value = part.json === undefined ? undefined : parseJson(part.json);
    if (value !== undefined) shape.add(value);
    if (part.schema && (schemaId === undefined || part.schema.id > schemaId)) schemaId = part.schema.id;
    return [{ message, part, value }];
  });
  return {
    format,
    parts,
    shape,
    ...(schemaId === undefined ? {} : { schemaId }),
    nulls,
    others: others.map(([other, count]) => ({ format: other, count })),
  };
}

/** A schema that samples name, when its text is given. */
export const schemaText = (samples: Samples, schemas: InferRequest['schemas']): string | undefined =>
  samples.schemaId === undefined ? undefined : schemas?.get(samples.schemaId)?.schema;

/** The Avro schema of samples; undefined where it is not given, or refers to others that are not. */
export function avroOf(samples: Samples, schemas: InferRequest['schemas']): AvroNode | undefined {
  const text = schemaText(samples, schemas);
  if (text === undefined || samples.format !== 'avro') return undefined;
  const found = samples.schemaId === undefined ? undefined : schemas?.get(samples.schemaId);
  try {
    return parseAvro(
      text,
      found?.references?.map((reference) => reference.text),
    );
  } catch {
    // Samples show the types then.
    return undefined;
  }
}

export const isScalarFormat = (format: MessageFormat): boolean =>
  format === 'string' || format === 'hex' || format.startsWith('int');

/** Are all values of samples objects? */
export const areObjects = ({ parts }: Samples): boolean =>
  parts.length > 0 && parts.every(({ value }) => isObject(value));
