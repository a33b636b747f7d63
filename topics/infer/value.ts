import { isObject, type JsonValue } from '../json.ts';
import type { InferRequest, InferredColumn } from '../types.ts';
import { avroColumns, needsSchema } from './avro-types.ts';
import { envelopeOf, rowOfEnvelope } from './envelope.ts';
import { jsonSchemaFields } from './json-schema-types.ts';
import { areObjects, avroOf, type Samples, schemaText } from './parts.ts';
import { Shape, timeStyleOf } from './shape.ts';

/** How a table has the values of its messages. */
export interface ValuePlan {
  readonly format: string;
  /** Options of the format, without prefix. */
  readonly options: readonly (readonly [string, string])[];
  readonly columns: readonly InferredColumn[];
  /** Does the format give changes (Debezium)? */
  readonly isChangelog: boolean;
  readonly notes: readonly string[];
  /** The row of a sample, for what is looked for in columns. */
  row(value: JsonValue | undefined): JsonValue | undefined;
}

const same = (value: JsonValue | undefined): JsonValue | undefined => value;
const INTEGERS: Readonly<Record<string, string>> = {
  int8: 'TINYINT',
  int16: 'SMALLINT',
  int32: 'INT',
  int64: 'BIGINT',
};

export function valuePlan(values: Samples, request: InferRequest): ValuePlan {
  switch (values.format) {
    case 'json':
      return areObjects(values) ? jsonPlan(values) : rawPlan('STRING', ['the values are JSON, but no objects']);
    case 'json-schema':
      return jsonSchemaPlan(values, request);
    case 'avro':
      return avroPlan(values, request);
    case 'protobuf':
      return rawPlan('BYTES', [
        "Flink's protobuf format does not read messages that a schema registry framed: the table has their bytes",
      ]);
    case 'msgpack':
    case 'cbor':
      return rawPlan('BYTES', [`Flink has no format for ${values.format}: the table has the messages' bytes`]);
    case 'hex':
      return rawPlan('BYTES', ['the format of the values was not recognised: the table has their bytes']);
    case 'none':
      return rawPlan('STRING', ['no message with a value was seen: the table has values as text']);
    default:
      return rawPlan(INTEGERS[values.format] ?? 'STRING', []);
  }
}

function rawPlan(type: string, notes: readonly string[]): ValuePlan {
  return {
    format: 'raw',
    options: [],
    columns: [{ name: 'message', type }],
    isChangelog: false,
    notes,
    row: () => undefined,
  };
}

function jsonPlan(values: Samples): ValuePlan {
  const events = values.parts.map(({ value }) => (value === undefined ? undefined : envelopeOf(value)));
  if (events.length > 0 && events.every((event) => event !== undefined)) {
    const shape = new Shape();
    for (const { before, after } of events) for (const image of [before, after]) if (image) shape.add(image);
    const isWrapped = events.every((event) => event.isWrapped);
    const style = timeStyleOf(shape);
    const plan = objectPlan('debezium-json', shape, style);
    if (plan.format === 'raw') return plan;
    return {
      ...plan,
      options: [...(isWrapped ? [['schema-include', 'true'] as const] : []), ...styleOption(shape, style)],
      isChangelog: true,
      notes: ["the values are Debezium's change events: columns are those of the rows, changes are changes"],
      row: (value) => (value === undefined ? undefined : (envelopeOf(value)?.after ?? undefined)),
    };
  }
  return objectPlan('json', values.shape, timeStyleOf(values.shape));
}

function objectPlan(format: string, shape: Shape, style: 'SQL' | 'ISO-8601'): ValuePlan {
  const unnamed = shape.fields.size - shape.named().length;
  if (shape.named().length === 0) return rawPlan('STRING', ['the objects have no fields that SQL can name']);
  const notes = unnamed > 0 ? [`${unnamed} fields are left out: SQL cannot name them`] : [];
  const columns = shape.named().map(([name, field]) => {
    const { note } = field;
    const missing = shape.count - field.count;
    const said = note ?? (missing > 0 ? `missing in ${missing} of ${shape.count} messages` : undefined);
    return { name, type: field.type(style), ...(said === undefined ? {} : { note: said }) };
  });
  return { format, options: styleOption(shape, style), columns, isChangelog: false, notes, row: same };
}

/** Flink's default is SQL. */
const styleOption = (shape: Shape, style: 'SQL' | 'ISO-8601'): readonly (readonly [string, string])[] =>
  style === 'ISO-8601' && shape.timeStyles().length > 0 ? [['timestamp-format.standard', style]] : [];

function jsonSchemaPlan(values: Samples, request: InferRequest): ValuePlan {
  const text = schemaText(values, request.schemas);
  const style = timeStyleOf(values.shape);
  const fields = text === undefined ? undefined : jsonSchemaFields(text, values.shape, style);
  const plan = objectPlan('json-confluent', values.shape, style);
  if (plan.format === 'raw' && !fields?.length) return rawPlan('BYTES', plan.notes);
  return {
    ...plan,
    format: 'json-confluent',
    columns: fields?.length ? fields : plan.columns,
    options: [['url', request.registryUrl ?? 'http://localhost:8081'], ...plan.options],
    notes: ["'json-confluent' is a format of Millrace: Flink itself has none for JSON that a schema registry framed"],
  };
}

function avroPlan(values: Samples, request: InferRequest): ValuePlan {
  const schema = avroOf(values, request.schemas);
  const url = ['url', request.registryUrl ?? 'http://localhost:8081'] as const;
  if (schema?.kind !== 'record') {
    if (!schema && areObjects(values)) {
      const plan = objectPlan('avro-confluent', values.shape, 'ISO-8601');
      if (plan.format === 'raw') return rawPlan('BYTES', plan.notes);
      return { ...plan, options: [url], notes: ['the schema was not given: types are those of samples'] };
    }
    return rawPlan('BYTES', ["the values' Avro schema is no record: the table has their bytes"]);
  }
  const image = rowOfEnvelope(schema);
  const { columns, left } = avroColumns(image ?? schema, false);
  const notes = left.map(({ name, why }) => `the field ${name} is left out: ${why}`);
  if (columns.length === 0) return rawPlan('BYTES', [...notes, 'the schema has no field that SQL has a type for']);
  if (image) {
    return {
      format: 'debezium-avro-confluent',
      options: [url],
      // Rows that were deleted have no image after: Flink's reader takes NULLs in every column.
      columns,
      isChangelog: true,
      notes: ["the values are Debezium's change events: columns are those of the rows, changes are changes", ...notes],
      row: (value) => (isObject(value) ? (value.get('after') ?? undefined) : undefined),
    };
  }
  const text = schemaText(values, request.schemas);
  const hasReferences =
    (values.schemaId === undefined ? 0 : (request.schemas?.get(values.schemaId)?.references?.length ?? 0)) > 0;
  const isNeeded = needsSchema(schema) && text !== undefined;
  const canBeGiven = isNeeded && left.length === 0 && !hasReferences;
  return {
    format: 'avro-confluent',
    options: [url, ...(canBeGiven ? [['schema', oneLine(text)] as const] : [])],
    columns,
    isChangelog: false,
    notes: [
      ...notes,
      ...(isNeeded && !canBeGiven
        ? [
            'enums and fixed types are read by their names, which only the option avro-confluent.schema gives: it cannot be given here',
          ]
        : []),
    ],
    row: same,
  };
}

const oneLine = (schema: string): string => JSON.stringify(JSON.parse(schema));
